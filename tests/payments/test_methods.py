"""A payment method is a token; a card number is none, however it is typed."""

import pytest
from hypothesis import given

from leadcore import wire
from leadcore.errors import Malformed
from leadcore.payments import PaymentMethod
from leadcore.testing.processors import payment_methods

NUMBER = "4111111111111111"


def paths(**given_):
    with pytest.raises(Malformed) as malformed:
        PaymentMethod(**given_)
    assert NUMBER[:12] not in str(malformed.value)
    assert NUMBER[:12] not in repr(malformed.value)
    return {problem.path for problem in malformed.value.problems}


def test_what_is_shown_of_it():
    method = PaymentMethod(
        token="pm_secret1", customer="cus_9", brand="visa", last4="4242", expires="2027-05"
    )
    assert str(method) == "visa, ending 4242, expires 2027-05"
    assert repr(method) == "PaymentMethod(visa, ending 4242, expires 2027-05)"
    assert repr(PaymentMethod(token="pm_secret1")) == "PaymentMethod(a saved method)"


@pytest.mark.parametrize(
    "token",
    [
        NUMBER,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        f"pm_{NUMBER}",
        "pm_4111-1111_1111.1111",
        "4111111111111112",  # mistyped, and a card number all the same
        "4242-4242-4242-4241",
        "",
        "pm 1",
        "pm_é",
        "p" * 256,
    ],
)
def test_what_is_no_token(token):
    assert paths(token=token) == {"token"}
    assert paths(token="pm_1", customer=token) == {"customer"}


def test_it_may_be_anything_but_text():
    assert paths(token=4111111111111111) == {"token"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("brand", "visa 4111"),
        ("brand", NUMBER),
        ("last4", "42424"),
        ("last4", "424"),
        ("last4", 4242),
        ("last4", NUMBER),
        ("expires", "12/27"),
        ("expires", "2027-13"),
        ("expires", NUMBER),
    ],
)
def test_nothing_else_takes_a_number_in(name, value):
    assert paths(token="pm_1", **{name: value}) == {name}


@given(payment_methods())
def test_it_is_kept_as_it_is_and_its_token_is_not_shown(method):
    assert wire.load(PaymentMethod, wire.dump(method)) == method
    assert method.token not in repr(method)
    assert method.token not in str(method)


def test_reading_repeats_no_number_either():
    for data in ({"token": int(NUMBER)}, {"token": NUMBER}, {"token": "pm_1", NUMBER: 1}):
        with pytest.raises(Malformed) as malformed:
            wire.load(PaymentMethod, data)
        assert NUMBER[:12] not in str(malformed.value)
