"""What is written is read back by others: `icalendar` reads lines, `dateutil` reads zones."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from leadcore.appointments.ical import component, line, stamp, text_value, timed, timezone
from leadcore.intervals import Window, to_local, zone_info
from leadcore.testing.strategies import transitions, zone_edges, zones

ZONES = (
    "America/New_York",
    "America/Phoenix",
    "America/St_Johns",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
)
TEXTS = st.text(st.one_of(st.sampled_from("\\,;:\n\"'^ é漢😀\t"), st.characters(codec="utf-8")))


def calendar(*lines):
    head = (line("VERSION", "2.0"), line("PRODID", "-//x//y//EN"))
    event = component("VEVENT", (line("UID", "u"), line("DTSTAMP", "20261124T140000Z"), *lines))
    return component("VCALENDAR", (*head, event))


def event_of(*lines):
    (found,) = icalendar.Calendar.from_ical(calendar(*lines)).walk("VEVENT")
    return found


def plain(text):
    """Give a text without what no text may hold."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in kept if each in "\t\n" or not (each < " " or each == "\x7f"))


@given(TEXTS)
def test_any_text_comes_back_as_it_was(text):
    assert str(event_of(line("SUMMARY", text_value(text)))["SUMMARY"]) == plain(text)


@given(TEXTS)
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(text):
    written = line("SUMMARY", text_value(text))
    lines = written.split("\r\n")
    assert lines.pop() == ""
    assert all(len(each.encode()) <= 75 for each in lines)
    assert all(each.startswith(" ") for each in lines[1:])
    assert "".join([lines[0], *(each[1:] for each in lines[1:])]) == f"SUMMARY:{text_value(text)}"
    assert not set("\r\n") & set("".join(lines))


@pytest.mark.parametrize("length", [66, 67, 68, 141, 142])
def test_a_line_is_folded_where_it_must_be_and_no_sooner(length):
    lines = line("SUMMARY", "x" * length).split("\r\n")
    assert [len(each) for each in lines[:-2]] == [75] * (len(lines) - 2)


@given(st.text(st.sampled_from('ab "^;:,=é\n-')))
def test_a_parameter_comes_back_as_it_was(name):
    event = event_of(line("ATTENDEE", "mailto:a@x.example", CN=name))
    assert str(event["ATTENDEE"].params["CN"]).replace("\r\n", "\n") == name


def test_nothing_that_was_typed_begins_a_line_of_its_own():
    event = event_of(
        line("SUMMARY", text_value("x\r\nATTENDEE:mailto:eve@x.example\nEND:VEVENT")),
        line("ATTENDEE", "mailto:a@x.example", CN='A"\r\nORGANIZER:mailto:eve@x.example'),
    )
    assert "ORGANIZER" not in event
    assert str(event["ATTENDEE"]) == "mailto:a@x.example"


def test_the_second_pass_of_an_hour_is_said_in_utc():
    for hour, said in ((5, ";TZID=America/New_York:20261101T013000"), (6, ":20261101T063000Z")):
        at = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
        assert timed("DTSTART", at, "America/New_York") == f"DTSTART{said}\r\n"


@given(
    st.sampled_from(ZONES).flatmap(
        lambda zone: st.tuples(st.just(zone), zone_edges(zone if transitions(zone) else ZONES[0]))
    )
)
def test_a_time_comes_back_as_the_instant_it_was(where):
    zone, at = where[0], where[1].replace(microsecond=0)
    found = event_of(timed("DTSTART", at, zone)).decoded("DTSTART")
    assert found.astimezone(UTC) == at
    local = to_local(at, zone)
    if not local.fold:
        assert found.replace(tzinfo=None) == local.replace(tzinfo=None)


@pytest.mark.parametrize("zone", ZONES)
def test_the_rules_of_a_zone_are_those_of_the_zone(zone):
    window = Window(datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
    text = component("VCALENDAR", (timezone(zone, window),))
    read = tz.tzical(io.StringIO(text.replace("\r\n", "\n"))).get(zone)
    at = window.opens_at
    steps = (timedelta(hours=5), timedelta(hours=7))
    number = 0
    while at < window.closes_at:
        local = to_local(at, zone)
        if not local.fold:
            naive = local.replace(tzinfo=None)
            assert naive.replace(tzinfo=read).utcoffset() == local.utcoffset(), (zone, naive)
        at += steps[number % 2]
        number += 1


@pytest.mark.parametrize("zone", ZONES)
def test_each_change_begins_at_its_second(zone):
    window = Window(datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
    (found,) = icalendar.Calendar.from_ical(component("VCALENDAR", (timezone(zone, window),))).walk(
        "VTIMEZONE"
    )
    info = zone_info(zone)
    onsets = []
    for part in found.subcomponents:
        was, becomes = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        at = (part.decoded("DTSTART") - was).replace(tzinfo=UTC)
        assert at.astimezone(info).utcoffset() == becomes
        assert str(part["TZNAME"]) == at.astimezone(info).tzname()
        if onsets:
            assert (at - timedelta(seconds=1)).astimezone(info).utcoffset() == was
        onsets.append(at)
    assert onsets == sorted(onsets)
    within = [each for each in transitions(zone) if onsets[0] < each < window.closes_at]
    assert {each.replace(microsecond=0) for each in within} <= set(onsets)


def test_utc_needs_no_rules():
    at = datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert timezone("UTC", Window(at, at)) == ""
    assert timed("DTSTART", at, "Etc/UTC") == "DTSTART:20261124T140000Z\r\n"
    assert stamp(at) == "20261124T140000Z"


def test_years_at_the_ends_of_time_have_rules_too():
    for year in (1, 9999):
        at = datetime(year, 6, 1, tzinfo=UTC)
        assert "BEGIN:VTIMEZONE" in timezone("Africa/Monrovia", Window(at, at))


def test_offsets_say_their_seconds():
    window = Window(datetime(1960, 1, 1, tzinfo=UTC), datetime(1960, 1, 2, tzinfo=UTC))
    assert "TZOFFSETTO:-004430" in timezone("Africa/Monrovia", window)


@given(zones())
def test_zones_of_the_kit_are_all_written(zone):
    at = datetime(2026, 11, 24, 14, tzinfo=UTC)
    written = timezone(zone, Window(at, at))
    assert written == "" if zone == "UTC" else written.endswith("END:VTIMEZONE\r\n")
