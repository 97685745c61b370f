"""The reference store's feed, and what it forgets; see `leadcore.ports.Feed` and `Upkeep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import wire
from leadcore.ports import JournalEntry
from leadcore.ports.feeds import KEPT_IN
from leadcore.testing.memory.rows import Rows
from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

__all__ = ["UpkeepRows"]


class UpkeepRows(Rows):
    """The journal to be published, and tries that are forgotten.

    Attributes:
        published: the places of the events that were published, and when.
    """

    def __init__(self) -> None:
        super().__init__()
        self.published: dict[tuple[str, str, int], datetime] = {}

    def prepare_publishing(self) -> None:
        """Do nothing: it is ready."""

    def unpublished(
        self, *, after: tuple[str, str, int] | None = None, limit: int = 256
    ) -> tuple[JournalEntry, ...]:
        """Give events that are not marked, by kind, id and number."""
        waiting = sorted(
            place
            for place in self._places()
            if place not in self.published and (after is None or place > after)
        )
        return tuple(self._entry(*place) for place in waiting[:limit])

    def mark_published(self, entries: Sequence[JournalEntry], *, at: datetime) -> int:
        """Mark events as published; give how many were not yet."""
        new = {entry.place for entry in entries} - self.published.keys()
        self.published |= dict.fromkeys(new, at)
        return len(new)

    def mark_all_published(self, *, at: datetime) -> int:
        """Mark all there are; give how many were not yet."""
        new = set(self._places()) - self.published.keys()
        self.published |= dict.fromkeys(new, at)
        return len(new)

    def forget_tries(self, *, before: datetime, limit: int = 1_000) -> int:
        """Delete tries that stopped to count before an instant; give how many keys they were of."""
        over = [
            ("tries", each.id)
            for each, _ in self.every("tries")
            if not each.failures or (each.until is not None and each.until < before)
        ]
        for key in over[:limit]:
            del self.rows[key], self.events[key]
        return min(limit, len(over))

    def _places(self) -> Iterator[tuple[str, str, int]]:
        for (kind, key), events in self.events.items():
            if kind not in KEPT_IN:
                for number in range(1, len(events) + 1):
                    yield kind, key, number

    def _entry(self, kind: str, key: str, number: int) -> JournalEntry:
        event = self.events[kind, key][number - 1]
        return JournalEntry(
            seller_id=self._seller_of(kind, key),
            kind=kind,
            key=key,
            number=number,
            event=wire.dump_event(kind, event),
        )

    def _seller_of(self, kind: str, key: str) -> SellerId:
        if kind == "seller":
            return SellerId(key)
        if kind == "letter":
            return self.outbox[key].seller_id
        of = {"decisions": "lead", "tree": "account"}.get(kind, kind)
        return SellerId(self.row(of, key).state.seller_id)
