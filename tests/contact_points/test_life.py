"""What is recorded about a contact point: once, late if need be, never ahead, never taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import Elements, Grant, Level, Reach, Revocation
from leadcore.contact import ReassignedStatus
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    Record,
    RegistryLookup,
    ResolveText,
    ReviewStatus,
    TextResolved,
    UnsureText,
    decide,
    evolve,
    point_id,
    point_of,
)
from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.values import PhoneKind

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
NUMBER = "+12125550100"
TODAY = date(2026, 11, 16)
PHONE = point_of(point_id("s", NUMBER))
EMAIL = point_of(point_id("s", "ann@x.example"))
FACTS = {
    "grants": Grant(at=AT, level=Level.EXPRESS, sellers=("a",)),
    "revocations": Revocation(at=AT, method="telephone"),
    "requests": DoNotCall(at=AT, account_id="a"),
    "registry": RegistryLookup(at=AT, listed=True, scrubbed_on=TODAY),
    "reassigned": ReassignedAnswer(
        at=AT, status=ReassignedStatus.YES, queried_on=TODAY, consent_on=TODAY
    ),
    "lines": LineLookup(at=AT, kind=PhoneKind.LANDLINE, ported_to_wireless_on=TODAY),
    "dealings": Dealing(at=AT, kind=DealingKind.PURCHASE, with_seller="a"),
    "reviews": UnsureText(at=AT, id="t1", text="hm"),
}


def record(fact, state=PHONE, at=AT):
    return fold(evolve, state, decide(Record(fact=fact, by="staff"), state, at))


def problems(fact, state=PHONE, at=AT):
    with pytest.raises(Malformed) as malformed:
        decide(Record(fact=fact), state, at)
    return [problem.path for problem in malformed.value.problems]


@pytest.mark.parametrize("kept", FACTS)
def test_a_fact_is_kept_with_both_its_instants_and_once(kept):
    late = AT + 30 * DAY
    point = record(FACTS[kept], at=late)
    (event,) = getattr(point, kept)
    event = event.received if kept == "reviews" else event
    assert (event.fact.at, event.at, event.by) == (AT, late, "staff")
    others = set(FACTS) - {kept}
    assert all(getattr(point, other) == () for other in others)
    assert decide(Record(fact=FACTS[kept], by="another"), point, late + DAY) == ()


@given(st.lists(st.sampled_from(sorted(FACTS)), max_size=12))
def test_whatever_is_repeated_the_point_holds_each_fact_once(kinds):
    point = PHONE
    for kind in kinds:
        point = record(FACTS[kind], point)
    assert {kind for kind in FACTS if getattr(point, kind)} == set(kinds)
    assert all(len(getattr(point, kind)) <= 1 for kind in FACTS)
    assert (point.id, point_of(point.id)) == (PHONE.id, PHONE)


@pytest.mark.parametrize("kept", FACTS)
def test_a_fact_is_recorded_from_its_own_instant_on(kept):
    assert getattr(record(FACTS[kept], at=AT), kept)
    assert problems(FACTS[kept], at=AT - TICK)[0] == "fact.at"


@pytest.mark.parametrize("kept", ["registry", "reassigned", "lines"])
def test_only_numbers_are_looked_up(kept):
    assert problems(FACTS[kept], EMAIL) == ["fact"]


@pytest.mark.parametrize("address", ["", "ann", "2125550100", "x@y@z"])
def test_an_address_that_is_none_is_refused(address):
    for command in (Record(fact=FACTS["requests"]), ResolveText(text_id="1", revokes=True, by="x")):
        with pytest.raises(Malformed, match="address"):
            decide(command, replace(PHONE, address=address), AT)


# ------------------------------------------------------------------------------------------ grants


def test_a_grant_at_a_number_is_for_that_number():
    ((event,), wrong) = (
        record(FACTS["grants"]).grants,
        Grant(at=AT, invitation=True, number="+12125550199"),
    )
    assert event.fact.number == NUMBER
    assert problems(wrong) == ["fact.number"]
    assert problems(replace(wrong, number=NUMBER), EMAIL) == ["fact.number"]
    (event,) = record(FACTS["grants"], EMAIL).grants
    assert event.fact.number is None
    again = record(replace(FACTS["grants"], number=NUMBER), record(FACTS["grants"]))
    assert len(again.grants) == 1


def test_a_grant_grants_something_to_somebody():
    assert problems(Grant(at=AT)) == ["fact.level"]
    assert problems(Grant(at=AT, level=Level.WRITTEN, elements=Elements.all())) == ["fact.sellers"]
    assert record(Grant(at=AT, invitation=True)).grants


# ------------------------------------------------------------------------------------- revocations


def test_what_is_told_to_the_seller_binds_all():
    (event,) = record(Revocation(at=AT, method="voicemail", seller="s")).revocations
    assert event.fact.seller is None
    (event,) = record(Revocation(at=AT, method="voicemail", seller="a")).revocations
    assert event.fact.seller == "a"


@pytest.mark.parametrize(("named", "kept"), [("s", None), ("a", "a"), (None, None)])
def test_what_is_asked_of_the_seller_is_asked_of_all(named, kept):
    (event,) = record(DoNotCall(at=AT, account_id=named)).requests
    assert event.fact.account_id == kept
    (review,) = record(UnsureText(at=AT, id="t", text="hm", account_id=named)).reviews
    assert review.received.fact.account_id == kept


def test_a_revocation_says_how():
    assert problems(Revocation(at=AT, method=" ", reach=Reach.EMAIL)) == ["fact.method"]


# ---------------------------------------------------------------------------------- days of facts

LATE = datetime(2026, 11, 16, 10, tzinfo=UTC)  # the 17th begins on the first island


@pytest.mark.parametrize(
    ("fact", "path"),
    [
        (
            lambda at, day: RegistryLookup(at=at, listed=False, scrubbed_on=day),
            "fact.scrubbed_on",
        ),
        (
            lambda at, day: ReassignedAnswer(
                at=at, status=ReassignedStatus.NO, queried_on=day, consent_on=TODAY
            ),
            "fact.queried_on",
        ),
        (
            lambda at, day: LineLookup(at=at, kind=PhoneKind.WIRELESS, ported_to_wireless_on=day),
            "fact.ported_to_wireless_on",
        ),
    ],
)
def test_a_day_is_ahead_until_it_begins_somewhere_on_earth(fact, path):
    tomorrow = TODAY + DAY
    assert problems(fact(LATE - TICK, tomorrow)) == [path]
    assert record(fact(LATE, tomorrow))


def test_a_line_may_be_of_any_age_or_never_ported():
    assert record(LineLookup(at=AT, kind=PhoneKind.WIRELESS)).lines


def test_an_answer_is_one_and_about_a_consent_that_was_given():
    asked = FACTS["reassigned"]
    for status in (ReassignedStatus.NOT_CHECKED, ReassignedStatus.UNKNOWN):
        assert problems(replace(asked, status=status)) == ["fact.status"]
    assert problems(replace(asked, consent_on=TODAY + DAY)) == ["fact.consent_on"]


def test_dealings_and_texts_say_with_whom_and_which():
    assert problems(Dealing(at=AT, kind=DealingKind.END, with_seller=" ")) == ["fact.with_seller"]
    assert problems(UnsureText(at=AT, id="", text="hm")) == ["fact.id"]


# --------------------------------------------------------------------------------- unsure replies


def look(point, *, revokes, at=AT + DAY, text_id="t1"):
    command = ResolveText(text_id=text_id, revokes=revokes, by="staff", note="asked")
    return fold(evolve, point, decide(command, point, at))


def test_a_reply_waits_until_somebody_has_looked():
    point = record(UnsureText(at=AT - DAY, id="t0", text="alto"), record(FACTS["reviews"]))
    assert point.pending_since == AT - DAY
    point = look(point, revokes=False, text_id="t0")
    assert point.pending_since == AT
    assert [each.status() for each in point.reviews] == [
        ReviewStatus.PENDING,
        ReviewStatus.HARMLESS,
    ]
    done = look(point, revokes=True)
    assert done.pending_since is None
    assert [each.status(AT + DAY - TICK) for each in done.reviews] == [ReviewStatus.PENDING] * 2
    assert done.reviews[0].status(AT + DAY) is ReviewStatus.REVOKES


def test_the_same_text_delivered_again_is_the_same():
    point = record(FACTS["reviews"])
    again = replace(FACTS["reviews"], at=AT + DAY)
    assert decide(Record(fact=again), point, AT + DAY) == ()
    assert problems(replace(FACTS["reviews"], text="another"), point) == ["fact.id"]
    assert problems(replace(FACTS["reviews"], account_id="a"), point) == ["fact.id"]


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [(True, True, True), (False, False, True), (False, True, True), (True, False, False)],
)
def test_a_second_look_may_find_a_revocation_and_never_undo_one(first, second, allowed):
    point = look(record(FACTS["reviews"]), revokes=first)
    if not allowed:
        with pytest.raises(WrongState, match="a new grant"):
            look(point, revokes=second, at=AT + 2 * DAY)
        event = TextResolved(text_id="t1", revokes=second, by="x", at=AT)
        with pytest.raises(WrongState, match="was found revokes"):
            evolve(point, event)
        return
    after = look(point, revokes=second, at=AT + 2 * DAY)
    assert (after == point) is (first is second)
    wanted = ReviewStatus.REVOKES if second else ReviewStatus.HARMLESS
    assert after.reviews[0].status() is wanted


def test_a_text_that_never_came_is_not_looked_at():
    point = record(FACTS["reviews"])
    with pytest.raises(WrongState, match="no text 't2'"):
        look(point, revokes=True, text_id="t2")
    with pytest.raises(WrongState, match="no text 't2'"):
        evolve(point, TextResolved(text_id="t2", revokes=True, by="x", at=AT))
