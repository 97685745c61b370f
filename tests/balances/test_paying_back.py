"""Unspent cash less bonus, within 120 days, to where it came from: and never a cent of bonus."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given

from leadcore.balances import (
    FundingBack,
    LotKind,
    Part,
    TransferKind,
    WhyNot,
    lots,
    payable_back,
)
from tests.balances.books import AT, TICK, charge, end, hold, later, move, refund, topup
from tests.balances.histories import FORCE, orders, stories
from tests.balances.test_allocating import grant, out, story

Kind = TransferKind
DAYS = timedelta(days=120)


def payable(made, at=AT, **more):
    found = payable_back(lots(made.lines), at, **more)
    return {each.funding: (each.amount, each.made_good) for each in found.fundings if each.amount}


def test_what_is_unspent_goes_back_and_unspent_bonus_lapses():
    made = story(topup("c", 100), grant("b", 20, ref="c"))
    (back,) = payable_back(lots(made.lines), AT).fundings
    assert back == FundingBack(funding="c", amount=100, bonus=(Part("b", 20),))
    assert back.sentence is None


def test_spent_bonus_is_made_good_from_the_cash():
    made = story(topup("c", 100), grant("b", 20, ref="c"), charge("s", 60))
    found = payable_back(lots(made.lines), AT)
    assert found.fundings == (FundingBack(funding="c", amount=40, made_good=20),)
    assert (found.amount, found.bonus) == (40, 20)
    made = story(topup("c", 100), grant("b", 20, ref="c"), charge("s", 5))
    found = payable_back(lots(made.lines), AT)
    (back,) = found.fundings
    assert (back.amount, back.made_good, back.bonus) == (95, 5, (Part("b", 15),))
    assert found.bonus == 20


@pytest.mark.parametrize(("spent", "why"), [(99, None), (100, "bonus_spent"), (120, "spent")])
def test_what_does_not_exceed_the_spent_bonus_stays(spent, why):
    made = story(topup("c", 100), grant("b", 20, ref="c"), charge("s", spent))
    (back,) = payable_back(lots(made.lines), AT).fundings
    if why is None:
        assert (back.amount, back.made_good) == (1, 20)
    else:
        assert back == FundingBack(funding="c", why_not=WhyNot(why))
        assert back.sentence.endswith(".")


@pytest.mark.parametrize(("late", "amount"), [(-TICK, 100), (0 * TICK, 100), (TICK, None)])
def test_120_days_are_elapsed_hours_and_the_last_instant_counts(late, amount):
    made = story(topup("c", 100))
    (back,) = payable_back(lots(made.lines), AT + DAYS + late).fundings
    assert (back.amount or None) == amount
    assert back.why_not is (None if amount else WhyNot.TOO_OLD)
    assert (back.sentence is None) is (amount is not None)


def test_the_time_is_a_term():
    made = story(topup("c", 100))
    assert payable(made, AT + timedelta(hours=1), within_hours=1) == {"c": (100, 0)}
    assert payable(made, AT + timedelta(hours=1) + TICK, within_hours=1) == {}


def test_each_funding_answers_for_its_own_bonus():
    made = story(topup("old", 50), topup("c", 100), grant("b", 20, ref="c"), grant("gift", 7))
    made.post(charge("s", 30))
    assert lots(made.lines).bonus == 0
    assert payable(made) == {"old": (47, 0), "c": (80, 20)}


def test_what_holds_reserve_stays():
    made = story(topup("c", 100), grant("b", 20, ref="c"), hold("h", 30))
    (back,) = payable_back(lots(made.lines), AT).fundings
    assert (back.amount, back.made_good, back.bonus) == (70, 20, ())
    repaying = story(topup("c", 100), grant("b", 20, ref="c"), hold("h", 30, to="cash"))
    (back,) = payable_back(lots(repaying.lines), AT).fundings
    assert (back.amount, back.made_good, back.bonus) == (70, 0, (Part("b", 20),))


def test_what_is_owed_is_paid_off_first_with_the_oldest_cash():
    made = story(topup("c1", 10), topup("c2", 10), charge("s", 20))
    made.post(out("x", Kind.CHARGEBACK, 15))
    made.post(refund("r", "s", 20))
    now = lots(made.lines)
    assert (now.cash, now.owed) == (20, 15)
    assert payable(made) == {"c2": (5, 0)}


def test_bonus_that_expired_or_was_made_good_is_not_asked_for_again():
    made = story(topup("c", 100), grant("b", 20, ref="c"), charge("s", 8))
    made.post(out("x", Kind.PROMO_EXPIRY, 5, to="revenue", ref="b"))
    (back,) = payable_back(lots(made.lines), AT).fundings
    assert (back.amount, back.made_good, back.bonus) == (92, 8, (Part("b", 7),))
    made.post(out("y", Kind.ADJUSTMENT, 8, to="revenue", ref="c"))
    (back,) = payable_back(lots(made.lines), AT).fundings
    assert (back.amount, back.made_good, back.bonus) == (92, 0, (Part("b", 7),))
    made.post(refund("r", "s", 8))
    (back,) = payable_back(lots(made.lines), AT).fundings
    assert (back.amount, back.made_good, back.bonus) == (92, 0, (Part("b", 7),))


def test_only_what_came_by_a_top_up_has_a_source():
    made = story(move("x", Kind.ADJUSTMENT, "revenue", "a", 9, **FORCE))
    assert payable_back(lots(made.lines), AT).fundings == ()
    made.post(topup("c", 1))
    made.post(hold("h", 4))
    made.post(end("e", Kind.CAPTURE, "h", 1))
    assert payable(made) == {"c": (1, 0)}


@given(stories, orders)
def test_what_is_paid_is_there_and_none_of_it_is_bonus(story, order):
    before = lots(story.lines, order)
    found = payable_back(before, later(story.ticks))
    total = found.amount + found.bonus
    assert total <= max(0, story.account.available)
    batch = []
    for back in found.fundings:
        more = [(Kind.PROMO_EXPIRY, "revenue", part.amount, part.lot) for part in back.bonus]
        more.append((Kind.ADJUSTMENT, "revenue", back.made_good, back.funding))
        more.append((Kind.ACCOUNT_REFUND, "cash", back.amount, back.funding))
        for number, (kind, to, minor, ref) in enumerate(more):
            if minor:
                name = f"back/{back.funding}/{number}"
                batch.append(out(name, kind, minor, to=to, ref=ref))
    if not batch:
        return
    assert story.post(*batch)
    after = lots(story.lines, order)
    assert (after.cash, after.bonus, after.owed) == (
        before.cash - found.amount - sum(each.made_good for each in found.fundings),
        before.bonus - sum(p.amount for each in found.fundings for p in each.bonus),
        before.owed,
    )
    cash_before = {lot.id: lot.remaining for lot in before.lots if lot.kind is LotKind.CASH}
    for lot in after.lots:
        if lot.kind is LotKind.CASH:
            wanted = sum(
                each.amount + each.made_good for each in found.fundings if each.funding == lot.id
            )
            assert lot.remaining == cash_before[lot.id] - wanted
    again = payable_back(after, later(story.ticks))
    assert again.amount == 0


def test_a_lot_of_the_other_kind_is_not_touched():
    made = story(topup("c", 10), grant("b", 5, ref="c"), grant("b2", 5, ref="other"))
    (back,) = payable_back(lots(made.lines), AT).fundings
    assert back.bonus == (Part("b", 5),)
    assert replace(back, bonus=()).amount == 10
