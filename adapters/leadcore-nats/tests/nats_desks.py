"""A feed in memory, and a stream of one's own on a server."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count

from nats.js.errors import ServiceUnavailableError

from leadcore.ports import JournalEntry
from leadcore_nats import connected, keep_stream

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


class MemoryFeed:
    """Events by their place, with their marks."""

    def __init__(self):
        self.entries: dict[tuple[str, str, int], JournalEntry] = {}
        self.marked: dict[tuple[str, str, int], datetime] = {}
        self.numbers: dict[tuple[str, str], int] = {}

    def add(self, key, kind="lead", seller="seller", facts=None):
        number = self.numbers[kind, key] = self.numbers.get((kind, key), 0) + 1
        data = {"at": AT.isoformat(), "n": number} if facts is None else facts
        event = {"v": 1, "event": "LeadReceived", "data": data}
        entry = JournalEntry(seller_id=seller, kind=kind, key=key, number=number, event=event)
        self.entries[entry.place] = entry
        return entry

    def prepare_publishing(self):
        """Nothing is needed."""

    def unpublished(self, *, after=None, limit=256):
        waiting = sorted(place for place in self.entries if place not in self.marked)
        if after is not None:
            waiting = [place for place in waiting if place > after]
        return tuple(self.entries[place] for place in waiting[:limit])

    def mark_published(self, entries, *, at):
        new = [entry.place for entry in entries if entry.place not in self.marked]
        self.marked.update(dict.fromkeys(new, at))
        return len(new)

    def mark_all_published(self, *, at):
        return self.mark_published(self.unpublished(limit=len(self.entries)), at=at)


class Desk:
    """JetStream, with a stream and subjects nobody else uses."""

    def __init__(self, js, name):
        self.js, self.stream, self.prefix = js, name, name.lower()

    async def messages(self, least=0):
        """Give all the stream holds, in its order, once it holds so many.

        A server that was away may speak for the others until it learns that it leads no more.
        """
        info = await self._asked(
            self.js.stream_info, self.stream, good=lambda info: info.state.last_seq >= least
        )
        numbers = range(1, info.state.last_seq + 1)
        every = (self._asked(self.js.get_msg, self.stream, seq=number) for number in numbers)
        return await asyncio.gather(*every)

    async def leader(self):
        """Give the number of the server that leads the stream."""
        info = await self._asked(
            self.js.stream_info, self.stream, good=lambda info: info.cluster.leader
        )
        return int(info.cluster.leader.removeprefix("n"))

    async def _asked(self, ask, *what, good=lambda _: True, **more):
        """Ask until there is a good answer: while servers vote, nobody gives any."""
        async with asyncio.timeout(60):
            while True:
                with suppress(ServiceUnavailableError, TimeoutError):
                    async with asyncio.timeout(5):
                        answer = await ask(*what, **more)
                    if good(answer):
                        return answer
                await asyncio.sleep(0.05)


_NUMBERS = count(1)


@asynccontextmanager
async def desk_at(urls, *, replicas=1, **more):
    ping, patience = timedelta(seconds=1), timedelta(seconds=60)
    async with connected(urls, ping=ping, patience=patience) as js:
        desk = Desk(js, f"LEADCORE{next(_NUMBERS)}")
        await keep_stream(
            desk.js, stream=desk.stream, prefix=desk.prefix, replicas=replicas, **more
        )
        yield desk
