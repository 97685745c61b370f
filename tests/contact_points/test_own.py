"""What an account's own people may record about a contact point."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace

from leadcore.consent import Certificate, Elements, Evidence, Grant, Level, Revocation
from leadcore.contact_points import DoNotCall, RegistryLookup, own_fact_problems

AT = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sellers", "wrong"),
    [
        ((), []),
        (("north",), []),
        (("south",), ["$.fact.sellers"]),
        (("north", "s"), ["$.fact.sellers"]),
    ],
)
def test_consent_is_recorded_for_the_account_alone(sellers, wrong):
    said = Evidence(text="Call me.")
    fact = Grant(at=AT, level=Level.EXPRESS, sellers=sellers, evidence=said)
    assert [each.path for each in own_fact_problems(fact, "north", "$.fact")] == wrong


@pytest.mark.parametrize(
    ("seller", "wrong"), [(None, []), ("north", []), ("south", ["fact.seller"])]
)
def test_what_was_taken_back_binds_the_account_or_everybody(seller, wrong):
    fact = Revocation(at=AT, method="telephone", seller=seller)
    assert [each.path for each in own_fact_problems(fact, "north")] == wrong
    asked = DoNotCall(at=AT, account_id=seller)
    paths = [each.path for each in own_fact_problems(asked, "north", "f")]
    assert paths == ["f.account_id" for _ in wrong]
    look = RegistryLookup(at=AT, listed=False, scrubbed_on=AT.date())
    assert list(own_fact_problems(look, "north")) == []


CERTIFICATE = Certificate(kind="trustedform", id="c1")


@pytest.mark.parametrize(
    ("evidence", "shows"),
    [
        (Evidence(), Level.NONE),
        (Evidence(url="https://x.example", ip="192.0.2.1", form_version="3"), Level.NONE),
        (Evidence(text=" ", signature="", certificate=replace(CERTIFICATE, id=" ")), Level.NONE),
        (Evidence(certificate=replace(CERTIFICATE, kind="")), Level.NONE),
        (Evidence(signature="typed name"), Level.EXPRESS),
        (Evidence(text="I agree."), Level.WRITTEN),
        (Evidence(certificate=CERTIFICATE), Level.WRITTEN),
    ],
)
def test_consent_is_recorded_with_what_shows_it(evidence, shows):
    for level, wanted in ((Level.NONE, Level.EXPRESS), (Level.EXPRESS, Level.EXPRESS),
                          (Level.WRITTEN, Level.WRITTEN)):  # fmt: skip
        fact = Grant(at=AT, level=level, elements=Elements.all(), evidence=evidence)
        found = [each.path for each in own_fact_problems(fact, "north")]
        assert found == ([] if shows >= wanted else ["fact.evidence"])
