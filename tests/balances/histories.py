"""Histories of one account, drawn at random and posted by the ledger itself, with their lines.

Amounts sit on the edges of what is there: all of it, one more, one less. The account may go below
zero, by its credit limit and by force; lapsed bonus, part refunds and their reversals are frequent.
"""

from __future__ import annotations

from attrs import evolve as replace
from attrs import frozen
from hypothesis import strategies as st

from leadcore.balances import (
    BONUS_FIRST,
    CASH_FIRST,
    EARLIEST_EXPIRY_FIRST,
    Book,
    Posted,
    Transfer,
    TransferKind,
    post,
)
from leadcore.ports import StatementLine
from tests.balances.books import empty, later, move

Kind = TransferKind
ORDERS = (BONUS_FIRST, CASH_FIRST, EARLIEST_EXPIRY_FIRST)
orders = st.sampled_from(ORDERS)
FORCE = {"actor": "op", "reason": "said so"}


@frozen
class Step:
    what: str
    amount: int
    edge: int
    pick: int
    life: int


STEPS = (
    *("fund", "fund", "grant", "grant", "charge", "charge", "charge", "refund", "refund"),
    *("reverse", "reverse", "chargeback", "expire", "back", "adjust", "up", "send", "hold"),
    *("capture", "void", "receive", "return", "unreturn"),
)
steps = st.builds(
    Step,
    what=st.sampled_from(STEPS),
    amount=st.sampled_from((1, 2, 7, 10, 50, 100)),
    edge=st.sampled_from((None, None, -1, 0, 1)),
    pick=st.integers(0, 3),
    life=st.sampled_from((0, 0, 2, 30)),
)


class Story:
    """Posts transfers and keeps the lines of account `a`."""

    def __init__(self, floor: int = 0) -> None:
        book = empty()
        self.book: Book = replace(
            book, accounts={**book.accounts, "a": replace(book.accounts["a"], floor=floor)}
        )
        self.lines: list[StatementLine] = []
        self.done: list[Transfer] = []
        self.ticks = 0

    @property
    def account(self):
        return self.book.accounts["a"]

    def post(self, *batch: Transfer) -> bool:
        """Post a batch; say whether the ledger took it."""
        at = later(self.ticks)
        result = post(self.book, batch, at=at)
        if not isinstance(result, Posted):
            return False
        self.book = self.book.after(batch, result, at=at)
        by_id = {each.id: each for each in batch}
        self.lines += [
            StatementLine(entry=entry, transfer=by_id[entry.transfer_id])
            for entry in result.entries
            if entry.account == "a"
        ]
        self.done += batch
        return True

    def of(self, *kinds: TransferKind, **sides: str) -> list[Transfer]:
        return [
            each
            for each in self.done
            if each.kind in kinds and all(getattr(each, k) == v for k, v in sides.items())
        ]

    def step(self, step: Step) -> None:
        self.ticks += step.pick % 2
        amount = step.amount
        if step.edge is not None and self.account.available + step.edge > 0:
            amount = self.account.available + step.edge
        made = getattr(self, f"_{step.what}")(step, amount, f"t{len(self.done)}")
        if made is not None:
            self.post(replace(made, effective_at=later(self.ticks)))

    def _fund(self, step, amount, name):
        return move(name, Kind.TOPUP, "cash", "a", step.amount)

    def _grant(self, step, amount, name):
        expires = later(self.ticks + step.life) if step.life else None
        funded = self.of(Kind.TOPUP)
        ref = funded[-1].id if funded and step.pick else None
        return move(
            name, Kind.PROMO_GRANT, "revenue", "a", step.amount, expires_at=expires, ref=ref
        )

    def _charge(self, step, amount, name):
        return move(name, Kind.CHARGE, "a", "revenue", amount)

    def _hold(self, step, amount, name):
        more = {"expires_at": later(self.ticks + 9)}
        return move(name, Kind.HOLD, "a", "revenue", step.amount, **more)

    def _capture(self, step, amount, name):
        return self._end(step, name, Kind.CAPTURE, min)

    def _void(self, step, amount, name):
        return self._end(step, name, Kind.VOID, max)

    def _end(self, step, name, kind, bound):
        held = self.of(Kind.HOLD)
        if not held:
            return None
        amount = bound(step.amount, held[-1].amount.minor)
        return move(name, kind, "a", "revenue", amount, ref=held[-1].id)

    def _refund(self, step, amount, name):
        charges = self.of(Kind.CHARGE, Kind.CAPTURE, debit="a")
        if not charges:
            return None
        charge = charges[-1 - step.pick % len(charges)]
        wanted = charge.amount.minor if step.edge is not None else min(step.amount, 7)
        return move(name, Kind.REFUND, "revenue", "a", wanted, ref=charge.id)

    def _reverse(self, step, amount, name):
        refunds = self.of(Kind.REFUND, credit="a")
        if not refunds:
            return None
        refund = refunds[-1 - step.pick % len(refunds)]
        wanted = refund.amount.minor if step.edge is not None else 1
        more = {"forced": True, **FORCE} if step.pick else {}
        return move(name, Kind.REFUND_REVERSAL, "a", "revenue", wanted, ref=refund.id, **more)

    def _chargeback(self, step, amount, name):
        funded = self.of(Kind.TOPUP)
        ref = funded[step.pick % len(funded)].id if funded else None
        more = {"ref": ref, "forced": True, **FORCE}
        return move(name, Kind.CHARGEBACK, "a", "cash", step.amount, **more)

    def _expire(self, step, amount, name):
        granted = self.of(Kind.PROMO_GRANT)
        ref = granted[step.pick % len(granted)].id if granted and step.pick else None
        return move(name, Kind.PROMO_EXPIRY, "a", "revenue", step.amount, ref=ref)

    def _back(self, step, amount, name):
        funded = self.of(Kind.TOPUP)
        if not funded:
            return None
        ref = funded[step.pick % len(funded)].id
        return move(name, Kind.ACCOUNT_REFUND, "a", "cash", amount, ref=ref)

    def _adjust(self, step, amount, name):
        funded = self.of(Kind.TOPUP, Kind.PROMO_GRANT)
        ref = funded[step.pick % len(funded)].id if funded and step.life else None
        more = {"ref": ref, "forced": step.pick == 3, **FORCE}
        return move(name, Kind.ADJUSTMENT, "a", "revenue", step.amount, **more)

    def _up(self, step, amount, name):
        return move(name, Kind.ADJUSTMENT, "revenue", "a", step.amount, **FORCE)

    def _send(self, step, amount, name):
        return move(name, Kind.TRANSFER, "a", "b", amount)

    def _receive(self, step, amount, name):
        return move(name, Kind.CHARGE, "revenue", "a", step.amount)

    def _return(self, step, amount, name):
        charges = self.of(Kind.CHARGE, credit="a")
        if not charges:
            return None
        return move(name, Kind.REFUND, "a", "revenue", charges[-1].amount.minor, ref=charges[-1].id)

    def _unreturn(self, step, amount, name):
        refunds = self.of(Kind.REFUND, debit="a")
        if not refunds:
            return None
        more = {"ref": refunds[-1].id}
        return move(name, Kind.REFUND_REVERSAL, "revenue", "a", refunds[-1].amount.minor, **more)


def told(floor: int, taken: list[Step]) -> Story:
    story = Story(floor)
    for step in taken:
        story.step(step)
    return story


stories = st.builds(told, st.sampled_from((0, 0, -60)), st.lists(steps, min_size=4, max_size=24))
