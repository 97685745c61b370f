"""The users of an account as a tree that is opened level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.downline import Tree
from leadcore.people import User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.values import UserId

__all__ = ["Level", "People", "Place"]


@frozen(kw_only=True)
class Place:
    """One user of a level: how many stand directly below, and how many below at any depth."""

    user: User
    direct: int
    below: int


@frozen(kw_only=True)
class Level:
    """Some users of a level.

    Attributes:
        above: whose direct downline it is; None for the top.
        path: who stands above it, from the top down.
        places: by name.
        left_out: how many more there are on this level.
    """

    above: User | None
    path: tuple[User, ...]
    places: tuple[Place, ...]
    left_out: int


class People:
    """The users of one account, found by place and by name."""

    def __init__(self, users: tuple[User, ...]) -> None:
        """Take the users of an account."""
        self.users = {user.id: user for user in users}
        self._tree = Tree.of(users)
        self._sizes = dict(self._tree.ordered())
        self._below: dict[UserId | None, list[User]] = {}
        for user in users:
            above = next(self._tree.upline(user.id), None)
            self._below.setdefault(above, []).append(user)

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self.users)

    def upline(self, user_id: UserId) -> tuple[User, ...]:
        """Give who stands above somebody, from the top down."""
        return tuple(self.users[each] for each in self._tree.upline(user_id))[::-1]

    def level(self, above: User | None, *, start: int, most: int) -> Level:
        """Give some of those directly below somebody, by name."""
        found = self._below.get(above.id if above else None, [])
        listed = sorted(found, key=_by_name)
        shown = listed[start : start + most]
        return Level(
            above=above,
            path=() if above is None else self.upline(above.id),
            places=tuple(map(self._place, shown)),
            left_out=max(0, len(listed) - start - len(shown)),
        )

    def named(self, words: str, most: int) -> tuple[Place, ...]:
        """Give users whose name or e-mail address holds these words."""
        wanted = words.strip().casefold()
        found = (each for each in sorted(self.users.values(), key=_by_name))
        return tuple(self._place(each) for each in _first(found, wanted, most))

    def _place(self, user: User) -> Place:
        direct = len(self._below.get(user.id, ()))
        return Place(user=user, direct=direct, below=self._sizes.get(user.id, 1) - 1)


def _by_name(user: User) -> tuple[str, str]:
    return user.profile.name.casefold(), user.id


def _first(users: Iterator[User], wanted: str, most: int) -> Iterator[User]:
    for user in users:
        if most <= 0:
            return
        if wanted in f"{user.profile.name} {user.profile.email or ''}".casefold():
            most -= 1
            yield user
