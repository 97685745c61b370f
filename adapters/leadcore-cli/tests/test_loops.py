"""Processes that share a door take in connections by turns."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack

import pytest

from leadcore_cli.loops import EvenLoop


class Guest(asyncio.Protocol):
    """Counts itself in."""

    def __init__(self, taken):
        taken.append(self)

    def connection_made(self, transport):
        self.transport = transport


def tick(loop):
    """Let a loop do what it has to do now, once."""
    loop.call_soon(loop.stop)
    loop.run_forever()


@pytest.fixture
def loops():
    made = [EvenLoop(), EvenLoop()]
    yield made
    for loop in made:
        loop.close()


def test_whoever_is_free_takes_in_the_next_one(loops):
    taken = [[], []]
    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        door.setblocking(False)
        servers = [
            loop.run_until_complete(
                loop.create_server(lambda mine=mine: Guest(mine), sock=door.dup(), backlog=50)
            )
            for loop, mine in zip(loops, taken, strict=True)
        ]
        for _ in range(20):  # more than a queue of one would hold
            stack.enter_context(socket.create_connection(door.getsockname(), timeout=10))
        for _ in range(30):
            for loop in loops:
                tick(loop)
        assert sum(map(len, taken)) == 20
        assert min(map(len, taken)) >= 9
        for loop, server, mine in zip(loops, servers, taken, strict=True):
            server.close()
            for guest in mine:
                guest.transport.close()
            tick(loop)
            loop.run_until_complete(server.wait_closed())


def test_without_a_door_of_its_own_it_is_asyncios(loops):
    loop, taken = loops[0], []
    server = loop.run_until_complete(loop.create_server(lambda: Guest(taken), "127.0.0.1", 0))
    with ExitStack() as stack:
        for _ in range(3):
            where = server.sockets[0].getsockname()
            stack.enter_context(socket.create_connection(where, timeout=10))
        for _ in range(3):
            tick(loop)
        assert len(taken) == 3
        server.close()
        for guest in taken:
            guest.transport.close()
        tick(loop)
        loop.run_until_complete(server.wait_closed())
