"""A host's own leads: consent, contact, return and who sees which, without a lead table of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from townhall.models import Person, Request

from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.consent import Elements, Grant, Level, Revocation
from leadcore.decisions import Verdict
from leadcore.errors import Conflict, NotFound, Refused, WrongState
from leadcore.host_leads import purse_of
from leadcore.leads import AttemptOutcome, ContactAttempt
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, DisableUser, Profile
from leadcore.ports import RefundPage
from leadcore.refunds import (
    ApproveRefund,
    Basis,
    DeclineRefund,
    RefundQuestion,
    RefundStatus,
    RefundTerms,
)
from leadcore.submissions import Channel, Tcpa
from leadcore.values import Money
from leadcore_django import about, facts, scopes, visible
from leadcore_django.facts import lead_model
from leadcore_django.models import MODELS, LeadFacts
from leadcore_django.returns import waiting
from leadcore_sqlalchemy import states

SOLD = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)  # eleven in New York
CLOSES = datetime(2026, 11, 15, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TEXT = bo.LeadContact(channel=Channel.TEXT, best_case=True)
WRONG = RefundQuestion(reason="wrong_number", detail="a bakery answers")


@pytest.fixture
def town(kept):
    kept.run(bo.SetSellerTerms(seller_id="seller", terms=SellerTerms(name="S"), at=SOLD))
    return kept


def lead(town, **more) -> Request:
    given = {"who": "Ada Lovelace", "telephone": "(212) 555-0101", "mail": "ada@example.com",
             "postcode": "10001", "came": SOLD, "bought": SOLD}  # fmt: skip
    return Request.objects.using(town.using).create(**{**given, **more})


def test_consent_is_recorded_about_the_hosts_own_lead_and_taken_back(town):
    mine = lead(town)
    before = about(mine).may_contact(TEXT, at=SOLD)
    assert before.verdict is Verdict.DENIED
    grant = Grant(
        at=SOLD, level=Level.WRITTEN, invitation=True, sellers={"seller"}, elements=Elements.all()
    )
    about(mine).record(grant, by="clerk", at=SOLD)
    about(mine).flag(Tcpa.YES)
    allowed = about(mine).may_contact(TEXT, at=SOLD)
    assert (allowed.verdict, allowed.rules) == (Verdict.WARN, ("H-FIRST-TEXT",))
    known = about(mine).points(about(mine).lead)
    assert {point.address for point in known} == {"+12125550101", "ada@example.com"}
    later = SOLD + timedelta(hours=1)
    about(mine).record(Revocation(at=later, method="voicemail"), by="clerk", at=later)
    after = about(mine).may_contact(TEXT, at=later)
    assert after.verdict is Verdict.DENIED
    assert "F-REV-10" in after.rules
    assert LeadFacts.objects.using(town.using).get().tcpa == "yes"


def test_only_who_asked_is_an_inquiry(town):
    call = bo.LeadContact(listed=False, scrubbed_on=SOLD.date())
    stranger, asked = lead(town), lead(town, asked=SOLD, telephone="212-555-0102")
    assert about(stranger).lead.submission.submitted_at is None
    kinds = [
        {finding.rule for finding in about(each).may_contact(call, at=SOLD).findings}
        for each in (stranger, asked)
    ]
    assert kinds[0] != kinds[1]
    assert about(stranger).may_contact(call, at=SOLD).verdict is Verdict.DENIED


def test_a_box_of_the_hosts_that_says_no_counts_though_nobody_asked(town):
    said = {**settings.LEADCORE_LEAD_FIELDS, "do_not_call": "who"}
    with override_settings(LEADCORE_LEAD_FIELDS=said):
        assert "F-REV-10" in about(lead(town, who="yes")).may_contact(TEXT, at=SOLD).rules
    assert "F-REV-10" not in about(lead(town, who="yes")).may_contact(TEXT, at=SOLD).rules


@pytest.mark.parametrize(
    ("at", "rules"),
    [
        (SOLD, ()),
        (CLOSES, ()),
        (CLOSES + TICK, ("RET-LATE",)),
        (SOLD - TICK, ("RET-BEFORE-SALE",)),
    ],
)
def test_a_return_is_accepted_within_the_window_and_refused_outside(town, at, rules):
    mine = lead(town)
    window = about(mine).window
    assert (window.opens_at, window.closes_at) == (SOLD, CLOSES)
    if not rules:
        assert about(mine).request_return(WRONG, by="7", at=at).status is RefundStatus.REQUESTED
        with pytest.raises(Refused, match="RET-ONCE"):
            about(mine).request_return(WRONG, by="7", at=at)
        return
    with pytest.raises(Refused) as caught:
        about(mine).request_return(WRONG, by="7", at=at)
    assert caught.value.decision.rules == rules
    assert caught.value.decision.holds_until == CLOSES
    assert about(mine).refund is None


def test_an_approved_return_takes_the_lead_away_and_a_declined_one_does_not(town):
    gone, stays = lead(town), lead(town)
    ids = [about(each).request_return(WRONG, by="7", at=SOLD).id for each in (gone, stays)]
    later = SOLD + timedelta(days=2)
    yes = ApproveRefund(by="staff", note="so it is", basis=Basis.PERSON_SAID)
    done = about(gone).decide_return(yes, refund_id=ids[0], at=later)
    assert done.status is RefundStatus.APPROVED
    no = DeclineRefund(by="staff", note="it rang")
    about(stays).decide_return(no, refund_id=ids[1], at=later)
    assert "H-NOT-HELD" in about(gone).may_contact(TEXT, at=later).rules
    assert "H-NOT-HELD" not in about(stays).may_contact(TEXT, at=later).rules
    with pytest.raises(NotFound):
        about(lead(town)).decide_return(yes, refund_id=ids[1], at=later)


def test_every_request_beside_the_row_is_kept_and_one_that_stood_alone_is_read(town):
    terms = RefundTerms(resubmit=True, resubmit_times=1)
    naming = SellerTerms(name="S", refunds=terms)
    town.run(bo.SetSellerTerms(seller_id="seller", terms=naming, at=SOLD))
    mine, no = lead(town), DeclineRefund(by="staff", note="it rang")
    first = about(mine).request_return(WRONG, by="7", at=SOLD)
    first = about(mine).decide_return(no, refund_id=first.id, at=SOLD)
    rows = LeadFacts.objects.using(town.using)
    rows.update(refund=json.dumps(wire.dump(first)))
    assert about(mine).told.refunds == (first,)
    second = about(mine).request_return(WRONG, by="7", at=SOLD + TICK)
    assert [each.id for each in waiting().refunds] == [second.id]
    second = about(mine).decide_return(no, refund_id=second.id, at=SOLD + TICK)
    assert about(mine).told.refunds == (second, first)
    assert waiting() == RefundPage(refunds=(), outside=0, beyond=0)
    with pytest.raises(Refused, match="RET-RESUBMIT"):
        about(mine).request_return(WRONG, by="7", at=CLOSES)
    assert rows.get().refund.count("requested_at") == 2


def test_attempts_count_and_two_writers_do_not_overwrite_each_other(town):
    mine = lead(town)
    tried = ContactAttempt(channel=Channel.CALL, at=SOLD, by="7", outcome=AttemptOutcome.NO_ANSWER)
    one, other = about(mine), about(mine)
    one.log_attempt(tried)
    one.log_attempt(tried)
    assert [each.channel for each in about(mine).lead.attempts] == [Channel.CALL]
    late = ContactAttempt(channel=Channel.TEXT, at=SOLD + TICK, by="7", outcome=AttemptOutcome.SENT)
    with pytest.raises(Conflict):
        other.log_attempt(late)


def test_what_is_not_said_is_said_to_be_missing(town):
    with pytest.raises(WrongState, match="never sold"):
        about(lead(town, bought=None)).may_return(WRONG, at=SOLD)
    with override_settings(LEADCORE_SELLER="nobody"), pytest.raises(NotFound):
        _ = about(lead(town)).window
    with override_settings(LEADCORE_LEAD_MODEL=None), pytest.raises(ImproperlyConfigured):
        lead_model()
    with override_settings(LEADCORE_LEAD_FIELDS={}), pytest.raises(ImproperlyConfigured):
        _ = about(lead(town)).lead


def sold_here(town, mine, by):
    """Sell a host's lead through leadcore, to the account of whoever is named."""
    account = OpenAccount(account_id="acme", seller_id="seller", name="A", currency="USD")
    adding = AddUser(user_id=by, seller_id="seller", account_id="acme", parent_id=None,
                     profile=Profile(name="buyer"))  # fmt: skip
    terms = OrderTerms(user_id=by, price=Money(2_500, "USD"), quantity=1)
    opening = OpenOrder(order_id="o", seller_id="seller", account_id="acme", terms=terms)
    funding = bo.Fund(seller_id="seller", account_id="acme", key="k", amount=Money(10_000, "USD"),
                      actor="staff", at=SOLD)  # fmt: skip
    here = about(mine)
    receiving = bo.ReceiveLead(seller_id="seller", lead_id=here.key, sale_id="s", source_key="1",
                               submission=here.told.submission, at=SOLD)  # fmt: skip
    town.run_many(
        [
            bo.KeepAccount(seller_id="seller", account_id="acme", command=account, at=SOLD),
            bo.KeepUser(user_id=by, account_id="acme", command=adding, at=SOLD),
            funding,
            bo.KeepOrder(order_id="o", account_id="acme", command=opening, at=SOLD),
            receiving,
        ]
    )


