"""What a store needs to apply a batch without reading first: guarded deltas, set-wise.

For each tracked account a batch moves four counters by known amounts, whatever they are now. So a
store needs one statement per batch: "add these where enough is available". `guards` says what to
add and how much must be there; `entries_after` makes the lines of the counters that come back.
Both are checked by property against `post`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from leadcore.balances import kernel
from leadcore.balances.accounts import AccountStatus
from leadcore.balances.checks import statuses_for
from leadcore.balances.history import Entry
from leadcore.balances.transfers import RESOLVING, Transfer, TransferKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.balances.accounts import LedgerAccount
    from leadcore.balances.holds import Hold

__all__ = ["AccountDelta", "entries_after", "guards"]


@frozen(kw_only=True)
class AccountDelta:
    """What a batch adds to one tracked account, and what it needs there beforehand.

    Attributes:
        account: the account's id.
        credits_posted, debits_posted: what is added for good; never below zero.
        credits_pending, debits_pending: what is added to the reserved amounts; may be below zero.
        entries: how many lines the account gets.
        requires: how far `available` must be above the floor beforehand, so that every step of the
            batch is covered; may be below zero, where the batch pays in before it takes out. None
            where nothing is required. An account without a floor needs nothing either.
        statuses: the statuses the account may have, in the order of `AccountStatus`.
    """

    account: str
    credits_posted: int
    debits_posted: int
    credits_pending: int
    debits_pending: int
    entries: int
    requires: int | None
    statuses: tuple[AccountStatus, ...]


class _Step(NamedTuple):
    transfer: Transfer
    debit: int
    credit: int
    outgoing: int
    incoming: int
    guarded: bool
    statuses: frozenset[AccountStatus]


def guards(
    batch: Iterable[Transfer], *, accounts: Iterable[LedgerAccount], holds: Iterable[Hold] = ()
) -> tuple[AccountDelta, ...]:
    """Say what a batch adds to each tracked account and what must be there for it.

    Args:
        batch: the transfers, in order.
        accounts: the accounts it touches, before or after; only whether they are tracked is read.
        holds: the holds it resolves, before or after; only their amounts are read.

    Returns:
        One delta for each tracked account, in order of their ids: touch them in that order.
    """
    tracked = {account.id for account in accounts if account.tracked}
    steps = _steps(tuple(batch), tracked, tuple(holds))
    return tuple(_delta(name, steps[name]) for name in sorted(steps))


def entries_after(
    batch: Iterable[Transfer], *, accounts: Iterable[LedgerAccount], holds: Iterable[Hold] = ()
) -> tuple[Entry, ...]:
    """Make a batch's lines from the counters its accounts have after all of it.

    Args:
        batch: the transfers, in order.
        accounts: the tracked accounts it touched, as they are afterwards.
        holds: the holds it resolves, before or after.

    Returns:
        The entries `post` would have made, in the same order.
    """
    transfers = tuple(batch)
    after = {account.id: account for account in accounts if account.tracked}
    steps = _steps(transfers, set(after), tuple(holds))
    made = {
        (entry.transfer_id, name): entry
        for name, account in after.items()
        for entry in _lines(account, steps.get(name, []))
    }
    order = ((each.id, name) for each in transfers for name in (each.debit, each.credit))
    return tuple(made[key] for key in order if key in made)


def _lines(account: LedgerAccount, steps: list[_Step]) -> Iterator[Entry]:
    seq, posted, pending = account.seq, account.posted, account.pending
    for step in reversed(steps):
        yield Entry(
            account=account.id,
            seq=seq,
            transfer_id=step.transfer.id,
            amount=step.credit - step.debit,
            reserved=step.outgoing,
            posted_after=posted,
            pending_after=pending,
            recorded_at=account.moved_at or step.transfer.effective_at,
            effective_at=step.transfer.effective_at,
        )
        seq -= 1
        posted -= step.credit - step.debit
        pending -= step.outgoing


def _steps(
    batch: tuple[Transfer, ...], tracked: set[str], holds: tuple[Hold, ...]
) -> dict[str, list[_Step]]:
    held = {hold.id: hold.amount.minor for hold in holds}
    steps: dict[str, list[_Step]] = {}
    for transfer in batch:
        mode, amount = transfer.mode, transfer.amount.minor
        if transfer.kind is TransferKind.HOLD:
            held[transfer.id] = amount
        resolved = held[transfer.ref or ""] if transfer.kind in RESOLVING else 0
        change = kernel.reserved(mode, amount, resolved)
        sides = (
            (transfer.debit, True, kernel.leg(mode, amount), 0),
            (transfer.credit, False, 0, kernel.credited(mode, amount)),
        )
        for name, pays, debit, credit in sides:
            if name in tracked:
                step = _Step(
                    transfer=transfer,
                    debit=debit,
                    credit=credit,
                    outgoing=change if pays else 0,
                    incoming=0 if pays else change,
                    guarded=not transfer.forced,
                    statuses=statuses_for(transfer.kind, debit=pays),
                )
                steps.setdefault(name, []).append(step)
    return steps


def _delta(name: str, steps: list[_Step]) -> AccountDelta:
    debits = credits_ = outgoing = incoming = 0
    statuses = steps[0].statuses
    for step in steps:
        debits += step.debit
        credits_ += step.credit
        outgoing += step.outgoing
        incoming += step.incoming
        statuses &= step.statuses
    return AccountDelta(
        account=name,
        credits_posted=credits_,
        debits_posted=debits,
        credits_pending=incoming,
        debits_pending=outgoing,
        entries=len(steps),
        requires=_requires(steps),
        statuses=_in_order(statuses),
    )


@lru_cache
def _in_order(statuses: frozenset[AccountStatus]) -> tuple[AccountStatus, ...]:
    return tuple(status for status in AccountStatus if status in statuses)


def _requires(steps: list[_Step]) -> int | None:
    requires: int | None = None
    drawn_before = 0
    for step in steps:
        drawn = step.debit + step.outgoing - step.credit
        if drawn > 0 and step.guarded:
            needed = drawn_before + drawn
            requires = kernel.tighten(needed if requires is None else requires, drawn_before, drawn)
        drawn_before += drawn
    return requires
