"""Whose leads somebody sees, where the host keeps its own tree of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.downline import Tree, scope
from leadcore.people import Profile, User
from leadcore.values import AccountId, SellerId, UserId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["people_seen"]


def people_seen(
    viewers: Collection[UserId],
    parents: Mapping[UserId, UserId | None],
    *,
    admin: bool = False,
    view_downline: bool = False,
) -> frozenset[UserId] | None:
    """Give the people whose leads somebody sees within one account; see `leadcore.downline`.

    Args:
        viewers: those people of the account who the viewer is; none for somebody who is nobody of
            them, and sees nothing but as admin.
        parents: everybody of the account, each with whom they stand below; None for the top.
        admin: does the viewer see everything of the account?
        view_downline: the leads of everybody below?

    Returns:
        Their ids; None for everybody's leads, and those that nobody holds.

    >>> tree = {"top": None, "left": "top", "leaf": "left"}
    >>> sorted(people_seen(["left"], tree, view_downline=True))
    ['leaf', 'left']
    """
    if admin:
        return None
    tree, seen = Tree(dict(parents)), set[UserId]()
    for viewer in viewers:
        user = User(
            id=viewer,
            seller_id=SellerId("host"),
            account_id=AccountId("host"),
            parent_id=None,
            profile=Profile(name=viewer, view_downline=view_downline),
        )
        within = scope(user, tree)
        seen.update(within.among(parents, lambda one: (AccountId("host"), one), tree))
    return frozenset(seen)
