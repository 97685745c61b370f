"""E-mails of leadcore over SMTP, sync and async: `SmtpCourier` and `AsyncSmtpCourier`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore_smtp.courier import SmtpCourier
from leadcore_smtp.mails import MailSender, mail_id, mail_of
from leadcore_smtp.server import SmtpServer, Tls, server_of

if TYPE_CHECKING:
    from leadcore_smtp.async_courier import AsyncSmtpCourier

__all__ = [
    "AsyncSmtpCourier",
    "MailSender",
    "SmtpCourier",
    "SmtpServer",
    "Tls",
    "mail_id",
    "mail_of",
    "server_of",
]


def __getattr__(name: str) -> object:
    """Import the async courier when it is first asked for: it needs the extra `async`."""
    if name == "AsyncSmtpCourier":
        from leadcore_smtp.async_courier import AsyncSmtpCourier  # noqa: PLC0415 # see above

        return AsyncSmtpCourier
    message = f"module 'leadcore_smtp' has no attribute {name!r}"
    raise AttributeError(message)
