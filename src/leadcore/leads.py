"""Leads: the life of a person's request, from reception to sale, refund and back.

    (none) --received--> RECEIVED --sold--> SOLD --detached--> REFUNDED --reattached--> SOLD
                            |  ^                                   |
                            |  +--- offered again -- UNSOLD        +-- a new lead, to another
                            +--refused--> REFUSED

A **sale** is immutable: price, buyer and instant. A refund detaches the lead from the account; a
reversal re-attaches it under the same sale. A refunded lead that is offered again becomes a *new*
lead of the same person (`origin` names the old one); the old one keeps its history.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.distribution import SCALE, CandidateDecision
from leadcore.errors import Malformed, WrongState
from leadcore.submissions import Channel, Submission
from leadcore.values import (
    AccountId,
    LeadId,
    Money,
    OrderId,
    RefundId,
    SaleId,
    SellerId,
    UserId,
    instant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FIRST_CONTACT_HOURS",
    "AssignLead",
    "AttemptOutcome",
    "ContactAttempt",
    "ContactAttempted",
    "Lead",
    "LeadAssigned",
    "LeadCommand",
    "LeadDetached",
    "LeadEvent",
    "LeadReattached",
    "LeadReceived",
    "LeadRefused",
    "LeadSold",
    "LeadStatus",
    "LeadUnsold",
    "LogAttempt",
    "NoteAdded",
    "RefusalReason",
    "Sale",
    "decide",
    "evolve",
    "first_contact_due",
    "standing_deltas",
    "untried_until",
]

FIRST_CONTACT_HOURS = 24
"""First contact is due within so many elapsed hours of the sale."""
_FIRST_CONTACT = timedelta(hours=FIRST_CONTACT_HOURS)


class LeadStatus(Enum):
    """Where a lead is in its life."""

    RECEIVED = "received"
    REFUSED = "refused"
    UNSOLD = "unsold"
    SOLD = "sold"
    REFUNDED = "refunded"


class RefusalReason(Enum):
    """Why a valid submission was not taken as a lead to sell."""

    DUPLICATE = "duplicate"
    REPEAT_ENQUIRY = "repeat_enquiry"


class AttemptOutcome(Enum):
    """What came of an attempt to reach the person."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    VOICEMAIL_FULL = "voicemail_full"
    DISCONNECTED = "disconnected"
    SENT = "sent"


@frozen(kw_only=True)
class Sale:
    """The instant, price and buyer at which a lead became an account's; immutable.

    Attributes:
        user_id: the associate the lead was first given to.
        transfer_id: the charge on the ledger; None for a price of zero.
    """

    id: SaleId
    lead_id: LeadId
    order_id: OrderId
    account_id: AccountId
    user_id: UserId
    price: Money
    sold_at: datetime = field(converter=instant)
    transfer_id: str | None = None


@frozen(kw_only=True)
class ContactAttempt:
    """One attempt to reach the person: how, when, by whom, and what came of it."""

    channel: Channel
    at: datetime = field(converter=instant)
    by: UserId
    outcome: AttemptOutcome


@frozen(kw_only=True)
class Lead:
    """The present state of a lead's stream.

    Attributes:
        source_key: what makes one submission recognisable when it comes again (an import
            restarted, a webhook repeated): unique within the seller.
        origin: the refunded lead this one offers again, if any.
        duplicate_of: the earlier lead a refused one repeats.
        offers: what became of every candidate when it was last offered.
        assigned_to: the user of the account who works it.
        freed_place: did the refund that took it away free its place in the order?
        held_since: since when the account holds it: the sale, or its return after a reversal;
            None while nobody does.
    """

    id: LeadId
    seller_id: SellerId
    source_key: str
    submission: Submission
    status: LeadStatus
    received_at: datetime = field(converter=instant)
    origin: LeadId | None = None
    refusals: tuple[RefusalReason, ...] = ()
    duplicate_of: LeadId | None = None
    offers: tuple[CandidateDecision, ...] = ()
    sale: Sale | None = None
    assigned_to: UserId | None = None
    refund_id: RefundId | None = None
    freed_place: bool = False
    held_since: datetime | None = None
    attempts: tuple[ContactAttempt, ...] = ()
    notes: tuple[NoteAdded, ...] = ()


