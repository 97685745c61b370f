"""The texts in English: the ones every other language falls back to, so all of them are here."""

from __future__ import annotations

from leadcore.inbound_texts import COURTESY_REPLY

__all__ = ["ENGLISH_TEXTS"]

ENGLISH_TEXTS = {
    # -------------------------------------------------------------------------------- messages
    "confirmation.subject": "We received your request",
    "confirmation.greeting": "Dear ${person},",
    "word.greeting": "Dear customer,",
    "confirmation.body": """\
${greeting}

We received your request and matched it by your location and the area of your matter.
Your provider will be in touch within ${hours}. You may also get in touch first:

${associate}
${phone}
${website}""",
    "courtesy.subject": "New lead: ${matter}",
    "courtesy.body": (
        "New lead: ${person}, ${matter}, lead ${lead}. First contact is due within ${hours}. "
        "Do not reply: replies reach the company, not the person."
    ),
    "word.no_name": "name not given",
    "word.no_matter": "a request",
    "refund.subject": "Return of lead ${lead}",
    "refund.approved": "Your return of lead ${lead} was approved and credited. ${note}",
    "refund.declined": "Your return of lead ${lead} was declined. ${note}",
    "refund.reversed": (
        "Your return of lead ${lead} was taken back: the lead is yours again and was charged "
        "again. ${note}"
    ),
    "low_balance.subject": "Your balance is low",
    "low_balance.body": (
        "Your balance is ${available}, below the ${below} you asked to be told of."
    ),
    "optout.body": ("${sender}: You will get no more calls or texts from us. Reply HELP for help."),
    "help.body": (
        "${sender}: You get messages about a request for help made with us. Reply STOP to end them."
    ),
    "courtesy_reply.body": COURTESY_REPLY,
    "appointment.invited": "Appointment: ${title}",
    "appointment.changed": "Appointment changed: ${title}",
    "appointment.cancelled": "Appointment cancelled: ${title}",
    "appointment.reminded": "Reminder: ${title}",
    "appointment.body": """\
${headline}

${when}
${length}
${place}

Lead ${lead}
${person}

${note}""",
    "appointment.length": "Takes ${minutes}.",
    "appointment.taken": "Somebody else takes this appointment.",
    "first_contact.subject": "First contact is overdue: lead ${lead}",
    "first_contact.body": """\
Nobody has tried to reach ${person} yet, lead ${lead}.

First contact was due ${due}. Call first.""",
    "follow_up.subject": "A follow-up is due: lead ${lead}",
    "follow_up.body": """\
Follow-up ${step} of ${steps} with ${person} is due ${due}, lead ${lead}.""",
    "word.nobody": "the person",
    "invitation.subject": "Your log-in with ${seller}",
    "invitation.body": """\
Hello ${name},

${seller} made a log-in for you. Choose a password here:

${link}

The link works until ${expires}, once.""",
    "password_reset.subject": "Choose a new password",
    "password_reset.body": """\
Hello ${name},

Somebody, we hope it was you, asked for a new password with ${seller}. Choose one here:

${link}

The link works until ${expires}, once. If it was not you, do nothing: your password stays.""",
    "password_changed.subject": "Your password was changed",
    "password_changed.body": """\
Hello ${name},

The password of your log-in with ${seller} was changed: ${when}.

If it was not you, tell ${seller} at once.""",
    "address_changed.subject": "Your e-mail address was changed",
    "address_changed.body": """\
Hello ${name},

Your e-mail address with ${seller} was changed: ${when}. This one is used no more.

If neither you nor your admin did it, tell ${seller} at once.""",
    "address_confirm.subject": "Confirm your new e-mail address",
    "address_confirm.body": """\
Hello,

Somebody, we hope it was you, wants to log in with this e-mail address with ${seller}. Confirm it
here:

${link}

The link works until ${expires}, once. If it was not you, do nothing: nothing is changed.""",
    "address_taken.subject": "Somebody wants to log in with your e-mail address",
    "address_taken.body": """\
Hello,

Somebody wants to log in with this e-mail address with ${seller}: ${when}. There is a log-in with it
already, so nothing was changed.

If it was you, log in with it, or ask for a new password. If it was not, do nothing.""",
    # ---------------------------------------------------------------------------- the page around
    "page.html": """\
<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${subject}</title></head>
<body>
${content}
</body>
</html>""",
    # ------------------------------------------------------------------------- counted, and forms
    "hours.one": "${count} hour",
    "hours.other": "${count} hours",
    "minutes.one": "${count} minute",
    "minutes.other": "${count} minutes",
    "format.decimal": ".",
    "format.group": ",",
    "format.money": "${amount} ${currency}",
    "format.instant": (
        "${weekday}, ${month} ${day}, ${year}, ${hour12}:${minute} ${half} ${zone} (UTC${offset})"
    ),
    "half.am": "AM",
    "half.pm": "PM",
    "weekday.1": "Monday",
    "weekday.2": "Tuesday",
    "weekday.3": "Wednesday",
    "weekday.4": "Thursday",
    "weekday.5": "Friday",
    "weekday.6": "Saturday",
    "weekday.7": "Sunday",
    "month.1": "January",
    "month.2": "February",
    "month.3": "March",
    "month.4": "April",
    "month.5": "May",
    "month.6": "June",
    "month.7": "July",
    "month.8": "August",
    "month.9": "September",
    "month.10": "October",
    "month.11": "November",
    "month.12": "December",
}
"""Each text by its key: the kind of message, a dot, the part. `${...}` is where a fact goes."""
