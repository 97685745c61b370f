"""Delivers e-mails over SMTP, sync: one connection a message, nothing tried twice."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadcore.ports import NotSent, Sent
from leadcore.submissions import Channel
from leadcore_smtp.answers import broken, not_here, not_let_in, told
from leadcore_smtp.mails import mail_of
from leadcore_smtp.server import Tls

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage

    from leadcore.notices import Message
    from leadcore_smtp.mails import MailSender
    from leadcore_smtp.server import SmtpServer

__all__ = ["SmtpCourier", "prepared"]

_NOBODY: Mapping[str, MailSender] = MappingProxyType({})


def prepared(
    message: Message, sender: MailSender, senders: Mapping[str, MailSender]
) -> EmailMessage | NotSent:
    """Give a message as the e-mail to send, or why it can't be one."""
    if message.channel is not Channel.EMAIL:
        return not_here(f"a mail server delivers no {message.channel.value}")
    mail = mail_of(message, senders.get(message.seller_id, sender))
    return mail or not_here("it is for no e-mail address")


class SmtpCourier:
    """Delivers e-mails over SMTP; implements `leadcore.ports.Courier`."""

    def __init__(
        self,
        server: SmtpServer,
        sender: MailSender,
        senders: Mapping[str, MailSender] = _NOBODY,
    ) -> None:
        """Make a courier.

        Args:
            server: the mail server.
            sender: in whose name e-mails go out.
            senders: in whose name those of some sellers go out, by the seller's id.
        """
        self._server = server
        self._sender = sender
        self._senders = senders

    @property
    def channels(self) -> frozenset[Channel]:
        """E-mail."""
        return frozenset({Channel.EMAIL})

    def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message over; see `leadcore.ports.Courier`."""
        mail = prepared(message, self._sender, self._senders)
        if isinstance(mail, NotSent):
            return mail
        try:
            return self._delivered(mail)
        except smtplib.SMTPAuthenticationError as error:
            return not_let_in(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            return told(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return not_here(str(error)) if "SMTPUTF8" in str(error) else broken(error)
        except (smtplib.SMTPException, OSError) as error:
            return broken(error)

    def _delivered(self, mail: EmailMessage) -> Sent | NotSent:
        server = self._server
        context = None if server.tls is Tls.NONE else server.context()
        smtp = (
            smtplib.SMTP_SSL(
                server.host, server.reached_at, server.name, timeout=server.timeout, context=context
            )
            if server.tls is Tls.IMPLICIT
            else smtplib.SMTP(server.host, server.reached_at, server.name, timeout=server.timeout)
        )
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.tls is Tls.STARTTLS:
                smtp.starttls(context=context)
                smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password or "")
            return _said(smtp, mail)
        finally:
            # Whatever was said of the message counts, however the goodbye goes.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


def _said(smtp: smtplib.SMTP, mail: EmailMessage) -> Sent | NotSent:
    """Say the three things, each only after the one before it was taken."""
    to = str(mail["To"])
    options: list[str] = []
    if not to.isascii():
        if not smtp.has_extn("smtputf8"):
            return not_here("the mail server takes no such address: it lacks SMTPUTF8")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    sender = mail["From"].addresses[0].addr_spec
    answer = told(*smtp.mail(sender, options))
    if isinstance(answer, Sent):
        answer = told(*smtp.rcpt(to))
    return told(*smtp.data(mail.as_bytes())) if isinstance(answer, Sent) else answer
