"""What a host keeps of a person itself: facts as its rows tell them, contacts, emergencies."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadcore.back_office import LeadContact
from leadcore.consent import UNKNOWN, Elements, Evidence, Grant, Level, Reach, Revocation
from leadcore.contact import Initiation, ReassignedStatus, TouchKind
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    RegistryLookup,
)
from leadcore.errors import Malformed
from leadcore.host_leads import (
    Emergency,
    FactKind,
    HostContact,
    HostFact,
    HostPerson,
    declared_emergencies,
    details_of,
)
from leadcore.leads import AttemptOutcome
from leadcore.submissions import Channel
from leadcore.values import PhoneKind

AT = datetime(2026, 11, 24, 17, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = AT.date()
NUMBER = "+12125550100"
LOOKED = {"listed": True, "scrubbed_on": DAY}
RND = {"status": "no", "queried_on": DAY, "consent_on": date(2026, 11, 1)}


def fact(kind, **more):
    return HostFact(kind=FactKind(kind), at=AT, **more)


@pytest.mark.parametrize(
    ("told", "made"),
    [
        (
            fact(
                "grant",
                seller="a",
                number=NUMBER,
                text="Yes.",
                details={"level": "written", "elements__signature": 1},
            ),
            Grant(
                at=AT,
                level=Level.WRITTEN,
                sellers={"a"},
                number=NUMBER,
                elements=Elements(signature=True),
                evidence=Evidence(text="Yes."),
            ),
        ),
        (fact("grant", details={"invitation": True}), Grant(at=AT, invitation=True)),
        (
            fact("revocation", seller="a", text="Stop", details={"method": "sms:STOP"}),
            Revocation(at=AT, method="sms:STOP", seller="a", text="Stop"),
        ),
        (
            fact("revocation", details={"method": "email", "reach": "email"}),
            Revocation(at=AT, method="email", reach=Reach.EMAIL),
        ),
        (fact("do_not_call", seller="a"), DoNotCall(at=AT, account_id="a")),
        (fact("registry", details=LOOKED), RegistryLookup(at=AT, listed=True, scrubbed_on=DAY)),
        (
            fact("line", details={"kind": "toll_free"}),
            LineLookup(at=AT, kind=PhoneKind.TOLL_FREE),
        ),
        (
            fact("reassigned", details=RND),
            ReassignedAnswer(
                at=AT, status=ReassignedStatus.NO, queried_on=DAY, consent_on=date(2026, 11, 1)
            ),
        ),
        (
            fact("dealing", seller="a", details={"kind": "purchase"}),
            Dealing(at=AT, kind=DealingKind.PURCHASE, with_seller="a"),
        ),
    ],
)
def test_a_row_says_a_fact(told, made):
    assert told.fact == made


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (fact("grant"), "fact.level"),
        (fact("grant", details={"level": "express"}), "fact.sellers"),
        (fact("grant", details={"invitation": True, "number": NUMBER}, number="17"), "address"),
        (fact("revocation"), "method"),
        (fact("registry", details=LOOKED), "only a number"),
        (fact("do_not_call", details=LOOKED), "listed"),
        (fact("dealing", details={"kind": "purchase"}), "with_seller"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_is_entered(told, path):
    with pytest.raises(Malformed) as refused:
        told.check(at=AT)
    assert path in str(refused.value)


def test_what_lies_ahead_is_refused_and_nothing_else():
    told = fact("registry", number=NUMBER, details=LOOKED)
    told.check(at=AT)
    with pytest.raises(Malformed, match="future"):
        told.check(at=AT - TICK)


def test_each_kind_has_its_own_details():
    assert details_of(FactKind.DO_NOT_CALL) == ()
    assert details_of(FactKind.REVOCATION) == ("method", "reach", "message_id")
    named = details_of(FactKind.GRANT)
    assert {"level", "elements__signature", "evidence__certificate__id"} < set(named)
    assert not {"at", "sellers", "number", "evidence__text"} & set(named)


def test_facts_are_points_of_the_numbers_they_are_about():
    other = "+13105550100"
    person = HostPerson(
        facts=(
            fact("grant", details={"invitation": True}),
            fact("registry", number=NUMBER, details=LOOKED),
            fact("registry", number=other, details=LOOKED),
            fact("do_not_call"),
        )
    )
    points = {each.address: each for each in person.points("s", NUMBER)}
    assert points.keys() == {NUMBER, other}
    assert points[NUMBER].grants[0].fact.number == NUMBER
    assert (len(points[NUMBER].registry), len(points[NUMBER].requests)) == (1, 1)
    (whole,) = HostPerson(facts=(fact("do_not_call"),)).points("s", None)
    assert len(whole.requests) == 1


def test_of_several_addresses_every_state_counts_and_no_code():
    one = HostPerson(places=(("10027", "US-NY"), ("10027", None)))
    assert (one.zip, one.states) == ("10027", ("NY",))
    several = HostPerson(places=(("10027", "NY"), ("90001", "CA"), (None, "FR-75")))
    assert (several.zip, several.states) == (None, ("CA", "NY"))


@pytest.mark.parametrize(
    ("asked", "reached", "kind", "channel", "outcome"),
    [
        (LeadContact(), True, TouchKind.CALL, Channel.CALL, AttemptOutcome.REACHED),
        (
            LeadContact(initiation=Initiation.ARTIFICIAL),
            False,
            TouchKind.PRERECORDED,
            Channel.CALL,
            AttemptOutcome.NO_ANSWER,
        ),
        (
            LeadContact(channel=Channel.TEXT, initiation=Initiation.PRERECORDED),
            False,
            TouchKind.TEXT,
            Channel.TEXT,
            AttemptOutcome.SENT,
        ),
    ],
)
def test_a_contact_that_was_made_counts_as_it_was_made(asked, reached, kind, channel, outcome):
    made = HostContact.of(asked, at=AT, reached=reached)
    assert (made.touch.kind, made.touch.at) == (kind, AT)
    assert (made.attempt.channel, made.attempt.outcome) == (channel, outcome)


def test_an_emergency_holds_from_its_first_instant_to_before_its_last():
    listed = (
        Emergency(state="NY", since=AT, until=AT + TICK),
        Emergency(state="LA", since=AT),
    )
    for at, states in ((AT - TICK, set()), (AT, {"NY", "LA"}), (AT + TICK, {"LA"})):
        assert declared_emergencies(listed, kept=True, at=at) == states
        assert declared_emergencies(listed, kept=False, at=at) is UNKNOWN
    with pytest.raises(Malformed, match="two capital letters"):
        Emergency(state="Ny", since=AT)
