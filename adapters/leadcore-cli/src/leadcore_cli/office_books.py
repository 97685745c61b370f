"""The demo's office behind its leads: payments, a watched balance, orders of every kind, the desk.

Everything here is added to what `Office` made, and happened before the story's own instant.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import frozen

from leadcore import back_office as bo
from leadcore.accounts import WatchBalance
from leadcore.appointments import AppointmentId, slot
from leadcore.balances import COMMON_TIERS
from leadcore.leads import Lead
from leadcore.letters import RelayPlan
from leadcore.orders import (
    Cap,
    Caps,
    Hours,
    OpenOrder,
    OrderTerms,
    PauseOrder,
    Period,
    Renewal,
    RenewalWhen,
    Span,
)
from leadcore.payments import (
    Answer,
    BalanceWatch,
    DeclineReason,
    PaymentMethod,
    Progress,
    Recharge,
)
from leadcore.people import AddUser, Profile
from leadcore.ports import NotSent, Store, WhyNotSent
from leadcore.submissions import LeadKind
from leadcore.values import (
    UNLIMITED,
    AccountId,
    Money,
    OrderId,
    RefundId,
    SellerId,
    UserId,
    time_ordered_id,
)

if TYPE_CHECKING:
    from leadcore.orders import OrderCommand

__all__ = ["Books"]

_CARD = PaymentMethod(
    token="pm_demo",  # noqa: S106 - no secret: a method of the demo's processor
    brand="visa",
    last4="4242",
    expires="2029-05",
)
_OLD_CARD = PaymentMethod(
    token="pm_demo_declined_expired",  # noqa: S106 - as above
    brand="mastercard",
    last4="4444",
    expires="2026-01",
)
_BELOW_PIA = ("Quentin Adeyemi", "Rosa Delgado", "Stellan Berg", "Tamika Reed")


@frozen(kw_only=True)
class Books:
    """Adds the rest of the office, once.

    Attributes:
        store: where its records are kept.
        seller_id: the story's seller.
        account_id: the office.
        today: the instant the story was told at.
        leads: what the office was sold, oldest first.
    """

    store: Store
    seller_id: SellerId
    account_id: AccountId
    today: datetime
    leads: tuple[Lead, ...]

    def open(self) -> None:
        """Add everything."""
        self._tiers()
        self._pay("first", 30_000, _CARD, Answer(progress=Progress.SUCCEEDED, reference="demo_a"))
        expired = Answer(
            progress=Progress.DECLINED, reference="demo_b", reason=DeclineReason.EXPIRED
        )
        self._pay("second", 15_000, _OLD_CARD, expired)
        self._watch()
        self._orders()
        self._people()
        self._past_appointment()
        self._late_return()
        self._dead_letter()

    def _id(self, name: str) -> str:
        drawn = hashlib.sha256(f"office books {name}".encode()).digest()
        return time_ordered_id(self.today, entropy=drawn)

    # ----------------------------------------------------------------------------- money

    def _tiers(self) -> None:
        seller = self.store.seller(self.seller_id)
        if seller is None:
            return
        terms = replace(seller.terms, funding=replace(seller.funding, tiers=COMMON_TIERS))
        self.store.run(bo.SetSellerTerms(seller_id=self.seller_id, terms=terms, at=self.today))

    def _pay(self, name: str, cents: int, method: PaymentMethod, answer: Answer) -> None:
        key = self._id(name)
        asked = bo.RequestPayment(
            seller_id=self.seller_id,
            account_id=self.account_id,
            payment_id=key,
            amount=Money(cents, "USD"),
            method=method,
            by="nora",
            at=self.today - timedelta(minutes=50),
        )
        self.store.run(asked)
        told = replace(answer, amount=Money(cents, "USD"))
        settled = bo.SettlePayment(
            seller_id=self.seller_id,
            payment_id=key,
            answer=told,
            at=self.today - timedelta(minutes=49),
        )
        self.store.run(settled)

    def _watch(self) -> None:
        recharge = Recharge(below=Money(10_000, "USD"), by=Money(30_000, "USD"), method=_CARD)
        watch = BalanceWatch(alert_below=Money(20_000, "USD"), recharge=recharge)
        case = bo.KeepAccount(
            seller_id=self.seller_id,
            account_id=self.account_id,
            command=WatchBalance(watch),
            at=self.today,
        )
        self.store.run(case)

    def _orders(self) -> None:
        zone, week = "America/New_York", range(1, 6)
        by_bank = OrderTerms(
            user_id=UserId("omar"),
            price=Money(5_000, "USD"),
            quantity=UNLIMITED,
            bank=Money(50_000, "USD"),
            carries_rest=True,
            caps=Caps(
                zone=zone,
                limits=(
                    Cap(period=Period.DAY, leads=3),
                    Cap(period=Period.WEEK, money=Money(30_000, "USD")),
                    Cap(period=Period.MONTH, leads=0),
                ),
            ),
            hours=Hours(zone, tuple(Span(day, 9 * 60, 17 * 60) for day in week)),
            renewal=Renewal(when=RenewalWhen.ON_FILL, charge=_CARD),
            max_returns=1_500,
        )
        nothing = OrderTerms(user_id=UserId("pia"), price=Money(4_000, "USD"), quantity=0)
        for key, terms in (("harbor-bank", by_bank), ("harbor-none", nothing)):
            command = OpenOrder(
                order_id=OrderId(key),
                seller_id=self.seller_id,
                account_id=self.account_id,
                terms=terms,
            )
            self._keep_order(key, command)
        self._keep_order("harbor-bank", PauseOrder())

    def _keep_order(self, key: str, command: OrderCommand) -> None:
        at = self.today - timedelta(minutes=5)
        case = bo.KeepOrder(
            order_id=OrderId(key), account_id=self.account_id, command=command, at=at
        )
        self.store.run(case)

    # ---------------------------------------------------------------------------- people

    def _people(self) -> None:
        for name in _BELOW_PIA:
            key = UserId(name.split(maxsplit=1)[0].lower())
            command = AddUser(
                user_id=key,
                seller_id=self.seller_id,
                account_id=self.account_id,
                parent_id=UserId("pia"),
                profile=Profile(name=name, email=f"{key}@example.com"),
            )
            case = bo.KeepUser(
                user_id=key, account_id=self.account_id, command=command, at=self.today
            )
            self.store.run(case)

    def _past_appointment(self) -> None:
        lead = self.leads[-20]
        if lead.sale is None or lead.assigned_to is None:
            return
        begins = lead.sale.sold_at.replace(second=0, microsecond=0) + timedelta(hours=20)
        case = bo.MakeAppointment(
            appointment_id=AppointmentId(self._id("past appointment")),
            lead_id=lead.id,
            viewer_id=lead.assigned_to,
            assigned_to=lead.assigned_to,
            title=f"First talk with {lead.submission.name.display}",
            slot=slot(begins, begins + timedelta(minutes=30), "America/Chicago"),
            at=lead.sale.sold_at + timedelta(hours=1),
        )
        self.store.run(case)

    # -------------------------------------------------------------------------- the desk

    def _late_return(self) -> None:
        at, limit = self.today - timedelta(hours=3), timedelta(days=6)
        for lead in reversed(self.leads):
            web = lead.submission.kind is LeadKind.WEB
            if lead.sale is None or lead.assigned_to is None or not web:
                continue
            if at - lead.sale.sold_at < limit:
                continue
            case = bo.RequestRefund(
                refund_id=RefundId(self._id("late return")),
                lead_id=lead.id,
                user_id=lead.assigned_to,
                reason="disconnected_number",
                detail="The number was disconnected on the day the storm came.",
                exception="The office was without power for six days after the hurricane.",
                at=at,
            )
            self.store.run(case)
            return

    def _dead_letter(self) -> None:
        plan = RelayPlan(tries=1, batch=1)
        claim = bo.ClaimLetters(by="relay", plan=plan, seller_id=self.seller_id, at=self.today)
        for each in self.store.run(claim):
            settled = bo.SettleLetter(
                message_id=each.message.id,
                version=each.version,
                answer=NotSent(WhyNotSent.LATER, "450 4.2.2 the mailbox is full"),
                plan=plan,
                at=self.today,
            )
            self.store.run(settled)
