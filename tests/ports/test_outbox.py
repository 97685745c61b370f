"""Where a row of the list stands."""

from types import SimpleNamespace

from leadcore.ports import Cursor, OutboxQuery
from leadcore.testing.scenes import AT


def test_a_message_stands_where_it_was_made():
    query, row = OutboxQuery(seller_id="s"), SimpleNamespace(message=SimpleNamespace(at=AT, id="a"))
    assert query.order == "messages by instant"
    assert (query.by_instant, query.falling) == (True, (False, False))
    assert query.opened(query.closed(row)).after == query.cursor(row) == Cursor(AT, "a")
