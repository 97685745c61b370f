"""What a store's outer shells share beside use cases: the feed, and deleting what is of no use."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import delete, select

from leadcore_sqlalchemy import feeds, tables
from leadcore_sqlalchemy.login_tables import tries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.ports import JournalEntry
    from leadcore_sqlalchemy.retries import Turns

__all__ = ["AsyncUpkeepStore", "UpkeepStore", "forget_tries"]

A = TypeVar("A")
P = ParamSpec("P")

_JOURNAL = tables.journal


def forget_tries(connection: Connection, before: datetime, limit: int) -> int:
    """Delete tries that stopped to count before an instant, with their journals; give how many."""
    # Locked, where a database has locks for rows: whoever fails just now makes them count again.
    over = select(tries.c.id).where(tries.c.until < before).order_by(tries.c.until, tries.c.id)
    locked = over.limit(limit).with_for_update(skip_locked=True)
    ids = list(connection.execute(locked).scalars())
    if ids:
        connection.execute(delete(tries).where(tries.c.id.in_(ids)))
        mine = (_JOURNAL.c.stream_kind == "tries", _JOURNAL.c.stream_id.in_(ids))
        connection.execute(delete(_JOURNAL).where(*mine))
    return len(ids)


class UpkeepStore(ABC):
    """What `leadcore.ports.Feed` and `Upkeep` ask of a store; a subclass says where."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    @abstractmethod
    def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        """Do the work in a transaction, again on a conflict."""

    def prepare_publishing(self) -> None:
        """Make the index of events that wait; see `leadcore.ports.Feed`."""
        self._write(lambda connection, _: feeds.prepare(connection))

    def unpublished(
        self, *, after: tuple[str, str, int] | None = None, limit: int = 256
    ) -> tuple[JournalEntry, ...]:
        """Give events that are not marked as published; see `leadcore.ports.Feed`."""
        return self._read(feeds.unpublished, after, limit)

    def mark_published(self, entries: Sequence[JournalEntry], *, at: datetime) -> int:
        """Mark events as published; give how many were not yet."""
        return self._write(lambda connection, _: feeds.mark(connection, entries, at))

    def mark_all_published(self, *, at: datetime) -> int:
        """Mark all there are; give how many were not yet."""
        return self._write(lambda connection, _: feeds.mark_all(connection, at))

    def forget_tries(self, *, before: datetime, limit: int = 1_000) -> int:
        """Delete tries that stopped to count before an instant; see `leadcore.ports.Upkeep`."""
        return self._write(lambda connection, _: forget_tries(connection, before, limit))


class AsyncUpkeepStore(ABC):
    """What `leadcore.ports.AsyncFeed` and `AsyncUpkeep` ask; a subclass says where."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        """Do the work in a transaction, again on a conflict."""

    async def prepare_publishing(self) -> None:
        """Make the index of events that wait; see `leadcore.ports.Feed`."""
        await self._write(lambda connection, _: feeds.prepare(connection))

    async def unpublished(
        self, *, after: tuple[str, str, int] | None = None, limit: int = 256
    ) -> tuple[JournalEntry, ...]:
        """Give events that are not marked as published; see `leadcore.ports.Feed`."""
        return await self._read(feeds.unpublished, after, limit)

    async def mark_published(self, entries: Sequence[JournalEntry], *, at: datetime) -> int:
        """Mark events as published; give how many were not yet."""
        return await self._write(lambda connection, _: feeds.mark(connection, entries, at))

    async def mark_all_published(self, *, at: datetime) -> int:
        """Mark all there are; give how many were not yet."""
        return await self._write(lambda connection, _: feeds.mark_all(connection, at))

    async def forget_tries(self, *, before: datetime, limit: int = 1_000) -> int:
        """Delete tries that stopped to count before an instant; see `leadcore.ports.Upkeep`."""
        return await self._write(lambda connection, _: forget_tries(connection, before, limit))
