"""Lots: which money on an account is cash and which is bonus, folded from its statement.

The account keeps one balance; lots are a projection of its lines. Each credit that is no return of
something makes a lot: a promo grant a BONUS one, anything else a CASH one. What each debit takes:

* a charge, a capture, an adjustment, a write-off: lots in the order of `Consumption`;
* a chargeback, a transfer, an account refund, and whatever goes to an account that top-ups come
  from: cash only. Bonus never becomes cash;
* a promo expiry: only what is left of the bonus lot `ref` names; where it names none, of bonus;
* a hold: nothing. What it will take is only known when it is captured, and a release would have to
  undo it; until then `Lots.held` says what is spoken for, and `Lots.free` what is not.

A debit whose `ref` names a lot it may take (for a capture: its hold's) takes of that one first.
What no lot covers is *owed*: a negative remainder, known by the debit it came from. The next
funding pays what is owed off first, the oldest first; a bonus pays only what lots of any kind
could have covered, so a debt of cash waits for cash.

A refund gives back exactly what its charge took, in reverse order of taking, so the first part of a
partial refund is what was taken last (first of all what is still owed). Its reversal takes the same
again, in reverse order of giving back; what was spent meanwhile comes from the other lots, what had
been owed from what was funded since, and the rest is owed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from leadcore.balances.allocating import Fold
from leadcore.balances.consumption import BONUS_FIRST, Consumption, Consumptions, LotKind
from leadcore.balances.portions import Debt, GivenBack, Held, Lot, Part, Taken, left_of
from leadcore.values import instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from leadcore.balances.history import Entry
    from leadcore.balances.transfers import Transfer

__all__ = ["Allocation", "Line", "Lots", "allocations", "lots"]


class Line(Protocol):
    """A line of a statement: `leadcore.ports.StatementLine`, or anything like it."""

    @property
    def entry(self) -> Entry:
        """The entry."""
        ...

    @property
    def transfer(self) -> Transfer:
        """The transfer behind it."""
        ...


@frozen(kw_only=True)
class Allocation:
    """One line of the account, told by lots.

    Attributes:
        line: the line.
        parts: what it added to each lot, below zero where it took; part `None` is what is owed,
            below zero where that grew. They sum to the entry's amount.
        cash, bonus, owed: what there was after it; cash and bonus less owed is `posted_after`.
    """

    line: Line
    parts: tuple[Part, ...]
    cash: int
    bonus: int
    owed: int


@frozen(kw_only=True)
class Lots:
    """The lots of an account after its line `seq`.

    Attributes:
        consumptions: the consumption orders they are folded under.
        account: whose they are; None before the first line.
        seq: the number of the newest line.
        lots: every lot, spent ones too, in the order they came.
        debts: what is owed, oldest first.
        taken: by debit, what it took.
        given_back: by refund, what it gave back.
        held: by id, the open holds.
        sources: the accounts top-ups came from.
    """

    consumptions: Consumptions = field(factory=Consumptions)
    account: str | None = None
    seq: int = 0
    lots: tuple[Lot, ...] = ()
    debts: tuple[Debt, ...] = ()
    taken: Mapping[str, Taken] = field(factory=dict[str, Taken])
    given_back: Mapping[str, GivenBack] = field(factory=dict[str, GivenBack])
    held: Mapping[str, Held] = field(factory=dict[str, Held])
    sources: frozenset[str] = frozenset()

    @classmethod
    def before(cls, consumption: Consumption | Consumptions = BONUS_FIRST) -> Lots:
        """Give the lots before the first line."""
        if isinstance(consumption, Consumption):
            return cls(consumptions=Consumptions(consumption))
        return cls(consumptions=consumption)

    @property
    def open(self) -> tuple[Lot, ...]:
        """The lots that something is left of."""
        return tuple(lot for lot in self.lots if lot.remaining)

    @property
    def cash(self) -> int:
        """What is left of cash."""
        return left_of(self.lots, LotKind.CASH)

    @property
    def bonus(self) -> int:
        """What is left of bonus."""
        return left_of(self.lots, LotKind.BONUS)

    @property
    def owed(self) -> int:
        """What no lot covers."""
        return sum(debt.amount for debt in self.debts)

    @property
    def posted(self) -> int:
        """What the account holds: cash and bonus less what is owed."""
        return self.cash + self.bonus - self.owed

    def after(self, *lines: Line) -> Lots:
        """Give the lots after the next lines; what is there is copied once a call.

        Raises:
            Malformed: they are not the next lines of the same account.
            WrongState: no ledger posts such a history: it returns what was never taken.
        """
        fold = Fold(self)
        for line in lines:
            fold.take(line)
        return _lots(fold)

    def free(self, at: datetime) -> Lots:
        """Give what nothing else has a claim on at an instant.

        Returns:
            The lots as if every open hold were captured whole, and then what is owed were paid off
            with cash, the oldest first.
        """
        fold = Fold(self)
        fold.capture_all(instant(at))
        for lot in fold.lots:
            for debt in fold.oldest_debts() if lot.kind is LotKind.CASH else ():
                fold.pay_off(debt, lot.id)
        return _lots(fold)


def lots(
    lines: Iterable[Line],
    consumption: Consumption | Consumptions = BONUS_FIRST,
    *,
    at: datetime | None = None,
) -> Lots:
    """Fold an account's statement into its lots.

    Args:
        lines: all lines of one account, from the first, in order.
        consumption: the consumption order, or the orders that ever held.
        at: fold only what was recorded by this instant, end included; None for all.

    Raises:
        Malformed: a line is missing, or of another account.
        WrongState: no ledger posts such a history: it returns what was never taken.
    """
    moment = optional_instant(at)
    fold = Fold(Lots.before(consumption))
    for line in lines:
        if moment is not None and line.entry.recorded_at > moment:
            break
        fold.take(line)
    return _lots(fold)


def allocations(
    lines: Iterable[Line], consumption: Consumption | Consumptions = BONUS_FIRST
) -> Iterator[Allocation]:
    """Tell each line by the lots it moved, one by one as they are asked for.

    A debit's parts are what it took *then*; `Lots.taken` says what stands after later fundings and
    refunds.

    Raises:
        Malformed, WrongState: as `lots` says.
    """
    fold = Fold(Lots.before(consumption))
    for line in lines:
        moved = fold.take(line)
        yield Allocation(
            line=line,
            parts=tuple(Part(name, amount) for name, amount in moved.items() if amount),
            cash=fold.left[LotKind.CASH],
            bonus=fold.left[LotKind.BONUS],
            owed=sum(debt.amount for debt in fold.debts.values()),
        )


def _lots(fold: Fold) -> Lots:
    return Lots(
        consumptions=fold.consumptions,
        account=fold.account,
        seq=fold.seq,
        lots=fold.lots,
        debts=tuple(fold.oldest_debts()),
        taken=fold.taken,
        given_back=fold.given_back,
        held=fold.held,
        sources=fold.sources,
    )
