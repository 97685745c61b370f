"""Where an order stands for a lead: its tier, its place within the tier, and who it shares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.distribution.decisions import Candidate, Reason
from leadcore.distribution.kernel import By, place
from leadcore.distribution.terms import Apart, Method, Way
from leadcore.distribution.turns import Member

if TYPE_CHECKING:
    from collections.abc import Hashable

    from leadcore.orders import OrderTerms

__all__ = ["is_ranked", "member", "method_of", "passed_over", "rank_of"]

_BY = {Method.PRIORITY: By.PRIORITY, Method.PRICE: By.PRICE}
_LOWER = {By.PRIORITY: Reason.LOWER_PRIORITY, By.PRICE: Reason.LOWER_PRICE}


def is_ranked(way: Way) -> bool:
    """Tell whether anything but whose turn it is decides who is asked first."""
    return way.method not in {Method.WEIGHTED, Method.ROUND_ROBIN}


def rank_of(terms: OrderTerms, way: Way) -> tuple[int, int]:
    """Give an order's tier and its place within the tier; the smallest is asked first."""
    tier = terms.tier if way.method is Method.WATERFALL else 0
    by = _BY.get(method_of(tier, way), By.TURN)
    return tier, place(by, terms.priority, terms.price.minor)


def method_of(tier: int, way: Way) -> Method:
    """Give the method within a tier; tiers nobody spoke of go by weight."""
    if way.method is not Method.WATERFALL:
        return way.method
    return way.tiers[tier - 1] if tier <= len(way.tiers) else Method.WEIGHTED


def passed_over(rank: tuple[int, int], last: tuple[int, int], way: Way) -> Reason:
    """Give why an order was not even asked.

    Args:
        rank: where it stands.
        last: the lowest standing that was asked, which is higher.
        way: the way that ranks them.
    """
    if rank[0] != last[0]:
        return Reason.LOWER_TIER
    return _LOWER[_BY[method_of(rank[0], way)]]


def member(candidate: Candidate, rank: tuple[int, int], way: Way) -> Member:
    """Give an eligible candidate as numbers, to be dealt to."""
    terms = candidate.order.terms
    tier, place_ = rank
    even = method_of(tier, way) is Method.ROUND_ROBIN
    return Member(
        tier=tier,
        place=place_,
        weight=1 if even else terms.weight,
        credit=candidate.standing.credit,
        group=_group(candidate, way),
    )


def _group(candidate: Candidate, way: Way) -> Hashable:
    order = candidate.order
    if way.buyers == 1:
        return order.id  # one seat: nobody stands in the way of anybody
    if way.apart is Apart.ACCOUNT:
        return order.account_id
    if way.apart is Apart.DOWNLINE and candidate.top_id is not None:
        return (order.account_id, candidate.top_id)
    return (order.account_id, order.terms.user_id)
