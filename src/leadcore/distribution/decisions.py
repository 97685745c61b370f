"""The values of distribution: candidates, a reason for each, and who got the lead."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.orders import Order, Standing
from leadcore.values import AccountId, Money, OrderId, Unlimited, UserId, instant

__all__ = ["Candidate", "CandidateDecision", "Choice", "Reason"]


class Reason(Enum):
    """Why a candidate got the lead or did not; one each."""

    WON = "won"
    OUTRANKED = "outranked"
    LOWER_TIER = "lower_tier"
    LOWER_PRIORITY = "lower_priority"
    LOWER_PRICE = "lower_price"
    INVITED = "invited_to_bid"
    OUTBID = "outbid"
    NO_BID = "no_bid"
    BID_DECLINED = "declined_to_bid"
    BID_LATE = "bid_too_late"
    BID_CHANGED = "bid_changed"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_CEILING = "bid_above_its_price"
    NOT_INVITED = "not_invited"
    SHARES_IT = "account_shares_it"
    TEST_LEAD = "test_lead"
    ORDER_CLOSED = "order_closed"
    ORDER_PAUSED = "order_paused"
    NOT_STARTED = "order_not_started"
    ENDED = "order_ended"
    OUTSIDE_HOURS = "outside_hours"
    FILLED = "order_filled"
    BANK = "bank_exhausted"
    CAP_HOUR = "cap_reached_hour"
    CAP_DAY = "cap_reached_day"
    CAP_WEEK = "cap_reached_week"
    CAP_MONTH = "cap_reached_month"
    CAP_TOTAL = "cap_reached_total"
    MONEY_CAP_HOUR = "money_cap_reached_hour"
    MONEY_CAP_DAY = "money_cap_reached_day"
    MONEY_CAP_WEEK = "money_cap_reached_week"
    MONEY_CAP_MONTH = "money_cap_reached_month"
    MONEY_CAP_TOTAL = "money_cap_reached_total"
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
    DELIVERY_FAILED = "delivery_failed"
    PERSON_SOLD = "person_sold_meanwhile"


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
        undelivered: this very lead could not be delivered to the order's associate.
        top_id: who stands at the top of the associate's downline; needed only where buyers of a
            shared lead must be of different downlines.
        passed: why it is out already, such as by an auction of this lead that is over.
    """

    order: Order
    standing: Standing
    account_active: bool
    recipient_enabled: bool = True
    available: Money | Unlimited | None
    returned_person: bool = False
    has_person: bool = False
    undelivered: bool = False
    top_id: UserId | None = None
    passed: Reason | None = None


@frozen(kw_only=True)
class CandidateDecision:
    """What became of one candidate.

    Attributes:
        share: what this lead added to the order's credit (in `SCALE` parts; 0 if it was not asked);
            a winner's credit also went down by `SCALE`.
        rank: where orders are ranked (by priority, price or tier), how many different standings
            it took to come to this one: 1 is the highest. None where they go by turn alone, and
            for those that were not eligible. In an auction, the place of its bid.
        bid: in an auction, what it bid, if that bid counts.
    """

    order_id: OrderId
    account_id: AccountId
    reason: Reason
    share: int = 0
    rank: int | None = None
    bid: Money | None = None


@frozen(kw_only=True)
class Choice:
    """The answer: a decision for every candidate, in order of order id, and who gets the lead.

    Attributes:
        winners: the orders that get it, the first asked first; more than one for a shared lead.
        bidders: the orders that are asked to bid for it; then nobody has it yet.
        tier: of the waterfall, in which they bid.
        price: what the winner pays, where it won by its bid; None for its order's price.
    """

    decisions: tuple[CandidateDecision, ...]
    winners: tuple[OrderId, ...]
    at: datetime = field(converter=instant)
    bidders: tuple[OrderId, ...] = ()
    tier: int = 0
    price: Money | None = None

    @property
    def winner(self) -> OrderId | None:
        """The order that gets it, or the first of several; None for nobody."""
        return self.winners[0] if self.winners else None
