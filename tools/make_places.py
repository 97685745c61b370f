"""Makes `src/leadcore/places/data.py` from the packages `phonenumbers` and `zipcodes`.

    python tools/make_places.py            write the module
    python tools/make_places.py --check    fail if the module is not what would be written

Both packages have known faults; the corrections below were checked by hand and each says why. Zones
are written as one of thirteen names, because zones that agree on every rule since 2007 need no
names of their own here.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import zipcodes
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.tzdata import TIMEZONE_DATA

__all__ = ["generate", "main", "npa_places", "zip_places"]

TARGET = Path(__file__).resolve().parent.parent / "src" / "leadcore" / "places" / "data.py"

# Letters for zones, by the offsets in January and July.
ZONES = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "Z": "America/Phoenix",
    "P": "America/Los_Angeles",
    "K": "America/Anchorage",
    "U": "America/Adak",
    "H": "Pacific/Honolulu",
    "R": "America/Puerto_Rico",
    "G": "Pacific/Guam",
    "S": "Pacific/Pago_Pago",
}
STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA",
    "Colorado": "CO", "Connecticut": "CT", "Delaware": "DE", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA",
    "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD",
    "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS",
    "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH",
    "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC",
    "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA",
    "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN",
    "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington": "WA",
    "Washington State": "WA", "Washington D.C.": "DC", "West Virginia": "WV", "Wisconsin": "WI",
    "Wyoming": "WY",
}  # fmt: skip
TERRITORIES = {"PR": "R", "VI": "R", "GU": "G", "MP": "G", "AS": "S"}
NOT_STATES = {"AA", "AE", "AP", "FM", "MH", "PW"}
"""Military post and the freely associated states: no state's law and no zone to go by."""

MILITARY_PREFIX = "09"
"""Army and fleet post in Europe; the package gives some of it to New Jersey."""

NPA_STATES = {"203": "CT", "310": "CA", "713": "TX", "718": "NY"}
"""Codes the geocoder has no entry of their own for, only for each exchange."""

SPLIT_NPAS = {
    "208": "PM", "986": "PM", "270": "EC", "364": "EC", "308": "CM", "423": "EC", "541": "PM",
    "458": "PM", "574": "EC", "605": "CM", "606": "EC", "219": "CE", "620": "CM", "785": "CM",
    "701": "CM", "775": "PM", "812": "EC", "930": "EC", "850": "EC", "448": "EC", "906": "EC",
    "907": "KU", "928": "ZM", "334": "CE", "432": "CM", "915": "CM",
}  # fmt: skip
"""Codes that span two zones. Overlays (986, 364, 458, 930, 448) have what their parents have: the
package collapses them to one. 334: the Chattahoochee valley lives by Eastern time. 606, 219, 432,
915: a fringe."""

NPA_ZONES = {"689": "E", "203": "E", "310": "P", "713": "C", "718": "E"}
"""689 overlays 407 (Orlando); the package says Chicago. The others it knows by exchange only."""

ZIP_ZONES = {
    "37405": "E",  # Chattanooga; the package says Chicago
    "86045": "M",  # Tuba City, Navajo Nation, keeps daylight saving time; the package says Phoenix
    "86040": "Z",  # Page; the package says Denver
    "86003": "Z",  # Flagstaff; the package says Denver
    "89883": "M",  # West Wendover keeps Mountain time; the package says Los Angeles
    "79942": "M",  # El Paso; the package says Chicago
    "99634": "K",  # Napakiak; the package gives its name for its zone
    "89825": "PM",  # Jackpot lives by Mountain time, though the law says Pacific
    # Phenix City, Lanett and Valley live by Eastern time though their state is Central.
    **dict.fromkeys(("36867", "36868", "36869", "36870", "36863", "36854"), "CE"),
}


def _offsets(zone: str) -> tuple[object, object]:
    info = ZoneInfo(zone)
    january, july = (datetime(2026, month, 15, tzinfo=UTC).astimezone(info) for month in (1, 7))
    return january.utcoffset(), july.utcoffset()


LETTERS = {_offsets(zone): letter for letter, zone in ZONES.items()}


