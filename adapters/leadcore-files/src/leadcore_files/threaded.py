"""A keeper that blocks, with an async face: its work is done in threads."""

from __future__ import annotations

import asyncio
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from leadcore.errors import Malformed
from leadcore.files import check_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator
    from datetime import datetime

    from leadcore.files import KeptContents
    from leadcore.ports import FileKeeper

__all__ = ["ThreadedKeeper"]

_IN_MEMORY = 1_048_576
_PIECE = 65_536
_PAGE = 500


class ThreadedKeeper:
    """Gives a `FileKeeper` the face of an `AsyncFileKeeper`; no call blocks the event loop."""

    def __init__(self, keeper: FileKeeper) -> None:
        """Wrap a keeper whose methods may be called from several threads."""
        self._keeper = keeper

    async def put(self, chunks: AsyncIterable[bytes], *, key: str, size: int) -> None:
        """Keep contents; what comes is set aside first, on the disk where it is much."""
        check_key(key)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as aside:
            seen = 0
            async for chunk in chunks:
                seen += len(chunk)
                if seen > size:
                    raise Malformed.at("size", f"is over {size} bytes")
                await asyncio.to_thread(aside.write, chunk)
            aside.seek(0)
            pieces = iter(partial(aside.read, _PIECE), b"")
            await asyncio.to_thread(self._keeper.put, pieces, key=key, size=size)

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Give contents in pieces."""
        found = await asyncio.to_thread(self._keeper.read, key, start=start, end=end)
        return _handed_on(found)

    async def look(self, key: str) -> KeptContents | None:
        """Say what is kept under a key; None for nothing."""
        return await asyncio.to_thread(self._keeper.look, key)

    async def every(self) -> AsyncIterator[KeptContents]:
        """Give all that is kept, by key."""
        found = self._keeper.every()
        while page := await asyncio.to_thread(_page, found):
            for each in page:
                yield each

    async def delete(self, key: str, *, put_before: datetime) -> bool:
        """Delete contents if they were last put before an instant; say whether they were."""
        return await asyncio.to_thread(self._keeper.delete, key, put_before=put_before)

    async def tidy(self, *, begun_before: datetime) -> int:
        """Remove what puts left behind."""
        return await asyncio.to_thread(self._keeper.tidy, begun_before=begun_before)


async def _handed_on(found: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(next, found, b""):
        yield piece


def _page(found: Iterator[KeptContents]) -> list[KeptContents]:
    return [each for _, each in zip(range(_PAGE), found, strict=False)]
