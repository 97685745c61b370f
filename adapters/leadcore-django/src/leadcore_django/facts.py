"""What leadcore says about leads that stay in a host's own table.

`LEADCORE_LEAD_MODEL` names the host's model, as `AUTH_USER_MODEL` names its users, and
`LEADCORE_LEAD_FIELDS` says where it keeps what leadcore asks for. Neither the model nor its table
is changed: consent is recorded about the numbers and addresses (`leadcore.contact_points`), and
what else the host has no column for is one row of ours beside its own (`models.LeadFacts`).

    about(lead).may_contact(LeadContact(channel=Channel.TEXT), at=now)
    about(lead).request_return(question, by="7", at=now)

Whether a person asked to be contacted is never guessed: a lead is an inquiry only where the host
says when it was made (`asked_at`); an address somebody bought or typed in is none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist

from leadcore import back_office as bo
from leadcore import refunds, wire
from leadcore.consent import Reach, Revocation
from leadcore.contact_points import Record, known
from leadcore.errors import Conflict, NotFound, WrongState
from leadcore.intervals import local_date
from leadcore.leads import ContactAttempt, Lead, LeadStatus, Sale
from leadcore.refunds import Refund, RefundFacts, RefundStatus
from leadcore.submissions import Source, Submission, Tcpa
from leadcore.values import AccountId, LeadId, Money, OrderId, RefundId, SaleId, SellerId, UserId
from leadcore_django.models import LeadFacts
from leadcore_django.stores import store
from leadcore_intake import read

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from leadcore.accounts import Seller
    from leadcore.consent import Grant
    from leadcore.contact_points import ContactPoint
    from leadcore.decisions import Decision
    from leadcore.refunds import RefundCommand, RefundQuestion, RefundWindow

__all__ = ["About", "LeadMixin", "about", "lead_model"]

_OURS = frozenset({"account", "asked_at", "owner", "price", "received_at", "seller", "sold_at"})
"""The fields that are no part of what a person told; all others are read as an intake is."""


def lead_model() -> type[Model]:
    """Give the host's model of leads.

    Raises:
        ImproperlyConfigured: `LEADCORE_LEAD_MODEL` names none.
    """
    named: Any = getattr(settings, "LEADCORE_LEAD_MODEL", None)
    try:
        model: type[Model] = apps.get_model(named)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"LEADCORE_LEAD_MODEL names no model: {named!r}") from error
    return model


def about(lead: Model) -> About:
    """Give what leadcore says about a host's lead."""
    return About(lead)


class LeadMixin:
    """For a host that owns its model: `lead.leadcore.may_contact(…)`."""

    @property
    def leadcore(self) -> About:
        """What leadcore says about this lead."""
        return About(self)  # type: ignore[arg-type]  # it is mixed into a model


def _told(lead: Any, field: str) -> Any:  # noqa: ANN401 # whatever a host keeps there
    """Follow the host's paths to a field and give the first value that says something."""
    paths = settings.LEADCORE_LEAD_FIELDS.get(field, ())
    for path in (paths,) if isinstance(paths, str) else paths:
        value: Any = lead
        for step in path.split("__"):
            try:
                value = getattr(value, step, None)
            except ObjectDoesNotExist:
                value = None
            if hasattr(value, "get_queryset"):
                value = value.order_by("pk").first()
        if value not in {None, ""}:
            return value
    return None


