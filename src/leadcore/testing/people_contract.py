"""The part of the store's contract that lists an account's users: by name, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.people import AddUser, DisableUser, EditUser, MoveUser, Profile
from leadcore.ports import UserCounts, UserQuery
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Scene
from leadcore.values import UserId

if TYPE_CHECKING:
    from leadcore.people import UserCommand
    from leadcore.ports import Store, UserPlace

__all__ = ["PeopleContract"]

_NAMES = ("Zoë", "zora", "ÅSA", "Åsa", "N.", "a%b", "A_b", "משה", "Straße", "x" * 300)
_MANY = 30
_PAGES = 4
_SEEDS = (1, 3)


class PeopleContract:
    """What every store must do about the users of an account; `StoreContract` includes it."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_users_are_listed_by_name_as_the_reference_lists_them(self) -> None:
        """Each filter, page after page, with how many stand below each."""
        for seed in _SEEDS:
            scene = Scene(store=self.make_store(), accounts=2).set_up()
            reference = Scene(store=MemoryStore(), seller=scene.seller, accounts=2).set_up()
            ids = _people(scene, reference, seed)
            for query in _queries(scene, ids):
                for limit in (2, 100):
                    asked = replace(query, limit=limit)
                    assert _pages(scene.store, asked) == _pages(reference.store, asked), asked
            assert scene.store.user_count(scene.account()) == len(ids)
            for most in (1, 3, _MANY):
                asked_for = (scene.account(), (*ids, scene.user(1), UserId("none")))
                lines = scene.store.uplines(*asked_for, most=most)
                assert lines == reference.store.uplines(*asked_for, most=most)
            away = (scene.account(1), (scene.user(1), *ids))
            assert scene.store.uplines(*away, most=1) == {scene.user(1): ()}
            every = UserQuery(account_id=scene.account(), limit=2)
            last = scene.store.user_places(every)[-1].user
            rest = replace(every.behind(last), limit=100)
            before = [each.user.id for each in scene.store.user_places(rest)]
            _both(scene, reference, last.id, EditUser(Profile(name="Zz", email=None)))
            after = [each.user.id for each in scene.store.user_places(rest)]
            assert [each for each in after if each != last.id] == before


def _queries(scene: Scene, ids: list[UserId]) -> tuple[UserQuery, ...]:
    every = UserQuery(account_id=scene.account())
    return (
        every,
        replace(every, top=True),
        *(replace(every, below=each) for each in ids[:3]),
        *(replace(every, text=words) for words in ("ZO", "åsa", "%", "_", "strasse", "שה", "P1")),
        replace(every, enabled=False),
        replace(every, counts=UserCounts.NONE),
        replace(every, counts=UserCounts.DIRECT, top=True),
        replace(every, enabled=True, text="a"),
        replace(every, account_id=scene.account(1)),
    )


def _people(scene: Scene, reference: Scene, seed: int) -> list[UserId]:
    ids = [scene.user(), scene.user(below=True)]
    for number in range(_MANY):
        name = _NAMES[number * seed % len(_NAMES)]
        above = number * 7 * seed % (len(ids) + 1)
        command = AddUser(
            user_id=UserId(f"{scene.seller}/p{number}"),
            seller_id=scene.seller,
            account_id=scene.account(),
            parent_id=None if above == len(ids) else ids[above],
            profile=Profile(name=name, email=f"p{number}@x.example" if number % 3 else None),
        )
        ids.append(command.user_id)
        _both(scene, reference, command.user_id, command)
    renamed = EditUser(Profile(name="Aaron", email="Zo@x.example"))
    for user_id, change in ((ids[4], renamed), (ids[5], DisableUser()), (ids[-1], MoveUser(None))):
        _both(scene, reference, user_id, change)
    return ids


def _both(scene: Scene, reference: Scene, user_id: UserId, command: UserCommand) -> None:
    case = bo.KeepUser(user_id=user_id, account_id=scene.account(), command=command, at=AT)
    for each in (scene, reference):
        each.store.run(case)


def _pages(store: Store, query: UserQuery) -> list[tuple[UserPlace, ...]]:
    found = [store.user_places(query)]
    while len(found) < _PAGES and len(found[-1]) == query.limit:
        found.append(store.user_places(query.behind(found[-1][-1].user)))
    return found
