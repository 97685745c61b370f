"""Reconciliation: an account's counters, entries, transfers, holds and lots against each other.

Every difference is a sentence that says where: the entry's number, or the account as a whole. After
a difference the walk goes on from what was stored, so one wrong figure is told once, not once for
every line that follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.balances import kernel
from leadcore.balances.allocating import Fold
from leadcore.balances.consumption import BONUS_FIRST, Consumption, Consumptions
from leadcore.balances.holds import Hold, HoldStatus
from leadcore.balances.lots import Lots
from leadcore.balances.transfers import RESOLVING, TransferKind
from leadcore.errors import LeadcoreError
from leadcore.values import micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.balances.accounts import LedgerAccount
    from leadcore.balances.history import Entry
    from leadcore.balances.lots import Line
    from leadcore.balances.transfers import Transfer

__all__ = ["reconcile"]

_OF_A_LOT = frozenset({TransferKind.PROMO_EXPIRY, TransferKind.ACCOUNT_REFUND})


def reconcile(
    account: LedgerAccount,
    lines: Iterable[Line],
    holds: Iterable[Hold] = (),
    consumption: Consumption | Consumptions = BONUS_FIRST,
) -> tuple[str, ...]:
    """Compare all that is stored about a tracked account; give a sentence for each difference.

    Args:
        account: the account as stored.
        lines: all its lines from the first, in order; read once, one by one.
        holds: all open holds from or to the account.
        consumption: the consumption order of its lots, or the orders that ever held.

    Returns:
        Nothing where everything agrees:

        * entries are numbered without gaps, each balance follows from the one before, time never
          goes back, and each entry moves what its transfer says;
        * the counters are the sums of the entries;
        * the open holds are those the lines tell of, and reserve what the counters say;
        * the lots sum up to the balance, refunds give back no more than was taken, and what expired
          or was paid back of a lot was there.
    """
    walk = _Walk(account, consumption)
    said = [sentence for line in lines for sentence in walk.take(line)]
    said += walk.totals(tuple(hold for hold in holds if hold.status is HoldStatus.OPEN))
    return tuple(f"ledger account {account.id}, {sentence}" for sentence in said)


class _Walk:
    def __init__(self, account: LedgerAccount, consumption: Consumption | Consumptions) -> None:
        self.account = account
        self.lots = Fold(Lots.before(consumption))
        self.folds = True
        self.held: dict[str, tuple[str, int]] = {}
        self.seq = self.posted = self.pending = self.moved_at = 0
        self.credits = self.debits = 0

    # ---------------------------------------------------------------------------- line by line

    def take(self, line: Line) -> Iterator[str]:
        entry, transfer = line.entry, line.transfer
        for what, expected, found in (*self._counted(entry), *self._moved(entry, transfer)):
            if expected != found:
                yield f"entry {entry.seq}: {what} is {found}, not {expected}"
        self.seq, self.posted, self.pending = entry.seq, entry.posted_after, entry.pending_after
        self.moved_at = max(self.moved_at, micros(entry.recorded_at))
        self.credits += max(entry.amount, 0)
        self.debits += max(-entry.amount, 0)
        yield from self._hold(transfer)
        yield from self._allot(line)

    def _counted(self, entry: Entry) -> tuple[tuple[str, int | str, int | str], ...]:
        recorded = micros(entry.recorded_at)
        return (
            ("account", self.account.id, entry.account),
            ("seq", self.seq + 1, entry.seq),
            ("posted_after", self.posted + entry.amount, entry.posted_after),
            ("pending_after", self.pending + entry.reserved, entry.pending_after),
            ("recorded_at", max(self.moved_at, recorded), recorded),
        )

    def _moved(
        self, entry: Entry, transfer: Transfer
    ) -> tuple[tuple[str, int | str, int | str], ...]:
        pays = transfer.debit == self.account.id
        moved = kernel.leg(transfer.mode, transfer.amount.minor)
        _, whole = self.held.get(transfer.ref or "", ("", -entry.reserved))
        freed = whole if transfer.kind in RESOLVING else 0
        reserved = kernel.reserved(transfer.mode, transfer.amount.minor, freed)
        return (
            ("transfer", entry.transfer_id, transfer.id),
            ("amount", -moved if pays else moved, entry.amount),
            ("reserved", reserved if pays else 0, entry.reserved),
            ("currency", self.account.currency, transfer.amount.currency),
            ("effective_at", micros(transfer.effective_at), micros(entry.effective_at)),
        )

    def _hold(self, transfer: Transfer) -> Iterator[str]:
        if transfer.kind is TransferKind.HOLD:
            self.held[transfer.id] = (transfer.debit, transfer.amount.minor)
        elif transfer.kind in RESOLVING and self.held.pop(transfer.ref or "", None) is None:
            yield f"entry {self.seq}: {transfer.id} ends hold {transfer.ref}, which is not open"

    def _allot(self, line: Line) -> Iterator[str]:
        if not self.folds:
            return
        try:
            moved = self.lots.take(line)
        except LeadcoreError as error:
            self.folds = False
            yield f"entry {self.seq}: lots can't be told from here on: {error}"
        else:
            transfer, amount = line.transfer, -line.entry.amount
            of_it = moved.get(transfer.ref, 0) if transfer.ref else -amount - moved.get(None, 0)
            if transfer.kind in _OF_A_LOT and amount > 0 and -of_it != amount:
                what = f"{transfer.kind.value} {transfer.id} takes {amount}"
                yield f"entry {self.seq}: {what}, but its lot had {-of_it} left"

    # ------------------------------------------------------------------------------ as a whole

    def totals(self, holds: tuple[Hold, ...]) -> Iterator[str]:
        account = self.account
        announced = sum(held for debit, held in self.held.values() if debit != account.id)
        for what, expected, found in (
            ("seq", self.seq, account.seq),
            ("credits_posted", self.credits, account.credits_posted),
            ("debits_posted", self.debits, account.debits_posted),
            ("debits_pending", self.pending, account.debits_pending),
            ("credits_pending", announced, account.credits_pending),
            ("moved_at", self.moved_at, micros(account.moved_at) if account.moved_at else 0),
        ):
            if expected != found:
                yield f"entry {self.seq}: {what} is {found}, not {expected}"
        yield from self._holds({hold.id: (hold.debit, hold.amount.minor) for hold in holds})
        total = sum(self.lots.left.values()) - sum(debt.amount for debt in self.lots.oldest_debts())
        if self.folds and total != account.posted:
            yield f"entry {self.seq}: the lots hold {total}, the counters {account.posted}"

    def _holds(self, stored: dict[str, tuple[str, int]]) -> Iterator[str]:
        for name in sorted(self.held.keys() | stored.keys()):
            told, kept = self.held.get(name), stored.get(name)
            if told != kept:
                by_lines = f"reserves {told[1]}" if told else "is not open"
                by_holds = f"it reserves {kept[1]}" if kept else "there is no such open one"
                yield f"entry {self.seq}: by the lines hold {name} {by_lines}; stored, {by_holds}"
