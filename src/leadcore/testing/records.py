"""A strategy for any record of leadcore, made of its annotations.

What comes out is well typed, not necessarily reachable: a sold lead without a sale is possible.
That is what reading and writing must stand, whatever the use cases make.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin

import attrs
from hypothesis import strategies as st

from leadcore.payments import Notice, PaymentMethod
from leadcore.testing.processors import notices, payment_methods
from leadcore.testing.strategies import instants
from leadcore.values import MAX_MINOR, Money

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["amounts", "records"]

T = TypeVar("T")

_CURRENCIES = ("USD", "EUR", "JPY", "KWD")
_MOST = 3


@cache
def amounts() -> st.SearchStrategy[Money]:
    """Draw money of any size that fits, above and below zero, in one of a few currencies."""
    minor = st.integers(-MAX_MINOR, MAX_MINOR) | st.sampled_from((-MAX_MINOR, -1, 0, 1, MAX_MINOR))
    return st.builds(Money, minor, st.sampled_from(_CURRENCIES))


def records(kind: type[T]) -> st.SearchStrategy[T]:
    """Draw a value of one of leadcore's frozen classes, all of its fields by their annotations.

    Raises:
        TypeError: a field's annotation says nothing a value could be drawn for.
    """
    return cast("st.SearchStrategy[T]", _of(cast("Hashable", kind)))


@cache
def _of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - annotations have no common type
    plain = _PLAIN.get(hint)
    if plain is not None:
        return plain()
    if attrs.has(hint):
        return _fields(hint)
    if getattr(hint, "__supertype__", None) is str:
        return _texts(1)
    if isinstance(hint, type) and issubclass(hint, Enum):
        members: list[Enum] = [*hint]
        return st.sampled_from(members)
    return _parts(hint)


def _fields(kind: type[attrs.AttrsInstance]) -> st.SearchStrategy[Any]:
    attrs.resolve_types(kind)
    given = [entry for entry in attrs.fields(kind) if entry.init]
    return st.builds(kind, **{entry.alias: _of(entry.type) for entry in given})


def _parts(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - annotations have no common type
    origin, members = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return st.one_of(*map(_of, members))
    if origin is frozenset:
        return st.frozensets(_of(members[0]), max_size=_MOST)
    if origin is tuple and members[-1] is Ellipsis:
        return st.lists(_of(members[0]), max_size=_MOST).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_of, members))
    message = f"nothing can be drawn for {hint!r}"
    raise TypeError(message)


@cache
def _texts(least: int) -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=("Cs", "Cc"))
    return st.text(letters, min_size=least, max_size=12)


_PLAIN: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    Money: amounts,
    # What refuses most of what could be drawn by its annotations.
    Notice: notices,
    PaymentMethod: payment_methods,
    NoneType: st.none,
    bool: st.booleans,
    date: lambda: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    datetime: instants,
    int: lambda: st.integers(-MAX_MINOR, MAX_MINOR),
    str: lambda: _texts(0),
}
