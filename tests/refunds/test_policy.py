"""The window is 120 elapsed hours whatever the clocks do; every refusing rule is named."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decisions import Effect, Severity, Verdict
from leadcore.errors import Refused
from leadcore.refunds import policy
from leadcore.refunds.policy import (
    DeniedBefore,
    EarlierRequest,
    RefundFacts,
    RefundQuestion,
    assess,
    window,
)
from leadcore.refunds.reasons import RefundReason
from leadcore.refunds.record import KeptSale, RefundRecord
from leadcore.refunds.terms import (
    LimitPer,
    RateOf,
    RefundClock,
    RefundTerms,
    ReturnLimit,
    ReturnRate,
)
from leadcore.submissions import LeadKind
from leadcore.testing.strategies import instants, refund_cases, zone_edges, zones
from leadcore.values import Money

SOLD = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
ASKED = RefundQuestion(reason="wrong_number", detail="asked the person")
FACTS = RefundFacts(lead_kind=LeadKind.WEB, sold_at=SOLD)


TERMS = RefundTerms()


def rules(question=ASKED, facts=FACTS, at=SOLD + HOUR, terms=TERMS):
    decision = assess(question, facts, at=at, rules=terms)
    assert (decision.verdict is Verdict.DENIED) == bool(decision.rules)
    return list(decision.rules)


@given(refund_cases())
def test_the_verdict_is_the_one_the_case_was_made_for(case):
    decision = assess(case.question, case.facts, at=case.at, rules=case.terms)
    assert set(decision.rules) == case.rules


@given(zone_edges() | instants(), zones())
def test_the_window_is_120_elapsed_hours_whatever_the_clocks_do(sold, zone):
    span = window(RefundTerms(zone=zone), sold)
    assert (span.opens_at, span.closes_at - sold) == (sold, timedelta(hours=120))
    facts = replace(FACTS, sold_at=sold)
    assert rules(facts=facts, at=span.closes_at) == []
    assert rules(facts=facts, at=span.closes_at + TICK) == ["RET-LATE"]


@given(refund_cases(rules=frozenset({"RET-LATE"})), st.integers(0, 10**12))
def test_once_late_always_late(case, later):
    at = case.at + later * TICK
    assert "RET-LATE" in assess(case.question, case.facts, at=at, rules=case.terms).rules


def test_days_for_hours_would_be_found():
    """The planted error: five local days instead of 120 hours moves the end at a clock change."""

    def five_days(at, hours):
        local = at.astimezone(ZoneInfo("America/New_York"))
        return (local + timedelta(days=hours // 24)).astimezone(UTC)

    with patch.object(policy, "elapsed_hours_after", five_days), pytest.raises(AssertionError):
        test_the_window_is_120_elapsed_hours_whatever_the_clocks_do()


def test_a_minimum_age_opens_the_window_late():
    terms = RefundTerms(min_age_hours=96)
    opens = SOLD + 96 * HOUR
    assert rules(at=opens, terms=terms) == []
    assert rules(at=opens - TICK, terms=terms) == ["RET-EARLY"]
    decision = assess(ASKED, FACTS, at=opens - TICK, rules=terms)
    assert decision.next_permitted_at == opens


def test_before_the_sale_is_its_own_answer():
    assert rules(at=SOLD) == []
    assert rules(at=SOLD - TICK) == ["RET-BEFORE-SALE"]
    assert assess(ASKED, FACTS, at=SOLD - TICK, rules=RefundTerms()).next_permitted_at == SOLD


def test_terms_that_never_open_say_so():
    never = RefundTerms(min_age_hours=10, max_age=5)
    assert rules(at=SOLD + 7 * HOUR, terms=never) == ["RET-EARLY", "RET-LATE"]
    assert assess(ASKED, FACTS, at=SOLD, rules=never).next_permitted_at is None


@pytest.mark.parametrize(
    ("clock", "sold", "last"),
    [
        # The day of sale is day zero; the last day counts whole, in the seller's zone.
        (RefundClock.CALENDAR_DAYS, "2026-10-29T16:00", "2026-11-04T04:59:59.999999"),
        (RefundClock.CALENDAR_DAYS, "2026-03-05T03:00", "2026-03-10T03:59:59.999999"),
        (RefundClock.BUSINESS_DAYS, "2026-11-23T16:00", "2026-12-02T04:59:59.999999"),
        (RefundClock.BUSINESS_DAYS, "2026-11-14T16:00", "2026-11-21T04:59:59.999999"),
    ],
)
def test_day_clocks_count_the_last_day_whole(clock, sold, last):
    terms = RefundTerms(clock=clock, max_age=5)
    end = datetime.fromisoformat(last).replace(tzinfo=UTC)
    facts = replace(FACTS, sold_at=datetime.fromisoformat(sold).replace(tzinfo=UTC))
    assert window(terms, facts.sold_at).closes_at == end
    assert rules(facts=facts, at=end, terms=terms) == []
    assert rules(facts=facts, at=end + TICK, terms=terms) == ["RET-LATE"]


def test_no_business_days_at_all_is_the_day_of_sale():
    terms = RefundTerms(clock=RefundClock.BUSINESS_DAYS, max_age=0, zone="UTC")
    end = datetime(2026, 11, 16, 23, 59, 59, 999999, tzinfo=UTC)
    assert window(terms, SOLD).closes_at == end


def test_an_exception_lifts_the_late_rule_only():
    late = SOLD + 121 * HOUR
    excused = replace(FACTS, exception_granted=True)
    assert rules(at=late) == ["RET-LATE"]
    assert rules(facts=excused, at=late) == []
    not_listed = replace(ASKED, reason="not_interested")
    assert rules(not_listed, excused, late) == ["RET-REASON"]
    early = RefundTerms(min_age_hours=96)
    assert rules(facts=excused, terms=early) == ["RET-EARLY"]


@pytest.mark.parametrize("detail", ["", " ", "\n\t"])
def test_a_request_says_in_words_what_was_found(detail):
    assert rules(replace(ASKED, detail=detail)) == ["RET-DETAIL"]


def test_a_duplicate_names_the_other_lead_unless_the_terms_do_without():
    duplicate = replace(ASKED, reason="duplicate")
    assert rules(duplicate) == ["RET-DETAIL"]
    assert rules(replace(duplicate, other_lead="l1")) == []
    assert rules(duplicate, terms=RefundTerms(duplicate_names_lead=False)) == []


def test_a_full_mailbox_needs_four_different_days():
    full = replace(ASKED, reason="voicemail_full")
    days = [date(2026, 11, day) for day in (16, 17, 18, 19)]
    assert rules(full, replace(FACTS, attempt_days=frozenset(days))) == []
    assert rules(full, replace(FACTS, attempt_days=frozenset(days[:3]))) == ["RET-ATTEMPTS"]


@pytest.mark.parametrize(("recorded", "found"), [(True, []), (False, 1), (None, 1)])
def test_a_live_call_is_verified_by_its_recording_only(recorded, found):
    facts = replace(FACTS, lead_kind=LeadKind.LIVE_CALL, recorded=recorded)
    assert rules(facts=facts) == (found and ["RET-RECORDING"])


@pytest.mark.parametrize(
    ("earlier", "once", "again"),
    [
        (None, [], []),
        (EarlierRequest.PENDING, ["RET-ONCE"], ["RET-ONCE"]),
        (EarlierRequest.APPROVED, ["RET-ONCE"], ["RET-ONCE"]),
        (EarlierRequest.DENIED, ["RET-ONCE"], []),
    ],
)
def test_a_lead_is_returned_once(earlier, once, again):
    facts = replace(FACTS, earlier=earlier)
    assert rules(facts=facts) == once
    assert rules(facts=facts, terms=RefundTerms(resubmit=True)) == again


def test_every_refusing_rule_is_named():
    facts = replace(
        FACTS, lead_kind=LeadKind.LIVE_CALL, recorded=False, earlier=EarlierRequest.PENDING
    )
    question = RefundQuestion(reason="spam", detail="")
    found = rules(question, facts, SOLD + 121 * HOUR)
    assert found == ["RET-LATE", "RET-REASON", "RET-DETAIL", "RET-RECORDING", "RET-ONCE"]
    decision = assess(question, facts, at=SOLD + 121 * HOUR, rules=RefundTerms())
    assert decision.next_permitted_at is None
    with pytest.raises(Refused, match="RET-LATE"):
        decision.require()


def test_an_eligible_request_is_told_until_when():
    decision = assess(ASKED, FACTS, at=SOLD, rules=RefundTerms())
    assert decision.holds_until == SOLD + 120 * HOUR
    assert [finding.rule for finding in decision.determining] == ["RET-WINDOW"]
    assert decision.next_permitted_at == SOLD


def test_terms_nobody_changed():
    assert (TERMS.clock, TERMS.min_age_hours, TERMS.max_age) == (RefundClock.ELAPSED_HOURS, 0, 120)
    assert (TERMS.zone, TERMS.verification_days) == ("America/New_York", (2, 5))
    assert (TERMS.resubmit, TERMS.duplicate_names_lead) == (False, True)


def test_what_terms_and_requests_are_kept_as():
    assert [each.value for each in RefundClock] == [
        "elapsed_hours",
        "calendar_days",
        "business_days",
    ]
    assert [each.value for each in EarlierRequest] == ["unknown", "pending", "approved", "denied"]


def test_a_finding_says_by_what_it_was_found():
    late = assess(ASKED, FACTS, at=SOLD + 121 * HOUR, rules=TERMS)
    (finding,) = late.findings
    assert (finding.effect, finding.severity) == (Effect.DENY, Severity.POLICY)
    assert finding.citation == "the seller's refund terms"
    assert finding.evidence == (
        f"sold_at={SOLD.isoformat()}",
        f"requested_at={(SOLD + 121 * HOUR).isoformat()}",
    )
    assert (late.rulebook, late.why_never) == ("refund-terms/1", None)
    (within,) = assess(ASKED, FACTS, at=SOLD, rules=TERMS).findings
    assert (within.effect, within.severity) == (Effect.PERMIT, Severity.POLICY)
    assert (within.citation, within.until) == (finding.citation, SOLD + 120 * HOUR)


def test_the_same_request_may_succeed_later_only_where_time_alone_refuses():
    waiting = RefundTerms(min_age_hours=96)
    opens = SOLD + 96 * HOUR

    def again(question=ASKED, at=SOLD, terms=waiting):
        return assess(question, FACTS, at=at, rules=terms).next_permitted_at

    assert again() == opens
    assert again(at=SOLD - TICK) == opens
    assert again(replace(ASKED, detail="")) is None
    assert again(at=opens) == opens
    assert again(at=opens + HOUR) == opens + HOUR
    instant_only = RefundTerms(min_age_hours=120)  # opens and closes at the same instant
    assert again(terms=instant_only) == SOLD + 120 * HOUR
    assert again(terms=RefundTerms(min_age_hours=121)) is None


def test_one_business_day_is_the_next_one():
    terms = RefundTerms(clock=RefundClock.BUSINESS_DAYS, max_age=1, zone="UTC")
    end = datetime(2026, 11, 17, 23, 59, 59, 999999, tzinfo=UTC)
    assert window(terms, SOLD).closes_at == end


def test_an_unknown_earlier_request_counts():
    unknown = replace(FACTS, earlier=EarlierRequest.UNKNOWN)
    assert rules(facts=unknown, terms=RefundTerms(resubmit=True)) == ["RET-ONCE"]


def test_when_returns_close_is_said_as_people_read_it():
    assert policy._shown(datetime(2026, 11, 21, 6, 56, 45, tzinfo=UTC)) == "2026-11-21 06:56:45 UTC"


def test_a_denied_request_is_made_again_so_often_and_so_soon():
    denied = DeniedBefore(times=2, at=SOLD + 100 * HOUR, in_time=True)
    facts = replace(FACTS, earlier=EarlierRequest.DENIED, denied=denied)

    def again(at=SOLD + 101 * HOUR, facts=facts, **more):
        return rules(facts=facts, at=at, terms=RefundTerms(resubmit=True, **more))

    assert again(resubmit_times=2) == []
    assert again(resubmit_times=1) == ["RET-RESUBMIT"]
    assert again(resubmit_hours=48) == []
    ends = SOLD + 148 * HOUR
    # The hours after the denial count instead of the window.
    assert again(ends, resubmit_hours=48) == []
    assert again(ends) == ["RET-LATE"]
    assert again(ends + TICK, resubmit_hours=48) == ["RET-RESUBMIT"]
    assert again(denied.at - TICK, resubmit_hours=48) == ["RET-RESUBMIT"]
    both = again(ends + TICK, resubmit_hours=48, resubmit_times=0)
    assert both == ["RET-RESUBMIT"]
    # One that was late before is late again; what is not known is not allowed.
    late = replace(facts, denied=replace(denied, in_time=False))
    assert again(ends, late, resubmit_hours=48) == ["RET-LATE"]
    unknown = replace(facts, denied=None)
    assert again(facts=unknown, resubmit_times=9) == ["RET-RESUBMIT"]
    assert again(facts=unknown) == []
    assert rules(facts=facts, terms=RefundTerms(resubmit_hours=48)) == ["RET-ONCE"]


def test_a_reason_may_ask_for_documents_and_a_recording():
    shown = RefundReason(code="wrong_number", label="W", documents=2, recording=True)
    terms = RefundTerms(reasons=(shown,))
    recorded = replace(FACTS, recorded=True)
    assert rules(terms=terms) == ["RET-DOCUMENT", "RET-RECORDING"]
    for documents, wrong in ((("a", "b"), []), (("a", "a", " "), ["RET-DOCUMENT"])):
        asked = replace(ASKED, documents=documents)
        assert rules(asked, recorded, terms=terms) == wrong
    (finding,) = assess(
        replace(ASKED, documents=("a", "b")), FACTS, at=SOLD, rules=terms
    ).determining
    assert finding.sentence == "This reason is shown by a recording, and there is none at hand."


def test_rates_and_limits_refuse_and_say_what_they_counted():
    sale = KeptSale(id="s", order_id="o", price=Money(2_500, "USD"), sold_at=SOLD)
    record = RefundRecord(sale=sale, amount=sale.price, sales=(sale,))
    facts = replace(FACTS, record=record)
    terms = RefundTerms(
        rates=(ReturnRate(rate=1250), ReturnRate(rate=9999, of=RateOf.MONEY)),
        limits=(ReturnLimit(most=0, per=LimitPer.DAY), ReturnLimit(most=1, per=LimitPer.MONTH)),
    )
    assert rules(facts=facts, terms=terms) == ["RET-RATE", "RET-LIMIT"]
    leads, money, made = assess(ASKED, facts, at=SOLD, rules=terms).determining
    assert leads.sentence == "At most 12.5 % of what was bought may be returned: 0 leads."
    assert leads.evidence == ("returned=0", "allowed=0", "bought=1", "over=calendar_month")
    assert money.sentence == "At most 99.99 % of what was bought may be returned: 2499 minor units."
    assert made.sentence == "An account may ask for at most 0 returns a day."
    open_terms = RefundTerms(
        rates=(ReturnRate(rate=10_000),), limits=(ReturnLimit(most=1, per=LimitPer.DAY),)
    )
    assert rules(facts=facts, terms=open_terms) == []
    # What is not known is not allowed.
    assert rules(terms=open_terms) == ["RET-RATE", "RET-LIMIT"]
    assert rules(terms=replace(open_terms, rates=())) == ["RET-LIMIT"]
    assert rules(terms=replace(open_terms, limits=())) == ["RET-RATE"]


def test_an_orders_own_maximum_is_a_rule_of_its_own():
    assert rules(facts=replace(FACTS, order_full=True)) == ["RET-ORDER-RATE"]
