"""What accounts are called, remembered for a minute: every page wants it, and it hardly changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadcore.values import SellerId
    from leadcore_sqlalchemy import SqlReader, SqlStore

__all__ = ["KnownAccounts"]

_MINUTE = timedelta(minutes=1)


class KnownAccounts:
    """The names of a seller's accounts, by their ids."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._names: Mapping[str, str] = MappingProxyType({})
        self._read_at: datetime | None = None

    def names(
        self, records: SqlReader | SqlStore, seller_id: SellerId, at: datetime
    ) -> Mapping[str, str]:
        """Give them; a new account is known after a minute at the latest."""
        read_at = self._read_at
        if read_at is None or not read_at <= at < read_at + _MINUTE:
            found: dict[str, str] = {each.id: each.name for each in records.accounts(seller_id)}
            self._names, self._read_at = MappingProxyType(found), at
        return self._names
