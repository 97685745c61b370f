"""What a read of several statements tells fits together, whoever writes meanwhile."""

from __future__ import annotations

import pytest

from leadcore import back_office as bo
from leadcore.downline import Reach, Scope
from leadcore.people import DisableUser
from leadcore.ports import LeadQuery
from leadcore_sqlalchemy import SqlStore, current, lead_lists
from leadcore_sqlalchemy.moments import alone_where, is_alone


def _looks_twice(connection, user_id, between):
    first = current.seen(connection, "user", user_id).version
    between()
    return first, current.seen(connection, "user", user_id).version


@pytest.mark.parametrize("way", ["read", "reading"])
def test_two_looks_of_one_read_see_one_moment(any_engine, store, town, way):
    other = SqlStore(any_engine)
    user = store.users(town.account)[0]

    def disable():
        case = bo.KeepUser(
            user_id=user.id, account_id=town.account, command=DisableUser(), at=town.at
        )
        other.run(case)

    if way == "read":
        first, second = store._read(_looks_twice, user.id, disable)
    else:
        with store.reading() as reader:
            first, second = reader._read(_looks_twice, user.id, disable)
    assert first == second
    assert not store.user(user.id).enabled


def test_only_what_is_one_statement_is_let_off():
    assert is_alone(current.lead, "l")
    assert not is_alone(_looks_twice, "u", None)
    whole = LeadQuery(seller_id="s")
    assert is_alone(lead_lists.leads, whole)
    seen = Scope(account_id="a", user_id="u", reach=Reach.OWN)
    assert not is_alone(lead_lists.leads, LeadQuery(seller_id="s", scope=seen))
    even = alone_where(lambda number: number % 2 == 0)(lambda _connection, number: number)
    assert (is_alone(even, 2), is_alone(even, 3)) == (True, False)
