"""Who may see whose leads: own, the downline's at any depth, or the whole account's.

Never upward, never sideways, never another account's; a disabled user sees nothing, and somebody
outside the tree sees nothing. The rule is a small value, `Scope`, made once for a viewer; the
single check, a filter in memory and a store's SQL all read that same value.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.values import AccountId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leadcore.people import User

__all__ = ["Reach", "Scope", "Tree", "scope"]


class Reach(Enum):
    """How far a viewer sees."""

    NOTHING = "nothing"
    OWN = "own"
    DOWNLINE = "downline"
    ACCOUNT = "account"


@frozen(kw_only=True)
class Scope:
    """What one viewer may see.

    Attributes:
        account_id: the wall; nothing outside it is ever covered.
        user_id: the viewer.
        reach: how far the viewer sees within the account.
    """

    account_id: AccountId
    user_id: UserId
    reach: Reach

    def covers(self, account_id: AccountId, owner_id: UserId, tree: Tree) -> bool:
        """Say whether a lead of `owner_id` in `account_id` may be seen.

        Args:
            account_id: the account that holds the lead.
            owner_id: the user it is assigned to.
            tree: the parent links of the viewer's account.
        """
        if self.reach is Reach.NOTHING or account_id != self.account_id:
            return False
        if self.reach is Reach.ACCOUNT or owner_id == self.user_id:
            return True
        return self.reach is Reach.DOWNLINE and tree.is_below(owner_id, self.user_id)


def scope(viewer: User, tree: Tree) -> Scope:
    """Give what a viewer may see.

    Args:
        viewer: the user who looks.
        tree: the parent links of the viewer's account.
    """
    if not viewer.enabled or viewer.id not in tree:
        reach = Reach.NOTHING
    elif viewer.profile.admin:
        reach = Reach.ACCOUNT
    elif viewer.profile.view_downline:
        reach = Reach.DOWNLINE
    else:
        reach = Reach.OWN
    return Scope(account_id=viewer.account_id, user_id=viewer.id, reach=reach)


class Tree:
    """The parent links of one account, to be asked who stands below whom.

    A link to somebody who is not in the tree, or one that is part of a cycle (which the rules never
    make, but a damaged import may), counts for nothing: it lets nobody see more.
    """

    __slots__ = ("_children", "_parents")

    def __init__(self, parents: Mapping[UserId, UserId | None]) -> None:
        looped = _in_cycles(parents)
        self._parents = {
            user: parent if parent in parents and user not in looped else None
            for user, parent in parents.items()
        }
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
