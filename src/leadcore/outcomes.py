"""What follows from a use case, as one value that a store commits whole or not at all.

Two ways to guard a write, both made here and only applied by a store:

* **versions**, for what people edit: a `Change` whose stream is not at `expected` is a `Conflict`;
* **guarded deltas**, for hot numbers: a balance moves only where enough is available, an order's
  standing only where the terms are those that were seen and a place is left, also in every period
  of its caps; what is kept grows only while there is room. Where enough being
  there says too little, a `LedgerMark` asks that an account has not moved. A guard that fails is
  a `Conflict` too: the use case runs again on fresh facts and may come to another answer.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import field, frozen

from leadcore.balances import Hold, LedgerAccount, Posted, Transfer
from leadcore.decider import Change
from leadcore.errors import Conflict
from leadcore.files.limits import RoomDelta
from leadcore.kept_answers import KeptAnswer
from leadcore.logins.deeds import Deed
from leadcore.notices import Message
from leadcore.orders.caps import Period, Usage
from leadcore.values import LeadId, OrderId, SellerId, Unlimited, UserId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Claim",
    "FloorSet",
    "LedgerMark",
    "Outcome",
    "PasswordHash",
    "StandingDelta",
    "UsageDelta",
    "check_unmoved",
    "claims_of",
]

A_co = TypeVar("A_co", covariant=True)
B = TypeVar("B")


@frozen(kw_only=True)
class Claim:
    """The `ordinal`-th thing done with the person that `key` stands for.

    A reception, an offer of a lead that waited, a reversal: each claims the person's keys.

    A store keeps (seller, key, ordinal) unique. Of two submissions of one person that run at the
    same time only one gets the ordinal it saw free; the other runs again and sees the first.
    """

    seller_id: SellerId
    key: str
    ordinal: int
    lead_id: LeadId


@frozen(kw_only=True)
class UsageDelta:
    """What to add to the count of one period of an order's caps.

    Attributes:
        leads, money: what to add; below zero to give back. Money is in minor units.
        most_leads, most_money: what may not be passed afterwards; below zero for no limit.
        begins: where no count is kept yet and the sales of the period were counted, what it begins
            with; there must still be none then. None begins with nothing.
        kept_only: where no count is kept there is nothing to add to, and none begins.
    """

    period: Period
    opens_at: datetime = field(converter=instant)
    leads: int
    money: int
    most_leads: int = -1
    most_money: int = -1
    begins: Usage | None = None
    kept_only: bool = False


@frozen(kw_only=True)
class StandingDelta:
    """What to add to an order's hot numbers.

    Attributes:
        sold, spent, credit: what to add; each may be below zero.
        expected_version: the terms must still be at this version; None asks for none.
        limit: `sold` may not pass this afterwards; `UNLIMITED` for no limit, None asks for none.
        bank: the same for `spent`, in minor units.
        expected_moves: no sale and no return may have moved the order since; None asks for nothing.
        usage: what to add to the counts of its caps, at most once a period.
        recount: forget the counts of its caps: they will be counted anew.
    """

    order_id: OrderId
    sold: int = 0
    spent: int = 0
    credit: int = 0
    expected_version: int | None = None
    limit: int | Unlimited | None = None
    bank: int | Unlimited | None = None
    expected_moves: int | None = None
    usage: tuple[UsageDelta, ...] = ()
    recount: bool = False

    @property
    def moves(self) -> int:
        """1 where a sale or a return moves the order, 0 where only its turn is moved."""
        return int(bool(self.sold or self.spent or self.usage))


@frozen(kw_only=True)
class LedgerMark:
    """A tracked ledger account that must still be at the entry it was seen at.

    For what follows from all of an account's lines, such as which of its money is cash: enough
    being available says too little then.
    """

    account: str
    seq: int


@frozen
class FloorSet:
    """The least an open ledger account may become by spending is another one from now on.

    It stands whatever the account is at; whoever sets it has a change of the account's own stream
    in the same outcome, whose version keeps two from setting it at once.

    Attributes:
        account: the ledger account.
        floor: as in `balances.LedgerAccount`.
    """

    account: str
    floor: int | Unlimited


@frozen
class PasswordHash:
    """The hash of a user's password, in place of the one before, which is kept nowhere.

    It is no part of any state: the journal keeps everything, and old hashes are not to be kept.
    The log-in's state has its SHA-256, which an audit compares.

    Attributes:
        user_id: whose.
        encoded: as whatever made it wrote it, with its parameters; opaque here.
    """

    user_id: UserId
    encoded: str = field(repr=False)


@frozen(kw_only=True)
class Outcome(Generic[A_co]):
    """All that follows from a use case.

    Attributes:
        answer: what the caller is told.
        changes: events and new states, at most one change a stream.
        transfers: one all-or-nothing batch for the ledger, in order.
        holds: the holds the batch resolves, as they were seen.
        opened: ledger accounts to open.
        claims: the person's keys of a new lead.
        standings: guarded deltas on orders, at most one an order.
        messages: for the outbox.
        unmoved: ledger accounts the batch touches that must not have moved since they were seen.
        passwords: hashes to keep, each with a change of its log-in.
        deeds: who did it; written once by their ids.
        rooms: guarded deltas on how much is kept, at most one a key.
        floors: ledger accounts whose floor changes, at most once each; with no transfers.
        answers: to keep, each under an id that no other has.
    """

    answer: A_co
    changes: tuple[Change, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    holds: tuple[Hold, ...] = ()
    opened: tuple[LedgerAccount, ...] = ()
    claims: tuple[Claim, ...] = ()
    standings: tuple[StandingDelta, ...] = ()
    messages: tuple[Message, ...] = ()
    unmoved: tuple[LedgerMark, ...] = ()
    passwords: tuple[PasswordHash, ...] = ()
    deeds: tuple[Deed, ...] = ()
    rooms: tuple[RoomDelta, ...] = ()
    floors: tuple[FloorSet, ...] = ()
    answers: tuple[KeptAnswer, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Is there nothing to commit?"""
        return self.answering(None) == Outcome(answer=None)

    def answering(self, answer: B) -> Outcome[B]:
        """Give the same outcome with another answer."""
        return Outcome(
            answer=answer,
            changes=self.changes,
            transfers=self.transfers,
            holds=self.holds,
            opened=self.opened,
            claims=self.claims,
            standings=self.standings,
            messages=self.messages,
            unmoved=self.unmoved,
            passwords=self.passwords,
            deeds=self.deeds,
            rooms=self.rooms,
            floors=self.floors,
            answers=self.answers,
        )


def check_unmoved(unmoved: Iterable[LedgerMark], posted: Posted) -> None:
    """Check that accounts had not moved when a batch was posted; for stores, before they commit.

    Args:
        unmoved: those of the outcome.
        posted: the batch with the counters as they are after it, under the accounts' guards. One
            that was posted by an earlier call moves nothing and passes.

    Raises:
        Conflict: somebody else was faster; the batch must not be kept.
    """
    moved = Counter(entry.account for entry in posted.entries)
    now = {account.id: account.seq - moved[account.id] for account in posted.accounts}
    for mark in unmoved:
        if now.get(mark.account, mark.seq) != mark.seq:
            raise Conflict(f"ledger account {mark.account}")


def claims_of(
    seller_id: SellerId, lead_id: LeadId, key_counts: Mapping[str, int]
) -> tuple[Claim, ...]:
    """Claim a person's keys once more, so that whatever is done with the person meets the rest."""
    return tuple(
        Claim(seller_id=seller_id, key=key, ordinal=count + 1, lead_id=lead_id)
        for key, count in sorted(key_counts.items())
    )
