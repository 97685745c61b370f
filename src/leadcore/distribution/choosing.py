"""One lead, its candidates, a reason for each, and the one that gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.balances import AccountStatus, LedgerAccount
from leadcore.distribution.bidding import asked_for
from leadcore.distribution.decisions import Candidate, CandidateDecision, Choice, Reason
from leadcore.distribution.ranking import is_ranked, member, method_of, passed_over, rank_of
from leadcore.distribution.terms import PLAIN, Method, Way
from leadcore.distribution.turns import deal, rotate, shares
from leadcore.orders import Order, OrderStatus, Standing, full_cap, is_open, remaining
from leadcore.values import MAX_MINOR, Money, OrderId, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from leadcore.orders import Filters
    from leadcore.submissions import Submission
    from leadcore.values import AccountId

__all__ = [
    "asked",
    "buyer_refusal",
    "candidate_refusal",
    "cap_refusal",
    "choose",
    "filter_refusal",
    "funds_refusal",
    "order_refusal",
    "purse",
]


def choose(
    lead: Submission, candidates: Iterable[Candidate], *, at: datetime, way: Way = PLAIN
) -> Choice:
    """Choose the order that gets the lead, or the orders that share it, or those that bid for it.

    Args:
        lead: the submission; a test lead has no buyer and gives every candidate share 0.
        candidates: any order; the answer does not depend on it.
        at: the instant of the sale.
        way: how leads of this sort are distributed.
    """
    when = instant(at)
    ranked = sorted(candidates, key=lambda candidate: candidate.order.id)
    put = [asked(each, way) for each in ranked] if way.auctions else ranked
    refusals = [candidate_refusal(lead, candidate, when) for candidate in put]
    eligible = [c for c, refusal in zip(ranked, refusals, strict=True) if refusal is None]
    called = _called(eligible, way) if way.auctions else ()
    if called:
        decided, winners = _invited(eligible, called, way)
    elif way.buyers == 1 and way.method is Method.WEIGHTED:
        decided, winners = _by_weight(eligible)
    else:
        decided, winners = _by_way(eligible, way)
    told = iter(decided)
    decisions = [
        next(told) if refusal is None else _decision(candidate, refusal)
        for candidate, refusal in zip(ranked, refusals, strict=True)
    ]
    if not called:
        return Choice(decisions=tuple(decisions), winners=winners, at=when)
    tier, bidders = rank_of(called[0].order.terms, way)[0], tuple(c.order.id for c in called)
    return Choice(decisions=tuple(decisions), winners=(), at=when, bidders=bidders, tier=tier)


def asked(candidate: Candidate, way: Way) -> Candidate:
    """Give a candidate as it stands for what it is asked: its price, or to bid."""
    tier = rank_of(candidate.order.terms, way)[0]
    if way.bidding is None or method_of(tier, way) is not Method.AUCTION:
        return candidate
    return asked_for(candidate, way.bidding)


def _called(eligible: Sequence[Candidate], way: Way) -> tuple[Candidate, ...]:
    """Give those who are asked to bid: everybody in the top tier, where that is an auction."""
    tiers = [rank_of(c.order.terms, way)[0] for c in eligible]
    top = min(tiers, default=0)
    if way.bidding is None or method_of(top, way) is not Method.AUCTION:
        return ()
    return tuple(c for c, tier in zip(eligible, tiers, strict=True) if tier == top)


_Decided = tuple[list[CandidateDecision], tuple[OrderId, ...]]
"""A decision for each of the eligible, in their order, and who won."""


def _invited(eligible: Sequence[Candidate], called: tuple[Candidate, ...], way: Way) -> _Decided:
    ids = {c.order.id for c in called}
    tiers = sorted({rank_of(c.order.terms, way)[0] for c in eligible})
    decided = [
        _decision(
            c,
            Reason.INVITED if c.order.id in ids else Reason.LOWER_TIER,
            rank=tiers.index(rank_of(c.order.terms, way)[0]) + 1,
        )
        for c in eligible
    ]
    return decided, ()


def _by_weight(eligible: Sequence[Candidate]) -> _Decided:
    if not eligible:
        return [], ()
    gains = shares(tuple([c.order.terms.weight for c in eligible]))
    turn = rotate(tuple([c.standing.credit for c in eligible]), gains)
    decided = [
        _decision(c, Reason.WON if index == turn else Reason.OUTRANKED, gain)
        for index, (c, gain) in enumerate(zip(eligible, gains, strict=True))
    ]
    return decided, (eligible[turn].order.id,)


def _by_way(eligible: Sequence[Candidate], way: Way) -> _Decided:
    ranks = [rank_of(c.order.terms, way) for c in eligible]
    members = [member(c, rank, way) for c, rank in zip(eligible, ranks, strict=True)]
    asked = list(range(len(eligible)))
    while True:
        dealt = deal([members[index] for index in asked], way.buyers)
        winners = [asked[index] for index in dealt.winners]
        short = _beyond_their_purse(eligible, winners)
        if not short:
            break
        asked = [index for index in asked if index not in short]
    last = max(
        (ranks[asked[i]] for i, at in enumerate(dealt.levels) if at < dealt.asked), default=(0, 0)
    )
    served = {members[index].group for index in winners}

    def reason(index: int, level: int) -> Reason:
        if index in winners:
            return Reason.WON
        if level >= dealt.asked:
            return passed_over(ranks[index], last, way)
        return Reason.SHARES_IT if members[index].group in served else Reason.OUTRANKED

    decided = [_decision(c, Reason.FUNDS) for c in eligible]
    for index, gain, level in zip(asked, dealt.gains, dealt.levels, strict=True):
        rank = level + 1 if is_ranked(way) else None
        decided[index] = _decision(eligible[index], reason(index, level), gain, rank)
    return decided, tuple(eligible[index].order.id for index in winners)


def _decision(
    candidate: Candidate, reason: Reason, share: int = 0, rank: int | None = None
) -> CandidateDecision:
    order = candidate.order
    return CandidateDecision(
        order_id=order.id, account_id=order.account_id, reason=reason, share=share, rank=rank
    )


def _beyond_their_purse(eligible: Sequence[Candidate], winners: Sequence[int]) -> set[int]:
    """Give the winners whose account spends its last money on the winners before them."""
    spent: dict[AccountId, int] = {}
    short = set[int]()
    for index in winners:
        each = eligible[index]
        account, price = each.order.account_id, each.order.terms.price.minor
        total = spent.get(account, 0) + price
        if isinstance(each.available, Money) and total > each.available.minor:
            short.add(index)
        else:
            spent[account] = total
    return short


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


def candidate_refusal(lead: Submission, candidate: Candidate, at: datetime) -> Reason | None:
    """Give the first reason why a candidate can't have the lead, in the order of this function."""
    if lead.test:
        return Reason.TEST_LEAD
    return (
        order_refusal(candidate.order, at)
        or buyer_refusal(candidate)
        or candidate.passed
        or funds_refusal(candidate.order, candidate.standing, candidate.available)
        or cap_refusal(candidate.order, candidate.standing, at)
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
    if terms.hours is not None and not is_open(terms.hours, at):
        return Reason.OUTSIDE_HOURS
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
    return Reason.DELIVERY_FAILED if candidate.undelivered else None


def funds_refusal(
    order: Order, standing: Standing, funds: Money | Unlimited | None
) -> Reason | None:
    """Give why an order has no room or no money for one more lead, or None."""
    left = remaining(order, standing)
    if not isinstance(left, Unlimited) and left < 1:
        return Reason.FILLED if order.terms.bank is None else Reason.BANK
    price = order.terms.price
    if funds is None:
        return Reason.FUNDS
    if isinstance(funds, Unlimited):
        return None
    if funds.currency != price.currency:
        return Reason.CURRENCY
    return Reason.FUNDS if funds.minor < price.minor else None


def cap_refusal(order: Order, standing: Standing, at: datetime) -> Reason | None:
    """Give which cap of an order, the first in the order of its caps, is reached, or None."""
    caps = order.terms.caps
    if caps is None:
        return None
    full = full_cap(caps, standing.usage, order.terms.price, at)
    if full is None:
        return None
    cap, of_money = full
    return Reason[f"{'MONEY_' if of_money else ''}CAP_{cap.period.name}"]


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
