"""The contract of keepers holds for good ones, sync and async, and finds broken ones."""

from __future__ import annotations

import pytest

from leadcore.files import measure
from leadcore.testing import Loop
from leadcore.testing.keeper_contract import AwaitedKeeper, KeeperContract
from leadcore.testing.keepers import MemoryKeeper


class AsyncMemory:
    """An async face of the reference keeper."""

    def __init__(self):
        self.keeper = MemoryKeeper()

    async def put(self, chunks, *, key, size):
        self.keeper.put([chunk async for chunk in chunks], key=key, size=size)

    async def read(self, key, *, start=0, end=None):
        found = self.keeper.read(key, start=start, end=end)

        async def handed():
            for chunk in found:
                yield chunk

        return handed()

    async def look(self, key):
        return self.keeper.look(key)

    async def every(self):
        for each in self.keeper.every():
            yield each

    async def delete(self, key, *, put_before):
        return self.keeper.delete(key, put_before=put_before)

    async def tidy(self, *, begun_before):
        return self.keeper.tidy(begun_before=begun_before)


@pytest.fixture(scope="module")
def loop():
    with Loop() as made:
        yield made


class TestMemory(KeeperContract):
    def make_keeper(self):
        return MemoryKeeper()


class TestAsyncMemory(KeeperContract):
    @pytest.fixture(autouse=True)
    def given(self, loop):
        self.made = AwaitedKeeper(AsyncMemory(), loop)

    def make_keeper(self):
        return self.made


def test_a_contract_without_a_keeper_says_so():
    with pytest.raises(TypeError, match="make_keeper"):
        KeeperContract().make_keeper()


class Trusting(MemoryKeeper):
    """Believes what it is told."""

    def put(self, chunks, *, key, size):
        whole = b"".join(chunks)
        told = measure([whole])
        super().put([whole], key=told.sha256, size=told.size)
        self._kept[key] = self._kept[told.sha256]


class Eager(MemoryKeeper):
    """Deletes whatever it is told to."""

    def delete(self, key, *, put_before):
        return self._kept.pop(key, None) is not None


class Whole(MemoryKeeper):
    """Knows no parts."""

    def read(self, key, *, start=0, end=None):
        return super().read(key)


class Lazy(MemoryKeeper):
    """Says only when it is read that there is nothing."""

    def read(self, key, *, start=0, end=None):
        yield from super().read(key, start=start, end=end)


@pytest.mark.parametrize(
    ("kind", "test", "arguments"),
    [
        (Trusting, "test_other_contents_than_said_are_not_kept", (b"what was pur", 12, "key")),
        (Trusting, "test_a_key_is_a_checksum_and_no_path", ("../x",)),
        (Eager, "test_only_what_was_put_before_is_deleted", ()),
        (Whole, "test_what_was_put_is_read_whole_and_in_part", ()),
        (Lazy, "test_what_is_not_there_is_not_found", ()),
    ],
)
def test_a_broken_keeper_is_found(kind, test, arguments):
    contract = KeeperContract()
    contract.make_keeper = kind
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        getattr(contract, test)(*arguments)
