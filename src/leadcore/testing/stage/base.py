"""What all parts of a stage share: the store, the clock, and the ids of whatever there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount
from leadcore.orders import OpenOrder
from leadcore.people import AddUser, Profile
from leadcore.ports import UseCase
from leadcore.submissions import Submission
from leadcore.testing.stage.plans import Plan
from leadcore.values import AccountId, LeadId, Money, OrderId, RefundId, SellerId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.leads import Lead, LeadStatus
    from leadcore.refunds import Refund

__all__ = ["START", "Case", "Reader", "Seen", "Step"]

START = datetime(2026, 10, 27, 14, tzinfo=UTC)
"""When the curtain rises; 120 hours later the clocks have gone back."""

Case = UseCase[Any, Any, Any]


class Reader(Protocol):
    """What a stage reads of a store."""

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead."""
        ...


@frozen(kw_only=True)
class Step:
    """One thing that happens: what, to which of those there are (by index), and after how long."""

    what: str
    index: int = 0
    other: int = 0
    gap: timedelta = timedelta()
    submission: Submission | None = None


@frozen(kw_only=True)
class Seen:
    """A back office as those who work there know it.

    Attributes:
        clock: every instant something happened at; the last one is now.
        leads: those that were sent in or are to be sold again, by the number of their key.
        shares: leads that came of sharing one.
        refunds, payments: whatever was requested.
        keys: of each submission, its source key and what was submitted.
    """

    reader: Reader
    seller: SellerId
    plan: Plan = field(factory=Plan)
    clock: list[datetime] = field(factory=lambda: [START])
    leads: list[LeadId] = field(factory=list[LeadId])
    shares: list[LeadId] = field(factory=list[LeadId])
    refunds: list[RefundId] = field(factory=list[RefundId])
    payments: list[str] = field(factory=list[str])
    keys: list[tuple[str, Submission]] = field(factory=list[tuple[str, Submission]])

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock[-1]

    def account(self, index: int) -> AccountId:
        """Give one of the two accounts."""
        return AccountId(f"{self.seller}/a{index % 2}")

    def user(self, index: int) -> UserId:
        """Give one of the four users: two of each account, the second below the first."""
        return UserId(f"{self.seller}/a{index % 2}/u{index // 2 % 2}")

    def order(self, index: int) -> OrderId:
        """Give one of the four orders."""
        return OrderId(f"{self.seller}/o{index % 4}")

    def known(self) -> tuple[Lead, ...]:
        """Give the leads there are, as they are now."""
        found = (self.reader.lead(lead_id) for lead_id in (*self.leads, *self.shares))
        return tuple(lead for lead in found if lead is not None)

    def lead_of(self, step: Step, *wanted: LeadStatus) -> Lead | None:
        """Mostly a lead in one of the states, by index; now and then any lead at all."""
        known = self.known()
        fits = tuple(lead for lead in known if lead.status in wanted)
        choice = known if step.other == 6 or not fits else fits  # noqa: PLR2004 - one in eight
        return choice[step.index % len(choice)] if choice else None

    def viewer(self, lead: Lead, step: Step) -> UserId:
        """Mostly the one who holds it; else anybody: above, below, beside, another account's."""
        return lead.assigned_to if lead.assigned_to and step.other > 2 else self.user(step.other)  # noqa: PLR2004 - five in eight

    def told(self, answer: object) -> None:
        """Take note of what an answer tells."""
        if isinstance(answer, bo.Reception):
            mine = {*self.leads, *self.shares}
            self.shares.extend(each.id for each in answer.shares if each.id not in mine)

    def taken(self, refund: Refund) -> None:
        """Take note of a request for a return."""
        if refund.id not in self.refunds:
            self.refunds.append(refund.id)

    def opening(self) -> Iterator[Case]:
        """Give what sets it up, in order."""
        terms = self.plan.seller_terms()
        yield bo.SetSellerTerms(seller_id=self.seller, terms=terms, at=self.now)
        for index in range(2):
            yield self._open_account(index)
            yield self.funding(index, "first", self.plan.funds)
        for index in range(4):
            yield self._add_user(index)
        for index in range(4):
            yield self._open_order(index)

    def _open_account(self, index: int) -> bo.KeepAccount:
        account = self.account(index)
        command = OpenAccount(
            account_id=account, seller_id=self.seller, name=account, currency="USD"
        )
        return bo.KeepAccount(
            seller_id=self.seller, account_id=account, command=command, at=self.now
        )

    def funding(self, index: int, key: str, minor: int) -> bo.Fund:
        """Put money on one of the accounts."""
        return bo.Fund(
            seller_id=self.seller,
            account_id=self.account(index),
            key=key,
            amount=Money(minor, "USD"),
            actor="staff",
            at=self.now,
        )

    def _add_user(self, index: int) -> bo.KeepUser:
        boss = index < 2  # noqa: PLR2004 - the first user of each of the two accounts
        profile = Profile(name=f"User {index}", email="u@x.example", view_downline=boss)
        command = AddUser(
            user_id=self.user(index),
            seller_id=self.seller,
            account_id=self.account(index),
            parent_id=None if boss else self.user(index % 2),
            profile=profile,
        )
        return bo.KeepUser(
            user_id=self.user(index), account_id=self.account(index), command=command, at=self.now
        )

    def _open_order(self, index: int) -> bo.KeepOrder:
        command = OpenOrder(
            order_id=self.order(index),
            seller_id=self.seller,
            account_id=self.account(index),
            terms=self.plan.order_terms(index, self.user(index)),
        )
        return bo.KeepOrder(
            order_id=self.order(index),
            account_id=self.account(index),
            command=command,
            at=self.now,
        )
