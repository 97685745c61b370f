"""Sync and async stores have the same names; queries keep their instants in UTC."""

import inspect
from datetime import UTC, datetime, timedelta, timezone

import pytest

from leadcore.decider import Versioned
from leadcore.ports import AsyncStore, LeadQuery, OfferFacts, RefundQuery, Store

AT = datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=-5)))


def methods(port):
    return {
        name: member
        for name, member in vars(port).items()
        if inspect.isfunction(member) and name[0] != "_"
    }


def test_sync_and_async_have_the_same_names_and_parameters():
    sync, awaited = methods(Store), methods(AsyncStore)
    assert set(sync) == set(awaited)
    for name, method in sync.items():
        assert inspect.signature(method) == inspect.signature(awaited[name])
        assert inspect.iscoroutinefunction(awaited[name])
        assert not inspect.iscoroutinefunction(method)


@pytest.mark.parametrize("port", [Store, AsyncStore])
def test_ports_are_not_checked_at_run_time(port):
    with pytest.raises(TypeError, match="runtime_checkable"):
        isinstance(object(), port)


@pytest.mark.parametrize("query", [LeadQuery, RefundQuery])
def test_queries_keep_their_instants_in_utc(query):
    asked = query(seller_id="s", since=AT, until=AT)
    assert asked.since == asked.until == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert asked.since.tzinfo is UTC
    assert query(seller_id="s").since is None


def test_facts_share_no_defaults():
    one, other = (OfferFacts(seller=None, lead=Versioned(None, 0)) for _ in range(2))
    assert one.key_counts is not other.key_counts
    assert one.users is not other.users
