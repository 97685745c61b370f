"""What a return is worth, whether a rule approves it at once, and who may decide on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.intervals import elapsed_hours_after
from leadcore.refunds.kernel import share
from leadcore.refunds.record import history_holds
from leadcore.refunds.terms import Evidence, Rounding
from leadcore.submissions import LeadKind
from leadcore.values import Money, instant

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.refunds.policy import RefundFacts, RefundQuestion
    from leadcore.refunds.record import RefundRecord
    from leadcore.refunds.terms import AutoApproval, Deed, RefundTerms

__all__ = ["approving_rule", "authorize", "refundable"]


def refundable(
    terms: RefundTerms, price: Money, *, reason: str, sold_at: datetime, at: datetime
) -> Money:
    """Give how much of a price a return that is asked for at an instant gives back.

    >>> from datetime import UTC, datetime
    >>> from leadcore.refunds.terms import RefundShare, RefundTerms
    >>> half = RefundTerms(shares=(RefundShare(rate=5000, from_hours=72),))
    >>> day = datetime(2026, 11, 16, tzinfo=UTC)
    >>> print(refundable(half, Money(2501, "USD"), reason="spam", sold_at=day, at=day))
    25.01 USD
    """
    asked = instant(at)
    for part in terms.shares:
        old_enough = elapsed_hours_after(sold_at, part.from_hours) <= asked
        if old_enough and (part.reasons is None or reason in part.reasons):
            return Money(share(price.minor * part.rate, Rounding.NEAREST.kernel), price.currency)
    return price


def approving_rule(
    terms: RefundTerms, question: RefundQuestion, facts: RefundFacts, amount: Money, at: datetime
) -> AutoApproval | None:
    """Give the rule that approves a permitted request at once; None where a person must decide.

    A live call is always listened to by somebody.
    """
    if facts.lead_kind is not LeadKind.WEB:
        return None
    there = _there(question, facts)
    asked = instant(at)
    return next(
        (
            rule
            for rule in terms.auto_approvals
            if (rule.reasons is None or question.reason in rule.reasons)
            and _within(rule.at_most, amount)
            and rule.evidence <= there
            and (
                rule.within_hours is None
                or asked <= elapsed_hours_after(facts.sold_at, rule.within_hours)
            )
            and _behaved(rule, facts.record, asked)
        ),
        None,
    )


def _there(question: RefundQuestion, facts: RefundFacts) -> frozenset[Evidence]:
    found = {
        Evidence.ATTEMPTS: bool(facts.attempt_days),
        Evidence.RECORDING: facts.recorded is True,
        Evidence.DOCUMENT: any(name.strip() for name in question.documents),
        # Any two leads could be named: it shows something where both are known to be one person's.
        Evidence.OTHER_LEAD: bool(question.other_lead) and facts.same_person is True,
    }
    return frozenset(evidence for evidence, there in found.items() if there)


def _within(most: Money | None, amount: Money) -> bool:
    if most is None:
        return True
    return most.currency == amount.currency and amount.minor <= most.minor


def _behaved(rule: AutoApproval, record: RefundRecord | None, at: datetime) -> bool:
    if rule.history is None:
        return True
    return record is not None and history_holds(rule.history, record, at)


def authorize(terms: RefundTerms, deed: Deed, *, by: str, amount: Money, at: datetime) -> Decision:
    """Say whether somebody may do something with a request for an amount.

    The rule is RET-AUTHORITY. Where the terms name nobody, anybody of the seller's staff may.
    """
    mine = [authority for authority in terms.authorities if authority.by == by]
    allowed = not terms.authorities or any(
        (authority.deeds is None or deed in authority.deeds) and _within(authority.at_most, amount)
        for authority in mine
    )
    sentence = (
        f"{by} may {deed.value} it."
        if allowed
        else f"{by} may not {deed.value} a return of {amount}."
    )
    finding = Finding(
        rule="RET-AUTHORITY",
        effect=Effect.PERMIT if allowed else Effect.DENY,
        severity=Severity.POLICY,
        sentence=sentence,
        citation="the seller's refund terms",
    )
    return Decision(
        verdict=Verdict.PERMITTED if allowed else Verdict.DENIED,
        findings=(finding,),
        at=instant(at),
        rulebook="refund-authority/1",
    )
