"""Which leads belong to a report: never a test, never beyond the wall, each edge on one side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.dashboard.asking import (
    ReportQuery,
    belongs,
    counted_at,
    held,
    money_account,
    staff_only,
)
from leadcore.downline import Reach, Scope, Tree
from leadcore.errors import NotFound
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.values import Money

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOLD = AT + timedelta(hours=1)
TICK = timedelta(microseconds=1)
TREE = Tree({"top": None, "below": "top"})
FRESH = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=Submission(source=Source(format="json")),
    status=LeadStatus.RECEIVED,
    received_at=AT,
)
HELD = replace(
    FRESH,
    status=LeadStatus.SOLD,
    sale=Sale(
        id="sale",
        lead_id="l",
        order_id="o",
        account_id="a",
        user_id="below",
        price=Money(1, "USD"),
        sold_at=SOLD,
    ),
    assigned_to="below",
    held_since=SOLD,
)
STAFF = ReportQuery(seller_id="s")


def seen(reach, account="a", user="top"):
    return replace(STAFF, scope=Scope(account_id=account, user_id=user, reach=reach))


def test_the_staff_counts_what_was_received_and_an_account_what_it_bought():
    assert counted_at(HELD, STAFF) == AT
    assert counted_at(HELD, STAFF, by_sale=True) == SOLD
    assert counted_at(FRESH, STAFF, by_sale=True) is None
    for query in (replace(STAFF, account_id="a"), seen(Reach.ACCOUNT)):
        assert query.of_holder
        assert counted_at(HELD, query) == SOLD
        assert counted_at(FRESH, query) is None
        assert not belongs(FRESH, query, TREE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (STAFF, True),
        (replace(STAFF, seller_id="other"), False),
        (replace(STAFF, account_id="a"), True),
        (replace(STAFF, account_id="b"), False),
        (seen(Reach.NOTHING), False),
        (seen(Reach.OWN), False),
        (seen(Reach.OWN, user="below"), True),
        (seen(Reach.DOWNLINE), True),
        (seen(Reach.DOWNLINE, user="beside"), False),
        (seen(Reach.ACCOUNT), True),
        (seen(Reach.ACCOUNT, account="b"), False),
    ],
)
def test_nobody_sees_beyond_their_scope(query, expected):
    assert held(HELD, query, TREE) is expected
    assert belongs(HELD, query, TREE) is expected


def test_what_was_returned_is_nobodys():
    returned = replace(HELD, status=LeadStatus.REFUNDED)
    assert not held(returned, seen(Reach.ACCOUNT), TREE)
    assert held(returned, STAFF, TREE)
    assert not held(replace(HELD, assigned_to=None), replace(STAFF, account_id="a"), TREE)


def test_a_test_lead_belongs_to_no_report():
    test = replace(HELD, submission=replace(HELD.submission, test=True))
    assert not belongs(test, STAFF, TREE)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (AT, None, True),
        (AT + TICK, None, False),
        (None, AT, False),
        (None, AT + TICK, True),
    ],
)
def test_a_window_holds_its_first_instant_and_not_its_last(since, until, expected):
    assert belongs(FRESH, replace(STAFF, since=since, until=until), TREE) is expected


def test_only_the_kind_that_was_asked_for():
    assert belongs(FRESH, replace(STAFF, kind=LeadKind.WEB), TREE)
    assert not belongs(FRESH, replace(STAFF, kind=LeadKind.LIVE_CALL), TREE)


def test_money_is_shown_to_whoever_sees_all_of_the_account():
    assert money_account(STAFF) is None
    assert money_account(replace(STAFF, account_id="a")) == "a"
    assert money_account(replace(seen(Reach.ACCOUNT), account_id="other")) == "a"
    for reach in (Reach.NOTHING, Reach.OWN, Reach.DOWNLINE):
        with pytest.raises(NotFound, match="money"):
            money_account(seen(reach))


def test_why_leads_were_not_delivered_is_the_sellers_business():
    staff_only(STAFF)
    assert not STAFF.of_holder
    for query in (seen(Reach.ACCOUNT), replace(STAFF, account_id="a")):
        with pytest.raises(NotFound, match="undelivered"):
            staff_only(query)
