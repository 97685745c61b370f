"""What keeps a store from growing for ever; a job that runs by the clock asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["FORGOTTEN", "AsyncUpkeep", "Upkeep"]

FORGOTTEN = frozenset({"tries"})
"""The kinds of streams that may be deleted with their journals; what was done to them stays."""


class Upkeep(Protocol):
    """Deletes what nothing asks for any more, sync."""

    def forget_tries(self, *, before: datetime, limit: int = 1_000) -> int:
        """Delete tries that stopped to count before an instant; give how many keys they were of.

        With their journals: they are as if nobody had tried. Those of a name whose failures were
        not followed by a success count for ever, so they stay; see `logins.ThrottleRule`.

        Args:
            before: best what `logins.tries_kept_since` gives.
            limit: at most so many keys in one transaction; call again as long as as many are
                given.
        """
        ...


class AsyncUpkeep(Protocol):
    """Deletes what nothing asks for any more, async."""

    async def forget_tries(self, *, before: datetime, limit: int = 1_000) -> int:
        """As `Upkeep.forget_tries`."""
        ...
