"""The contract of a store whose journal is published: nothing passed over, in order, once marked.

It stands beside `StoreContract`, because a store need not be published.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from leadcore import back_office as bo
from leadcore import wire
from leadcore.letters import DropLetter
from leadcore.logins import SetPassword, digest_of
from leadcore.people import AddUser, MoveUser, Profile
from leadcore.ports import Feed, Store
from leadcore.ports.feeds import KEPT_IN
from leadcore.testing.login_play import address, encode, secret
from leadcore.testing.scenes import AT, Scene
from leadcore.values import UserId

if TYPE_CHECKING:
    from leadcore.ports import JournalEntry

__all__ = ["FeedContract", "FeedStore"]


class FeedStore(Store, Feed, Protocol):
    """A store whose journal is published."""


class FeedContract:
    """What every store whose journal is published must do; see `leadcore.ports.Feed`."""

    def make_store(self) -> FeedStore:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def _played(self) -> tuple[Scene, FeedStore]:
        """Have something of every sort happen: a sale, a letter, a move, a question, a log-in."""
        store = self.make_store()
        store.prepare_publishing()
        store.prepare_publishing()
        store.mark_all_published(at=AT)
        scene = Scene(store=store, accounts=2).set_up()
        lead = scene.receive(1).lead
        user = UserId(f"{scene.account()}/v")
        adding = AddUser(
            user_id=user,
            seller_id=scene.seller,
            account_id=scene.account(),
            parent_id=scene.user(),
            profile=Profile(name="V", email="v@x.example"),
        )
        encoded = encode(secret(0))
        command = SetPassword(digest_of(encoded), address(0))
        for each in (adding, MoveUser(None)):
            keep = bo.KeepUser(user_id=user, account_id=scene.account(), command=each, at=AT)
            store.run(keep)
        store.run(bo.AskContact(seller_id=scene.seller, lead_id=lead.id, at=AT))
        letter = store.messages(1, scene.seller)[0]
        drop = DropLetter(by="vera", reason="told by hand")
        store.run(bo.KeepLetter(seller_id=scene.seller, message_id=letter.id, command=drop, at=AT))
        store.run(
            bo.KeepLogin(
                seller_id=scene.seller,
                user_id=scene.user(),
                command=command,
                encoded=encoded,
                at=AT,
            )
        )
        return scene, store

    def test_every_event_is_given_in_its_place_with_its_seller(self) -> None:
        """Page by page as all at once; what lets people in is not among them."""
        scene, store = self._played()
        found = _all(store, limit=3)
        assert found == _all(store, limit=10_000)
        assert found == sorted(found, key=lambda entry: entry.place)
        assert len({entry.id for entry in found}) == len(found)
        kinds = {entry.kind for entry in found}
        assert kinds >= {"account", "decisions", "lead", "letter", "order", "tree", "user"}
        assert not kinds & KEPT_IN
        assert store.login(scene.user()) is not None
        assert {entry.seller_id for entry in found} == {scene.seller}
        for (kind, key), group in groupby(found, key=lambda entry: entry.place[:2]):
            told = list(group)
            assert [entry.number for entry in told] == list(range(1, len(told) + 1))
            events = tuple(wire.load_event(kind, entry.event) for entry in told)
            assert events == store.journal(kind, key)

    def test_what_is_marked_is_not_given_again_and_marked_once(self) -> None:
        """One by one or all; what comes later is given."""
        scene, store = self._played()
        first, *rest = _all(store)
        assert store.mark_published([first], at=AT) == 1
        assert store.mark_published([first], at=AT) == 0
        assert store.mark_published([], at=AT) == 0
        assert _all(store) == rest
        assert store.mark_published([first, *rest[:2]], at=AT) == len(rest[:2])
        assert store.mark_all_published(at=AT) == len(rest[2:])
        assert _all(store) == []
        lead = scene.receive(2).lead
        late = [entry for entry in _all(store) if entry.place[:2] == ("lead", lead.id)]
        assert [entry.number for entry in late] == list(range(1, len(late) + 1)) != []
        assert store.audit() == ()


def _all(store: FeedStore, limit: int = 256) -> list[JournalEntry]:
    """Read everything that waits, a page at a time."""
    found: list[JournalEntry] = []
    while page := store.unpublished(after=found[-1].place if found else None, limit=limit):
        found += page
    return found
