"""Rules: dates, status and scopes."""

from __future__ import annotations

from datetime import date

import pytest

from leadcore.rulebooks import Initiation, Profile, Purpose, Rule, Scope, Status
from leadcore.rulebooks.rule import CALL, TELEMARKETING
from leadcore.submissions import Channel

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("since", "until", "day", "expected"),
    [
        (None, None, FIRST, True),
        (FIRST, None, date(2025, 12, 31), False),
        (FIRST, None, FIRST, True),
        (None, LAST, date(2026, 12, 30), True),
        (None, LAST, LAST, False),
    ],
)
def test_dates(since: date | None, until: date | None, day: date, expected: bool) -> None:
    rule = Rule(id="X", sentence="No.", citation="c", effective_from=since, effective_until=until)
    assert rule.in_force_on(day) is expected


@pytest.mark.parametrize("status", Status)
def test_status(status: Status) -> None:
    rule = Rule(id="X", sentence="No.", citation="c", status=status)
    assert rule.in_force_on(FIRST) is (status is Status.IN_FORCE)


def test_scope() -> None:
    scope = Scope(channels=CALL, purposes=TELEMARKETING, initiations=frozenset({Initiation.MANUAL}))
    assert scope.covers(Channel.CALL, Purpose.TELEMARKETING, Initiation.MANUAL)
    assert not scope.covers(Channel.TEXT, Purpose.TELEMARKETING, Initiation.MANUAL)
    assert not scope.covers(Channel.CALL, Purpose.EMERGENCY, Initiation.MANUAL)
    assert not scope.covers(Channel.CALL, Purpose.TELEMARKETING, Initiation.ARTIFICIAL)
    narrow = Rule(id="X", sentence="No.", citation="c", literal=scope)
    assert narrow.scope_in(Profile.LITERAL) is scope
    assert narrow.scope_in(Profile.STRICT) is narrow.scope
    assert Rule(id="X", sentence="No.", citation="c").scope_in(Profile.LITERAL) == narrow.scope
