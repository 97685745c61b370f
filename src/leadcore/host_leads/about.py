"""All that is asked about one lead of a host, over the store and what the host tells of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.accounts import prepaid_account
from leadcore.contact import Initiation
from leadcore.contact_points import Record, addresses
from leadcore.decisions import Decision
from leadcore.errors import Conflict, NotFound
from leadcore.host_leads import rows
from leadcore.ports import RefundQuery
from leadcore.refunds import PENDING, Refund, RefundWindow
from leadcore.submissions import Channel
from leadcore.values import UNLIMITED, AccountId, LeadId, Money, RefundId, UserId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.accounts import Seller
    from leadcore.consent import Grant, Revocation
    from leadcore.contact_points import ContactPoint
    from leadcore.host_leads.rows import HostLead
    from leadcore.leads import Lead
    from leadcore.ports import Store
    from leadcore.refunds import RefundCommand, RefundQuestion, RefundReason

__all__ = ["WAYS", "AboutLead", "Panel", "Purse", "in_order", "purse_of"]

WAYS: Mapping[str, bo.LeadContact] = MappingProxyType(
    {
        "Call by hand": bo.LeadContact(),
        "Autodialled call": bo.LeadContact(initiation=Initiation.AUTODIALED),
        "Text": bo.LeadContact(channel=Channel.TEXT),
        "E-mail": bo.LeadContact(channel=Channel.EMAIL),
    }
)
"""What a panel beside a lead asks, by the words it shows."""

_MOST = 10_000


@frozen
class Purse:
    """An account's prepaid balance; `available` is None where there is no limit."""

    account_id: AccountId
    posted: Money
    available: Money | None


@frozen(kw_only=True)
class Panel:
    """What a panel beside a lead shows.

    Attributes:
        at: the instant asked about.
        contact: what the rules say of each way to contact the person, by the words of `WAYS`.
        window: when a return may be asked for; None for a lead that was never sold.
        open: is it that instant?
        refund: the request to return it.
        credited: does an approved return go to the account's balance? Not where the lead was sold
            outside of leadcore, which charged nothing for it.
        purse: of the account that holds it; None where leadcore keeps no balance for it.
    """

    lead_id: LeadId
    at: datetime = field(converter=instant)
    contact: Mapping[str, Decision]
    window: RefundWindow | None
    open: bool
    refund: Refund | None
    credited: bool
    purse: Purse | None


