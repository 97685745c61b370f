"""An async store is waited for, and what it raises is raised."""

import pytest

from leadcore.errors import NotFound
from leadcore.testing import Awaited, Loop, MemoryStore
from leadcore.testing.scenes import Scene, reception
from leadcore.values import SellerId


class AsyncMemory:
    def __init__(self):
        self.inner = MemoryStore()

    def __getattr__(self, name):
        async def method(*arguments, **named):
            return getattr(self.inner, name)(*arguments, **named)

        return method


def test_an_async_store_answers_as_a_sync_one():
    with Loop() as loop:
        scene = Scene(store=Awaited(AsyncMemory(), loop)).set_up()
        lead = scene.receive(1).lead
        assert scene.store.lead(lead.id) == lead
        assert scene.store.messages(limit=1)
        with pytest.raises(NotFound):
            scene.store.run(reception(SellerId("nobody"), 2))


def test_a_loop_that_stops_ends_what_was_begun_on_it():
    done = []

    async def going_on():
        try:
            yield
        finally:
            done.append("ended")

    async def begin():
        begun = going_on()
        await anext(begun)
        return begun

    with Loop() as loop:
        kept = loop.wait(begin())
        assert done == []
    assert done == ["ended"]
    assert kept.ag_frame is None
