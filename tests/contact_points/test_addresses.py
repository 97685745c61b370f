"""The same person's number or address always makes the same contact point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.contact_points import (
    addresses,
    is_number,
    normal_address,
    own_address,
    point_id,
)
from leadcore.contact_points.addresses import has_form
from leadcore.submissions import Source, Submission
from leadcore.values import Email, Phone


@pytest.mark.parametrize("number", ["+12125550100", "+1234567", "+123456789012345"])
def test_numbers_in_e164_form_are_numbers(number):
    assert is_number(number)
    assert has_form(number)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "12125550100",
        "+02125550100",
        "+123456",
        "+1234567890123456",
        "+1212555\N{ARABIC-INDIC DIGIT ZERO}100",
        "a@x.y",
    ],
)
def test_anything_else_is_no_number(address):
    assert not is_number(address)


@pytest.mark.parametrize("address", ["", "ann", "a@b@c", "a b@x.y", "a,b@x.y", "@x", "a@"])
def test_what_could_carry_a_second_address_is_none(address):
    assert not has_form(address)


def test_case_width_and_spaces_are_ways_of_typing():
    assert (
        normal_address(" Ann@X.Example ")
        == normal_address("\N{FULLWIDTH LATIN SMALL LETTER A}nn@x.example")
        == "ann@x.example"
    )


def test_a_submission_has_the_points_it_names_once():
    given = Submission(
        source=Source(format="json"),
        phones=(
            Phone(raw="x", normal="+12125550100"),
            Phone(raw="y", normal="+12125550100"),
            Phone(raw="z", normal=None),
            Phone(raw="odd", normal="odd"),
        ),
        emails=(Email(raw="A@X.y", normal="A@X.y"), Email(raw="b", normal=None)),
    )
    assert addresses(given) == ("+12125550100", "a@x.y")
    assert addresses(Submission(source=Source(format="json"))) == ()
    wanted = {None: "+12125550100", " A@x.Y ": "a@x.y", "+12125550100": "+12125550100"}
    assert {each: own_address(given, each) for each in wanted} == wanted
    for none in ("b@x.y", "odd", ""):
        assert own_address(given, none) is None
    assert own_address(Submission(source=Source(format="json")), None) is None


TEXTS = st.text(st.sampled_from("12/a@."), min_size=1, max_size=5)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_two_points_share_an_id(seller, address, other_seller, other_address):
    same = (seller, address) == (other_seller, other_address)
    assert (point_id(seller, address) == point_id(other_seller, other_address)) is same
