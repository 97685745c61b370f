"""What was typed, read as values or told at its field; and how values are written again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.dashboard import DayCount
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.errors import Conflict, Malformed, NotFound, Problem, Refused, WrongState
from leadcore.submissions import Channel
from leadcore.values import Money
from leadcore_portal import formats
from leadcore_portal.charts import days_chart
from leadcore_portal.forms import Form
from leadcore_portal.looks import Looks, looks_of
from leadcore_portal.pages import every_page
from leadcore_portal.visits import local_path

AT = datetime(2026, 11, 22, 19, 5, tzinfo=UTC)
ZONE = "America/New_York"


def sent(**values):
    return Form(values={name: [value] for name, value in values.items()})


@given(st.integers(min_value=0, max_value=10**12))
def test_an_amount_is_read_as_it_is_written(minor):
    told = formats.money(Money(minor, "USD"))
    form = sent(price=told)
    assert form.amount("price", "USD") == Money(minor, "USD")
    assert not form.failed


@pytest.mark.parametrize("text", ["", "1.", ".5", "1.005", "-3", "1e3", "٣", "a", "9" * 20])
def test_what_is_no_amount_is_told_at_its_field(text):
    form = sent(price=text)
    assert form.amount("price", "USD") == Money(0, "USD")
    assert form.problems == {"price": ["An amount such as 25.00."]}


def test_each_field_says_what_is_wrong_with_it():
    form = sent(name=" ", note="a\0b", kind="fax", day="yesterday", at="noon", count="-1", many="7")
    form.text("name"), form.text("note"), form.day("day"), form.whole("count")
    assert form.choice("kind", Channel.CALL) is Channel.CALL
    assert form.moment("at", ZONE, AT) == AT
    assert form.whole("many", most=5) == 7
    assert set(form.problems) == {"name", "note", "kind", "day", "at", "count", "many"}
    with pytest.raises(Malformed):
        form.check()


def test_a_local_time_is_read_on_the_clock_of_its_zone():
    form = sent(at="2026-11-01T01:30", gap="2027-03-14T02:30")
    assert form.moment("at", ZONE, AT) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert form.moment("gap", ZONE, AT) == datetime(2027, 3, 14, 7, tzinfo=UTC)


def refused():
    finding = Finding(
        rule="R", effect=Effect.DENY, severity=Severity.POLICY, sentence="No.", citation="c"
    )
    return Refused(Decision(verdict=Verdict.DENIED, findings=(finding,), at=AT, rulebook="b"))


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        (refused(), {"": ["No."]}),
        (WrongState("Do", "it is over"), {"": ["This can't be done: it is over."]}),
        (
            Conflict("lead"),
            {"": ["Somebody else changed this just now. Look again, then repeat it."]},
        ),
        (Malformed.at("command.profile.name", "is long"), {"name": ["Is long."]}),
        (Malformed.at("slot", "overlaps"), {"begins": ["Overlaps."]}),
        (Malformed((Problem("elsewhere", "is odd"),)), {"": ["Is odd."]}),
    ],
)
def test_what_a_use_case_refuses_is_told_in_the_form(error, problems):
    form = sent(name="x", begins="y")
    with form.telling({"slot": "begins"}):
        raise error
    assert form.problems == problems


def test_what_is_not_there_and_bugs_are_no_problems_of_a_form():
    with pytest.raises(NotFound), sent().telling():
        raise NotFound("lead", "x")
    with pytest.raises(ZeroDivisionError), sent().telling():
        raise ZeroDivisionError


@given(st.text())
def test_a_path_from_outside_stays_inside(path):
    found = local_path(path)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found in {path, "/"}


@given(st.text(alphabet="|autodrklighECT/"), st.sampled_from(["auto|UTC", "dark|Europe/Madrid"]))
def test_whatever_the_cookie_says_there_is_a_zone_and_a_theme(cookie, good):
    assert looks_of(cookie, ZONE).theme in {"auto", "light", "dark"}
    theme, zone = good.split("|")
    assert looks_of(good, ZONE) == Looks(zone=zone, theme=theme)
    assert looks_of("dark|../etc/passwd", ZONE).zone == ZONE


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=31))
def test_columns_stay_inside_their_chart_and_say_their_numbers(counts):
    days = [
        DayCount(day=date(2026, 10, 1) + timedelta(n), leads=each) for n, each in enumerate(counts)
    ]
    chart = days_chart(days, date(2026, 10, 2))
    assert chart.total == sum(counts)
    assert [bar.today for bar in chart.bars].count(True) == (len(counts) > 1)
    for bar, each in zip(chart.bars, counts, strict=True):
        assert 0 <= bar.y <= chart.base
        assert bar.height == pytest.approx(chart.base - bar.y, abs=0.11)
        assert bar.title.endswith(f": {each}")
    assert max(mark for _, mark in chart.lines) >= max(counts)


def test_what_is_written_says_zone_and_unit():
    assert formats.moment(AT, ZONE) == "Nov 22, 2026, 2:05 pm EST"
    assert formats.moment(AT, "Asia/Dubai").endswith("UTC+04")
    assert formats.brief(AT, ZONE, AT) == "Nov 22, 2:05 pm EST"
    assert formats.brief(AT, ZONE, AT + timedelta(days=90)) == "Nov 22, 2026, 2:05 pm EST"
    assert formats.money(Money(-120500, "USD")) == "-$1,205.00"
    assert formats.money(Money(1205, "JPY")) == "1,205 JPY"
    assert (formats.size(0), formats.size(5 * 2**20)) == ("0 bytes", "5.0 MB")
    assert (formats.percent(1, 8), formats.percent(0, 0)) == ("12.5 %", "–")
    assert formats.since(AT - timedelta(days=3), AT) == "3 days ago"
    assert formats.span(None) == "–"


def test_every_address_is_one_page_and_what_changes_something_needs_a_log_in():
    pages = every_page()
    assert len({(page.path, page.method) for page in pages}) == len(pages)
    open_to_all = {page.path for page in pages if page.outside}
    links = {f"/{use}/{{token}}" for use in ("invitation", "reset", "address")}
    assert open_to_all == {"/login", "/forgot", *links}
    free = {page.path for page in pages if not page.outside and page.needs is None}
    assert free <= {"/logout", "/preferences"}
