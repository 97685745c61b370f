"""An order's maximum of returns is counted exactly, in whole leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.orders import OrderReturns, OrderTerms, returns_allowed
from leadcore.values import Money


def terms(rate):
    return OrderTerms(user_id="u", price=Money(1, "USD"), quantity=3, max_returns=rate)


@given(st.integers(0, 10_000), st.integers(0, 60), st.integers(-1, 1))
def test_a_return_is_allowed_up_to_exactly_the_maximum(rate, sold, edge):
    most = sold * rate // 10_000
    counted = OrderReturns(sold=sold, returned=max(0, most - 1 + edge))
    assert returns_allowed(terms(rate), counted) is (counted.returned + 1 <= most)


@pytest.mark.parametrize(("rate", "allowed"), [(None, True), (0, False), (10_000, True)])
def test_none_is_no_maximum_and_zero_is_no_return(rate, allowed):
    assert returns_allowed(terms(rate), OrderReturns(sold=9, returned=0)) is allowed


def test_what_nobody_counted_is_not_allowed():
    assert not returns_allowed(terms(10_000), None)
    assert returns_allowed(terms(None), None)
