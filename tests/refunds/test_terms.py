"""Terms that make no sense are told by path, and terms nobody changed bind nothing more."""

import pytest
from attrs import evolve as replace

from leadcore import wire
from leadcore.refunds.kernel import Round
from leadcore.refunds.reasons import REASONS, RefundReason
from leadcore.refunds.terms import (
    AccountHistory,
    Authority,
    AutoApproval,
    Deed,
    Evidence,
    LimitPer,
    RateOf,
    RateOver,
    RefundClock,
    RefundShare,
    RefundTerms,
    Remedy,
    ReturnLimit,
    ReturnRate,
    Rounding,
    terms_problems,
)
from leadcore.values import Money

FULL = RefundTerms(
    resubmit=True,
    resubmit_times=2,
    resubmit_hours=48,
    rates=(
        ReturnRate(rate=1500, of=RateOf.MONEY, over=RateOver.ROLLING_DAYS, days=30, least=10),
        ReturnRate(rate=10_000, over=RateOver.ORDER, rounding=Rounding.UP),
    ),
    limits=(ReturnLimit(most=3, per=LimitPer.DAY), ReturnLimit(most=0, per=LimitPer.MONTH)),
    remedy=Remedy.REPLACEMENT,
    shares=(RefundShare(rate=5000, reasons=frozenset({"spam"}), from_hours=72),),
    auto_approvals=(
        AutoApproval(
            id="small",
            reasons=frozenset({"disconnected_number"}),
            at_most=Money(2500, "USD"),
            evidence=frozenset(Evidence),
            within_hours=24,
            history=AccountHistory(days=90, least=20, rate=1000),
        ),
        AutoApproval(id="any"),
    ),
    authorities=(Authority(by="vera", deeds=frozenset(Deed), at_most=Money(0, "USD")),),
)


def problems(**changed):
    found = terms_problems(replace(RefundTerms(), **changed), "USD")
    return [(problem.path, problem.message) for problem in found]


def paths(**changed):
    return [path for path, _ in problems(**changed)]


def test_terms_that_make_sense():
    assert problems() == []
    assert list(terms_problems(FULL, "USD")) == []


def test_terms_nobody_changed():
    """Five periods of 24 hours, all reasons alike, answered within 2 to 5 business days."""
    plain = RefundTerms()
    assert (plain.clock, plain.min_age_hours, plain.max_age) == (RefundClock.ELAPSED_HOURS, 0, 120)
    assert (plain.zone, plain.verification_days) == ("America/New_York", (2, 5))
    assert (plain.reasons, plain.duplicate_names_lead, plain.resubmit) == (REASONS, True, False)
    assert (plain.resubmit_times, plain.resubmit_hours, plain.remedy) == (None, None, Remedy.CREDIT)
    assert () == plain.rates == plain.limits == plain.shares
    assert () == plain.auto_approvals == plain.authorities
    rate = ReturnRate(rate=1)
    assert (rate.of, rate.over, rate.days) == (RateOf.LEADS, RateOver.CALENDAR_MONTH, 30)
    assert (rate.rounding, rate.least) == (Rounding.DOWN, 0)
    assert (RefundShare(rate=1).reasons, RefundShare(rate=1).from_hours) == (None, 0)


def test_the_longest_spans_and_the_shortest():
    for number in (0, 100_000):
        assert paths(min_age_hours=number, max_age=number, resubmit_hours=number) == []
    history = AccountHistory(days=0, least=0, rate=0)
    assert paths(auto_approvals=(AutoApproval(id="r", within_hours=0, history=history),)) == []
    assert problems(max_age=-1) == [("max_age", "a whole number from 0 to 100000")]


def test_what_is_wrong_is_said():
    rule = AutoApproval(id=" ")
    below = Authority(by="", at_most=Money(-1, "USD"))
    reason = RefundReason(code="", label="X")
    said = problems(
        reasons=(reason,), auto_approvals=(rule,), authorities=(below,), verification_days=(3, 2)
    )
    assert said == [
        ("verification_days", "the least is at least 1, the most no less"),
        ("reasons[0].code", "a name that no other reason has"),
        ("auto_approvals[0].id", "a name that no other rule has"),
        ("authorities[0].by", "names a person"),
        ("authorities[0].at_most", "is at least zero"),
    ]


def test_terms_are_written_and_read_back():
    assert wire.load(RefundTerms, wire.dump(FULL)) == FULL
    plain = wire.dump(RefundTerms())
    assert wire.load(RefundTerms, plain) == RefundTerms()
    assert {"rates", "limits", "shares", "auto_approvals", "resubmit_times"}.isdisjoint(plain)


