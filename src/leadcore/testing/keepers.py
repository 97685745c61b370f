"""The reference keeper of contents: a dictionary, and a clock that is told what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from leadcore.errors import NotFound
from leadcore.files import KeptContents, check_key, verified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["MemoryKeeper"]

_BEGINNING = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


class MemoryKeeper:
    """Keeps contents in memory; see `leadcore.ports.FileKeeper`."""

    def __init__(self, now: Callable[[], datetime] = lambda: _BEGINNING) -> None:
        """Make an empty one.

        Args:
            now: tells when contents are put.
        """
        self._now = now
        self._kept: dict[str, tuple[bytes, datetime]] = {}

    def put(self, chunks: Iterable[bytes], *, key: str, size: int) -> None:
        """Keep contents, all or nothing."""
        whole = b"".join(verified(chunks, key=check_key(key), size=size))
        self._kept[key] = (whole, self._now())

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give contents in pieces."""
        if check_key(key) not in self._kept:
            raise NotFound("contents", key)
        return iter((self._kept[key][0][start:end],))

    def look(self, key: str) -> KeptContents | None:
        """Say what is kept under a key."""
        found = self._kept.get(check_key(key))
        if found is None:
            return None
        return KeptContents(key=key, size=len(found[0]), kept_at=found[1])

    def every(self) -> Iterator[KeptContents]:
        """Give all that is kept, by key."""
        found = (self.look(key) for key in sorted(self._kept))
        return (each for each in found if each is not None)

    def delete(self, key: str, *, put_before: datetime) -> bool:
        """Delete contents that were last put before an instant."""
        found = self._kept.get(check_key(key))
        if found is None or found[1] >= put_before:
            return False
        del self._kept[key]
        return True

    def tidy(self, *, begun_before: datetime) -> int:  # noqa: ARG002 - nothing is ever left behind
        """Remove what puts left behind: nothing."""
        return 0
