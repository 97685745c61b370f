"""Values to JSON and back: the only module that knows cattrs.

Strict where a stock converter guesses: a naive datetime, an int for a text, a float or a bool for a
whole number, null for something required, an unknown field, an unknown word of a list: each is
refused, and every problem comes with its path (`$.terms.price.minor`). What was written is read
back equal. Written forms carry a version, so that later readers know what they read.

Instants are written in UTC with a `Z`; any offset is read.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from functools import cache, lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

import attrs
import cattrs
from attrs import frozen
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.v import transform_error

from leadcore import (
    accounts,
    api_keys,
    appointments,
    contact_points,
    decision_trail,
    files,
    hooks,
    leads,
    letters,
    logins,
    orders,
    payments,
    people,
    recording_life,
)
from leadcore.consent import Unknown
from leadcore.errors import Malformed, Problem
from leadcore.payments.cards import without_cards
from leadcore.refunds import life as refund_life
from leadcore.values import AccountId, LeadId, Money, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "EVENTS",
    "STATES",
    "VERSION",
    "canonical",
    "dump",
    "dump_event",
    "load",
    "load_event",
    "start_of",
]

T = TypeVar("T")

VERSION = 1
"""The version of the written forms."""


def _members(union: Any) -> dict[str, type]:
    kinds: Iterable[type] = get_args(union) or (union,)
    return {kind.__name__: kind for kind in kinds}


EVENTS: dict[str, dict[str, type]] = {
    "seller": _members(accounts.SellerEvent),
    "account": _members(accounts.AccountEvent),
    "order": _members(orders.OrderEvent),
    "user": _members(people.UserEvent),
    "tree": {"UserMoved": people.UserMoved},
    "lead": _members(leads.LeadEvent),
    "refund": _members(refund_life.RefundEvent),
    "contact_point": _members(contact_points.PointEvent),
    "decisions": {"DecisionLogged": decision_trail.DecisionLogged},
    "payment": _members(payments.PaymentEvent),
    "letter": _members(letters.LetterEvent),
    "stray": {"StrayReceived": payments.StrayReceived},
    "login": _members(logins.LoginEvent),
    "login_name": _members(logins.NameEvent),
    "session": _members(logins.SessionEvent),
    "tries": _members(logins.TriesEvent),
    "appointment": _members(appointments.AppointmentEvent),
    "file": _members(files.FileEvent),
    "api_key": _members(api_keys.ApiKeyEvent),
    "hook": _members(hooks.HookEvent),
    "recording": _members(recording_life.RecordingEvent),
}
"""The events of each kind of stream, by the name they are written under."""

STATES: dict[str, tuple[type, Callable[..., Any]]] = {
    "seller": (accounts.Seller, accounts.evolve_seller),
    "account": (accounts.Account, accounts.evolve),
    "order": (orders.Order, orders.evolve),
    "user": (people.User, people.evolve),
    "tree": (people.AccountTree, people.evolve_tree),
    "lead": (leads.Lead, leads.evolve),
    "refund": (refund_life.Refund, refund_life.evolve),
    "contact_point": (contact_points.ContactPoint, contact_points.evolve),
    "decisions": (decision_trail.DecisionTrail, decision_trail.evolve),
    "payment": (payments.Payment, payments.evolve),
    "stray": (payments.StrayNotices, payments.evolve_stray),
    "letter": (letters.Letter, letters.evolve),
    "login": (logins.Login, logins.evolve),
    "login_name": (logins.LoginName, logins.evolve_name),
    "session": (logins.Session, logins.evolve_session),
    "tries": (logins.Tries, logins.evolve_tries),
    "appointment": (appointments.Appointment, appointments.evolve),
    "file": (files.LeadFile, files.evolve),
    "api_key": (api_keys.ApiKey, api_keys.evolve),
    "hook": (hooks.Hook, hooks.evolve),
    "recording": (recording_life.CallRecording, recording_life.evolve),
}
"""The state of each kind of stream, and the function that folds its events into it."""


def start_of(kind: str, key: str) -> Any:
    """Give the state a stream starts from: mostly None; where a key says enough, an empty one."""
    start = _STARTS.get(kind)
    return None if start is None else start(key)


_STARTS: dict[str, Callable[[str], Any]] = {
    "tree": lambda key: people.AccountTree(AccountId(key)),
    "contact_point": contact_points.point_of,
    "decisions": lambda key: decision_trail.trail_of(LeadId(key)),
    "stray": payments.stray_of,
    "letter": letters.letter_of,
    "login_name": logins.name_of,
    "tries": logins.tries_of,
}


def dump(value: object) -> Any:
    """Give a value as what JSON can hold: dicts, lists, texts, whole numbers, booleans, null."""
    return _dumping(cast("Any", type(value)))(value)


@cache
def _dumping(kind: Any) -> Callable[[Any], Any]:
    # What the converter looks up for every value, looked up once for every kind.
    return _converter().get_unstructure_hook(kind)


def canonical(value: object) -> str:
    """Give a value as JSON in the one form that digests are made of: sorted, no space, ASCII."""
    return json.dumps(dump(value), sort_keys=True, separators=(",", ":"))


def load(kind: type[T], data: object) -> T:
    """Read a value of a kind from what JSON held.

    Raises:
        Malformed: every problem, each with its path from `$`.
    """
    try:
        return _converter().structure(data, kind)
    except Exception as error:
        raise Malformed(_problems(error)) from error


def dump_event(stream: str, event: object) -> dict[str, Any]:
    """Give an event with its name and version.

    Raises:
        Malformed: it is no event of such a stream.
    """
    name = type(event).__name__
    if EVENTS[stream].get(name) is not type(event):
        raise Malformed.at("$", f"{name} is no event of a {stream}")
    return {"v": VERSION, "event": name, "data": dump(event)}


def load_event(stream: str, data: object) -> Any:
    """Read an event of a stream.

    Raises:
        Malformed: every problem, each with its path from `$`.
    """
    written = _envelope(data)
    version, name = written["v"], written["event"]
    # type(): true and 1.0 are equal to 1, and neither is a version.
    if type(version) is not int or version != VERSION:
        raise Malformed.at("$.v", f"a written event has version {VERSION}, not {_shown(version)}")
    kind: type[Any] | None = EVENTS[stream].get(name) if isinstance(name, str) else None
    if kind is None:
        raise Malformed.at("$.event", f"{_shown(name)} is no event of a {stream}")
    try:
        return load(kind, written["data"])
    except Malformed as error:
        raise Malformed(_inside("$.data", error.problems)) from error


def _envelope(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise Malformed.at("$", f"is an object, not {_shown(data)}")
    written = cast("dict[str, object]", data)
    unknown = sorted(without_cards(str(name)) for name in written.keys() - _ENVELOPE)
    problems = [Problem(f"$.{name}", "is missing") for name in _ENVELOPE if name not in written]
    if unknown:
        problems.append(Problem("$", f"has unknown fields: {', '.join(unknown)}"))
    if problems:
        raise Malformed(problems)
    return written


_ENVELOPE = ("v", "event", "data")


def _inside(path: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(Problem(path + each.path.removeprefix("$"), each.message) for each in problems)


class _Wrong(ValueError):
    """A value of the wrong kind, said in words."""


def _problems(error: BaseException) -> tuple[Problem, ...]:
    return tuple(_problem(line) for line in transform_error(error, "$", _words))


def _problem(line: str) -> Problem:
    # Whatever was in the wrong place is told, but for a card number somebody typed there.
    message, _, path = without_cards(line).rpartition(" @ ")
    return Problem(path or "$", message or line)


def _words(error: BaseException, _kind: type | None) -> str:
    if isinstance(error, KeyError):
        return "is missing"
    if isinstance(error, cattrs.errors.ForbiddenExtraKeysError):
        return f"has unknown fields: {', '.join(sorted(error.extra_fields))}"
    return str(error) or type(error).__name__


def _exactly(kind: type, words: str) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _kind: Any) -> Any:
        # type(), not isinstance(): a bool is an int to isinstance.
        if type(value) is not kind:
            message = f"is {words}, not {_shown(value)}"
            raise _Wrong(message)
        return value

    return structure


def _shown(value: object) -> str:
    return "null" if value is None else f"{type(value).__name__} {_cut(value)!r}"


def _cut(value: object) -> str:
    # Before it is cut: half a card number passes no check, and is half of one all the same.
    return without_cards(str(value))[:40]


def _instant(value: Any, _kind: Any) -> datetime:
    if not isinstance(value, str):
        message = f"is an instant as text, not {_shown(value)}"
        raise _Wrong(message)
    # Python 3.11 reads more than RFC 3339 allows (week dates, no separators): ask for its form.
    if not re.fullmatch(_RFC3339, value, re.ASCII):
        message = f"is an instant with its offset (2026-11-22T13:00:00Z), not {_cut(value)!r}"
        raise _Wrong(message)
    try:
        return instant(datetime.fromisoformat(value.upper()))
    except (ValueError, OverflowError) as error:
        message = f"is no instant there ever is: {_cut(value)!r}"
        raise _Wrong(message) from error


_RFC3339 = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)"


def _date(value: Any, _kind: Any) -> date:
    if not (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        message = f"is a date (2026-11-22), not {_shown(value)}"
        raise _Wrong(message)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        message = f"is no date there ever is: {value!r}"
        raise _Wrong(message) from error


@lru_cache(maxsize=1024)
def _written(at: datetime) -> str:
    # Values hold instants in UTC already; asking first saves most of the time this takes.
    text = at.isoformat() if at.tzinfo is UTC else at.astimezone(UTC).isoformat()
    return f"{text[:-6]}Z"


def _enum(value: Any, kind: type[Enum]) -> Enum:
    for member in kind:
        if type(value) is type(member.value) and value == member.value:
            return member
    message = f"is one of {', '.join(str(m.value) for m in kind)}; not {_shown(value)}"
    raise _Wrong(message)


def _number_or_unlimited(value: Any, _kind: Any) -> int | Unlimited:
    if isinstance(value, str) and value == Unlimited.UNLIMITED.value:
        return Unlimited.UNLIMITED
    if type(value) is int:
        return value
    message = f"is a whole number or 'unlimited', not {_shown(value)}"
    raise _Wrong(message)


def _money_or_unlimited(value: Any, _kind: Any) -> Money | Unlimited:
    if isinstance(value, str) and value == Unlimited.UNLIMITED.value:
        return Unlimited.UNLIMITED
    return _converter().structure(value, Money)


def _frozenset(kind: Any) -> Callable[[Any, Any], Any]:
    (member,) = get_args(kind)

    def structure(value: Any, _kind: Any) -> frozenset[Any]:
        if not isinstance(value, list):
            message = f"is a list, not {_shown(value)}"
            raise _Wrong(message)
        return frozenset(_converter().structure(value, list[member]))  # type: ignore[valid-type]  # the member type is known at run time only

    return structure


def _sorted(values: frozenset[Any]) -> list[Any]:
    return sorted(_converter().unstructure(value) for value in values)


def _is_new_type_of_str(kind: Any) -> bool:
    return getattr(kind, "__supertype__", None) is str


def _tuple(kind: Any) -> Callable[[Any, Any], Any]:
    members = get_args(kind)

    def structure(value: Any, _kind: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            message = f"is a list, not {_shown(value)}"
            raise _Wrong(message)
        return tuple(_converter().structure(value, list[members[0]]))  # type: ignore[valid-type]  # the member type is known at run time only

    return structure


def _listed(values: tuple[Any, ...]) -> list[Any]:
    return [_converter().unstructure(value) for value in values]


def _or_unknown(kind: Any) -> Callable[[Any, Any], Any]:
    # `datetime | Unknown | None` and its like: "unknown", maybe null, or the one kind left.
    known = tuple(each for each in get_args(kind) if each not in {Unknown, NoneType})
    maybe = NoneType in get_args(kind)

    def structure(value: Any, _kind: Any) -> Any:
        if value == Unknown.UNKNOWN.value:
            return Unknown.UNKNOWN
        return None if value is None and maybe else _converter().structure(value, known[0])

    return structure


def _known_or_not(value: Any) -> Any:
    if isinstance(value, tuple):
        return _listed(cast("tuple[object, ...]", value))
    if isinstance(value, frozenset):
        return _sorted(cast("frozenset[object]", value))
    return _dumping(cast("Any", type(value)))(value)


def _value(member: Any) -> Any:
    # Not `value`, which says the same in a Python call: half of all values here are members.
    return member._value_ if isinstance(member, Enum) else member


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_limit(kind: Any) -> bool:
    return bool(kind == int | Unlimited)


def _is_money_limit(kind: Any) -> bool:
    return bool(kind == Money | Unlimited)


def _is_or_unknown(kind: Any) -> bool:
    return Unknown in get_args(kind)


def _is_plain_or_none(kind: Any) -> bool:
    """Say whether a kind is none or one of what is written as it is."""
    members = get_args(kind)
    given = [getattr(each, "__supertype__", each) for each in members if each is not NoneType]
    return len(members) > len(given) == 1 and given[0] in {str, int, bool}


def _as_it_is(_kind: Any) -> Callable[[Any], Any]:
    return identity


def _is_frozenset(kind: Any) -> bool:
    return get_origin(kind) is frozenset


def _is_pair(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[-1] is not Ellipsis


def _is_homogeneous_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis


@frozen
class _Attrs:
    """How attrs classes are read and written: no unknown field, empty ones left out.

    A default that says something (a number of days, a list of reasons) is written: what was agreed
    must not change when a later version has another default.
    """

    converter: cattrs.Converter

    def structure(self, kind: Any) -> Callable[[Any, Any], Any]:
        attrs.resolve_types(kind)
        read = make_dict_structure_fn(
            kind, self.converter, _cattrs_forbid_extra_keys=True, _cattrs_use_alias=False
        )

        def structure(value: Any, wanted: Any) -> Any:
            if not isinstance(value, dict):
                message = f"is an object, not {_shown(value)}"
                raise _Wrong(message)
            return read(cast("dict[str, Any]", value), wanted)

        return structure

    def unstructure(self, kind: Any) -> Callable[[Any], Any]:
        attrs.resolve_types(kind)
        overrides: dict[str, Any] = {
            entry.name: override(omit_if_default=_is_empty(entry.default))
            for entry in attrs.fields(kind)
        }
        return make_dict_unstructure_fn(kind, self.converter, **overrides)


def _is_empty(default: object) -> bool:
    # Not `in`: 0 equals False, and says something.
    return default is None or default is False or default == ()


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=True, prefer_attrib_converters=False)
    ways = _Attrs(converter)
    converter.register_structure_hook_factory(attrs.has, ways.structure)
    converter.register_unstructure_hook_factory(attrs.has, ways.unstructure)
    converter.register_structure_hook_factory(_is_homogeneous_tuple, _tuple)
    converter.register_structure_hook_factory(_is_frozenset, _frozenset)
    converter.register_structure_hook_factory(_is_or_unknown, _or_unknown)
    converter.register_structure_hook_func(_is_enum, _enum)
    converter.register_structure_hook_func(_is_limit, _number_or_unlimited)
    converter.register_structure_hook_func(_is_money_limit, _money_or_unlimited)
    converter.register_structure_hook_func(_is_new_type_of_str, _exactly(str, "a text"))
    converter.register_structure_hook(str, _exactly(str, "a text"))
    converter.register_structure_hook(int, _exactly(int, "a whole number"))
    # Without it an IntEnum is read by the hook for its base, and is a bare number.
    converter.register_structure_hook(IntEnum, _enum)
    converter.register_structure_hook(bool, _exactly(bool, "true or false"))
    converter.register_structure_hook(datetime, _instant)
    converter.register_structure_hook(date, _date)
    converter.register_unstructure_hook(datetime, _written)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook_func(_is_frozenset, _sorted)
    converter.register_unstructure_hook_func(_is_pair, _listed)
    converter.register_unstructure_hook_factory(_is_plain_or_none, _as_it_is)
    converter.register_unstructure_hook_func(_is_or_unknown, _known_or_not)
    converter.register_unstructure_hook_func(_is_enum, _value)
    converter.register_unstructure_hook_func(_is_limit, _value)
    converter.register_unstructure_hook_func(_is_money_limit, _known_or_not)
    return converter
