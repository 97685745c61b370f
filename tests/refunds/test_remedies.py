"""What a return is worth, which rule approves it at once, and who may decide."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decisions import Effect, Verdict
from leadcore.errors import Refused
from leadcore.refunds.policy import RefundFacts, RefundQuestion
from leadcore.refunds.record import KeptRequest, KeptSale, RefundRecord
from leadcore.refunds.remedies import approving_rule, authorize, refundable
from leadcore.refunds.terms import (
    AccountHistory,
    Authority,
    AutoApproval,
    Deed,
    Evidence,
    RefundShare,
    RefundTerms,
)
from leadcore.submissions import LeadKind
from leadcore.values import Money

SOLD = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
PRICE = Money(2_501, "USD")
ASKED = RefundQuestion(reason="spam", detail="nonsense")
FACTS = RefundFacts(lead_kind=LeadKind.WEB, sold_at=SOLD)


def back(*shares, reason="spam", at=SOLD):
    terms = RefundTerms(shares=shares)
    return refundable(terms, PRICE, reason=reason, sold_at=SOLD, at=at).minor


def test_the_first_share_that_holds_counts_and_else_the_whole_price():
    late = RefundShare(rate=2500, from_hours=72)
    spam = RefundShare(rate=5000, reasons=frozenset({"spam"}))
    assert back() == 2_501
    assert back(late, spam) == 1_251  # half a cent is rounded up
    assert back(late, spam, reason="underage") == 2_501
    assert back(late, spam, at=SOLD + 72 * HOUR) == 625
    assert back(late, spam, at=SOLD + 72 * HOUR - TICK) == 1_251


@given(st.integers(0, 10_000), st.integers(0, 10**12))
def test_never_more_than_the_price_is_given_back(rate, minor):
    terms = RefundTerms(shares=(RefundShare(rate=rate),))
    price = Money(minor, "USD")
    given_back = refundable(terms, price, reason="x", sold_at=SOLD, at=SOLD)
    assert 0 <= given_back.minor <= minor
    assert abs(given_back.minor * 10_000 - minor * rate) <= 5_000


def rule(*rules, question=ASKED, facts=FACTS, amount=PRICE, at=SOLD):
    terms = RefundTerms(auto_approvals=rules)
    found = approving_rule(terms, question, facts, amount, at)
    return None if found is None else found.id


ANY = AutoApproval(id="any")


def test_nothing_is_approved_by_itself_unless_a_rule_says_so():
    assert rule() is None
    assert rule(ANY) == "any"
    assert rule(replace(ANY, id="first"), ANY) == "first"


def test_a_live_call_is_listened_to_by_somebody():
    assert rule(ANY, facts=replace(FACTS, lead_kind=LeadKind.LIVE_CALL, recorded=True)) is None


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({"reasons": frozenset({"spam"})}, True),
        ({"reasons": frozenset({"underage"})}, False),
        ({"at_most": PRICE}, True),
        ({"at_most": Money(2_500, "USD")}, False),
        ({"at_most": Money(9_999, "EUR")}, False),
        ({"within_hours": 0}, True),
    ],
)
def test_all_that_a_rule_names_must_hold(changed, holds):
    assert rule(replace(ANY, **changed)) == ("any" if holds else None)


def test_a_rule_holds_up_to_its_hour():
    soon = replace(ANY, within_hours=24)
    assert rule(soon, at=SOLD + 24 * HOUR) == "any"
    assert rule(soon, at=SOLD + 24 * HOUR + TICK) is None


@pytest.mark.parametrize(
    ("evidence", "there"),
    [
        (Evidence.ATTEMPTS, {"facts": replace(FACTS, attempt_days=frozenset({date(2026, 1, 1)}))}),
        (Evidence.RECORDING, {"facts": replace(FACTS, recorded=True)}),
        (Evidence.DOCUMENT, {"question": replace(ASKED, documents=("scan.pdf",))}),
        (
            Evidence.OTHER_LEAD,
            {
                "question": replace(ASKED, other_lead="l2"),
                "facts": replace(FACTS, same_person=True),
            },
        ),
    ],
)
def test_evidence_must_be_at_hand(evidence, there):
    wanted = replace(ANY, evidence=frozenset({evidence}))
    assert rule(wanted) is None
    assert rule(wanted, question=replace(ASKED, documents=(" ",))) is None
    assert rule(wanted, **there) == "any"


@pytest.mark.parametrize("same", [None, False])
def test_two_leads_that_are_not_known_to_be_one_persons_show_nothing(same):
    wanted = replace(ANY, evidence=frozenset({Evidence.OTHER_LEAD}))
    named = replace(ASKED, other_lead="l2")
    assert rule(wanted, question=named, facts=replace(FACTS, same_person=same)) is None
    assert rule(wanted, facts=replace(FACTS, same_person=True)) is None  # none is named


def test_an_account_that_returns_little_is_believed():
    wanted = replace(ANY, history=AccountHistory(days=30, least=2, rate=5000))
    assert rule(wanted) is None  # nothing is known of it
    sales = tuple(
        KeptSale(id=f"s{number}", order_id="o", price=PRICE, sold_at=SOLD) for number in range(2)
    )
    kept = RefundRecord(sale=sales[0], amount=PRICE, sales=sales)
    assert rule(wanted, facts=replace(FACTS, record=kept)) == "any"
    other = KeptRequest(sale_id="s1", amount=PRICE, requested_at=SOLD, stands=True)
    much = replace(FACTS, record=replace(kept, requests=(other,)))
    assert rule(wanted, facts=much) is None


def may(deed, *authorities, by="vera", amount=PRICE):
    terms = RefundTerms(authorities=authorities)
    decision = authorize(terms, deed, by=by, amount=amount, at=SOLD)
    permitted = decision.verdict is Verdict.PERMITTED
    effect = Effect.PERMIT if permitted else Effect.DENY
    assert [(each.rule, each.effect) for each in decision.findings] == [("RET-AUTHORITY", effect)]
    return permitted


def test_where_nobody_is_named_anybody_may():
    assert all(may(deed) for deed in Deed)


def test_who_is_named_may_what_is_said():
    vera = Authority(by="vera", deeds=frozenset({Deed.DECLINE}))
    assert may(Deed.DECLINE, vera)
    assert not may(Deed.APPROVE, vera)
    assert not may(Deed.DECLINE, vera, by="wim")
    assert may(Deed.APPROVE, vera, Authority(by="vera", at_most=PRICE))
    assert not may(Deed.APPROVE, vera, Authority(by="vera", at_most=Money(2_500, "USD")))


def test_a_refusal_says_who_may_not_do_what():
    terms = RefundTerms(authorities=(Authority(by="vera"),))
    decision = authorize(terms, Deed.APPROVE, by="wim", amount=PRICE, at=SOLD)
    with pytest.raises(Refused, match=r"wim may not approve a return of 25\.01 USD"):
        decision.require()
    assert decision.rulebook == "refund-authority/1"
