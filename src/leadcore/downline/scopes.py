"""What a viewer may see, as a value."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import frozen

from leadcore.values import AccountId, UserId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leadcore.people import User

__all__ = ["Links", "Reach", "Scope", "scope"]

T = TypeVar("T")


class Links(Protocol):
    """Whatever knows who stands below whom in one account: a `Tree`, a `Downline`."""

    def __contains__(self, user_id: object) -> bool:
        """Say whether the user is in the tree."""
        ...

    def is_below(self, user_id: UserId, above_id: UserId) -> bool:
        """Say whether one stands below the other, at any depth; nobody is below themselves."""
        ...


class Reach(Enum):
    """How far a viewer sees."""

    NOTHING = "nothing"
    OWN = "own"
    DOWNLINE = "downline"
    ACCOUNT = "account"


_NOTHING, _DOWNLINE, _ACCOUNT = Reach.NOTHING, Reach.DOWNLINE, Reach.ACCOUNT


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

    @property
    def is_anything(self) -> bool:
        """May the viewer see anything at all? A disabled user, and one of no tree, may not."""
        return self.reach is not _NOTHING

    def covers(self, account_id: AccountId, owner_id: UserId, tree: Links) -> bool:
        """Say whether a lead of `owner_id` in `account_id` may be seen.

        Args:
            account_id: the account that holds the lead.
            owner_id: the user it is assigned to.
            tree: the parent links of the viewer's account.
        """
        if self.reach is _NOTHING or account_id != self.account_id:
            return False
        if self.reach is _ACCOUNT or owner_id == self.user_id:
            return True
        return self.reach is _DOWNLINE and tree.is_below(owner_id, self.user_id)

    def among(
        self,
        items: Iterable[T],
        held_by: Callable[[T], tuple[AccountId, UserId] | None],
        tree: Links,
    ) -> tuple[T, ...]:
        """Give those of the items that may be seen, in their order.

        Args:
            items: whatever people hold.
            held_by: gives an item's account and owner; None where nobody holds it, and then
                nobody sees it.
            tree: the parent links of the viewer's account.
        """
        return tuple(
            item
            for item in items
            if (held := held_by(item)) is not None and self.covers(*held, tree)
        )


def scope(viewer: User, tree: Links) -> Scope:
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
