"""Every fact has its event, and every event says when it was recorded, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from leadcore.contact_points import PointEvent, PointFact, TextResolved

AT = datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=-5)))


def test_every_fact_has_one_event():
    told = [
        attrs.resolve_types(kind) and attrs.fields_dict(kind)["fact"].type
        for kind in PointEvent.__args__
        if kind is not TextResolved
    ]
    assert sorted(map(str, told)) == sorted(map(str, PointFact.__args__))


@pytest.mark.parametrize("kind", PointEvent.__args__)
def test_events_keep_their_instant_in_utc(kind):
    known = (
        {"text_id": "1", "revokes": True, "by": "staff"} if kind is TextResolved else {"fact": None}
    )
    event = kind(**known, at=AT)
    assert event.at == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert event.at.tzinfo is UTC
