"""A connection that finds the next server by itself, and notices one that hangs."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import nats
from nats.errors import Error

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from nats.aio.client import Client
    from nats.js import JetStreamContext

__all__ = ["connected"]

_log = logging.getLogger("leadcore_nats")
_PAUSE = 0.1


@asynccontextmanager
async def connected(
    servers: str | Sequence[str],
    *,
    patience: timedelta = timedelta(seconds=10),
    ping: timedelta = timedelta(seconds=5),
) -> AsyncGenerator[JetStreamContext]:
    """Connect to JetStream, and close the connection in the end.

    Args:
        servers: their URLs, `nats://…` or `tls://…`; of a cluster, several.
        patience: so long it may take until JetStream answers.
        ping: how often a server is asked whether it is there; after two times without an answer
            the next one is tried.

    Raises:
        ConnectionError: JetStream did not answer in time.
    """
    seen: list[Exception] = []

    async def on_error(error: Exception) -> None:
        # Its kind only: a URL among its words may hold a password.
        _log.info("connection: %s", type(error).__name__)
        seen[:] = [error]

    try:
        async with asyncio.timeout(patience.total_seconds()):
            untyped: Any = nats  # its options have no types
            client: Client = await untyped.connect(
                servers=[servers] if isinstance(servers, str) else list(servers),
                error_cb=on_error,
                max_reconnect_attempts=-1,
                reconnect_time_wait=_PAUSE,
                ping_interval=ping.total_seconds(),
            )
    except (Error, OSError, TimeoutError) as error:
        why = type(seen[0] if seen else error).__name__
        raise ConnectionError(f"no NATS server answers: {why}") from error
    try:
        yield await _answering(client, patience)
    finally:
        await client.close()


async def _answering(client: Client, patience: timedelta) -> JetStreamContext:
    """Wait for JetStream itself: a cluster elects a leader first."""
    found: JetStreamContext = client.jetstream()  # pyright: ignore[reportUnknownMemberType]  # its options have no types
    last: Exception | None = None
    try:
        async with asyncio.timeout(patience.total_seconds()):
            while True:
                try:
                    await found.account_info()
                except Error as error:
                    last = error
                    await asyncio.sleep(_PAUSE)
                else:
                    return found
    except TimeoutError:
        why = f": {type(last).__name__}" if last else ""
        raise ConnectionError(f"NATS is there, JetStream does not answer{why}") from last
