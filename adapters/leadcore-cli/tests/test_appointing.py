"""Appointments at the command line: made, moved, handed over, cancelled, reminded of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

AS = ("--as", "ben")
DAY = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
ADD = ("appointment", "add", "grace@example.com", *AS, "--title", "First talk")


@pytest.fixture
def office(sold):
    sold("user", "ben", "--email", "ben@x.example")
    return sold


def add(cli, *more, at=f"{DAY}T09:00", **how):
    return cli.one(*ADD, "--at", at, *more, **how)


def test_one_is_made_moved_edited_handed_over_and_cancelled(office):
    made = add(office, "--place", "12 Main St", "--remind", "30", "--id", "a1")
    assert (made["assigned_to"], made["slot"]["local"], made["reminders"]) == (
        "ben",
        f"{DAY}T09:00:00",
        [30],
    )
    moved = office.one("appointment", "move", "a1", *AS, "--at", f"{DAY} 11:30")
    assert moved["slot"]["local"] == f"{DAY}T11:30:00"
    edited = office.one("appointment", "edit", "a1", *AS, "--title", "Signing")
    assert (edited["title"], edited["place"]) == ("Signing", "12 Main St")
    assert "Signing" in office("appointment", "reassign", "a1", "cleo", *AS).stdout
    (listed,) = office.json("appointment", "list", "--for", "cleo", "--lead", "Grace")
    assert (listed["id"], listed["sequence"]) == ("a1", 3)
    assert "is cancelled" in office("appointment", "cancel", "a1", *AS).stdout
    assert office.json("appointment", "list") == []
    assert len(office.json("appointment", "list", "--cancelled", "--past")) == 1
    assert office.one("audit") == {"differences": []}


def test_others_see_what_they_may(office):
    add(office, "--id", "a1", "--for", "cleo")
    for user, number in (("ada", 1), ("ben", 1), ("cleo", 1), ("dan", 0)):
        assert len(office.json("appointment", "list", "--as", user)) == number
    assert "there is no" in office("appointment", "cancel", "a1", "--as", "dan", code=3).stderr
    edit = ("appointment", "edit", "a1", "--as", "dan", "--title", "x")
    assert "there is no" in office(*edit, code=3).stderr
    assert "First talk" in office("appointment", "list").stdout


def test_an_overlap_is_told_and_a_wrong_zone_refused(office):
    add(office)
    over = add(office, "--minutes", "30", at=f"{DAY}T09:30")
    assert len(over["overlapping"]) == 1
    shown = office(*ADD, "--at", f"{DAY}T09:45").stdout
    assert shown.count("overlaps with another one") == 2
    assert "IANA" in office(*ADD, "--at", f"{DAY}T09:30", "--zone", "Mars", code=4).stderr


def test_the_calendar_of_a_user_is_one_file(office):
    add(office, "--zone", "Europe/Berlin")
    text = office("appointment", "calendar", *AS).stdout
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("DTSTART").isoformat().startswith(f"{DAY}T09:00:00+0")


def test_tick_reminds_once(office, monkeypatch):
    made = add(office, "--id", "a1", "--remind", "60")
    begins = datetime.fromisoformat(made["slot"]["begins_at"])
    at = begins - timedelta(minutes=30)
    monkeypatch.setattr("leadcore_cli.commands.ticking.now", lambda: at)
    told = [row for row in office.json("tick") if row["did"] == "reminded"]
    assert told == [
        {"did": "reminded", "of": "a1", "outcome": "60 minutes before", "minutes": [60]}
    ]
    assert not [row for row in office.json("tick") if row["did"] == "reminded"]


def test_tick_keeps_the_wall_clock_when_rules_change(office, monkeypatch):
    from leadcore import appointments  # noqa: PLC0415 - patched for this test

    before = appointments.slot_on

    def by_old_rules(*given):
        made = before(*given)
        hour = timedelta(hours=1)
        return type(made)(
            begins_at=made.begins_at + hour,
            ends_at=made.ends_at + hour,
            zone=made.zone,
            local=made.local,
        )

    monkeypatch.setattr("leadcore_cli.commands.appointing.slot_on", by_old_rules)
    made = add(office, "--id", "a1")
    (row,) = (row for row in office.json("tick", "--zones") if row["of"] == "a1")
    assert row["did"] == "zone's rules changed"
    moved = datetime.fromisoformat(row["begins_at"])
    assert moved == datetime.fromisoformat(made["slot"]["begins_at"]) - timedelta(hours=1)
