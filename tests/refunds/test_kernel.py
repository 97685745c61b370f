"""The verdicts on whole numbers are proved, and right where they turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.refunds import kernel
from leadcore.refunds.kernel import Round, can_follow, fits, outside, over, share
from tests.proofs import unproved

HOUR = 3_600_000_000


@pytest.mark.slow  # a proof of the source holds on every Python
def test_every_contract_is_confirmed_over_all_paths():
    assert unproved(kernel) == ""


def test_both_ends_are_inside():
    found = [outside(5, 7, asked) for asked in (4, 5, 6, 7, 8)]
    assert found == [(True, False), (False, False), (False, False), (False, False), (False, True)]


def test_a_part_of_one_goes_where_it_is_said():
    # 15 % of 7, 10 and 30 leads, and half of one.
    products = (7 * 1500, 10 * 1500, 30 * 1500, 5_000, 4_999, 0)
    assert [share(each, Round.DOWN) for each in products] == [1, 1, 4, 0, 0, 0]
    assert [share(each, Round.UP) for each in products] == [2, 2, 5, 1, 1, 0]
    assert [share(each, Round.NEAREST) for each in products] == [1, 2, 5, 1, 0, 0]


@given(st.integers(0, 10**9), st.integers(0, 10_000), st.sampled_from(Round))
def test_a_share_is_never_more_than_the_whole(number, parts, rounding):
    assert 0 <= share(number * parts, rounding) <= number
    assert share(number * 10_000, rounding) == number


def test_a_rate_binds_from_its_least_on():
    assert [over(2, 1, 3, 20, 20), over(3, 1, 3, 20, 20), over(3, 1, 3, 19, 20)] == [
        False,
        True,
        False,
    ]


def test_the_last_one_still_fits():
    assert [fits(made, 2) for made in (0, 1, 2, 3)] == [True, True, False, False]


def test_the_hours_after_a_denial_end_inclusive():
    found = [can_follow(7, 2, asked) for asked in (6, 7, 7 + 2 * HOUR, 8 + 2 * HOUR)]
    assert found == [False, True, True, False]
