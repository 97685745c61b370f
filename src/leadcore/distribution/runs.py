"""Many leads one after the other, on standings kept in memory: what `choose` gives, much sooner.

Most of what decides about a lead was decided for the lead before: who takes such leads, who is
open, who has money. A run works it out once for each sort of lead and keeps it until an order fills
or a purse runs dry; what is left for each lead is whose turn it is. Every answer is the one that
`choose` would have given on the standings of that moment, which is checked by property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve as replace

from leadcore.distribution.choosing import (
    buyer_refusal,
    cap_refusal,
    choose,
    filter_refusal,
    funds_refusal,
    order_refusal,
)
from leadcore.distribution.decisions import Candidate, CandidateDecision, Choice, Reason
from leadcore.distribution.ranking import is_ranked, member, passed_over, rank_of
from leadcore.distribution.terms import DistributionTerms, Way
from leadcore.distribution.turns import SCALE, rotate, shares
from leadcore.orders import Standing, counted, full_cap, is_filled, steady_until
from leadcore.values import Money, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.orders import OrderTerms
    from leadcore.submissions import Submission
    from leadcore.values import AccountId

__all__ = ["Run"]

_PLAIN = DistributionTerms()
_NOBODY: frozenset[AccountId] = frozenset()


class _Plan(NamedTuple):
    """Who is asked for leads of one sort, and what every candidate is told if it is outranked."""

    asked: tuple[int, ...]
    gains: tuple[int, ...]
    outranked: tuple[CandidateDecision, ...]
    won: tuple[CandidateDecision, ...]


class Run:
    """A run of distribution: the candidates with their standings, moved by every lead that is sold.

    It is a working copy: made of what is there, and never the truth. Not for several threads.
    """

    def __init__(self, candidates: Iterable[Candidate], terms: DistributionTerms = _PLAIN) -> None:
        """Begin one.

        Args:
            candidates: every order that may take leads, as for `choose`. Orders of one account
                spend from one purse.
            terms: the seller's ways. A lead that is shared is asked about anew each time, which
                takes as long as `choose`.
        """
        self._terms = terms
        self._candidates = sorted(candidates, key=lambda candidate: candidate.order.id)
        self._of_account: dict[AccountId, list[int]] = {}
        for index, candidate in enumerate(self._candidates):
            self._of_account.setdefault(candidate.order.account_id, []).append(index)
        # Orders that begin or end, have hours or caps, are another thing at another instant; so is
        # everything else then. Until the next such instant nothing is.
        self._timed = [each.order for each in self._candidates if _is_timed(each.order.terms)]
        self._steady: tuple[datetime, datetime | None] | None = None
        self._plans: dict[object, _Plan] = {}
        self._credits = [candidate.standing.credit for candidate in self._candidates]
        self._sold = [candidate.standing.sold for candidate in self._candidates]
        self._paid = [candidate.standing.spent for candidate in self._candidates]
        self._usage = [candidate.standing.usage for candidate in self._candidates]
        self._purses = [_minor(candidate.available) for candidate in self._candidates]
        self._spent = [False] * len(self._candidates)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates as they stand now, in order of order id."""
        return tuple(map(self._now, range(len(self._candidates))))

    def _now(self, index: int) -> Candidate:
        candidate, minor = self._candidates[index], self._purses[index]
        funds = candidate.available
        if minor is not None and isinstance(funds, Money):
            funds = Money(minor, funds.currency)
        standing = Standing(
            sold=self._sold[index],
            spent=self._paid[index],
            credit=self._credits[index],
            usage=self._usage[index],
        )
        return replace(candidate, standing=standing, available=funds)

    def _is_spent(self, index: int, at: datetime) -> bool:
        """Tell whether an order has no room or no money left; the reason may be another one yet."""
        order, purse = self._candidates[index].order, self._purses[index]
        terms = order.terms
        if purse is not None and purse < terms.price.minor:
            return True
        if terms.bank is not None:
            spent = Standing(spent=self._paid[index])
            return is_filled(order, spent) or self._is_capped(index, at)
        filled = not isinstance(terms.quantity, Unlimited) and self._sold[index] >= terms.quantity
        return filled or self._is_capped(index, at)

    def _is_capped(self, index: int, at: datetime) -> bool:
        terms = self._candidates[index].order.terms
        if terms.caps is None:
            return False
        return full_cap(terms.caps, self._usage[index], terms.price, at) is not None

    def _keep_time(self, at: datetime) -> None:
        """Forget what was worked out for another time, if anything is another thing now."""
        if self._steady is not None:
            since, until = self._steady
            if since <= at and (until is None or at < until):
                return
        edges = [steady_until(order, at) for order in self._timed]
        self._steady = (at, min((edge for edge in edges if edge is not None), default=None))
        self._plans.clear()
        self._spent = [self._is_spent(index, at) for index in range(len(self._candidates))]

    def sell(
        self,
        lead: Submission,
        *,
        at: datetime,
        returned: frozenset[AccountId] = _NOBODY,
        owned: frozenset[AccountId] = _NOBODY,
    ) -> Choice:
        """Choose who gets a lead, and count it as sold to them.

        A lead that is to be auctioned is sold to nobody here: the choice names its bidders.

        Args:
            lead: the submission; a test lead is sold to nobody.
            at: the instant of the sale.
            returned: accounts that returned this person before.
            owned: accounts that have this person already.
        """
        when = instant(at)
        way = self._terms.way(lead)
        if self._timed or self._steady is None:
            self._keep_time(when)
        if lead.test or returned or owned or way.buyers > 1 or way.auctions:
            return self._one_of_its_own(lead, when, returned, owned, way)
        plan = self._plan(lead, when, way)
        if not plan.asked:
            return Choice(decisions=plan.outranked, winners=(), at=when)
        credits_ = self._credits
        carried = tuple([credits_[index] for index in plan.asked])
        turn = rotate(carried, plan.gains)
        for index, credit, gain in zip(plan.asked, carried, plan.gains, strict=True):
            credits_[index] = credit + gain
        winner = plan.asked[turn]
        credits_[winner] -= SCALE
        self._spend(winner, when)
        decisions = (
            *plan.outranked[:winner],
            plan.won[turn],
            *plan.outranked[winner + 1 :],
        )
        return Choice(decisions=decisions, winners=(self._candidates[winner].order.id,), at=when)

    def _one_of_its_own(
        self,
        lead: Submission,
        at: datetime,
        returned: frozenset[AccountId],
        owned: frozenset[AccountId],
        way: Way,
    ) -> Choice:
        """Ask `choose` itself: what is true of one person only is not worth keeping."""
        choice = choose(
            lead,
            (
                replace(
                    candidate,
                    returned_person=candidate.order.account_id in returned,
                    has_person=candidate.order.account_id in owned,
                )
                for candidate in self.candidates
            ),
            at=at,
            way=way,
        )
        for index, decision in enumerate(choice.decisions):
            self._credits[index] += decision.share
            if decision.reason is Reason.WON:
                self._credits[index] -= SCALE
                self._spend(index, at)
        return choice

    def _spend(self, winner: int, at: datetime) -> None:
        order = self._candidates[winner].order
        self._sold[winner] += 1
        price = order.terms.price.minor
        self._paid[winner] += price
        if order.terms.caps is not None:
            self._usage[winner] = counted(order.terms.caps, self._usage[winner], price, at)
        for index in self._of_account[order.account_id]:
            purse = self._purses[index]
            if purse is not None:
                self._purses[index] = purse - price
            if not self._spent[index] and self._is_spent(index, at):
                self._spent[index] = True
                self._plans.clear()

    def _plan(self, lead: Submission, at: datetime, way: Way) -> _Plan:
        address = lead.address
        # The kind and the vertical tell the way as well.
        key = (
            lead.kind,
            lead.vertical,
            lead.area,
            address.state,
            address.zip,
        )
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._planned(lead, at, way)
        return found

    def _planned(self, lead: Submission, at: datetime, way: Way) -> _Plan:
        now = self.candidates
        reasons = [
            order_refusal(candidate.order, at)
            or buyer_refusal(candidate)
            or funds_refusal(candidate.order, candidate.standing, candidate.available)
            or cap_refusal(candidate.order, candidate.standing, at)
            or filter_refusal(lead, candidate.order.terms.filters)
            for candidate in now
        ]
        ranks = {
            index: rank_of(now[index].order.terms, way)
            for index, reason in enumerate(reasons)
            if reason is None
        }
        levels = sorted(set(ranks.values()))
        asked = tuple(index for index, rank in ranks.items() if rank == levels[0])
        gains = shares(tuple(member(now[index], ranks[index], way).weight for index in asked))
        gained = dict(zip(asked, gains, strict=True))

        def decision(index: int, reason: Reason) -> CandidateDecision:
            order, ranked = now[index].order, index in ranks and is_ranked(way)
            return CandidateDecision(
                order_id=order.id,
                account_id=order.account_id,
                reason=reason,
                share=gained.get(index, 0),
                rank=levels.index(ranks[index]) + 1 if ranked else None,
            )

        def missed(index: int) -> Reason:
            if index in gained:
                return Reason.OUTRANKED
            return passed_over(ranks[index], levels[0], way)

        return _Plan(
            asked=asked,
            gains=gains,
            outranked=tuple(
                decision(index, reason or missed(index)) for index, reason in enumerate(reasons)
            ),
            won=tuple(decision(index, Reason.WON) for index in asked),
        )


def _is_timed(terms: OrderTerms) -> bool:
    given = (terms.starts_at, terms.ends_at, terms.hours, terms.caps)
    return any(each is not None for each in given)


def _minor(funds: Money | Unlimited | None) -> int | None:
    return funds.minor if isinstance(funds, Money) else None
