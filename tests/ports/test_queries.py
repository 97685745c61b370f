"""Where a lead stands in a list, and which lists it is none of."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.errors import Malformed
from leadcore.leads import LeadStatus
from leadcore.ports import Cursor, LeadQuery, LeadSort, lead_sort_key
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Scene

DAY = timedelta(days=1)


@pytest.fixture
def lead():
    return Scene(store=MemoryStore()).set_up().receive(1).lead


@pytest.mark.parametrize("sort", LeadSort)
@pytest.mark.parametrize("reverse", [False, True])
def test_a_lead_stands_where_its_key_says(lead, sort, reverse):
    query = LeadQuery(seller_id="s", sort=sort, reverse=reverse)
    assert query.order == f"leads by {sort.value}"
    assert query.by_instant is sort.newest_first
    falls = sort.newest_first is not reverse
    assert query.falling == (falls, falls)
    assert query.opened(query.closed(lead)).after == Cursor(lead_sort_key(lead, sort), lead.id)


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ({"overdue_at": AT + DAY}, "leads by first contact"),
        ({"duty_by": AT + DAY}, "leads by duty"),
        ({"duty_by": AT + DAY, "overdue_at": AT}, "leads by first contact"),
    ],
)
def test_what_is_due_is_listed_by_when(lead, asked, order):
    for sort in (LeadSort.RECEIVED, LeadSort.NAME):
        query = LeadQuery(seller_id="s", sort=sort, **asked)
        assert (query.order, query.by_instant, query.falling) == (order, True, (False, False))
        assert replace(query, reverse=True).falling == (True, True)
        assert query.cursor(lead) == Cursor(AT + DAY, lead.id)


def test_a_lead_the_list_leaves_out_stands_nowhere_in_it(lead):
    gone = replace(lead, status=LeadStatus.REFUNDED)
    query = LeadQuery(seller_id="s", sort=LeadSort.OWNER)
    assert query.key(gone) is None
    with pytest.raises(Malformed, match="none of a list of leads by owner"):
        query.behind(gone)