def test_a_return_of_what_was_sold_through_leadcore_moves_the_money(town):
    mine, beside = lead(town), lead(town)
    sold_here(town, mine, "7")
    here = about(mine)
    assert here.lead.sale.price == Money(2_500, "USD")
    assert here.panel(at=SOLD).credited
    assert here.panel(at=SOLD).purse.available == Money(7_500, "USD")
    assert here.request_return(WRONG, by="7", at=SOLD).status is RefundStatus.REQUESTED
    assert about(mine).request_return(WRONG, by="7", at=SOLD) == about(mine).refund
    with pytest.raises(Refused, match="RET-ONCE"):
        about(mine).request_return(WRONG, by="7", at=CLOSES)
    yes = ApproveRefund(by="staff", note="so it is", basis=Basis.PERSON_SAID)
    asked = about(mine).refund
    done = about(mine).decide_return(yes, refund_id=asked.id, at=CLOSES)
    assert (done.status, about(mine).refund) == (RefundStatus.APPROVED, done)
    assert purse_of(town, "acme").available == Money(10_000, "USD")
    assert "H-NOT-HELD" in about(mine).may_contact(TEXT, at=CLOSES).rules
    # What was sold elsewhere is returned as well; nobody paid for it here.
    told = about(beside).request_return(WRONG, by="7", at=CLOSES)
    done = about(beside).decide_return(yes, refund_id=told.id, at=CLOSES)
    assert done.status is RefundStatus.APPROVED
    assert not about(beside).panel(at=CLOSES).credited
    assert purse_of(town, "acme").available == Money(10_000, "USD")
    assert town.audit() == ()


