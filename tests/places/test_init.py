"""Places against the packages their tables were made from, and against the packages' faults."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
import zipcodes
from phonenumbers.tzdata import TIMEZONE_DATA

from leadcore import places
from leadcore.places import NOWHERE, Place, Trust, by_number, by_zip, resolve

EASTERN, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC, PHOENIX = "America/Los_Angeles", "America/Phoenix"


def clocks(zone: str) -> tuple[object, object]:
    info = ZoneInfo(zone)
    return tuple(
        datetime(2026, month, 15, tzinfo=UTC).astimezone(info).utcoffset() for month in (1, 7)
    )


FAULTY_ZIPS = {
    *("37405", "86045", "86040", "86003", "89883", "79942", "99634", "89825"),
    *("36867", "36868", "36869", "36870", "36863", "36854"),
}
NO_STATES = {"AA", "AE", "AP", "FM", "MH", "PW"}
SPLIT = {
    *("208", "986", "270", "364", "308", "423", "541", "458", "574", "605", "606", "219", "620"),
    *("785", "701", "775", "812", "930", "850", "448", "906", "907", "928", "334", "432", "915"),
}


class TestZipsAgainstThePackage:
    def test_every_code_has_its_state_and_zone(self) -> None:
        wrong = []
        for entry in zipcodes.list_all():
            code, state, zone = entry["zip_code"], entry["state"], entry["timezone"]
            if state in NO_STATES or not zone or code in FAULTY_ZIPS or code.startswith("09"):
                continue
            place = by_zip(code)
            if place.states != (state,) or [clocks(z) for z in place.zones] != [clocks(zone)]:
                wrong.append((code, state, zone, place))
        assert wrong == []

    def test_military_and_free_states_are_no_evidence(self) -> None:
        for entry in zipcodes.list_all():
            if entry["state"] in NO_STATES:
                assert by_zip(entry["zip_code"]) is NOWHERE, entry

    @pytest.mark.parametrize(
        ("code", "zones"),
        [
            ("37405", (EASTERN,)),  # Chattanooga
            ("86045", (MOUNTAIN,)),  # Tuba City keeps daylight saving time
            ("86515", (MOUNTAIN,)),  # Window Rock, too
            ("86040", (PHOENIX,)),  # Page
            ("86003", (PHOENIX,)),  # Flagstaff
            ("89883", (MOUNTAIN,)),  # West Wendover
            ("89825", (MOUNTAIN, PACIFIC)),  # Jackpot
            ("79942", (MOUNTAIN,)),  # El Paso
            ("99634", ("America/Anchorage",)),  # Napakiak
            ("36867", (CENTRAL, EASTERN)),  # Phenix City
            ("36863", (CENTRAL, EASTERN)),  # Lanett
            ("36854", (CENTRAL, EASTERN)),  # Valley
        ],
    )
    def test_known_faults_are_corrected(self, code: str, zones: tuple[str, ...]) -> None:
        assert by_zip(code).zones == zones


def is_american(npa: str) -> bool:
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{npa}2345678"))
    return phonenumbers.region_code_for_number(number) in {"US", "PR", "VI", "GU", "AS", "MP"}


class TestNumbersAgainstThePackage:
    def test_zones_of_each_code(self) -> None:
        known = defaultdict(set)
        for prefix, zones in TIMEZONE_DATA.items():
            if len(prefix) >= 4 and prefix[0] == "1":
                known[prefix[1:4]] |= {clocks(zone) for zone in zones}
        wrong = []
        for npa in map(str, range(200, 1000)):
            ours = {clocks(zone) for zone in by_number(f"+1{npa}2345678").zones}
            if npa == "689":
                assert ours == {clocks(EASTERN)}  # Orlando; the package says Chicago
            elif npa in SPLIT:
                assert len(ours) == 2, npa
                # The package lists one exchange of Alaska's 907 as Hawaiian.
                assert known[npa] - {clocks("Pacific/Honolulu")} <= ours, npa
            elif ours and ours != known[npa]:
                wrong.append((npa, ours, known[npa]))
        assert wrong == []

    def test_only_american_codes_are_evidence(self) -> None:
        for npa in map(str, range(200, 1000)):
            place = by_number(f"+1{npa}2345678")
            assert not place.zones or is_american(npa), npa

    def test_every_geographic_code_is_known(self) -> None:
        tolls = {"800", "833", "844", "855", "866", "877", "888", "900"}
        unknown = {
            npa
            for npa in map(str, range(200, 1000))
            if is_american(npa) and not by_number(f"+1{npa}2345678").zones
        }
        assert {npa for npa in unknown if not npa.startswith("5")} == tolls

    @pytest.mark.parametrize(
        ("npa", "zones"),
        [
            ("448", (CENTRAL, EASTERN)),  # as 850
            ("364", (CENTRAL, EASTERN)),  # as 270
            ("930", (CENTRAL, EASTERN)),  # as 812
            ("458", (MOUNTAIN, PACIFIC)),  # as 541
            ("986", (MOUNTAIN, PACIFIC)),  # as 208
            ("689", (EASTERN,)),
            ("928", (MOUNTAIN, PHOENIX)),
            ("907", ("America/Adak", "America/Anchorage")),
        ],
    )
    def test_overlay_inherits_both_zones_of_its_parent(
        self, npa: str, zones: tuple[str, ...]
    ) -> None:
        assert by_number(f"+1{npa}2345678").zones == zones


class TestResolve:
    def test_union(self) -> None:
        place = resolve("+19175550100", "90001")
        assert place == Place(
            states=("CA", "NY"), zones=(PACIFIC, EASTERN), evidence=("number", "zip")
        )

    def test_is_kept_for_a_whole_number_only(self) -> None:
        place = resolve("+19175550100", "90001")
        assert resolve("+19175550199", "90001-1234") is place
        assert resolve("+1917", "90001").states == ("CA",)
        assert resolve("+19175550100", "9000").states == ("NY",)

    def test_keeps_only_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(places, "_KEPT", 2)
        found = [resolve("+19175550100", code) for code in ("90001", "60601", "77001", "90001")]
        assert [place.states for place in found] == [
            ("CA", "NY"), ("IL", "NY"), ("NY", "TX"), ("CA", "NY"),
        ]  # fmt: skip
        assert len(places._UNIONS) <= 2

    def test_one_evidence_alone(self) -> None:
        assert resolve("+19175550100", None).states == ("NY",)
        assert resolve(None, "90001").states == ("CA",)
        assert resolve("+18005550100", "90001").evidence == ("zip",)
        assert resolve(None, None) is NOWHERE

    def test_the_address_alone_if_it_is_trusted(self) -> None:
        trusted = resolve("+19175550100", "90001", trust=Trust.ADDRESS)
        assert trusted.states == ("CA",)
        assert resolve("+19175550100", "00000", trust=Trust.ADDRESS).states == ("NY",)

    @pytest.mark.parametrize(
        "number", [None, "+14163640123", "+442079460123", "+18005550100", "+1212", "12125550100"]
    )
    def test_no_evidence(self, number: str | None) -> None:
        assert by_number(number) is NOWHERE

    @pytest.mark.parametrize("code", [None, "", "9000", "00000", "09123", "96941"])
    def test_no_place(self, code: str | None) -> None:
        assert by_zip(code) is NOWHERE

    def test_nine_digits(self) -> None:
        assert by_zip("37405-1234") is by_zip("37405")
        assert by_zip("100011234").states == ("NY",)

    def test_an_unlisted_code_may_be_anywhere_its_prefix_is(self) -> None:
        assert by_zip("32499").zones == (CENTRAL, EASTERN)
        assert by_zip("96999").states == ("GU", "MP")
