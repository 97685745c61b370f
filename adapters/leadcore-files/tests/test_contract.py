"""The keeper's contract in a folder, sync and async."""

from __future__ import annotations

import pytest

from leadcore.testing.keeper_contract import AwaitedKeeper, KeeperContract
from leadcore_files import FolderKeeper, ThreadedKeeper


class TestFolder(KeeperContract):
    @pytest.fixture(autouse=True)
    def given(self, tmp_path):
        self.folder = tmp_path / "files"

    def make_keeper(self):
        return FolderKeeper(self.folder)


class TestThreadedFolder(KeeperContract):
    @pytest.fixture(autouse=True)
    def given(self, tmp_path, loop):
        self.make = lambda: AwaitedKeeper(ThreadedKeeper(FolderKeeper(tmp_path / "files")), loop)

    def make_keeper(self):
        return self.make()