@pytest.fixture
def people(town):
    """Ada over Ben over Cid, Dan beside them and Eve the admin; each has one lead."""
    account = OpenAccount(account_id="acme", seller_id="seller", name="A", currency="USD")
    town.run(bo.KeepAccount(seller_id="seller", account_id="acme", command=account, at=SOLD))
    made = {}
    for name, above in {"ada": None, "ben": "ada", "cid": "ben", "dan": None, "eve": None}.items():
        made[name] = Person.objects.using(town.using).create(name=name)
        profile = Profile(name=name, view_downline=name == "ada", admin=name == "eve")
        adding = AddUser(
            user_id=str(made[name].pk),
            seller_id="seller",
            account_id="acme",
            parent_id=str(made[above].pk) if above else None,
            profile=profile,
        )
        keep = bo.KeepUser(user_id=adding.user_id, account_id="acme", command=adding, at=SOLD)
        town.run(keep)
        lead(town, who=f"of {name}", worker=made[name])
    lead(town, who="of nobody")
    return made


def test_the_downline_filters_the_hosts_own_query_set(town, people):
    def seen(viewer, owner=None):
        rows = visible(Request.objects.using(town.using), viewer, owner)
        return sorted(row.who.removeprefix("of ") for row in rows)

    assert seen(people["ada"]) == ["ada", "ben", "cid"]
    assert seen(people["ben"]) == ["ben"]
    assert seen(people["eve"]) == ["ada", "ben", "cid", "dan", "eve"]
    assert seen(None) == []
    assert seen(Person(pk=987, name="unknown")) == []
    assert len(seen(User(is_superuser=True))) == 6
    Request.objects.using(town.using).get(who="of dan").helpers.add(people["ben"], people["cid"])
    assert seen(people["ada"], "helpers") == ["dan"]
    key = str(people["ada"].pk)
    town.run(bo.KeepUser(user_id=key, account_id="acme", command=DisableUser(), at=SOLD))
    assert seen(people["ada"]) == []


