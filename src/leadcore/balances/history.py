"""The lines of an account: balances as of any moment, refolding, and links that show tampering.

Each account numbers its entries from 1 without gaps, under that account's own guard. `recorded_at`
never goes back within an account, so "the last entry at or before t" means one thing, and what was
read for a moment in the past never changes when later entries come.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances.holds import HoldStatus
from leadcore.values import instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leadcore.balances.accounts import LedgerAccount
    from leadcore.balances.holds import Hold
    from leadcore.balances.transfers import Transfer

__all__ = [
    "UNLINKED",
    "Balance",
    "Difference",
    "Entry",
    "balance_at",
    "balance_at_seq",
    "balance_effective",
    "chain",
    "link",
    "verify",
    "verify_links",
]

UNLINKED = ""
"""What the first entry of an account is linked to."""


@frozen(kw_only=True)
class Entry:
    """One line on one tracked account.

    Attributes:
        account: whose line it is.
        seq: its number on the account, from 1 without gaps.
        transfer_id: the transfer that made it.
        amount: what it added to `posted`, in minor units; below zero where it took.
        reserved: what it added to `pending`; below zero where a hold ended.
        posted_after, pending_after: the account's `posted` and `pending` after it.
        recorded_at: when it was recorded (UTC); never before the entry in front of it.
        effective_at: the business time (UTC) of the transfer.
    """

    account: str
    seq: int
    transfer_id: str
    amount: int
    reserved: int
    posted_after: int
    pending_after: int
    recorded_at: datetime = field(converter=instant)
    effective_at: datetime = field(converter=instant)


@frozen
class Balance:
    """What an account held at a moment: posted, and reserved by holds."""

    posted: int
    pending: int

    @property
    def available(self) -> int:
        """What could be spent then."""
        return self.posted - self.pending


@frozen(kw_only=True)
class Difference:
    """The first place where the entries and what they should fold to differ.

    Attributes:
        seq: the number of the entry it was found at; the last one's for the account's totals.
        what: which figure differs.
        expected: what the fold of the entries gives.
        found: what was stored.
    """

    seq: int
    what: str
    expected: int | str
    found: int | str


def balance_at(entries: Sequence[Entry], at: datetime) -> Balance:
    """Give what an account held at an instant, by when entries were recorded.

    Args:
        entries: the account's entries, in order of `seq`.
        at: the instant; an entry recorded at exactly it counts.

    Returns:
        The balance after the last such entry; zero before the first one.
    """
    return _after(entries, bisect_right(entries, instant(at), key=attrgetter("recorded_at")))


def balance_at_seq(entries: Sequence[Entry], seq: int) -> Balance:
    """Give what an account held after its entry of a number; zero for number 0."""
    return _after(entries, bisect_right(entries, seq, key=attrgetter("seq")))


def balance_effective(entries: Iterable[Entry], at: datetime) -> Balance:
    """Give what an account held by business time: the sum of entries effective at or before `at`.

    Unlike `balance_at`, this changes for past instants when something is booked late.
    """
    moment = instant(at)
    counted = [entry for entry in entries if entry.effective_at <= moment]
    return Balance(sum(entry.amount for entry in counted), sum(entry.reserved for entry in counted))


def _after(entries: Sequence[Entry], count: int) -> Balance:
    if count == 0:
        return Balance(0, 0)
    last = entries[count - 1]
    return Balance(last.posted_after, last.pending_after)


def verify(
    entries: Iterable[Entry], account: LedgerAccount, holds: Iterable[Hold] = ()
) -> Difference | None:
    """Fold an account's entries again and report the first difference.

    Args:
        entries: all entries of the account, in order of `seq`.
        account: the account as stored.
        holds: all open holds from or to the account.

    Returns:
        None where everything agrees.
    """
    fold = _Fold()
    for entry in entries:
        for what, expected, found in fold.take(entry):
            if expected != found:
                return Difference(seq=entry.seq, what=what, expected=expected, found=found)
    for what, expected, found in _totals(fold, account, tuple(holds)):
        if expected != found:
            return Difference(seq=fold.seq, what=what, expected=expected, found=found)
    return None


class _Fold:
    def __init__(self) -> None:
        self.account: str | None = None
        self.seq = self.posted = self.pending = self.credits = self.moved_at = 0

    def take(self, entry: Entry) -> tuple[tuple[str, int | str, int | str], ...]:
        recorded = micros(entry.recorded_at)
        self.account = self.account or entry.account
        self.seq += 1
        self.posted += entry.amount
        self.pending += entry.reserved
        self.credits += max(entry.amount, 0)
        self.moved_at = recorded if self.seq == 1 else max(self.moved_at, recorded)
        return (
            ("account", self.account, entry.account),
            ("seq", self.seq, entry.seq),
            ("posted_after", self.posted, entry.posted_after),
            ("pending_after", self.pending, entry.pending_after),
            ("recorded_at", self.moved_at, recorded),
        )


def _totals(
    fold: _Fold, account: LedgerAccount, holds: tuple[Hold, ...]
) -> tuple[tuple[str, int | str, int | str], ...]:
    open_holds = [hold for hold in holds if hold.status is HoldStatus.OPEN]
    outgoing = sum(hold.amount.minor for hold in open_holds if hold.debit == account.id)
    incoming = sum(hold.amount.minor for hold in open_holds if hold.credit == account.id)
    moved_at = 0 if account.moved_at is None else micros(account.moved_at)
    return (
        ("account", fold.account or account.id, account.id),
        ("seq", fold.seq, account.seq),
        ("credits_posted", fold.credits, account.credits_posted),
        ("debits_posted", fold.credits - fold.posted, account.debits_posted),
        ("debits_pending", fold.pending, account.debits_pending),
        ("open holds", outgoing, account.debits_pending),
        ("credits_pending", incoming, account.credits_pending),
        ("moved_at", fold.moved_at, moved_at),
    )


def link(previous: str, entry: Entry, fingerprint: str) -> str:
    """Give the link of an entry: a SHA-256 over the link in front of it and all it says.

    Args:
        previous: the link of the entry before; `UNLINKED` for the first.
        entry: the entry.
        fingerprint: that of the entry's transfer, so that a changed transfer shows as well.
    """
    parts = (
        previous,
        entry.account,
        str(entry.seq),
        entry.transfer_id,
        str(entry.amount),
        str(entry.reserved),
        str(entry.posted_after),
        str(entry.pending_after),
        str(micros(entry.recorded_at)),
        str(micros(entry.effective_at)),
        fingerprint,
    )
    # Each part with its length, so that no two lists of parts give the same text.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


def chain(entries: Iterable[Entry], transfers: Mapping[str, Transfer]) -> tuple[str, ...]:
    """Give the links of an account's entries, in order of `seq`.

    Keep the newest one (the head) somewhere else: whoever can change the entries can change links
    stored beside them.

    Raises:
        KeyError: an entry's transfer is missing.
    """
    links: list[str] = []
    previous = UNLINKED
    for entry in entries:
        previous = link(previous, entry, transfers[entry.transfer_id].fingerprint)
        links.append(previous)
    return tuple(links)


def verify_links(
    entries: Iterable[Entry], transfers: Mapping[str, Transfer], links: Sequence[str]
) -> Difference | None:
    """Compare an account's entries with the links made when they were recorded.

    Args:
        entries: all entries of the account, in order of `seq`.
        transfers: their transfers, by id.
        links: the links, in the same order. To check against a head kept elsewhere, append none:
            compare `links[-1]` with it.

    Returns:
        The first difference: something was changed, removed, inserted or put in another order.
    """
    previous = UNLINKED
    count = 0
    for count, entry in enumerate(entries, start=1):
        transfer = transfers.get(entry.transfer_id)
        if transfer is None:
            return Difference(
                seq=count, what="transfer", expected=entry.transfer_id, found="missing"
            )
        previous = link(previous, entry, transfer.fingerprint)
        stored = links[count - 1] if count <= len(links) else "missing"
        if previous != stored:
            return Difference(seq=count, what="link", expected=previous, found=stored)
    if count != len(links):
        return Difference(seq=count, what="entries", expected=count, found=len(links))
    return None
