"""What became of a candidate, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.distribution.decisions import Reason
from leadcore.distribution.turns import SCALE

if TYPE_CHECKING:
    from leadcore.distribution.decisions import CandidateDecision

__all__ = ["SENTENCES", "percent", "sentence"]

_PERIODS = {
    "HOUR": "this hour",
    "DAY": "this day",
    "WEEK": "this week",
    "MONTH": "this month",
    "TOTAL": "in all",
}

SENTENCES: dict[Reason, str] = {
    Reason.WON: "It got the lead.",
    Reason.OUTRANKED: "It was another order's turn.",
    Reason.LOWER_TIER: "A tier above it had a buyer.",
    Reason.LOWER_PRIORITY: "An order of higher priority got it.",
    Reason.LOWER_PRICE: "An order at a higher price got it.",
    Reason.INVITED: "It is asked to bid.",
    Reason.OUTBID: "Another order bid more, or won the draw among equal bids.",
    Reason.NO_BID: "It did not bid.",
    Reason.BID_DECLINED: "It said that it does not bid.",
    Reason.BID_LATE: "Its bid came too late.",
    Reason.BID_CHANGED: "It had answered already, and an answer stands.",
    Reason.BELOW_MINIMUM: "Less than the least bid.",
    Reason.ABOVE_CEILING: "Its bid is more than the order may be charged.",
    Reason.NOT_INVITED: "It was not asked when the auction was opened.",
    Reason.SHARES_IT: "Another order of the same buyer shares it already.",
    Reason.TEST_LEAD: "It is a test and is sold to nobody.",
    Reason.ORDER_CLOSED: "The order is closed.",
    Reason.ORDER_PAUSED: "The order is paused.",
    Reason.NOT_STARTED: "The order has not begun yet.",
    Reason.ENDED: "The order has ended.",
    Reason.OUTSIDE_HOURS: "It is outside the order's hours.",
    Reason.FILLED: "The order is filled.",
    Reason.BANK: "What is left of the order's money is less than a lead costs.",
    **{
        Reason[f"CAP_{name}"]: f"The order may have no more leads {words}."
        for name, words in _PERIODS.items()
    },
    **{
        Reason[f"MONEY_CAP_{name}"]: f"The order may spend no more {words}."
        for name, words in _PERIODS.items()
    },
    Reason.ACCOUNT_STOPPED: "The account is stopped.",
    Reason.CURRENCY: "The account holds another currency.",
    Reason.FUNDS: "The account has not the money for it.",
    Reason.KIND: "The order does not take this kind of lead.",
    Reason.VERTICAL: "The order does not take this vertical.",
    Reason.AREA: "The order does not take this area.",
    Reason.STATE: "The order does not take leads from this state.",
    Reason.ZIP: "The order does not take leads from this ZIP code.",
    Reason.FORMER_ASSOCIATE: "The account returned this person before.",
    Reason.OWN_ASSOCIATE: "The account has this person already.",
    Reason.NO_RECIPIENT: "The order's associate is disabled.",
    Reason.DELIVERY_FAILED: "The lead could not be delivered to it.",
    Reason.PERSON_SOLD: "Another lead of the person was sold and stands.",
}
"""A sentence for every reason."""


def sentence(decision: CandidateDecision) -> str:
    """Say what became of a candidate."""
    return SENTENCES[decision.reason]


def percent(parts: int) -> str:
    """Give parts of a lead as a person reads them: `33.3 %`; nothing for none."""
    return f"{round(parts * 1000 / SCALE) / 10:g} %" if parts else ""
