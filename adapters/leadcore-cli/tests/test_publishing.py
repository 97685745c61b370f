"""The journal goes out once and in order, whatever becomes of those who publish it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("leadcore_nats")

from leadcore_cli.context import open_store
from leadcore_nats import connected
from tools import nats_servers

LEADCORE = Path(sys.executable).with_name("leadcore")
DEEP = os.environ.get("LEADCORE_PROFILE") == "deep"
KILLS, LEADS = (100, 5_000) if DEEP else (2, 40)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with nats_servers.serve(tmp_path_factory.mktemp("nats")) as one:
        yield one


async def _messages(server, stream):
    async with connected(server.urls) as client:
        last = (await client.stream_info(stream)).state.last_seq
        found = []
        for first in range(1, last + 1, 500):
            every = range(first, min(first + 500, last + 1))
            found += await asyncio.gather(*(client.get_msg(stream, seq=seq) for seq in every))
        return found


def told(server, stream):
    return [json.loads(each.data) for each in asyncio.run(_messages(server, stream))]


def check(events):
    """Each event is there once, a stream's in order and without a gap."""
    assert len({event["id"] for event in events}) == len(events)
    last: dict[tuple[str, str], int] = {}
    for event in events:
        stream = event["streamkind"], event["subject"]
        assert event["streamversion"] == last.get(stream, 0) + 1
        last[stream] = event["streamversion"]


def waiting(database):
    store = open_store(database)
    try:
        return store.unpublished(limit=1)
    finally:
        store.engine.dispose()


def test_the_journal_goes_out_once(sold, server):
    given = ("--nats", server.urls[0], "--stream", "ONCE", "--prefix", "once", "--batch", "5")
    first = sold.one("publish", *given)
    events = told(server, "ONCE")
    check(events)
    assert first == {"published": len(events), "held": 0, "skipped": 0}
    assert {event["streamkind"] for event in events} >= {"account", "lead", "order", "user"}
    assert sold("publish", *given).stdout == "0 events published.\n"
    assert len(told(server, "ONCE")) == len(events)
    sold("fund", "north", "5", "--key", "more")
    sold("account", "west", "--name", "West")
    assert sold.one("publish", *given)["published"] >= 1
    assert sold("audit").exit_code == 0


def test_who_wants_only_what_comes(sold, server):
    given = ("--nats", server.urls[0], "--stream", "LATE", "--prefix", "late")
    first = sold.one("publish", "--from-now", *given)
    assert (first["published"], first["skipped"] > 10) == (0, True)
    sold("account", "west", "--name", "West")
    assert sold.one("publish", *given)["published"] >= 1
    assert {event["subject"] for event in told(server, "LATE")} >= {"west"}


def test_what_is_in_the_way_is_said(sold, tmp_path, monkeypatch):
    nobody = ("--nats", "nats://ann:hush@127.0.0.1:1", "--patience", "0.3")
    said = sold("publish", *nobody, code=4).stderr
    assert "no NATS server answers" in said
    assert "hush" not in said
    nowhere = f"sqlite:///{tmp_path}/x.db"
    assert "there is no file" in sold("publish", "--db", nowhere, code=4).stderr
    monkeypatch.setattr("leadcore_cli.commands.publishing.find_spec", lambda _: None)
    assert "needs the package leadcore-nats" in sold("publish", code=4).stderr


@pytest.mark.slow
def test_killed_again_and_again_it_goes_on_where_it_was(cli, server, tmp_path):
    """The seed says after how many lines each of them is killed; all have more to do than that."""
    seeded, leads = random.Random(20261122), LEADS // KILLS
    cli("fund", "north", "1000000", "--key", "much")
    for number in range(KILLS):
        cli(
            "import",
            str(written(tmp_path / "leads.csv", range(number * leads, (number + 1) * leads))),
        )
        process = start(cli.database, server, batch=seeded.randrange(3, leads // 2))
        for _ in range(seeded.randrange(1, 4)):
            assert json.loads(process.stdout.readline())["published"]
        end(process, signal.SIGKILL if number % 2 == 0 else signal.SIGTERM)
    cli("publish", "--nats", server.urls[0], "--stream", "KILLS", "--prefix", "kills")
    assert waiting(cli.database) == ()
    events = told(server, "KILLS")
    check(events)
    assert sum(event["streamkind"] == "lead" for event in events) >= 2 * leads * KILLS


def written(path, numbers):
    head = "First Name,Last Name,Phone,Email,ZIP,State,Practice Area,tcpa_consent\n"
    rows = (
        f"First {n},Last {n},201-555-{n:04d},p{n}@example.com,33602,FL,family law,yes\n"
        for n in numbers
    )
    path.write_text(head + "".join(rows), "utf-8")
    return path


def start(database, server, *, batch):
    given = ["--nats", server.urls[0], "--stream", "KILLS", "--prefix", "kills"]
    command = [LEADCORE, "publish", "--follow", "--json", "--batch", str(batch), *given]
    environment = {**os.environ, "LEADCORE_DB": database}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 # the command that is tested


def end(process, how):
    process.send_signal(how)
    rest = process.stdout.read().splitlines()
    process.stdout.close()
    code = process.wait()
    if how == signal.SIGTERM:
        assert code == 0
        assert json.loads(rest[-1])["held"] == 0
