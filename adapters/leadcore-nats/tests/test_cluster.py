"""Three servers, one of them lost while events are published: none is lost, doubled or moved."""

from __future__ import annotations

import asyncio
import gc
import json
import random
from datetime import timedelta

import pytest
from nats_desks import AT, MemoryFeed, desk_at
from test_publisher import check

from leadcore_nats import Publisher
from tools import nats_servers

pytestmark = pytest.mark.slow
STREAMS, EACH = 40, 10


# The client forgets, unclosed, a connection it was making to a server that hangs.
@pytest.mark.filterwarnings("ignore:(unclosed|loop is closed):ResourceWarning")
@pytest.mark.filterwarnings("ignore:.*StreamWriter.__del__:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("hangs", [False, True], ids=["killed", "hanging"])
def test_the_loss_of_one_of_three_servers_is_survived(tmp_path, hangs):
    """The one lost leads the stream, so that another must; it comes back and agrees."""
    feed, seeded = MemoryFeed(), random.Random(20261122)

    def add(count):
        for _ in range(count):
            feed.add(f"l{seeded.randrange(STREAMS)}", facts={})

    async def work(cluster):
        add(STREAMS * EACH // 2)
        async with desk_at(cluster.urls, replicas=3) as desk:
            patience = timedelta(seconds=1)
            one = Publisher(
                feed, desk.js, prefix=desk.prefix, batch=40, patience=patience, clock=lambda: AT
            )
            stop = asyncio.Event()
            running = asyncio.create_task(one.run(stop, pause=timedelta(milliseconds=20)))
            await _until(lambda: len(feed.marked) >= 80)
            lost = await desk.leader()
            (cluster.pause if hangs else cluster.kill)(lost)
            before = len(feed.marked)
            add(STREAMS * EACH // 2)
            await _until(lambda: len(feed.marked) == len(feed.entries))
            assert before < len(feed.entries)
            # Asked while it is away: once back, it may be elected again.
            new = await desk.leader()
            (cluster.resume if hangs else cluster.start)(lost)
            feed.add("last", facts={})
            await _until(lambda: len(feed.marked) == len(feed.entries))
            stop.set()
            await running
            return lost, new, await desk.messages(len(feed.entries))

    with nats_servers.serve(tmp_path, count=3) as cluster:
        lost, new, messages = asyncio.run(work(cluster))
    gc.collect()  # here, and not in whichever test comes next
    check(messages, feed)
    assert new != lost
    assert json.loads(messages[-1].data)["subject"] == "last"


async def _until(holds):
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")
