"""Tries are counted under each key that has a rule, and the longest wait counts."""

from datetime import timedelta

from attrs import evolve as replace

from leadcore.back_office.trying import count_tries, longest_wait
from leadcore.decider import Versioned
from leadcore.logins import Throttled, ThrottleRule, Tries, tries_of
from leadcore.testing.scenes import AT

RULE = ThrottleRule(free=1, step_seconds=60, longest_seconds=600)
SLOW = ThrottleRule(free=0, step_seconds=90, longest_seconds=600)
MINUTE = timedelta(minutes=1)


def seen(key, failures=0):
    state = Tries(id=key, seller_id="s", failures=failures, last_at=AT if failures else None)
    return Versioned(state, failures)


def test_the_longest_wait_of_all_counts():
    counts = ((seen("n", 2), RULE), (seen("s", 1), SLOW), (None, SLOW), (seen("x", 9), None))
    assert longest_wait(counts, AT) == Throttled(next_try_at=AT + 1.5 * MINUTE)
    assert longest_wait(counts, AT + 1.5 * MINUTE) is None
    assert longest_wait((), AT) is None


def test_each_key_with_a_rule_counts_one_more():
    counts = ((seen("n", 1), RULE), (Versioned(tries_of("s"), 0), SLOW), (None, RULE))
    changes, wait = count_tries("s", (*counts, (seen("x"), None)), AT)
    assert [(each.id, each.state.failures, each.expected) for each in changes] == [
        ("n", 2, 1),
        ("s", 1, 0),
    ]
    assert wait == Throttled(next_try_at=AT + 1.5 * MINUTE)
    assert count_tries("s", (), AT) == ((), None)


def test_each_says_until_when_it_counts():
    ends = replace(RULE, forgotten_seconds=600)
    changes, _ = count_tries("s", ((seen("n"), RULE), (seen("s"), ends)), AT)
    assert [each.state.until for each in changes] == [None, AT + 10 * MINUTE]
