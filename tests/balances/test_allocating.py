"""Which lots each kind of debit takes, and what refunds and their reversals do to them."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.balances import (
    BONUS_FIRST,
    CASH_FIRST,
    EARLIEST_EXPIRY_FIRST,
    Consumptions,
    ConsumptionSince,
    Part,
    TransferKind,
    allocations,
    lots,
)
from leadcore.errors import Malformed, WrongState
from tests.balances.books import charge, end, hold, later, move, refund, reversal, topup
from tests.balances.histories import FORCE, Story

Kind = TransferKind


def grant(name, minor, **more):
    return move(name, Kind.PROMO_GRANT, "revenue", "a", minor, **more)


def out(name, kind, minor, to="cash", **more):
    forced = FORCE if kind in {Kind.ADJUSTMENT, Kind.CHARGEBACK, Kind.WRITE_OFF} else {}
    if kind is Kind.CHARGEBACK:
        forced = {"forced": True, **FORCE}
    return move(name, kind, "a", to, minor, **forced, **more)


def story(*transfers, floor=0) -> Story:
    made = Story(floor)
    for each in transfers:
        assert made.post(each), each
    return made


def left(made: Story, order=BONUS_FIRST) -> dict[str, int]:
    now = lots(made.lines, order)
    assert now.posted == made.account.posted
    found = {lot.id: lot.remaining for lot in now.open}
    return found | ({"owed": now.owed} if now.owed else {})


def test_bonus_goes_first_then_the_oldest_cash():
    made = story(topup("c1", 10), topup("c2", 10), grant("b", 5), charge("s", 12))
    assert left(made) == {"c1": 3, "c2": 10}
    assert left(made, CASH_FIRST) == {"c2": 8, "b": 5}
    assert lots(made.lines).taken["s"].parts == (Part("b", 5), Part("c1", 7))


def test_of_two_bonuses_the_earlier_expiry_goes_first():
    late, soon = grant("late", 5, expires_at=later(9)), grant("soon", 5, expires_at=later(5))
    made = story(grant("never", 5), late, soon, charge("s", 7))
    assert left(made) == {"never": 5, "late": 3}


def test_what_expires_first_goes_first_whatever_it_is():
    made = story(topup("c", 5), grant("never", 5), grant("soon", 5, expires_at=later(5)))
    made.post(charge("s", 7))
    assert left(made, EARLIEST_EXPIRY_FIRST) == {"c": 5, "never": 3}


@pytest.mark.parametrize(("ticks", "first"), [(4, "b"), (5, "c")])
def test_a_bonus_that_is_past_is_spent_last(ticks, first):
    made = story(topup("c", 10), grant("b", 10, expires_at=later(5)))
    made.ticks = ticks
    made.post(charge("s", 10))
    assert left(made) == {("c" if first == "b" else "b"): 10}
    made.post(charge("s2", 10))
    assert left(made) == {}


def test_a_change_of_order_changes_nothing_that_was_spent():
    made = story(topup("c", 10), grant("b", 10), charge("s", 4))
    made.ticks = 3
    made.post(charge("s2", 4))
    orders = Consumptions(changes=(ConsumptionSince(later(3), CASH_FIRST),))
    assert left(made, orders) == {"c": 6, "b": 6}


def test_an_adjustment_takes_of_the_lot_it_names_first():
    made = story(topup("c1", 10), topup("c2", 10), grant("b", 5))
    made.post(out("x", Kind.ADJUSTMENT, 12, to="revenue", ref="c2"))
    assert left(made) == {"c1": 10, "b": 3}
    found = {lot.id: lot for lot in lots(made.lines).lots}
    assert (found["c2"].repaid, found["b"].repaid, found["b"].expired) == (10, 0, 0)


@pytest.mark.parametrize("kind", [Kind.CHARGEBACK, Kind.ACCOUNT_REFUND])
def test_money_that_leaves_is_cash_of_its_funding_first(kind):
    made = story(topup("c1", 10), topup("c2", 10), grant("b", 5))
    made.post(out("x", kind, 13, ref="c2"))
    assert left(made) == {"c1": 7, "b": 5}


@pytest.mark.parametrize(
    ("kind", "to"),
    [(Kind.TRANSFER, "b"), (Kind.ADJUSTMENT, "cash"), (Kind.CHARGE, "cash")],
)
def test_bonus_never_leaves_as_money(kind, to):
    made = story(topup("c", 10), grant("b", 5))
    made.post(out("x", kind, 12, to=to, ref="b"))
    assert left(made) == {"b": 5, "owed": 2}
    (last,) = list(allocations(made.lines))[-1:]
    assert (last.cash, last.bonus, last.owed) == (0, 5, 2)
    made.post(grant("b2", 7))
    assert left(made) == {"b": 5, "b2": 7, "owed": 2}
    made.post(topup("c2", 3))
    assert left(made) == {"b": 5, "b2": 7, "c2": 1}


def test_an_expiry_takes_only_what_is_left_of_its_lot():
    made = story(topup("c", 10), grant("b", 5), grant("b2", 5), charge("s", 3))
    made.post(out("x", Kind.PROMO_EXPIRY, 4, to="revenue", ref="b"))
    assert left(made) == {"c": 10, "b2": 5, "owed": 2}
    found = {lot.id: lot for lot in lots(made.lines).lots}
    assert (found["b"].expired, found["b2"].expired) == (2, 0)
    made.post(grant("b3", 5))
    assert left(made) == {"c": 10, "b2": 5, "b3": 3}


def test_an_expiry_that_names_none_takes_bonus_and_no_cash():
    made = story(topup("c", 10), grant("b", 5))
    made.post(out("x", Kind.PROMO_EXPIRY, 7, to="revenue"))
    assert left(made) == {"c": 10, "owed": 2}
    assert lots(made.lines).lots[1].expired == 5


def test_an_expiry_never_takes_the_cash_it_names():
    made = story(topup("c", 10), grant("b", 5))
    made.post(out("x", Kind.PROMO_EXPIRY, 4, to="revenue", ref="c"))
    assert left(made) == {"c": 10, "b": 5, "owed": 4}


def test_a_hold_is_neither_a_lot_nor_a_debit():
    made = story(topup("c", 10), hold("h", 1))
    now = lots(made.lines)
    assert ([lot.id for lot in now.lots], now.taken, now.cash) == (["c"], {}, 10)
    assert now.free(later(0)).cash == 9
    assert made.post(end("v", Kind.VOID, "h", 1))
    now = lots(made.lines)
    assert ([lot.id for lot in now.lots], now.taken) == (["c"], {})
    assert now.free(later(0)).cash == 10


def test_a_hold_takes_nothing_until_it_is_captured():
    made = story(topup("c", 10), grant("b", 5), hold("h", 8), charge("s", 4))
    assert left(made) == {"c": 10, "b": 1}
    assert lots(made.lines).held["h"].amount == 8
    made.post(end("x", Kind.CAPTURE, "h", 6))
    assert (left(made), lots(made.lines).held) == ({"c": 5}, {})
    made.post(hold("h2", 2))
    made.post(end("v", Kind.VOID, "h2", 2))
    assert (left(made), lots(made.lines).held) == ({"c": 5}, {})


def test_a_capture_takes_of_the_lot_its_hold_names_and_money_that_leaves_is_cash():
    made = story(topup("c1", 10), topup("c2", 10), grant("b", 5))
    made.post(replace(hold("h", 12, to="cash"), ref="c2"))
    assert {lot.id: lot.remaining for lot in lots(made.lines).free(later(0)).open} == {
        "c1": 8,
        "b": 5,
    }
    made.post(end("x", Kind.CAPTURE, "h", 12, to="cash"))
    assert left(made) == {"c1": 8, "b": 5}


def test_what_no_lot_covers_is_paid_off_first_by_the_next_funding():
    made = story(topup("c", 10), charge("s", 30), charge("s2", 5), floor=-50)
    assert left(made) == {"owed": 25}
    made.post(grant("b", 22))
    assert left(made) == {"owed": 3}
    now = lots(made.lines)
    assert now.taken["s"].parts == (Part("c", 10), Part("b", 20))
    assert now.taken["s2"].parts == (Part("b", 2), Part(None, 3))
    made.post(topup("c2", 10))
    assert left(made) == {"c2": 7}
    made.post(refund("r", "s", 30))
    assert left(made) == {"c": 10, "b": 20, "c2": 7}


def test_what_is_still_owed_is_given_back_first_and_owed_again():
    made = story(topup("c", 10), charge("s", 30), floor=-50)
    before = lots(made.lines)
    made.post(refund("r1", "s", 15))
    assert left(made) == {"owed": 5}
    made.post(refund("r2", "s", 10))
    assert left(made) == {"c": 5}
    for name, ref, minor in (("v2", "r2", 10), ("v1", "r1", 15)):
        made.post(reversal(name, ref, minor, forced=True, **FORCE))
    after = lots(made.lines)
    assert (after.lots, after.debts, after.taken) == (before.lots, before.debts, before.taken)


def test_a_reversal_takes_elsewhere_what_was_spent_meanwhile():
    made = story(topup("c", 10), grant("b", 5), charge("s", 8), refund("r", "s", 8))
    made.post(charge("s2", 4))
    made.post(reversal("v", "r", 8))
    assert left(made) == {"c": 3}
    assert lots(made.lines).taken["s"].parts == (Part("b", 1), Part("c", 7))
    made.post(refund("r2", "s2", 4))
    assert left(made) == {"c": 3, "b": 4}


def test_what_had_been_owed_comes_of_what_was_funded_since():
    made = story(topup("c", 4), charge("s", 10), refund("r", "s", 10), topup("c2", 9), floor=-50)
    made.post(reversal("v", "r", 10))
    assert left(made) == {"c2": 3}
    made.post(refund("r2", "s", 10))
    assert left(made) == {"c": 4, "c2": 9}


def test_a_refunded_repayment_is_taken_again_as_cash():
    made = story(topup("c", 10), grant("b", 5), charge("s", 1), hold("h", 6, to="cash"))
    made.post(end("x", Kind.CAPTURE, "h", 6, to="cash"))
    made.post(move("r", Kind.REFUND, "cash", "a", 6, ref="x"))
    made.post(out("y", Kind.TRANSFER, 8, to="b"))
    made.post(move("v", Kind.REFUND_REVERSAL, "a", "cash", 6, ref="r"))
    assert left(made) == {"b": 4, "owed": 4}
    (debt,) = lots(made.lines).debts
    assert (debt.transfer_id, debt.cash_only) == ("x", True)


def test_what_the_account_was_paid_is_a_lot_and_its_refund_takes_of_it():
    made = story(topup("c", 5), move("s", Kind.CHARGE, "revenue", "a", 9))
    made.post(move("r", Kind.REFUND, "a", "revenue", 6, ref="s"))
    assert left(made) == {"c": 5, "s": 3}
    made.post(move("v", Kind.REFUND_REVERSAL, "revenue", "a", 6, ref="r"))
    assert left(made) == {"c": 5, "s": 9}


def test_the_lines_come_whole_and_in_order():
    made = story(topup("c", 10), charge("s", 4), charge("s2", 1))
    first, second, third = made.lines
    with pytest.raises(Malformed, match=r"^entry\.seq: is 2, not 3"):
        lots([first, third])
    with pytest.raises(Malformed, match=r"^entry\.account: is 'a', not 'b'"):
        lots([first, replace(second, entry=replace(second.entry, account="b"))])
    with pytest.raises(Malformed, match=r"^transfer\.id: is 's', not 's2'"):
        lots([first, replace(second, transfer=third.transfer)])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": Kind.REFUND, "ref": "s2"}, "did not take so much"),
        ({"kind": Kind.REFUND, "ref": "c"}, "did not take so much"),
        ({"kind": Kind.REFUND_REVERSAL, "ref": "r"}, "did not give back so much"),
        ({"kind": Kind.CAPTURE, "ref": "h"}, "there is no open hold 'h'"),
    ],
)
def test_histories_no_ledger_posts_are_refused(changed, message):
    made = story(topup("c", 20), charge("s2", 1), charge("s", 4))
    last = made.lines[-1]
    amount = 4 if changed["kind"] is Kind.REFUND else -4
    broken = replace(
        last,
        entry=replace(last.entry, amount=amount),
        transfer=replace(last.transfer, **changed),
    )
    with pytest.raises(WrongState, match=message):
        lots([*made.lines[:2], broken])


def test_a_reversal_beyond_what_was_given_back_is_refused():
    made = story(topup("c", 20), charge("s", 4), refund("r", "s", 4), reversal("v", "r", 4))
    again = replace(
        made.lines[3],
        entry=replace(made.lines[3].entry, seq=5, transfer_id="w"),
        transfer=replace(made.lines[3].transfer, id="w"),
    )
    with pytest.raises(WrongState, match="did not give back so much"):
        lots([*made.lines, again])


def test_a_funding_that_is_used_up_pays_no_younger_debt():
    made = story(topup("c", 1), charge("s", 11), charge("s2", 5), topup("c2", 4), floor=-50)
    now = lots(made.lines)
    assert [(debt.transfer_id, debt.amount) for debt in now.debts] == [("s", 6), ("s2", 5)]
    assert now.taken["s2"].parts == (Part(None, 5),)
