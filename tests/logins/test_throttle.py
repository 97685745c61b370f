"""Failures in a row make the next try wait."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.logins import (
    BY_NAME,
    BY_SOURCE,
    LOCKED,
    RESETS_BY_NAME,
    TRIES_KEPT_SECONDS,
    Throttled,
    TriesForgotten,
    TryFailed,
    counts_until,
    evolve_tries,
    failing,
    later,
    throttled,
    tries_kept_since,
    tries_of,
)

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def failed(times, at=AT):
    state = tries_of("key")
    for number in range(1, times + 1):
        state = evolve_tries(state, TryFailed(seller_id="s", failures=number, at=at))
    return state


def wait(times, rule):
    found = throttled(failed(times), rule, AT)
    if found is None:
        return 0
    return -1 if found.next_try_at is None else (found.next_try_at - AT) / SECOND


def test_the_standard_is_kept():
    """NIST SP 800-63B-4, 3.2.2: no more than 100 in a row, waits from 30 seconds up to an hour."""
    assert [wait(n, BY_NAME) for n in (0, 4, 5, 6, 7, 99, 100, 101)] == [
        *(0, 0, 30, 60, 90, 2850, -1, -1)
    ]
    assert [wait(n, BY_SOURCE) for n in (20, 21, 22, 380, 381, 1000)] == [
        *(0, 10, 20, 3600, 3600, 3600)
    ]


@pytest.mark.parametrize(("seconds", "looked"), [(0, False), (29, False), (30, True), (31, True)])
def test_the_wait_ends_on_its_instant(seconds, looked):
    assert (throttled(failed(5), BY_NAME, AT + seconds * SECOND) is None) == looked


def test_a_locked_name_stays_locked_and_a_source_is_forgotten_in_time():
    day = timedelta(days=1)
    assert throttled(failed(100), BY_NAME, AT + 1000 * day) == LOCKED
    assert failing(failed(25), BY_SOURCE, AT + day - SECOND) == 25
    assert failing(failed(25), BY_SOURCE, AT + day) == 0
    assert throttled(failed(25), BY_SOURCE, AT + day) is None


def test_forgotten_failures_count_no_more():
    state = evolve_tries(failed(50), TriesForgotten(AT))
    assert (state.failures, state.last_at, failing(state, BY_NAME, AT)) == (0, None, 0)
    assert throttled(state, BY_NAME, AT) is None


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=6))
def test_a_slow_clock_makes_no_wait_shorter(seconds):
    state = tries_of("key")
    for number, each in enumerate(seconds, start=1):
        event = TryFailed(seller_id="s", failures=number, at=AT + each * SECOND)
        state = evolve_tries(state, event)
    assert state.last_at == AT + max(seconds) * SECOND


def test_the_longer_wait_counts():
    soon, late = (Throttled(next_try_at=AT + each * SECOND) for each in (1, 2))
    assert later(None, None) is None
    assert later(soon, None) == later(None, soon) == soon
    assert later(soon, late) == later(late, soon) == late
    assert later(LOCKED, late) == later(late, LOCKED) == LOCKED


@given(st.integers(-100, 100), st.sampled_from([BY_NAME, BY_SOURCE, RESETS_BY_NAME]))
def test_they_count_until_they_are_forgotten_and_are_kept_a_day_longer(seconds, rule):
    before, at = failed(1), AT + seconds * SECOND
    until = counts_until(before, rule, at)
    event = TryFailed(seller_id="s", failures=2, at=at, until=until)
    state = evolve_tries(before, event)
    assert state.until == until
    if rule is BY_NAME:
        assert until is None
        return
    assert [failing(state, rule, until + edge * SECOND / 10**6) for edge in (-1, 0)] == [2, 0]
    assert counts_until(tries_of("key"), rule, at) == at + (until - state.last_at)
    assert tries_kept_since(until + TRIES_KEPT_SECONDS * SECOND) == until
    assert evolve_tries(state, TriesForgotten(at)).until is None
