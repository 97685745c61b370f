"""A courier that hands e-mails to the mail backend the host has set up."""

from __future__ import annotations

from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives

from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from leadcore.notices import Message

__all__ = ["MailCourier"]


class MailCourier:
    """Delivers e-mails by Django's own mail; implements `leadcore.ports.Courier`."""

    @property
    def channels(self) -> frozenset[Channel]:
        """E-mail."""
        return frozenset({Channel.EMAIL})

    def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message over, from `DEFAULT_FROM_EMAIL`; see `leadcore.ports.Courier`."""
        mail = EmailMultiAlternatives(
            message.subject,
            message.body,
            to=[message.to],
            headers={"X-Leadcore-Message": message.id},
            alternatives=[(message.html, "text/html")] if message.html else [],
            attachments=[(each.name, each.text, each.media_type) for each in message.attachments],
        )
        try:
            mail.send()
        except ValueError as error:  # a line break in a header
            return NotSent(WhyNotSent.REFUSED, type(error).__name__)
        except (SMTPException, OSError) as error:
            return NotSent(WhyNotSent.LATER, type(error).__name__)
        return Sent()
