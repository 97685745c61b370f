"""The contract of what a store forgets: whatever is deleted, nobody is answered otherwise.

It stands beside `StoreContract`, because a store may keep everything for ever.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Protocol

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.logins import (
    Actor,
    SetPassword,
    digest_of,
    source_key,
    token_digest,
    tries_kept_since,
)
from leadcore.ports import DeedQuery, Store, Upkeep
from leadcore.testing.login_play import address, encode, secret
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Scene, new_seller

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.values import SellerId

__all__ = ["UpkeepContract", "UpkeepStore"]

_SETTINGS = settings(
    max_examples=max(3, settings().max_examples // 20),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_HASH = encode(secret(0))
_HOURS, _DAY = (0, 0, 1, 23, 24, 25, 48, 49), 24
_MOST = 10_000
# So many wrong tries, whose name (the second is nobody's), from where, and the hours until the next
# ones; the right password after them, if the last says so.
_BURSTS = st.lists(
    st.tuples(
        st.sampled_from((1, 4, 5, 6)),
        st.integers(0, 1),
        st.sampled_from((None, "10.0.0.1", "10.0.0.2")),
        st.sampled_from(_HOURS),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
_LOCKED = [(6, 0, None, 0, True), (1, 1, "10.0.0.1", 49, False), (6, 1, "10.0.0.1", 25, True)]


class UpkeepStore(Store, Upkeep, Protocol):
    """A store that forgets."""


class UpkeepContract:
    """What every store that forgets must do; see `leadcore.ports.Upkeep`."""

    def make_store(self) -> UpkeepStore:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @example(bursts=_LOCKED)
    @given(bursts=_BURSTS)
    def test_whatever_is_forgotten_every_try_is_answered_alike(
        self, bursts: list[tuple[int, int, str | None, int, bool]]
    ) -> None:
        """One store forgets after each try, the reference never."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        for each in (store, reference):
            _open(each, seller)
        at, numbers = AT, count()
        for wrong, name, source, hours, right in bursts:
            for good in (*[False] * wrong, *[True] * right):
                at += timedelta(microseconds=1)
                case = _try(seller, next(numbers), at, right=good, name=name, source=source)
                assert store.run(case) == reference.run(case)
            at += timedelta(hours=hours)
            store.forget_tries(before=tries_kept_since(at))
        assert store.audit() == ()

    def test_tries_are_forgotten_a_day_after_they_count_no_more(self) -> None:
        """To the microsecond; those of a name only once it was let in; and no more than asked."""
        store, seller = self.make_store(), new_seller()
        _open(store, seller)
        store.forget_tries(before=AT, limit=_MOST)
        for number, source in enumerate(("10.0.0.1", "10.0.0.2", "10.0.0.3")):
            store.run(_try(seller, number, AT, right=False, name=0, source=source))
        over = AT + timedelta(hours=_DAY)
        assert store.forget_tries(before=over) == 0
        key = source_key(seller, "10.0.0.1")
        assert len(store.journal("tries", key)) == 1
        late = tries_kept_since(over + timedelta(hours=_DAY, microseconds=1))
        assert [store.forget_tries(before=late, limit=2) for _ in range(3)] == [2, 1, 0]
        assert store.journal("tries", key) == ()
        assert store.audit() == ()
        failing = _try(seller, 4, late, right=False, name=1, source="10.0.0.1")
        by = bo.By(actor=Actor.staff(seller), case=failing, act="tried", at=late)
        store.run(by)
        inside = store.run(_try(seller, 3, late, right=True, name=0, source=None))
        assert isinstance(inside, bo.LoggedInAs)
        assert [store.forget_tries(before=late) for _ in range(2)] == [1, 0]
        # What was done outlives what it was done to.
        assert store.forget_tries(before=late + timedelta(hours=_DAY, microseconds=1)) == 1
        assert store.deeds(DeedQuery(seller_id=seller, stream_kind="tries"))
        assert store.audit() == ()


def _open(store: Store, seller: SellerId) -> None:
    scene = Scene(store=store, seller=seller, funds=0).set_up()
    command = SetPassword(digest_of(_HASH), address(0))
    store.run(
        bo.KeepLogin(seller_id=seller, user_id=scene.user(), command=command, encoded=_HASH, at=AT)
    )


def _try(
    seller: SellerId, number: int, at: datetime, *, right: bool, name: int, source: str | None
) -> bo.LogIn:
    known = _HASH if name == 0 else None
    return bo.LogIn(
        seller_id=seller,
        name=address(name),
        checked=bo.Checked(encoded=known, matches=right and known is not None),
        session_id=f"{seller}/s{number}",
        token=token_digest(f"{seller}-session-{number}-of-the-upkeep"),
        source=source,
        at=at,
    )
