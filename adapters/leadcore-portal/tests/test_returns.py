"""Returns and their verification: what is listed and left out, every decision and what it moves."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from leadcore.accounts import prepaid_account
from leadcore.leads import LeadStatus
from leadcore.ports import DeedQuery, LeadQuery, RefundQuery
from leadcore.refunds import RefundStatus

ONE = re.compile(r'href="/(?:returns|verification)/([0-9a-f-]{36})"')


def requests(store, status):
    query = RefundQuery(seller_id="demo", account_id="harbor", statuses=frozenset({status}))
    return store.refunds(query)


def held(store):
    return store.balance(prepaid_account("harbor")).available


def test_the_list_is_of_this_month_and_says_what_it_leaves_out(browsers):
    month = browsers("nora").get("/returns").text
    for words in ("Pending: being verified", "Denied", "Approved", "The number is disconnected"):
        assert words in month, words
    assert 'value="2026-11-01"' in month
    assert "outside these dates" not in month
    later = browsers("nora").get("/returns?since=2026-11-21").text
    assert "5 more are outside these dates" in later
    assert "America/New York" in later
    denied = browsers("nora").get("/returns?status=denied&since=2000-01-01").text
    assert "Denied" in denied
    assert "being verified" not in denied


def test_a_return_is_seen_by_whoever_asked_and_above_and_by_nobody_else(browsers):
    everybodys = set(ONE.findall(browsers("nora").get("/returns").text))
    own = set(ONE.findall(browsers("pia").get("/returns").text))
    assert own < everybodys
    other = (everybodys - own).pop()
    assert browsers("pia").get(f"/returns/{other}").status_code == 404
    assert browsers("ada").get(f"/returns/{other}").status_code == 404
    assert browsers("nora").get(f"/returns/{other}").status_code == 200
    # How many others asked for is not theirs to know.
    left_out = browsers("pia").get("/returns?since=2026-11-21").text
    assert f"{len(own)} more" in left_out


def test_staff_ask_for_an_account_which_sees_who_asked_and_for_whom(acting):
    sam, store = acting.browser().log_in("sam"), acting.store
    asked = {each.lead_id for each in store.refunds(RefundQuery(seller_id="demo", limit=500))}
    query = LeadQuery(seller_id="demo", statuses=frozenset({LeadStatus.SOLD}), limit=500)
    lead = next(
        each
        for each in store.leads(query)
        if (each.held_by, each.assigned_to) == ("harbor", "pia")
        and each.id not in asked
        and acting.clock.now - each.sale.sold_at < timedelta(days=5)
    )
    page = f"/leads/{lead.id}/return"
    assert "Ask for a return for Harbor Family Law" in sam.get(page).text
    values = {"reason": "wrong_number", "detail": "She telephoned.", "understood": "on"}
    assert "The return is asked for." in sam.submit(page, values).text
    (made,) = store.refunds(RefundQuery(seller_id="demo", sale_id=lead.sale.id))
    assert (made.requested_by, made.staff_id) == ("pia", "sam")
    name = store.user("sam").profile.name
    pia = acting.browser().log_in("pia")
    assert f"asked by <bdi>{name}</bdi> for <bdi>Pia" in pia.get("/returns").text
    assert f"by {name} (" in pia.get(f"/returns/{made.id}").text
    assert "A return was asked for" in pia.get(page).text
    assert acting.browser().log_in("omar").get(f"/returns/{made.id}").status_code == 200
    assert acting.browser().log_in("ada").get(f"/returns/{made.id}").status_code == 404
    (deed, *_) = store.deeds(DeedQuery(seller_id="demo", actor_id="sam", limit=1))
    assert (deed.did, deed.account_id) == ("RequestRefund", "harbor")


def test_the_queue_is_the_staffs_and_shows_evidence_by_due_date(browsers):
    assert browsers("nora").get("/verification").status_code == 403
    queue = browsers("vera").get("/verification")
    assert queue.status_code == 200
    assert "Exception asked for" in queue.text
    assert "why late: The office was without power" in queue.text
    dates = re.findall(r'/verification/[0-9a-f-]{36}">(\w+ \d+, \d+)<', queue.text)
    assert dates
    assert dates == sorted(dates, key=lambda told: int(re.search(r" (\d+),", told)[1]))


def test_approving_credits_the_account_and_takes_the_lead(acting):
    vera, (asked,) = acting.browser().log_in("vera"), requests(acting.store, RefundStatus.REQUESTED)
    before, page = held(acting.store), f"/verification/{asked.id}/approve"
    assert "credited with $" in vera.get(page).text
    empty = vera.submit(page, {"note": " ", "basis": "person_said"})
    assert empty.status_code == 422
    assert "Fill this in." in empty.text
    assert held(acting.store) == before
    done = vera.submit(page, {"note": "She says so.", "basis": "person_said"})
    assert "Approved: the account is credited" in done.text
    assert held(acting.store) == before + asked.amount.minor
    nora = acting.browser().log_in("nora")
    assert nora.get(f"/leads/{asked.lead_id}").status_code == 404
    assert "She says so." in nora.get(f"/returns/{asked.id}").text
    (deed, *_) = acting.store.deeds(DeedQuery(seller_id="demo", actor_id="vera", limit=1))
    assert deed.did == "DecideRefund.ApproveRefund"


@pytest.mark.parametrize(
    ("deed", "status", "after"),
    [
        ("verify", RefundStatus.REQUESTED, RefundStatus.UNDER_VERIFICATION),
        ("decline", RefundStatus.UNDER_VERIFICATION, RefundStatus.DECLINED),
        ("grant", RefundStatus.EXCEPTION_ASKED, RefundStatus.REQUESTED),
    ],
)
def test_every_other_decision_is_made_on_a_page_of_its_own(acting, deed, status, after):
    vera, (asked,) = acting.browser().log_in("sam"), requests(acting.store, status)
    assert f"/verification/{asked.id}/{deed}" in vera.get(f"/verification/{asked.id}").text
    done = vera.submit(f"/verification/{asked.id}/{deed}", {"note": "Looked into it."})
    assert done.status_code == 200
    assert asked.id in {each.id for each in requests(acting.store, after)}


def test_an_approval_is_taken_back_and_holds_again(acting):
    nora, before = acting.browser().log_in("nora"), held(acting.store)
    (asked,) = requests(acting.store, RefundStatus.APPROVED)
    done = nora.submit(f"/returns/{asked.id}/reverse", {"note": "Became a member."})
    assert "the lead is with the account again" in done.text
    assert held(acting.store) == before - asked.amount.minor
    assert nora.get(f"/leads/{asked.lead_id}").status_code == 200
    again = nora.submit(f"/returns/{asked.id}/reverse", {"note": "Once more."})
    assert again.status_code == 422
    vera = acting.browser().log_in("vera")
    vera.submit(f"/verification/{asked.id}/reinstate", {"note": "The wrong one."})
    assert held(acting.store) == before
    assert vera.get(f"/verification/{asked.id}/nothing").status_code == 404


def test_a_live_calls_return_rests_on_its_recording_alone(acting):
    vera = acting.browser().log_in("vera")
    acting.clock.now = acting.clock.now.replace(hour=20)
    pia = acting.browser().log_in("nora")
    calls = re.findall(r'href="/calls/([0-9a-f-]{36})"', pia.get("/calls").text)
    page = f"/leads/{calls[0]}/return"
    values = {"reason": "wrong_category", "detail": "About taxes.", "understood": "on"}
    assert pia.submit(page, values).status_code == 200
    asked = next(
        each for each in requests(acting.store, RefundStatus.REQUESTED) if each.lead_id == calls[0]
    )
    assert "Only the recording counts" in vera.get(f"/verification/{asked.id}").text
    said = vera.submit(
        f"/verification/{asked.id}/approve", {"note": "He said so.", "basis": "person_said"}
    )
    assert said.status_code == 422
    assert "rests on its recording only" in said.text
