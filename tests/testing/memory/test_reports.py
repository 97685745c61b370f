"""The reference store's reports: folds over what it holds, and nothing beyond the walls."""

from __future__ import annotations

import pytest

from leadcore.accounts import prepaid_account
from leadcore.dashboard import RateBy, ReportQuery, two_months
from leadcore.downline import Reach, Scope
from leadcore.errors import NotFound
from leadcore.testing import MemoryStore
from leadcore.testing.memory.reports import _sold
from leadcore.testing.scenes import AT, PRICE, Scene


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2, quantity=1).set_up()
    for number in range(3):
        made.receive(number)
    return made


def test_reports_speak_of_what_is_held(scene):
    store, staff = scene.store, ReportQuery(seller_id=scene.seller)
    days = two_months(AT, "UTC")
    assert sum(each.leads for each in store.leads_by_day(staff, days)) == 3
    assert {each.status.value: each.leads for each in store.lead_counts(staff)} == {
        "sold": 2,
        "unsold": 1,
    }
    assert store.overdue_count(staff, AT) == 0
    assert store.first_contact(staff).untried == 2
    assert [each.reason for each in store.undelivered(staff)] == ["order_filled"]
    assert len(store.spend(staff)) == 2
    assert {each.sold for each in store.refund_rates(staff, RateBy.SOURCE)} == {2}
    account = scene.account()
    assert store.statement_summary(prepaid_account(account)).charges == -PRICE


def test_a_viewer_sees_what_is_theirs(scene):
    scope = Scope(account_id=scene.account(), user_id=scene.user(), reach=Reach.OWN)
    own = ReportQuery(seller_id=scene.seller, scope=scope)
    assert sum(each.leads for each in scene.store.lead_counts(own)) == 1
    with pytest.raises(NotFound):
        scene.store.spend(own)


def test_what_was_never_sold_is_in_no_cohort(scene):
    (unsold,) = [lead for lead, _ in scene.store.every("lead") if lead.sale is None]
    assert _sold(scene.store, unsold) is None
