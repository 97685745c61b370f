"""A program for the tests: relays messages until none is left, or until it is killed.

relay_worker.py URL LOG NAME BEGAN SEED: appends the id of each message it delivers to LOG and says
it on its output. Its clock began at BEGAN (seconds since 1970) and runs a hundred times as fast, so
that a lease of a killed one is soon over.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

from leadcore.letters import RelayPlan
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.relay import Relay, deliver_due
from leadcore.submissions import Channel
from leadcore_sqlalchemy import SqlStore, engine

SPEED = 100
AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


class Log:
    """A courier whose far side is a file; now and then it wants to be asked again."""

    channels = frozenset(Channel)

    def __init__(self, path: str, seed: int) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND)
        self.random = random.Random(seed)

    def deliver(self, message):
        if self.random.random() < 0.03:
            return NotSent(WhyNotSent.LATER, "452 later")
        os.write(self.file, f"{message.id}\n".encode())  # one write, so one line
        print(message.id, flush=True)  # noqa: T201 # whoever kills it waits for this
        if self.random.random() < 0.01:
            return NotSent(WhyNotSent.LATER, "the answer was lost")
        return Sent()


def main(url: str, log: str, name: str, began: str, seed: str) -> None:
    store, start = SqlStore(engine(url)), float(began)
    relay = Relay(
        name=name, plan=RelayPlan(delays=(30,), tries=10**6, lease=100, batch=5), seed=seed
    )

    def now():
        return AT + timedelta(seconds=(time.time() - start) * SPEED)

    courier = Log(log, int(seed))
    while store.messages(1):
        if not deliver_due(relay, store, [courier], now).claimed:
            threading.Event().wait(0.05)


main(*sys.argv[1:])
