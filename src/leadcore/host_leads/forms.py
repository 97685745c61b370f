"""Values of the core as hosts have them in forms and rows: flat, each part by a name of its own.

A part of a part is named by both, with two underscores between (`evidence__url`), which fields of
forms and columns of tables may be called everywhere.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from enum import Enum, IntEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

import attrs

from leadcore import wire
from leadcore.contact_points.addresses import is_number
from leadcore.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["number_of", "parts", "read", "shown"]

T = TypeVar("T")

_NATIONAL = 10


def parts(kind: type) -> dict[str, Any]:
    """Give what a value of a kind consists of: each part's name and type.

    >>> from leadcore.contact_points import LineLookup
    >>> list(parts(LineLookup))
    ['at', 'kind', 'ported_to_wireless_on']
    """
    attrs.resolve_types(kind)
    found: dict[str, Any] = {}
    for each in attrs.fields(kind):
        inside = _inside(each.type)
        if inside is not None:
            found |= {f"{each.name}__{name}": told for name, told in parts(inside).items()}
        elif each.init:
            found[each.name] = each.type
    return found


def _inside(told: Any) -> type | None:  # noqa: ANN401 - a type, or a union of some
    """Give the kind of value that a part is, if it is one, or may be left out."""
    ways = get_args(told) if get_origin(told) is UnionType else (told,)
    return next((each for each in ways if isinstance(each, type) and attrs.has(each)), None)


def read(kind: type[T], said: Mapping[str, object], *, zone: tzinfo | None = None) -> T:
    """Give the value that a form or a row tells of.

    What is None, or left empty where it may be left out, is not said. A choice is known by its
    name in small letters, a box by true and false or by 1 and 0.

    Args:
        kind: of the value.
        said: its parts, by name.
        zone: of instants that come without one, as a host's columns have them; None: they are
            refused.

    Raises:
        Malformed: something is no part of such a value, or makes none; each problem with its path.

    >>> from leadcore.refunds import RefundQuestion
    >>> read(RefundQuestion, {"reason": "spam", "detail": "An advertisement.", "other_lead": ""})
    RefundQuestion(reason='spam', detail='An advertisement.', other_lead=None, documents=())
    """
    known = parts(kind)
    unknown = tuple(Problem(name, "is no part of this") for name in said if name not in known)
    if unknown:
        raise Malformed(unknown)
    nested: dict[str, Any] = {}
    for name, value in said.items():
        told = known[name]
        if value is None or (value == "" and NoneType in get_args(told)):
            continue
        *above, last = name.split("__")
        place = nested
        for step in above:
            place = place.setdefault(step, {})
        place[last] = _written(value, told, zone)
    return wire.load(kind, nested)


def _written(value: Any, told: Any, zone: tzinfo | None) -> Any:  # noqa: ANN401 - a host's
    if isinstance(value, datetime):
        return (value.replace(tzinfo=zone) if zone and value.tzinfo is None else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(told, type) and issubclass(told, IntEnum) and isinstance(value, str):
        return next((each.value for each in told if each.name.lower() == value), value)
    if isinstance(value, int) and bool in {told, *get_args(told)}:
        return bool(value)
    return value


def shown(value: object, names: Iterable[str], *, zone: tzinfo | None = None) -> dict[str, Any]:
    """Give the parts of a value that a form or a row has room for: those among its names.

    Args:
        value: of any kind.
        names: of the form or the row.
        zone: in which instants are given, without saying so; None: they stay as they are.

    >>> from leadcore.values import Phone, PhoneKind
    >>> shown(Phone(raw="1", kind=PhoneKind.TOLL_FREE), ("kind", "normal", "note"))
    {'kind': 'toll_free', 'normal': None}
    """
    known, found = parts(type(value)), dict[str, Any]()
    for name in names:
        if name in known:
            part: Any = value
            for step in name.split("__"):
                part = getattr(part, step, None)
            found[name] = _as_shown(part, zone)
    return found


def _as_shown(part: Any, zone: tzinfo | None) -> Any:  # noqa: ANN401 - any part
    if isinstance(part, Enum):
        return part.name.lower()
    if zone is not None and isinstance(part, datetime):
        return part.astimezone(zone).replace(tzinfo=None)
    return part


def number_of(written: str) -> str | None:
    """Give a number as somebody typed it in E.164 form, or None where it is none for sure.

    Ten digits are a number of North America. For whole forms and files `leadcore-intake` reads
    more.

    >>> number_of("(212) 555-0100"), number_of("+44 20 7946 0000"), number_of("555-0100")
    ('+12125550100', '+442079460000', None)
    """
    digits = re.sub(r"\D", "", written)
    if not written.strip().startswith("+"):
        digits = f"1{digits}" if len(digits) == _NATIONAL else digits
        if len(digits) != _NATIONAL + 1 or not digits.startswith("1"):
            return None
    return f"+{digits}" if is_number(f"+{digits}") else None
