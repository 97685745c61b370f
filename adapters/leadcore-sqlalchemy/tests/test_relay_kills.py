"""Relays killed at any moment: every message arrives, always as itself, each lane in order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path

import pytest

from leadcore.letters import LetterStatus, lane_of
from leadcore.ports import OutboxQuery
from leadcore.testing.outbox_contract import PutMessages, outbox_message
from leadcore.testing.scenes import terms
from leadcore.values import SellerId
from leadcore_sqlalchemy import SqlStore

pytestmark = pytest.mark.slow
WORKER = Path(__file__).with_name("relay_worker.py")
DEEP = os.environ.get("LEADCORE_PROFILE") == "deep"
MESSAGES, LEADS, KILLS, RELAYS = (5_000, 700, 100, 3) if DEEP else (40, 9, 1, 2)
SELLER = SellerId("relayed")
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
WHERE = ["sqlite", POSTGRES] if DEEP else ["sqlite"]  # processes are dear to start


class Relays:
    """Some relay processes at once; what they say they delivered is counted."""

    def __init__(self, url: str, log: Path, seeded: random.Random) -> None:
        self.url, self.log, self.seeded = url, log, seeded
        self.began = time.time()
        self.news, self.count = threading.Condition(), 0
        self.running: list[tuple[subprocess.Popen[str], threading.Thread]] = []

    def start(self) -> None:
        seed = self.seeded.randrange(10**6)
        given = [self.url, str(self.log), f"relay-{seed}", str(self.began), str(seed)]
        process = subprocess.Popen(  # noqa: S603 # this Python with a program of ours
            [sys.executable, WORKER, *given], stdout=subprocess.PIPE, text=True
        )
        reader = threading.Thread(target=self._read, args=(process,))
        reader.start()
        self.running.append((process, reader))

    def _read(self, process) -> None:
        for _ in process.stdout:
            with self.news:
                self.count += 1
                self.news.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many more were delivered, or all relays ended."""
        with self.news:
            wanted = self.count + count
            self.news.wait_for(lambda: self.count >= wanted or self.ended, 120)

    @property
    def ended(self) -> bool:
        return all(process.poll() is not None for process, _ in self.running)

    def kill(self, number: int) -> None:
        process, reader = self.running.pop(number)
        process.kill()
        self._end(process, reader)

    def join(self) -> list[int]:
        codes = [process.wait(600) for process, _ in self.running]
        for process, reader in self.running:
            self._end(process, reader)
        return codes

    def _end(self, process, reader) -> None:
        process.wait()
        reader.join()
        with suppress(OSError):
            process.stdout.close()


def put(store: SqlStore, seeded: random.Random) -> dict[str, str | None]:
    """Put the messages there; give the lane of each, in order."""
    store.run(terms(SELLER))
    messages = [
        outbox_message(SELLER, number, lead=f"l{seeded.randrange(LEADS)}")
        for number in range(MESSAGES)
    ]
    for start in range(0, MESSAGES, 500):
        part = tuple(messages[start : start + 500])
        store.run(PutMessages(seller_id=SELLER, messages=part))
    return {message.id: lane_of(message) for message in messages}


@pytest.mark.parametrize("where", WHERE)
def test_relays_killed_at_any_moment_lose_nothing_and_keep_the_order(where, request, tmp_path):
    """The seed says who is killed when."""
    made, seeded = request.getfixturevalue(f"{where}_engine"), random.Random(20261122)
    store, log = SqlStore(made), tmp_path / "delivered.log"
    lanes = put(store, seeded)
    log.touch()
    relays = Relays(made.url.render_as_string(hide_password=False), log, seeded)
    for _ in range(RELAYS):
        relays.start()
    killed = 0
    for _ in range(KILLS):
        relays.wait_for(seeded.randrange(1, 2 * MESSAGES // (KILLS + 10)))
        killed += relays.running[0][0].poll() is None
        relays.kill(seeded.randrange(RELAYS))
        relays.start()
    assert relays.join() == [0] * RELAYS
    delivered = log.read_text("utf-8").split()
    check(store, lanes, delivered)
    again = len(delivered) - len(set(delivered))
    print(f"{where}: {killed} kills, {len(delivered)} deliveries, {again} of them again")  # noqa: T201 # the figure


def check(store: SqlStore, lanes: dict[str, str | None], delivered: list[str]) -> None:
    assert set(delivered) == set(lanes), "every message at least once, and no other"
    first: dict[str | None, list[str]] = defaultdict(list)
    for message_id in dict.fromkeys(delivered):
        first[lanes[message_id]].append(message_id)
    assert all(ids == sorted(ids) for ids in first.values()), "each lane in order"
    sent = OutboxQuery(
        seller_id=SELLER, statuses=frozenset({LetterStatus.SENT}), limit=len(lanes) + 1
    )
    assert {each.message.id for each in store.letters(sent)} == set(lanes)
    claims = Counter(
        message_id
        for message_id in lanes
        for event in store.journal("letter", message_id)
        if type(event).__name__ == "LetterClaimed"
    )
    handed = Counter(delivered)
    assert all(handed[each] <= claims[each] for each in lanes), "once a claim at most"
    assert store.audit() == ()
