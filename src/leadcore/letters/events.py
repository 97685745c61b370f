"""What happens to a letter, and what people may do with one."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.values import instant

__all__ = [
    "DropLetter",
    "LetterClaimed",
    "LetterCleared",
    "LetterCommand",
    "LetterDied",
    "LetterDropped",
    "LetterEvent",
    "LetterHeld",
    "LetterPutOff",
    "LetterRetried",
    "LetterSent",
    "RetryLetter",
    "WhyDropped",
]


class WhyDropped(Enum):
    """Why a message is not delivered any more."""

    NOT_ALLOWED = "not_allowed"
    """The contact rules say no, and say no instant from which on they would say yes."""
    TOO_LATE = "too_late"
    """It must not be delivered any more: see `Message.not_after`."""
    REFUSED = "refused"
    """Whoever delivers will never take it as it is."""
    OPTED_OUT = "opted_out"
    """Whoever delivers knows that its receiver wants no messages."""
    BY_PERSON = "by_person"
    """A person took it back."""


@frozen(kw_only=True)
class RetryLetter:
    """Try a letter again now that is held, dead, or was refused by its courier."""

    by: str


@frozen(kw_only=True)
class DropLetter:
    """Take a letter back that is not settled, or dead."""

    by: str
    reason: str


@frozen(kw_only=True)
class LetterClaimed:
    """A relay took it for itself.

    Attributes:
        by: the relay.
        until: when its lease ends, and others may take it.
    """

    by: str
    until: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterCleared:
    """The contact rules were asked and did not say no, about a message of no lead.

    A decision about a lead is in the lead's own trail.

    Attributes:
        text: the decision's canonical JSON: a `leadcore.contact.logged.LoggedDecision`.
    """

    text: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterSent:
    """A courier took the message.

    Attributes:
        reference: the provider's id of it; None where it gives none.
    """

    reference: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterPutOff:
    """It may be taken another time, said the courier.

    Attributes:
        said: in its words.
        until: when it is tried again.
    """

    said: str
    until: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterHeld:
    """The contact rules said: not now.

    Attributes:
        rules: the ids of the rules that settled it.
        until: from when on they would say yes.
        text: as in `LetterCleared`; None where the decision is in a lead's trail.
    """

    rules: tuple[str, ...]
    until: datetime = field(converter=instant)
    text: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterDropped:
    """It is not delivered any more.

    Attributes:
        said: in words: the rules' or the courier's, or the person's reason.
        rules: the ids of the rules that settled it, where rules did.
        by: the person who took it back; None where nobody did.
        text: as in `LetterHeld`.
    """

    why: WhyDropped
    said: str
    rules: tuple[str, ...] = ()
    by: str | None = None
    text: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterDied:
    """It was tried as often as the plan allows.

    Attributes:
        said: what the courier said last; what became of the last try.
    """

    said: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LetterRetried:
    """A person wants it tried again."""

    by: str
    at: datetime = field(converter=instant)


LetterCommand = RetryLetter | DropLetter
LetterEvent = (
    LetterClaimed
    | LetterCleared
    | LetterSent
    | LetterPutOff
    | LetterHeld
    | LetterDropped
    | LetterDied
    | LetterRetried
)
