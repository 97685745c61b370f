"""The checked-in tables are what the script makes of the packages."""

from __future__ import annotations

from leadcore.places.data import AREA_CODES, ZIP3, ZIP5, ZONES
from tools.make_places import TARGET, generate


def test_as_generated() -> None:
    assert TARGET.read_text("utf-8") == generate()


def test_no_code_stands_twice() -> None:
    for table in (AREA_CODES, ZIP3, ZIP5):
        codes = [code for row in table.values() for code in row.split(" ")]
        assert len(codes) == len(set(codes))
    letters = {letter for table in (AREA_CODES, ZIP3, ZIP5) for key in table for letter in key[3:5]}
    assert {letter for letter in letters if letter.isalpha()} == set(ZONES)
