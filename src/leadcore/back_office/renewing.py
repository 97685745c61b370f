"""Renew an order that is due: a new cycle, and its charge asked for in the same outcome.

Run it for every order that is due (`orders.renewal_due`), after sales and by the clock, as often as
you like and by as many as you like: a cycle begins once, and its charge is asked for once, because
its number is in the payment's id. As with every payment, the processor is asked afterwards.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore import orders, payments
from leadcore.decider import change
from leadcore.errors import NotFound
from leadcore.orders import Order
from leadcore.outcomes import Outcome, StandingDelta
from leadcore.payments import Payment, Request
from leadcore.ports import RenewalFacts, RenewalNeeds
from leadcore.values import OrderId, SellerId, instant

if TYPE_CHECKING:
    from leadcore.decider import Change
    from leadcore.orders import OrderRenewed

__all__ = ["RenewOrder", "Renewed"]


@frozen(kw_only=True)
class Renewed:
    """What became of an order that was to be renewed.

    Attributes:
        order: as it is now.
        renewed: did a new cycle begin? If not, none was due.
        payment: the charge of the new cycle; ask the processor for it. None where there is none.
    """

    order: Order
    renewed: bool
    payment: Payment | None = None


@frozen(kw_only=True)
class RenewOrder:
    """Begin an order's next cycle, if it is due."""

    seller_id: SellerId
    order_id: OrderId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> RenewalNeeds:
        """The order, its account, and the charge for its next cycle."""
        return RenewalNeeds(order_id=self.order_id, seller_id=self.seller_id)

    def decide(self, facts: RenewalFacts) -> Outcome[Renewed]:
        """Say what follows; that of a stopped account waits until it is active.

        Raises:
            NotFound: there is no such order.
        """
        seen, account = facts.order, facts.account
        if seen.state is None or seen.state.seller_id != self.seller_id:
            raise NotFound("order", self.order_id)
        event = orders.renewed(seen.state, facts.standing, self.at)
        if event is None or account is None or not account.is_active:
            return Outcome(answer=Renewed(order=seen.state, renewed=False))
        after = orders.evolve(seen.state, event)
        charged, payment = self._charge(seen.state, event, facts)
        return Outcome(
            answer=Renewed(order=after, renewed=True, payment=payment),
            changes=(*change("order", after.id, seen, (event,), orders.evolve), *charged),
            standings=(
                StandingDelta(
                    order_id=after.id,
                    sold=-event.sold,
                    spent=-event.spent,
                    # A sale or a return of the old cycle at the same moment is seen first.
                    expected_moves=facts.standing.moves,
                ),
            ),
        )

    def _charge(
        self, order: Order, event: OrderRenewed, facts: RenewalFacts
    ) -> tuple[tuple[Change, ...], Payment | None]:
        wanted = orders.renewal_charge(order)
        if wanted is None or event.payment_id is None:
            return (), None
        request = Request(
            payment_id=event.payment_id,
            seller_id=order.seller_id,
            account_id=order.account_id,
            amount=wanted[0],
            method=wanted[1],
            by=f"order {order.id}, cycle {event.cycle}",
        )
        events = payments.decide(request, facts.payment.state, self.at)
        changes = change("payment", event.payment_id, facts.payment, events, payments.evolve)
        state = changes[0].state if changes else facts.payment.state
        return changes, state
