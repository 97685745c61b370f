"""The parent links of one account as they are: the plain form that the quick ones must equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leadcore.people import User
    from leadcore.values import UserId

__all__ = ["Tree", "sound_links"]


class Tree:
    """The parent links of one account, to be asked who stands below whom.

    A link to somebody who is not in the tree, or one that is part of a cycle (which the rules never
    make, but a damaged import may), counts for nothing: it lets nobody see more.
    """

    __slots__ = ("_children", "_parents")

    def __init__(self, parents: Mapping[UserId, UserId | None]) -> None:
        self._parents = sound_links(parents)
        children: dict[UserId, list[UserId]] = {}
        for user, parent in self._parents.items():
            if parent is not None:
                children.setdefault(parent, []).append(user)
        self._children = {parent: tuple(sorted(below)) for parent, below in children.items()}

    @classmethod
    def of(cls, users: Iterable[User]) -> Tree:
        """Make the tree of an account's users."""
        return cls({user.id: user.parent_id for user in users})

    def __contains__(self, user_id: object) -> bool:
        """Say whether the user is in the tree."""
        return user_id in self._parents

    def __len__(self) -> int:
        """Give the number of people in the tree."""
        return len(self._parents)

    def upline(self, user_id: UserId) -> Iterator[UserId]:
        """Give everybody above, nearest first."""
        above = self._parents.get(user_id)
        while above is not None:
            yield above
            above = self._parents[above]

    def top(self, user_id: UserId) -> UserId:
        """Give who stands at the top of somebody's downline; the one asked about, if nobody."""
        top = user_id
        for top in self.upline(user_id):  # noqa: B007 # the last one above is the one wanted
            pass
        return top

    def is_below(self, user_id: UserId, above_id: UserId) -> bool:
        """Say whether one stands below the other, at any depth; nobody is below themselves."""
        return above_id in self.upline(user_id)

    def downline(self, user_id: UserId) -> frozenset[UserId]:
        """Give everybody below, at any depth."""
        found: set[UserId] = set()
        open_ends = [user_id]
        while open_ends:
            below = self._children.get(open_ends.pop(), ())
            found.update(below)
            open_ends += below
        return frozenset(found)

    def ordered(self) -> Iterator[tuple[UserId, int]]:
        """Give everybody after whoever stands above them, and how many each is with those below.

        Those below somebody follow right behind: the first `n` from somebody on, where that number
        is `n`, are that person and the downline.
        """
        sizes = dict.fromkeys(self._parents, 1)
        line: list[UserId] = []
        waiting = [user for user, above in self._parents.items() if above is None]
        while waiting:
            user = waiting.pop()
            line.append(user)
            waiting += self._children.get(user, ())
        for user in reversed(line):
            above = self._parents[user]
            if above is not None:
                sizes[above] += sizes[user]
        return ((user, sizes[user]) for user in line)


def sound_links(parents: Mapping[UserId, UserId | None]) -> dict[UserId, UserId | None]:
    """Give the links without those that count for nothing: to nobody, or round in a circle."""
    looped = _in_cycles(parents)
    return {
        user: parent if parent in parents and user not in looped else None
        for user, parent in parents.items()
    }


def _in_cycles(parents: Mapping[UserId, UserId | None]) -> frozenset[UserId]:
    """Find those who would stand above themselves; each link is followed once."""
    done: set[UserId] = set()
    looped: set[UserId] = set()
    for start in parents:
        path: dict[UserId, int] = {}
        user: UserId | None = start
        while user is not None and user not in done and user not in path:
            path[user] = len(path)
            user = parents.get(user)
        if user is not None and user in path:
            looped.update(list(path)[path[user] :])
        done.update(path)
    return frozenset(looped)
