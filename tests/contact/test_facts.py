"""Questions and facts as values: unknown by default, repeats dropped, instants in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from leadcore.consent import UNKNOWN
from leadcore.contact import (
    EmailFacts,
    Facts,
    Initiation,
    Number,
    Profile,
    Purpose,
    Question,
    ReassignedStatus,
    Registry,
    Touch,
    TouchKind,
)
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind


def test_nothing_is_known_by_default() -> None:
    facts = Facts()
    assert facts.tcpa is Tcpa.UNKNOWN
    assert facts.number.kind is PhoneKind.UNKNOWN
    assert facts.registry.internal_since is UNKNOWN
    assert facts.email.opted_out_at is UNKNOWN
    assert facts.consent.revoked_at is UNKNOWN
    assert facts.reassigned.status is ReassignedStatus.UNKNOWN
    assert facts.history is UNKNOWN
    assert facts.declared_emergencies is UNKNOWN


def test_collections_become_immutable_and_lose_repeats() -> None:
    facts = Facts(states=["NY", "NY", "CA"], history=[], declared_emergencies=["LA"])
    assert facts.states == ("NY", "CA")
    assert facts.history == ()
    assert facts.declared_emergencies == frozenset({"LA"})
    assert Number(zones=["A", "B", "A"]).zones == ("A", "B")


def test_instants_are_kept_in_utc() -> None:
    at = datetime(2026, 11, 16, 12, tzinfo=timezone(timedelta(hours=-5)))
    for kept in (
        Touch(kind=TouchKind.CALL, at=at).at,
        Registry(internal_since=at).internal_since,
        EmailFacts(opted_out_at=at).opted_out_at,
    ):
        assert isinstance(kept, datetime)
        assert kept.isoformat() == "2026-11-16T17:00:00+00:00"
    with pytest.raises(ValueError, match="has no zone"):
        Touch(kind=TouchKind.CALL, at=at.replace(tzinfo=None))


def test_the_shape_of_a_question_is_no_part_of_its_equality() -> None:
    question = Question(
        channel=Channel.TEXT,
        initiation=Initiation.AUTODIALED,
        purpose=Purpose.INFORMATIONAL,
        profile=Profile.LITERAL,
    )
    assert question.shape == ("text", "autodialed", "informational", "literal")
    assert "shape" not in repr(question)
    assert Question(channel=Channel.CALL) == Question(channel=Channel.CALL)
