"""Receive a submission, sell it, tell the people concerned: from facts to one outcome.

A lead is sold at most once: its stream has one version, its order one place less, its buyer's
balance one charge, and the person's keys one ordinal more, all in the same outcome. A sale of a
person who was returned before leaves a note on the returned lead, so that a reversal of that return
at the same moment meets a stale version and is judged again.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads, notices
from leadcore.accounts import prepaid_account, revenue_account
from leadcore.balances import Transfer, TransferKind
from leadcore.decider import Change, Versioned, change, fold
from leadcore.distribution import SCALE, Reason, choose
from leadcore.duplicates import RepeatKind, find_repeat, former_accounts, owning_accounts
from leadcore.errors import NotFound, WrongState
from leadcore.leads import (
    Lead,
    LeadEvent,
    LeadReceived,
    LeadRefused,
    LeadSold,
    LeadStatus,
    LeadUnsold,
    NoteAdded,
    RefusalReason,
    Sale,
)
from leadcore.outcomes import Claim, Outcome, StandingDelta, claims_of
from leadcore.ports import OfferFacts, OfferNeeds
from leadcore.submissions import Submission, person_keys
from leadcore.values import LeadId, OrderId, SaleId, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.accounts import Seller
    from leadcore.distribution import Candidate, Choice
    from leadcore.duplicates import Repeat
    from leadcore.orders import Order

__all__ = ["OfferLead", "ReceiveLead", "Received", "Reception", "ResellLead"]


class Received(Enum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    KNOWN = "known"


@frozen
class Reception:
    """The answer to a reception or an offer.

    Attributes:
        outcome: `KNOWN` where this very submission was recorded before; nothing was done then.
        lead: the lead as it stands now, with its sale or with every candidate's reason.
    """

    outcome: Received
    lead: Lead


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
        )

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows.

        Raises:
            NotFound: there is no such seller.
        """
        if facts.lead.state is not None:
            return Outcome(answer=Reception(Received.KNOWN, facts.lead.state))
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
            under it is `KNOWN`.
    """

    seller_id: SellerId
    lead_id: LeadId
    sale_id: SaleId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, the person's other leads, and the candidates."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not waiting for a buyer, or the person has a sale that stands.
        """
        lead = _known(facts, self.seller_id, self.lead_id)
        if lead.sale is not None and lead.sale.id == self.sale_id:
            return Outcome(answer=Reception(Received.KNOWN, lead))
        if lead.status not in {LeadStatus.RECEIVED, LeadStatus.UNSOLD} or lead.submission.test:
            what = "a test" if lead.submission.test else lead.status.value
            raise WrongState("OfferLead", f"the lead is {what}")
        if standing := _standing(lead, facts, _seller(facts, self.seller_id), self.at):
            raise WrongState("OfferLead", f"the person's lead {standing} is sold and stands")
        # The claims make this meet whatever else is done with the same person at the same time.
        stream = _Stream(lead, facts.lead.version, claims=_claims(lead.seller_id, lead.id, facts))
        return _offered(stream, self.sale_id, facts, self.at)


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
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not refunded, or the person has a sale that stands, or it names
                nobody who could be known again; then nothing would keep it from the account that
                returned it.
        """
        old = _known(facts, self.seller_id, self.lead_id)
        if old.status is not LeadStatus.REFUNDED:
            raise WrongState("ResellLead", f"the lead is {old.status.value}")
        if not person_keys(old.submission):
            raise WrongState("ResellLead", "the lead names nobody who could be known again")
        history = (*facts.history, Versioned(old, facts.lead.version))
        again = [seen.state for seen in history if seen.state.origin == old.id]
        if again:
            return Outcome(answer=Reception(Received.KNOWN, again[0]))
        if standing := _standing_origin(old, facts):
            raise WrongState("ResellLead", f"the person's lead {standing} is sold and stands")
        received = LeadReceived(
            lead_id=self.new_lead_id,
            seller_id=self.seller_id,
            source_key=f"resale/{old.id}",
            submission=old.submission,
            origin=old.id,
            at=self.at,
        )
        fresh = replace(facts, lead=Versioned(None, 0), history=history)
        return _record(received, self.sale_id, fresh, self.at)


def _known(facts: OfferFacts, seller_id: SellerId, lead_id: LeadId) -> Lead:
    lead = facts.lead.state
    if lead is None or lead.seller_id != seller_id:
        raise NotFound("lead", lead_id)
    return lead


def _seller(facts: OfferFacts, seller_id: SellerId) -> Seller:
    if facts.seller is None:
        raise NotFound("seller", seller_id)
    return facts.seller


def _standing(lead: Lead, facts: OfferFacts, seller: Seller, at: datetime) -> LeadId | None:
    """Give the person's lead that stands sold, so that another must not be sold now."""
    if (origin := _standing_origin(lead, facts)) is not None:
        return origin
    history = (seen.state for seen in facts.history)
    days = seller.terms.duplicate_days
    repeat = find_repeat(lead.submission, history, at=at, look_back_days=days)
    if repeat is not None and repeat.kind is RepeatKind.OF_STANDING_SALE:
        return repeat.lead_id
    return None


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
    seller = _seller(facts, received.seller_id)
    lead = leads.evolve(None, received)
    if received.submission.test:
        return _finish(_Stream(lead, 0, begun=(received,)))
    claims = _claims(received.seller_id, received.lead_id, facts)
    stream = _Stream(lead, 0, begun=(received,), claims=claims)
    repeat = find_repeat(
        received.submission,
        (seen.state for seen in facts.history),
        at=at,
        look_back_days=seller.terms.duplicate_days,
    )
    if repeat is None:
        return _offered(stream, sale_id, facts, at)
    events, noted = _repeated(repeat, facts, received, at)
    return _finish(stream, events, changes=noted)


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
    owner = next(seen for seen in facts.history if seen.state.id == repeat.lead_id)
    note = NoteAdded(text="The person asked again.", lead_id=received.lead_id, at=at)
    return (refused,), change("lead", owner.state.id, owner, (note,), leads.evolve)


