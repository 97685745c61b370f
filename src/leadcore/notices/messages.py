"""Messages as data for the outbox, and what a stranger's words are made into before they go in."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from enum import Enum

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.submissions import Channel
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant, optional_instant

__all__ = ["Attachment", "Message", "MessageKind", "one_line", "reads_leftwards", "without_link"]


class MessageKind(Enum):
    """What a message is for."""

    CONFIRMATION = "confirmation"
    COURTESY = "courtesy"
    REFUND = "refund"
    OPTOUT = "optout"
    HELP = "help"
    COURTESY_REPLY = "courtesy_reply"
    LOW_BALANCE = "low_balance"
    APPOINTMENT = "appointment"
    APPOINTMENT_REMINDER = "appointment_reminder"
    FIRST_CONTACT = "first_contact"
    FOLLOW_UP = "follow_up"
    INVITATION = "invitation"
    TO_PERSON = "to_person"
    FORWARDED = "forwarded"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - no secret: the name of a kind
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - as above
    ADDRESS_CHANGED = "address_changed"
    ADDRESS_CONFIRM = "address_confirm"
    ADDRESS_TAKEN = "address_taken"


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
        at: when what it tells of happened; it is not delivered before.
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


_LETS_IN = frozenset(
    {MessageKind.INVITATION, MessageKind.PASSWORD_RESET, MessageKind.ADDRESS_CONFIRM}
)
_HIDDEN = "What it says is for its receiver alone: it holds a link that lets somebody in."


def without_link(message: Message) -> Message:
    """Give a message as whoever looks after the outbox may read it.

    One that holds a link that lets somebody in says so instead: whoever read it could come in as
    somebody else.
    """
    if message.kind not in _LETS_IN:
        return message
    return replace(message, body=_HIDDEN, html="", attachments=())


LONGEST = 100
"""So much is told of what a stranger typed into one field."""
LONGEST_OF_OURS = 500
"""So much of what our own people wrote."""


def one_line(text: str | None, most: int = LONGEST) -> str:
    r"""Put a text on one line, without control characters, and cut it.

    Whatever is no printable character becomes a space: line ends of every kind, which would begin
    a header; controls that turn the direction of what follows (U+202A to U+202E, U+2066 to U+2069,
    the marks); half a surrogate pair.

    >>> one_line("Ann\r\nBcc: all@x.example\u202e!")
    'Ann Bcc: all@x.example !'
    """
    shown = text or ""
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else " " for each in shown)
    return " ".join(shown.split())[:most].rstrip()


_LEFTWARDS = frozenset({"R", "AL", "AN"})


def reads_leftwards(text: str) -> bool:
    """Tell whether a text holds letters that are read from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(each) in _LEFTWARDS for each in text
    )
