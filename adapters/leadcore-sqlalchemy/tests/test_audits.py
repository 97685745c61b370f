"""Whatever is changed behind the store's back is named by the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from leadcore.back_office import AskContact, KeepContactPoint, RequestPayment, SettlePayment
from leadcore.balances import TransferKind
from leadcore.contact_points import DoNotCall, Record
from leadcore.orders import Cap, Caps, Period
from leadcore.payments import Answer, PaymentMethod, Progress
from leadcore.values import Money
from leadcore_sqlalchemy import tables

CHANGES = {
    "UPDATE leadcore_leads SET data = replace(data, 'Ann 1', 'Bob 1')": (
        "lead lead-1: the row is not the fold of its journal"
    ),
    "UPDATE leadcore_journal SET data = replace(data, 'Ann 1', 'Bob 1')": (
        "lead lead-1: the row is not the fold of its journal"
    ),
    "UPDATE leadcore_leads SET version = 3 WHERE id = 'lead-2'": (
        "lead lead-2: its journal does not number 1 to 3"
    ),
    "DELETE FROM leadcore_leads WHERE id = 'lead-1'": "lead lead-1: it has a journal but no row",
    "DELETE FROM leadcore_leads WHERE id = 'lead-3'": "lead lead-3: it has a journal but no row",
    "DELETE FROM leadcore_journal WHERE stream_id = 'lead-2'": (
        "lead lead-2: it has a row but no journal"
    ),
    "UPDATE leadcore_orders SET sold = sold + 1 WHERE id = 'seller/a0/o'": (
        "order seller/a0/o: its standing is not the fold of the journal"
    ),
    "UPDATE leadcore_orders SET credit = credit + 1 WHERE id = 'seller/a1/o'": (
        "order seller/a1/o: its standing is not the fold of the journal"
    ),
    "UPDATE leadcore_ledger_accounts SET credits_posted = credits_posted + 1 "
    "WHERE id = 'prepaid:seller/a0'": (
        "ledger account prepaid:seller/a0, entry 4: credits_posted is 100001, not 100000"
    ),
    "UPDATE leadcore_ledger_accounts SET debits_pending = 0": (
        "ledger account prepaid:seller/a0, entry 4: debits_pending is 0, not 100"
    ),
    "DELETE FROM leadcore_ledger_holds": (
        "ledger account prepaid:seller/a0, entry 4: by the lines hold h reserves 100; stored, "
        "there is no such open one"
    ),
    "UPDATE leadcore_ledger_entries SET amount = amount - 1 WHERE seq = 2 "
    "AND account = 'prepaid:seller/a0'": (
        "ledger account prepaid:seller/a0, entry 2: posted_after is 97500, not 97499"
    ),
    "DELETE FROM leadcore_sales WHERE lead_id = 'lead-1'": (
        "sale sale-1 of lead lead-1: its own row and the lead's differ"
    ),
    "UPDATE leadcore_sales SET order_id = 'another' WHERE lead_id = 'lead-2'": (
        "sale sale-2 of lead lead-2: its own row and the lead's differ"
    ),
    "UPDATE leadcore_journal SET data = replace(data, 'denied', 'permitted') "
    "WHERE stream_kind = 'decisions'": ("decisions lead-1: the row is not the fold of its journal"),
    "DELETE FROM leadcore_journal WHERE stream_kind = 'decisions' AND version = 1": (
        "decisions lead-1: its journal does not number 1 to 2"
    ),
    "UPDATE leadcore_contact_points SET data = replace(data, 'never', 'maybe')": (
        "contact_point 6/seller/+12120000001: the row is not the fold of its journal"
    ),
    "DELETE FROM leadcore_ledger_transfers WHERE id = 'h'": "1 entries have no transfer",
    "DELETE FROM leadcore_ledger_entries WHERE transfer_id = 'h'": (
        "transfer h: account prepaid:seller/a0 has no line of it"
    ),
}


@pytest.fixture
def used(store, town):
    store.run_many([town.lead(number) for number in (1, 2, 3)])
    fact = DoNotCall(at=town.at, text="never again")
    store.run(
        KeepContactPoint(
            seller_id=town.seller, address="+12120000001", command=Record(fact=fact), at=town.at
        )
    )
    for hour in (1, 2):
        at = town.at + timedelta(hours=hour)
        store.run(AskContact(seller_id=town.seller, lead_id="lead-1", at=at))
    store.post([(town.hold("h", 100),)], at=town.lead(9).at)
    assert store.audit() == ()
    return store


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_change_behind_the_stores_back_is_named(used, change):
    with used.engine.begin() as connection:
        assert connection.execute(text(change)).rowcount > 0
    assert CHANGES[change] in used.audit()


def test_holds_between_two_tracked_accounts_are_checked_on_both(used, town):
    other = "prepaid:seller/a1"
    used.post(
        [(town.move("x", TransferKind.HOLD, 5, credit=other, expires_at=town.lead(99).at),)],
        at=town.at,
    )
    assert used.audit() == ()


def test_a_count_of_a_cap_that_is_not_that_of_its_sales_is_said(store, town):
    town.cap(store, Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=9),)))
    store.run(town.lead(1))
    assert store.audit() == ()
    with store.engine.begin() as connection:
        connection.execute(tables.order_usage.update().values(leads=2))
    (said,) = store.audit()
    assert said.endswith("its count of a day is not that of its sales")


def test_sales_the_ledger_did_not_charge_are_said(store, town):
    store.run(town.lead(1))
    with store.engine.begin() as connection:
        connection.execute(tables.sales.update().values(price=1))
    assert any("come to 1, the ledger charged 2500" in said for said in store.audit())


@pytest.fixture
def paid(used, town):
    account = "seller/a0"
    used.run(
        RequestPayment(
            seller_id=town.seller,
            account_id=account,
            payment_id="p",
            amount=Money(500, "USD"),
            method=PaymentMethod(token="pm_1"),
            by="ann",
            at=town.lead(9).at,
        )
    )
    answer = Answer(progress=Progress.SUCCEEDED, reference="ch_1")
    at = town.lead(9).at
    used.run(SettlePayment(seller_id=town.seller, payment_id="p", answer=answer, at=at))
    assert used.audit() == ()
    return used


PAYMENTS = {
    "UPDATE leadcore_ledger_transfers SET data = replace(data, 'ann', 'bob') "
    "WHERE id = 'payment/1/p/topup'": (
        "payment p: transfer payment/1/p/topup is not the one that follows from it"
    ),
    "UPDATE leadcore_payments SET account_id = 'seller/a1'": (
        "payment p: transfer payment/1/p/topup does not follow from it"
    ),
    "UPDATE leadcore_payments SET account_id = 'nobody'": (
        "account nobody: it has payments but no balance"
    ),
    "DELETE FROM leadcore_ledger_entries WHERE transfer_id = 'payment/1/p/topup'": (
        "payment p: the ledger has no transfer payment/1/p/topup"
    ),
}


@pytest.mark.parametrize("change", sorted(PAYMENTS))
def test_a_payment_the_ledger_does_not_follow_is_named(paid, change):
    with paid.engine.begin() as connection:
        assert connection.execute(text(change)).rowcount > 0
    assert PAYMENTS[change] in paid.audit()
