"""A stream's state is nothing but the fold of its events."""

from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import Change, Versioned, change, fold

EVENTS = st.lists(st.integers(-9, 9), max_size=9)


def add(state, event):
    return (state or 0) + event


@given(EVENTS, EVENTS)
def test_folding_in_two_steps_is_folding_at_once(first, then):
    assert fold(add, fold(add, 0, first), then) == fold(add, 0, first + then)


@given(EVENTS, st.integers(0, 99))
def test_a_change_is_what_was_seen_and_what_happened(events, version):
    made = change("counter", "c1", Versioned(5, version), iter(events), add)
    if not events:
        assert made == ()
        return
    (one,) = made
    assert (one.kind, one.id, one.expected) == ("counter", "c1", version)
    assert (one.events, one.state) == (tuple(events), 5 + sum(events))
    assert one.version == version + len(events)


def test_nothing_recorded_yet_is_version_zero():
    (first,) = change("counter", "c1", Versioned(None, 0), [3], add)
    assert first == Change(kind="counter", id="c1", expected=0, events=(3,), state=3)
    assert first.version == 1
