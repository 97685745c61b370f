"""The counts of caps: what is counted anew is counted at one moment."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.distribution import Reason, Way
from leadcore.leads import LeadStatus
from leadcore.orders import Cap, Caps, EditOrder, Period
from leadcore.testing.distribution_contract import ways
from leadcore.testing.scenes import AT, Scene, reception
from leadcore_sqlalchemy import SqlStore, statements

TICK = timedelta(microseconds=1)


def test_a_reservation_that_is_sold_while_it_is_counted_is_counted_once(
    postgres_engine, monkeypatch
):
    """A cap of one is set while a place is held; it is sold between any two statements there are.

    SQLite has one writer, so that there nobody comes in between.
    """
    store = SqlStore(postgres_engine)
    made = Scene(store=store, quantity=9, funds=100_000).set_up()
    ways(made, Way(hold_minutes=30))
    held = made.receive(1).lead.reservation
    ((order, _),) = store.orders(made.seller)
    caps = Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=1),))
    edit = EditOrder(replace(order.terms, caps=caps))
    store.run(bo.KeepOrder(order_id=order.id, account_id=made.account(), command=edit, at=AT))
    confirm = bo.ConfirmDelivery(
        seller_id=made.seller, lead_id=f"{made.seller}/l1", sale_id=held.sale_id, at=AT + TICK
    )
    rows, confirmed = statements.Statement.rows, []

    def between(statement, connection, values):
        found = rows(statement, connection, values)
        if "besides" in values and not confirmed:
            confirmed.append(True)
            assert SqlStore(postgres_engine).run(confirm).lead.status is LeadStatus.SOLD
        return found

    monkeypatch.setattr(statements.Statement, "rows", between)
    lead = store.run(reception(made.seller, 2, at=AT + 2 * TICK)).lead
    monkeypatch.undo()
    assert confirmed == [True]
    assert (lead.status, lead.offers[0].reason) == (LeadStatus.UNSOLD, Reason.CAP_DAY)
    (used,) = store.order_usage(order.id, AT + 2 * TICK)
    assert used.leads == 1
    assert store.audit() == ()
