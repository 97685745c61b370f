from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore import wire
from leadcore.balances import (
    BONUS_FIRST,
    COMMON_TIERS,
    FundingTerms,
    FundingTier,
    FundingTiers,
    bonus_for,
    tiers_problems,
)
from leadcore.values import Money


@pytest.mark.parametrize(
    ("minor", "bonus"),
    [
        (14_999, 0),
        (15_000, 750),
        (15_019, 750),
        (15_020, 751),
        (29_999, 1_499),
        (30_000, 3_000),
        (59_999, 5_999),
        (60_000, 9_000),
        (99_999, 14_999),
        (100_000, 20_000),
        (1_000_000, 200_000),
    ],
)
def test_a_tier_counts_on_the_whole_funding_rounded_down(minor, bonus):
    assert bonus_for(Money(minor, "USD"), COMMON_TIERS) == Money(bonus, "USD")


def test_another_currency_earns_nothing():
    assert bonus_for(Money(100_000, "EUR"), COMMON_TIERS) == Money(0, "EUR")


@given(st.integers(0, 200_000))
def test_more_funding_never_earns_less_and_never_above_the_rate(minor):
    now = bonus_for(Money(minor, "USD"), COMMON_TIERS).minor
    assert bonus_for(Money(minor + 1, "USD"), COMMON_TIERS).minor >= now
    assert 0 <= now * 10_000 <= minor * 2_000


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"currency": "usd"}, ["currency"]),
        ({"tiers": (FundingTier(0, 500),)}, ["tiers[0].at_least"]),
        ({"tiers": (FundingTier(True, 500),)}, ["tiers[0].at_least"]),
        ({"tiers": (FundingTier(1, 5.0),)}, ["tiers[0].rate"]),
        ({"tiers": (FundingTier(1, 10_000), FundingTier(2, 10_001))}, ["tiers[1].rate"]),
        ({"tiers": (FundingTier(5, 1), FundingTier(5, 2))}, ["tiers[1].at_least"]),
        ({"tiers": (FundingTier(1, 0),)}, ["tiers[0].rate"]),
        ({"bonus_hours": 0}, ["bonus_hours"]),
        ({"bonus_hours": 1}, []),
        ({"bonus_hours": 100_001}, ["bonus_hours"]),
        ({"bonus_hours": 100_000}, []),
        ({"currency": "x", "bonus_hours": True}, ["currency", "bonus_hours"]),
    ],
)
def test_tiers_make_sense_and_every_problem_is_named(changed, paths):
    given_ = {"currency": "USD", "tiers": (FundingTier(1, 1),)} | changed
    assert [problem.path for problem in tiers_problems(FundingTiers(**given_))] == paths


def test_terms_are_bonus_first_without_tiers_and_read_back_as_written():
    assert (FundingTerms().tiers, FundingTerms().consumption) == (None, BONUS_FIRST)
    assert FundingTerms().refund_hours == 2_880
    terms = FundingTerms(tiers=COMMON_TIERS)
    assert wire.load(FundingTerms, wire.dump(terms)) == terms


def test_what_is_wrong_with_a_tier_is_said_in_words():
    tiers = (FundingTier(5, 1), FundingTier(5, 10_001), FundingTier(9, 0))
    told = tiers_problems(FundingTiers(currency="USD", tiers=tiers))
    assert [(each.path, each.message) for each in told] == [
        ("tiers[1].at_least", "is above that of the tier before"),
        ("tiers[1].rate", "at most 10000, which doubles the funding"),
        ("tiers[2].rate", "a whole number above zero"),
    ]
