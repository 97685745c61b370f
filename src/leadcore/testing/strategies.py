"""Hypothesis strategies that seek edges.

Uniform draws miss the bugs that matter here: a window that is an hour off shows only near its end
and near a clock change. So instants are drawn near zone transitions, cases are drawn *for* a
verdict, and half of them lie exactly on its edge.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen
from hypothesis import strategies as st

from leadcore.downline import Tree
from leadcore.intervals import zone_info
from leadcore.refunds import RefundFacts, RefundQuestion, RefundTerms, reasons_for
from leadcore.submissions import Answer, LeadKind, Recording, Source, Submission, Tcpa
from leadcore.values import (
    Address,
    Email,
    Money,
    PersonName,
    Phone,
    PhoneKind,
    UserId,
    of_micros,
)

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = [
    "SHAPES",
    "ZONES",
    "RefundCase",
    "instants",
    "money",
    "parent_links",
    "refund_cases",
    "submissions",
    "transitions",
    "trees",
    "zone_edges",
    "zones",
]

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Australia/Lord_Howe",
    "UTC",
)
"""Zones with and without clock changes, one with half an hour of it, one past the date line."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def zones() -> SearchStrategy[str]:
    """Draw an IANA zone."""
    return st.sampled_from(ZONES)


@cache
def transitions(zone: str, first: int = 2024, last: int = 2029) -> tuple[datetime, ...]:
    """Give the instants (UTC) at which a zone's offset changes, from one year to before another."""
    rules = zone_info(zone)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(rules).utcoffset() or timedelta()

    found: list[datetime] = []
    day = datetime(first, 1, 1, tzinfo=UTC)
    while day.year < last:
        if offset(day) != offset(day + _DAY):
            low, high = day, day + _DAY
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == offset(day) else (low, middle)
            found.append(high.replace(microsecond=0))
        day += _DAY
    return tuple(found)


def zone_edges(zone: str = "America/New_York") -> SearchStrategy[datetime]:
    """Draw an instant (UTC) within a microsecond, second, hour or few days of a clock change.

    Args:
        zone: an IANA zone whose clocks change.
    """
    return _zone_edges(zone)


@cache
def _zone_edges(zone: str) -> SearchStrategy[datetime]:
    steps = st.sampled_from((1, 1_000_000, 3_600_000_000, 86_400_000_000))
    return st.builds(_beside, st.sampled_from(transitions(zone)), steps, st.integers(-6, 6))


@cache
def _soon_before_a_change() -> SearchStrategy[datetime]:
    # Five periods of 24 hours from there on are not five days by the wall clock.
    hours = st.integers(-119, 0)
    return st.builds(
        _beside, st.sampled_from(transitions("America/New_York")), st.just(3_600_000_000), hours
    )


def _beside(edge: datetime, step: int, times: int) -> datetime:
    return edge + timedelta(microseconds=step * times)


@cache
def instants() -> SearchStrategy[datetime]:
    """Draw an instant (UTC): any, near a clock change, or near a year's or a month's end."""
    ends = st.builds(
        _month_end,
        st.integers(2024, 2028),
        st.integers(1, 12),
        st.sampled_from((-1, 0, 1, 18_000_000_000)),
    )
    anywhere = st.integers(1_700_000_000_000_000, 1_860_000_000_000_000).map(of_micros)
    return st.one_of(zone_edges(), ends, anywhere)


def _month_end(year: int, month: int, off: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC) + timedelta(microseconds=off)


def money(currency: str = "USD", *, least: int = 0, most: int = 10**9) -> SearchStrategy[Money]:
    """Draw an amount in minor units."""
    return st.integers(least, most).map(lambda minor: Money(minor, currency))


# Strategies are made once: made anew for each draw they cost more than what they draw.
_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
_MAYBE_TEXTS = st.none() | _TEXTS


def submissions(*, people: int = 5, test: bool | None = None) -> SearchStrategy[Submission]:
    """Draw a submission of one of so many people, so that repeats happen."""
    return _submissions(people, test)


@cache
def _submissions(people: int, test: bool | None) -> SearchStrategy[Submission]:  # noqa: FBT001 - one parameter of a cached function
    return st.builds(
        _submission,
        person=st.integers(0, people - 1),
        kind=st.sampled_from(LeadKind),
        key=_MAYBE_TEXTS,
        first=_TEXTS,
        phones=st.integers(0, 3),
        has_email=st.booleans(),
        state=st.sampled_from((None, "FL", "NY", "TX")),
        code=st.sampled_from((None, "33101", "10001")),
        area=st.sampled_from((None, "Family law", "Personal injury", "bankruptcy")),
        comments=_MAYBE_TEXTS,
        answers=st.lists(st.builds(Answer, key=_TEXTS, question=_MAYBE_TEXTS), max_size=2),
        tcpa=st.sampled_from(Tcpa),
        submitted_at=st.none() | instants(),
        test=st.booleans() if test is None else st.just(test),
    )


