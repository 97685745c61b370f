"""One lead, its candidates, a reason for each, and the one that gets it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances import AccountStatus, LedgerAccount
from leadcore.orders import Order, OrderStatus, Standing, remaining
from leadcore.values import MAX_MINOR, AccountId, Money, OrderId, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.orders import Filters
    from leadcore.submissions import Submission

__all__ = [
    "SCALE",
    "Candidate",
    "CandidateDecision",
    "Choice",
    "Reason",
    "buyer_refusal",
    "choose",
    "filter_refusal",
    "funds_refusal",
    "order_refusal",
    "purse",
    "rotate",
    "shares",
]

SCALE = 1_000_000_000
"""Parts of one lead in which rotation credit is counted."""


class Reason(Enum):
    """Why a candidate got the lead or did not; one each."""

    WON = "won"
    OUTRANKED = "outranked"
    TEST_LEAD = "test_lead"
    ORDER_CLOSED = "order_closed"
    ORDER_PAUSED = "order_paused"
    NOT_STARTED = "order_not_started"
    ENDED = "order_ended"
    FILLED = "order_filled"
    ACCOUNT_STOPPED = "account_stopped"
    CURRENCY = "currency_mismatch"
    FUNDS = "insufficient_funds"
    KIND = "kind_not_wanted"
    VERTICAL = "vertical_not_wanted"
    AREA = "area_not_wanted"
    STATE = "state_not_wanted"
    ZIP = "zip_not_wanted"
    FORMER_ASSOCIATE = "returned_this_person"
    OWN_ASSOCIATE = "has_this_person"
    NO_RECIPIENT = "recipient_disabled"


@frozen(kw_only=True)
class Candidate:
    """An order with what must be known of it and its account at the instant.

    Attributes:
        order, standing: the terms and the hot numbers.
        account_active: the account's own switch.
        recipient_enabled: may the order's associate log in and work leads?
        available: what the account can spend (see `purse`); None for nothing at all.
        returned_person: this account once returned a lead of this person.
        has_person: this account owns a standing lead of this person.
    """

    order: Order
    standing: Standing
    account_active: bool
    recipient_enabled: bool = True
    available: Money | Unlimited | None
    returned_person: bool = False
    has_person: bool = False


@frozen(kw_only=True)
class CandidateDecision:
    """What became of one candidate.

    Attributes:
        share: what this lead added to the order's credit (in `SCALE` parts; 0 if not eligible);
            the winner's credit also went down by `SCALE`.
    """

    order_id: OrderId
    account_id: AccountId
    reason: Reason
    share: int = 0


@frozen(kw_only=True)
class Choice:
    """The answer: a decision for every candidate, in order of order id, and the winner if any."""

    decisions: tuple[CandidateDecision, ...]
    winner: OrderId | None
    at: datetime = field(converter=instant)


def choose(lead: Submission, candidates: Iterable[Candidate], *, at: datetime) -> Choice:
    """Choose the one order that gets the lead.

    Args:
        lead: the submission; a test lead has no buyer and gives every candidate share 0.
        candidates: any order; the answer does not depend on it.
        at: the instant of the sale.
    """
    when = instant(at)
    ranked = sorted(candidates, key=lambda candidate: candidate.order.id)
    refusals = [_refusal(lead, candidate, when) for candidate in ranked]
    eligible = [c for c, refusal in zip(ranked, refusals, strict=True) if refusal is None]
    weights = tuple(c.order.terms.weight for c in eligible)
    gains = shares(weights)
    carried = tuple(c.standing.credit for c in eligible)
    index = rotate(carried, gains) if eligible else None
    winner = None if index is None else eligible[index].order.id
    gained = {c.order.id: gain for c, gain in zip(eligible, gains, strict=True)}

    def decision(candidate: Candidate, refusal: Reason | None) -> CandidateDecision:
        key = candidate.order.id
        reason = refusal or (Reason.WON if key == winner else Reason.OUTRANKED)
        return CandidateDecision(
            order_id=key,
            account_id=candidate.order.account_id,
            reason=reason,
            share=gained.get(key, 0),
        )

    return Choice(
        decisions=tuple(map(decision, ranked, refusals)),
        winner=winner,
        at=when,
    )


def purse(ledger: LedgerAccount | None) -> Money | Unlimited | None:
    """Give what a ledger account can spend: what is available less its floor.

    Returns:
        None where there is no such account or money may not move from it; `UNLIMITED` where it
        has no floor.
    """
    if ledger is None or ledger.status is not AccountStatus.OPEN:
        return None
    if isinstance(ledger.floor, Unlimited):
        return ledger.floor
    # A vast credit limit must not make a number that no column holds.
    spendable = min(ledger.available - ledger.floor, MAX_MINOR)
    return Money(max(spendable, -MAX_MINOR), ledger.currency)


def shares(weights: tuple[int, ...]) -> tuple[int, ...]:
    """Split one lead by weight into `SCALE` parts; they sum to exactly `SCALE`.

    Left-over parts go one each to the first shares, so no part of a lead is lost or invented.
    """
    total = sum(weights)
    parts = [SCALE * weight // total for weight in weights]
    left = SCALE - sum(parts) if parts else 0
    return tuple(part + (index < left) for index, part in enumerate(parts))


def rotate(carried: tuple[int, ...], gains: tuple[int, ...]) -> int:
    """Give the index of the next in turn: earliest deadline among those with something due.

    Args:
        carried: each order's carried credit before this lead.
        gains: each order's share of this lead; zero for a weight that is tiny beside the others.

    Returns:
        The index of the winner. Some order always has something due, since the gains add one
        lead to credits that sum to at least zero; after a change of who takes part they may sum to
        less, and then the one furthest ahead of the others is taken.
    """
    first: int | None = None
    earliest = most = 0
    for index, (credit, gain) in enumerate(zip(carried, gains, strict=True)):
        due = credit + gain
        if due <= 0:
            continue
        late = _leads_until_late(due, gain)
        if first is None or late < earliest or (late == earliest and due > most):
            first, earliest, most = index, late, due
    if first is not None:
        return first
    totals = list(map(sum, zip(carried, gains, strict=True)))
    return totals.index(max(totals))


def _leads_until_late(due: int, gain: int) -> int:
    # How many more leads until the order would be a whole lead behind, were it passed over. One
    # that gains nothing never is, so it comes after those that will be.
    return -((due - SCALE) // gain) if gain else _NEVER


_NEVER = 10 * SCALE


def _refusal(lead: Submission, candidate: Candidate, at: datetime) -> Reason | None:
    """Give the first reason why a candidate can't have the lead, in the order of this function."""
    if lead.test:
        return Reason.TEST_LEAD
    return (
        order_refusal(candidate.order, at)
        or buyer_refusal(candidate)
        or funds_refusal(candidate.order, candidate.standing, candidate.available)
        or filter_refusal(lead, candidate.order.terms.filters)
    )


