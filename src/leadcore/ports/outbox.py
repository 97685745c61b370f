"""What relays ask of a store: which letters are due, and what is known when one is handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from leadcore.accounts import Seller
from leadcore.contact_points import ContactPoint
from leadcore.decider import Versioned
from leadcore.decision_trail import DecisionTrail
from leadcore.leads import Lead
from leadcore.letters import Letter, LetterStatus
from leadcore.notices import Message
from leadcore.ports.cursors import Cursor, Paged
from leadcore.submissions import Channel
from leadcore.values import SellerId, instant

__all__ = [
    "AsyncOutbox",
    "DueLetter",
    "LetterFacts",
    "LetterNeeds",
    "Outbox",
    "OutboxEntry",
    "OutboxFacts",
    "OutboxNeeds",
    "OutboxQuery",
]


@frozen(kw_only=True)
class OutboxNeeds:
    """The letters that are due, the longest due first, then by their messages' instants and ids.

    An open letter is due from its `due_at` on, before it was ever claimed from its message's `at`
    on; and only where no other open letter of its lane has a message before its own, by instant and
    id. Which lane a message is in, says `letters.lane_of`.

    Attributes:
        at: now.
        limit: at most so many.
        channels: only messages on these.
        seller_id: only this seller's; None for everybody's.
    """

    at: datetime = field(converter=instant)
    limit: int
    channels: frozenset[Channel] = frozenset(Channel)
    seller_id: SellerId | None = None


@frozen
class DueLetter:
    """A message, and its letter with its version."""

    message: Message
    letter: Versioned[Letter]


@frozen
class OutboxFacts:
    """The letters that are due."""

    due: tuple[DueLetter, ...]


@frozen(kw_only=True)
class LetterNeeds:
    """One letter.

    Attributes:
        contact: for a message to the person who asked, also what the contact rules need: the lead
            with its contact points, its trail and the person's other leads; where there is no lead,
            the address's own contact point.
        point: also what is recorded about the message's address, and the seller.
    """

    message_id: str
    contact: bool = False
    point: bool = False


@frozen(kw_only=True)
class LetterFacts:
    """One letter and what was asked for beside it; None where it was not, or is not there.

    Attributes:
        message: None where there is no such message.
        points: the contact points of the lead's numbers and e-mail addresses that something is
            recorded about, by address.
        point: the contact point of the message's address; version 0 where nothing is recorded.
        others: as `Store.others` gives them for the lead.
    """

    message: Message | None
    letter: Versioned[Letter]
    lead: Lead | None = None
    points: tuple[ContactPoint, ...] = ()
    trail: Versioned[DecisionTrail] | None = None
    point: Versioned[ContactPoint] | None = None
    seller: Seller | None = None
    others: tuple[Lead, ...] = ()


@frozen
class OutboxEntry:
    """A message and where it is."""

    message: Message
    letter: Letter


@frozen(kw_only=True)
class OutboxQuery(Paged[OutboxEntry]):
    """Which messages to list, oldest first.

    Attributes:
        seller_id: whose.
        statuses: only those whose letter is in one of these; None for all.
        limit: at most so many.
        after: behind which row the page begins.
    """

    seller_id: SellerId
    statuses: frozenset[LetterStatus] | None = None
    limit: int = 100

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        return "messages by instant"

    def cursor(self, row: OutboxEntry) -> Cursor:
        """Give where a message stands."""
        return Cursor(row.message.at, row.message.id)


class Outbox(Protocol):
    """The reads of the outbox, sync; a part of `leadcore.ports.Store`."""

    def letter(self, message_id: str) -> OutboxEntry | None:
        """Give a message and where it is."""
        ...

    def letters(self, query: OutboxQuery) -> tuple[OutboxEntry, ...]:
        """Give messages and where they are, by their instants and ids."""
        ...


class AsyncOutbox(Protocol):
    """The reads of the outbox, async: the same names."""

    async def letter(self, message_id: str) -> OutboxEntry | None:
        """As `Outbox.letter`."""
        ...

    async def letters(self, query: OutboxQuery) -> tuple[OutboxEntry, ...]:
        """As `Outbox.letters`."""
        ...
