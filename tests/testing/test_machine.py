"""The machine of the back office on the reference; 200,000 steps of it in the deep profile."""

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from leadcore.balances import LedgerAccount, TransferKind
from leadcore.ports import LeadQuery
from leadcore.testing import BackOfficeMachine, MemoryStore, machine_of
from leadcore.testing.machine import _overdrawn
from leadcore.testing.scenes import person
from leadcore.testing.stage import ACTS, Plan, Step
from leadcore.values import UNLIMITED, Money
from tests.kit.broken_stores import TakesAnyBody

DEEP = settings().max_examples >= 1_000
STEPS = 40


class Memory(BackOfficeMachine):
    def make_store(self):
        return MemoryStore()


def test_the_reference_keeps_every_law_whatever_is_done():
    examples = settings().max_examples if DEEP else 8
    run_state_machine_as_test(
        Memory,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    assert Memory.TestCase is not None


def test_every_act_of_a_stage_is_a_rule():
    assert set(ACTS) <= {name for name in dir(BackOfficeMachine) if not name.startswith("_")}


def test_a_machine_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        BackOfficeMachine().make_store()
    assert isinstance(machine_of(MemoryStore)().make_store(), MemoryStore)


def opened(**plan):
    made = Memory()
    made.open(Plan(**plan))
    return made


def test_nothing_is_done_where_there_is_nothing_to_do_it_with():
    made = opened(funds=5)
    made.ask_again(0)
    made.resolve(0, 0, "capture", None)
    made.draw(0, -1, hold=False)
    made.draw_beside_a_hold(0, 0)
    before = made._money()
    made.several_at_once(0, 0)
    made.several_at_once(0, 0)
    made.teardown()
    assert made._money() != before


def test_what_fails_is_said_once():
    made = opened()
    with pytest.raises(AssertionError, match="no good"):
        made._check(False, "no good")
    made.mine.reader.events.clear()
    made.teardown()  # what was wrong has been said
    made.sound = True
    with pytest.raises(AssertionError, match="the row is not the fold"):
        made.teardown()
    Memory().teardown()  # nothing was set up


def test_the_ledgers_edges_are_gone_to():
    made = opened(funds=4_000)
    made.draw_a_little(0, 300, hold=True)
    made.draw(0, 0, hold=False)
    made.draw(1, 1, hold=False)
    made.draw_beside_a_hold(1, 1)
    (first, *_) = made.holds
    made.resolve(0, 0, TransferKind.CAPTURE, -1)
    made.resolve(0, 0, TransferKind.EXPIRE, 0)
    assert made.mine.now == first.expires_at
    made.fund(index=0, other=0, gap=timedelta())
    made.ask_again(0)
    made.holds[0] = replace(first, amount=Money(1, "USD"))
    made.resolve(0, -1, TransferKind.CAPTURE, None)
    made.teardown()
    assert made.sound


def test_a_key_that_takes_any_body_is_said():
    class Any(BackOfficeMachine):
        def make_store(self):
            return TakesAnyBody()

    made = Any()
    made.open(Plan(funds=4_000))
    with pytest.raises(AssertionError, match="I11"):
        made.draw_a_little(0, 300, hold=False)


def test_of_several_at_once_all_are_refused_with_one():
    made = opened()
    made.step(Step(what="fund", other=1))
    before = made._money()
    made.several_at_once(2, 1)
    assert made._money() == before
    made.teardown()
    assert made.sound


def test_what_is_there_only_in_the_ledger_is_not_drawn_too_far():
    made = opened(funds=100_000)
    before = made._money()
    made.draw(0, 1, hold=False)  # a rich account is not emptied
    assert made._money() == before
    absent = "prepaid:nobody's"
    made._ledgers = lambda: (absent, absent)
    assert made._money() == (None, None)
    made._judge((None, None), refused=True)
    assert made.sound


def test_a_test_lead_is_taken_and_moves_no_money():
    made = opened()
    before = made._money()
    made.receive_a_test(submission=replace(person(1), test=True))
    (lead,) = made.store.leads(LeadQuery(seller_id=made.mine.seller))
    assert lead.submission.test
    assert made._money() == before
    made.teardown()
    assert made.sound


@pytest.mark.parametrize(
    ("left", "floor", "before", "overdrawn"),
    [
        (0, 0, 5, False),
        (-1, 0, 5, True),
        (-1, 0, None, True),  # there was no account to draw on
        (-1, -1, 5, False),
        (-1, UNLIMITED, 5, False),
        (-5, 0, -5, False),  # the limit was lowered beneath it
        (-5, 0, -6, False),
        (-5, 0, -4, True),
    ],
)
def test_what_a_lowered_limit_left_below_it_is_not_overdrawn(left, floor, before, overdrawn):
    funded = LedgerAccount(id="x", seller_id="s", currency="USD", floor=floor, credits_posted=10)
    account = replace(funded, debits_posted=10 - left)
    was = None if before is None else replace(funded, debits_posted=10 - before)
    assert _overdrawn(account, was) is overdrawn
