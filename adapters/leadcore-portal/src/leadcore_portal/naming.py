"""What users and accounts are called, for lists that hold their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leadcore.leads import Lead
    from leadcore.values import UserId
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["account_names", "names_of", "user_names"]


def user_names(reader: SqlReader, ids: Iterable[UserId | None]) -> Mapping[str, str]:
    """Give the names of users by their ids; of nobody the id itself is the name."""
    wanted = dict.fromkeys(each for each in ids if each is not None)
    found = ((each, reader.user(each)) for each in wanted)
    return {key: user.profile.name if user else key for key, user in found}


def account_names(reader: SqlReader, visit: Visit) -> Mapping[str, str]:
    """Give the names of accounts by their ids: all of them for staff, else one's own."""
    found = visit.known.names(reader, visit.seller.id, visit.at)
    if visit.staff:
        return found
    own = visit.user.account_id
    return {own: found.get(own, own)}


def names_of(reader: SqlReader, visit: Visit, leads: Iterable[Lead]) -> Mapping[str, str]:
    """Give the names of the users, and for staff of the accounts, that hold leads."""
    found = dict(user_names(reader, (lead.assigned_to for lead in leads)))
    return found | dict(account_names(reader, visit)) if visit.staff else found
