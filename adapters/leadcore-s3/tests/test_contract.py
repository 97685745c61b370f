"""The keeper's contract in a bucket, sync and async."""

from __future__ import annotations

import pytest

from leadcore.testing.keeper_contract import AwaitedKeeper, KeeperContract
from leadcore_files import ThreadedKeeper


class TestBucket(KeeperContract):
    @pytest.fixture(autouse=True)
    def given(self, keeper):
        self.make = lambda: keeper

    def make_keeper(self):
        return self.make()


class TestThreadedBucket(KeeperContract):
    @pytest.fixture(autouse=True)
    def given(self, keeper, loop):
        self.make = lambda: AwaitedKeeper(ThreadedKeeper(keeper), loop)

    def make_keeper(self):
        return self.make()
