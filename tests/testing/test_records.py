"""Records are drawn by their annotations, every kind of field there is."""

import enum
from datetime import date, datetime
from typing import NewType, Optional

import pytest
from attrs import field, frozen
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from leadcore.testing.records import amounts, records
from leadcore.values import MAX_MINOR, UNLIMITED, Money, SaleId, Unlimited

MANY = settings(max_examples=5_000, phases=[Phase.generate])  # nothing is shrunk
Name = NewType("Name", str)


class Colour(enum.Enum):
    """Two of them."""

    RED = "red"
    BLUE = "blue"


@frozen
class Inner:
    """A record in a record."""

    number: int


@frozen(kw_only=True)
class Everything:
    """A field of each kind."""

    yes: bool
    number: int
    text: str
    name: Name
    day: date
    at: datetime
    money: Money
    colour: Colour
    inner: Inner
    maybe: Inner | None
    old_maybe: Optional[int]  # noqa: UP045 - the older form must be read too
    limit: int | Unlimited
    many: tuple[Inner, ...]
    pair: tuple[int, str]
    some: frozenset[Colour]
    _hidden: str = field(default="")


@given(records(Everything))
def test_every_field_fits_its_annotation(one):
    assert type(one.yes) is bool
    assert type(one.number) is int
    assert isinstance(one.text, str)
    assert one.name
    assert type(one.day) is date
    assert one.at.utcoffset() is not None
    assert isinstance(one.money, Money)
    assert isinstance(one.colour, Colour)
    assert isinstance(one.inner, Inner)
    assert one.maybe is None or isinstance(one.maybe, Inner)
    assert one.old_maybe is None or type(one.old_maybe) is int
    assert one.limit is UNLIMITED or type(one.limit) is int
    assert all(isinstance(inner, Inner) for inner in one.many)
    assert [type(part) for part in one.pair] == [int, str]
    assert one.some <= set(Colour)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda one: one.maybe is None,
        lambda one: one.limit is UNLIMITED,
        lambda one: len(one.many) > 1,
        lambda one: one.some == set(Colour),
        lambda one: one._hidden != "",
    ],
)
def test_every_side_is_drawn(wanted):
    assert wanted(find(records(Everything), wanted, settings=MANY))


@given(amounts())
def test_amounts_fit_64_bits(money):
    assert abs(money.minor) <= MAX_MINOR


@pytest.mark.parametrize("edge", [-MAX_MINOR, 0, MAX_MINOR])
def test_amounts_seek_their_edges(edge):
    found = find(amounts(), lambda money: money.minor == edge, settings=MANY)
    assert found.minor == edge


def test_ids_are_never_empty():
    assert find(records(SaleId), lambda _key: True, settings=MANY) != ""


@pytest.mark.parametrize("hint", [object, list[int], dict[str, int], type(st)])
def test_what_says_nothing_is_refused(hint):
    with pytest.raises(TypeError, match="nothing can be drawn for"):
        records(hint)