def order_refusal(order: Order, at: datetime) -> Reason | None:
    """Give why an order takes no leads at all at an instant, or None."""
    terms = order.terms
    if order.status is OrderStatus.CLOSED:
        return Reason.ORDER_CLOSED
    if order.paused:
        return Reason.ORDER_PAUSED
    if terms.starts_at is not None and at < terms.starts_at:
        return Reason.NOT_STARTED
    if terms.ends_at is not None and at >= terms.ends_at:
        return Reason.ENDED
    return None


def buyer_refusal(candidate: Candidate) -> Reason | None:
    """Give why the buyer can't have a lead of this person, or None."""
    if not candidate.account_active:
        return Reason.ACCOUNT_STOPPED
    if not candidate.recipient_enabled:
        return Reason.NO_RECIPIENT
    if candidate.returned_person:
        return Reason.FORMER_ASSOCIATE
    if candidate.has_person:
        return Reason.OWN_ASSOCIATE
    return None


def funds_refusal(
    order: Order, standing: Standing, funds: Money | Unlimited | None
) -> Reason | None:
    """Give why an order has no room or no money for one more lead, or None."""
    left = remaining(order, standing)
    if not isinstance(left, Unlimited) and left < 1:
        return Reason.FILLED
    price = order.terms.price
    if funds is None:
        return Reason.FUNDS
    if isinstance(funds, Unlimited):
        return None
    if funds.currency != price.currency:
        return Reason.CURRENCY
    return Reason.FUNDS if funds.minor < price.minor else None


def filter_refusal(lead: Submission, filters: Filters) -> Reason | None:
    """Give the first reason why a lead is not one an order asks for, or None.

    Unknown means not allowed: a lead without a state is not for an order that names states.
    """
    if filters.kinds is not None and lead.kind not in filters.kinds:
        return Reason.KIND
    if not _named(filters.verticals, lead.vertical):
        return Reason.VERTICAL
    if not _named(filters.areas, lead.area):
        return Reason.AREA
    if not _named(filters.states, lead.address.state):
        return Reason.STATE
    if filters.zips is not None and not _zip_in(filters.zips, lead.address.zip):
        return Reason.ZIP
    return None


def _named(wanted: frozenset[str] | None, given: str | None) -> bool:
    if wanted is None:
        return True
    return given is not None and given.casefold() in {name.casefold() for name in wanted}


def _zip_in(wanted: frozenset[str], given: str | None) -> bool:
    return given is not None and any(given.startswith(prefix) for prefix in wanted)
