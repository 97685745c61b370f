"""Notices count once, older ones overwrite nothing, and what can't be true is recorded."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.payments import (
    Answer,
    BonusBack,
    BonusFacts,
    DeclineReason,
    DisputeStatus,
    News,
    Notice,
    PaymentMethod,
    PaymentRequested,
    Progress,
    RepaymentRequested,
    evolve,
)
from leadcore.payments.news import charge_events, notice_events, repayment_events
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
P = Progress


def usd(minor):
    return Money(minor, "USD")


STATE = evolve(
    None,
    PaymentRequested(
        payment_id="p",
        seller_id="s",
        account_id="a",
        amount=usd(1000),
        method=PaymentMethod(token="pm_1"),
        at=AT,
    ),
)
CHARGED = Notice(id="e1", reference="ch_1", news=News.CHARGE, progress=P.SUCCEEDED, occurred_at=AT)
LOST = Notice(
    id="e2",
    reference="ch_1",
    news=News.DISPUTE,
    subject="dp_1",
    dispute=DisputeStatus.LOST,
    amount=usd(1000),
    occurred_at=AT,
)


def take(state, *notices):
    for notice in notices:
        state = fold(evolve, state, notice_events(state, notice, AT))
    return state


def charge(state, progress, **more):
    told = Answer(progress=progress, **more)
    return fold(evolve, state, charge_events(state, told, source="answer", at=AT))


PAID = take(STATE, CHARGED)


def words(state):
    return [each.words for each in state.contradictions]


def test_a_notice_counts_once():
    assert (PAID.progress, PAID.reference, PAID.notices) == (P.SUCCEEDED, "ch_1", ("e1",))
    assert take(PAID, CHARGED) == PAID
    late = replace(CHARGED, id="e0", progress=P.PENDING)
    assert take(PAID, late) == replace(PAID, notices=("e1", "e0"))


@pytest.mark.parametrize("first", [P.SUCCEEDED, P.DECLINED])
def test_of_two_ends_the_first_counts_and_the_other_is_recorded_once(first):
    other = P.DECLINED if first is P.SUCCEEDED else P.SUCCEEDED
    state = charge(charge(STATE, first), other)
    assert state.progress is first
    assert words(state) == [f"the charge is {other.value}, it was {first.value}"]
    assert charge(state, other) == state


def test_what_is_told_of_a_charge():
    assert charge(STATE, P.UNKNOWN).progress is P.UNKNOWN
    pending = charge(STATE, P.PENDING, reference="ch_1")
    assert (pending.progress, pending.reference) == (P.PENDING, "ch_1")
    assert charge(pending, P.UNKNOWN) == pending
    declined = charge(pending, P.DECLINED, code="do_not_honor")
    assert (declined.reason, declined.code) == (DeclineReason.REFUSED, "do_not_honor")
    told = charge(pending, P.DECLINED, reason=DeclineReason.EXPIRED)
    assert (told.reason, told.reference) == (DeclineReason.EXPIRED, "ch_1")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"amount": usd(999)}, "about 9.99 USD"), ({"reference": "ch_2"}, "about ch")],
)
def test_news_of_something_else_credit_nothing(change, said):
    pending = charge(STATE, P.PENDING, reference="ch_1")
    state = charge(pending, P.SUCCEEDED, **change)
    assert state.progress is P.PENDING
    assert [said in each for each in words(state)] == [True]
    noticed = take(pending, replace(CHARGED, **change))
    assert noticed.progress is P.PENDING
    assert noticed.notices == ("e1",)


def asked(state=PAID):
    event = RepaymentRequested(
        repayment_id="r", amount=usd(400), by="staff", reason="closing", at=AT
    )
    return evolve(state, event)


@pytest.mark.parametrize("by", ["r", "re_1"])
def test_a_repayment_is_told_by_our_id_or_theirs(by):
    known = Answer(progress=P.PENDING, reference="re_1")
    state = asked()
    state = fold(
        evolve, state, repayment_events(state, state.repayments[0], known, source="a", at=AT)
    )
    notice = replace(CHARGED, id="e3", news=News.REPAYMENT, subject=by)
    assert take(state, notice).repayments[0].progress is P.SUCCEEDED


def test_repayments_go_on_and_are_the_right_ones():
    state = asked()
    for progress in (P.UNKNOWN, P.PENDING, P.SUCCEEDED, P.DECLINED):
        told = Answer(progress=progress)
        (event,) = repayment_events(state, state.repayments[0], told, source="answer", at=AT)
        state = evolve(state, event)
        assert state.repayments[0].progress is progress
        again = repayment_events(state, state.repayments[0], told, source="answer", at=AT)
        assert again == ()
    wrong = replace(CHARGED, id="e3", news=News.REPAYMENT, subject="r", amount=usd(1))
    assert words(take(asked(), wrong)) == [
        "it is about 0.01 USD, the repayment r is about 4.00 USD"
    ]
    stranger = replace(wrong, subject="re_9")
    assert words(take(asked(), stranger)) == [
        "repayment re_9 was made, and nobody asked for it here"
    ]


@pytest.mark.parametrize(
    ("left", "outstanding", "available", "back"),
    [
        (40, 40, 0, (40, 0)),  # what is reserved with the repayment can be taken, and no more
        (40, 40, -10, (30, 10)),
        (15, 40, 60, (15, 25)),
        (0, 25, 60, (0, 25)),  # the rest of it expired
        (0, 0, 60, None),
    ],
)
def test_bonus_comes_back_once_its_repayment_succeeds(left, outstanding, available, back):
    bonus = BonusFacts(left=left, outstanding=outstanding, available=available)
    asking = RepaymentRequested(
        repayment_id="r", amount=usd(400), bonus=usd(40), by="staff", reason="closing", at=AT
    )
    state = evolve(PAID, asking)

    def after(progress):
        told = Answer(progress=progress)
        events = repayment_events(
            state, state.repayments[0], told, source="answer", at=AT, bonus=bonus
        )
        return fold(evolve, state, events).repayments[0]

    expected = back and BonusBack(taken=usd(back[0]), made_good=usd(back[1]))
    assert after(P.SUCCEEDED).bonus_back == expected
    for progress in (P.UNKNOWN, P.PENDING, P.DECLINED):
        assert (after(progress).progress, after(progress).bonus_back) == (progress, None)


def test_a_dispute_is_opened_and_decided_once():
    opened = replace(LOST, id="e3", dispute=DisputeStatus.OPEN, code="fraudulent")
    won = replace(LOST, id="e4", dispute=DisputeStatus.WON)
    assert take(PAID, opened).disputes[0].status is DisputeStatus.OPEN
    state = take(PAID, won, opened)
    assert state.disputes[0].status is DisputeStatus.WON
    state = take(state, LOST)
    assert (state.disputes[0].status, words(state)) == (
        DisputeStatus.WON,
        ["dispute dp_1 is lost, it was won"],
    )


def test_a_lost_dispute_takes_no_more_than_is_left():
    assert take(PAID, LOST).disputes[0].taken == usd(1000)
    state = take(asked(), LOST)
    assert state.disputes[0].taken == usd(600)
    assert words(state) == [
        "dispute dp_1 took 10.00 USD, and only 6.00 USD was left of the payment"
    ]


def test_a_dispute_of_what_never_was():
    declined = charge(STATE, P.DECLINED)
    assert words(take(declined, LOST)) == ["dispute dp_1 is about a charge that was declined"]
    foreign = replace(LOST, amount=Money(5, "EUR"))
    state = take(PAID, foreign)
    assert (state.disputes, words(state)) == (
        (),
        ["dispute dp_1 is about 0.05 EUR, the payment is 10.00 USD"],
    )


@given(st.permutations([CHARGED, LOST, replace(LOST, id="e3", dispute=DisputeStatus.OPEN)]))
def test_disputes_and_charges_may_be_told_in_any_order(notices):
    state = take(STATE, *notices)
    assert (state.progress, state.disputes[0].status) == (P.SUCCEEDED, DisputeStatus.LOST)
    assert state.disputes[0].taken == usd(1000)
    assert state.contradictions == ()
