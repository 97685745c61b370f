"""Guards on time: hours, closed days and caps; each knows when it opens again."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from leadcore.business_days import closed_days
from leadcore.consent import Unknown
from leadcore.contact.facts import TouchKind
from leadcore.contact.hits import Hit
from leadcore.contact.kernels import HOUR, MINUTE, OpenState, in_span, open_state
from leadcore.intervals import clock_change, local_instant, start_of_local_day, to_local
from leadcore.rulebooks.rule import Cap, ClosedDays, Hours, Lift
from leadcore.rulebooks.state_days import state_holidays
from leadcore.values import PhoneKind, micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from leadcore.contact.case import Case, Local
    from leadcore.contact.facts import Touch
    from leadcore.contact.hits import BoundRule
    from leadcore.intervals import WeeklyHours

__all__ = ["TIME_OPENINGS", "TIME_TESTS", "closed_on", "next_open"]

T = TypeVar("T")
_DAY = timedelta(days=1)
_SEARCH_DAYS = 400
_PERMISSION = frozenset({Lift.INVITATION, Lift.CONSENT, Lift.RELATIONSHIP})
_PRIOR_CONSENT = frozenset({Lift.INVITATION, Lift.CONSENT})
_CALLS = frozenset({TouchKind.CALL, TouchKind.PRERECORDED})
_CALLS_AND_TEXTS = _CALLS | {TouchKind.TEXT}
_RECORDED = frozenset({TouchKind.PRERECORDED})


def _terms(bound: BoundRule, kind: type[T]) -> T:
    terms = bound.rule.terms
    if not isinstance(terms, kind):
        message = f"{bound.rule.id} needs {kind.__name__} as its terms"
        raise TypeError(message)
    return terms


# ------------------------------------------------------------------------------------- hours


def _state_of(local: Local, week: WeeklyHours) -> OpenState:
    hours = week.days[local.weekday]
    if hours is None:
        return OpenState.CLOSED
    return open_state(local.time, hours[0] * MINUTE, hours[1] * MINUTE)


def _worst(case: Case, week: WeeklyHours) -> OpenState:
    """Give how the worst clock stands: closed before just ended before open."""
    worst = OpenState.OPEN
    for zone in case.facts.number.zones:
        state = _state_of(case.moment.local(zone), week)
        if state is OpenState.CLOSED:
            return state
        if state is OpenState.ENDED:
            worst = state
    return worst


def _answer(case: Case, state: OpenState, *, beyond: bool = False) -> Hit:
    """Turn a clock's state into an answer: the instant of the end is open by the words."""
    if state is OpenState.OPEN:
        return Hit.SILENT
    if state is OpenState.ENDED:
        return Hit.CAUTION if case.strict else Hit.SILENT
    return Hit.CAUTION if beyond else Hit.DENY


def federal_hours(case: Case, bound: BoundRule) -> Hit:
    """Deny outside the federal hours; literally, permission takes them away."""
    hit = _answer(case, _worst(case, _terms(bound, Hours).week))
    if hit is not Hit.SILENT and not case.strict and case.lifted(_PERMISSION):
        return Hit.SILENT
    return hit


def ftc_hours(case: Case, bound: BoundRule) -> Hit:
    """Deny outside the FTC's hours where the FCC's are lifted and no prior consent is there.

    Where the federal hours deny anyway they say the same, so this rule is not repeated.
    """
    if case.strict or case.lifted(_PRIOR_CONSENT) or not case.related:
        return Hit.SILENT
    return _answer(case, _worst(case, _terms(bound, Hours).week))


def state_hours(case: Case, bound: BoundRule) -> Hit:
    """Deny outside a state's hours, on every clock the person may live by."""
    terms = _terms(bound, Hours)
    if not case.strict and case.lifted(terms.lifts):
        return Hit.SILENT
    beyond = bound.beyond or case.lives_elsewhere(bound.rule.state)
    if terms.clock is None:
        return _answer(case, _worst(case, terms.week), beyond=beyond)
    # The statute names a clock of its own; the person's clock is our caution.
    named = _answer(case, _state_of(case.moment.local(terms.clock), terms.week))
    own = _worst(case, terms.week) if case.strict else OpenState.OPEN
    return max(named, _answer(case, own, beyond=True))


