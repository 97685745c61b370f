"""The port to what was recorded and not yet told to others: the journal, read to be published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen

from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["KEPT_IN", "AsyncFeed", "Feed", "JournalEntry"]

KEPT_IN = frozenset({"api_key", "hook", "login", "login_name", "session", "tries"})
"""The kinds of streams that are never published: they hold what lets people in, if only as digests.
"""


@frozen(kw_only=True)
class JournalEntry:
    """One event of the journal, with where it stands.

    Attributes:
        seller_id: whose it is.
        kind: of the stream: `lead`, `order` …
        key: the stream's id.
        number: 1 for a stream's first event, then one more each.
        event: its name, version and facts, as `leadcore.wire.dump_event` gives them.
    """

    seller_id: SellerId
    kind: str
    key: str
    number: int
    event: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Name the event: the same each time it is published, and no other's."""
        return f"{self.kind}/{self.key}/{self.number}"

    @property
    def place(self) -> tuple[str, str, int]:
        """Say where it stands: the kind of its stream, the stream's id, its number there."""
        return self.kind, self.key, self.number


class Feed(Protocol):
    """Gives the events that were not published yet, and remembers which were, sync.

    No event is ever passed over, in whatever order writers commit: what counts is a mark on each
    event, not a number they are all below. Whoever dies between publishing and marking publishes
    again, under the same ids.
    """

    def prepare_publishing(self) -> None:
        """Get ready, which is done once and then costs nothing; without it the rest is slow."""
        ...

    def unpublished(
        self, *, after: tuple[str, str, int] | None = None, limit: int = 256
    ) -> tuple[JournalEntry, ...]:
        """Give events that are not marked, by kind, id and number.

        Of each stream they come without a gap: an event is given only after all before it.

        Args:
            after: begin behind this place; None: at the beginning.
            limit: at most so many.
        """
        ...

    def mark_published(self, entries: Sequence[JournalEntry], *, at: datetime) -> int:
        """Mark events as published; give how many were not yet."""
        ...

    def mark_all_published(self, *, at: datetime) -> int:
        """Mark all there are, for who wants only what comes; give how many were not yet."""
        ...


class AsyncFeed(Protocol):
    """Gives the events that were not published yet, async: the same names."""

    async def prepare_publishing(self) -> None:
        """As `Feed.prepare_publishing`."""
        ...

    async def unpublished(
        self, *, after: tuple[str, str, int] | None = None, limit: int = 256
    ) -> tuple[JournalEntry, ...]:
        """As `Feed.unpublished`."""
        ...

    async def mark_published(self, entries: Sequence[JournalEntry], *, at: datetime) -> int:
        """As `Feed.mark_published`."""
        ...

    async def mark_all_published(self, *, at: datetime) -> int:
        """As `Feed.mark_all_published`."""
        ...
