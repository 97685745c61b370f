"""The texts in Spanish, with numbers and dates as written in the United States (CLDR: es-US)."""

from __future__ import annotations

__all__ = ["SPANISH_TEXTS"]

SPANISH_TEXTS = {
    "confirmation.subject": "Recibimos su solicitud",
    "confirmation.greeting": "Hola, ${person}:",
    "word.greeting": "Hola:",
    "confirmation.body": """\
${greeting}

Recibimos su solicitud y la asignamos según su ubicación y el área de su asunto.
Su proveedor se comunicará con usted dentro de ${hours}. También puede comunicarse usted primero:

${associate}
${phone}
${website}""",
    "courtesy.subject": "Nuevo cliente potencial: ${matter}",
    "courtesy.body": (
        "Nuevo cliente potencial: ${person}, ${matter}, n.º ${lead}. El primer contacto vence "
        "dentro de ${hours}. No responda: las respuestas llegan a la empresa, no a la persona."
    ),
    "word.no_name": "sin nombre",
    "word.no_matter": "una solicitud",
    "refund.subject": "Devolución del cliente potencial ${lead}",
    "refund.approved": (
        "Su devolución del cliente potencial ${lead} fue aprobada y acreditada. ${note}"
    ),
    "refund.declined": "Su devolución del cliente potencial ${lead} fue rechazada. ${note}",
    "refund.reversed": (
        "Su devolución del cliente potencial ${lead} fue revertida: vuelve a ser suyo y se le "
        "cobró de nuevo. ${note}"
    ),
    "low_balance.subject": "Su saldo es bajo",
    "low_balance.body": (
        "Su saldo es de ${available}, por debajo de ${below}, el límite que usted fijó para "
        "recibir este aviso."
    ),
    "optout.body": (
        "${sender}: No recibirá más llamadas ni mensajes nuestros. Responda HELP para obtener "
        "ayuda."
    ),
    "help.body": (
        "${sender}: Recibe mensajes sobre una solicitud de ayuda hecha con nosotros. Responda STOP "
        "para no recibir más."
    ),
    "courtesy_reply.body": (
        "Este número solo envía avisos. Su respuesta llegó a la empresa, no a la persona que pidió "
        "ayuda; use el teléfono o el correo electrónico del cliente potencial."
    ),
    "appointment.invited": "Cita: ${title}",
    "appointment.changed": "Cita modificada: ${title}",
    "appointment.cancelled": "Cita cancelada: ${title}",
    "appointment.reminded": "Recordatorio: ${title}",
    "appointment.body": """\
${headline}

${when}
${length}
${place}

Cliente potencial ${lead}
${person}

${note}""",
    "appointment.length": "Dura ${minutes}.",
    "appointment.taken": "Otra persona se encarga de esta cita.",
    "first_contact.subject": "Primer contacto vencido: cliente potencial ${lead}",
    "first_contact.body": """\
Nadie ha intentado comunicarse todavía con ${person}, cliente potencial ${lead}.

El primer contacto venció el ${due}. Llame primero.""",
    "follow_up.subject": "Seguimiento pendiente: cliente potencial ${lead}",
    "follow_up.body": """\
El seguimiento ${step} de ${steps} con ${person} vence el ${due}, cliente potencial ${lead}.""",
    "word.nobody": "la persona",
    "invitation.subject": "Su acceso a ${seller}",
    "invitation.body": """\
Hola, ${name}:

${seller} creó un acceso para usted. Elija una contraseña aquí:

${link}

El enlace funciona hasta el ${expires}, una sola vez.""",
    "password_reset.subject": "Elija una nueva contraseña",
    "password_reset.body": """\
Hola, ${name}:

Alguien, esperamos que usted, pidió una nueva contraseña en ${seller}. Elíjala aquí:

${link}

El enlace funciona hasta el ${expires}, una sola vez. Si no fue usted, no haga nada: su contraseña \
no cambia.""",
    "password_changed.subject": "Se cambió su contraseña",
    "password_changed.body": """\
Hola, ${name}:

Se cambió la contraseña de su acceso con ${seller}: ${when}.

Si no fue usted, avise a ${seller} de inmediato.""",
    "address_changed.subject": "Se cambió su correo electrónico",
    "address_changed.body": """\
Hola, ${name}:

Se cambió su correo electrónico con ${seller}: ${when}. Esta dirección ya no se usa.

Si no lo hizo usted ni su administrador, avise a ${seller} de inmediato.""",
    "address_confirm.subject": "Confirme su nuevo correo electrónico",
    "address_confirm.body": """\
Hola:

Alguien, esperamos que usted, quiere entrar en ${seller} con este correo electrónico. Confírmelo \
aquí:

${link}

El enlace funciona hasta el ${expires}, una sola vez. Si no fue usted, no haga nada: nada \
cambia.""",
    "address_taken.subject": "Alguien quiere entrar con su correo electrónico",
    "address_taken.body": """\
Hola:

Alguien quiere entrar en ${seller} con este correo electrónico: ${when}. Ya hay un acceso con él, \
así que no se cambió nada.

Si fue usted, entre con él o pida una nueva contraseña. Si no lo fue, no haga nada.""",
    "hours.one": "${count} hora",
    "hours.other": "${count} horas",
    "minutes.one": "${count} minuto",
    "minutes.other": "${count} minutos",
    "format.decimal": ".",
    "format.group": ",",
    "format.money": "${amount} ${currency}",
    "format.instant": (
        "${weekday}, ${day} de ${month} de ${year}, ${hour12}:${minute} ${half} ${zone} "
        "(UTC${offset})"
    ),
    "half.am": "a. m.",
    "half.pm": "p. m.",
    "weekday.1": "lunes",
    "weekday.2": "martes",
    "weekday.3": "miércoles",
    "weekday.4": "jueves",
    "weekday.5": "viernes",
    "weekday.6": "sábado",
    "weekday.7": "domingo",
    "month.1": "enero",
    "month.2": "febrero",
    "month.3": "marzo",
    "month.4": "abril",
    "month.5": "mayo",
    "month.6": "junio",
    "month.7": "julio",
    "month.8": "agosto",
    "month.9": "septiembre",
    "month.10": "octubre",
    "month.11": "noviembre",
    "month.12": "diciembre",
}
"""As `ENGLISH_TEXTS`; the page around is the same in every language."""
