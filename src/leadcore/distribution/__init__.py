"""Distribution: one lead, the orders that might take it, and the one that gets it.

Every candidate gets exactly one reason, so "why not me?" is a look-up, not a guess.

Theory of operation. Among the eligible orders the lead goes round by weight. Each lead gives every
eligible order its due share of one lead (`SCALE` parts, split by weight, summing exactly); the
winner pays one whole lead. What is left over, above or below zero, is the order's **credit** and is
carried: credits of all orders always sum to zero. The winner is chosen as *earliest deadline
first* among those in credit: of the orders with something due, the one that would be a whole lead
behind soonest. For a steady set of orders this is the single-resource case of Pfair scheduling
(Baruah, Cohen, Plaxton, Varvel 1996): after every lead every order is within one lead of its due.
An order that is not eligible for a lead neither gains nor loses by it, so it comes back from a
pause with the credit it left with. Ties go to the larger credit, then to the smaller order id:
no hidden randomness and no order of creation.
"""

from leadcore.distribution.awarding import award
from leadcore.distribution.bidding import Bidding, BiddingTerms
from leadcore.distribution.choosing import choose, filter_refusal, purse
from leadcore.distribution.decisions import Candidate, CandidateDecision, Choice, Reason
from leadcore.distribution.runs import Run
from leadcore.distribution.terms import (
    PLAIN,
    Apart,
    DistributionTerms,
    Method,
    Way,
    terms_problems,
)
from leadcore.distribution.turns import SCALE, rotate, shares

__all__ = [
    "PLAIN",
    "SCALE",
    "Apart",
    "Bidding",
    "BiddingTerms",
    "Candidate",
    "CandidateDecision",
    "Choice",
    "DistributionTerms",
    "Method",
    "Reason",
    "Run",
    "Way",
    "award",
    "choose",
    "filter_refusal",
    "purse",
    "rotate",
    "shares",
    "terms_problems",
]
