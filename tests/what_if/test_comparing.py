"""On unchanged terms a history is done again exactly; changed ones show what would be different."""

from collections import Counter
from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given, settings

from leadcore.errors import Malformed
from leadcore.notices import MessageKind
from leadcore.people import DisableUser
from leadcore.testing import MemoryStore, violations
from leadcore.testing.play import perform, plays
from leadcore.what_if import Changes, Figures, recorded, what_if
from leadcore.what_if.comparing import Moved, Standings, standings
from leadcore.what_if.script import script_of
from tests.what_if.lives import APPROVE, PRICE, Life, again, read, stores, whole

SECOND = timedelta(seconds=1)
ANSWERS = {MessageKind.OPTOUT, MessageKind.HELP, MessageKind.COURTESY_REPLY}


@settings(max_examples=12)
@given(plays(most=12))
def test_unchanged_terms_give_exactly_what_was_recorded(play):
    store = MemoryStore()
    perform(store, _each_at_its_own(play), "s")
    scratch, made = stores()
    report = what_if(recorded(store, "s"), Changes(), scratch)
    assert (report.unexplained, report.left_out, report.moved) == ((), (), ())
    assert (report.accounts, report.total) == ({}, Figures())
    assert report.before == standings(store, "s")
    for done in made:
        assert _leads_and_money(done) == _leads_and_money(store)


@settings(max_examples=8)
@given(plays(most=12))
def test_only_what_was_done_at_one_instant_may_stay_unexplained(play):
    store = MemoryStore()
    perform(store, play, "s")
    history = recorded(store, "s")
    report = what_if(history, Changes(), MemoryStore)
    instants = Counter(step.at for step in script_of(history, Changes()).steps.values())
    assert all(instants[out.at] > 1 for out in report.unexplained)
    assert report.unexplained or report.before == report.after == standings(store, "s")


@settings(max_examples=8)
@given(plays(most=12))
def test_whatever_is_changed_the_laws_hold(play):
    store = MemoryStore()
    perform(store, _each_at_its_own(play), "s")
    scratch, made = stores()
    changes = Changes(
        of_seller={"refunds": {"max_age": 24, "remedy": "replacement"}, "duplicate_days": 1},
        of_orders={"*": {"weight": 2, "price": {"minor": 3_000, "currency": "USD"}}},
    )
    report = what_if(recorded(store, "s"), changes, scratch)
    assert report.unexplained == ()
    assert violations(made[-1], "s") == ()


def _each_at_its_own(play):
    steps = tuple(replace(step, gap=step.gap + SECOND) for step in play.steps)
    return replace(play, steps=steps)


def _leads_and_money(store):
    """Give all but what follows from people's own texts, which is nobody's lead and no money."""
    found = read(store, "s")
    kept = {
        key: value
        for key, value in found.items()
        if not key.startswith(("contact point", "decisions", "reviews"))
    }
    return kept | {"messages": tuple(m for m in found["messages"] if m.kind not in ANSWERS)}


def test_everything_that_can_happen_is_done_again():
    life = whole()
    report, first, second = again(life)
    assert (report.unexplained, report.left_out) == ((), ())
    wanted = read(life.store, life.seller)
    assert read(first, life.seller) == wanted
    assert read(second, life.seller) == wanted


def test_who_is_disabled_at_the_instant_of_a_sale_had_it_before():
    """Everything has one instant; only in one order of it could the sale have been made."""
    life = Life(accounts=1)
    life.later = lambda: life.now
    for number in (1, 2):
        life.receive(number)
    life.user(DisableUser(), below=False)
    report, first, _ = again(life)
    assert (report.unexplained, report.left_out, report.moved) == ((), (), ())
    assert report.before.accounts[life.scene.account(0)].bought == 2
    assert read(first, life.seller) == read(life.store, life.seller)


def test_a_price_nobody_can_pay_leaves_leads_without_a_buyer():
    life = Life(accounts=2)
    for number in range(1, 5):
        life.receive(number)
    dear = {life.scene.order(0): {"price": {"minor": 9_000, "currency": "USD"}}}
    report, _, _ = again(life, Changes(of_orders=dear))
    account = life.scene.account(0)
    assert report.before.accounts[account] == Figures(
        bought=2, spent=2 * PRICE, balance=10_000 - 2 * PRICE
    )
    assert report.accounts[account] == Figures(bought=-1, spent=4_000, balance=-4_000)
    assert report.total == Figures(spent=6_500, balance=-6_500)
    assert len(report.moved) == 1
    (moved,) = report.moved
    assert (moved.before, moved.after) == (account, life.scene.account(1))
    none = {"*": {"quantity": 1}}
    report, _, _ = again(life, Changes(of_orders=none))
    assert (report.before.unsold, report.after.unsold) == (0, 2)
    assert {each.after for each in report.moved} == {None}


def test_another_window_keeps_what_was_returned():
    life = Life()
    life.receive(1)
    life.later(100)
    life.ask(1, "r")
    life.decide("r", APPROVE)
    shorter = Changes(of_seller={"refunds": {"max_age": 96}})
    report, _, _ = again(life, shorter)
    assert report.total == Figures(returned=-1, refunded=-PRICE, balance=-PRICE)
    kinds = [out.key.split("/")[0] for out in report.left_out]
    assert kinds == ["refund", "refund"]
    assert "RET-LATE" in report.left_out[0].why
    assert report.moved == ()


def test_figures_add_up():
    one = Figures(bought=1, returned=2, spent=3, refunded=4, balance=5)
    assert one + one - one == one
    assert Standings(accounts={"a": one, "b": one}, buyers={"l": None, "m": "a"}).total == one + one
    assert Standings(accounts={}, buyers={"l": None, "m": "a"}).unsold == 1
    assert Moved("l", None, "a") != Moved("l", "a", None)


def test_changes_that_make_no_terms_are_told_by_path():
    life = Life()
    with pytest.raises(Malformed, match=r"orders\.\*\.price\.minor: is a whole number"):
        again(life, Changes(of_orders={"*": {"price": {"minor": "x", "currency": "USD"}}}))
    with pytest.raises(Malformed, match=r"terms\.quantity: a whole number"):
        again(life, Changes(of_orders={"*": {"quantity": -1}}))