@frozen
class _Stream:
    """A lead's stream under way: its state, the version it was seen at, what began it just now."""

    lead: Lead
    version: int
    begun: tuple[LeadEvent, ...] = ()
    claims: tuple[Claim, ...] = ()


def _offered(
    stream: _Stream, sale_id: SaleId, facts: OfferFacts, at: datetime
) -> Outcome[Reception]:
    lead = stream.lead
    history = tuple(other.state for other in facts.history)
    returned, owned = former_accounts(history), owning_accounts(history)
    candidates: Iterable[Candidate] = facts.candidates
    if history:  # else nobody has met the person before
        candidates = (
            replace(
                candidate,
                returned_person=candidate.order.account_id in returned,
                has_person=candidate.order.account_id in owned,
            )
            for candidate in facts.candidates
        )
    choice = choose(lead.submission, candidates, at=at)
    if choice.winner is None:
        return _finish(stream, (LeadUnsold(offers=choice.decisions, at=at),))
    order = next(c.order for c in facts.candidates if c.order.id == choice.winner)
    sale = _sale(lead, order, sale_id, at)
    return _finish(
        stream,
        (LeadSold(sale=sale, offers=choice.decisions, at=at),),
        changes=_noted(facts, at),
        transfers=_charge(lead, sale),
        standings=_standings(choice, order, facts),
        messages=_messages(lead, sale, facts),
    )


def _sale(lead: Lead, order: Order, sale_id: SaleId, at: datetime) -> Sale:
    terms = order.terms
    return Sale(
        id=sale_id,
        lead_id=lead.id,
        order_id=order.id,
        account_id=order.account_id,
        user_id=terms.user_id,
        price=terms.price,
        sold_at=at,
        transfer_id=f"{sale_id}/charge" if terms.price.minor else None,
    )


def _noted(facts: OfferFacts, at: datetime) -> tuple[Change, ...]:
    # Without the new lead's id: the note may one day be read in the account that returned it.
    note = NoteAdded(text="The person was sold again.", at=at)
    return tuple(
        noted
        for seen in facts.history
        if seen.state.status is LeadStatus.REFUNDED
        for noted in change("lead", seen.state.id, seen, (note,), leads.evolve)
    )


def _charge(lead: Lead, sale: Sale) -> tuple[Transfer, ...]:
    if sale.transfer_id is None:
        return ()
    return (
        Transfer(
            id=sale.transfer_id,
            kind=TransferKind.CHARGE,
            debit=prepaid_account(sale.account_id),
            credit=revenue_account(lead.seller_id),
            amount=sale.price,
            effective_at=sale.sold_at,
            sale_id=sale.id,
            lead_id=lead.id,
            order_id=sale.order_id,
        ),
    )


def _standings(choice: Choice, order: Order, facts: OfferFacts) -> tuple[StandingDelta, ...]:
    def delta(order_id: OrderId, share: int, *, won: bool) -> StandingDelta:
        if not won:
            return StandingDelta(order_id=order_id, credit=share)
        return StandingDelta(
            order_id=order.id,
            sold=1,
            credit=share - SCALE,
            expected_version=facts.order_versions[order.id],
            limit=order.terms.quantity,
        )

    return tuple(
        delta(entry.order_id, entry.share, won=won)
        for entry in choice.decisions
        for won in (entry.reason is Reason.WON,)
        if entry.share or won
    )


def _messages(lead: Lead, sale: Sale, facts: OfferFacts) -> tuple[notices.Message, ...]:
    user = facts.users.get(sale.user_id)
    if user is None:
        return ()
    return (
        *notices.confirmation(lead, sale, user.profile),
        *notices.courtesy(lead, sale, user),
    )


def _finish(
    stream: _Stream,
    events: tuple[LeadEvent, ...] = (),
    *,
    changes: tuple[Change, ...] = (),
    transfers: tuple[Transfer, ...] = (),
    standings: tuple[StandingDelta, ...] = (),
    messages: tuple[notices.Message, ...] = (),
) -> Outcome[Reception]:
    lead = fold(leads.evolve, stream.lead, events)
    mine = Change(
        kind="lead",
        id=lead.id,
        expected=stream.version,
        events=(*stream.begun, *events),
        state=lead,
    )
    refused = lead.status is LeadStatus.REFUSED
    return Outcome(
        answer=Reception(Received.REFUSED if refused else Received.ACCEPTED, lead),
        changes=(mine, *changes),
        transfers=transfers,
        claims=stream.claims,
        standings=standings,
        messages=messages,
    )
