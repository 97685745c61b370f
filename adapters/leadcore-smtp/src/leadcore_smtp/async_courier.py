"""Delivers e-mails over SMTP, async: the same steps, through aiosmtplib."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

import aiosmtplib

from leadcore.ports import NotSent, Sent
from leadcore.submissions import Channel
from leadcore_smtp.answers import broken, not_here, not_let_in, told
from leadcore_smtp.courier import prepared
from leadcore_smtp.server import Tls

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Mapping
    from email.message import EmailMessage

    from leadcore.notices import Message
    from leadcore_smtp.mails import MailSender
    from leadcore_smtp.server import SmtpServer

__all__ = ["AsyncSmtpCourier"]


class AsyncSmtpCourier:
    """Delivers e-mails over SMTP; implements `leadcore.ports.AsyncCourier`."""

    def __init__(
        self,
        server: SmtpServer,
        sender: MailSender,
        senders: Mapping[str, MailSender] | None = None,
    ) -> None:
        """Make a courier; the arguments are those of `SmtpCourier`."""
        self._server = server
        self._sender = sender
        self._senders = senders or {}
        self._line: _Line | None = None

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[AsyncSmtpCourier]:
        """Give a courier that keeps its connection open; see `SmtpCourier.batch`."""
        kept = AsyncSmtpCourier(self._server, self._sender, self._senders)
        kept._line = line = _Line(self._server)
        try:
            yield kept
        finally:
            await line.close()

    @property
    def channels(self) -> frozenset[Channel]:
        """E-mail."""
        return frozenset({Channel.EMAIL})

    async def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message over; see `leadcore.ports.AsyncCourier`."""
        mail = prepared(message, self._sender, self._senders)
        if isinstance(mail, NotSent):
            return mail
        try:
            return await self._delivered(mail)
        except aiosmtplib.SMTPAuthenticationError as error:
            return not_let_in(error.code, error.message)
        except aiosmtplib.SMTPResponseException as error:
            return told(error.code, error.message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return told(error.recipients[0].code, error.recipients[0].message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return broken(error)

    async def _delivered(self, mail: EmailMessage) -> Sent | NotSent:
        line = self._line or _Line(self._server)
        try:
            return await _said(await line.ready(), mail)
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            # The server is there and said no; aiosmtplib raises that.
            raise
        except BaseException:
            # What was heard last may belong to anything: the next message begins anew.
            await line.close()
            raise
        finally:
            if self._line is None:
                await line.close()


class _Line:
    """A connection that is there when it is needed."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: aiosmtplib.SMTP | None = None

    async def ready(self) -> aiosmtplib.SMTP:
        """Give the connection with nothing said on it, opened anew where it is gone."""
        if self._smtp is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._smtp.rset()
                return self._smtp
            await self.close()
        server = self._server
        self._smtp = smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.reached_at,
            local_hostname=server.name,
            timeout=server.timeout,
            use_tls=server.tls is Tls.IMPLICIT,
            start_tls=server.tls is Tls.STARTTLS,
            tls_context=None if server.tls is Tls.NONE else server.context(),
        )
        try:
            await smtp.connect()
            if server.user is not None:
                await smtp.login(server.user, server.password or "")
        except BaseException:
            await self.close()
            raise
        return smtp

    async def close(self) -> None:
        """Say goodbye; whatever was said of a message counts, however that goes."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit()
            transport = cast("asyncio.WriteTransport | None", smtp.transport)
            smtp.close()
            if transport is not None:
                # All is said: a loop that ends now is not to wait for TLS's own goodbye.
                transport.abort()


async def _said(smtp: aiosmtplib.SMTP, mail: EmailMessage) -> Sent | NotSent:
    """Say the three things; aiosmtplib raises where one is not taken."""
    to = str(mail["To"])
    options: list[str] = []
    if not to.isascii():
        await smtp.ehlo()
        if not smtp.supports_extension("smtputf8"):
            return not_here("the mail server takes no such address: it lacks SMTPUTF8")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    encoding = "utf-8" if options else "ascii"
    await smtp.mail(mail["From"].addresses[0].addr_spec, options=options, encoding=encoding)
    await smtp.rcpt(to, encoding=encoding)
    code, words = await smtp.data(mail.as_bytes())
    return told(code, words)
