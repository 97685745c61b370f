"""The policies the rule pages state are those the engine follows, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from leadcore import contact, places
from leadcore.consent import UNKNOWN, Consent, Elements, Level
from leadcore.decisions import Effect, Severity
from leadcore.rulebooks import US, Initiation, Profile, Purpose
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind
from tools.rule_prose import CHOICES, POLICIES

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # a Tuesday
NINE = datetime(2026, 11, 25, 2, tzinfo=UTC)  # nine in the evening in New York
TODAY = date(2026, 11, 24)
DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)
INVITED = Consent(
    invitation=True,
    level=Level.EXPRESS,
    sellers={"s"},
    number=None,
    at=None,
    revoked_at=None,
)
PERSON = contact.Facts(
    tcpa=Tcpa.YES,
    number=contact.Number(e164="+12125550100", kind=PhoneKind.WIRELESS, zones=(NEW_YORK,)),
    states=("GA",),
    consent=INVITED,
    registry=contact.Registry(national=False, scrubbed_on=TODAY, internal_since=None),
    reassigned=contact.Reassigned(status=contact.ReassignedStatus.NO, queried_on=TODAY),
    history=(contact.Touch(kind=contact.TouchKind.EMAIL, at=NOON - 9 * DAY),) * 2,
    declared_emergencies=frozenset(),
)


def ask(facts=PERSON, at=NOON, **asked):
    question = contact.Question(channel=asked.pop("channel", Channel.CALL), seller="s", **asked)
    return contact.assess(question, facts, at=at, rules=US)


def numbered(**more):
    return evolve(PERSON, number=evolve(PERSON.number, **more))


def revoked(at):
    return evolve(PERSON, consent=evolve(INVITED, revoked_at=at))


def test_the_person_may_be_called_at_noon() -> None:
    assert ask().verdict.value == "permitted"


def test_p1_closing_time_is_closed_but_for_the_words() -> None:
    assert ask(at=NINE - TICK).rules == ()
    assert ask(at=NINE).rules == ("F-QH",)
    uninvited = evolve(PERSON, consent=Consent(invitation=False, revoked_at=None))
    assert ask(uninvited, at=NINE, profile=Profile.LITERAL).rules == ()
    assert ask(uninvited, at=NINE + TICK, profile=Profile.LITERAL).rules == ("F-QH",)


def test_p2_every_clock_must_be_open() -> None:
    both = numbered(zones=(NEW_YORK, LOS_ANGELES))
    early = NOON - timedelta(hours=3)  # nine in New York, six in Los Angeles
    assert ask(at=early).rules == ()
    assert ask(both, at=early).rules == ("F-QH",)


def test_p3_zones_come_from_evidence_only() -> None:
    assert places.resolve("+12125550100", "90001").zones == (LOS_ANGELES, NEW_YORK)
    assert places.resolve("+18005550100", None).zones == ()
    assert places.resolve("+442071234567", None).zones == ()
    assert ask(numbered(zones=())).rules == ("Z-UNKNOWN",)


def test_p4_every_state_that_may_apply_does() -> None:
    assert places.resolve("+13055550100", "10001").states == ("FL", "NY")
    nine = NOON - timedelta(hours=3)
    assert ask(evolve(PERSON, states=("GA", "KY")), at=nine).rules == ("S-KY-QH",)
    assert ask(evolve(PERSON, states=()), at=nine).rules == ("S-UNKNOWN-QH",)


def test_p5_consent_opens_no_closed_hours_in_the_strict_profile() -> None:
    texan = evolve(PERSON, states=("TX",))
    half_past_eight = NOON - timedelta(hours=3, minutes=30)
    assert ask(texan, at=half_past_eight).rules == ("S-TX-QH",)
    assert ask(texan, at=half_past_eight, profile=Profile.LITERAL).rules == ()


@pytest.mark.parametrize("purpose", [Purpose.INFORMATIONAL, Purpose.EMERGENCY])
def test_p6_hours_are_about_selling(purpose) -> None:
    assert ask(at=NINE, purpose=purpose).rules == ()


def test_p7_a_revocation_holds_from_its_receipt_on() -> None:
    text = {"channel": Channel.TEXT}
    assert ask(revoked(NOON + TICK), **text).rules == ()
    fresh, old = ask(revoked(NOON), **text), ask(revoked(NOON - 20 * DAY), **text)
    assert fresh.rules == old.rules == ("F-REV-10",)
    assert [fresh.determining[0].severity, old.determining[0].severity] == [
        Severity.POLICY,
        Severity.LEGAL,
    ]


def test_p8_one_stop_ends_calls_and_texts_but_not_email() -> None:
    mail = contact.EmailFacts(
        opted_out_at=None, physical_address=True, optout_mechanism=True, gateway_domain=False
    )
    stopped = evolve(revoked(NOON), email=mail)
    for purpose in (Purpose.TELEMARKETING, Purpose.INFORMATIONAL):
        assert ask(stopped, purpose=purpose).rules == ("F-REV-10",)
    assert ask(stopped, channel=Channel.EMAIL).rules == ()


@pytest.mark.parametrize(("days", "denied"), [(90, ()), (91, ("F-DNC",))])
def test_p9_the_shortest_clock_counts(days, denied) -> None:
    asked = contact.Relationship(with_seller="s", inquiry_on=TODAY - days * timedelta(days=1))
    listed = contact.Registry(national=True, scrubbed_on=TODAY, internal_since=None)
    assert ask(evolve(PERSON, registry=listed, relationship=asked)).rules == denied


def test_p10_called_autodialed_treated_as_autodialed() -> None:
    dialled = {"initiation": Initiation.AUTODIALED}
    assert ask(**dialled).rules == ("F-PEWC-2",)
    assert ask(**dialled, profile=Profile.LITERAL).rules == ()


@pytest.mark.parametrize(("ago", "denied"), [(DAY, ("S-FL-CAP",)), (DAY + TICK, ())])
def test_p11_a_span_is_closed_at_its_far_end(ago, denied) -> None:
    calls = [contact.Touch(kind=contact.TouchKind.CALL, at=NOON - ago)] * 3
    assert ask(evolve(PERSON, states=("FL",), history=calls)).rules == denied


@pytest.mark.parametrize(("days", "denied"), [(31, ()), (32, ("F-DNC-SCRUB",))])
def test_p12_the_registry_must_have_been_looked_at(days, denied) -> None:
    seen = evolve(PERSON.registry, scrubbed_on=TODAY - timedelta(days=days))
    assert ask(evolve(PERSON, registry=seen)).rules == denied
    written = evolve(INVITED, level=Level.WRITTEN, elements=Elements.all())
    assert ask(evolve(PERSON, registry=seen, consent=written)).rules == ()


def test_p13_a_request_to_this_seller_never_expires() -> None:
    asked = evolve(PERSON.registry, internal_since=NOON - 20 * 365 * DAY)
    assert "F-IDNC" in ask(evolve(PERSON, registry=asked)).rules


def test_p15_all_findings_and_the_hardest_wins() -> None:
    worst = evolve(PERSON, tcpa=Tcpa.NO, history=(), states=("FL",))
    decision = ask(worst, at=NINE, channel=Channel.TEXT)
    assert decision.rules == ("H-TCPA-NO", "F-QH", "S-FL-QH")
    assert Effect.WARN in {finding.effect for finding in decision.findings}
    nothing = ask(evolve(PERSON, tcpa=Tcpa.NO), channel=Channel.TEXT, purpose=Purpose.EMERGENCY)
    assert nothing.verdict.value == "permitted"  # an emergency has a basis of its own


def test_choices_unknown_history_and_lines() -> None:
    unknown = evolve(PERSON, history=UNKNOWN, states=("FL",))
    assert ask(unknown).rules == ("S-FL-CAP",)
    assert ask(numbered(kind=PhoneKind.UNKNOWN), initiation=Initiation.AUTODIALED).rules == (
        "F-PEWC-2",
    )
    assert ask(numbered(kind=PhoneKind.LANDLINE), initiation=Initiation.AUTODIALED).rules == ()


def test_all_fifteen_are_there_and_choices_end_as_sentences() -> None:
    assert [number for number, _, _ in POLICIES] == [f"P{n}" for n in range(1, 16)]
    assert all(question.endswith("?") and words.endswith(".") for question, words in CHOICES)
