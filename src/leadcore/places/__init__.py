"""Where a person may be: the states and zones a ZIP code and an area code point to.

The rule is the called party's location, which nobody knows for sure: a mobile number may be carried
anywhere, an address may be old. So both are evidence, and their union counts; everything must be
open in all of it. Roaming cannot be known at all. Toll-free and foreign numbers are no evidence,
and without any evidence there is no zone: nothing is guessed.

The tables are checked in (`tools/make_places.py`); a look-up takes a fraction of a microsecond and
needs no package.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.places.data import AREA_CODES, ZIP3, ZIP5, ZONES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NOWHERE", "Place", "Trust", "by_number", "by_zip", "resolve"]


@frozen(kw_only=True)
class Place:
    """What the evidence says, all of it possible.

    Attributes:
        states: two-letter states, sorted; empty: unknown.
        zones: IANA zones, sorted; empty: unknown. Zones that have agreed since 2007 are given by
            one name (Detroit is New York).
        evidence: what pointed there: `number`, `zip`.
    """

    states: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Trust(Enum):
    """Which evidence counts: all of it, or the address alone where there is one."""

    UNION = "union"
    ADDRESS = "address"


NOWHERE = Place()
"""No evidence."""

_E164_LENGTH = 12
_ZIP_LENGTH = 5
_NO_STATE = "--"


def _table(rows: Mapping[str, str], evidence: str) -> dict[str, Place]:
    places: dict[str, Place] = {}
    found: dict[str, Place] = {}
    for key, codes in rows.items():
        state, letters, _ = key.split(" ")
        place = NOWHERE
        if state != _NO_STATE:
            zones = tuple(sorted(ZONES[letter] for letter in letters))
            place = Place(states=(state,), zones=zones, evidence=(evidence,))
        place = places.setdefault(f"{state} {letters}", place)
        found.update(dict.fromkeys(codes.split(" "), place))
    return found


def _union(*places: Place) -> Place:
    return Place(
        states=tuple(sorted({state for place in places for state in place.states})),
        zones=tuple(sorted({zone for place in places for zone in place.zones})),
        evidence=tuple(sorted({name for place in places for name in place.evidence})),
    )


_NUMBERS = _table(AREA_CODES, "number")
_ZIP5 = _table(ZIP5, "zip")
_ZIP3 = _table(ZIP3, "zip")
for _prefix in sorted({code[:3] for code in _ZIP5}):
    # A code that is not listed may lie in any of the prefix's places.
    _ZIP3[_prefix] = _union(*(place for code, place in _ZIP5.items() if code[:3] == _prefix))


def by_number(e164: str | None) -> Place:
    """Give the place of an area code; `NOWHERE` for toll-free, foreign and unknown ones.

    >>> by_number("+14482000123").zones
    ('America/Chicago', 'America/New_York')
    """
    if e164 is None or len(e164) != _E164_LENGTH or not e164.startswith("+1"):
        return NOWHERE
    return _NUMBERS.get(e164[2:5], NOWHERE)


def by_zip(code: str | None) -> Place:
    """Give the place of a ZIP code, by all five digits where its prefix spans two places.

    Args:
        code: five digits, more may follow (ZIP+4).

    >>> by_zip("37405").zones
    ('America/New_York',)
    """
    if code is None or len(code) < _ZIP_LENGTH:
        return NOWHERE
    found = _ZIP5.get(code[:5])
    return _ZIP3.get(code[:3], NOWHERE) if found is None else found


def resolve(e164: str | None, code: str | None, *, trust: Trust = Trust.UNION) -> Place:
    """Give every state and zone a person may be in.

    Args:
        e164: the number, if known.
        code: the ZIP code, if known.
        trust: with `ADDRESS` a ZIP code that is known silences the number. The default is the
            union, because some states' laws go by the area code whatever the address says.

    >>> resolve("+19175550100", "90001").zones
    ('America/Los_Angeles', 'America/New_York')
    """
    if e164 is None or code is None or trust is Trust.ADDRESS:
        address = by_zip(code)
        return by_number(e164) if address is NOWHERE else address
    key = e164[:5] + code[:5]
    found = _UNIONS.get(key) if len(e164) == _E164_LENGTH else None
    return _both(key, by_number(e164), by_zip(code)) if found is None else found


_UNIONS: dict[str, Place] = {}
"""The union by the first five characters of number and ZIP code, where both are known."""
_KEPT = 65_536


def _both(key: str, number: Place, address: Place) -> Place:
    if number is NOWHERE or address is NOWHERE:
        return number if address is NOWHERE else address
    if len(_UNIONS) >= _KEPT:
        _UNIONS.clear()
    found = _UNIONS[key] = _union(number, address)
    return found
