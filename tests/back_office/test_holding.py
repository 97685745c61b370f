"""What is held for a buyer while a lead is on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leadcore.back_office.holding import charge_id, hold, reserved, resolution
from leadcore.balances import TransferKind
from leadcore.leads import Lead, LeadStatus
from leadcore.orders import Order, OrderStatus, OrderTerms
from leadcore.submissions import Source, Submission
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
LEAD = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=Submission(source=Source(format="json")),
    status=LeadStatus.RECEIVED,
    received_at=AT,
)


def held(minor=2500):
    order = Order(
        id="o",
        seller_id="s",
        account_id="a",
        terms=OrderTerms(user_id="u", price=Money(minor, "USD"), quantity=1),
        status=OrderStatus.OPEN,
        paused=False,
        opened_at=AT,
    )
    return reserved(order, "sale", AT, lasting=timedelta(minutes=30), offers=()).reservation


def test_the_hold_ends_when_the_reservation_does():
    (transfer,) = hold(LEAD, held())
    assert (transfer.kind, transfer.debit, transfer.credit) == (
        TransferKind.HOLD,
        "prepaid:a",
        "revenue:s",
    )
    assert transfer.expires_at == held().expires_at == AT + timedelta(minutes=30)
    assert (transfer.sale_id, transfer.lead_id, transfer.order_id) == ("sale", "l", "o")


def test_a_hold_is_captured_under_the_id_of_the_charge_or_given_back_under_another():
    ends = {
        kind: resolution(LEAD, held(), kind, AT)[0]
        for kind in (TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE)
    }
    assert [each.id for each in ends.values()] == [charge_id(held()), *["sale/release"] * 2]
    assert {(each.ref, each.amount) for each in ends.values()} == {
        ("sale/hold", Money(2500, "USD"))
    }


def test_nothing_is_held_for_a_price_of_zero():
    free = held(0)
    assert (free.hold_id, charge_id(free), hold(LEAD, free)) == (None, None, ())
    assert resolution(LEAD, free, TransferKind.CAPTURE, AT) == ()
