"""What posting answers: posted, rejected for good, or a key that was used for something else.

A `Rejected` is final for its ids, exactly like a `Posted`: it is stored, and asking again gives it
again. Whoever wants to try once more after paying in uses new ids.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.balances.accounts import LedgerAccount
from leadcore.balances.history import Entry
from leadcore.balances.holds import Hold
from leadcore.balances.transfers import Transfer
from leadcore.errors import Conflict, Malformed
from leadcore.values import instant

__all__ = [
    "Accepted",
    "Code",
    "KeyConflict",
    "Posted",
    "Rejected",
    "StoredOutcome",
    "accepted",
]


class Code(Enum):
    """Why a batch was rejected; the values are stable and are stored."""

    ACCOUNT_UNKNOWN = "account_unknown"
    BOOKS_MIXED = "books_mixed"
    CURRENCY_MIXED = "currency_mixed"
    ACCOUNT_FROZEN = "account_frozen"
    ACCOUNT_CLOSED = "account_closed"
    HOLD_UNKNOWN = "hold_unknown"
    HOLD_RESOLVED = "hold_resolved"
    HOLD_MISMATCH = "hold_mismatch"
    HOLD_EXPIRED = "hold_expired"
    HOLD_NOT_EXPIRED = "hold_not_expired"
    CAPTURE_ABOVE_HOLD = "capture_above_hold"
    CHARGE_UNKNOWN = "charge_unknown"
    REFUND_UNKNOWN = "refund_unknown"
    REFUND_MISMATCH = "refund_mismatch"
    REFUND_BEYOND_CHARGE = "refund_beyond_charge"
    REVERSAL_BEYOND_REFUND = "reversal_beyond_refund"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    OVERFLOW = "overflow"


_SENTENCES = {
    Code.ACCOUNT_UNKNOWN: "There is no such account.",
    Code.BOOKS_MIXED: "The two accounts are in the books of different sellers.",
    Code.CURRENCY_MIXED: "The amount and the two accounts are not all in one currency.",
    Code.ACCOUNT_FROZEN: "The account is frozen, so nothing new may be taken from it.",
    Code.ACCOUNT_CLOSED: "The account is closed; only refunds and the release of holds reach it.",
    Code.HOLD_UNKNOWN: "There is no such hold.",
    Code.HOLD_RESOLVED: "The hold was captured, released or has expired already.",
    Code.HOLD_MISMATCH: "The accounts or the amount are not those of the hold.",
    Code.HOLD_EXPIRED: "The hold's time is over, so it can't be captured.",
    Code.HOLD_NOT_EXPIRED: "The hold's time is not over yet.",
    Code.CAPTURE_ABOVE_HOLD: "More was asked for than the hold reserves.",
    Code.CHARGE_UNKNOWN: "There is no such charge to refund.",
    Code.REFUND_UNKNOWN: "There is no such refund to reverse.",
    Code.REFUND_MISMATCH: "The accounts are not those of what is to be paid back, the other way.",
    Code.REFUND_BEYOND_CHARGE: "Refunds would exceed what was charged.",
    Code.REVERSAL_BEYOND_REFUND: "Reversals would exceed what was refunded.",
    Code.INSUFFICIENT_FUNDS: "There is not enough available on the account.",
    Code.OVERFLOW: "The account's totals would pass what 64 bits hold.",
}


_PASSING = frozenset({Code.INSUFFICIENT_FUNDS, Code.ACCOUNT_FROZEN, Code.ACCOUNT_CLOSED})


@frozen(kw_only=True)
class Rejected:
    """The whole batch was refused and changed nothing; final for its ids.

    Attributes:
        code: why, in a stable word.
        data: the facts behind it, as pairs of name and value; `transfer` is the id of the
            transfer that was refused.
        replayed: was this the stored answer of an earlier call?
    """

    code: Code
    data: tuple[tuple[str, int | str], ...] = ()
    replayed: bool = field(default=False, eq=False)

    @property
    def sentence(self) -> str:
        """Why, as a sentence a person understands."""
        return _SENTENCES[self.code]


@frozen
class KeyConflict:
    """The id was used before for something else; nothing was changed and nothing is stored.

    Attributes:
        id: the id that was used before.
    """

    id: str


@frozen
class Accepted:
    """The stored answer of a batch that was posted: its ids, in order."""

    ids: tuple[str, ...]


@frozen(kw_only=True)
class Posted:
    """The whole batch was posted.

    Attributes:
        transfers: the batch.
        at: when it was recorded (UTC), by the clock of whoever posted.
        entries: the new lines of the tracked accounts, in the order they were made.
        accounts: the tracked accounts afterwards, by id.
        holds: the holds it made or resolved, afterwards, by id.
        replayed: was it posted by an earlier call? Then `entries`, `accounts` and `holds` are
            empty, because there is nothing left to write.
    """

    transfers: tuple[Transfer, ...]
    at: datetime = field(converter=instant)
    entries: tuple[Entry, ...] = ()
    accounts: tuple[LedgerAccount, ...] = ()
    holds: tuple[Hold, ...] = ()
    replayed: bool = field(default=False, eq=False)

    @property
    def outcome(self) -> Accepted:
        """What is stored of it, and what a repeated call answers with."""
        return Accepted(tuple(transfer.id for transfer in self.transfers))


@frozen(kw_only=True)
class StoredOutcome:
    """What was answered when an id was first used.

    Attributes:
        id: the transfer's id.
        fingerprint: what the transfer said then.
        batch: the digest of the batch it was part of.
        at: when it was answered (UTC).
        result: the answer.
    """

    id: str
    fingerprint: str
    batch: str
    at: datetime = field(converter=instant)
    result: Accepted | Rejected


def accepted(result: Posted | Rejected | KeyConflict) -> Posted:
    """Give the answer to transfers that a use case decided on, where they were posted.

    A use case asks for transfers only after it has seen the accounts. So a rejection for what may
    have moved since then (money, an account's status) means that it was too slow; any other one is
    a mistake in what was asked.

    Raises:
        Conflict: the accounts have moved; run the use case again on fresh facts.
        Malformed: the transfers can't be posted at all, or an id was used for something else.
    """
    if isinstance(result, Posted):
        return result
    if isinstance(result, KeyConflict):
        raise Malformed.at("transfers", f"{result.id!r} was used for something else")
    if result.code in _PASSING and not result.replayed:
        raise Conflict(f"ledger: {result.sentence}")
    raise Malformed.at("transfers", result.sentence)
