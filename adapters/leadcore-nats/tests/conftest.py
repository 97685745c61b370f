"""Servers: one for all tests of a process, three for those that lose one."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

# The helpers lie beside the tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))

from nats_desks import MemoryFeed, desk_at

from tools import nats_servers


@pytest.fixture
def feed():
    return MemoryFeed()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with nats_servers.serve(tmp_path_factory.mktemp("nats")) as one:
        yield one


@pytest.fixture
def at_desk(server):
    """Give what runs a coroutine function at a desk of its own."""

    def run(work, **more):
        async def inside():
            async with desk_at(server.urls, **more) as desk:
                return await work(desk)

        return asyncio.run(inside())

    return run
