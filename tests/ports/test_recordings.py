"""Where a row of the list stands."""

from types import SimpleNamespace

import pytest

from leadcore.errors import Malformed
from leadcore.ports import Cursor, RecordingQuery
from leadcore.testing.scenes import AT


def test_a_recording_stands_where_it_was_shared():
    query, row = RecordingQuery(seller_id="s"), SimpleNamespace(id="a", share=None)
    assert query.order == "recordings by share"
    with pytest.raises(Malformed, match="after: recording a is not shared"):
        query.cursor(row)
    row.share = SimpleNamespace(at=AT)
    assert query.opened(query.closed(row)).after == Cursor(AT, "a")
    # The one shared last first; of those shared at once the first by id.
    shared = [SimpleNamespace(id=each, share=SimpleNamespace(at=AT)) for each in "0ab"]
    assert [query.behind(row).is_behind(each) for each in shared] == [False, False, True]
