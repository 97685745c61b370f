"""Messages that follow from a use case: who is told what, and no more than may be told.

A message is data for the outbox. It is delivered later, by something else, at least once, with its
id as idempotency key. Only the facts named in each function's docstring are disclosed. What a
stranger typed into a form is put on one line and cut: it can neither add a header to an e-mail nor
turn one of ours into theirs.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.refunds.life import RefundStatus
from leadcore.submissions import Channel
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant

if TYPE_CHECKING:
    from leadcore.leads import Lead, Sale
    from leadcore.people import Profile, User
    from leadcore.refunds.life import Refund

__all__ = ["Message", "MessageKind", "confirmation", "courtesy", "refund_told"]


class MessageKind(Enum):
    """What a message is for."""

    CONFIRMATION = "confirmation"
    COURTESY = "courtesy"
    REFUND = "refund"


@frozen(kw_only=True)
class Message:
    """One message of the outbox.

    Attributes:
        id: made of what it follows from, so that the same use case never makes two.
        to: an e-mail address or a number in E.164 form.
        to_person: is it addressed to the person who asked, whose consent then counts?
        subject: for e-mail; empty for a text.
    """

    id: str
    kind: MessageKind
    channel: Channel
    to: str
    to_person: bool
    subject: str
    body: str
    seller_id: SellerId
    account_id: AccountId
    lead_id: LeadId
    user_id: UserId | None = None
    at: datetime = field(converter=instant)


def confirmation(lead: Lead, sale: Sale, associate: Profile) -> tuple[Message, ...]:
    """Tell the person that the request was received; nothing where no e-mail address was given.

    Says that it was matched by place and area, that the provider will be in touch within 24 hours
    and may be contacted first. Of the associate only name, telephone number (the toll-free one
    before the office one) and website are told.
    """
    address = lead.submission.email
    if address is None:
        return ()
    told = (associate.name, associate.toll_free or associate.phone, associate.website)
    lines = [
        f"Dear {_line(lead.submission.name.display) or 'customer'},",
        "",
        "We received your request and matched it by your location and the area of your matter.",
        "Your provider will be in touch within 24 hours. You may also get in touch first:",
        "",
        *(line for one in told if (line := _line(one, _LONGEST_OF_OURS))),
    ]
    message = Message(
        id=f"{sale.id}/{MessageKind.CONFIRMATION.value}/{Channel.EMAIL.value}",
        kind=MessageKind.CONFIRMATION,
        channel=Channel.EMAIL,
        to=address,
        to_person=True,
        subject="We received your request",
        body="\n".join(lines),
        seller_id=lead.seller_id,
        account_id=sale.account_id,
        lead_id=lead.id,
        at=sale.sold_at,
    )
    return (message,)


def courtesy(lead: Lead, sale: Sale, user: User) -> tuple[Message, ...]:
    """Tell the associate about a new lead, by text and by e-mail, where set and switched on.

    It names the lead and says that replies go to the company, never to the person.
    """
    profile = user.profile
    if not profile.notify_new_lead or not user.enabled:
        return ()
    known = lead.submission
    what = _line(known.area) or _line(known.vertical) or "a request"
    body = (
        f"New lead: {_line(known.name.display) or 'name not given'}, {what}, lead {lead.id}. "
        "First contact is due within 24 hours. Do not reply: replies reach the company, "
        "not the person."
    )
    ways = ((Channel.TEXT, profile.cell, ""), (Channel.EMAIL, profile.email, f"New lead: {what}"))
    return tuple(
        Message(
            id=f"{sale.id}/{MessageKind.COURTESY.value}/{channel.value}",
            kind=MessageKind.COURTESY,
            channel=channel,
            to=to,
            to_person=False,
            subject=subject,
            body=body,
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            lead_id=lead.id,
            user_id=user.id,
            at=sale.sold_at,
        )
        for channel, to, subject in ways
        if to
    )


def refund_told(
    lead: Lead, sale: Sale, refund: Refund, user: User | None, *, at: datetime
) -> tuple[Message, ...]:
    """Tell whoever asked for a return what became of it, with the reason; by e-mail.

    Nothing where there is nothing new to tell, no address, or no log-in any more.
    """
    word = _REFUND_WORDS.get(refund.status)
    if word is None or user is None or not user.enabled or not user.profile.email:
        return ()
    kind, channel = MessageKind.REFUND, Channel.EMAIL
    turn = f"{refund.id}/{refund.status.value}/{refund.round}"
    message = Message(
        id=f"{sale.id}/{kind.value}/{channel.value}/{turn}",
        kind=kind,
        channel=channel,
        to=user.profile.email,
        to_person=False,
        subject=f"Return of lead {_line(lead.id)}",
        body=f"Your return of lead {lead.id} {word}. {refund.note or ''}".strip(),
        seller_id=lead.seller_id,
        account_id=sale.account_id,
        lead_id=lead.id,
        user_id=user.id,
        at=at,
    )
    return (message,)


_REFUND_WORDS = {
    RefundStatus.APPROVED: "was approved and credited",
    RefundStatus.DECLINED: "was declined",
    RefundStatus.REVERSED: "was taken back: the lead is yours again and was charged again",
}

_LONGEST = 100
_LONGEST_OF_OURS = 500


def _line(text: str | None, most: int = _LONGEST) -> str:
    """Put a text on one line, without control characters, and cut it."""
    shown = text or ""
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else " " for each in shown)
    return " ".join(shown.split())[:most]