class About:
    """One lead of a host: its facts, and what the rules say of them.

    Attributes:
        key: the host's model and row (`crm.lead:17`).
        row: what is kept beside it; unsaved where nothing was said yet.
        store: the store of the database the facts are in.
    """

    def __init__(self, lead: Model) -> None:
        self.host = lead
        self.key = f"{lead._meta.label_lower}:{lead.pk}"  # noqa: SLF001 # Django's own interface
        self.store = store()
        facts = LeadFacts.objects.using(self.store.using).filter(id=self.key).first()
        seller = _told(lead, "seller") or getattr(settings, "LEADCORE_SELLER", "")
        self.row: Any = facts or LeadFacts(id=self.key, seller_id=str(seller))

    @property
    def seller(self) -> Seller:
        """The seller of the lead, and its terms.

        Raises:
            NotFound: leadcore was told of no such seller.
        """
        found = self.store.seller(SellerId(self.row.seller_id))
        if found is None:
            raise NotFound("seller", self.row.seller_id)
        return found

    @property
    def submission(self) -> Submission:
        """What the host's lead says of the person, read as an intake is."""
        fields = {name: _told(self.host, name) for name in settings.LEADCORE_LEAD_FIELDS}
        flat = {
            name: str(value)
            for name, value in fields.items()
            if name not in _OURS and value is not None
        }
        record = read(json.dumps(flat).encode(), format="json").records[0]
        given = record.submission or Submission(source=Source(format="json"))
        tcpa = Tcpa(self.row.tcpa)
        area = self.row.area or given.area
        return replace(given, area=area, tcpa=given.tcpa if tcpa is Tcpa.UNKNOWN else tcpa)

    @property
    def refund(self) -> Refund | None:
        """The request to return it; None where there is none."""
        text = self.row.refund
        return None if text is None else wire.load(Refund, json.loads(text))

    @property
    def sold_at(self) -> datetime | None:
        """The exact instant of the sale; None where nobody knows one."""
        found: datetime | None = self.row.sold_at or _told(self.host, "sold_at")
        return found

    @property
    def lead(self) -> Lead:
        """The lead as leadcore's own value, made of both rows."""
        seller, owner = SellerId(self.row.seller_id), _told(self.host, "owner")
        given, refund = self.submission, self.refund
        received = _told(self.host, "received_at") or self.sold_at
        if received is None:
            raise ImproperlyConfigured("LEADCORE_LEAD_FIELDS does not say when leads were received")
        gone = refund is not None and refund.status is RefundStatus.APPROVED
        status = LeadStatus.REFUNDED if gone else LeadStatus.SOLD
        sale = self._sale(str(getattr(owner, "pk", owner or "")))
        return Lead(
            id=LeadId(self.key),
            seller_id=seller,
            source_key=self.key,
            submission=replace(given, submitted_at=_told(self.host, "asked_at")),
            status=status if sale else LeadStatus.RECEIVED,
            received_at=received,
            sale=sale,
            attempts=tuple(
                wire.load(ContactAttempt, each) for each in json.loads(self.row.attempts)
            ),
        )

    def _sale(self, user_id: str) -> Sale | None:
        if self.sold_at is None:
            return None
        price = self.row.price if self.row.price is not None else _told(self.host, "price")
        return Sale(
            id=SaleId(self.key),
            lead_id=LeadId(self.key),
            order_id=OrderId(self.key),
            account_id=AccountId(str(_told(self.host, "account") or self.row.seller_id)),
            user_id=UserId(user_id),
            price=Money(int(price or 0), self.row.currency),
            sold_at=self.sold_at,
        )

    def points(self, lead: Lead) -> tuple[ContactPoint, ...]:
        """Give what is recorded about the person's numbers and addresses."""
        found = (self.store.contact_point(lead.seller_id, each) for each in _addresses(lead))
        return tuple(point for point in found if point is not None)

    def may_contact(self, asked: bo.LeadContact, *, at: datetime) -> Decision:
        """Answer whether the person may be contacted; see `leadcore.contact.assess`."""
        lead = self.lead
        points = self.points(lead)
        facts = bo.contact_facts(lead, asked, at=at, points=points)
        if lead.submission.submitted_at is None:
            behalf = lead.sale.account_id if lead.sale else lead.seller_id
            told = known(
                points, seller=behalf, number=lead.submission.phone, acts=_refusals(lead), at=at
            )
            facts = replace(facts, consent=told.consent)
        return bo.assess_facts(lead, asked, facts, at=at)

    def record(self, fact: Grant | Revocation, *, by: str, at: datetime) -> None:
        """Record that the person consented or took it back, about every number and address."""
        lead, command = self.lead, Record(fact=fact, by=by)
        self.store.run_many(
            [
                bo.KeepContactPoint(
                    seller_id=lead.seller_id, address=address, command=command, at=at
                )
                for address in _addresses(lead)
            ]
        )

    def flag(self, tcpa: Tcpa) -> None:
        """Set the seller's flag: may automated calls and texts be used?"""
        self._keep("tcpa", tcpa.value)

    def log_attempt(self, attempt: ContactAttempt) -> None:
        """Log an attempt to reach the person; the same one twice is one."""
        kept = json.loads(self.row.attempts)
        told = wire.dump(attempt)
        if told not in kept:
            self._keep("attempts", json.dumps([*kept, told]))

    @property
    def window(self) -> RefundWindow | None:
        """When a return may be asked for; None for a lead that was never sold."""
        sold = self.sold_at
        return None if sold is None else refunds.window(self.seller.terms.refunds, sold)

    def may_return(self, question: RefundQuestion, *, at: datetime) -> Decision:
        """Judge a request to return the lead; see `leadcore.refunds.assess`.

        Raises:
            WrongState: the lead was never sold.
        """
        lead, terms = self.lead, self.seller.terms.refunds
        if lead.sale is None:
            raise WrongState("RequestReturn", "the lead was never sold")
        before = () if self.refund is None else (self.refund,)
        facts = RefundFacts(
            lead_kind=lead.submission.kind,
            area=lead.submission.area,
            sold_at=lead.sale.sold_at,
            earlier=refunds.earlier_request(before),
            denied=refunds.denied_before(before),
            attempt_days=frozenset(local_date(each.at, terms.zone) for each in lead.attempts),
        )
        return refunds.assess(question, facts, at=at, rules=terms)

    def request_return(self, question: RefundQuestion, *, by: str, at: datetime) -> Refund:
        """Ask for the return, and keep the request beside the lead.

        Raises:
            Refused: the terms say no; the decision says why, and until when it was open.
            WrongState: the lead was never sold.
            Conflict: somebody else asked at the same time.
        """
        decision = self.may_return(question, at=at).require()
        lead, terms = self.lead, self.seller.terms.refunds
        sale = lead.sale
        if sale is None:  # `may_return` raised before
            raise WrongState("RequestReturn", "the lead was never sold")
        asked = refunds.RefundRequested(
            refund_id=RefundId(f"{self.key}/{decision.at.isoformat()}"),
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            sale_id=sale.id,
            lead_id=lead.id,
            lead_kind=lead.submission.kind,
            amount=refunds.refundable(
                terms, sale.price, reason=question.reason, sold_at=sale.sold_at, at=at
            ),
            reason=question.reason,
            detail=question.detail,
            other_lead=LeadId(question.other_lead) if question.other_lead else None,
            requested_by=UserId(by),
            expected=refunds.verification_dates(terms, at),
            exception=None,
            documents=question.documents,
            at=at,
        )
        return self._keep_refund(refunds.evolve(None, asked))

    def decide_return(self, command: RefundCommand, *, at: datetime) -> Refund:
        """Verify, approve, decline or reverse the request; see `leadcore.refunds.decide`.

        Raises:
            WrongState: there is none, or it is not there yet.
        """
        state = self.refund
        if state is None:
            raise WrongState(type(command).__name__, "nobody asked to return the lead")
        for event in refunds.decide(command, state, at):
            state = refunds.evolve(state, event)
        return self._keep_refund(state)

    def _keep_refund(self, state: Refund) -> Refund:
        self._keep("refund", json.dumps(wire.dump(state)))
        return state

    def _keep(self, column: str, value: str) -> None:
        """Write one column, if it still says what was read: nobody overwrites another's."""
        before = getattr(self.row, column)
        rows = LeadFacts.objects.using(self.store.using)
        rows.get_or_create(id=self.key, defaults={"seller_id": self.row.seller_id})
        unchanged = rows.filter(id=self.key, **{column: before})
        if unchanged.update(**{column: value}) != 1:
            raise Conflict(f"lead facts {self.key}")
        self.row = rows.get(id=self.key)


def _refusals(lead: Lead) -> tuple[Revocation, ...]:
    """Give what the lead's own boxes took back: that counts, whoever filled in the form."""
    return tuple(
        Revocation(at=lead.received_at, method=f"form: {box.key}", reach=Reach.EVERYTHING)
        for box in lead.submission.consents
        if box.opts_out
    )


def _addresses(lead: Lead) -> tuple[str, ...]:
    given = lead.submission
    phones, emails = (each.normal for each in given.phones), (each.normal for each in given.emails)
    return tuple(dict.fromkeys(each for each in (*phones, *emails) if each))
