"""An order's terms make sense, and every command fits its state or says why not."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.orders import (
    MAX_WEIGHT,
    CloseOrder,
    EditOrder,
    Filters,
    OpenOrder,
    OrderClosed,
    OrderEdited,
    OrderPaused,
    OrderResumed,
    OrderStatus,
    OrderTerms,
    PauseOrder,
    ResumeOrder,
    Standing,
    decide,
    evolve,
    remaining,
)
from leadcore.values import MAX_MINOR, UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TERMS = OrderTerms(user_id="u", price=Money(2500, "USD"), quantity=3, weight=7)
OPEN = OpenOrder(order_id="o1", seller_id="s", account_id="a", terms=TERMS)
OPENED = fold(evolve, None, decide(OPEN, None, AT))
STATES = {
    "none": None,
    "open": OPENED,
    "paused": replace(OPENED, paused=True),
    "closed": replace(OPENED, status=OrderStatus.CLOSED, closed_reason="done"),
}
OTHER = replace(TERMS, weight=2)
COMMANDS = {
    "open": OPEN,
    "edit": EditOrder(OTHER),
    "edit to the same": EditOrder(TERMS),
    "pause": PauseOrder(),
    "resume": ResumeOrder(),
    "close": CloseOrder("full up"),
}
ALLOWED = {
    ("open", "none"): 1,
    ("open", "open"): 0,  # the very same again
    ("open", "paused"): 0,
    ("open", "closed"): 0,
    ("edit", "open"): 1,
    ("edit", "paused"): 1,
    ("edit to the same", "open"): 0,
    ("edit to the same", "paused"): 0,
    ("pause", "open"): 1,
    ("pause", "paused"): 0,
    ("resume", "open"): 0,
    ("resume", "paused"): 1,
    ("close", "open"): 1,
    ("close", "paused"): 1,
    ("close", "closed"): 0,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_every_state(name, state):
    if (name, state) in ALLOWED:
        assert len(decide(COMMANDS[name], STATES[state], AT)) == ALLOWED[name, state]
    else:
        with pytest.raises(WrongState, match=r"there is no such|exists|is closed"):
            decide(COMMANDS[name], STATES[state], AT)


@given(st.lists(st.sampled_from(sorted(set(COMMANDS) - {"open"})), max_size=12))
def test_the_state_is_what_was_last_said(names):
    state = OPENED
    terms, paused, closed = TERMS, False, False
    for name in names:
        if closed and name != "close":
            continue
        state = fold(evolve, state, decide(COMMANDS[name], state, AT))
        terms = {"edit": OTHER, "edit to the same": TERMS}.get(name, terms)
        paused = {"pause": True, "resume": False}.get(name, paused)
        closed = closed or name == "close"
        assert (state.terms, state.paused) == (terms, paused)
        assert state.status is (OrderStatus.CLOSED if closed else OrderStatus.OPEN)
        assert state.closed_reason == ("full up" if closed else None)


@pytest.mark.parametrize(
    "event", [OrderEdited(TERMS, AT), OrderPaused(AT), OrderResumed(AT), OrderClosed("x", AT)]
)
def test_nothing_happens_to_an_order_that_was_never_opened(event):
    with pytest.raises(WrongState, match="never opened"):
        evolve(None, event)


PROBLEMS = [
    ({"price": Money(0, "USD")}, None),
    ({"price": Money(-1, "USD")}, "terms.price"),
    ({"quantity": 0}, None),
    ({"quantity": -1}, "terms.quantity"),
    ({"quantity": 1.0}, "terms.quantity"),
    ({"quantity": True}, "terms.quantity"),
    ({"quantity": MAX_MINOR}, None),
    ({"quantity": MAX_MINOR + 1}, "terms.quantity"),
    ({"quantity": UNLIMITED}, None),
    ({"weight": 1}, None),
    ({"weight": 0}, "terms.weight"),
    ({"weight": True}, "terms.weight"),
    ({"weight": MAX_WEIGHT}, None),
    ({"weight": MAX_WEIGHT + 1}, "terms.weight"),
    ({"starts_at": AT}, None),
    ({"ends_at": AT}, None),
    ({"starts_at": AT, "ends_at": AT + TICK}, None),
    ({"starts_at": AT, "ends_at": AT}, "terms.ends_at"),
    ({"filters": Filters(states=frozenset({"FL", "ny"}))}, None),
    ({"filters": Filters(states=frozenset({"Florida"}))}, "terms.filters.states"),
    ({"filters": Filters(states=frozenset({"F1"}))}, "terms.filters.states"),
    ({"filters": Filters(states=frozenset({"ÄÖ"}))}, "terms.filters.states"),
    ({"filters": Filters(zips=frozenset({"3", "33101"}))}, None),
    ({"filters": Filters(zips=frozenset({""}))}, "terms.filters.zips"),
    ({"filters": Filters(zips=frozenset({"331011"}))}, "terms.filters.zips"),
    ({"filters": Filters(zips=frozenset({"33A"}))}, "terms.filters.zips"),
    ({"filters": Filters(zips=frozenset({"٣٣"}))}, "terms.filters.zips"),
]


@pytest.mark.parametrize(("changed", "path"), PROBLEMS)
def test_terms_on_both_sides_of_each_edge(changed, path):
    terms = replace(TERMS, **changed)
    for command, state in ((replace(OPEN, terms=terms), None), (EditOrder(terms), OPENED)):
        if path is None:
            assert decide(command, state, AT)[0].terms == terms
        else:
            with pytest.raises(Malformed) as malformed:
                decide(command, state, AT)
            assert [problem.path for problem in malformed.value.problems] == [path]


def test_every_problem_is_named():
    terms = replace(TERMS, price=Money(-1, "USD"), weight=0, quantity=-1)
    with pytest.raises(Malformed) as malformed:
        decide(EditOrder(terms), OPENED, AT)
    assert [problem.path for problem in malformed.value.problems] == [
        "terms.price",
        "terms.quantity",
        "terms.weight",
    ]


@given(st.integers(0, 9) | st.just(UNLIMITED), st.integers(0, 12))
def test_what_remains_is_never_below_zero(quantity, sold):
    order = replace(OPENED, terms=replace(TERMS, quantity=quantity))
    left = remaining(order, Standing(sold=sold))
    assert left is UNLIMITED if quantity is UNLIMITED else left == max(0, quantity - sold)


def test_the_same_id_for_another_order_is_refused():
    other = replace(COMMANDS["open"], account_id="another")
    with pytest.raises(WrongState, match="exists"):
        decide(other, STATES["open"], AT)
