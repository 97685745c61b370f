"""Publish the journal to a stream of JetStream: each event at least once, a stream's in order.

An event goes to the stream under its own id (`Nats-Msg-Id`), and is marked in the database once
the stream has it. Whoever dies in between publishes again, and the stream knows the id and drops
it, as long as it remembers ids (`duplicate_window`).
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import frozen
from nats.errors import Error
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from leadcore_nats.events import CONTENT_TYPE, cloud_event, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nats.js import JetStreamContext

    from leadcore.ports import Feed, JournalEntry

__all__ = ["Publisher", "Round", "keep_stream"]

_log = logging.getLogger("leadcore_nats")
_LAST = 2**31 - 1
_ID = "Nats-Msg-Id"


@frozen
class Round:
    """What one round did.

    Attributes:
        published: so many events are in the stream now.
        held: so many were read and not taken; they come again.
        more: is there more to read at once?
    """

    published: int
    held: int
    more: bool


async def keep_stream(
    client: JetStreamContext,
    *,
    stream: str = "LEADCORE",
    prefix: str = "leadcore",
    replicas: int = 1,
    remembers: timedelta = timedelta(minutes=10),
) -> None:
    """Make the stream where there is none; one that is there stays as somebody made it.

    Args:
        client: JetStream, as `nats.connect(…)` and `.jetstream()` give it.
        stream: its name.
        prefix: what the subjects begin with.
        replicas: on so many servers; three survive the loss of one.
        remembers: so long it knows the ids it was given; a publisher that died should be back
            before.
    """
    try:
        await client.stream_info(stream)
    except NotFoundError:
        config = StreamConfig(
            name=stream,
            subjects=[f"{prefix}.>"],
            num_replicas=replicas,
            duplicate_window=remembers.total_seconds(),
        )
        await client.add_stream(config)  # pyright: ignore[reportUnknownMemberType]  # its options have no types


class Publisher:
    """Takes events off a feed and publishes them, a batch a round.

    Two at once do no harm, and no good: each publishes what the other does.
    """

    def __init__(
        self,
        feed: Feed,
        client: JetStreamContext,
        *,
        prefix: str = "leadcore",
        source: str = "/leadcore",
        batch: int = 256,
        at_once: int = 64,
        patience: timedelta = timedelta(seconds=5),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Make a publisher.

        Args:
            feed: where the events are.
            client: JetStream, as `nats.connect(…)` and `.jetstream()` give it.
            prefix: what the subjects begin with.
            source: what the CloudEvents' source begins with, a URI reference.
            batch: so many events a round at most.
            at_once: so many streams are published side by side; each of them one by one.
            patience: so long an event may take; after that it comes again.
            clock: tells when an event was published.
        """
        self._feed = feed
        self._client = client
        self._prefix = prefix
        self._source = source
        self._batch = batch
        self._turn = asyncio.Semaphore(at_once)
        self._patience = patience.total_seconds()
        self._clock = clock
        self._after: tuple[str, str, int] | None = None

    async def publish(self) -> Round:
        """Publish a batch, and mark what the stream has."""
        entries = await asyncio.to_thread(
            self._feed.unpublished, after=self._after, limit=self._batch
        )
        streams = [tuple(group) for _, group in groupby(entries, lambda each: each.place[:2])]
        taken = await asyncio.gather(*map(self._publish_stream, streams))
        done = [
            entry for group, count in zip(streams, taken, strict=True) for entry in group[:count]
        ]
        if done:
            await asyncio.to_thread(self._feed.mark_published, done, at=self._clock())
        more = len(entries) == self._batch
        self._after = _behind(entries[-1], held=taken[-1] < len(streams[-1])) if more else None
        return Round(published=len(done), held=len(entries) - len(done), more=more)

    async def run(
        self,
        stop: asyncio.Event,
        *,
        pause: timedelta = timedelta(seconds=1),
        told: Callable[[Round], None] = lambda _: None,
    ) -> int:
        """Publish until told to stop; wait where nothing waits, or nothing is taken.

        Args:
            stop: set it, and the round under way is the last.
            pause: how long to wait.
            told: is called with each round.

        Returns:
            How many events were published.
        """
        total = 0
        while not stop.is_set():
            done = await self.publish()
            told(done)
            total += done.published
            if not done.more or not done.published:
                await _first(stop, pause.total_seconds())
        return total

    async def _publish_stream(self, entries: Sequence[JournalEntry]) -> int:
        """Publish a stream's events one by one; give how many were taken before one was not."""
        async with self._turn:
            for count, entry in enumerate(entries):
                if not await self._publish_one(entry):
                    return count
            return len(entries)

    async def _publish_one(self, entry: JournalEntry) -> bool:
        body = cloud_event(entry, source=self._source)
        # Quoted: an id may hold what would end a header.
        headers = {_ID: quote(entry.id), "Content-Type": CONTENT_TYPE}
        subject = subject_of(entry, prefix=self._prefix)
        try:
            await self._client.publish(subject, body, timeout=self._patience, headers=headers)
        except (Error, OSError, TimeoutError) as error:
            # Its id only: what it says is what people told in confidence.
            _log.warning("not published: %s, %s", entry.id, type(error).__name__)
            return False
        return True


def _behind(last: JournalEntry, *, held: bool) -> tuple[str, str, int]:
    """Give where to go on: of a stream that is held nothing more may come before it does."""
    kind, key, number = last.place
    return kind, key, _LAST if held else number


async def _first(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
