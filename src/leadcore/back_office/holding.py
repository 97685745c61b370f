"""Hold a buyer's money for a lead that is being delivered: reserve, capture, give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.accounts import prepaid_account, revenue_account
from leadcore.balances import Transfer, TransferKind
from leadcore.leads import LeadReserved, Reservation

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from leadcore.distribution import CandidateDecision
    from leadcore.leads import Lead
    from leadcore.orders import Order
    from leadcore.values import SaleId

__all__ = ["charge_id", "hold", "reserved", "resolution"]


def charge_id(reservation: Reservation) -> str | None:
    """Give the id of the charge that a confirmed delivery makes; None for a price of zero."""
    return f"{reservation.sale_id}/charge" if reservation.price.minor else None


def reserved(
    order: Order,
    sale_id: SaleId,
    at: datetime,
    *,
    lasting: timedelta,
    offers: tuple[CandidateDecision, ...],
) -> LeadReserved:
    """Give the event of a lead that is reserved for an order so long."""
    terms = order.terms
    held = Reservation(
        sale_id=sale_id,
        order_id=order.id,
        account_id=order.account_id,
        user_id=terms.user_id,
        price=terms.price,
        cycle=order.cycle,
        hold_id=f"{sale_id}/hold" if terms.price.minor else None,
        reserved_at=at,
        expires_at=at + lasting,
    )
    return LeadReserved(reservation=held, offers=offers, at=at)


def hold(lead: Lead, held: Reservation) -> tuple[Transfer, ...]:
    """Give the hold on the account's balance; nothing for a price of zero."""
    if held.hold_id is None:
        return ()
    return (
        Transfer(
            id=held.hold_id,
            kind=TransferKind.HOLD,
            debit=prepaid_account(held.account_id),
            credit=revenue_account(lead.seller_id),
            amount=held.price,
            effective_at=held.reserved_at,
            expires_at=held.expires_at,
            sale_id=held.sale_id,
            lead_id=lead.id,
            order_id=held.order_id,
        ),
    )


def resolution(
    lead: Lead, held: Reservation, kind: TransferKind, at: datetime
) -> tuple[Transfer, ...]:
    """Give what ends the hold: captured, given back or expired; nothing where nothing is held."""
    if held.hold_id is None:
        return ()
    captured = kind is TransferKind.CAPTURE
    return (
        Transfer(
            id=f"{held.sale_id}/{'charge' if captured else 'release'}",
            kind=kind,
            debit=prepaid_account(held.account_id),
            credit=revenue_account(lead.seller_id),
            amount=held.price,
            effective_at=at,
            ref=held.hold_id,
            sale_id=held.sale_id,
            lead_id=lead.id,
            order_id=held.order_id,
        ),
    )
