"""What happens to a lead is kept in UTC, and written and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve

from leadcore import lead_events, leads, wire
from leadcore.lead_events import DeliveryFailed, FailedDelivery, LeadReserved, Reservation
from leadcore.values import Money

EASTERN = datetime(2026, 11, 16, 10, tzinfo=timezone(timedelta(hours=-5)))
HELD = Reservation(
    sale_id="sale",
    order_id="o",
    account_id="a",
    user_id="u",
    price=Money(0, "USD"),
    reserved_at=EASTERN,
    expires_at=EASTERN + timedelta(minutes=30),
)
FAILED = FailedDelivery(sale_id="sale", order_id="o", account_id="a", why="503", at=EASTERN)


def test_instants_are_utc():
    assert HELD.reserved_at.tzinfo is HELD.expires_at.tzinfo is FAILED.at.tzinfo is UTC


@pytest.mark.parametrize(
    "event",
    [
        LeadReserved(reservation=HELD, offers=(), at=EASTERN),
        DeliveryFailed(failed=FAILED, offers=(), at=EASTERN),
    ],
)
def test_events_come_back_equal(event):
    assert wire.load_event("lead", wire.dump_event("lead", event)) == event


def test_leads_gives_all_of_them():
    assert set(lead_events.__all__) <= set(leads.__all__) | {"LeadEvent"}
    assert all(getattr(leads, name) is getattr(lead_events, name) for name in lead_events.__all__)


def test_a_sale_counts_at_the_instant_its_place_was_taken():
    sold = lead_events.Sale(
        id="sale",
        lead_id="l",
        order_id="o",
        account_id="a",
        user_id="u",
        price=Money(0, "USD"),
        sold_at=EASTERN,
    )
    placed = EASTERN - timedelta(minutes=5)
    assert sold.counted_at == EASTERN
    assert evolve(sold, placed_at=placed).counted_at == placed
