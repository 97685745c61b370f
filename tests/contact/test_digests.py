"""Facts as bits, against what a case says of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given

from leadcore.consent import UNKNOWN, Level
from leadcore.contact import (
    EmailFacts,
    Facts,
    Question,
    ReassignedStatus,
    Touch,
    TouchKind,
    digests,
)
from leadcore.contact.case import Case, Moment
from leadcore.contact.digests import (
    UNSETTLED,
    Dated,
    Digest,
    digest_of,
    ordinal,
    shared,
    touched,
)
from leadcore.rulebooks import US
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind
from tests.contact.people import (
    CALL,
    KNOWN,
    MONDAY_NOON,
    NOTHING,
    SELLER,
    SPOKEN,
    TICK,
    WRITTEN,
    case,
    cases,
    living,
)


def bits(facts: Facts, at: datetime = MONDAY_NOON) -> int:
    """Give the bits that need no date."""
    digest = Digest(facts, CALL)
    found = digest.mask | (digest.consents if digest.granted <= at else 0)
    if digest.dated is not None:
        found |= digest.dated.bits(at, case(CALL, facts, at).today.toordinal())
    return found


@given(cases())
def test_says_what_a_case_says(drawn: tuple[Question, Facts, datetime]) -> None:
    question, facts, at = drawn
    question = evolve(question, seller=SELLER)
    asked = Case(question, facts, Moment(at), US.closures)
    found = bits(facts, at)
    assert bool(found & digests.WRITTEN) == asked.written
    assert bool(found & digests.EXPRESS) == asked.express
    assert bool(found & digests.GIVEN) == (facts.consent.level is not Level.NONE)
    assert bool(found & digests.REVOKED) == asked.revoked
    assert bool(found & digests.LISTED) == asked.on_internal_list
    assert bool(found & digests.INVITED) == (facts.consent.invitation is True)
    assert bool(found & digests.TCPA_YES) == (facts.tcpa is Tcpa.YES)
    assert bool(found & digests.PERSONAL) == (facts.personal_relationship is True)
    assert bool(found & digests.NATIONAL) == (facts.registry.national is True)
    assert bool(found & digests.NATIONAL_UNKNOWN) == (facts.registry.national is None)
    assert bool(found & digests.HISTORY_UNKNOWN) == (facts.history is UNKNOWN)


def test_no_two_facts_share_a_bit() -> None:
    named = {name: value for name, value in vars(digests).items() if re.match(r"[A-Z]", name)}
    masks = [value for name, value in named.items() if type(value) is int and name != "CAPS"]
    assert sum(masks) == (1 << digests.CAPS) - 1  # each once, and none beyond


def test_lines_and_answers_are_told_apart() -> None:
    lines = {bits(evolve(KNOWN, number=evolve(KNOWN.number, kind=kind))) for kind in PhoneKind}
    assert len({each & digests.KIND for each in lines}) == len(PhoneKind)
    statuses = [
        Digest(evolve(KNOWN, reassigned=evolve(KNOWN.reassigned, status=status)), CALL)
        for status in ReassignedStatus
    ]
    assert len({each.status & digests.STATUS for each in statuses}) == len(ReassignedStatus)
    ahead = [each.status_before for each in statuses]
    assert [bool(each) for each in ahead] == [s is ReassignedStatus.YES for s in ReassignedStatus]


def test_touches_are_told_up_to_the_second() -> None:
    both = digests.TOUCHED | digests.TOUCHED_AGAIN
    for ticks, seen in (((), 0), ((0, 1), 0), ((1, -1), digests.TOUCHED), ((-9, 0, -1), both)):
        at = (MONDAY_NOON + n * TICK for n in ticks)
        touches = tuple(Touch(kind=TouchKind.EMAIL, at=each) for each in at)
        assert touched(touches, MONDAY_NOON) == seen


def test_messages() -> None:
    whole = Digest(KNOWN, CALL)
    assert (
        whole.messages
        == whole.messages
        == sum(
            (digests.CONFIRMATION, digests.MAIL_OPTOUT, digests.MAIL_ADDRESS, digests.MAIL_GATEWAY)
        )
    )
    assert Digest(Facts(), CALL).messages == 0
    lacking = EmailFacts(physical_address=False, optout_mechanism=False, gateway_domain=True)
    assert Digest(Facts(email=lacking), CALL).messages == sum(
        (digests.MAIL_NO_OPTOUT, digests.MAIL_NO_ADDRESS, digests.MAIL_TO_GATEWAY)
    )


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (-TICK, 0),
        (timedelta(), digests.REVOKED | digests.CONFIRMS_SOON),
        (timedelta(minutes=5), digests.REVOKED | digests.CONFIRMS_SOON),
        (timedelta(minutes=5) + TICK, digests.REVOKED | digests.CONFIRMS_LATE),
        (timedelta(days=16), digests.REVOKED | digests.REVOKED_LONG | digests.CONFIRMS_LATE),
        (timedelta(days=20), digests.CONFIRMS_LATE),
    ],
)
def test_a_revocation_over_time(beside: timedelta, expected: int) -> None:
    consent = evolve(WRITTEN, revoked_at=MONDAY_NOON, regranted_at=MONDAY_NOON + timedelta(days=20))
    found = bits(evolve(KNOWN, consent=consent), MONDAY_NOON + beside)
    told = digests.REVOKED | digests.REVOKED_LONG | digests.CONFIRMS_SOON | digests.CONFIRMS_LATE
    assert found & told == expected


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (-TICK, 0),
        (timedelta(), digests.LISTED),
        (timedelta(days=16), digests.LISTED | digests.LISTED_LONG),
    ],
)
def test_who_asked_not_to_be_called_over_time(beside: timedelta, expected: int) -> None:
    registry = evolve(KNOWN.registry, internal_since=MONDAY_NOON)
    found = bits(evolve(KNOWN, registry=registry), MONDAY_NOON + beside)
    assert found & (digests.LISTED | digests.LISTED_LONG) == expected


def test_where() -> None:
    first, second = Digest(living("NY"), CALL).where, Digest(living("NY"), CALL).where
    assert first is second
    assert (first.zones, first.states, first.address) == (("America/New_York",), ("NY",), ())
    assert Digest(living("NY", zip="90001"), CALL).where.address == ("CA",)
    assert Digest(living("NY", declared_emergencies=["LA", "NY"]), CALL).where.declared == {"NY"}
    assert Digest(living("NY", declared_emergencies=UNKNOWN), CALL).where.declared is None


def test_consent_counts_from_its_instant_on() -> None:
    for consent, expected in (
        (WRITTEN, digests.WRITTEN | digests.EXPRESS),
        (SPOKEN, digests.EXPRESS),
        (NOTHING, 0),
        (evolve(WRITTEN, at=MONDAY_NOON + TICK), 0),
        (evolve(WRITTEN, at=UNKNOWN), 0),
        (evolve(WRITTEN, number="+13055550100"), 0),
        (evolve(WRITTEN, number=UNKNOWN), 0),
        (evolve(WRITTEN, sellers=["other"]), 0),
    ):
        found = bits(evolve(KNOWN, consent=consent))
        assert found & (digests.WRITTEN | digests.EXPRESS) == expected


class TestAlike:
    CALM = MONDAY_NOON - timedelta(hours=24)

    def alike(self, facts: Facts) -> object:
        return Digest(facts, CALL).alike(MONDAY_NOON, self.CALM)

    def test_who_differ_in_nothing_to_come(self) -> None:
        long_ago = evolve(KNOWN, consent=evolve(WRITTEN, at=MONDAY_NOON - timedelta(days=9)))
        assert self.alike(KNOWN) == self.alike(long_ago) is not None
        assert self.alike(evolve(KNOWN, history=[])) != self.alike(KNOWN)
        assert self.alike(living("TX")) != self.alike(KNOWN)
        unknown = evolve(KNOWN, consent=evolve(WRITTEN, at=UNKNOWN))
        assert self.alike(unknown) not in {None, self.alike(KNOWN)}

    def test_who_are_like_nobody(self) -> None:
        day = MONDAY_NOON.date()
        recent = Touch(kind=TouchKind.TEXT, at=self.CALM)
        for facts in (
            evolve(KNOWN, history=[recent]),
            evolve(KNOWN, consent=evolve(WRITTEN, at=MONDAY_NOON + TICK)),
            evolve(KNOWN, consent=evolve(WRITTEN, regranted_at=MONDAY_NOON)),
            evolve(KNOWN, consent=evolve(WRITTEN, revoked_at=MONDAY_NOON)),
            evolve(KNOWN, relationship=evolve(KNOWN.relationship, purchase_on=day)),
            evolve(KNOWN, number=evolve(KNOWN.number, ported_to_wireless_on=day)),
        ):
            assert self.alike(facts) is None
        before = evolve(KNOWN, history=[evolve(recent, at=self.CALM - TICK)])
        assert self.alike(before) is not None


def test_settles_after_the_last_recorded_instant() -> None:
    hour, span = timedelta(hours=1), timedelta(hours=24)
    touch = Touch(kind=TouchKind.CALL, at=MONDAY_NOON)
    facts = evolve(KNOWN, history=[touch], consent=evolve(WRITTEN, at=MONDAY_NOON - hour))
    assert Digest(facts, CALL).settle(None) == MONDAY_NOON - hour
    assert Digest(facts, CALL).settle(span) == MONDAY_NOON + span
    unknown = evolve(facts, consent=evolve(WRITTEN, at=UNKNOWN), history=[])
    assert Digest(unknown, CALL).settle(span) < MONDAY_NOON - 1000 * span
    again = evolve(WRITTEN, revoked_at=MONDAY_NOON, regranted_at=MONDAY_NOON + hour)
    assert Digest(evolve(facts, consent=again), CALL).settle(None) == MONDAY_NOON + hour
    revoked = evolve(WRITTEN, revoked_at=MONDAY_NOON)
    settled = Digest(evolve(facts, consent=revoked), CALL).settle(None)
    assert settled == MONDAY_NOON + timedelta(minutes=5)


def test_settled_is_said_by_an_instant_many_share() -> None:
    noon, day = MONDAY_NOON, timedelta(days=1)
    midnight = noon.replace(hour=0) + day
    assert shared(noon, midnight + TICK) == midnight
    assert shared(noon, midnight + TICK) is shared(noon + TICK, midnight + day)
    assert shared(noon, midnight) is noon  # not over yet
    assert shared(noon, noon + TICK) is noon
    assert shared(UNSETTLED, noon) is UNSETTLED
    last = UNSETTLED - day
    assert shared(last, UNSETTLED) is last
    assert shared(last - TICK, UNSETTLED) > last - TICK


def test_dated_holds_only_what_has_a_date() -> None:
    day = MONDAY_NOON.date()
    relationship = evolve(KNOWN.relationship, with_seller="vendor", inquiry_on=day)
    facts = evolve(KNOWN, relationship=relationship)
    dated = Digest(facts, CALL).dated
    assert isinstance(dated, Dated)
    assert (dated.received, dated.inquired) == ((), ordinal(None))
    own = evolve(facts, relationship=evolve(relationship, with_seller=SELLER))
    assert getattr(Digest(own, CALL).dated, "inquired", None) == day.toordinal()
    nobody = Digest(own, evolve(CALL, seller=None)).dated
    assert getattr(nobody, "inquired", None) == ordinal(None) < 0


def test_times_are_sorted_and_kept() -> None:
    touches = [
        Touch(kind=TouchKind.TEXT, at=MONDAY_NOON),
        Touch(kind=TouchKind.CALL, at=MONDAY_NOON - TICK, subject="other"),
        Touch(kind=TouchKind.PRERECORDED, at=MONDAY_NOON - 2 * TICK, subject="solar"),
    ]
    digest = Digest(evolve(KNOWN, history=touches), CALL)
    ticks = [[(MONDAY_NOON - at) // TICK for at in digest.times(code)] for code in range(6)]
    assert ticks == [[2], [2], [2], [2, 1], [2, 0], [2, 1, 0]]
    assert digest.times(4) is digest.times(4)


def test_is_made_once_for_a_seller_and_a_subject() -> None:
    facts = evolve(KNOWN)
    first = digest_of(facts, CALL)
    assert digest_of(facts, evolve(CALL)) is first
    assert digest_of(facts, evolve(CALL, subject="roofs")) is not first
    assert digest_of(facts, evolve(CALL, seller="other")).seller == "other"
