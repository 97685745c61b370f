"""What contact points tell at an instant: as of the facts' own instants, in any order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import Elements, Grant, Level, Reach, Revocation
from leadcore.contact import ReassignedStatus, Registry, Relationship
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    Record,
    RegistryLookup,
    ResolveText,
    UnsureText,
    decide,
    evolve,
    known,
    point_id,
    point_of,
)
from leadcore.decider import fold
from leadcore.values import PhoneKind

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TICK, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 11, 16)
NUMBER, OTHER, EMAIL = "+12125550100", "+12125550199", "ann@x.example"
NO, YES, NO_DATA = ReassignedStatus.NO, ReassignedStatus.YES, ReassignedStatus.NO_DATA


def point(*facts, address=NUMBER, at=AT + 99 * DAY):
    made = point_of(point_id("s", address))
    for fact in facts:
        command = fact if isinstance(fact, ResolveText) else Record(fact=fact)
        made = fold(evolve, made, decide(command, made, at))
    return made


def told(*points, at=AT, seller="a", zones=(), acts=(), number=NUMBER, email=EMAIL):
    return known(points, seller=seller, number=number, email=email, zones=zones, acts=acts, at=at)


def granted(at, **more):
    return Grant(at=at, level=Level.WRITTEN, sellers=("a",), elements=Elements.all(), **more)


def test_nothing_recorded_is_nothing_known_to_have_happened():
    for found in (told(), told(point()), told(number=None, email=None)):
        assert found.consent.level is Level.NONE
        assert found.consent.revoked_at is None
        assert found.registry == Registry(internal_since=None)
        assert found.reassigned.status is ReassignedStatus.NOT_CHECKED
        assert found.relationship == Relationship()
        assert (found.kind, found.ported_to_wireless_on, found.email_opted_out_at) == (
            None,
            None,
            None,
        )


# ----------------------------------------------------------------------------------------- consent


@pytest.mark.parametrize("tick", [-1, 0, 1])
def test_a_revocation_holds_from_its_own_instant_on_whenever_it_was_recorded(tick):
    ends = Revocation(at=AT, method="voicemail")
    found = told(point(granted(AT - DAY), ends), at=AT + tick * TICK)
    assert found.consent.is_revoked(AT + tick * TICK) is (tick >= 0)
    assert found.consent.level is Level.WRITTEN


def test_consent_counts_for_the_number_it_was_given_for_a_revocation_for_the_person():
    elsewhere = point(granted(AT - DAY), address=OTHER)
    assert told(elsewhere).consent.level is Level.NONE
    assert told(elsewhere, number=OTHER).consent.level is Level.WRITTEN
    ends = point(Revocation(at=AT, method="telephone"), address=OTHER)
    assert told(point(granted(AT - DAY)), ends).consent.is_revoked(AT)
    by_mail = point(Revocation(at=AT, method="email"), address=EMAIL)
    assert told(point(granted(AT - DAY)), by_mail).consent.is_revoked(AT)


def test_consent_at_an_email_address_is_none_to_calls():
    assert told(point(granted(AT), address=EMAIL)).consent.level is Level.NONE


def test_acts_known_from_elsewhere_count_as_well():
    again = Grant(at=AT, invitation=True)
    ends = point(Revocation(at=AT - DAY, method="telephone"))
    assert told(ends, acts=(again,)).consent.regranted_at == AT
    assert not told(ends, acts=(again,)).consent.is_revoked(AT)


def test_an_unsure_reply_is_a_revocation_until_it_is_found_to_be_none():
    reply = UnsureText(at=AT, id="t", text="basta", account_id="a")
    harmless = ResolveText(text_id="t", revokes=False, by="x")
    revokes = ResolveText(text_id="t", revokes=True, by="x")
    first = AT + 99 * DAY
    found = told(point(reply, harmless), at=first - TICK)
    assert (found.consent.revoked_at, found.consent.revoked_by) == (AT, "sms: not sure")
    assert told(point(reply, harmless), at=first).consent.revoked_at is None
    sure = told(point(reply, revokes), at=first)
    assert (sure.consent.revoked_at, sure.consent.revoked_by) == (AT, "sms")
    assert told(point(reply), seller="b").consent.revoked_at is None
    assert told(point(reply), at=AT - TICK).consent.revoked_at is None


# ------------------------------------------------------------------------------------------- lists


def test_the_newest_copy_of_the_registry_counts_and_the_worse_of_two_answers():
    found = RegistryLookup(at=AT - DAY, listed=True, scrubbed_on=TODAY - 2 * DAY)
    clear = RegistryLookup(at=AT, listed=False, scrubbed_on=TODAY)
    both = point(clear, found)
    assert told(both).registry == Registry(national=False, scrubbed_on=TODAY, internal_since=None)
    assert told(both, at=AT - TICK).registry.national is True
    again = RegistryLookup(at=AT - DAY, listed=True, scrubbed_on=TODAY)
    assert told(point(again, clear)).registry.national is True
    assert told(point(found, address=OTHER)).registry.national is None


def test_who_asked_not_to_be_called_is_never_called_by_whom_it_was_asked():
    asked = (DoNotCall(at=AT - DAY, account_id="a"), DoNotCall(at=AT - 9 * DAY, account_id="b"))
    assert told(point(*asked)).registry.internal_since == AT - DAY
    assert told(point(*asked), seller="b").registry.internal_since == AT - 9 * DAY
    assert told(point(*asked), seller="c").registry.internal_since is None
    assert told(point(*asked), at=AT + 9999 * DAY).registry.internal_since == AT - DAY
    everybody = point(DoNotCall(at=AT), address=EMAIL)
    assert told(everybody, seller="c").registry.internal_since == AT
    assert told(everybody, seller="c", at=AT - TICK).registry.internal_since is None


def answer(status, consent_on, queried_on=TODAY, at=AT):
    return ReassignedAnswer(at=at, status=status, queried_on=queried_on, consent_on=consent_on)


@pytest.mark.parametrize(
    ("status", "days", "speaks"),
    [
        (NO, -1, True),  # not given up since before the consent
        (NO, 0, True),
        (NO, 2, False),
        (NO_DATA, 0, True),
        (YES, 1, True),  # given up since a later day is given up since
        (YES, 0, True),
        (YES, -1, True),  # it was still that day somewhere
        (YES, -2, True),  # maybe the new owner gave it, maybe not: asked since, the worse counts
    ],
)
def test_an_answer_counts_for_the_consent_it_tells_something_of(status, days, speaks):
    given = datetime(2026, 10, 10, 2, tzinfo=UTC)
    asked = answer(status, date(2026, 10, 10) + days * DAY)
    found = told(point(granted(given), asked)).reassigned
    assert found.status is (status if speaks else ReassignedStatus.NOT_CHECKED)
    assert found.queried_on == (TODAY if speaks else None)


@pytest.mark.parametrize(("day", "speaks"), [(9, True), (8, False)])
def test_a_yes_from_before_the_consent_says_nothing_of_it(day, speaks):
    given = datetime(2026, 10, 10, 2, tzinfo=UTC)
    asked = answer(YES, date(2026, 10, 1), date(2026, 10, day))
    assert (told(point(granted(given), asked)).reassigned.status is YES) is speaks


def test_a_revocation_between_two_grants_silences_no_yes():
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    acts = (granted(first), granted(last))
    asked = answer(YES, date(2026, 1, 1), date(2026, 6, 2))
    ended = Revocation(at=datetime(2026, 3, 1, tzinfo=UTC), method="telephone")
    assert told(point(*acts, asked)).reassigned.status is YES
    assert told(point(*acts, ended, asked)).reassigned.status is YES


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_look_ups_at_one_instant_the_more_regulated_counts(turn):
    looks = [LineLookup(at=AT, kind=PhoneKind.LANDLINE), LineLookup(at=AT, kind=PhoneKind.WIRELESS)]
    assert told(point(*looks[::turn])).kind is PhoneKind.WIRELESS


def test_the_latest_answer_counts_and_yes_of_two():
    early, day = answer(YES, TODAY - 9 * DAY, TODAY - DAY), TODAY - 9 * DAY
    assert told(point(early, answer(NO, day))).reassigned.status is NO
    assert told(point(answer(NO, day), answer(YES, day))).reassigned.status is YES
    assert told(point(answer(NO, day, at=AT + TICK), early)).reassigned.status is YES


# -------------------------------------------------------------------------------------------- line


def test_the_latest_look_at_the_line_counts():
    line = LineLookup(at=AT - DAY, kind=PhoneKind.LANDLINE)
    ported = LineLookup(at=AT, kind=PhoneKind.LANDLINE, ported_to_wireless_on=TODAY)
    assert told(point(ported, line)).kind is PhoneKind.WIRELESS
    assert told(point(ported, line)).ported_to_wireless_on == TODAY
    before = told(point(ported, line), at=AT - TICK)
    assert (before.kind, before.ported_to_wireless_on) == (PhoneKind.LANDLINE, None)


# ------------------------------------------------------------------------------------ relationship


def dealing(at, kind=DealingKind.PURCHASE, seller="a"):
    return Dealing(at=at, kind=kind, with_seller=seller)


def test_a_relationship_is_with_whom_the_person_dealt_until_it_ended():
    bought, asked = dealing(AT - 9 * DAY), dealing(AT - DAY, DealingKind.INQUIRY)
    other = dealing(AT, seller="s")
    found = told(point(bought, other), point(asked, address=EMAIL)).relationship
    assert found == Relationship(
        with_seller="a",
        purchase_on=date(2026, 11, 7),
        inquiry_on=date(2026, 11, 15),
    )
    over = dealing(AT - 2 * DAY, DealingKind.END)
    left = told(point(bought, over, asked)).relationship
    assert (left.purchase_on, left.inquiry_on) == (None, date(2026, 11, 15))
    assert told(point(bought, over)).relationship == Relationship()
    assert told(point(bought, over), at=AT - 3 * DAY).relationship.purchase_on


def test_a_dealing_is_of_the_earliest_day_it_was_where_the_person_may_be():
    bought = point(dealing(datetime(2026, 11, 16, 6, tzinfo=UTC)))
    days = [
        told(bought, zones=zones).relationship.purchase_on
        for zones in (
            ("America/New_York",),
            ("America/New_York", "America/Los_Angeles"),
            (),
        )
    ]
    assert days == [date(2026, 11, 16), date(2026, 11, 15), date(2026, 11, 15)]


# ------------------------------------------------------------------------------------------- email


def test_only_consent_at_the_address_itself_ends_an_opt_out():
    out = Revocation(at=AT - 2 * HOUR, method="link", reach=Reach.EMAIL)
    mail = point(out, address=EMAIL)
    assert told(mail).email_opted_out_at == AT - 2 * HOUR
    assert told(mail).consent.revoked_at is None
    assert told(mail, acts=(Grant(at=AT, invitation=True),)).email_opted_out_at
    assert told(mail, point(granted(AT))).email_opted_out_at
    asked = point(out, Grant(at=AT, invitation=True), address=EMAIL)
    assert told(asked).email_opted_out_at == AT - 2 * HOUR
    back = point(out, granted(AT), address=EMAIL)
    assert told(back).email_opted_out_at is None
    assert told(back, at=AT - TICK).email_opted_out_at == AT - 2 * HOUR
    same = point(out, granted(out.at), address=EMAIL)
    assert told(same).email_opted_out_at == out.at
    assert told(back, seller="b").email_opted_out_at == AT - 2 * HOUR


def test_an_opt_out_said_at_a_number_or_to_one_account_reaches_as_far():
    everything = Revocation(at=AT, method="telephone", reach=Reach.EVERYTHING)
    assert told(point(everything), email=None).email_opted_out_at == AT
    one = Revocation(at=AT, method="link", reach=Reach.EMAIL, seller="b")
    assert told(point(one, address=EMAIL)).email_opted_out_at is None
    assert told(point(one, address=EMAIL), seller="b").email_opted_out_at == AT
    stop = Revocation(at=AT, method="sms:STOP")
    assert told(point(stop)).email_opted_out_at is None


# -------------------------------------------------------------------------------------- properties

OFFSETS = st.sampled_from((-2, -1, 0, 1, 2))
INSTANTS = st.builds(lambda ticks, days: AT + ticks * TICK + days * DAY, OFFSETS, OFFSETS)
NAMES = st.sampled_from((None, "a", "b"))
ENDS = st.one_of(
    st.builds(
        Revocation, at=INSTANTS, method=st.just("x"), reach=st.sampled_from(Reach), seller=NAMES
    ),
    st.builds(DoNotCall, at=INSTANTS, account_id=NAMES),
    st.builds(UnsureText, at=INSTANTS, id=st.just("t"), text=st.just("hm"), account_id=NAMES),
)
OTHERS = st.one_of(
    st.builds(granted, INSTANTS),
    st.builds(Grant, at=INSTANTS, invitation=st.just(True)),
    st.builds(
        RegistryLookup,
        at=INSTANTS,
        listed=st.booleans(),
        scrubbed_on=st.sampled_from((TODAY - 3 * DAY, TODAY - 2 * DAY)),
    ),
    st.builds(dealing, INSTANTS, st.sampled_from(DealingKind), st.sampled_from(("a", "b"))),
)
UNSURE_TWICE = st.lists(st.one_of(ENDS, OTHERS), max_size=6).map(
    lambda facts: [f for f in facts if not isinstance(f, UnsureText)]
)


@given(facts=UNSURE_TWICE, end=ENDS, at=INSTANTS)
def test_adding_a_revocation_never_enables_anything(facts, end, at):
    before, after = told(point(*facts), at=at), told(point(*facts, end), at=at)
    assert after.consent.is_revoked(at) >= before.consent.is_revoked(at)
    assert after.consent.level <= before.consent.level or after.consent.is_revoked(at)
    assert (after.registry.internal_since is not None) >= (
        before.registry.internal_since is not None
    )
    assert (after.email_opted_out_at is not None) >= (before.email_opted_out_at is not None)
    assert after.registry.national == before.registry.national
    assert after.relationship == before.relationship


@given(facts=UNSURE_TWICE, later=st.one_of(ENDS, OTHERS), at=INSTANTS)
def test_what_happened_later_changes_nothing_of_what_was_so(facts, later, at):
    if later.at <= at:
        at = later.at - TICK
    assert told(point(*facts, later), at=at) == told(point(*facts), at=at)


@given(facts=UNSURE_TWICE.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_recording_is_of_no_account(facts):
    one, other = facts
    assert told(point(*one)) == told(point(*other))