class AboutLead(ABC):
    """One lead of a host, and what is asked about it.

    A subclass tells what the host's row and what is beside it say, and keeps requests there.

    Attributes:
        store: where leadcore's records are.
    """

    store: Store

    @property
    @abstractmethod
    def told(self) -> HostLead:
        """What the host's row and what is kept beside it say."""

    @abstractmethod
    def keep_refunds(self, every: tuple[Refund, ...]) -> None:
        """Keep all requests to return the lead beside the host's row, the newest first."""

    @property
    def seller(self) -> Seller:
        """The seller of the lead, and its terms.

        Raises:
            NotFound: leadcore was told of no such seller.
        """
        told = self.told.seller_id
        found = self.store.seller(told)
        if found is None:
            raise NotFound("seller", told)
        return found

    @property
    def ours(self) -> Lead | None:
        """The lead on leadcore's own record; None for one that was not sold through leadcore."""
        told = self.told
        found = self.store.lead(told.lead_id or told.id)
        return found if found is not None and found.seller_id == told.seller_id else None

    @property
    def lead(self) -> Lead:
        """The lead as leadcore's own value: as it is on record, or as the host tells of it."""
        return self._lead(self.ours)

    def _lead(self, ours: Lead | None) -> Lead:
        return ours or rows.lead_of(self.told)

    def points(self, lead: Lead) -> tuple[ContactPoint, ...]:
        """Give what is recorded about the person's numbers and addresses."""
        every = addresses(lead.submission)
        found = (self.store.contact_point(lead.seller_id, each) for each in every)
        return tuple(point for point in found if point is not None)

    def _others(self, ours: Lead | None) -> tuple[Lead, ...]:
        return () if ours is None else self.store.others(ours)

    def may_contact(self, asked: bo.LeadContact, *, at: datetime) -> Decision:
        """Answer whether the person may be contacted; see `may_contact` of this package."""
        ours = self.ours
        lead = self._lead(ours)
        return rows.may_contact(
            lead,
            asked,
            at=at,
            points=self.points(lead),
            others=self._others(ours),
            ours=ours is not None,
            person=self.told.person,
        )

    def record(self, fact: Grant | Revocation, *, by: str, at: datetime) -> None:
        """Record that the person consented or took it back, about every number and address."""
        lead, command = self.lead, Record(fact=fact, by=by)
        self.store.run_many(
            [
                bo.KeepContactPoint(seller_id=lead.seller_id, address=each, command=command, at=at)
                for each in addresses(lead.submission)
            ]
        )

    @property
    def window(self) -> RefundWindow | None:
        """When a return may be asked for; None for a lead that was never sold."""
        sale = self.lead.sale
        return None if sale is None else refunds.window(self.seller.terms.refunds, sale.sold_at)

    def _before(self, ours: Lead | None) -> tuple[Refund, ...]:
        """Give the requests to return it, the newest first."""
        if ours is None or ours.sale is None:
            return self.told.refunds
        query = RefundQuery(seller_id=ours.seller_id, sale_id=ours.sale.id, limit=_MOST)
        return self.store.refunds(query)

    @property
    def refund(self) -> Refund | None:
        """The last request to return it; None where there is none."""
        return next(iter(self._before(self.ours)), None)

    def may_return(self, question: RefundQuestion, *, at: datetime) -> Decision:
        """Judge a request to return the lead; see `may_return` of this package.

        Raises:
            WrongState: the lead was never sold.
        """
        ours, terms = self.ours, self.seller.terms.refunds
        return rows.may_return(
            self._lead(ours), question, at=at, terms=terms, before=self._before(ours)
        )

    @property
    def reasons(self) -> tuple[RefundReason, ...]:
        """The reasons for which the lead may be returned."""
        return rows.reasons_of(self.lead, self.seller.terms.refunds)

    def request_return(self, question: RefundQuestion, *, by: str, at: datetime) -> Refund:
        """Ask for the return; of a lead that was sold through leadcore, by its own use case.

        Raises:
            Refused: the terms say no; the decision says why, and until when it was open.
            WrongState: the lead was never sold.
            NotFound: `by` may not see a lead that was sold through leadcore.
            Conflict: somebody else asked at the same time.
        """
        ours = self.ours
        if ours is not None:
            return self.store.run(_request(ours.id, question, by, at))
        lead, terms, before = self._lead(None), self.seller.terms.refunds, self._before(None)
        asked = rows.request_return(lead, question, by=by, at=at, terms=terms, before=before)
        self.keep_refunds((asked, *before))
        return asked

    def decide_return(self, command: RefundCommand, *, refund_id: RefundId, at: datetime) -> Refund:
        """Verify, approve, decline or reverse the request; see `leadcore.refunds.decide`.

        The money moves where the lead was sold through leadcore, and nowhere else.

        Args:
            command: what is done.
            refund_id: the request that whoever decides saw: the last one, or nothing is done.
            at: now.

        Raises:
            NotFound: nobody asked to return the lead.
            Conflict: another request was made meanwhile.
            WrongState: it is decided, or not there yet.
            Malformed: the note is empty.
        """
        ours = self.ours
        before = self._before(ours)
        if not before:
            raise NotFound("refund", refund_id)
        state, *earlier = before
        if state.id != refund_id:
            raise Conflict(f"the lead's last request is {state.id!r}, not {refund_id!r}")
        if ours is not None:
            return self.store.run(bo.DecideRefund(refund_id=refund_id, command=command, at=at))
        decided = rows.decide_return(command, state, at=at)
        self.keep_refunds((decided, *earlier))
        return decided

    def panel(self, *, at: datetime) -> Panel:
        """Give what a panel beside the lead shows."""
        ours, moment = self.ours, instant(at)
        lead = self._lead(ours)
        points, others, sale = self.points(lead), self._others(ours), lead.sale
        own, span, person = ours is not None, None, self.told.person
        if sale is not None:
            span = refunds.window(self.seller.terms.refunds, sale.sold_at)
        return Panel(
            lead_id=lead.id,
            at=moment,
            contact={
                way: rows.may_contact(
                    lead, asked, at=moment, points=points, others=others, ours=own, person=person
                )
                for way, asked in WAYS.items()
            },
            window=span,
            open=span is not None and span.opens_at <= moment <= span.closes_at,
            refund=next(iter(self._before(ours)), None),
            credited=own,
            purse=None if sale is None else purse_of(self.store, sale.account_id),
        )


def _request(lead_id: LeadId, question: RefundQuestion, by: str, at: datetime) -> bo.RequestRefund:
    return bo.RequestRefund(
        refund_id=RefundId(f"{lead_id}/{instant(at).isoformat()}"),
        lead_id=lead_id,
        user_id=UserId(by),
        reason=question.reason,
        detail=question.detail,
        other_lead=LeadId(question.other_lead) if question.other_lead else None,
        documents=question.documents,
        at=at,
    )


def purse_of(store: Store, account_id: AccountId) -> Purse | None:
    """Give an account's prepaid balance; None where leadcore keeps none for it."""
    found = store.ledger_account(prepaid_account(account_id))
    if found is None:
        return None
    held, currency = store.balance(found.id), found.currency
    left = None if found.floor is UNLIMITED else Money(held.available, currency)
    return Purse(account_id, Money(held.posted, currency), left)


def in_order(requests: Iterable[Refund]) -> tuple[Refund, ...]:
    """Give those that wait for somebody of the seller's staff, the one due first before others."""
    waiting = (each for each in requests if each.status in PENDING)
    return tuple(sorted(waiting, key=lambda each: (each.expected.latest, each.requested_at)))
