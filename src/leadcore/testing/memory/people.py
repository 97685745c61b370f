"""What the reference store lists of an account's users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.ports.people import UserPlace, user_search, user_sort_key
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from leadcore.people import User
    from leadcore.ports.people import UserQuery
    from leadcore.values import AccountId

__all__ = ["PeopleRows"]


class PeopleRows(Rows):
    """The reads of `leadcore.ports.UserLists`."""

    def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """Give a page of users with how many stand below each."""
        tree = self.tree(query.account_id)
        everybody = sorted(
            self.users(query.account_id), key=lambda each: (user_sort_key(each), each.id)
        )
        listed = [each for each in everybody if _fits(each, query)]
        if query.after is not None:
            ids = [each.id for each in everybody]
            if query.after not in ids:
                return ()
            rest = set(ids[ids.index(query.after) + 1 :])
            listed = [each for each in listed if each.id in rest]
        return tuple(
            UserPlace(
                user=each,
                direct=sum(1 for other in everybody if other.parent_id == each.id),
                below=len(tree.downline(each.id)),
            )
            for each in listed[: query.limit]
        )

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
