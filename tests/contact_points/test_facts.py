"""Facts keep their instants in UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from leadcore.contact import ReassignedStatus
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    RegistryLookup,
    UnsureText,
)
from leadcore.values import PhoneKind

AT = datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=-5)))
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "fact",
    [
        DoNotCall(at=AT),
        RegistryLookup(at=AT, listed=True, scrubbed_on=DAY),
        ReassignedAnswer(at=AT, status=ReassignedStatus.NO, queried_on=DAY, consent_on=DAY),
        LineLookup(at=AT, kind=PhoneKind.LANDLINE),
        Dealing(at=AT, kind=DealingKind.PURCHASE, with_seller="s"),
        UnsureText(at=AT, id="1", text="hm"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_every_fact_has_its_own_instant_in_utc(fact):
    assert fact.at == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert fact.at.tzinfo is UTC
