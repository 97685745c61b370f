"""Reports on leads: counts that add up, percentiles that are one of the times, honest unknowns."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.dashboard.counting import (
    IN_TIME,
    NO_ORDER,
    DayCount,
    LeadCount,
    WhyNot,
    first_contacts,
    fold_counts,
    fold_days,
    fold_first_contact,
    fold_overdue,
    fold_undelivered,
    rank,
    source_label,
    tried_after,
    why_not,
    with_appointments,
)
from leadcore.dashboard.spans import Days
from leadcore.distribution import CandidateDecision, Reason
from leadcore.intervals import local_date
from leadcore.leads import (
    AttemptOutcome,
    ContactAttempt,
    Lead,
    LeadStatus,
    RefusalReason,
    Sale,
)
from leadcore.submissions import Channel, LeadKind, Source, Submission
from leadcore.values import Money

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
GIVEN = Submission(source=Source(format="json"))
FRESH = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=GIVEN,
    status=LeadStatus.RECEIVED,
    received_at=AT,
)
SALE = Sale(
    id="sale",
    lead_id="l",
    order_id="o",
    account_id="a",
    user_id="u",
    price=Money(1, "USD"),
    sold_at=AT,
)
HELD = replace(FRESH, status=LeadStatus.SOLD, sale=SALE, assigned_to="u", held_since=AT)


def tried(*after):
    attempts = (
        ContactAttempt(
            channel=Channel.CALL, at=AT + each * TICK, by="u", outcome=AttemptOutcome.NO_ANSWER
        )
        for each in after
    )
    return replace(HELD, attempts=tuple(attempts))


DAYS = Days(zone="America/New_York", first=date(2026, 10, 31), last=date(2026, 11, 2))
EDGES = st.sampled_from(DAYS.starts)


@given(st.lists(st.builds(lambda at, ticks: at + ticks * TICK, EDGES, st.integers(-1, 1))))
def test_every_instant_counts_on_its_local_day(instants):
    counted = fold_days(instants, DAYS)
    expected = Counter(local_date(at, DAYS.zone) for at in instants)
    assert {each.day: each.leads for each in counted} == {day: expected[day] for day in DAYS.days}
    assert all(each.appointments is None for each in counted)


def test_appointments_stand_beside_the_leads():
    counted = fold_days([DAYS.opens_at], DAYS)
    both = with_appointments(counted, [DAYS.opens_at, DAYS.closes_at, DAYS.closes_at - TICK], DAYS)
    assert [(each.leads, each.appointments) for each in both] == [(1, 1), (0, 0), (0, 1)]
    assert both[0] == DayCount(day=date(2026, 10, 31), leads=1, appointments=1)


def test_counts_are_by_state_and_kind():
    call = replace(FRESH, submission=replace(GIVEN, kind=LeadKind.LIVE_CALL))
    assert fold_counts([HELD, call, HELD, FRESH]) == (
        LeadCount(status=LeadStatus.RECEIVED, kind=LeadKind.WEB, leads=1),
        LeadCount(status=LeadStatus.RECEIVED, kind=LeadKind.LIVE_CALL, leads=1),
        LeadCount(status=LeadStatus.SOLD, kind=LeadKind.WEB, leads=2),
    )
    assert fold_counts([]) == ()


def test_overdue_is_what_was_due_before_and_nobody_tried():
    due = AT + timedelta(hours=24)
    assert fold_overdue([HELD, tried(1), FRESH], due) == 0
    assert fold_overdue([HELD, tried(1), FRESH, HELD], due + TICK) == 2


def test_the_first_attempt_counts_whatever_was_logged_first():
    assert tried_after(tried(9, 5, 7)) == 5
    assert tried_after(HELD) is None
    assert tried_after(FRESH) is None


@given(st.integers(1, 100), st.integers(1, 1000))
def test_a_rank_is_the_least_that_covers_the_part(percent, number):
    found = rank(percent, number)
    assert 1 <= found <= number
    assert 100 * found >= percent * number > 100 * (found - 1)


@given(st.lists(st.integers(0, 5)), st.integers(0, 6))
def test_who_nobody_tried_counts_as_longer_than_any(times, untried):
    found = first_contacts(sorted(times), len(times) + untried)
    everybody = sorted(times) + [None] * untried
    assert (found.tried, found.untried) == (len(times), untried)
    for percent, told in ((50, found.median), (90, found.ninetieth)):
        place = rank(percent, len(everybody))
        assert told == (everybody[place - 1] if everybody else None)


def test_in_time_is_within_24_hours_inclusive():
    leads = [tried(IN_TIME), tried(IN_TIME + 1), HELD, FRESH]
    leads.append(replace(tried(0), status=LeadStatus.REFUNDED))
    found = fold_first_contact(leads)
    assert (found.tried, found.untried, found.in_time) == (2, 1, 1)
    assert (found.median, found.ninetieth) == (IN_TIME + 1, None)


def offers(*reasons):
    return tuple(
        CandidateDecision(order_id=f"o{number}", account_id="a", reason=reason)
        for number, reason in enumerate(reasons)
    )


UNSOLD = replace(FRESH, status=LeadStatus.UNSOLD)
TWICE = replace(UNSOLD, offers=offers(Reason.FUNDS, Reason.FILLED, Reason.FUNDS))
REFUSED = replace(FRESH, status=LeadStatus.REFUSED, refusals=(RefusalReason.DUPLICATE,))


def test_why_nobody_got_a_lead():
    assert why_not(TWICE) == (("insufficient_funds", 2), ("order_filled", 1))
    assert why_not(UNSOLD) == ((NO_ORDER, 1),)
    assert why_not(REFUSED) == (("duplicate", 1),)
    assert why_not(replace(HELD, offers=TWICE.offers)) == ()
    assert why_not(FRESH) == ()


def test_reasons_are_counted_by_lead_and_by_order():
    filled = replace(UNSOLD, offers=offers(Reason.FILLED))
    assert fold_undelivered([TWICE, filled, REFUSED, HELD]) == (
        WhyNot(reason="order_filled", leads=2, orders=2),
        WhyNot(reason="duplicate", leads=1, orders=1),
        WhyNot(reason="insufficient_funds", leads=1, orders=2),
    )
    assert fold_undelivered([]) == ()


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (Source(format="json", name="  Ad \x00\u202e\n Shop\ud800 "), "Ad Shop"),
        (Source(format="json"), "json"),
        (Source(format="json", name="\n"), "json"),
        (Source(format="\x00"), "unknown"),
        (Source(format="json", name="x" * 500), "x" * 200),
    ],
)
def test_a_source_is_called_by_one_short_line(source, label):
    assert source_label(replace(GIVEN, source=source)) == label
