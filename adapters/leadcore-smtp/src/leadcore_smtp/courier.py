"""Delivers e-mails over SMTP, sync: one connection a message or a batch, nothing said twice.

A kept connection is asked whether it is still there (RSET, RFC 5321 4.1.1.5) before each further
message, and opened anew where it is not. Nothing of a message was said by then, so nothing is said
twice; a connection that breaks later is answered as broken, as any is.
"""

from __future__ import annotations

import smtplib
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadcore.ports import NotSent, Sent
from leadcore.submissions import Channel
from leadcore_smtp.answers import broken, not_here, not_let_in, told
from leadcore_smtp.mails import mail_of
from leadcore_smtp.server import Tls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
        self._line: _Line | None = None

    @contextmanager
    def batch(self) -> Iterator[SmtpCourier]:
        """Give a courier that keeps its connection open from one message to the next.

        For one thread at a time; each batch has a connection of its own.
        """
        kept = SmtpCourier(self._server, self._sender, self._senders)
        kept._line = line = _Line(self._server)
        try:
            yield kept
        finally:
            line.close()

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
        line = self._line or _Line(self._server)
        try:
            return _said(line.ready(), mail)
        except BaseException:
            # What was heard last may belong to anything: the next message begins anew.
            line.close()
            raise
        finally:
            if self._line is None:
                line.close()


class _Line:
    """A connection that is there when it is needed."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def ready(self) -> smtplib.SMTP:
        """Give the connection with nothing said on it, opened anew where it is gone."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._smtp.rset()[0] == _DONE:
                    return self._smtp
            self.close()
        self._smtp = smtp = self._connected()
        server = self._server
        smtp.ehlo_or_helo_if_needed()
        if server.tls is Tls.STARTTLS:
            smtp.starttls(context=server.context())
            smtp.ehlo_or_helo_if_needed()
        if server.user is not None:
            smtp.login(server.user, server.password or "")
        return smtp

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls is Tls.IMPLICIT:
            return smtplib.SMTP_SSL(
                server.host,
                server.reached_at,
                server.name,
                timeout=server.timeout,
                context=server.context(),
            )
        return smtplib.SMTP(server.host, server.reached_at, server.name, timeout=server.timeout)

    def close(self) -> None:
        """Say goodbye; whatever was said of a message counts, however that goes."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


_DONE = 250


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
