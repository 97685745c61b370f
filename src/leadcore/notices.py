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

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.inbound_texts import COURTESY_REPLY, confirm_by
from leadcore.refunds.life import RefundStatus
from leadcore.submissions import Channel
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant, optional_instant

if TYPE_CHECKING:
    from leadcore.leads import Lead, Sale
    from leadcore.people import Profile, User
    from leadcore.refunds.life import Refund
    from leadcore.values import Money

__all__ = [
    "Attachment",
    "Message",
    "MessageKind",
    "Sender",
    "confirmation",
    "courtesy",
    "courtesy_answered",
    "help_told",
    "low_balance",
    "optout_confirmed",
    "refund_told",
]


class MessageKind(Enum):
    """What a message is for."""

    CONFIRMATION = "confirmation"
    COURTESY = "courtesy"
    REFUND = "refund"
    OPTOUT = "optout"
    HELP = "help"
    COURTESY_REPLY = "courtesy_reply"
    LOW_BALANCE = "low_balance"


@frozen(kw_only=True)
class Attachment:
    """A text that goes with an e-mail, such as a calendar invitation.

    Attributes:
        name: the name it is saved under; one line, no folder.
        media_type: with its parameters, such as `text/calendar; method=REQUEST`; always UTF-8.
        text: what it says.
    """

    name: str
    media_type: str
    text: str


@frozen(kw_only=True)
class Message:
    """One message of the outbox.

    Attributes:
        id: made of what it follows from, so that the same use case never makes two.
        to: an e-mail address or a number in E.164 form.
        to_person: is it addressed to the person who asked, whose consent then counts?
        subject: for e-mail; empty for a text.
        body: the words, plain; they say all there is to say.
        html: the same as a page, for e-mail programs that show one; empty where there is none.
        attachments: what goes with an e-mail; nothing goes with a text.
        account_id, lead_id: what it is about; None where it is about neither.
        not_after: delivered later than this it must not be; None: whenever it can be.
    """

    id: str
    kind: MessageKind
    channel: Channel
    to: str
    to_person: bool
    subject: str
    body: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    seller_id: SellerId
    account_id: AccountId | None = None
    lead_id: LeadId | None = None
    user_id: UserId | None = None
    at: datetime = field(converter=instant)
    not_after: datetime | None = field(default=None, converter=optional_instant)


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


def low_balance(
    user: User, *, crossing: int, available: Money, below: Money, at: datetime
) -> tuple[Message, ...]:
    """Tell an admin of an account that its balance is low; once for a crossing, by e-mail.

    Nothing where the user is no admin, has no log-in any more, or no address.
    """
    profile = user.profile
    if not (user.enabled and profile.admin and profile.email):
        return ()
    kind, channel = MessageKind.LOW_BALANCE, Channel.EMAIL
    message = Message(
        id=f"{user.account_id}/{kind.value}/{channel.value}/{crossing}/{user.id}",
        kind=kind,
        channel=channel,
        to=profile.email,
        to_person=False,
        subject="Your balance is low",
        body=f"Your balance is {available}, below the {below} you asked to be told of.",
        seller_id=user.seller_id,
        account_id=user.account_id,
        user_id=user.id,
        at=at,
    )
    return (message,)


@frozen(kw_only=True)
class Sender:
    """Who sent a text, and in whose name it is answered.

    Attributes:
        id: what makes the text recognisable when it comes again.
        number: where it came from, in E.164 form.
        name: who answers: the account or the seller it was sent to.
        at: when it was received.
    """

    id: str
    number: str
    name: str
    seller_id: SellerId
    account_id: AccountId | None = None
    at: datetime = field(converter=instant)


def optout_confirmed(sender: Sender) -> Message:
    """Confirm an opt-out: no marketing, no word to win the person back, within five minutes."""
    words = "You will get no more calls or texts from us. Reply HELP for help."
    return _answered(
        sender,
        MessageKind.OPTOUT,
        f"{_line(sender.name)}: {words}",
        not_after=confirm_by(sender.at),
    )


def help_told(sender: Sender) -> Message:
    """Tell who is texting and how to stop it."""
    words = "You get messages about a request for help made with us. Reply STOP to end them."
    return _answered(sender, MessageKind.HELP, f"{_line(sender.name)}: {words}")


def courtesy_answered(sender: Sender, user: User) -> Message:
    """Tell an associate who answered a courtesy notice where the answer went."""
    told = _answered(sender, MessageKind.COURTESY_REPLY, COURTESY_REPLY)
    return replace(told, to_person=False, account_id=user.account_id, user_id=user.id)


def _answered(
    sender: Sender, kind: MessageKind, body: str, *, not_after: datetime | None = None
) -> Message:
    return Message(
        id=f"{sender.id}/{kind.value}",
        kind=kind,
        channel=Channel.TEXT,
        to=sender.number,
        to_person=True,
        subject="",
        body=body,
        seller_id=sender.seller_id,
        account_id=sender.account_id,
        at=sender.at,
        not_after=not_after,
    )


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
