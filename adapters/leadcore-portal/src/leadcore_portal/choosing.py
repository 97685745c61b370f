"""Whom a form lets one choose: the users of an account, found by name where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.ports import UserCounts, UserQuery
from leadcore.values import UserId

if TYPE_CHECKING:
    from leadcore.people import User
    from leadcore.values import AccountId
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["Choice", "chosen_user", "people_of"]

_MOST = 100
_LONGEST = 100


@frozen(kw_only=True)
class Choice:
    """Some users of an account, by name.

    Attributes:
        users: id and name of each.
        words: what they were found by; empty for everybody.
        more: are there more than these? Then one looks for them by name.
    """

    users: tuple[tuple[UserId, str], ...]
    words: str
    more: bool

    def without(self, user_id: UserId) -> Choice:
        """Leave somebody out."""
        users = tuple(each for each in self.users if each[0] != user_id)
        return Choice(users=users, words=self.words, more=self.more)


def people_of(
    visit: Visit,
    reader: SqlReader,
    account_id: AccountId | None,
    *,
    chosen: str | None = None,
    enabled: bool | None = True,
) -> Choice:
    """Give whom one may choose of an account; who is chosen already is among them.

    Args:
        visit: who asks, and in `find` by which words.
        reader: of the records.
        account_id: whose users; None: nobody's.
        chosen: the user the form holds now.
        enabled: only those who are; None: everybody.
    """
    words = visit.asked("find").strip()[:_LONGEST]
    if account_id is None:
        return Choice(users=(), words=words, more=False)
    query = UserQuery(
        account_id=account_id,
        text=words or None,
        enabled=enabled,
        counts=UserCounts.NONE,
        limit=_MOST + 1,
    )
    found = [each.user for each in reader.user_places(query)]
    listed = found[:_MOST]
    if chosen and all(each.id != chosen for each in listed):
        now = reader.user(UserId(chosen))
        if now is not None and now.account_id == account_id:
            listed.insert(0, now)
    users = tuple((each.id, each.profile.name) for each in listed)
    return Choice(users=users, words=words, more=len(found) > _MOST)


def chosen_user(visit: Visit, reader: SqlReader, account_id: AccountId | None, name: str) -> User:
    """Give whom a form names: an enabled user of the account.

    Raises:
        Malformed: it names nobody there; it is noted at the field.
    """
    told = visit.form.raw(name)
    found = reader.user(UserId(told)) if told else None
    if found is None or found.account_id != account_id or not found.enabled:
        visit.form.wrong(name, "Choose one of these.")
    visit.form.check()
    # `check` has let nobody else through.
    return found  # type: ignore[return-value] # see above