def test_a_hosts_own_function_is_narrowed(town, people, monkeypatch):
    def listed(_viewer, prefix):
        return Request.objects.using(town.using).filter(who__startswith=prefix)

    monkeypatch.setattr(facts, "listed", listed, raising=False)
    scopes.narrow("leadcore_django.facts.listed")
    found = facts.listed(people["ada"], "of ")
    assert sorted(each.who for each in found) == ["of ada", "of ben", "of cid"]


# ------------------------------------------------------------------------------------- the pages


@pytest.fixture
def chief(sqlite):
    sqlite.run(bo.SetSellerTerms(seller_id="seller", terms=SellerTerms(name="S"), at=SOLD))
    User.objects.filter(username="chief").delete()
    user = User.objects.create_superuser("chief", password="x")
    client = Client()
    client.force_login(user)
    return client


def test_the_panel_and_the_request_to_return(sqlite, chief):
    now = datetime.now(UTC)
    fresh, stale = lead(sqlite, bought=now), lead(sqlite, came=SOLD)
    page = chief.get(f"/leads/leads/{fresh.pk}/").content.decode()
    assert 'data-way="Text" data-verdict="denied"' in page
    assert "open until" in page
    assert chief.get(f"/leads/leads/{stale.pk}/return/").status_code == 200
    given = {"reason": "wrong_number", "detail": "a bakery"}
    assert (
        b"<strong>requested</strong>"
        in chief.post(f"/leads/leads/{fresh.pk}/return/", given).content
    )
    late = chief.post(
        f"/leads/leads/{stale.pk}/return/", given, headers={"accept": "application/json"}
    )
    assert late.status_code == 422
    (denial,) = (each for each in late.json()["refused"]["findings"] if each["effect"] == "deny")
    assert denial["rule"] == "RET-LATE"
    assert late.json()["panel"]["window"]["closes_at"].startswith("2026-11-15T16:00:00")
    assert late.json()["panel"]["credited"] is False
    refused = chief.post(f"/leads/leads/{stale.pk}/return/", given)
    assert (refused.status_code, b"RET-LATE" in refused.content) == (422, True)
    assert b"moves no money here" in refused.content
    never = lead(sqlite, bought=None)
    assert chief.post(f"/leads/leads/{never.pk}/return/", given).status_code == 409
    assert chief.get(f"/leads/leads/{fresh.pk}/balance/").status_code == 404


def test_who_may_not_see_it_is_told_that_there_is_none(sqlite, chief):
    mine = lead(sqlite)
    assert Client().get(f"/leads/leads/{mine.pk}/").status_code == 403
    other = Client()
    User.objects.filter(username="other").delete()
    other.force_login(User.objects.create_user("other"))
    assert other.get(f"/leads/leads/{mine.pk}/").status_code == 404
    assert chief.get("/leads/leads/7/").status_code == 404


def test_a_balance_is_shown_where_leadcore_keeps_one(sqlite, chief):
    opening = OpenAccount(account_id="seller", seller_id="seller", name="A", currency="USD")
    sqlite.run(bo.KeepAccount(seller_id="seller", account_id="seller", command=opening, at=SOLD))
    mine = lead(sqlite)
    assert b"0.00 USD" in chief.get(f"/leads/leads/{mine.pk}/balance/").content
    assert b"0.00 USD" in chief.get(f"/leads/leads/{mine.pk}/").content


def test_the_admin_shows_the_panel_on_the_hosts_page_and_our_rows_to_read(sqlite, chief):
    mine = lead(sqlite)
    page = chief.get(f"/admin/townhall/request/{mine.pk}/change/").content.decode()
    assert "leadcore-panel" in page
    assert "Ada Lovelace" in chief.get("/admin/townhall/request/").content.decode()
    assert b"leadcore-panel" not in chief.get("/admin/townhall/request/add/").content
    assert chief.get("/admin/leadcore/sellers/").status_code == 200
    assert chief.get("/admin/leadcore/sellers/seller/change/").status_code == 200
    assert chief.get("/admin/leadcore/sellers/add/").status_code == 403
    assert chief.get("/admin/leadcore/passwords/").status_code == 404