@frozen(kw_only=True)
class LeadReceived:
    """A submission was recorded."""

    lead_id: LeadId
    seller_id: SellerId
    source_key: str
    submission: Submission
    at: datetime = field(converter=instant)
    origin: LeadId | None = None


@frozen(kw_only=True)
class LeadRefused:
    """It was not taken as a lead to sell, for these reasons."""

    reasons: tuple[RefusalReason, ...]
    duplicate_of: LeadId | None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadSold:
    """It was sold; `offers` says what became of every candidate."""

    sale: Sale
    offers: tuple[CandidateDecision, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadUnsold:
    """No order could take it; `offers` says why not, one by one."""

    offers: tuple[CandidateDecision, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadAssigned:
    """It was given to a user within the account."""

    user_id: UserId
    by: UserId | None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadDetached:
    """An approved refund took it from the account: not visible, not to be contacted by it.

    Attributes:
        frees_place: does its place in the order's quantity become free again?
    """

    refund_id: RefundId
    order_id: OrderId
    frees_place: bool
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadReattached:
    """A reversed refund gave it back to the account, under the same sale.

    Attributes:
        takes_place: does it take its place in the order's quantity again?
    """

    refund_id: RefundId
    order_id: OrderId
    takes_place: bool
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ContactAttempted:
    """Somebody tried to reach the person."""

    attempt: ContactAttempt


@frozen(kw_only=True)
class NoteAdded:
    """A note for the owner, such as that the person asked again (`lead_id` names that lead)."""

    text: str
    at: datetime = field(converter=instant)
    lead_id: LeadId | None = None


LeadEvent = (
    LeadReceived
    | LeadRefused
    | LeadSold
    | LeadUnsold
    | LeadAssigned
    | LeadDetached
    | LeadReattached
    | ContactAttempted
    | NoteAdded
)


@frozen(kw_only=True)
class AssignLead:
    """Give the lead to a user of the account that bought it."""

    user_id: UserId
    by: UserId | None = None


@frozen(kw_only=True)
class LogAttempt:
    """Record an attempt to reach the person."""

    attempt: ContactAttempt


LeadCommand = AssignLead | LogAttempt


def decide(command: LeadCommand, state: Lead, at: datetime) -> tuple[LeadEvent, ...]:
    """Decide what the account's own people may do with a lead they hold.

    Raises:
        WrongState: the account does not hold the lead (never sold, or refunded).
        Malformed: the attempt lies in the future, or before the sale.
    """
    if state.status is not LeadStatus.SOLD:
        raise WrongState(type(command).__name__, f"the lead is {state.status.value}")
    if isinstance(command, AssignLead):
        if command.user_id == state.assigned_to:
            return ()
        return (LeadAssigned(user_id=command.user_id, by=command.by, at=at),)
    # A retry after a commit whose answer was lost must not count twice.
    if command.attempt in state.attempts:
        return ()
    _check_attempt(command.attempt, state, at)
    return (ContactAttempted(attempt=command.attempt),)


def _check_attempt(attempt: ContactAttempt, state: Lead, at: datetime) -> None:
    if attempt.at > at:
        raise Malformed.at("attempt.at", "lies in the future")
    if state.sale is not None and attempt.at < state.sale.sold_at:
        raise Malformed.at("attempt.at", "lies before the sale")


_FROM: dict[type, frozenset[LeadStatus]] = {
    LeadRefused: frozenset({LeadStatus.RECEIVED}),
    LeadSold: frozenset({LeadStatus.RECEIVED, LeadStatus.UNSOLD}),
    LeadUnsold: frozenset({LeadStatus.RECEIVED, LeadStatus.UNSOLD}),
    LeadAssigned: frozenset({LeadStatus.SOLD}),
    LeadDetached: frozenset({LeadStatus.SOLD}),
    LeadReattached: frozenset({LeadStatus.REFUNDED}),
    ContactAttempted: frozenset({LeadStatus.SOLD}),
    NoteAdded: frozenset(LeadStatus),
}
"""The transition table: the states in which each event may happen."""


def evolve(state: Lead | None, event: LeadEvent) -> Lead:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see the transition table).
    """
    if isinstance(event, LeadReceived):
        return Lead(
            id=event.lead_id,
            seller_id=event.seller_id,
            source_key=event.source_key,
            submission=event.submission,
            status=LeadStatus.RECEIVED,
            received_at=event.at,
            origin=event.origin,
        )
    if state is None or state.status not in _FROM[type(event)]:
        met = "never received" if state is None else state.status.value
        raise WrongState(type(event).__name__, f"the lead is {met}")
    return _AFTER[type(event)](state, event)


def _refused(state: Lead, event: LeadRefused) -> Lead:
    return replace(
        state,
        status=LeadStatus.REFUSED,
        refusals=event.reasons,
        duplicate_of=event.duplicate_of,
    )


def _unsold(state: Lead, event: LeadUnsold) -> Lead:
    return replace(state, status=LeadStatus.UNSOLD, offers=event.offers)


def _sold(state: Lead, event: LeadSold) -> Lead:
    return replace(
        state,
        status=LeadStatus.SOLD,
        offers=event.offers,
        sale=event.sale,
        assigned_to=event.sale.user_id,
        held_since=event.sale.sold_at,
    )


def _assigned(state: Lead, event: LeadAssigned) -> Lead:
    return replace(state, assigned_to=event.user_id)


def _detached(state: Lead, event: LeadDetached) -> Lead:
    return replace(
        state,
        status=LeadStatus.REFUNDED,
        refund_id=event.refund_id,
        freed_place=event.frees_place,
        held_since=None,
    )


def _reattached(state: Lead, event: LeadReattached) -> Lead:
    return replace(
        state,
        status=LeadStatus.SOLD,
        refund_id=None,
        freed_place=False,
        held_since=event.at,
    )


def _attempted(state: Lead, event: ContactAttempted) -> Lead:
    return replace(state, attempts=(*state.attempts, event.attempt))


def _noted(state: Lead, event: NoteAdded) -> Lead:
    return replace(state, notes=(*state.notes, event))


_AFTER: dict[type, Callable[[Lead, Any], Lead]] = {
    LeadRefused: _refused,
    LeadUnsold: _unsold,
    LeadSold: _sold,
    LeadAssigned: _assigned,
    LeadDetached: _detached,
    LeadReattached: _reattached,
    ContactAttempted: _attempted,
    NoteAdded: _noted,
}


def first_contact_due(lead: Lead) -> datetime | None:
    """Give when the first contact is due: 24 elapsed hours after the sale; None if not held.

    After a reversed refund it is due anew: the account could not call while it held nothing.
    """
    if lead.sale is None or lead.status is not LeadStatus.SOLD:
        return None
    return instant(lead.held_since or lead.sale.sold_at) + _FIRST_CONTACT  # elapsed: it is UTC


def untried_until(lead: Lead) -> datetime | None:
    """Give when the first contact is due, as long as nobody has tried since the account holds it.

    None for a lead that is not held, or that somebody tried to reach: such is never overdue.
    """
    if any(lead.held_since is None or tried.at >= lead.held_since for tried in lead.attempts):
        return None
    return first_contact_due(lead)


def standing_deltas(event: LeadEvent) -> tuple[tuple[OrderId, int, int], ...]:
    """Give what an event adds to orders' hot numbers: order id, `sold`, `credit`.

    The sum over a journal is what the stored standings must be.
    """
    match event:
        case LeadSold(sale=sale, offers=offers):
            return tuple(
                (offer.order_id, int(won), offer.share - SCALE * won)
                for offer in offers
                for won in (offer.order_id == sale.order_id,)
                if offer.share or won
            )
        case LeadDetached(order_id=order_id, frees_place=True):
            return ((order_id, -1, 0),)
        case LeadReattached(order_id=order_id, takes_place=True):
            return ((order_id, 1, 0),)
        case _:
            return ()
