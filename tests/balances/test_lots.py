"""Laws of lots, over any history the ledger posts."""

from __future__ import annotations

from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import (
    BONUS_FIRST,
    CASH_FIRST,
    Consumptions,
    LotKind,
    Lots,
    Part,
    TransferKind,
    allocations,
    lots,
)
from tests.balances.books import charge, hold, later, move, refund, reversal, topup
from tests.balances.histories import FORCE, Story, orders, stories

Kind = TransferKind


@given(stories, orders)
def test_lots_sum_up_to_the_balance_after_every_line(story, order):
    now = Lots.before(order)
    for line in story.lines:
        now = now.after(line)
        assert now.posted == line.entry.posted_after
        assert now.cash >= 0
        assert now.bonus >= 0
        assert all(0 <= lot.remaining <= lot.funded for lot in now.lots)
        assert all(debt.amount > 0 for debt in now.debts)
        for debt in now.debts:
            parts = now.taken[debt.transfer_id].parts
            assert sum(part.amount for part in parts if part.lot is None) == debt.amount
    assert now == lots(story.lines, order)
    assert now == Lots.before(Consumptions(order)).after(*story.lines)


@given(stories, orders)
def test_every_line_is_told_by_the_lots_it_moved(story, order):
    told = list(allocations(story.lines, order))
    assert [each.line for each in told] == story.lines
    left: dict[str | None, int] = {}
    for each in told:
        assert sum(part.amount for part in each.parts) == each.line.entry.amount
        assert each.cash + each.bonus - each.owed == each.line.entry.posted_after
        for part in each.parts:
            left[part.lot] = left.get(part.lot, 0) + part.amount
        assert left.get(None, 0) == -each.owed
        assert all(amount >= 0 for lot, amount in left.items() if lot)
    assert left.keys() - {None} <= {lot.id for lot in lots(story.lines, order).lots}


@given(stories, orders, st.integers(0, 24), st.integers(-1, 12))
def test_the_past_stays_as_it_was_when_more_comes(story, order, cut, ticks):
    at = later(ticks)
    known = [line for line in story.lines if line.entry.recorded_at <= at]
    assert lots(story.lines, order, at=at) == lots(known, order)
    told = list(allocations(story.lines, order))
    assert list(allocations(story.lines[:cut], order)) == told[:cut]


@given(stories, orders)
def test_bonus_never_becomes_cash(story, order):
    """Money leaves of cash lots only, and a grant fills none."""
    leaves = {Kind.CHARGEBACK, Kind.TRANSFER, Kind.ACCOUNT_REFUND}
    kind = {lot.id: lot.kind for lot in lots(story.lines, order).lots}
    for each in allocations(story.lines, order):
        parts = each.parts
        if each.line.transfer.kind in leaves or each.line.transfer.credit == "cash":
            assert not any(kind.get(part.lot) is LotKind.BONUS for part in parts)
        if each.line.transfer.kind is Kind.PROMO_GRANT:
            assert not any(kind.get(part.lot) is LotKind.CASH for part in parts)


@given(stories, orders, st.data())
def test_a_refund_and_its_reversal_are_no_change_to_lots(story, order, data):
    charges = story.of(Kind.CHARGE, Kind.CAPTURE, debit="a")
    if not charges:
        story.post(topup("money", 500))
        assert story.post(charge("more", min(500, max(1, story.account.available))))
        charges = story.of(Kind.CHARGE, debit="a")
    before = lots(story.lines, order)
    chosen = data.draw(st.sampled_from(charges))
    left = sum(part.amount for part in before.taken[chosen.id].parts)
    amount = data.draw(st.integers(0, left))
    if amount:
        back = (chosen.credit, chosen.debit, amount)
        assert story.post(move("r", Kind.REFUND, *back, ref=chosen.id))
        there = (chosen.debit, chosen.credit, amount)
        forced = {"forced": True, **FORCE}
        assert story.post(move("v", Kind.REFUND_REVERSAL, *there, ref="r", **forced))
    after = lots(story.lines, order)
    assert (after.lots, after.debts, after.taken) == (before.lots, before.debts, before.taken)


@given(stories, orders, st.integers(1, 40), st.integers(1, 40))
def test_part_refunds_add_up(story, order, first, second):
    amount = first + second
    story.post(topup("money", 1_000))
    assert story.post(charge("s", amount))
    lines, book = list(story.lines), story.book
    assert story.post(refund("r1", "s", first))
    assert story.post(refund("r2", "s", second))
    in_parts = lots(story.lines, order)
    story.lines, story.book = lines, book
    assert story.post(refund("r", "s", amount))
    at_once = lots(story.lines, order)
    assert (in_parts.lots, in_parts.debts) == (at_once.lots, at_once.debts)
    assert in_parts.taken["s"].parts == at_once.taken["s"].parts == ()


