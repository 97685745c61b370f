"""What an account's own people may record about a contact point."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.consent import Grant, Level, Revocation
from leadcore.contact_points import own_fact_problems

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
    fact = Grant(at=AT, level=Level.EXPRESS, sellers=sellers)
    assert [each.path for each in own_fact_problems(fact, "north", "$.fact")] == wrong


@pytest.mark.parametrize(
    ("seller", "wrong"), [(None, []), ("north", []), ("south", ["fact.seller"])]
)
def test_what_was_taken_back_binds_the_account_or_everybody(seller, wrong):
    fact = Revocation(at=AT, method="telephone", seller=seller)
    assert [each.path for each in own_fact_problems(fact, "north")] == wrong