def letter_of(zone: str) -> str | None:
    """Give the letter of the zone with the same offsets, if there is one."""
    try:
        return LETTERS.get(_offsets(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _all_zip_codes() -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", vars(zipcodes)["list_all"]())


def zip_places() -> dict[str, tuple[str, str]]:
    """Give state and letters of the zones for every ZIP code, corrected."""
    found: dict[str, tuple[str, str]] = {}
    for entry in _all_zip_codes():
        code, state = entry["zip_code"], entry["state"]
        letter = ZIP_ZONES.get(code) or letter_of(entry["timezone"] or "-")
        if state in NOT_STATES:
            # Listed only where the prefix has other codes, so that these are not taken for them.
            found[code] = ("--", "")
        elif letter and not code.startswith(MILITARY_PREFIX):
            found[code] = (state, letter)
    return found


def _region(npa: str) -> str | None:
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{npa}2345678"))
    region: str | None = phonenumbers.region_code_for_number(number)
    return region


def _npa_state(npa: str) -> str | None:
    said = (GEOCODE_DATA.get(f"1{npa}") or {}).get("en", "")
    return NPA_STATES.get(npa) or STATES.get(said) or (said[-2:] if ", " in said else None)


def npa_places() -> dict[str, tuple[str, str]]:
    """Give state and letters of the zones for every geographic area code, corrected.

    Codes without a place (toll-free, personal, premium) and other countries' codes are left out:
    they are no evidence.
    """
    found: dict[str, tuple[str, str]] = {}
    for npa in map(str, range(200, 1000)):
        region = _region(npa)
        if region in TERRITORIES:
            found[npa] = (region, TERRITORIES[region])
        state = _npa_state(npa)
        if region != "US" or state is None:
            continue
        zones = {letter_of(zone) or "" for zone in TIMEZONE_DATA.get(f"1{npa}", ())}
        found[npa] = (state, SPLIT_NPAS.get(npa) or NPA_ZONES.get(npa) or "".join(sorted(zones)))
    return found


def _wrapped(name: str, table: dict[str, str], about: str) -> list[str]:
    lines = [f"{name}: Final = {{"]
    for key in sorted(table):
        row: list[str] = []
        for word in table[key].split():
            if len(" ".join([*row, word])) > 80:  # noqa: PLR2004 - a line has 100
                lines.append(f'    "{key}{len(lines)}": "{" ".join(row)}",')
                row = []
            row.append(word)
        lines.append(f'    "{key}{len(lines)}": "{" ".join(row)}",')
    return [*lines, "}", f'"""{about}"""', ""]


def _by_place(table: dict[str, tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, (state, letters) in sorted(table.items()):
        found[f"{state} {''.join(sorted(letters))} "].append(code)
    return {place: " ".join(codes) for place, codes in found.items()}


def generate() -> str:
    """Give the text of the data module."""
    zips = zip_places()
    prefixes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for code, place in zips.items():
        prefixes[code[:3]].add(place)
    whole = {prefix: next(iter(found)) for prefix, found in prefixes.items() if len(found) == 1}
    single = {code: place for code, place in zips.items() if code[:3] not in whole}
    whole = {prefix: place for prefix, place in whole.items() if place[0] != "--"}
    lines = [
        '"""Area codes and ZIP codes with their states and zones. Made by tools/make_places.py.',
        "",
        "The keys are a state, the letters of its zones and a running number; see `ZONES`.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
        "",
        '__all__ = ["AREA_CODES", "ZIP3", "ZIP5", "ZONES"]',
        "",
        "ZONES: Final = {",
        *(f'    "{letter}": "{zone}",' for letter, zone in ZONES.items()),
        "}",
        '"""Zones by letter."""',
        "",
        *_wrapped("AREA_CODES", _by_place(npa_places()), "Area codes by place."),
        *_wrapped("ZIP3", _by_place(whole), "ZIP prefixes that lie in one place altogether."),
        *_wrapped("ZIP5", _by_place(single), "ZIP codes whose prefix spans two places."),
    ]
    return "\n".join(lines)


def main() -> int:
    """Write or check the module."""
    text = generate()
    if "--check" in sys.argv:
        same = TARGET.read_text("utf-8") == text
        print("as generated" if same else f"{TARGET.name} differs from what would be generated")
        return 0 if same else 1
    TARGET.write_text(text, "utf-8")
    print(f"{TARGET.name}: {len(text)} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
