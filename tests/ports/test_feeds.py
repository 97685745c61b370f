"""An event of the journal has a name of its own, and a place."""

from hypothesis import given
from hypothesis import strategies as st

from leadcore.ports import Feed, JournalEntry, feeds

WORDS = st.sampled_from(["a", "b", "1", "2", "a/1", "1/a", "é"])
NUMBERS = st.integers(1, 3)
KINDS = st.sampled_from(["lead", "order", "contact_point"])


def entry(kind, key, number):
    event = {"v": 1, "event": "LeadSold", "data": {}}
    return JournalEntry(seller_id="s", kind=kind, key=key, number=number, event=event)


@given(one=st.tuples(KINDS, WORDS, NUMBERS), other=st.tuples(KINDS, WORDS, NUMBERS))
def test_an_event_is_named_by_its_place_and_by_nothing_else(one, other):
    first, second = entry(*one), entry(*other)
    assert first.place == one
    assert (first.id == second.id) == (one == other)


def test_its_name_is_for_people_too():
    assert entry("lead", "l-1", 2).id == "lead/l-1/2"
    assert feeds.Feed is Feed
