"""What the reference store lists of an account's users."""

from __future__ import annotations

from leadcore.ports import UserCounts, UserQuery
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import Scene


def test_users_are_found_counted_and_turned_page_by_page():
    scene = Scene(store=MemoryStore(), accounts=2).set_up()
    store, account = scene.store, scene.account()
    top, below = scene.user(), scene.user(below=True)

    def found(**asked):
        query = UserQuery(account_id=account, **asked)
        return [(each.user.id, each.direct, each.below) for each in store.user_places(query)]

    assert found() == sorted([(top, 1, 1), (below, 0, 0)])
    assert found(top=True) == [(top, 1, 1)]
    assert found(below=top) == [(below, 0, 0)]
    assert found(text="USER") == found(text="x.EXAMPLE") == found(enabled=True) == found()
    assert found(text="nobody") == found(enabled=False) == []
    first, second = found()
    assert found(limit=1) == [first]
    query = UserQuery(account_id=account).behind(store.user(first[0]))
    assert found(after=query.after) == [second]
    assert store.user_count(account) == 2
    assert [(each[1], each[2]) for each in found(counts=UserCounts.NONE)] == [(None, None)] * 2
    assert found(counts=UserCounts.DIRECT, top=True) == [(top, 1, None)]
    above = {top: (), below: (store.user(top),)}
    assert store.uplines(account, (top, below, scene.user(1)), most=1) == above
    assert store.uplines(account, (below,), most=0) == {below: ()}
