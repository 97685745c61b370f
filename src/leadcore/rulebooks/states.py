"""State rules, made from one table: hours, closed days, caps and bans.

A row of the table is a state and a span of time. Where a state's hours are the federal ones (8 to
21 every day), its rule is a note: it repeats the federal hours and follows them. Hours narrower on
any day become a guard of their own.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.intervals import WeeklyHours
from leadcore.rulebooks.rule import (
    CALL,
    CALL_AND_TEXT,
    LIFTS_NOTHING,
    TELEMARKETING,
    Cap,
    ClosedDays,
    Confidence,
    Hours,
    Lift,
    Role,
    Rule,
    Scope,
)
from leadcore.rulebooks.state_sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NAMES", "STATE_HOURS", "UNKNOWN_STATE", "StateHours", "state_hours_rules"]

UNKNOWN_STATE = "UNKNOWN"
"""Stands for a person whose state nobody knows: the strictest row of all applies."""

_SOLICITING = Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING)
_CALLS = Scope(channels=CALL, purposes=TELEMARKETING)

NAMES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "the District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "PR": "Puerto Rico", "VI": "the U.S. Virgin Islands", "GU": "Guam",
    "AS": "American Samoa", "MP": "the Northern Mariana Islands",
    UNKNOWN_STATE: "a state that is not known",
}  # fmt: skip

_H, _M, _L = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
_Pair = tuple[int, int]
_FED = (8, 21)
_NOON = 12
_ALL_DAY = (0, 24 * 60)


@frozen(kw_only=True)
class StateHours:
    """One row: what a state's law says about hours and closed days during a span of time.

    Attributes:
        state: two letters.
        weekdays, saturday, sunday: hours `[start, end)` of the local clock; None: closed all day.
        holidays: are legal holidays closed?
        holidays_confidence: how sure that is.
        cap: contacts in 24 hours about one subject.
        texts: do the statute's own words cover texts?
        lifts: what the statute's own words excuse (it says "unsolicited", or "without consent").
        clock: a zone whose clock must be open too.
        citation, confidence: of the hours.
        since, until: first day in force, first day no longer.
        closed_since: first day the holidays are closed, where it differs.
        holiday_weekdays: on which days of the week the words close holidays.
    """

    state: str
    weekdays: _Pair = _FED
    saturday: _Pair | None = _FED
    sunday: _Pair | None = _FED
    holidays: bool = False
    holidays_confidence: Confidence = _H
    cap: Cap | None = None
    texts: bool = False
    lifts: frozenset[Lift] = LIFTS_NOTHING
    clock: str | None = None
    citation: str
    confidence: Confidence = _H
    since: date | None = None
    until: date | None = None
    holidays_since: date | None = None
    holiday_weekdays: frozenset[int] = frozenset(range(7))


def _row(state: str, hours: _Pair, citation: str, **more: object) -> StateHours:
    """Make the row of a state with the same hours every day, unless said otherwise."""
    days = {"weekdays": hours, "saturday": hours, "sunday": hours, **more}
    return StateHours(state=state, citation=citation, **days)  # type: ignore[arg-type]  # keywords of the class itself


_UNSOLICITED = frozenset({Lift.INVITATION, Lift.CONSENT, Lift.RELATIONSHIP})
_CONSENTED = frozenset({Lift.CONSENT})
_THREE = Cap(limit=3)

STATE_HOURS: tuple[StateHours, ...] = (
    _row("AL", (8, 20), "Ala. Admin. Code 770-X-5-.17(2)", sunday=None, holidays=True,
         confidence=_L, holidays_confidence=_L),
    _row("CT", (9, 20), "Conn. Gen. Stat. 42-288a(c)", texts=True),
    _row("DC", _FED, "D.C. Code 22-3226.08"),
    _row("FL", (8, 20), "Fla. Stat. 501.616(6)(a),(b)", cap=_THREE),
    _row("HI", _FED, "HRS 481P-3(8)", confidence=_M),
    _row("IL", _FED, "815 ILCS 413/15"),
    _row("KY", (10, 21), "KRS 367.46955(16)"),
    _row("LA", (8, 20), "LPSC GO R-29617 §V(A)(2); La. R.S. 45:844.31", sunday=None, holidays=True,
         confidence=_M, holidays_confidence=_M),
    _row("MD", (8, 20), "Md. Code, Com. Law 14-4502(c)", cap=_THREE, since=date(2024, 1, 1)),
    _row("MA", (8, 20), "M.G.L. c.159C §3; 201 CMR 12.02(2)"),
    _row("MI", (9, 21), "MCL 750.540e(1)(f)", confidence=_M),
    _row("MN", (9, 21), "Minn. Stat. 325E.30"),
    _row("MS", (8, 20), "Miss. Code 77-3-723(1)", sunday=None, holidays=True, texts=True,
         clock="Etc/GMT+6", holidays_confidence=_L),
    _row("MO", _FED, "RSMo 407.1076(5)"),
    _row("MT", _FED, "MCA 30-14-1412(1)(d)"),
    _row("NV", (9, 20), "NRS 598.0918(3)", confidence=_M),
    _row("NJ", _FED, "N.J.S.A. 56:8-128(c)"),
    _row("NM", (9, 21), "NMSA 57-12-22(B)(5)"),
    _row("NY", _FED, "N.Y. Gen. Bus. Law 399-z(2)", texts=True, lifts=_UNSOLICITED),
    _row("NC", _FED, "N.C.G.S. 75-102(f)"),
    _row("ND", _FED, "N.D.C.C. 51-28-05"),
    _row("OK", (8, 20), "15 O.S. 775C.4", cap=_THREE),
    _row("OR", _FED, "ORS 646.563", until=date(2026, 1, 1)),
    _row("OR", (8, 20), "ORS 646.561, 646.563 (HB 3865 of 2025)", texts=True,
         cap=Cap(limit=3, texts=True, customer_exempt=True), since=date(2026, 1, 1)),
    _row("PA", _FED, "73 P.S. 2245(a)(1)", holidays=True, until=date(2026, 10, 18),
         holidays_since=date(2019, 12, 3)),
    _row("PA", (9, 19), "73 P.S. 2245(a)(1),(10); Act 47 of 2026", sunday=None, holidays=True,
         texts=True, since=date(2026, 10, 18)),
    _row("RI", (9, 18), "R.I. Gen. Laws 5-61-3.6", saturday=(10, 17), sunday=None, holidays=True,
         holiday_weekdays=frozenset(range(5))),
    _row("SC", _FED, "S.C. Code 37-21-30"),
    _row("SD", (9, 21), "SDCL 37-30A-3(2)", sunday=None),
    _row("TN", _FED, "T.C.A. 65-4-402", lifts=_UNSOLICITED),
    _row("TX", (9, 21), "Tex. Bus. & Com. Code 301.051", sunday=(12, 21), lifts=_UNSOLICITED),
    _row("UT", _FED, "Utah Code 13-25a-103(3)", sunday=None, holidays=True, lifts=_CONSENTED),
    _row("VA", _FED, "Va. Code 59.1-511", texts=True, lifts=_CONSENTED),
    _row("WA", (8, 20), "RCW 80.36.390; RCW 19.158.110(4)"),
    _row("WV", _FED, "W. Va. Code 46A-6F-601(a)(4)"),
    _row("WI", _FED, "Wis. Admin. Code ATCP 127.16(3)"),
    _row("WY", (8, 20), "Wyo. Stat. 40-12-302(d)"),
    _row(UNKNOWN_STATE, (10, 18), "the strictest hours of any state (R.I., Ky.)",
         saturday=(10, 17), sunday=None, holidays=True, texts=True,
         cap=Cap(limit=3, texts=True)),
)  # fmt: skip
"""The table of hours. States without a row have no hours of their own; the federal ones apply."""


def _clock(hour: int) -> str:
    if hour == _NOON:
        return "noon"  # 12 p.m. is no plain English
    return f"{hour} a.m." if hour < _NOON else f"{hour - _NOON} p.m."


def _span(hours: _Pair) -> str:
    return f"{_clock(hours[0])} to {_clock(hours[1])}"


def _words(row: StateHours) -> str:
    days = [f"{_span(row.weekdays)} on weekdays"]
    days += [f"{_span(row.saturday)} on Saturdays"] if row.saturday else []
    days += [f"{_span(row.sunday)} on Sundays"] if row.sunday else []
    if row.weekdays == row.saturday == row.sunday:
        days = [f"{_span(row.weekdays)} every day"]
    return ", ".join(days)


def _scopes(row: StateHours) -> tuple[Scope, Scope]:
    return _SOLICITING, _SOLICITING if row.texts else _CALLS


def _hours_rule(row: StateHours) -> Rule:
    scope, literal = _scopes(row)
    # A day that is closed altogether is said by the rule on closed days, not once more here.
    minutes = [
        _ALL_DAY if hours is None else (hours[0] * 60, hours[1] * 60)
        for hours in (*(row.weekdays,) * 5, row.saturday, row.sunday)
    ]
    federal = {row.weekdays, row.saturday, row.sunday} <= {_FED, None}
    where = NAMES[row.state]
    return Rule(
        id=f"S-{row.state}-QH",
        kernel="" if federal else "state_hours",
        role=Role.NOTE if federal else Role.GUARD,
        terms=Hours(week=WeeklyHours(tuple(minutes)), clock=row.clock, lifts=row.lifts),
        state=row.state,
        sentence=f"In {where} sales calls are allowed from {_words(row)}, on the person's clock.",
        caution=(
            f"The hours of {where} ({_words(row)}) leave this contact open by their words; we "
            "end them at the full hour, keep them for texts, and read every clock they may mean."
        ),
        citation=row.citation,
        source=SOURCES.get(row.state),
        effective_from=row.since,
        effective_until=row.until,
        confidence=row.confidence,
        scope=scope,
        literal=literal,
        evidence=("at", "number.zones", "states"),
    )


def _days_rules(row: StateHours) -> Iterator[Rule]:
    scope, literal = _scopes(row)
    where = NAMES[row.state]
    closed = frozenset(day for day, hours in ((5, row.saturday), (6, row.sunday)) if hours is None)
    parts = (
        (bool(closed), closed, False, row.since, row.confidence, "on this day of the week"),
        (row.holidays, frozenset[int](), True, row.holidays_since or row.since,
         row.holidays_confidence, "on legal holidays"),
    )  # fmt: skip
    for wanted, weekdays, holidays, since, confidence, words in parts:
        if wanted:
            yield Rule(
                id=f"S-{row.state}-DAY",
                kernel="closed_day",
                terms=ClosedDays(
                    weekdays=weekdays,
                    holidays=holidays,
                    state=row.state if holidays else None,
                    literal_weekdays=row.holiday_weekdays,
                    lifts=row.lifts,
                    clock=row.clock,
                ),
                state=row.state,
                sentence=f"In {where} sales calls are not allowed {words}.",
                citation=row.citation,
                source=SOURCES.get(row.state),
                effective_from=since,
                effective_until=row.until,
                confidence=confidence,
                scope=scope,
                literal=literal,
                evidence=("at", "number.zones", "states"),
            )


def _cap_rule(row: StateHours, cap: Cap) -> Rule:
    where = NAMES[row.state]
    return Rule(
        id=f"S-{row.state}-CAP",
        kernel="cap",
        terms=cap,
        state=row.state,
        sentence=(
            f"In {where} a person may be contacted {cap.limit} times in 24 hours about one "
            "subject, and that has happened."
        ),
        caution=(
            f"In {where} a person may be called {cap.limit} times in 24 hours about one subject; "
            "we count texts with the calls."
        ),
        citation=row.citation,
        source=SOURCES.get(row.state),
        effective_from=row.since,
        effective_until=row.until,
        confidence=row.confidence,
        scope=_SOLICITING,
        literal=_SOLICITING if cap.texts else _CALLS,
        evidence=("history", "subject", "states"),
    )


def state_hours_rules() -> Iterator[Rule]:
    """Give the rules on hours, closed days and caps of every row, in the order of the table."""
    for row in STATE_HOURS:
        yield _hours_rule(row)
        yield from _days_rules(row)
        if row.cap is not None:
            yield _cap_rule(row, row.cap)
