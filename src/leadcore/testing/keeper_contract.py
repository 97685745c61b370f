"""What every keeper of files' contents must do, in memory, in a folder or in a bucket.

Give a keeper in `make_keeper`; an async one goes through `AwaitedKeeper`:

    class TestMyKeeper(KeeperContract):
        def make_keeper(self):
            return AwaitedKeeper(MyKeeper(...), loop)
"""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from leadcore.errors import Malformed, NotFound
from leadcore.files import measure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from datetime import datetime

    from leadcore.files import KeptContents
    from leadcore.ports import AsyncFileKeeper, FileKeeper
    from leadcore.testing.awaiting import Loop

__all__ = ["AwaitedKeeper", "KeeperContract"]

_TICK = timedelta(seconds=2)
"""Keepers may know when contents were put to the second only."""

_NO_KEYS = ("", "../" + "a" * 61, "A" * 64, "a" * 63, "a" * 65, "g" * 64, "a" * 64 + "\n")


class AwaitedKeeper:
    """An async keeper whose every method is awaited for the caller."""

    def __init__(self, keeper: AsyncFileKeeper, loop: Loop) -> None:
        """Wrap a keeper whose coroutines are to run on a loop."""
        self._keeper = keeper
        self._wait = loop.wait

    def put(self, chunks: Iterable[bytes], *, key: str, size: int) -> None:
        """Keep contents, and wait."""

        async def given() -> AsyncIterator[bytes]:
            for chunk in chunks:
                yield chunk

        async def kept() -> None:
            await self._keeper.put(given(), key=key, size=size)

        self._wait(kept())

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give contents, all of them read."""

        async def found() -> list[bytes]:
            return [chunk async for chunk in await self._keeper.read(key, start=start, end=end)]

        return iter(self._wait(found()))

    def look(self, key: str) -> KeptContents | None:
        """Say what is kept under a key, and wait."""

        async def found() -> KeptContents | None:
            return await self._keeper.look(key)

        return self._wait(found())

    def every(self) -> Iterator[KeptContents]:
        """Give all that is kept."""

        async def found() -> list[KeptContents]:
            return [each async for each in self._keeper.every()]

        return iter(self._wait(found()))

    def delete(self, key: str, *, put_before: datetime) -> bool:
        """Delete, and wait."""

        async def deleted() -> bool:
            return await self._keeper.delete(key, put_before=put_before)

        return self._wait(deleted())

    def tidy(self, *, begun_before: datetime) -> int:
        """Tidy, and wait."""

        async def tidied() -> int:
            return await self._keeper.tidy(begun_before=begun_before)

        return self._wait(tidied())


class KeeperContract:
    """A keeper of contents."""

    def make_keeper(self) -> FileKeeper:
        """Give a keeper to be tested; what others put there before is left alone."""
        raise TypeError("a contract's test class gives its keeper in make_keeper()")

    def test_what_was_put_is_read_whole_and_in_part(self) -> None:
        """Whatever pieces it came in; a part is half-open, and may be nothing."""
        keeper, whole = self.make_keeper(), bytes(range(256)) * 300
        key = _put(keeper, whole, piece=1_000)
        assert _read(keeper, key) == whole
        for start, end in ((0, 1), (0, 0), (5, 260), (76_799, None), (76_800, None), (3, None)):
            assert _read(keeper, key, start, end) == whole[start:end]
        found = keeper.look(key)
        assert found is not None
        assert (found.key, found.size) == (key, len(whole))

    def test_nothing_at_all_may_be_contents(self) -> None:
        """Empty contents are kept as others are."""
        keeper = self.make_keeper()
        key = _put(keeper, b"")
        found = keeper.look(key)
        assert (_read(keeper, key), found and found.size) == (b"", 0)

    def test_what_is_not_there_is_not_found(self) -> None:
        """At once, before a piece is asked for."""
        keeper, key = self.make_keeper(), _key(b"never put")
        assert keeper.look(key) is None
        with pytest.raises(NotFound):
            keeper.read(key)
        assert keeper.delete(key, put_before=_later(keeper)) is False

    @pytest.mark.parametrize("key", _NO_KEYS, ids=range(len(_NO_KEYS)))
    def test_a_key_is_a_checksum_and_no_path(self, key: str) -> None:
        """Nothing else reaches the place where contents are."""
        keeper = self.make_keeper()
        for act in (
            lambda: keeper.put([b""], key=key, size=0),
            lambda: keeper.read(key),
            lambda: keeper.look(key),
            lambda: keeper.delete(key, put_before=_later(keeper)),
        ):
            with pytest.raises(Malformed) as refused:
                act()
            assert refused.value.problems[0].path == "key"

    @pytest.mark.parametrize(
        ("brought", "size", "path"),
        [
            (b"what was pur", 12, "key"),
            (b"what was", 12, "size"),
            (b"what was put, twice", 12, "size"),
        ],
    )
    def test_other_contents_than_said_are_not_kept(
        self, brought: bytes, size: int, path: str
    ) -> None:
        """Nobody comes to contents, or spoils them, by naming their checksum."""
        keeper, key = self.make_keeper(), _key(b"what was put")
        for before in (None, b"what was put"):
            if before is not None:
                _put(keeper, before)
            with pytest.raises(Malformed) as refused:
                keeper.put([brought[:5], brought[5:]], key=key, size=size)
            assert [problem.path for problem in refused.value.problems] == [path]
            if before is None:
                assert keeper.look(key) is None
        assert _read(keeper, key) == b"what was put"

    def test_a_stream_that_breaks_leaves_nothing(self) -> None:
        """What came before it broke is not kept."""
        keeper, key = self.make_keeper(), _key(b"first second")

        def broken() -> Iterator[bytes]:
            yield b"first "
            raise ConnectionError("the other side went away")

        with pytest.raises(ConnectionError):
            keeper.put(broken(), key=key, size=12)
        assert keeper.look(key) is None
        assert key not in {each.key for each in keeper.every()}

    def test_the_same_contents_are_kept_once_and_listed_by_key(self) -> None:
        """Put again, they count as put then."""
        keeper = self.make_keeper()
        keys = sorted(_put(keeper, each) for each in (b"one", b"two", b"three"))
        first = keeper.look(keys[0])
        _put(keeper, b"one")
        listed = [each.key for each in keeper.every()]
        assert listed == sorted(set(listed))
        assert set(keys) <= set(listed)
        again = keeper.look(keys[0])
        assert first is not None
        assert again is not None
        assert again.kept_at >= first.kept_at

    def test_only_what_was_put_before_is_deleted(self) -> None:
        """The instant they were put at does not count as before it."""
        keeper = self.make_keeper()
        key, other = _put(keeper, b"to be deleted"), _put(keeper, b"to be left")
        found = keeper.look(key)
        assert found is not None
        assert keeper.delete(key, put_before=found.kept_at) is False
        assert _read(keeper, key) == b"to be deleted"
        assert keeper.delete(key, put_before=found.kept_at + _TICK) is True
        assert keeper.look(key) is None
        assert keeper.delete(key, put_before=found.kept_at + _TICK) is False
        assert _read(keeper, other) == b"to be left"
        _put(keeper, b"to be deleted")
        assert _read(keeper, key) == b"to be deleted"

    def test_many_who_put_the_same_at_once_all_find_it(self) -> None:
        """No reader ever sees a part of it."""
        keeper, whole = self.make_keeper(), b"together" * 5_000
        key, seen = _key(whole), list[bytes]()

        def work() -> None:
            _put(keeper, whole, piece=4_096)
            seen.append(_read(keeper, key))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [whole] * 4

    def test_tidying_leaves_what_is_kept(self) -> None:
        """Only what never became contents goes."""
        keeper = self.make_keeper()
        key = _put(keeper, b"kept")
        assert keeper.tidy(begun_before=_later(keeper)) == 0
        assert _read(keeper, key) == b"kept"


def _later(keeper: FileKeeper) -> datetime:
    found = keeper.look(_put(keeper, b"what time is it"))
    assert found is not None
    return found.kept_at + _TICK


def _put(keeper: FileKeeper, whole: bytes, *, piece: int = 7) -> str:
    chunks = [whole[start : start + piece] for start in range(0, len(whole), piece)]
    told = measure(chunks)
    keeper.put(chunks, key=told.sha256, size=told.size)
    return told.sha256


def _read(keeper: FileKeeper, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(keeper.read(key, start=start, end=end))


def _key(whole: bytes) -> str:
    return hashlib.sha256(whole).hexdigest()
