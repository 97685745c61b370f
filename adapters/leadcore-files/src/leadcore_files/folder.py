"""Contents in a folder of the local file system.

Contents lie at `ab/cd/<SHA-256>`. They are written beside, under a name of their own, flushed to
the disk, and then renamed, which a file system does whole or not at all. A process that is killed
leaves at most a file in `incoming`, which nobody reads and `tidy` removes.

Renaming, and deleting what was last put long ago, each hold the lock `.lock` for a moment, so that
nobody deletes what somebody puts again just then.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from leadcore.errors import NotFound
from leadcore.files import KeptContents, check_key, verified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["FolderKeeper"]

_PIECE = 65_536
_INCOMING = "incoming"
_LOCK = ".lock"


class FolderKeeper:
    """Keeps contents in a folder; see `leadcore.ports.FileKeeper`."""

    def __init__(self, folder: str | Path) -> None:
        """Keep them in a folder, which is made when the first contents are put."""
        self.folder = Path(folder)
        self._incoming = self.folder / _INCOMING

    def put(self, chunks: Iterable[bytes], *, key: str, size: int) -> None:
        """Keep contents, all or nothing: on the disk before it returns."""
        path = self._path(check_key(key))
        self._make(self._incoming)
        self._make(path.parent)
        beside = self._incoming / secrets.token_hex(16)
        try:
            with beside.open("xb") as file:
                for chunk in verified(chunks, key=key, size=size):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            with self._alone():
                # They count as put now, not when the first byte came.
                os.utime(beside)
                beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give contents in pieces; deleted while they are read, they are read to the end."""
        path = self._path(check_key(key))
        if not path.is_file():
            raise NotFound("contents", key)
        # Opened with the first piece: whoever asks for none leaves nothing open.
        return _pieces(path, start, end)

    def look(self, key: str) -> KeptContents | None:
        """Say what is kept under a key; None for nothing."""
        return _kept(self._path(check_key(key)))

    def every(self) -> Iterator[KeptContents]:
        """Give all that is kept, by key."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            found = _kept(path)
            if found is not None:
                yield found

    def delete(self, key: str, *, put_before: datetime) -> bool:
        """Delete contents if they were last put before an instant; say whether they were."""
        path = self._path(check_key(key))
        if not self.folder.is_dir():
            return False
        with self._alone():
            found = _kept(path)
            if found is None or found.kept_at >= put_before:
                return False
            path.unlink()
        _flush_folder(path.parent)
        return True

    def tidy(self, *, begun_before: datetime) -> int:
        """Remove what puts left behind that were last written to before an instant."""
        gone = 0
        for path in self._incoming.glob("*"):
            found = _kept(path)
            if found is not None and found.kept_at < begun_before:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:4] / key

    def _alone(self) -> FileLock:
        # One each time: a lock that is shared would let in the other threads of its process.
        return FileLock(self.folder / _LOCK, mode=0o600, poll_interval=0.005)

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make(folder.parent)
        # What people told is in there: for this user's processes only.
        folder.mkdir(mode=0o700, exist_ok=True)
        _flush_folder(folder.parent)


def _kept(path: Path) -> KeptContents | None:
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    # By whole nanoseconds: a float would move the instant.
    at = datetime.fromtimestamp(told.st_mtime_ns // 10**9, UTC)
    at = at.replace(microsecond=told.st_mtime_ns % 10**9 // 1000)
    return KeptContents(key=path.name, size=told.st_size, kept_at=at)


def _pieces(path: Path, start: int, end: int | None) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise NotFound("contents", path.name) from None
    with file:
        file.seek(start)
        left = None if end is None else max(0, end - start)
        while left is None or left > 0:
            piece = file.read(_PIECE if left is None else min(_PIECE, left))
            if not piece:
                return
            left = None if left is None else left - len(piece)
            yield piece


def _flush_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk; some systems can't, and need not."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
