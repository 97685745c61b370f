"""Who is not there is told in time, and without what a URL holds."""

from __future__ import annotations

import asyncio
import logging
import socket
from datetime import timedelta

import pytest

from leadcore_nats import connected
from tools import nats_servers

SOON = timedelta(seconds=0.5)


def ask(url):
    async def inside():
        async with connected(url, patience=SOON) as js:
            return await js.account_info()

    return asyncio.run(inside())


def test_a_server_answers(server):
    assert ask(server.urls[0]).streams >= 0


def test_nobody_there_is_said_in_time_and_without_the_password(caplog):
    caplog.set_level(logging.DEBUG)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with pytest.raises(ConnectionError, match="no NATS server answers") as told:
            ask(f"nats://ann:hush@127.0.0.1:{port}")
    assert "hush" not in f"{told.value}{caplog.text}"


def test_a_server_without_jetstream_is_said_so(tmp_path):
    with (
        nats_servers.serve(tmp_path, jetstream=False) as plain,
        pytest.raises(ConnectionError, match="JetStream does not answer"),
    ):
        ask(plain.urls)
