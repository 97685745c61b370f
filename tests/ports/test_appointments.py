"""Where a row of the list stands."""

from types import SimpleNamespace

from leadcore.ports import AppointmentQuery, Cursor
from leadcore.testing.scenes import AT


def test_an_appointment_stands_where_it_begins():
    query, row = (
        AppointmentQuery(seller_id="s"),
        SimpleNamespace(slot=SimpleNamespace(begins_at=AT), id="a"),
    )
    assert query.order == "appointments by beginning"
    assert (query.by_instant, query.falling) == (True, (False, False))
    assert query.opened(query.closed(row)).after == query.cursor(row) == Cursor(AT, "a")