def device_hours(case: Case, bound: BoundRule) -> Hit:
    """Deny automatic devices outside their hours."""
    return _answer(case, _worst(case, _terms(bound, Hours).week), beyond=bound.beyond)


def no_zone(case: Case, bound: BoundRule) -> Hit:
    """Deny where no zone is known."""
    return Hit.SILENT if case.facts.number.zones else Hit.DENY


def next_open(at: datetime, week: WeeklyHours, zone: str) -> datetime | None:
    """Give the first instant after `at` at which the hours begin in a zone, in UTC.

    A change of the clocks may begin them too: where a skipped hour hides the opening, or where a
    repeated hour runs into the hours once more.
    """
    day = to_local(at, zone).date()
    for ahead in range(9):
        for begin in _beginnings(day + ahead * _DAY, week, zone):
            if begin > at and week.is_open(begin, zone):
                return begin
    return None


def _beginnings(day: date, week: WeeklyHours, zone: str) -> Iterator[datetime]:
    """Give the instants of a local day at which hours may begin, in order."""
    hours = week.days[day.weekday()]
    if hours is None:
        return
    found = [local_instant(day, time(hours[0] // 60, hours[0] % 60), zone)]
    change = clock_change(day, zone)
    yield from sorted(found if change is None else [*found, change])


def hours_opening(case: Case, bound: BoundRule) -> int | None:
    """Give when the last closed clock opens: no earlier instant is open on all of them."""
    return _opening(case, _terms(bound, Hours).week, case.facts.number.zones)


def state_hours_opening(case: Case, bound: BoundRule) -> int | None:
    """Give when the last closed clock opens, of those `state_hours` looks at."""
    terms = _terms(bound, Hours)
    named = () if terms.clock is None else (terms.clock,)
    own = case.facts.number.zones if case.strict or not named else ()
    return _opening(case, terms.week, (*own, *named))


def _opening(case: Case, week: WeeklyHours, clocks: tuple[str, ...]) -> int | None:
    found = 0
    for zone in clocks:
        if _state_of(case.moment.local(zone), week) is OpenState.OPEN:
            continue
        opens = next_open(case.moment.at, week, zone)
        if opens is None:
            return None
        found = max(found, micros(opens))
    return found


# ------------------------------------------------------------------------------- closed days


def closed_on(day: date, terms: ClosedDays, *, strict: bool, extra: bool = False) -> bool:
    """Tell whether a local day is closed by these terms.

    Args:
        day: the local day.
        terms: what closes.
        strict: in the strict profile holidays close on any day of the week.
        extra: is the day one of the rulebook's own closures?
    """
    weekday = day.weekday()
    if weekday in terms.weekdays:
        return True
    if not strict and weekday not in terms.literal_weekdays:
        return False
    if extra or (terms.holidays and day in closed_days(day.year)):
        return True
    return terms.state is not None and day in state_holidays(terms.state, day.year)


def _closed(case: Case, bound: BoundRule, day: date) -> bool:
    terms = _terms(bound, ClosedDays)
    extra = (bound.rule.state, day) in case.closures
    return closed_on(day, terms, strict=case.strict, extra=extra)


def _calendars(case: Case, terms: ClosedDays) -> tuple[str, ...]:
    """Give the zones whose dates may be closed; without any there is no date."""
    zones = case.facts.number.zones
    return zones if terms.clock is None else (*zones, terms.clock)


def closed_day(case: Case, bound: BoundRule) -> Hit:
    """Deny on closed days, on every calendar the person may live by and on the statute's own."""
    terms = _terms(bound, ClosedDays)
    if not case.strict and case.lifted(terms.lifts):
        return Hit.SILENT
    if any(_closed(case, bound, case.moment.local(zone).day) for zone in _calendars(case, terms)):
        return Hit.CAUTION if bound.beyond else Hit.DENY
    return Hit.SILENT


def closed_day_opening(case: Case, bound: BoundRule) -> int | None:
    """Give the first midnight after which no calendar is on a closed day by then."""
    found = 0
    for zone in _calendars(case, _terms(bound, ClosedDays)):
        day = case.moment.local(zone).day
        ahead = 0
        while _closed(case, bound, day + ahead * _DAY):
            ahead += 1
            if ahead > _SEARCH_DAYS:
                return None
        if ahead:
            found = max(found, micros(start_of_local_day(day + ahead * _DAY, zone)))
    return found


# -------------------------------------------------------------------------------------- caps


def _counts(case: Case, cap: Cap, touch: Touch, kinds: frozenset[TouchKind]) -> bool:
    if touch.kind not in kinds:
        return False
    subject = case.question.subject
    return (
        cap.prerecorded_only or subject is None or touch.subject is None or touch.subject == subject
    )


def _kinds(case: Case, cap: Cap) -> frozenset[TouchKind]:
    by_caution = case.strict and not cap.prerecorded_only
    return _CALLS_AND_TEXTS if by_caution else _by_words(cap)


def _by_words(cap: Cap) -> frozenset[TouchKind]:
    if cap.prerecorded_only:
        return _RECORDED
    return _CALLS_AND_TEXTS if cap.texts else _CALLS


def _within(case: Case, cap: Cap, kinds: frozenset[TouchKind]) -> int:
    history = case.facts.history
    if isinstance(history, Unknown):
        return cap.limit
    at, span = case.moment.micros, cap.hours * HOUR
    return sum(
        in_span(micros(touch.at), at, span) and _counts(case, cap, touch, kinds)
        for touch in history
    )


def cap(case: Case, bound: BoundRule) -> Hit:
    """Deny where the person has been contacted as often as the state allows."""
    terms = _terms(bound, Cap)
    if terms.customer_exempt and case.customer:
        return Hit.SILENT
    if _within(case, terms, _kinds(case, terms)) < terms.limit:
        return Hit.SILENT
    counted = _within(case, terms, _by_words(terms)) >= terms.limit
    known = not isinstance(case.facts.history, Unknown)
    return Hit.DENY if counted and known and not bound.beyond else Hit.CAUTION


def device_cap(case: Case, bound: BoundRule) -> Hit:
    """Deny automatic devices that reached the person too lately."""
    return cap(case, bound)


def residential_cap(case: Case, bound: BoundRule) -> Hit:
    """Deny a fourth recorded call within 30 days to a residential line without consent."""
    if case.facts.number.kind in {PhoneKind.WIRELESS, PhoneKind.TOLL_FREE} or case.express:
        return Hit.SILENT
    terms = _terms(bound, Cap)
    return Hit.DENY if _within(case, terms, _RECORDED) >= terms.limit else Hit.SILENT


def cap_opening(case: Case, bound: BoundRule) -> int | None:
    """Give the first instant at which few enough of the earlier contacts still count."""
    history = case.facts.history
    if isinstance(history, Unknown):
        return None
    terms = _terms(bound, Cap)
    kinds, span = _kinds(case, terms), terms.hours * HOUR
    counting = [micros(t.at) for t in history if _counts(case, terms, t, kinds)]
    for leaves in sorted(at + span + 1 for at in counting):
        if leaves <= case.moment.micros:
            continue
        if sum(in_span(at, leaves, span) for at in counting) < terms.limit:
            return leaves
    return None


TIME_TESTS: dict[str, Callable[[Case, BoundRule], Hit]] = {
    test.__name__: test
    for test in (
        no_zone,
        federal_hours,
        ftc_hours,
        state_hours,
        device_hours,
        closed_day,
        cap,
        device_cap,
        residential_cap,
    )
}
"""Kernels by the name rules call them by."""

TIME_OPENINGS: dict[str, Callable[[Case, BoundRule], int | None]] = {
    "federal_hours": hours_opening,
    "ftc_hours": hours_opening,
    "state_hours": state_hours_opening,
    "device_hours": hours_opening,
    "closed_day": closed_day_opening,
    "cap": cap_opening,
    "device_cap": cap_opening,
    "residential_cap": cap_opening,
}
"""When such a rule may fall silent by time alone."""
