"""Receive a submission and offer it; offer it again; offer a refunded one to somebody else.

A lead is sold at most once: its stream has one version, its order one place less, its buyer's
balance one charge, and the person's keys one ordinal more, all in the same outcome. A sale of a
person who was returned before leaves a note on the returned lead, so that a reversal of that return
at the same moment meets a stale version and is judged again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads
from leadcore.back_office.selling import (
    Reception,
    Stream,
    finish,
    known_again,
    known_lead,
    offer,
    seller_of,
)
from leadcore.decider import Change, Versioned, change
from leadcore.duplicates import RepeatKind, find_repeat
from leadcore.errors import WrongState
from leadcore.leads import (
    Lead,
    LeadEvent,
    LeadReceived,
    LeadRefused,
    LeadStatus,
    NoteAdded,
    RefusalReason,
)
from leadcore.outcomes import Claim, Outcome, claims_of
from leadcore.ports import OfferFacts, OfferNeeds
from leadcore.submissions import Submission, person_keys
from leadcore.values import LeadId, SaleId, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.accounts import Seller
    from leadcore.duplicates import Repeat

__all__ = ["OfferLead", "ReceiveLead", "ResellLead", "standing_lead"]


@frozen(kw_only=True)
class ReceiveLead:
    """Record a submission and, if it is no repeat, sell it at once.

    Attributes:
        lead_id, sale_id: ids the new lead and its sale will have.
        source_key: the same submission always comes with the same key; unique within the seller.
        at: the instant of reception, and of the sale.
    """

    seller_id: SellerId
    lead_id: LeadId
    sale_id: SaleId
    source_key: str
    submission: Submission
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The earlier reception, the person's other leads, and the candidates."""
        return OfferNeeds(
            seller_id=self.seller_id,
            source_key=self.source_key,
            keys=() if self.submission.test else person_keys(self.submission),
            submission=self.submission,
            at=self.at,
        )

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows.

        Raises:
            NotFound: there is no such seller.
        """
        if facts.lead.state is not None:
            return known_again(facts.lead.state, facts)
        received = LeadReceived(
            lead_id=self.lead_id,
            seller_id=self.seller_id,
            source_key=self.source_key,
            submission=self.submission,
            at=self.at,
        )
        return _record(received, self.sale_id, facts, self.at)


@frozen(kw_only=True)
class OfferLead:
    """Offer a lead again that nobody could take when it came.

    Attributes:
        sale_id: the id its sale will have; offered again with the same one, a lead that was sold
            or reserved under it is `KNOWN`, also where that delivery has failed since.
    """

    seller_id: SellerId
    lead_id: LeadId
    sale_id: SaleId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, the person's other leads, and the candidates."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not waiting for a buyer, or another lead of the person is sold
                and stands, or is being sold.
        """
        lead = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        sale = lead.reservation.sale_id if lead.reservation else lead.sale and lead.sale.id
        auctioned = lead.bidding is not None and lead.bidding.auction.id == self.sale_id
        failed = any(each.sale_id == self.sale_id for each in lead.failed)
        if sale == self.sale_id or auctioned or failed:
            return known_again(lead, facts)
        if lead.status not in {LeadStatus.RECEIVED, LeadStatus.UNSOLD} or lead.submission.test:
            what = "a test" if lead.submission.test else lead.status.value
            raise WrongState("OfferLead", f"the lead is {what}")
        if standing := standing_lead(lead, facts, seller_of(facts, self.seller_id), self.at):
            raise WrongState("OfferLead", _taken(standing))
        # The claims make this meet whatever else is done with the same person at the same time.
        stream = Stream(lead, facts.lead.version, claims=_claims(lead.seller_id, lead.id, facts))
        return offer(stream, self.sale_id, facts, self.at)


