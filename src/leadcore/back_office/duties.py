"""What is due at an instant, as a list of use cases: for a job that runs by the clock.

A host reads a few lists, runs what `due_cases` makes of them one by one, each in a transaction of
its own, and then asks its processor for every payment that `payments.UNSETTLED` finds, those the
run itself requested among them. Each case decides anew on fresh facts and does its work once, so
the job may run as often, and in as many places at once, as its host likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.accounts import Account, Seller
from leadcore.appointments import Appointment, due_reminders, realigned
from leadcore.back_office.appointing import RealignAppointment, RemindOfAppointment
from leadcore.back_office.delivering import ExpireDelivery
from leadcore.back_office.funding import ExpireBonus
from leadcore.back_office.paying import CheckBalance
from leadcore.back_office.reminding import DUTIES, DutyRule, RemindOfDuty, duty_of
from leadcore.back_office.renewing import RenewOrder
from leadcore.leads import Lead
from leadcore.orders import Order, Standing, renewal_due
from leadcore.values import SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from leadcore.values import SaleId

__all__ = ["DueCase", "DueFacts", "due_cases"]

DueCase = (
    ExpireDelivery
    | RenewOrder
    | ExpireBonus
    | CheckBalance
    | RealignAppointment
    | RemindOfAppointment
    | RemindOfDuty
)
"""One thing that is due."""


@frozen(kw_only=True)
class DueFacts:
    """The lists a job reads; the store's reads of the same names give them.

    Attributes:
        orders: the seller's orders with their standings.
        accounts: the seller's accounts.
        reserved: the leads that are reserved for a buyer until they are delivered.
        upcoming: booked appointments that have not begun: those with a reminder due, or all where
            the rules of their zones may have changed.
        held: the leads that `duty_leads` asks for; with them the seller, in whose words whoever
            works them is reminded.
        duties: of what.
    """

    seller_id: SellerId
    orders: tuple[tuple[Order, Standing], ...] = ()
    accounts: tuple[Account, ...] = ()
    reserved: tuple[Lead, ...] = ()
    upcoming: tuple[Appointment, ...] = ()
    held: tuple[Lead, ...] = ()
    seller: Seller | None = None
    duties: DutyRule = DUTIES


def due_cases(
    facts: DueFacts, *, at: datetime, sale_id: Callable[[], SaleId]
) -> tuple[DueCase, ...]:
    """Give what is due, in the order it is best done in.

    First what frees money and places (deliveries whose time is over), then new cycles of orders,
    then bonus that is past, and a look at every balance that is watched: whatever came before may
    have moved it. Last come appointments: those whose zone has new rules, then reminders.

    Args:
        facts: the lists, read just before.
        at: now.
        sale_id: gives a fresh id each time: a lead whose delivery expired may be sold anew.
    """
    moment = instant(at)
    return (
        *_deliveries(facts, moment, sale_id),
        *(
            RenewOrder(seller_id=facts.seller_id, order_id=order.id, at=moment)
            for order, standing in facts.orders
            if renewal_due(order, standing, moment)
        ),
        *(
            ExpireBonus(seller_id=facts.seller_id, account_id=account.id, at=moment)
            for account in facts.accounts
        ),
        *(
            CheckBalance(seller_id=facts.seller_id, account_id=account.id, at=moment)
            for account in facts.accounts
            if account.watch is not None
        ),
        *_appointments(facts, moment),
        *_reminders(facts, moment),
    )


def _reminders(facts: DueFacts, at: datetime) -> Iterator[RemindOfDuty]:
    if facts.seller is None:
        return
    for lead in facts.held:
        duty = duty_of(lead, at=at, rule=facts.duties)
        if duty is not None:
            yield RemindOfDuty(
                seller_id=facts.seller_id,
                lead_id=lead.id,
                user_id=duty.user_id,
                terms=facts.seller.terms,
                rule=facts.duties,
                at=at,
            )


def _appointments(
    facts: DueFacts, at: datetime
) -> Iterator[RealignAppointment | RemindOfAppointment]:
    for each in facts.upcoming:
        if realigned(each.slot) != each.slot:
            yield RealignAppointment(appointment_id=each.id, at=at)
    for each in facts.upcoming:
        if due_reminders(each, at):
            yield RemindOfAppointment(appointment_id=each.id, at=at)


def _deliveries(
    facts: DueFacts, at: datetime, sale_id: Callable[[], SaleId]
) -> Iterator[ExpireDelivery]:
    for lead in facts.reserved:
        held = lead.reservation
        if held is not None and held.expires_at <= at:
            yield ExpireDelivery(
                seller_id=facts.seller_id,
                lead_id=lead.id,
                sale_id=held.sale_id,
                next_sale_id=sale_id(),
                at=at,
            )
