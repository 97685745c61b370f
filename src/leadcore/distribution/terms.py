"""How a seller distributes leads, as data: the method, how many buyers, and what a buyer may have.

A seller may have several ways, each for some kinds of leads or verticals; the first that fits a
lead is its way. Where none fits, leads go round by weight, to one buyer each.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.distribution.bidding import BiddingTerms, bidding_tests
from leadcore.errors import Problem
from leadcore.submissions import LeadKind
from leadcore.values import UNLIMITED, Unlimited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.submissions import Submission

__all__ = [
    "MAX_BUYERS",
    "MAX_HOLD_MINUTES",
    "PLAIN",
    "Apart",
    "DistributionTerms",
    "Method",
    "Way",
    "terms_problems",
]

MAX_BUYERS = 100
"""A lead is shared by at most so many."""

MAX_HOLD_MINUTES = 7 * 24 * 60
"""A lead waits at most so long for its delivery."""

_LONGEST_DAYS = 36_500
"""A hundred years: what is longer is `UNLIMITED`."""


class Method(Enum):
    """How the one that gets a lead is found among the eligible orders; ties go round by credit."""

    WEIGHTED = "weighted"
    ROUND_ROBIN = "round_robin"
    PRIORITY = "priority"
    PRICE = "price"
    WATERFALL = "waterfall"
    AUCTION = "auction"


class Apart(Enum):
    """How far apart the buyers of a shared lead must be."""

    ACCOUNT = "account"
    DOWNLINE = "downline"
    ASSOCIATE = "associate"


@frozen(kw_only=True)
class Way:
    """How leads of a sort are distributed.

    Attributes:
        kinds, verticals: for which leads; None for all. Verticals without regard to case; a lead
            without a vertical is none that is named.
        method: who is asked first. By `WEIGHTED`, orders go round by their weight; by
            `ROUND_ROBIN`, in equal parts; by `PRIORITY` and `PRICE`, the highest first, and those
            who stand alike go round by weight; by `WATERFALL`, the lowest tier that has anybody
            eligible, and within it by the tier's own method. By `AUCTION`, the highest bid, at
            that bid: an order's price is then the most it may be charged.
        tiers: of a waterfall, the methods of tier 1, 2 and so on; later tiers go by weight.
        buyers: a lead is sold to at most so many; 1 is exclusive.
        apart: of a shared lead, each buyer is another account; or, within an account too, of
            another downline (the whole tree below one user at the top); or another associate.
        buyer_days: elapsed 24-hour periods, end included, for which an account that has a person
            gets no other lead of that person; `UNLIMITED` is as long as it has the person, 0 none.
            Whoever returned a person never gets the person back, whatever this says.
        hold_minutes: the lead is delivered before it is sold, and so long the buyer's money and
            place are held; None sells at once. What was auctioned is held as `bidding` says.
        bidding: the terms of its auctions, where it has any.
    """

    kinds: frozenset[LeadKind] | None = None
    verticals: frozenset[str] | None = None
    method: Method = Method.WEIGHTED
    tiers: tuple[Method, ...] = ()
    buyers: int = 1
    apart: Apart = Apart.ACCOUNT
    buyer_days: int | Unlimited = UNLIMITED
    hold_minutes: int | None = None
    bidding: BiddingTerms | None = None

    @property
    def auctions(self) -> bool:
        """Is anything auctioned?"""
        return self.method is Method.AUCTION or Method.AUCTION in self.tiers

    @property
    def by_downline(self) -> bool:
        """Must the buyers of a shared lead be of different downlines?"""
        return self.buyers > 1 and self.apart is Apart.DOWNLINE

    def fits(self, lead: Submission) -> bool:
        """Tell whether a lead goes this way."""
        if self.kinds is not None and lead.kind not in self.kinds:
            return False
        if self.verticals is None:
            return True
        named = {name.casefold() for name in self.verticals}
        return lead.vertical is not None and lead.vertical.casefold() in named


PLAIN = Way()
"""By weight, to one buyer, at once."""


@frozen
class DistributionTerms:
    """A seller's ways; the first that fits a lead is its way."""

    ways: tuple[Way, ...] = field(default=())

    def way(self, lead: Submission) -> Way:
        """Give the way of a lead."""
        return next((way for way in self.ways if way.fits(lead)), PLAIN)


def terms_problems(terms: DistributionTerms) -> tuple[Problem, ...]:
    """Give what makes no sense in a seller's ways, each with its path."""
    return tuple(
        Problem(f"ways[{number}].{name}", message)
        for number, way in enumerate(terms.ways)
        for holds, name, message in _tests(way)
        if not holds
    )


def _tests(way: Way) -> Iterator[tuple[bool, str, str]]:
    days, minutes = way.buyer_days, way.hold_minutes
    yield _within(way.buyers, 1, MAX_BUYERS), "buyers", f"a whole number from 1 to {MAX_BUYERS}"
    spoken = isinstance(days, Unlimited) or _within(days, 0, _LONGEST_DAYS)
    yield spoken, "buyer_days", f"a whole number from 0 to {_LONGEST_DAYS}, or unlimited"
    falls = way.method is Method.WATERFALL
    yield falls or not way.tiers, "tiers", "only a waterfall has tiers"
    yield Method.WATERFALL not in way.tiers, "tiers", "a tier of a waterfall is no waterfall itself"
    if minutes is not None:
        held = _within(minutes, 1, MAX_HOLD_MINUTES)
        yield held, "hold_minutes", f"a whole number from 1 to {MAX_HOLD_MINUTES}"
        yield way.buyers == 1, "hold_minutes", "a lead that is delivered first has one buyer"
    yield from _auction_tests(way)


def _auction_tests(way: Way) -> Iterator[tuple[bool, str, str]]:
    terms = way.bidding
    if not way.auctions:
        yield terms is None, "bidding", "only an auction has its terms"
        return
    yield terms is not None, "bidding", "an auction has its terms"
    yield way.buyers == 1, "buyers", "a lead that is auctioned has one buyer"
    alone = way.method is Method.AUCTION and way.hold_minutes is not None
    yield not alone, "hold_minutes", "what is auctioned is held for its bidding.post_ms"
    for holds, name, message in bidding_tests(terms) if terms is not None else ():
        yield holds, f"bidding.{name}", message


def _within(number: object, least: int, most: int) -> bool:
    # type(), not isinstance(): a bool is an int to isinstance.
    return type(number) is int and least <= number <= most