@pytest.mark.parametrize("number", [-1, 100_001, True])
def test_spans_are_whole_numbers_that_can_be_added(number):
    wanted = ["min_age_hours", "max_age", "resubmit_times", "resubmit_hours"]
    assert paths(**dict.fromkeys(wanted, number)) == wanted
    # The parts hold them as well.
    assert paths(rates=(ReturnRate(rate=1, days=number, least=number),)) == [
        "rates[0].days",
        "rates[0].least",
    ]
    assert paths(limits=(ReturnLimit(most=number, per=LimitPer.DAY),)) == ["limits[0].most"]
    assert paths(shares=(RefundShare(rate=1, from_hours=number),)) == ["shares[0].from_hours"]
    reason = RefundReason(code="x", label="X", attempt_days=number, documents=number)
    assert paths(reasons=(reason,)) == ["reasons[0].attempt_days", "reasons[0].documents"]
    rule = AutoApproval(
        id="r",
        within_hours=number,
        history=AccountHistory(days=number, least=number, rate=0),
    )
    where = ["within_hours", "history.days", "history.least"]
    assert paths(auto_approvals=(rule,)) == [f"auto_approvals[0].{each}" for each in where]


@pytest.mark.parametrize(("rate", "wrong"), [(-1, 1), (0, 0), (10_000, 0), (10_001, 1), (True, 1)])
def test_rates_are_hundredths_of_a_per_cent(rate, wrong):
    assert paths(rates=(ReturnRate(rate=rate),)) == ["rates[0].rate"] * wrong
    assert paths(shares=(RefundShare(rate=rate),)) == ["shares[0].rate"] * wrong
    history = AccountHistory(days=1, least=1, rate=rate)
    rule = AutoApproval(id="r", history=history)
    assert paths(auto_approvals=(rule,)) == ["auto_approvals[0].history.rate"] * wrong


@pytest.mark.parametrize(
    ("days", "wrong"), [((1, 1), 0), ((0, 3), 1), ((5, 2), 1), ((-1, 2), 1), ((1, 100_001), 1)]
)
def test_verification_takes_a_day_at_least(days, wrong):
    assert paths(verification_days=days) == ["verification_days"] * wrong


def test_names_are_names_and_named_once():
    reason = RefundReason(code="x", label="X")
    assert paths(reasons=(reason, reason)) == ["reasons[1].code"]
    assert paths(reasons=(replace(reason, code=" "),)) == ["reasons[0].code"]
    assert paths(auto_approvals=(AutoApproval(id="r"), AutoApproval(id="r"))) == [
        "auto_approvals[1].id"
    ]
    assert paths(auto_approvals=(AutoApproval(id=""),)) == ["auto_approvals[0].id"]
    assert paths(authorities=(Authority(by=" "),)) == ["authorities[0].by"]


def test_reasons_are_those_of_the_list():
    wrong = frozenset({"spam", "not_interested"})
    said = "'not_interested' is none of the seller's reasons"
    assert problems(shares=(RefundShare(rate=1, reasons=wrong),)) == [("shares[0].reasons", said)]
    assert problems(auto_approvals=(AutoApproval(id="r", reasons=wrong),)) == [
        ("auto_approvals[0].reasons", said)
    ]


def test_amounts_are_the_sellers():
    for amount, wrong in ((Money(-1, "USD"), 1), (Money(0, "USD"), 0), (Money(-1, "EUR"), 2)):
        assert (
            paths(authorities=(Authority(by="v", at_most=amount),))
            == ["authorities[0].at_most"] * wrong
        )
        assert (
            paths(auto_approvals=(AutoApproval(id="r", at_most=amount),))
            == ["auto_approvals[0].at_most"] * wrong
        )


def test_words_that_are_kept():
    assert [each.value for each in Rounding] == ["down", "up", "nearest"]
    assert [each.kernel for each in Rounding] == [Round.DOWN, Round.UP, Round.NEAREST]
    assert [each.value for each in RefundClock] == [
        "elapsed_hours",
        "calendar_days",
        "business_days",
    ]
    assert [each.value for each in RateOver] == ["rolling_days", "calendar_month", "order"]
    assert [each.value for each in RateOf] == ["leads", "money"]
    assert [each.value for each in LimitPer] == ["day", "month"]
    assert [each.value for each in Remedy] == ["credit", "replacement"]
    assert [each.value for each in Evidence] == [
        "attempts",
        "recording",
        "document",
        "other_lead",
    ]
    assert [each.value for each in Deed] == ["grant", "approve", "decline", "reverse", "reinstate"]
