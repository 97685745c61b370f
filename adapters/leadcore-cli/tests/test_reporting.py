"""The dashboard and single reports: what whoever asks may see, on any terminal, and as data."""

from __future__ import annotations

from datetime import date

import pytest

from leadcore.dashboard import DayCount
from leadcore_cli.charts import columns, span

REPORTS = (
    "days",
    "counts",
    "first-contact",
    "undelivered",
    "returns-by-account",
    "returns-by-reason",
    "returns-by-source",
    "spend",
)


@pytest.fixture
def worked(sold):
    sold("attempt", "Grace Abara", "--as", "ben", "--channel", "call", "--outcome", "no_answer")
    return sold


@pytest.mark.parametrize("width", [80, 120])
def test_the_dashboard_fits_its_terminal(worked, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    said = worked("dashboard").stdout
    for words in ("2 leads so far", "1 of 2 tried", "Most recent", "Grace Abara", "per kept lead"):
        assert words in said, words


def test_the_dashboard_as_data(worked):
    found = worked.one("dashboard")
    assert sum(each["leads"] for each in found["days"]) == 2
    assert {each["appointments"] for each in found["days"]} == {0}
    assert found["overdue"] == 0
    assert found["spend"][0]["spent"] == {"minor": 5_000, "currency": "USD"}
    assert found["statement"] is None
    assert found["first_contact"][0]["tried"] == 1
    at_north = worked.one("dashboard", "--account", "north")
    assert at_north["statement"][0]["closing"] == {"minor": 95_000, "currency": "USD"}
    assert at_north["undelivered"] is None
    assert len(at_north["recent_leads"]) == 2


def test_a_viewer_is_shown_no_more_than_theirs(worked):
    ben = worked.one("dashboard", "--as", "ben")
    assert len(ben["recent_leads"]) == 2
    assert (ben["spend"], ben["returns"], ben["statement"], ben["undelivered"]) == (None,) * 4
    for viewer in ("cleo", "dan"):
        found = worked.one("dashboard", "--as", viewer)
        assert sum(each["leads"] for each in found["days"]) == 0
        assert found["recent_leads"] == found["overdue_leads"] == found["counts"] == []
    worked("user", "ada", "--admin")
    assert worked.one("dashboard", "--as", "ada")["spend"][0]["kept"] == 2
    assert "no report 'money'" in worked("report", "spend", "--as", "ben", code=3).stderr
    assert "no report" in worked("report", "statement", "--as", "ben", code=3).stderr
    assert "said by --as" in worked("dashboard", "--as", "ben", "--account", "north", code=4).stderr


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_a_table_and_data(worked, name):
    assert name.split("-")[0].capitalize() in worked("report", name).stdout
    assert isinstance(worked.json("report", name), list)


def test_a_report_speaks_of_the_days_asked_for(worked):
    rows = worked.json("report", "days", "--since", "2026-03-07", "--until", "2026-03-10")
    assert [each["day"] for each in rows] == ["2026-03-07", "2026-03-08", "2026-03-09"]
    assert worked.json("report", "counts", "--since", "2026-03-07", "--until", "2026-03-08") == []
    (row,) = worked.json("report", "counts", "--kind", "web")
    assert row == {"status": "sold", "kind": "web", "leads": 2}
    assert worked.json("report", "counts", "--kind", "live_call") == []
    (statement,) = worked.json("report", "statement", "--account", "north")
    assert statement["charges"] == {"minor": -5_000, "currency": "USD"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("days", "--since", "2026-03-07", "--until", "2026-03-07"), "no day at all"),
        (("days", "--since", "2020-01-01"), "a chart has from 1 to 366 days"),
        (("days", "--zone", "Mars/Base"), "not an IANA time zone"),
        (("statement",), "whose statement"),
    ],
)
def test_what_makes_no_sense_is_refused(worked, words, said):
    assert said in worked("report", *words, code=4).stderr


def counted(*numbers):
    return [DayCount(day=date(2026, 11, n), leads=each) for n, each in enumerate(numbers, 1)]


def test_a_chart_is_as_high_as_its_busiest_day():
    lines = columns(counted(0, 1, 16, 32))
    assert lines[0] == "32 │      █"
    assert lines[3] == " 0 │  ▁ █ █"
    assert lines[-1].split() == ["1"]
    assert columns(counted(0))[0] == "0 │"
    assert columns([])[-1] == ""


@pytest.mark.parametrize(
    ("micros", "said"),
    [
        (None, "–"),
        (59_999_999, "under 1 min"),
        (60_000_000, "1 min"),
        (3_600_000_000 * 2 + 60_000_000 * 5, "2 h 05 min"),
        (86_400_000_000 * 3 + 3_600_000_000 * 4, "3 d 4 h"),
    ],
)
def test_times_are_told_as_people_read_them(micros, said):
    assert span(micros) == said