def test_staff_do_not_answer_a_request_they_did_not_see(sqlite, chief):
    terms = SellerTerms(name="S")
    terms = replace(terms, refunds=replace(terms.refunds, resubmit=True))
    sqlite.run(bo.SetSellerTerms(seller_id="seller", terms=terms, at=SOLD))
    now = datetime.now(UTC)
    mine, place = lead(sqlite, bought=now), "/admin/leadcore/refunds/waiting/"
    shown = about(mine).request_return(WRONG, by="7", at=now)
    no = DeclineRefund(by="staff", note="it rang")
    about(mine).decide_return(no, refund_id=shown.id, at=now + TICK)
    meanwhile = about(mine).request_return(WRONG, by="7", at=now + 2 * TICK)
    given = {"answer": "approve", "basis": "person_said", "note": "so it is"}
    answer = chief.post(place, {**given, "refund": shown.id})
    assert (answer.status_code, about(mine).refund) == (409, meanwhile)
    assert b"last request" in answer.content
    assert chief.post(place, {**given, "refund": meanwhile.id}).status_code == 200
    assert about(mine).refund.status is RefundStatus.APPROVED


def test_those_due_first_are_listed_and_how_many_more_wait_is_said(sqlite, chief):
    first, ids = lead(sqlite), [f"r{number:03d}" for number in range(101)]
    sold_here(sqlite, first, "7")
    asked = about(first).request_return(WRONG, by="7", at=SOLD)
    kept = MODELS["leadcore_refunds"]
    # The smaller the number, the sooner due and the longer ago asked for.
    for number, key in enumerate(ids):
        due = replace(asked.expected, latest=asked.expected.latest + timedelta(days=1 + number))
        at = SOLD + timedelta(hours=1 + number)
        more = replace(asked, id=key, sale_id=key, expected=due, requested_at=at)
        told = {"id": key, "version": 1, **states.columns("refund", more)}
        kept(**told).save_base(force_insert=True, using=sqlite.using)
    place = "/admin/leadcore/refunds/waiting/"
    shown = chief.get(place, headers={"accept": "application/json"}).json()
    assert [each["id"] for each in shown["waiting"]] == [asked.id, *ids[:99]]
    assert shown["beyond"] == 2
    assert b"2 more wait" in chief.get(place).content
    kept.objects.using(sqlite.using).filter(id__in=ids[:2]).delete()
    assert b"more wait" not in chief.get(place).content


def test_staff_answer_the_returns_that_wait(sqlite, chief):
    now = datetime.now(UTC)
    mine, beside = lead(sqlite, bought=now), lead(sqlite, bought=now)
    about(beside).request_return(WRONG, by="7", at=now)
    sold_here(sqlite, mine, "buyer")
    # The chief is nobody of the account that bought it.
    assert chief.post(f"/leads/leads/{mine.pk}/return/", {"reason": "spam", "detail": "x"}
                      ).status_code == 409  # fmt: skip
    about(mine).request_return(WRONG, by="buyer", at=SOLD)
    page = chief.get("/admin/leadcore/refunds/").content.decode()
    assert "/admin/leadcore/refunds/waiting/" in page
    place = "/admin/leadcore/refunds/waiting/"
    waiting = chief.get(place, headers={"accept": "application/json"}).json()["waiting"]
    assert [each["lead_id"] for each in waiting] == [about(mine).key, about(beside).key]
    assert chief.get(place).content.decode().count("data-return=") == 2
    given = {"answer": "approve", "basis": "person_said", "note": ""}
    assert b"note" in chief.post(place, {**given, "refund": waiting[0]["id"]}).content
    for each, answer in zip(waiting, ("approve", "decline"), strict=True):
        told = {**given, "refund": each["id"], "answer": answer, "note": "so it is"}
        assert chief.post(place, told).status_code == 200
        assert chief.post(place, told).status_code == 409
    assert about(mine).refund.status is RefundStatus.APPROVED
    assert about(beside).refund.status is RefundStatus.DECLINED
    assert purse_of(sqlite, "acme").available == Money(10_000, "USD")
    assert "None." in chief.get(place).content.decode()
    assert chief.post(place, {"answer": "decline", "note": "x"}).status_code == 409
    gone = {"answer": "decline", "note": "x", "refund": "crm.lead:1/never"}
    assert chief.post(place, gone).status_code == 409
    clerk = Client()
    User.objects.filter(username="clerk").delete()
    clerk.force_login(User.objects.create_user("clerk", is_staff=True))
    assert clerk.get(place).status_code == 403
