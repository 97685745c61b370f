"""A page in memory is the first of what the single check lets through, sorted."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.downline import Downline, LeadBoard, Reach, Scope, Tree
from leadcore.testing.strategies import parent_links

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
NAMES = [f"u{number:02d}" for number in range(12)]


def seen(user, reach=Reach.DOWNLINE, account="a"):
    return Scope(account_id=account, user_id=user, reach=reach)


def board(links, leads):
    made = LeadBoard("a", Downline(links))
    for number, (owner, second) in enumerate(leads):
        made.put(f"l{number:02d}", owner, AT + timedelta(seconds=second))
    return made


def plain(tree, leads, scope):
    """Sort what the single check lets through."""
    found = [
        (second, f"l{number:02d}")
        for number, (owner, second) in enumerate(leads)
        if scope.covers("a", owner, tree)
    ]
    return tuple(lead_id for _, lead_id in sorted(found, reverse=True))


LEADS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 4)), max_size=30)
ROOTS = {"as many as there are": None, "always scanned": 0, "always gathered": 1_000}


@pytest.mark.parametrize("root", ROOTS.values(), ids=ROOTS)
@given(
    parent_links(shape="damaged") | parent_links(),
    LEADS,
    st.sampled_from(Reach),
    st.integers(1, 5),
    st.data(),
)
def test_pages_join_to_what_the_single_check_lets_through(root, links, leads, reach, limit, data):
    scope = seen(data.draw(st.sampled_from(sorted(links))), reach)
    made, whole, after = board(links, leads), (), None
    with patch("leadcore.downline.board.isqrt", (lambda _: root) if root is not None else _root):
        while page := made.page(scope, limit, after):
            assert len(page) <= limit
            when = AT + timedelta(seconds=leads[int(page[-1][1:])][1])
            whole, after = whole + page, (when, page[-1])
            made.take(page[-1])  # the next page goes on where it stood
    assert whole == plain(Tree(links), leads, scope)


def _root(number):
    return int(number**0.5)


@given(LEADS, LEADS)
def test_a_lead_that_is_put_up_again_or_taken_away_is_found_where_it_is(first, second):
    links = dict.fromkeys(NAMES)
    made = board(links, first)
    for number, (owner, when) in enumerate(second):
        made.put(f"l{number:02d}", owner, AT + timedelta(seconds=when))
    whole = seen("u00", Reach.ACCOUNT)
    now = [*second, *first[len(second) :]]
    assert len(made) == len(now)
    assert made.page(whole, 99) == plain(Tree(links), now, whole)
    for number in range(len(now)):
        made.take(f"l{number:02d}")
        made.take(f"l{number:02d}")
    assert (len(made), made.page(whole)) == (0, ())


@pytest.mark.parametrize("leads", [1, 40])
@pytest.mark.parametrize("limit", [1, 50])
def test_a_page_is_the_same_whether_leads_are_looked_through_or_gathered(leads, limit):
    # One of one is looked through for its holder; fifty of forty are gathered from all twelve.
    links = dict.fromkeys(NAMES[1:], NAMES[0]) | {NAMES[0]: None, "x": None}
    made = board(links, [(NAMES[number % 12], number) for number in range(leads)])
    made.put("y", "x", AT)
    newest = tuple(f"l{number:02d}" for number in reversed(range(leads)))
    assert made.page(seen(NAMES[0]), limit) == newest[:limit]


def test_nobody_sees_through_the_wall():
    made = board({"u00": None}, [("u00", 1)])
    assert made.page(seen("u00")) == ("l00",)
    assert made.page(seen("u00", account="b")) == made.page(seen("u00", Reach.NOTHING)) == ()
    assert made.page(seen("u00"), 0) == made.page(seen("u00"), 5, (AT, "")) == ()


def test_whoever_moves_takes_the_leads_along():
    people = Downline({"boss": None, "left": None, "low": "left"})
    made = LeadBoard("a", people)
    made.put("one", "low", AT)
    assert made.page(seen("boss")) == ()
    people.move("left", "boss")
    assert made.page(seen("boss")) == ("one",)


class Counted:
    """A tree that counts whom it was asked for."""

    def __init__(self, links):
        self.tree, self.walked, self.asked = Downline(links), 0, 0

    def walk(self, user):
        for each in self.tree.walk(user):
            self.walked += 1
            yield each

    def is_below(self, one, other):
        self.asked += 1
        return self.tree.is_below(one, other)


@pytest.mark.parametrize(("people", "walked", "asked"), [(12, 12, 0), (13, 13, 4), (20, 13, 4)])
def test_few_people_are_gathered_and_among_many_the_newest_leads_are_looked_at(
    people, walked, asked
):
    """Of nine leads, a page of four: twice the root of their product is twelve."""
    names = [f"p{number:02d}" for number in range(people)]
    counted = Counted({"boss": None, **dict.fromkeys(names, "boss")})
    made = LeadBoard("a", counted)
    for number in range(9):
        made.put(f"l{number}", names[number], AT + timedelta(seconds=number))
    assert made.page(seen("boss"), 4) == ("l8", "l7", "l6", "l5")
    assert (counted.walked, counted.asked) == (walked, asked)


def test_a_page_is_of_fifty_leads_unless_told_otherwise():
    made = board({"u": None}, [("u", number) for number in range(51)])
    assert len(made.page(seen("u", Reach.OWN))) == 50


def test_the_next_page_begins_behind_a_lead_that_still_stands_there():
    """Whoever holds it: the owner is the last thing leads are sorted by."""
    made = board({"A": None}, [("A", 0), ("A", 0), ("A", 0)])
    assert made.page(seen("A", Reach.OWN), 9, (AT, "l01")) == ("l00",)
    assert made.page(seen("A", Reach.OWN), 0) == ()
