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
    SCALE,
    Candidate,
    CandidateDecision,
    Choice,
    Reason,
    buyer_refusal,
    choose,
    filter_refusal,
    funds_refusal,
    order_refusal,
    rotate,
    shares,
)
from leadcore.orders import Standing
from leadcore.values import Money, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.submissions import Submission
    from leadcore.values import AccountId

__all__ = ["Run"]

_NOBODY: frozenset[AccountId] = frozenset()


class _Plan(NamedTuple):
    """Who may have leads of one sort, and what every candidate is told if it is outranked."""

    eligible: tuple[int, ...]
    gains: tuple[int, ...]
    outranked: tuple[CandidateDecision, ...]
    won: tuple[CandidateDecision, ...]


class Run:
    """A run of distribution: the candidates with their standings, moved by every lead that is sold.

    It is a working copy: made of what is there, and never the truth. Not for several threads.
    """

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        """Begin one.

        Args:
            candidates: every order that may take leads, as for `choose`. Orders of one account
                spend from one purse.
        """
        self._candidates = sorted(candidates, key=lambda candidate: candidate.order.id)
        self._of_account: dict[AccountId, list[int]] = {}
        for index, candidate in enumerate(self._candidates):
            self._of_account.setdefault(candidate.order.account_id, []).append(index)
        # Orders that begin or end are another thing at another instant; so is everything else then.
        self._edges = sorted(
            edge
            for candidate in self._candidates
            for edge in (candidate.order.terms.starts_at, candidate.order.terms.ends_at)
            if edge is not None
        )
        self._plans: dict[object, _Plan] = {}
        self._credits = [candidate.standing.credit for candidate in self._candidates]
        self._sold = [candidate.standing.sold for candidate in self._candidates]
        self._purses = [_minor(candidate.available) for candidate in self._candidates]
        self._spent = [self._is_spent(index) for index in range(len(self._candidates))]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates as they stand now, in order of order id."""
        return tuple(map(self._now, range(len(self._candidates))))

    def _now(self, index: int) -> Candidate:
        candidate, minor = self._candidates[index], self._purses[index]
        funds = candidate.available
        if minor is not None and isinstance(funds, Money):
            funds = Money(minor, funds.currency)
        standing = Standing(sold=self._sold[index], credit=self._credits[index])
        return replace(candidate, standing=standing, available=funds)

    def _is_spent(self, index: int) -> bool:
        """Tell whether an order has no room or no money left; the reason may be another one yet."""
        terms, purse = self._candidates[index].order.terms, self._purses[index]
        filled = not isinstance(terms.quantity, Unlimited) and self._sold[index] >= terms.quantity
        return filled or (purse is not None and purse < terms.price.minor)

    def sell(
        self,
        lead: Submission,
        *,
        at: datetime,
        returned: frozenset[AccountId] = _NOBODY,
        owned: frozenset[AccountId] = _NOBODY,
    ) -> Choice:
        """Choose who gets a lead, and count it as sold to them.

        Args:
            lead: the submission; a test lead is sold to nobody.
            at: the instant of the sale.
            returned: accounts that returned this person before.
            owned: accounts that have this person already.
        """
        when = instant(at)
        if lead.test or returned or owned:
            return self._one_of_its_own(lead, when, returned, owned)
        plan = self._plan(lead, when)
        if not plan.eligible:
            return Choice(decisions=plan.outranked, winner=None, at=when)
        credits_ = self._credits
        carried = tuple([credits_[index] for index in plan.eligible])
        turn = rotate(carried, plan.gains)
        for index, credit, gain in zip(plan.eligible, carried, plan.gains, strict=True):
            credits_[index] = credit + gain
        winner = plan.eligible[turn]
        credits_[winner] -= SCALE
        self._spend(winner)
        decisions = (
            *plan.outranked[:winner],
            plan.won[turn],
            *plan.outranked[winner + 1 :],
        )
        return Choice(decisions=decisions, winner=self._candidates[winner].order.id, at=when)

    def _one_of_its_own(
        self,
        lead: Submission,
        at: datetime,
        returned: frozenset[AccountId],
        owned: frozenset[AccountId],
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
        )
        for index, decision in enumerate(choice.decisions):
            self._credits[index] += decision.share
            if decision.reason is Reason.WON:
                self._credits[index] -= SCALE
                self._spend(index)
        return choice

    def _spend(self, winner: int) -> None:
        order = self._candidates[winner].order
        self._sold[winner] += 1
        price = order.terms.price.minor
        for index in self._of_account[order.account_id]:
            purse = self._purses[index]
            if purse is not None:
                self._purses[index] = purse - price
            if self._is_spent(index) is not self._spent[index]:
                self._spent[index] = True
                self._plans.clear()

    def _plan(self, lead: Submission, at: datetime) -> _Plan:
        address = lead.address
        key = (
            lead.kind,
            lead.vertical,
            lead.area,
            address.state,
            address.zip,
            sum(edge <= at for edge in self._edges),
        )
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._planned(lead, at)
        return found

    def _planned(self, lead: Submission, at: datetime) -> _Plan:
        reasons = [
            order_refusal(candidate.order, at)
            or buyer_refusal(candidate)
            or funds_refusal(candidate.order, candidate.standing, candidate.available)
            or filter_refusal(lead, candidate.order.terms.filters)
            for candidate in self.candidates
        ]
        eligible = tuple(index for index, reason in enumerate(reasons) if reason is None)
        gains = shares(tuple(self._candidates[index].order.terms.weight for index in eligible))
        gained = dict(zip(eligible, gains, strict=True))

        def decision(index: int, reason: Reason) -> CandidateDecision:
            order = self._candidates[index].order
            return CandidateDecision(
                order_id=order.id,
                account_id=order.account_id,
                reason=reason,
                share=gained.get(index, 0),
            )

        return _Plan(
            eligible=eligible,
            gains=gains,
            outranked=tuple(
                decision(index, reason or Reason.OUTRANKED) for index, reason in enumerate(reasons)
            ),
            won=tuple(decision(index, Reason.WON) for index in eligible),
        )


def _minor(funds: Money | Unlimited | None) -> int | None:
    return funds.minor if isinstance(funds, Money) else None
