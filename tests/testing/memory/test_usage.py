"""Counts of caps: kept, counted where they are not, guarded, and counted again by the audit."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.distribution import Way
from leadcore.errors import Conflict
from leadcore.orders import Cap, Caps, Period, Usage, cap_windows
from leadcore.outcomes import StandingDelta, UsageDelta
from leadcore.testing import MemoryStore
from leadcore.testing.distribution_contract import ways
from leadcore.testing.memory.usage import (
    audit_usage,
    check_usage,
    count_sales,
    move_usage,
    usage_at,
)
from leadcore.testing.order_contract import ordered
from leadcore.testing.scenes import AT, PRICE, Scene

CAPS = Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=3),), returns_free=True)
(DAY,) = cap_windows(CAPS, AT)
ADD = UsageDelta(
    period=Period.DAY, opens_at=DAY.opens_at, leads=1, money=PRICE, most_leads=3, most_money=-1
)


def made(**more):
    scene = Scene(store=MemoryStore(), quantity=9).set_up()
    return scene, ordered(scene, caps=CAPS, **more)


def delta(*usage, **more):
    return StandingDelta(order_id="o", usage=usage, **more)


def kept(rows, **more):
    key = ("o", Period.DAY, DAY.opens_at)
    rows.usage = {key: Usage(period=Period.DAY, opens_at=DAY.opens_at, **more)}
    return key


def test_until_the_first_sale_the_sales_are_counted():
    scene = Scene(store=MemoryStore(), quantity=9).set_up()
    scene.receive(1)
    order = ordered(scene, caps=CAPS)
    (used,) = usage_at(scene.store, order, AT)
    assert (used.leads, used.money, used.kept) == (1, PRICE, False)
    scene.receive(2)
    (used,) = usage_at(scene.store, order, AT)
    assert (used.leads, used.kept) == (2, True)
    assert usage_at(scene.store, order, AT + timedelta(days=3)) == ()


def test_a_reservation_counts_when_it_was_made():
    scene, order = made()
    ways(scene, Way(hold_minutes=30))
    scene.receive(1)
    used = count_sales(scene.store, order, DAY)
    assert (used.leads, used.money) == (1, PRICE)
    assert list(audit_usage(scene.store)) == []


@pytest.mark.parametrize(("leads", "most"), [(2, 3), (9, -1)])
def test_a_place_that_is_left_is_taken(leads, most):
    rows = MemoryStore()
    key = kept(rows, leads=leads, money=5)
    wanted = delta(replace(ADD, most_leads=most))
    assert check_usage(rows, wanted) is None
    move_usage(rows, wanted)
    assert (rows.usage[key].leads, rows.usage[key].money) == (leads + 1, 5 + PRICE)


def test_a_full_cap_is_a_conflict():
    rows = MemoryStore()
    kept(rows, leads=3)
    with pytest.raises(Conflict, match="caps of order o"):
        check_usage(rows, delta(ADD))
    with pytest.raises(Conflict, match="caps of order o"):
        check_usage(rows, delta(replace(ADD, most_leads=-1, most_money=PRICE - 1)))


def test_a_count_begins_once():
    rows = MemoryStore()
    seen = Usage(period=Period.DAY, opens_at=DAY.opens_at, leads=2, money=9, kept=False)
    wanted = delta(replace(ADD, begins=seen))
    check_usage(rows, wanted)
    move_usage(rows, wanted)
    (used,) = rows.usage.values()
    assert (used.leads, used.money, used.kept) == (3, 9 + PRICE, True)
    with pytest.raises(Conflict, match="counts of order o"):
        check_usage(rows, wanted)


def test_what_is_given_back_meets_no_limit_and_begins_no_count():
    rows = MemoryStore()
    back = delta(replace(ADD, leads=-1, money=-PRICE, kept_only=True, most_leads=0))
    check_usage(rows, back)
    move_usage(rows, back)
    assert rows.usage == {}
    key = kept(rows, leads=3, money=PRICE)
    check_usage(rows, back)
    move_usage(rows, back)
    assert (rows.usage[key].leads, rows.usage[key].money) == (2, 0)


def test_an_edit_forgets_the_counts_of_its_order_only():
    rows = MemoryStore()
    key = kept(rows, leads=3)
    rows.usage[("other", *key[1:])] = rows.usage[key]
    move_usage(rows, delta(recount=True))
    assert [order for order, *_ in rows.usage] == ["other"]


def test_a_count_that_is_not_that_of_its_sales_is_said():
    scene, order = made()
    scene.receive(1)
    ((key, used),) = scene.store.usage.items()
    scene.store.usage[key] = replace(used, leads=2)
    scene.store.usage[("gone", *key[1:])] = used  # of no order there is: nobody counts by it
    said = f"order {order.id}: its count of a day is not that of its sales"
    assert list(audit_usage(scene.store)) == [said]
    assert said in scene.store.audit()