@frozen(kw_only=True)
class ResellLead:
    """Offer a refunded lead again: as a new lead of the same person, to somebody else."""

    seller_id: SellerId
    lead_id: LeadId
    new_lead_id: LeadId
    sale_id: SaleId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The refunded lead, the person's other leads, and the candidates."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not refunded, or the person has a sale that stands, or it names
                nobody who could be known again; then nothing would keep it from the account that
                returned it.
        """
        old = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        if old.status is not LeadStatus.REFUNDED:
            raise WrongState("ResellLead", f"the lead is {old.status.value}")
        if not person_keys(old.submission):
            raise WrongState("ResellLead", "the lead names nobody who could be known again")
        history = (*facts.history, Versioned(old, facts.lead.version))
        source_key = f"resale/{old.id}"
        again = [seen.state for seen in history if seen.state.source_key == source_key]
        if again:
            return known_again(again[0], facts)
        seller = seller_of(facts, self.seller_id)
        if standing := _standing_origin(old, facts) or _full(old, facts, seller):
            raise WrongState("ResellLead", _taken(standing))
        received = LeadReceived(
            lead_id=self.new_lead_id,
            seller_id=self.seller_id,
            source_key=source_key,
            submission=old.submission,
            origin=old.id,
            share_of=old.family if _relatives(old, facts) else None,
            at=self.at,
        )
        fresh = replace(facts, lead=Versioned(None, 0), history=history)
        return _record(received, self.sale_id, fresh, self.at)


def _taken(standing: LeadId) -> str:
    return f"the person's lead {standing} is sold and stands, or being sold"


def standing_lead(lead: Lead, facts: OfferFacts, seller: Seller, at: datetime) -> LeadId | None:
    """Give the person's lead that is sold and stands, or is being sold: no other must be now."""
    if standing := _standing_origin(lead, facts) or _full(lead, facts, seller):
        return standing
    history = (each for each in _strangers(lead, facts) if each.status in _TAKEN)
    days = seller.terms.duplicate_days
    repeat = find_repeat(lead.submission, history, at=at, look_back_days=days)
    return None if repeat is None else repeat.lead_id


_TAKEN = frozenset({LeadStatus.BIDDING, LeadStatus.RESERVED, LeadStatus.SOLD})


def _relatives(lead: Lead, facts: OfferFacts) -> list[Lead]:
    """Give the leads that are shared with it: one submission, several buyers."""
    family = lead.family
    others = (seen.state for seen in facts.history)
    return [each for each in others if each.family == family and each.id != lead.id]


def _strangers(lead: Lead, facts: OfferFacts) -> Iterator[Lead]:
    family = lead.family
    return (seen.state for seen in facts.history if seen.state.family != family)


def _full(lead: Lead, facts: OfferFacts, seller: Seller) -> LeadId | None:
    """Give one of the leads it is shared with, where those that stand are as many as may be."""
    standing = [each.id for each in _relatives(lead, facts) if each.held_by is not None]
    return standing[0] if len(standing) >= seller.terms.way(lead.submission).buyers else None


def _standing_origin(lead: Lead, facts: OfferFacts) -> LeadId | None:
    history = {seen.state.id: seen.state for seen in facts.history}
    for origin in _origins(lead, history):
        if origin.status is LeadStatus.SOLD:  # its refund was reversed after all
            return origin.id
    return None


def _origins(lead: Lead, history: dict[LeadId, Lead]) -> Iterator[Lead]:
    origin = lead.origin
    while origin is not None and (found := history.pop(origin, None)) is not None:
        yield found
        origin = found.origin


def _record(
    received: LeadReceived, sale_id: SaleId, facts: OfferFacts, at: datetime
) -> Outcome[Reception]:
    seller = seller_of(facts, received.seller_id)
    lead = leads.evolve(None, received)
    if received.submission.test:
        return finish(Stream(lead, 0, begun=(received,)))
    claims = _claims(received.seller_id, received.lead_id, facts)
    stream = Stream(lead, 0, begun=(received,), claims=claims)
    repeat = find_repeat(
        received.submission,
        _strangers(lead, facts),
        at=at,
        look_back_days=seller.terms.duplicate_days,
    )
    if repeat is None:
        return offer(stream, sale_id, facts, at)
    events, noted = _repeated(repeat, facts, received, at)
    return finish(stream, events, changes=noted)


def _claims(seller_id: SellerId, lead_id: LeadId, facts: OfferFacts) -> tuple[Claim, ...]:
    return claims_of(seller_id, lead_id, facts.key_counts)


def _repeated(
    repeat: Repeat, facts: OfferFacts, received: LeadReceived, at: datetime
) -> tuple[tuple[LeadEvent, ...], tuple[Change, ...]]:
    if repeat.kind is RepeatKind.OF_UNSOLD:
        refused = LeadRefused(
            reasons=(RefusalReason.DUPLICATE,), duplicate_of=repeat.lead_id, at=at
        )
        return (refused,), ()
    refused = LeadRefused(
        reasons=(RefusalReason.REPEAT_ENQUIRY,), duplicate_of=repeat.lead_id, at=at
    )
    note = NoteAdded(text="The person asked again.", lead_id=received.lead_id, at=at)
    family = next(seen.state.family for seen in facts.history if seen.state.id == repeat.lead_id)
    return (refused,), tuple(
        noted
        for seen in facts.history
        if seen.state.family == family and seen.state.status is LeadStatus.SOLD
        for noted in change("lead", seen.state.id, seen, (note,), leads.evolve)
    )
