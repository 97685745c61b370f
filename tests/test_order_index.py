"""The index gives the very orders a look at each of them gives, through every change."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcore.distribution import filter_refusal
from leadcore.distribution.choosing import cap_refusal, funds_refusal, order_refusal
from leadcore.errors import NotFound, WrongState
from leadcore.order_index import _MOST, OrderIndex, Ranked
from leadcore.orders import (
    Cap,
    Caps,
    Filters,
    Hours,
    Order,
    OrderStatus,
    OrderTerms,
    Period,
    Span,
    Standing,
    counted,
    steady_until,
)
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.values import UNLIMITED, Address, Money

NAMES = ("law", "Law", "solar", "")
STATES = ("NY", "ny", "CA")
ZIPS = ("", "1", "100", "10001", "10002", "9")


def lead(**given) -> Submission:
    address = Address(state=given.pop("state", None), zip=given.pop("zip", None))
    return Submission(source=Source(format="json"), address=address, **given)


def some(values):
    return st.none() | st.frozensets(st.sampled_from(values), max_size=3)


FILTERS = st.builds(
    Filters,
    kinds=some(tuple(LeadKind)),
    verticals=some(NAMES),
    areas=some(NAMES),
    states=some(STATES),
    zips=some(ZIPS),
)
ORDERS = st.builds(
    Ranked,
    id=st.sampled_from([f"o{number}" for number in range(8)]),
    rank=st.tuples(st.integers(-2, 2)),
    filters=FILTERS,
    live=st.booleans(),
)
LEADS = st.builds(
    lead,
    kind=st.sampled_from(LeadKind),
    vertical=st.none() | st.sampled_from(NAMES),
    area=st.none() | st.sampled_from(NAMES),
    state=st.none() | st.sampled_from(STATES),
    zip=st.none() | st.sampled_from(ZIPS),
)


def looked_through(orders, asked: Submission, most: int):
    """Do the same, slowly."""
    best = sorted(orders, key=lambda order: (order.rank, order.id))
    fitting = [each.id for each in best if each.live and not filter_refusal(asked, each.filters)]
    return tuple(fitting[:most])


@given(
    orders=st.lists(ORDERS, unique_by=lambda order: order.id, max_size=8),
    changes=st.lists(st.tuples(st.sampled_from(["put", "drop", "on", "off"]), ORDERS), max_size=12),
    asked=st.lists(LEADS, min_size=1, max_size=4),
    most=st.integers(1, 4),
)
def test_it_finds_what_a_look_at_each_finds(orders, changes, asked, most):
    index, truth = OrderIndex(orders), {order.id: order for order in orders}
    for what, order in changes:
        known = order.id in truth
        if what == "put":
            (index.change if known else index.add)(order)
            truth[order.id] = order
        elif known and what == "drop":
            index.remove(order.id)
            del truth[order.id]
        elif known:
            index.switch(order.id, live=what == "on")
            truth[order.id] = replace(truth[order.id], live=what == "on")
        for each in asked:
            assert index.best(each, most) == looked_through(truth.values(), each, most)
    assert len(index) == len(truth)
    assert {order.id: order for order in index} == truth


@settings(max_examples=2)
@given(st.integers(0, 2**32))
def test_it_finds_it_through_many_blocks(seed):
    drawn = random.Random(seed)
    choices = [Filters(), Filters(states=frozenset({"NY"})), Filters(zips=frozenset({"100", "9"}))]

    def order(number: int) -> Ranked:
        return Ranked(
            id=f"o{number:05d}",
            rank=(drawn.randrange(50),),
            filters=drawn.choice(choices),
            live=drawn.random() < 0.8,
        )

    truth = {each.id: each for each in map(order, range(3 * _MOST))}
    index = OrderIndex(truth.values())
    for number in range(3 * _MOST, 6 * _MOST):
        made = order(number)
        truth[made.id] = made
        index.add(made)
    for name in drawn.sample(sorted(truth), 2 * _MOST):
        changed = replace(truth[name], rank=(drawn.randrange(50),), live=drawn.random() < 0.9)
        truth[name] = changed
        index.change(changed)
    for name in drawn.sample(sorted(truth), 2 * _MOST):
        del truth[name]
        index.remove(name)
    for asked in (lead(), lead(state="ny"), lead(zip="10001"), lead(zip="99999", state="NY")):
        for most in (1, 3, len(truth)):
            assert index.best(asked, most) == looked_through(truth.values(), asked, most)


@pytest.mark.parametrize("step", [1, -1])
def test_orders_that_crowd_at_one_end_are_spread_out_again(step):
    index = OrderIndex()
    for number in range(2 * _MOST):
        index.add(Ranked(id=f"o{number:05d}", rank=(number * step,), filters=Filters()))
    names = [f"o{number:05d}" for number in range(2 * _MOST)][::step]
    assert index.best(lead(), 10**6) == tuple(names)


def test_orders_that_crowd_in_the_middle_are_spread_out_again():
    index = OrderIndex(
        [Ranked(id=f"o{rank}", rank=(rank,), filters=Filters()) for rank in (0, 10**6)]
    )
    for number in range(1, _MOST):
        index.add(Ranked(id=f"p{number}", rank=(number,), filters=Filters()))
    assert index.best(lead(), 3) == ("o0", "p1", "p2")
    assert index.best(lead(), 10**6)[-2:] == (f"p{_MOST - 1}", "o1000000")


def test_a_test_lead_and_no_place_are_for_nobody():
    index = OrderIndex([Ranked(id="o", rank=(0,), filters=Filters())])
    assert index.best(lead(test=True)) == ()
    assert index.best(lead(), 0) == ()
    assert index.best(lead()) == ("o",)


def test_zips_are_compared_by_as_much_as_somebody_asks_for():
    def asks(name: str, *zips: str) -> Ranked:
        return Ranked(id=name, rank=(0, name), filters=Filters(zips=frozenset(zips)))

    index = OrderIndex([asks("a", "100"), asks("b", "101")])
    assert index.best(lead(zip="10012"), 9) == ("a",)
    index.add(asks("c", "1", "10012"))
    assert index.best(lead(zip="10012"), 9) == ("a", "c")
    assert index.best(lead(zip="10112"), 9) == ("b", "c")
    assert index.best(lead(zip="2"), 9) == ()
    index.remove("c")
    assert index.best(lead(zip="10112"), 9) == ("b",)
    index.remove("a")
    index.remove("b")
    index.add(asks("d", "1"))
    assert index.best(lead(zip="10112"), 9) == ("d",)
    assert index.best(lead(), 9) == ()


def test_an_order_is_there_once_or_not_at_all():
    order = Ranked(id="o", rank=(0,), filters=Filters())
    with pytest.raises(WrongState, match="twice"):
        OrderIndex([order, order])
    index = OrderIndex([order])
    with pytest.raises(WrongState, match="there already"):
        index.add(order)
    for change in (
        lambda: index.remove("p"),
        lambda: index.switch("p", live=True),
        lambda: index.change(replace(order, id="p")),
    ):
        with pytest.raises(NotFound, match="'p'"):
            change()
    index.switch("o", live=True)
    assert index.best(lead()) == ("o",)


# ------------------------------------------------------------------ orders with hours and caps


AT = datetime(2026, 11, 16, 12, tzinfo=UTC)  # a Monday
HOURS = (None, Hours("UTC", (Span(1, 12 * 60, 13 * 60), Span(1, 14 * 60, 12 * 60))))
CAPS = (
    None,
    Caps(zone="UTC", limits=(Cap(period=Period.HOUR, leads=1),)),
    Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=2), Cap(period=Period.TOTAL, leads=3))),
)


def timed(number, hours, caps, bank):
    terms = OrderTerms(
        user_id="u",
        price=Money(100, "USD"),
        quantity=UNLIMITED,
        hours=hours,
        caps=caps,
        bank=bank,
        priority=number % 3,
        ends_at=AT + timedelta(hours=30),
    )
    return Order(
        id=f"o{number}",
        seller_id="s",
        account_id="a",
        terms=terms,
        status=OrderStatus.OPEN,
        paused=False,
        opened_at=AT,
    )


def takes(order, standing, at):
    return not (
        order_refusal(order, at)
        or funds_refusal(order, standing, UNLIMITED)
        or cap_refusal(order, standing, at)
    )


def key_of(order):
    return (-order.terms.priority,), order.id


@given(
    given=st.lists(
        st.tuples(
            st.sampled_from(HOURS),
            st.sampled_from(CAPS),
            st.sampled_from((None, Money(250, "USD"))),
        ),
        min_size=1,
        max_size=6,
    ),
    gaps=st.lists(st.sampled_from((0, 1, 20, 59, 60, 61, 600)), min_size=1, max_size=12),
)
def test_an_index_told_of_every_edge_is_a_look_at_each(given, gaps):
    """Only orders whose time has come, or that were sold a lead, are asked again."""
    orders = {f"o{n}": timed(n, *each) for n, each in enumerate(given)}
    standings = dict.fromkeys(orders, Standing())
    index = OrderIndex(
        Ranked(id=key, rank=key_of(order)[0], filters=Filters(), live=False)
        for key, order in orders.items()
    )
    due = dict.fromkeys(orders, AT)
    at = AT
    for gap in gaps:
        at += timedelta(minutes=gap)
        for key in [key for key, edge in due.items() if edge is not None and edge <= at]:
            index.switch(key, live=takes(orders[key], standings[key], at))
            due[key] = steady_until(orders[key], at)
        able = [each for each in orders.values() if takes(each, standings[each.id], at)]
        found = index.best(lead(), most=9)
        assert list(found) == [each.id for each in sorted(able, key=key_of)]
        if found:
            key = found[0]
            order, now = orders[key], standings[key]
            caps = order.terms.caps
            usage = counted(caps, now.usage, 100, at) if caps else ()
            standings[key] = Standing(sold=now.sold + 1, spent=now.spent + 100, usage=usage)
            index.switch(key, live=takes(order, standings[key], at))
