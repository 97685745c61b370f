"""Consent as a history: what stands at an instant, for whom, and what shows it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import (
    UNKNOWN,
    Certificate,
    Consent,
    Elements,
    Evidence,
    Grant,
    Level,
    Reach,
    Revocation,
    Unknown,
    email_opted_out_at,
    revocation_stands,
    stands,
)

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
NUMBER = "+12125550123"
near = st.integers(-5, 15)


def at(ticks: int) -> datetime:
    return NOON + ticks * TICK


def standing(*acts: Grant | Revocation, when: datetime = NOON) -> Consent:
    return stands(acts, seller="s", number=NUMBER, at=when)


WRITTEN = Grant(at=at(-9), level=Level.WRITTEN, sellers=["s"], elements=Elements.all())
SPOKEN = Grant(at=at(-5), level=Level.EXPRESS, sellers=["s"])
STOP = Revocation(at=at(-3), method="sms:STOP")


@given(near, near, st.none() | near)
def test_a_revocation_stands_from_its_instant_to_a_later_grant(
    at: int, revoked: int, regranted: int | None
) -> None:
    stands = revocation_stands(at, revoked, regranted)
    if at == revoked:
        assert stands
    elif at < revoked:
        assert not stands
    else:
        assert stands == (regranted is None or regranted <= revoked or regranted > at)


class TestConsent:
    def test_revocation(self) -> None:
        consent = Consent(revoked_at=NOON)
        assert not consent.is_revoked(NOON - TICK)
        assert consent.is_revoked(NOON)
        again = evolve(consent, regranted_at=NOON + TICK)
        assert again.is_revoked(NOON)
        assert not again.is_revoked(NOON + TICK)
        assert Consent().is_revoked(NOON)
        assert not Consent(revoked_at=None).is_revoked(NOON)

    def test_instants_are_kept_in_utc(self) -> None:
        east = NOON.astimezone(timezone(timedelta(hours=-5)))
        assert str(Consent(at=east).at) == "2026-11-16 12:00:00+00:00"
        assert Consent(at=UNKNOWN).at is UNKNOWN
        with pytest.raises(ValueError, match="has no zone"):
            Consent(revoked_at=NOON.replace(tzinfo=None))


class TestElements:
    def test_all_five(self) -> None:
        assert Elements.all().complete
        for name in (field.name for field in Elements.__attrs_attrs__):
            for value in (False, None):
                assert not evolve(Elements.all(), **{name: value}).complete

    def test_what_is_not_told_is_not_there(self) -> None:
        assert (Elements().count, Elements.all().count) == (0, 5)
        assert evolve(Elements.all(), signature=False, authorizes_seller=None).count == 3

    def test_a_signed_permission_needs_three(self) -> None:
        bare = Elements(signature=True, number_in_agreement=True, authorizes_seller=True)
        assert bare.signed_permission
        assert not bare.complete
        assert not evolve(bare, signature=None).signed_permission
        assert not evolve(bare, number_in_agreement=False).signed_permission
        assert not evolve(bare, authorizes_seller=False).signed_permission


class TestStands:
    def test_nothing(self) -> None:
        found = standing()
        assert found.level is Level.NONE
        assert found.invitation is False
        assert found.revoked_at is None
        assert not found.is_revoked(NOON)

    def test_the_strongest_grant_counts(self) -> None:
        found = standing(SPOKEN, WRITTEN)
        assert found.level is Level.WRITTEN
        assert found.elements.complete
        assert found.at == WRITTEN.at
        assert found.sellers == {"s"}

    def test_acts_after_the_instant_are_left_out(self) -> None:
        assert standing(WRITTEN, when=at(-10)).level is Level.NONE
        assert standing(WRITTEN, when=at(-9)).level is Level.WRITTEN
        assert not standing(WRITTEN, STOP, when=at(-4)).is_revoked(at(-4))
        assert standing(WRITTEN, STOP, when=at(-3)).is_revoked(at(-3))

    def test_a_later_grant_restores_what_it_grants(self) -> None:
        again = Grant(at=at(-1), level=Level.EXPRESS, sellers=["s"])
        found = standing(WRITTEN, STOP, again)
        assert not found.is_revoked(NOON)
        assert found.level is Level.EXPRESS
        assert found.regranted_at == again.at
        assert standing(WRITTEN, STOP, evolve(again, at=STOP.at)).is_revoked(NOON)

    def test_consent_is_for_its_sellers_and_number(self) -> None:
        assert standing(evolve(WRITTEN, sellers=["other"])).level is Level.NONE
        assert standing(evolve(WRITTEN, sellers=[])).level is Level.NONE
        assert standing(evolve(WRITTEN, number=NUMBER)).level is Level.WRITTEN
        assert standing(evolve(WRITTEN, number="+13055550100")).level is Level.NONE

    def test_an_invitation_names_nobody_or_the_seller(self) -> None:
        asked = Grant(at=at(-2), invitation=True)
        assert standing(asked).invitation is True
        assert standing(evolve(asked, sellers=["s"])).invitation is True
        assert standing(evolve(asked, sellers=["other"])).invitation is False
        assert standing(asked).sellers == frozenset()

    def test_revocations_reach_what_they_say(self) -> None:
        mail = evolve(STOP, reach=Reach.EMAIL)
        every = evolve(STOP, reach=Reach.EVERYTHING)
        assert not standing(WRITTEN, mail).is_revoked(NOON)
        assert standing(WRITTEN, every).is_revoked(NOON)
        assert email_opted_out_at([STOP], at=NOON) is None
        assert email_opted_out_at([WRITTEN, mail], at=NOON) == mail.at
        assert email_opted_out_at([every, mail], at=NOON) == mail.at
        assert email_opted_out_at([mail], at=at(-4)) is None

    def test_a_request_to_the_vendor_binds_every_seller(self) -> None:
        assert standing(WRITTEN, evolve(STOP, seller=None)).is_revoked(NOON)
        assert standing(WRITTEN, evolve(STOP, seller="s")).is_revoked(NOON)
        assert not standing(WRITTEN, evolve(STOP, seller="other")).is_revoked(NOON)

    @given(
        st.lists(st.tuples(st.booleans(), st.sampled_from(Level), near), max_size=6),
        near,
        near,
    )
    def test_adding_a_revocation_never_enables(
        self, drawn: list[tuple[bool, Level, int]], revoked: int, asked: int
    ) -> None:
        acts = [
            Grant(at=at(ticks), level=level, sellers=["s"], invitation=True)
            if grants
            else Revocation(at=at(ticks), method="voicemail")
            for grants, level, ticks in drawn
        ]
        when = at(asked)
        before = standing(*acts, when=when)
        after = standing(*acts, Revocation(at=at(revoked), method="email"), when=when)
        if before.is_revoked(when):
            assert after.is_revoked(when)
        elif not after.is_revoked(when):
            assert after.level <= before.level

    def test_a_grant_at_the_instant_of_the_revocation_restores_nothing(self) -> None:
        found = standing(WRITTEN, STOP, evolve(SPOKEN, at=STOP.at))
        assert (found.regranted_at, found.level) == (None, Level.WRITTEN)

    def test_the_latest_of_equals_counts(self) -> None:
        earlier = evolve(SPOKEN, at=at(-7))
        for acts in ((SPOKEN, earlier), (earlier, SPOKEN)):
            assert standing(*acts).at == SPOKEN.at

    def test_of_two_alike_the_one_that_holds_less_counts(self) -> None:
        less = evolve(WRITTEN, elements=evolve(Elements.all(), signature=None))
        for acts in ((WRITTEN, less), (less, WRITTEN)):
            assert standing(*acts).elements == less.elements

    def test_the_last_revocation_counts(self) -> None:
        later = Revocation(at=at(-1), method="voicemail")
        for acts in ((STOP, later), (later, STOP)):
            found = standing(WRITTEN, *acts)
            assert (found.revoked_at, found.revoked_by) == (later.at, "voicemail")
            assert found.regranted_at is None
            assert found.level is Level.WRITTEN

    def test_of_what_came_after_a_revocation_the_strongest_counts(self) -> None:
        again = [Grant(at=at(-2), level=Level.EXPRESS, sellers=["s"]), evolve(WRITTEN, at=at(-1))]
        found = standing(SPOKEN, STOP, *again)
        assert (found.level, found.regranted_at) == (Level.WRITTEN, at(-1))
        assert standing(SPOKEN).regranted_at is None

    def test_one_invitation_is_enough_unless_it_was_revoked(self) -> None:
        asked = Grant(at=at(-8), invitation=True)
        assert standing(asked, SPOKEN).invitation is True
        assert standing(SPOKEN, asked, STOP).invitation is True
        assert standing(asked, STOP, evolve(SPOKEN, at=at(-1))).invitation is False

    def test_an_invitation_is_no_consent(self) -> None:
        found = standing(Grant(at=at(-2), invitation=True))
        assert (found.level, found.sellers, found.at) == (Level.NONE, frozenset(), at(-2))
        assert not found.elements.signed_permission

    def test_of_what_was_never_done_nothing_is_unknown(self) -> None:
        found = standing()
        assert (found.at, found.number, found.regranted_at) == (None, None, None)
        assert (found.revoked_by, found.sellers, found.elements) == (None, frozenset(), Elements())

    def test_a_number_nobody_asks_about_is_not_the_one_consented_to(self) -> None:
        named = evolve(WRITTEN, number=NUMBER)
        assert stands([named], seller="s", number=None, at=NOON).level is Level.NONE
        assert stands([WRITTEN], seller="s", number=None, at=NOON).level is Level.WRITTEN

    def test_the_last_opt_out_of_mail_counts(self) -> None:
        mail = [Revocation(at=at(-n), method="email", reach=Reach.EMAIL) for n in (1, 3, 2)]
        assert email_opted_out_at(mail, at=NOON) == at(-1)
        assert email_opted_out_at(mail, at=at(-2)) == at(-2)
        assert email_opted_out_at([], at=NOON) is None


class TestWhatIsKept:
    def test_names_and_numbers(self) -> None:
        assert [each.value for each in Level] == [0, 1, 2]
        assert [each.value for each in Reach] == ["everything", "calls_and_texts", "email"]
        assert Unknown("unknown") is UNKNOWN

    def test_what_is_not_said_is_unknown_or_not_there(self) -> None:
        bare = Consent()
        assert (bare.level, bare.invitation, bare.sellers) == (Level.NONE, None, frozenset())
        assert (bare.number, bare.at, bare.revoked_at) == (UNKNOWN, UNKNOWN, UNKNOWN)
        grant = Grant(at=NOON)
        assert (grant.level, grant.invitation, grant.number) == (Level.NONE, False, None)
        assert Revocation(at=NOON, method="email").reach is Reach.CALLS_AND_TEXTS


class TestEvidence:
    def test_the_text_has_a_hash(self) -> None:
        words = "I agree — call me"
        evidence = Evidence(text=words)
        assert evidence.text_sha256 == hashlib.sha256(words.encode()).hexdigest()
        assert Evidence().text_sha256 is None

    def test_certificates_must_be_claimed_in_time(self) -> None:
        made = Certificate(kind="trustedform", id="c1", issued_at=at(-9))
        assert not made.available(NOON)
        claimed = evolve(made, claimed_at=NOON)
        assert claimed.available(NOON)
        assert not claimed.available(NOON - TICK)
        expiring = evolve(claimed, expires_at=at(2))
        assert expiring.available(at(1))
        assert not expiring.available(at(2))
