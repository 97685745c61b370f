"""Where a row of the list stands."""

from types import SimpleNamespace

from leadcore.ports import Cursor, FileQuery
from leadcore.testing.scenes import AT


def test_a_file_stands_where_it_was_added():
    query, row = FileQuery(seller_id="s"), SimpleNamespace(added_at=AT, id="a")
    assert query.order == "files by when they were added"
    assert (query.by_instant, query.falling) == (True, (False, False))
    assert query.opened(query.closed(row)).after == query.cursor(row) == Cursor(AT, "a")
