"""An order's terms make sense, and every command fits its state or says why not."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.orders import (
    Caps,
    CloseOrder,
    EditOrder,
    OpenOrder,
    OrderClosed,
    OrderEdited,
    OrderPaused,
    OrderRenewed,
    OrderResumed,
    OrderStatus,
    OrderTerms,
    PauseOrder,
    Period,
    Renewal,
    RenewalWhen,
    ResumeOrder,
    decide,
    evolve,
)
from leadcore.payments import PaymentMethod
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
TERMS = OrderTerms(user_id="u", price=Money(2500, "USD"), quantity=3, weight=7, priority=5, tier=3)
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
@example(["pause", "edit", "resume", "edit to the same", "close", "close"])
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


def test_the_same_id_for_another_order_is_refused():
    other = replace(COMMANDS["open"], account_id="another")
    with pytest.raises(WrongState, match=r"^OpenOrder .*: an order with this id exists"):
        decide(other, STATES["open"], AT)


def test_what_is_refused_says_why():
    with pytest.raises(WrongState, match=r"^PauseOrder .*: there is no such order"):
        decide(PauseOrder(), None, AT)
    with pytest.raises(WrongState, match=r"^PauseOrder .*: the order is closed"):
        decide(PauseOrder(), STATES["closed"], AT)
    with pytest.raises(WrongState, match=r"^OrderPaused .*: its order was never opened"):
        evolve(None, OrderPaused(AT))


def test_terms_that_make_no_sense_open_and_edit_nothing():
    wrong = replace(TERMS, weight=-1)
    for command, state in ((replace(OPEN, terms=wrong), None), (EditOrder(wrong), OPENED)):
        with pytest.raises(Malformed):
            decide(command, state, AT)


def test_an_order_begins_with_its_first_cycle_and_nothing_carried():
    assert (OPENED.cycle, OPENED.carried, OPENED.turns) == (1, 0, 0)
    assert (OPENED.renewed_at, OPENED.recounted_at, OPENED.closed_reason) == (None, None, None)


RENEWED = OrderRenewed(
    cycle=2,
    starts_at=AT,
    ends_at=AT + DAY,
    sold=3,
    spent=7_500,
    carried=4,
    payment_id="p",
    at=AT + TICK,
)


def test_a_renewal_begins_a_cycle_and_moves_the_terms():
    ended = replace(OPENED, terms=replace(TERMS, ends_at=AT), anchor=AT)
    state = evolve(ended, RENEWED)
    assert (state.cycle, state.carried, state.renewed_at) == (2, 4, AT + TICK)
    assert (state.terms.starts_at, state.terms.ends_at) == (AT, AT + DAY)
    assert (state.anchor, state.turns) == (AT, 1)
    assert evolve(state, replace(RENEWED, cycle=3)).turns == 1, "its end did not move"


def test_an_edit_of_the_end_is_a_new_anchor():
    state = replace(OPENED, anchor=AT, turns=4)
    assert evolve(state, OrderEdited(TERMS, AT)).turns == 4
    later = evolve(state, OrderEdited(replace(TERMS, ends_at=AT + DAY), AT))
    assert (later.anchor, later.turns) == (AT + DAY, 0)


WEEKLY = Renewal(when=RenewalWhen.AT_END, every=Period.WEEK, zone="UTC")


@pytest.mark.parametrize(
    ("renewal", "kept"),
    [
        (WEEKLY, True),
        (replace(WEEKLY, charge=PaymentMethod(token="pm_kept")), True),
        (replace(WEEKLY, every=Period.MONTH), False),
        (replace(WEEKLY, every=Period.DAY), False),
        (replace(WEEKLY, zone="Asia/Kolkata"), False),
        (replace(WEEKLY, when=RenewalWhen.ON_FILL), False),
        (None, False),
    ],
)
def test_turns_count_in_the_unit_and_on_the_clock_they_were_made_by(renewal, kept):
    terms = replace(TERMS, ends_at=AT + 10 * 7 * DAY, renewal=WEEKLY)
    state = replace(OPENED, terms=terms, anchor=AT, turns=10)
    edited = evolve(state, OrderEdited(replace(terms, renewal=renewal), AT))
    assert (edited.anchor, edited.turns) == ((AT, 10) if kept else (terms.ends_at, 0))
    # And the same from the other side: the first renewal an order is given begins at its end.
    given = evolve(edited, OrderEdited(terms, AT))
    assert (given.anchor, given.turns) == ((AT, 10) if kept else (terms.ends_at, 0))


@pytest.mark.parametrize(
    ("ends", "refused"),
    [
        (AT - DAY, True),
        (AT + TICK, True),  # the instant its cycle began
        (AT + 2 * TICK, False),
        (AT + DAY, False),  # where it is
        (None, False),
    ],
)
def test_an_end_is_never_wound_back_behind_its_cycle(ends, refused):
    began = evolve(replace(OPENED, terms=replace(TERMS, ends_at=AT), anchor=AT), RENEWED)
    edit = EditOrder(replace(TERMS, ends_at=ends))
    if refused:
        with pytest.raises(Malformed) as malformed:
            decide(edit, began, AT + DAY)
        assert [each.path for each in malformed.value.problems] == ["terms.ends_at"]
    else:
        assert len(decide(edit, began, AT + DAY)) == 1
    assert decide(edit, OPENED, AT + DAY) == (
        () if ends is None else (OrderEdited(edit.terms, AT + DAY),)
    ), "in its first cycle an order may end whenever people say"


def test_an_edit_of_the_caps_says_when():
    caps = Caps(zone="UTC", limits=())
    assert OPENED.recounted_at is None
    assert evolve(OPENED, OrderEdited(OTHER, AT + TICK)).recounted_at is None
    assert evolve(OPENED, OrderEdited(replace(TERMS, caps=caps), AT + TICK)).recounted_at == (
        AT + TICK
    )


def test_without_a_bank_nothing_is_carried():
    state = replace(OPENED, carried=5)
    bank = replace(TERMS, bank=Money(9_000, "USD"), quantity=UNLIMITED)
    assert evolve(state, OrderEdited(bank, AT)).carried == 5
    assert evolve(state, OrderEdited(OTHER, AT)).carried == 0
