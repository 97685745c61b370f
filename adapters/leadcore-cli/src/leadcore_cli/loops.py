"""The event loop of a process that shares its door with others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

__all__ = ["EvenLoop"]


class EvenLoop(asyncio.SelectorEventLoop):
    """Takes in one connection at a time, so that the next may be another process's.

    asyncio takes in all that wait, as many as a queue is long. Where several processes listen at
    one socket, and a proxy opens its connections together and keeps them, one process may so get
    them all, and its others nothing to do.
    """

    async def create_server(
        self,
        protocol_factory: Any,  # noqa: ANN401 # asyncio's own
        *args: Any,  # noqa: ANN401 # asyncio's own
        sock: socket.socket | None = None,
        backlog: int = 100,
        **more: Any,  # noqa: ANN401 # asyncio's own
    ) -> asyncio.Server:
        """Make a server, as asyncio does; at a socket that is given, with even turns."""
        if sock is None:
            return await super().create_server(protocol_factory, *args, backlog=backlog, **more)
        made = await super().create_server(protocol_factory, *args, sock=sock, backlog=1, **more)
        sock.listen(backlog)  # the queue itself is as long as it is to be
        return made