def _submission(
    *,
    person: int,
    kind: LeadKind,
    key: str | None,
    first: str,
    phones: int,
    has_email: bool,
    state: str | None,
    code: str | None,
    area: str | None,
    comments: str | None,
    answers: list[Answer],
    tcpa: Tcpa,
    submitted_at: datetime | None,
    test: bool,
) -> Submission:
    both = (
        Phone(raw=f"(212) 555-01{person:02d}", normal=f"+121255501{person:02d}"),
        Phone(raw="555", normal=None, kind=PhoneKind.WIRELESS),
    )
    email = Email(raw=f"P{person}@X.example", normal=f"p{person}@x.example")
    return Submission(
        source=Source(format="json", key=key),
        kind=kind,
        name=PersonName(first=first, last=f"Person {person}"),
        phones=(both, both[:1], both[::-1], ())[phones],
        emails=(email,) if has_email else (),
        address=Address(state=state, zip=code),
        vertical="legal",
        area=area,
        comments=comments,
        answers=tuple(answers),
        tcpa=tcpa,
        submitted_at=submitted_at,
        test=test,
        recording=Recording(reference="call-1") if kind is LeadKind.LIVE_CALL else None,
    )


SHAPES = ("any", "chain", "wide", "forest", "damaged")
"""The shapes of trees: one below any earlier one, one below the other, all below the first, short
chains side by side; and links that go to nobody, to oneself or round in a circle."""


@st.composite
def parent_links(
    draw: DrawFn, *, shape: str | None = None, most: int = 12
) -> dict[UserId, UserId | None]:
    """Draw the parent links of an account's users, whose ids are `u00`, `u01` ….

    Args:
        draw: Hypothesis' own.
        shape: one of `SHAPES`; None to draw a sound one of them.
        most: at most so many people.
    """
    count = draw(st.integers(1, most))
    shape = shape or draw(st.sampled_from(SHAPES[:-1]))
    parents: dict[UserId, UserId | None] = {}
    for index in range(count):
        above = {
            "chain": index - 1,
            "wide": 0 if index else -1,
            "forest": -1 if index % 3 == 0 else index - 1,
        }.get(shape)
        if above is None:
            # One more than there are is nobody.
            above = draw(st.integers(-1, count if shape == "damaged" else index - 1))
        parents[UserId(f"u{index:02d}")] = None if above < 0 else UserId(f"u{above:02d}")
    return parents


def trees(*, shape: str | None = None, most: int = 12) -> SearchStrategy[Tree]:
    """Draw a tree of people: chains, wide ones, forests and everything between.

    Args:
        shape: one of `SHAPES`; None to draw a sound one of them.
        most: at most so many people.
    """
    return parent_links(shape=shape, most=most).map(Tree)


@frozen(kw_only=True)
class RefundCase:
    """A refund question whose answer is known: `rules` are all that must refuse it."""

    question: RefundQuestion
    facts: RefundFacts
    at: datetime
    terms: RefundTerms
    rules: frozenset[str]


@st.composite
def refund_cases(draw: DrawFn, *, rules: frozenset[str] | None = None) -> RefundCase:
    """Draw the verdict first, then a case that must give it, half of them on the window's edge.

    Of half of them New York's clocks change within the window.

    Args:
        draw: Hypothesis' own.
        rules: the timing rules that must refuse (`RET-LATE`, `RET-EARLY`, `RET-BEFORE-SALE`); an
            empty set for an eligible one; None to draw that too.
    """
    sold = draw(_soon_before_a_change() if draw(st.booleans()) else zone_edges() | instants())
    wanted = rules if rules is not None else draw(st.sampled_from(_TIMINGS))
    ages = (1, 96) if "RET-EARLY" in wanted else (0, 0, 1, 96)
    terms = RefundTerms(min_age_hours=draw(st.sampled_from(ages)))
    at = sold + _age(draw, wanted, terms)
    kind = draw(st.sampled_from(LeadKind))
    reason = draw(st.sampled_from([r.code for r in reasons_for(kind, None) if not r.names_lead]))
    return RefundCase(
        question=RefundQuestion(reason=reason, detail="asked the person"),
        facts=RefundFacts(
            lead_kind=kind,
            sold_at=sold,
            recorded=kind is LeadKind.LIVE_CALL or None,
            attempt_days=frozenset(date(2026, 1, day) for day in (1, 2, 3, 4)),
        ),
        at=at,
        terms=terms,
        rules=wanted,
    )


_TIMINGS = (
    frozenset[str](),
    frozenset({"RET-LATE"}),
    frozenset({"RET-EARLY"}),
    frozenset({"RET-BEFORE-SALE"}),
)


def _age(draw: DrawFn, wanted: frozenset[str], terms: RefundTerms) -> timedelta:
    # True elapsed time since the sale, in the band that must give the verdict.
    opens, closes = terms.min_age_hours * _HOUR, terms.max_age * _HOUR
    tick = timedelta(microseconds=1)
    far = timedelta(days=draw(st.integers(0, 30)), seconds=draw(st.integers(0, 86_399)))
    if "RET-LATE" in wanted:
        return closes + tick + draw(st.sampled_from((timedelta(), timedelta(), _HOUR, far)))
    if "RET-BEFORE-SALE" in wanted:
        return -tick - draw(st.sampled_from((timedelta(), timedelta(), _HOUR, far)))
    if "RET-EARLY" in wanted:
        return draw(st.sampled_from((opens - tick, opens - _HOUR, timedelta())))
    inside = timedelta(
        microseconds=draw(st.integers(opens // tick, closes // tick)),
    )
    return draw(st.sampled_from((opens, closes, inside, closes - _HOUR)))