@given(stories, orders, st.integers(0, 12))
def test_what_is_free_is_what_is_available_unless_something_stays_owed(story, order, ticks):
    now = lots(story.lines, order)
    free = now.free(later(ticks))
    assert free.cash + free.bonus - free.owed >= now.posted - story.account.pending
    if free.owed == 0:
        assert free.cash + free.bonus >= max(0, story.account.available)
    else:
        assert free.cash == 0
    assert lots(story.lines, order) == now


def test_what_came_back_is_free_once_what_is_owed_is_paid_off():
    """Cash given back lies beside what a later charge owes, and would pay it off; not so bonus."""
    made = Story(floor=-30)
    assert made.post(topup("c", 5))
    assert made.post(charge("first", 5))
    assert made.post(charge("second", 3))
    assert made.post(refund("r", "first", 5))
    now = lots(made.lines)
    free = now.free(later(1))
    assert (now.cash, now.owed, free.cash, free.owed) == (5, 3, 2, 0)
    assert made.post(charge("third", 9))
    assert made.post(move("b", Kind.PROMO_GRANT, "revenue", "a", 10))
    now = lots(made.lines)
    free = now.free(later(1))
    assert (free.cash, free.bonus, free.owed) == (0, now.bonus, now.owed - now.cash)


def test_with_a_hold_open_the_oldest_debt_is_paid_off_first():
    made = Story()
    for each in (topup("c", 100), move("b", Kind.PROMO_GRANT, "revenue", "a", 5)):
        assert made.post(each)
    assert made.post(charge("s", 60), hold("h", 10))
    for name, minor in (("old", 80), ("new", 30)):
        back = move(name, Kind.CHARGEBACK, "a", "cash", minor, ref="c", forced=True, **FORCE)
        assert made.post(back)
    assert made.post(refund("r", "s", 60))
    now = lots(made.lines, CASH_FIRST)
    assert (now.cash, now.bonus) == (60, 5)
    assert [(each.transfer_id, each.amount) for each in now.debts] == [("old", 40), ("new", 30)]
    free = now.free(later(0))
    assert (free.cash, free.bonus) == (0, 5)
    assert [(each.transfer_id, each.amount) for each in free.debts] == [("new", 20)]
    assert free.taken["old"].parts == (Part("c", 80),)
    assert free.taken["new"].parts == (Part("c", 10), Part(None, 20))


def test_what_was_recorded_later_is_not_folded():
    made = Story()
    for made.ticks, each in enumerate((topup("c", 10), charge("s", 4), topup("d", 5)), start=1):
        assert made.post(each)
    assert [lots(made.lines, at=later(ticks)).cash for ticks in range(5)] == [0, 10, 6, 11, 11]


def test_a_lot_says_where_it_came_from():
    made = Story()
    made.post(replace(topup("c", 10), actor="staff"))
    made.post(move("b", Kind.PROMO_GRANT, "revenue", "a", 5, ref="c", expires_at=later(3)))
    cash, bonus = lots(made.lines).lots
    assert (cash.kind, cash.actor, cash.expires_at, cash.ref) == (LotKind.CASH, "staff", None, None)
    assert (bonus.kind, bonus.expires_at, bonus.ref) == (LotKind.BONUS, later(3), "c")
    assert (cash.made_by, bonus.made_by) == (Kind.TOPUP, Kind.PROMO_GRANT)


def test_the_example_of_the_documents():
    made = Story()
    for each in (topup("c", 100), move("b", Kind.PROMO_GRANT, "revenue", "a", 20)):
        made.post(each)
    made.post(charge("s", 30))
    made.post(refund("r", "s", 15))
    now = lots(made.lines, BONUS_FIRST)
    assert [lot.id for lot in now.open] == ["c", "b"]
    assert (now.cash, now.bonus, now.owed, now.account, now.seq) == (100, 5, 0, "a", 4)
    assert now.given_back["r"].parts == (Part("c", 10), Part("b", 5))
    made.post(reversal("v", "r", 15))
    assert lots(made.lines).given_back["r"].parts == ()
    assert lots(made.lines, CASH_FIRST).cash == 70
    assert lots([]) == Lots()
