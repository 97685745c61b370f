"""What the reference store lists of an account's users."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from leadcore.ports.people import UserCounts, UserPlace, user_search, user_sort_key
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.people import User
    from leadcore.ports.people import UserQuery
    from leadcore.values import AccountId, UserId

__all__ = ["PeopleRows"]


class PeopleRows(Rows):
    """The reads of `leadcore.ports.UserLists`."""

    def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """Give a page of users with how many stand below each."""
        tree = self.tree(query.account_id)
        everybody = sorted(
            self.users(query.account_id), key=lambda each: (user_sort_key(each), each.id)
        )
        listed = [each for each in everybody if _fits(each, query) and query.is_behind(each)]
        direct, below = query.counts is not UserCounts.NONE, query.counts is UserCounts.ALL
        return tuple(
            UserPlace(
                user=each,
                direct=sum(other.parent_id == each.id for other in everybody) if direct else None,
                below=len(tree.downline(each.id)) if below else None,
            )
            for each in listed[: query.limit]
        )

    def uplines(
        self, account_id: AccountId, user_ids: Iterable[UserId], *, most: int
    ) -> dict[UserId, tuple[User, ...]]:
        """Give who stands above users of an account, nearest first."""
        tree, known = self.tree(account_id), {each.id: each for each in self.users(account_id)}
        return {
            each: tuple(known[above] for above in islice(tree.upline(each), most))
            for each in user_ids
            if each in known
        }

    def user_count(self, account_id: AccountId) -> int:
        """Give how many users an account has."""
        return len(self.users(account_id))


def _fits(user: User, query: UserQuery) -> bool:
    if query.text is not None and query.text.casefold() not in user_search(user):
        return False
    if query.below is not None and user.parent_id != query.below:
        return False
    if query.top and user.parent_id is not None:
        return False
    return query.enabled in {None, user.enabled}
