"""The reference keeper keeps its contract, by the clock it is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadcore.errors import NotFound
from leadcore.files import measure
from leadcore.testing.keeper_contract import KeeperContract
from leadcore.testing.keepers import MemoryKeeper

AT = datetime(2026, 11, 22, tzinfo=UTC)


class TestMemoryKeeper(KeeperContract):
    def make_keeper(self):
        return MemoryKeeper()


def test_contents_are_put_when_its_clock_says():
    clock = [AT]
    keeper = MemoryKeeper(lambda: clock[-1])
    told = measure([b"x"])
    keeper.put([b"x"], key=told.sha256, size=1)
    clock.append(AT + timedelta(hours=1))
    assert keeper.look(told.sha256).kept_at == AT
    keeper.put([b"x"], key=told.sha256, size=1)
    assert keeper.look(told.sha256).kept_at == clock[-1]
    assert keeper.delete(told.sha256, put_before=AT + timedelta(minutes=1)) is False
    assert keeper.delete(told.sha256, put_before=AT + timedelta(hours=2)) is True
    with pytest.raises(NotFound):
        keeper.read(told.sha256)
