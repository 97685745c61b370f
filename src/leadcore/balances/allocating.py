"""The fold behind lots: line by line, which lots a transfer fills and which it takes from.

The rules it follows are told in `leadcore.balances.lots`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from math import inf
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.balances.consumption import Consumption, LotKind
from leadcore.balances.portions import (
    Debt,
    GivenBack,
    Held,
    Lot,
    Part,
    Taken,
    covered,
    left_of,
    popped,
    pushed,
    total,
)
from leadcore.balances.transfers import TransferKind
from leadcore.errors import Malformed, WrongState
from leadcore.values import micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from leadcore.balances.history import Entry
    from leadcore.balances.lots import Line, Lots
    from leadcore.balances.transfers import Transfer

__all__ = ["Fold", "any_lot"]

_RETURNS = frozenset({TransferKind.REFUND, TransferKind.REFUND_REVERSAL})
_CASH_ONLY = frozenset(
    {TransferKind.CHARGEBACK, TransferKind.TRANSFER, TransferKind.ACCOUNT_REFUND}
)


class Fold:
    """The lots while lines are taken.

    Attributes:
        open: by id, the lots that something is left of; `spent` the others.
        left: what is left of the lots of each kind.
        queue: the open lots in the order they are spent under `order`.
        moved: by lot, what the line under way has added.
    """

    def __init__(self, start: Lots) -> None:
        self.consumptions, self.account, self.seq = start.consumptions, start.account, start.seq
        self.open = {lot.id: lot for lot in start.lots if lot.remaining}
        self.spent = {lot.id: lot for lot in start.lots if not lot.remaining}
        self.debts = {debt.transfer_id: debt for debt in start.debts}
        self.taken = dict(start.taken)
        self.given_back = dict(start.given_back)
        self.held = dict(start.held)
        self.sources = start.sources
        self.moved: dict[str | None, int] = {}
        self.left = {kind: left_of(start.lots, kind) for kind in LotKind}
        self.order: Consumption | None = None
        self.queue: list[_Rank] = []

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Every lot, in the order they came."""
        every = (*self.open.values(), *self.spent.values())
        return tuple(sorted(every, key=lambda lot: lot.seq))

    def take(self, line: Line) -> dict[str | None, int]:
        """Take the next line; give what it added to each lot, and (None) to what is owed."""
        entry, transfer = line.entry, line.transfer
        self._check(entry, transfer)
        self.account, self.seq, self.moved = entry.account, entry.seq, {}
        if entry.reserved > 0:
            to, ref = transfer.credit, transfer.ref
            self.held[transfer.id] = Held(amount=entry.reserved, to=to, ref=ref)
        self._move(entry, transfer)
        if entry.reserved < 0:
            self.held.pop(transfer.ref or "", None)
        return self.moved

    def _move(self, entry: Entry, transfer: Transfer) -> None:
        if entry.amount > 0 and transfer.kind in _RETURNS:
            self._give_back(transfer, entry.amount)
        elif entry.amount > 0:
            self._fund(entry, transfer)
        elif entry.amount < 0 and transfer.kind is TransferKind.REFUND_REVERSAL:
            self._take_again(entry, transfer)
        elif entry.amount < 0:
            self._debit(entry, transfer)

    def _check(self, entry: Entry, transfer: Transfer) -> None:
        if self.account not in {None, entry.account}:
            raise Malformed.at("entry.account", f"is {self.account!r}, not {entry.account!r}")
        if entry.seq != self.seq + 1:
            raise Malformed.at("entry.seq", f"is {self.seq + 1}, not {entry.seq}")
        if entry.transfer_id != transfer.id:
            raise Malformed.at("transfer.id", f"is {entry.transfer_id!r}, not {transfer.id!r}")

    def oldest_debts(self) -> list[Debt]:
        """Give what is owed, oldest first."""
        return sorted(self.debts.values(), key=lambda debt: debt.seq)

    # ------------------------------------------------------------------------------- crediting

    def _fund(self, entry: Entry, transfer: Transfer) -> None:
        bonus = transfer.kind is TransferKind.PROMO_GRANT
        if transfer.kind is TransferKind.TOPUP:
            self.sources |= {transfer.debit}
        lot = Lot(
            id=transfer.id,
            kind=LotKind.BONUS if bonus else LotKind.CASH,
            made_by=transfer.kind,
            funded=entry.amount,
            remaining=entry.amount,
            seq=entry.seq,
            funded_at=transfer.effective_at,
            expires_at=transfer.expires_at if bonus else None,
            ref=transfer.ref,
            actor=transfer.actor,
        )
        self._keep(lot)
        self._note(lot.id, entry.amount)
        for debt in self.oldest_debts():
            if not (bonus and debt.cash_only):
                self.pay_off(debt, transfer.id)

    def pay_off(self, debt: Debt, name: str) -> None:
        """Pay off a debt with a lot, as far as it goes."""
        paid = self._from_lot(name, debt.amount)
        if paid:
            self._owe(replace(debt, amount=-paid))
            taken = self.taken[debt.transfer_id]
            self.taken[debt.transfer_id] = replace(taken, parts=covered(taken.parts, name, paid))

    def _give_back(self, transfer: Transfer, amount: int) -> None:
        debit = transfer.ref or ""
        given: tuple[Part, ...] = ()
        taken = self.taken.get(debit)
        left, off = popped(taken.parts if taken else (), amount)
        if taken is None or total(off) != amount:
            raise WrongState(transfer.kind.value, f"{debit!r} did not take so much")
        for part in off:
            if part.lot is None:
                self._owe(replace(self.debts[debit], amount=-part.amount))
            else:
                self._to_lot(part.lot, part.amount)
            given = pushed(given, part)
        self.taken[debit] = replace(taken, parts=left)
        self.given_back[transfer.id] = GivenBack(of=debit, seq=self.seq, parts=given)

    # -------------------------------------------------------------------------------- debiting

    def _debit(self, entry: Entry, transfer: Transfer) -> None:
        kind, ref = transfer.kind, transfer.ref
        cash_only = self._is_cash_only(kind, transfer.credit)
        if kind is TransferKind.CAPTURE:
            held = self.held.get(ref or "")
            if held is None:
                raise WrongState(kind.value, f"there is no open hold {ref!r}")
            ref = held.ref
        parts = self.spend(-entry.amount, entry.recorded_at, kind, ref, cash_only=cash_only)
        owed = -entry.amount - total(parts)
        if owed:
            self._owe(
                Debt(transfer_id=transfer.id, seq=entry.seq, amount=owed, cash_only=cash_only)
            )
        self.taken[transfer.id] = Taken(
            seq=entry.seq, parts=pushed(parts, Part(None, owed)), cash_only=cash_only
        )

    def _is_cash_only(self, kind: TransferKind, to: str) -> bool:
        # What goes where fundings come from leaves as money, whatever the transfer is called.
        return kind in _CASH_ONLY or to in self.sources

    def capture_all(self, at: datetime) -> None:
        """Take what the open holds reserve, as if all were captured at an instant."""
        for held in self.held.values():
            cash_only = self._is_cash_only(TransferKind.CAPTURE, held.to)
            self.spend(held.amount, at, TransferKind.CAPTURE, held.ref, cash_only=cash_only)

    def spend(
        self, amount: int, at: datetime, kind: TransferKind, ref: str | None, *, cash_only: bool
    ) -> tuple[Part, ...]:
        """Take at most the amount: of the lot that `ref` names first, then of others in order."""
        may_take = _is_cash if cash_only else _MAY_TAKE.get(kind, any_lot)
        parts: tuple[Part, ...] = ()
        named = self.open.get(ref or "")
        if named is not None and may_take(named):
            parts = (Part(named.id, self._from_lot(named.id, amount, kind)),)
        if kind is not TransferKind.PROMO_EXPIRY or ref is None:
            # What makes bonus good is told by the lot it names; what else it takes is just spent.
            as_kind = TransferKind.CHARGE if kind is TransferKind.ADJUSTMENT else kind
            parts = (*parts, *self.draw(amount - total(parts), at, may_take, as_kind))
        return parts

    def draw(
        self,
        amount: int,
        at: datetime,
        may_take: Callable[[Lot], bool],
        kind: TransferKind = TransferKind.CHARGE,
    ) -> tuple[Part, ...]:
        """Take from the lots in order what is there, at most the amount."""
        parts: list[Part] = []
        for lot in self._in_order(at):
            if not amount:
                break
            if may_take(lot):
                part = Part(lot.id, self._from_lot(lot.id, amount, kind))
                parts.append(part)
                amount -= part.amount
        return tuple(parts)

    def _in_order(self, at: datetime) -> Iterator[Lot]:
        order = self.consumptions.at(at)
        if self.order != order:
            self.order = order
            self.queue = sorted(_rank(lot, order) for lot in self.open.values())
        past: list[Lot] = []
        for *_, name in tuple(self.queue):
            lot = self.open[name]
            if lot.has_expired(at):
                past.append(lot)
            else:
                yield lot
        yield from past

    def _take_again(self, entry: Entry, transfer: Transfer) -> None:
        refund = transfer.ref or ""
        given = self.given_back.get(refund)
        left, off = popped(given.parts if given else (), -entry.amount)
        if given is None or total(off) != -entry.amount:
            raise WrongState(transfer.kind.value, f"{refund!r} did not give back so much")
        self.given_back[refund] = replace(given, parts=left)
        for part in off:
            since = given.seq if part.lot is None else 0
            self._take_part(given.of, part, entry.recorded_at, since)

    def _take_part(self, debit: str, part: Part, at: datetime, since: int) -> None:
        """Take what a refund had given back: of its lot, else of others, else it is owed."""
        taken = self.taken[debit]
        took = self._from_lot(part.lot, part.amount)
        may_take = _is_cash if taken.cash_only else any_lot
        others = self.draw(part.amount - took, at, lambda lot: lot.seq > since and may_take(lot))
        owed = part.amount - took - total(others)
        if owed:
            self._owe(
                Debt(transfer_id=debit, seq=taken.seq, amount=owed, cash_only=taken.cash_only)
            )
        parts = taken.parts
        for each in (Part(part.lot, took), *others, Part(None, owed)):
            parts = pushed(parts, each)
        self.taken[debit] = replace(taken, parts=parts)

    # ------------------------------------------------------------------------ single movements

    def _from_lot(
        self, name: str | None, amount: int, kind: TransferKind = TransferKind.CHARGE
    ) -> int:
        """Take of a lot at most what is left of it; give how much that was."""
        lot = self.open.get(name or "")
        if lot is None:
            return 0
        took = min(amount, lot.remaining)
        self._keep(
            replace(
                lot,
                remaining=lot.remaining - took,
                expired=lot.expired + (took if kind is TransferKind.PROMO_EXPIRY else 0),
                repaid=lot.repaid + (took if kind is TransferKind.ADJUSTMENT else 0),
            )
        )
        self._note(lot.id, -took)
        return took

    def _to_lot(self, name: str, amount: int) -> None:
        lot = self.open.get(name) or self.spent[name]
        self._keep(replace(lot, remaining=lot.remaining + amount))
        self._note(name, amount)

    def _keep(self, lot: Lot) -> None:
        was_open = lot.id in self.open
        here, there = (self.open, self.spent) if lot.remaining else (self.spent, self.open)
        here[lot.id] = lot
        there.pop(lot.id, None)
        if self.order is not None and was_open != bool(lot.remaining):
            rank = _rank(lot, self.order)
            if was_open:
                del self.queue[bisect_left(self.queue, rank)]
            else:
                insort(self.queue, rank)

    def _owe(self, more: Debt) -> None:
        """Add to what a debit owes; below zero where it was paid off."""
        known = self.debts.pop(more.transfer_id, None)
        debt = replace(more, amount=more.amount + (known.amount if known else 0))
        if debt.amount:
            self.debts[debt.transfer_id] = debt
        self._note(None, -more.amount)

    def _note(self, name: str | None, amount: int) -> None:
        self.moved[name] = self.moved.get(name, 0) + amount
        if name is not None:
            self.left[(self.open.get(name) or self.spent[name]).kind] += amount


def any_lot(_lot: Lot) -> bool:
    """Say yes to every lot."""
    return True


def _is_cash(lot: Lot) -> bool:
    return lot.kind is LotKind.CASH


def _is_bonus(lot: Lot) -> bool:
    return lot.kind is LotKind.BONUS


_MAY_TAKE = {TransferKind.PROMO_EXPIRY: _is_bonus}
"""Which lots debits of a kind may take that need not be cash; those of other kinds take any."""


_Rank = tuple[int, float, bool, int, str]
"""Where a lot stands in the order: priority, expiry, bonus before cash, age; and its id."""


def _rank(lot: Lot, order: Consumption) -> _Rank:
    expiry = inf if lot.expires_at is None else micros(lot.expires_at)
    return order.priority(lot.kind), expiry, _is_cash(lot), lot.seq, lot.id
