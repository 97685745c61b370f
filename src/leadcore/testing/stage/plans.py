"""How a back office is set up: told by small numbers, so that any source of numbers can draw it."""

from __future__ import annotations

from typing import Any

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.accounts import SellerTerms
from leadcore.balances import CASH_FIRST, FundingTerms, FundingTier, FundingTiers
from leadcore.distribution import Apart, BiddingTerms, DistributionTerms, Method, Way
from leadcore.orders import (
    Cap,
    Caps,
    Filters,
    Hours,
    OrderTerms,
    Period,
    Renewal,
    RenewalWhen,
    Span,
)
from leadcore.payments import PaymentMethod
from leadcore.refunds import (
    AutoApproval,
    LimitPer,
    RefundClock,
    RefundShare,
    RefundTerms,
    Remedy,
    ReturnLimit,
    ReturnRate,
)
from leadcore.values import UNLIMITED, Money, UserId

__all__ = ["CARD", "FUNDINGS", "ORDERS", "REFUNDS", "WAYS", "Plan"]

CARD = PaymentMethod(token="pm_kept")  # noqa: S106 - no secret: a made-up name
"""What is charged wherever something is charged."""

_HOUR = 3_600_000
_BY_HAND = BiddingTerms(
    minimum=Money(1_000, "USD"), collect_ms=6 * _HOUR, bidder_ms=4 * _HOUR, post_ms=8 * _HOUR
)

WAYS: tuple[Way | None, ...] = (
    None,
    Way(hold_minutes=30),
    Way(buyers=2),
    Way(buyers=3, apart=Apart.ASSOCIATE, method=Method.PRICE),
    Way(method=Method.ROUND_ROBIN, hold_minutes=5),
    Way(method=Method.PRIORITY, buyer_days=1),
    Way(method=Method.WATERFALL, tiers=(Method.ROUND_ROBIN, Method.PRICE), hold_minutes=60),
    Way(buyers=2, apart=Apart.DOWNLINE),
    Way(method=Method.AUCTION, bidding=_BY_HAND),
    Way(
        method=Method.WATERFALL,
        tiers=(Method.AUCTION, Method.PRICE),
        bidding=_BY_HAND,
        hold_minutes=60,
    ),
)
"""How a seller distributes leads; None is by weight, to one buyer, at once."""

REFUNDS = (
    RefundTerms(),
    RefundTerms(remedy=Remedy.REPLACEMENT, resubmit=True, resubmit_times=1),
    RefundTerms(shares=(RefundShare(rate=3_333, from_hours=24),), resubmit=True, resubmit_hours=48),
    RefundTerms(auto_approvals=(AutoApproval(id="at once", within_hours=24),)),
    RefundTerms(
        limits=(ReturnLimit(most=2, per=LimitPer.DAY),), rates=(ReturnRate(rate=5_000, least=2),)
    ),
    RefundTerms(clock=RefundClock.CALENDAR_DAYS, max_age=5, min_age_hours=1),
)
"""On what terms leads are returned."""

_TIERS = FundingTiers(currency="USD", tiers=(FundingTier(2_000, 1_000),), bonus_hours=48)

FUNDINGS = (
    None,
    FundingTerms(tiers=_TIERS),
    FundingTerms(tiers=_TIERS, consumption=CASH_FIRST, refund_hours=24),
)
"""What a funding earns, and what is spent first; None is no bonus."""


def _caps(zone: str, *limits: Cap, returns_free: bool = False) -> Caps:
    return Caps(zone=zone, limits=limits, returns_free=returns_free)


_FILL = Renewal(when=RenewalWhen.ON_FILL, charge=CARD)
_DAILY = Cap(period=Period.DAY, leads=2)

ORDERS: tuple[dict[str, Any], ...] = (
    {},
    {"caps": _caps("America/New_York", _DAILY, returns_free=True)},
    {"caps": _caps("UTC", Cap(period=Period.HOUR, money=Money(4_000, "USD")), _DAILY)},
    {"quantity": UNLIMITED, "bank": Money(6_001, "USD"), "carries_rest": True, "renewal": _FILL},
    {"quantity": 2, "renewal": _FILL},
    {"hours": Hours("America/New_York", tuple(Span(day, 480, 1_200) for day in range(1, 8)))},
    {"max_returns": 5_000, "priority": 3, "tier": 2},
    {"caps": _caps("Asia/Kolkata", Cap(period=Period.TOTAL, leads=3)), "priority": 5},
)
"""What an order may ask for beside the plain things."""

_PRICES = (2_500, 4_000, 0)


@frozen(kw_only=True)
class Plan:
    """A back office of two accounts with two users and two orders each.

    Attributes:
        ways, refunds, funding: which of `WAYS`, `REFUNDS` and `FUNDINGS` the seller has, counted
            round.
        orders: which of `ORDERS` each order asks for, counted round.
        funds: what each account is given, in cents.
        weights, quantities: of the orders; the first one's quantity is unlimited.
        returns_reopen: do returns give a place back?
    """

    ways: int = 0
    refunds: int = 0
    funding: int = 0
    orders: tuple[int, ...] = (0, 0, 0, 0)
    funds: int = 12_000
    weights: tuple[int, ...] = field(default=(1, 2, 3, 1))
    quantities: tuple[int, ...] = (3, 4, 5, 6)
    returns_reopen: bool = True

    def seller_terms(self, *, shift: int = 0) -> SellerTerms:
        """Give the seller's terms, or those so many further down the lists."""
        way = WAYS[(self.ways + shift) % len(WAYS)]
        return SellerTerms(
            name="Seller",
            refunds=REFUNDS[(self.refunds + shift) % len(REFUNDS)],
            funding=FUNDINGS[(self.funding + shift) % len(FUNDINGS)],
            distribution=None if way is None else DistributionTerms((way,)),
        )

    def order_terms(self, index: int, user: UserId, *, shift: int = 0) -> OrderTerms:
        """Give an order's terms, or with what is asked for so many further down the list."""
        one = index % 4
        price = Money(_PRICES[one % 3], "USD")
        terms = OrderTerms(
            user_id=user,
            price=price,
            quantity=self.quantities[one] if one else UNLIMITED,
            weight=self.weights[one],
            filters=Filters(states=None if one < 2 else frozenset({"FL", "NY"})),  # noqa: PLR2004 - two of four
            returns_reopen=self.returns_reopen,
        )
        asked = ORDERS[(self.orders[one] + shift) % len(ORDERS)]
        if asked.get("bank") and not price.minor:
            return terms  # free leads never use a bank up
        if asked.get("renewal") and not price.minor:
            asked = {**asked, "renewal": Renewal(when=RenewalWhen.ON_FILL)}
        return replace(terms, **asked)
