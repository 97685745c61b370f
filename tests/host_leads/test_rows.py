"""Leads of a host: what its rows come to, who counts as having asked, and the return window."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.back_office import LeadContact, assess_lead
from leadcore.consent import Elements, Grant, Level
from leadcore.contact import Initiation, TouchKind
from leadcore.contact_points import ContactPoint, GrantRecorded
from leadcore.decisions import Verdict
from leadcore.errors import Malformed, Refused, WrongState
from leadcore.host_leads import (
    FactKind,
    HostContact,
    HostFact,
    HostLead,
    HostPerson,
    decide_return,
    details_of,
    lead_of,
    may_contact,
    may_return,
    reasons_of,
    request_return,
)
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus
from leadcore.refunds import (
    ApproveRefund,
    Basis,
    DeclineRefund,
    RefundQuestion,
    RefundStatus,
    RefundTerms,
    window,
)
from leadcore.submissions import Channel, ConsentGiven, LeadKind, Tcpa
from leadcore.testing.scenes import person
from leadcore.values import Address, Money

SOLD = datetime(2026, 11, 10, 16, tzinfo=UTC)
TERMS = RefundTerms()
SPAN = 120 * 3_600 * 1_000_000
HOST = HostLead(
    id="crm.lead:17",
    seller_id="s",
    submission=person(1),
    received_at=SOLD,
    sold_at=SOLD,
    price=Money(2_500, "USD"),
    account_id="a",
    user_id="u",
)
WRONG = RefundQuestion(reason="wrong_number", detail="a bakery answers", other_lead="crm.lead:9")
TEXT = LeadContact(channel=Channel.TEXT, initiation=Initiation.AUTODIALED)
YES = ApproveRefund(by="staff", note="so it is", basis=Basis.PERSON_SAID)


def recorded(grant):
    event = GrantRecorded(fact=replace(grant, number=HOST.submission.phone), at=SOLD)
    return (ContactPoint(seller_id="s", address=HOST.submission.phone, grants=(event,)),)


def test_it_is_sold_received_or_returned_as_its_rows_say():
    lead = lead_of(HOST)
    assert (lead.status, lead.sale.price, lead.sale.user_id) == (
        LeadStatus.SOLD, Money(2_500, "USD"), "u",
    )  # fmt: skip
    assert lead_of(replace(HOST, sold_at=None)).status is LeadStatus.RECEIVED
    asked = request_return(lead, WRONG, by="u", at=SOLD, terms=TERMS)
    for command, status in (
        (YES, LeadStatus.REFUNDED),
        (DeclineRefund(by="staff", note="it rang"), LeadStatus.SOLD),
    ):
        decided = decide_return(command, asked, at=SOLD)
        assert lead_of(replace(HOST, refunds=(decided,))).status is status


def test_what_is_kept_beside_the_row_counts_before_the_row():
    told = replace(HOST.submission, tcpa=Tcpa.YES, area="family law")
    host = replace(HOST, submission=told)
    assert (lead_of(host).submission.tcpa, lead_of(host).submission.area) == (
        Tcpa.YES, "family law",
    )  # fmt: skip
    beside = lead_of(replace(host, tcpa=Tcpa.NO, area="injury")).submission
    assert (beside.tcpa, beside.area) == (Tcpa.NO, "injury")


def test_only_who_asked_or_consented_on_record_invited_contact():
    stranger, asked = lead_of(HOST), lead_of(replace(HOST, asked_at=SOLD))
    denied = may_contact(stranger, TEXT, at=SOLD)
    assert "F-PEWC-2" in denied.rules
    assert may_contact(asked, TEXT, at=SOLD) == assess_lead(asked, TEXT, at=SOLD)
    assert may_contact(stranger, TEXT, at=SOLD, ours=True) == assess_lead(stranger, TEXT, at=SOLD)
    grant = Grant(
        at=SOLD, level=Level.WRITTEN, invitation=True, sellers={"a"}, elements=Elements.all()
    )
    flagged = lead_of(replace(HOST, tcpa=Tcpa.YES))
    points = recorded(grant)
    assert "F-PEWC-2" not in may_contact(flagged, TEXT, at=SOLD, points=points).rules
    never = replace(flagged, sale=None)
    assert "F-PEWC-2" in may_contact(never, TEXT, at=SOLD, points=points).rules


def test_a_box_that_says_no_counts_though_nobody_asked():
    box = ConsentGiven(key="do_not_call", granted=True, opts_out=True)
    told = replace(HOST.submission, consents=(box,))
    assert "F-REV-10" in may_contact(lead_of(replace(HOST, submission=told)), TEXT, at=SOLD).rules
    assert "F-REV-10" not in may_contact(lead_of(HOST), TEXT, at=SOLD).rules


@given(st.sampled_from((-1, 0, 1, SPAN - 1, SPAN, SPAN + 1)) | st.integers(0, 2 * SPAN))
def test_a_return_is_taken_within_the_window_and_refused_outside(age):
    at = SOLD + timedelta(microseconds=age)
    lead = lead_of(HOST)
    if 0 <= age <= SPAN:
        asked = request_return(lead, WRONG, by="u", at=at, terms=TERMS)
        assert (asked.status, asked.amount) == (RefundStatus.REQUESTED, Money(2_500, "USD"))
        assert (asked.other_lead, asked.requested_at) == ("crm.lead:9", at)
        with pytest.raises(Refused, match="RET-ONCE"):
            request_return(lead, WRONG, by="u", at=at, terms=TERMS, before=(asked,))
        return
    with pytest.raises(Refused) as caught:
        request_return(lead, WRONG, by="u", at=at, terms=TERMS)
    assert caught.value.decision.rules == ("RET-LATE" if age > 0 else "RET-BEFORE-SALE",)
    assert caught.value.decision.holds_until == window(TERMS, SOLD).closes_at


def test_calls_in_vain_since_the_sale_are_the_days_that_count():
    full = RefundQuestion(reason="voicemail_full", detail="four days")
    days = [SOLD + timedelta(days=day) for day in range(4)]

    def lead(*tried):
        attempts = tuple(
            ContactAttempt(channel=channel, at=at, by="u", outcome=outcome)
            for at, channel, outcome in tried
        )
        return lead_of(replace(HOST, attempts=attempts))

    at, vain = days[-1], AttemptOutcome.NO_ANSWER
    enough = [(day, Channel.CALL, vain) for day in days]
    assert may_return(lead(*enough), full, at=at, terms=TERMS).verdict is Verdict.PERMITTED
    for other in (
        (days[-1], Channel.TEXT, AttemptOutcome.SENT),
        (days[-1], Channel.CALL, AttemptOutcome.REACHED),
        (SOLD - timedelta(days=1), Channel.CALL, vain),
    ):
        refused = may_return(lead(*enough[:-1], other), full, at=at, terms=TERMS)
        assert refused.rules == ("RET-ATTEMPTS",)


def test_what_cannot_be_is_said():
    with pytest.raises(WrongState, match="never sold"):
        may_return(lead_of(replace(HOST, sold_at=None)), WRONG, at=SOLD, terms=TERMS)
    with pytest.raises(WrongState, match="nobody asked"):
        decide_return(YES, None, at=SOLD)
    plain = RefundQuestion(reason="wrong_number", detail="a bakery answers")
    asked = request_return(lead_of(HOST), plain, by="u", at=SOLD, terms=TERMS)
    assert asked.other_lead is None
    with pytest.raises(Malformed):
        decide_return(replace(YES, note=" "), asked, at=SOLD)


def test_what_the_host_keeps_of_the_person_counts_as_what_is_on_record():
    grant = HostFact(
        kind=FactKind.GRANT,
        at=SOLD,
        seller="a",
        details={
            "level": "written",
            "invitation": True,
            **dict.fromkeys([name for name in details_of(FactKind.GRANT) if "elements" in name], 1),
        },
    )
    bare = replace(HOST, tcpa=Tcpa.YES)
    allowed = replace(bare, person=HostPerson(facts=(grant,)))
    assert "F-PEWC-2" in may_contact(bare, TEXT, at=SOLD).rules
    assert "F-PEWC-2" not in may_contact(allowed, TEXT, at=SOLD).rules
    before = SOLD - timedelta(microseconds=1)
    assert "F-PEWC-2" in may_contact(allowed, TEXT, at=before).rules
    stop = HostFact(kind=FactKind.REVOCATION, at=SOLD, details={"method": "sms:STOP"})
    stopped = replace(bare, person=HostPerson(facts=(grant, stop)))
    assert "F-REV-10" in may_contact(stopped, TEXT, at=SOLD).rules


def test_a_hosts_log_of_contacts_counts_once_and_by_its_instants():
    late = SOLD + timedelta(hours=2)
    made = HostContact(kind=TouchKind.TEXT, at=SOLD + timedelta(hours=1))
    logged = replace(HOST, contacts=(made,), person=HostPerson(contacts=(made,)))
    (attempt,) = lead_of(logged).attempts
    assert (attempt.channel, attempt.at) == (Channel.TEXT, made.at)

    def first(host, at):
        return "H-FIRST-TEXT" in [each.rule for each in may_contact(host, TEXT, at=at).findings]

    assert [first(logged, SOLD), first(logged, late)] == [True, False]
    assert first(replace(logged, person=HostPerson(contacts=())), late)


def test_every_address_of_the_person_counts():
    place = Address(zip=None, state=None)
    person = HostPerson(places=(("06101", "US-CT"), ("10027", "NY")))
    host = replace(HOST, submission=replace(HOST.submission, address=place), person=person)
    assert lead_of(host).submission.address.zip is None
    one = replace(host, person=HostPerson(places=(("06101", "US-CT"),)))
    assert lead_of(one).submission.address.zip == "06101"
    own = replace(one, submission=replace(host.submission, address=Address(zip="10027")))
    assert lead_of(own).submission.address.zip == "10027"
    for told, named in ((host, True), (replace(host, person=HostPerson()), False)):
        found = may_contact(told, LeadContact(), at=SOLD).findings
        assert any(each.rule.startswith("S-CT-") for each in found) is named


def test_a_hosts_lead_says_its_earlier_requests_itself():
    asked = request_return(HOST, WRONG, by="u", at=SOLD, terms=TERMS)
    again = replace(HOST, refunds=(asked,))
    assert may_return(again, WRONG, at=SOLD, terms=TERMS).rules == ("RET-ONCE",)
    with pytest.raises(Refused, match="RET-ONCE"):
        request_return(again, WRONG, by="u", at=SOLD, terms=TERMS)
    assert decide_return(YES, asked, at=SOLD).status is RefundStatus.APPROVED
    live = replace(HOST, submission=replace(HOST.submission, kind=LeadKind.LIVE_CALL))
    web, live = ({each.code for each in reasons_of(host, TERMS)} for host in (HOST, lead_of(live)))
    assert web != live
