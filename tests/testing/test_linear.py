"""The checker of concurrent histories: right against brute force, quick, and it bites."""

from __future__ import annotations

import itertools
import random
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcore.testing import Call, Recorder, balance_step, linearizable

DEEP = settings().max_examples >= 1_000


def explained(calls, start):
    """Try every order that keeps what came strictly before what."""
    lost = [call for call in calls if call.ended is None]
    kept = [call for call in calls if call.ended is not None]
    for size in range(len(lost) + 1):
        for some in itertools.combinations(lost, size):
            for order in itertools.permutations([*kept, *some]):
                if in_time(order) and possible(order, start):
                    return True
    return False


def in_time(order):
    return all(
        two.ended is None or two.ended >= one.begun for one, two in itertools.combinations(order, 2)
    )


def possible(order, state):
    for call in order:
        state = balance_step(state, call.what, call.answer)
        if state is None:
            return False
    return True


whats = st.sampled_from([("charge", 1), ("charge", 2), ("pay", 1), "look"])


@st.composite
def histories(draw):
    calls = []
    for _ in range(draw(st.integers(0, 5))):
        what, begun = draw(whats), draw(st.integers(0, 6))
        ended = draw(st.one_of(st.none(), st.integers(begun, 8), st.integers(begun, 8)))
        answer = draw(st.integers(0, 3) if what == "look" else st.booleans())
        answer = True if what[0] == "pay" else answer
        calls.append(Call("a", what, answer if ended is not None else None, begun, ended))
    return calls


@given(calls=histories(), start=st.integers(0, 2))
def test_it_says_what_trying_every_order_says(calls, start):
    found = linearizable(calls, balance_step, start=start)
    assert (found is None) == explained(calls, start)


def test_what_nothing_explains_is_named():
    calls = [Call("a", ("charge", 5), True, 0, 1), Call("a", "look", 5, 2, 3)]
    told = linearizable(calls, balance_step, start={"a": 5})
    assert told == "a: no order of the calls explains that 'look' was answered with 5"
    assert linearizable(calls[:1], balance_step, start={"a": 5}) is None
    assert linearizable([], balance_step, start=0) is None


def test_a_call_whose_answer_was_lost_may_have_had_its_effect_or_not():
    lost = Call("a", ("charge", 5), None, 0, None)
    for seen in (0, 5):
        assert linearizable([lost, Call("a", "look", seen, 9, 10)], balance_step, start=5) is None
    both = [lost, Call("a", "look", 0, 1, 2), Call("a", "look", 5, 3, 4)]
    assert linearizable(both, balance_step, start=5) is not None
    assert linearizable([lost], balance_step, start=0) is None
    # Where it could not have had its effect, it helps nobody.
    assert linearizable([lost, Call("a", "look", 0, 9, 10)], balance_step, start=4) is not None
    # A step may say that a call can't have been at all, whatever was answered.
    unknown = [Call("a", "look", None, 0, None), Call("a", "look", 1, 1, 2)]
    told = linearizable(
        unknown, lambda state, _what, answer: state if answer == state else None, start=0
    )
    assert told == "a: no order of the calls explains that 'look' was answered with 1"


def test_objects_are_judged_by_themselves():
    calls = [Call(name, "look", number, 0, 9) for number, name in enumerate("abc")]
    assert linearizable(calls, balance_step, start={"a": 0, "b": 1, "c": 2}) is None
    told = linearizable(calls, balance_step, start={"a": 0, "b": 1, "c": 1})
    assert told is not None
    assert told.startswith("c: ")


def test_a_failed_call_is_recorded_as_one_without_an_answer():
    recorder = Recorder(itertools.count().__next__)

    def fail():
        with recorder.call("a", ("charge", 1)) as call:
            call.answer = True
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with recorder.call("a", "look") as call:
        call.answer = 0
    assert recorder.history() == (
        Call("a", ("charge", 1), None, 0, None),
        Call("a", "look", 0, 1, 2),
    )


def many(operations, accounts):
    """Give a history that happened, of eight calls under way at any time."""
    seeded, made = random.Random(5), []
    balances = dict.fromkeys((f"a{n}" for n in range(accounts)), 50)
    for number in range(operations):
        name = f"a{seeded.randrange(accounts)}"
        what = seeded.choice([("charge", seeded.randrange(1, 9)), ("pay", 4), "look"])
        answer = balances[name] if what == "look" else what[0] == "pay" or balances[name] >= what[1]
        after = balance_step(balances[name], what, answer)
        assert after is not None
        balances[name] = after
        begun, ended = 10 * number - seeded.randrange(80), 10 * number + seeded.randrange(80)
        made.append(Call(name, what, answer, begun, ended))
    return made


def test_many_operations_are_judged_and_one_wrong_answer_is_found():
    operations = 100_000 if DEEP else 20_000
    history = many(operations, operations // 100)
    assert linearizable(history, balance_step, start=50) is None
    place = next(n for n in range(operations * 3 // 5, operations) if history[n].what == "look")
    history[place] = history[place]._replace(answer=history[place].answer + 1_000)
    told = linearizable(history, balance_step, start=50)
    assert told is not None
    assert told.startswith(f"{history[place].of}: ")


class Broken:
    """An account that reads and writes in two steps; `pause` is between them."""

    def __init__(self, pause):
        self.balance, self.pause = 1, pause

    def charge(self, amount):
        seen = self.balance
        self.pause()
        if seen < amount:
            return False
        self.balance = seen - amount
        return True


def test_a_store_that_loses_an_update_is_caught():
    """Two charges both read the balance before either writes."""
    meeting = threading.Barrier(2)
    account, recorder = Broken(meeting.wait), Recorder(time.perf_counter_ns)

    def spend():
        with recorder.call("a", ("charge", 1)) as call:
            call.answer = account.charge(1)

    threads = [threading.Thread(target=spend) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert linearizable(recorder.history(), balance_step, start=1) is not None
    assert linearizable(recorder.history(), balance_step, start=2) is None


def test_a_store_that_reads_what_is_stale_is_caught():
    """A replica tells a balance from before a charge that was answered."""
    recorder, replica = Recorder(itertools.count().__next__), [5]
    account = Broken(lambda: None)
    with recorder.call("a", ("charge", 1)) as call:
        call.answer = account.charge(1)
    with recorder.call("a", "look") as call:
        call.answer = replica[0] - 4
    assert linearizable(recorder.history(), balance_step, start=1) is not None
