"""A balance as of an instant: the same time whether an account has a thousand entries or a million.

Ours asks the store; the floor asks the database the one question that needs asking, through the
bare driver. Beside them, as a yardstick for "constant", ours again on an account of a thousand
entries, and peers, which sum up: each on an account of its own with as many entries as ours, asked
in its own way (see `bench.balance_peers`).
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import insert

from bench.balance_peers import balance_peer
from bench.ledger_peers import PEERS
from bench.run import Contest, Goal, figure
from leadcore import __version__
from leadcore_sqlalchemy import SqlStore, engine, tables, upgrade
from tools.postgres import serve, sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from bench.run import Sample

AT = datetime(2020, 1, 1, tzinfo=UTC)
SMALL, LARGE = 1_000, int(os.environ.get("LEADCORE_BENCH_ENTRIES", "1000000"))
LOOK_UPS = 500
CHUNK = 20_000
SHARE, FLAT, TIMES = 0.4, 0.5, 100.0
QUESTION = (
    "SELECT posted_after, pending_after FROM leadcore_ledger_entries"
    " WHERE account = {0} AND recorded_at <= {0}"
    " ORDER BY recorded_at DESC, seq DESC LIMIT 1"
)


def name(size: int) -> str:
    """Give the account with so many entries."""
    return f"account-of-{size}"


def moment(seq: int) -> datetime:
    """Give when the entry of a number was recorded."""
    return AT + timedelta(seconds=seq)


def entries(size: int) -> Iterator[dict[str, Any]]:
    """Give an account's entries: a cent more each second."""
    for seq in range(1, size + 1):
        yield {
            "account": name(size),
            "seq": seq,
            "transfer_id": f"{name(size)}/{seq}",
            "amount": 1,
            "reserved": 0,
            "posted_after": seq,
            "pending_after": 0,
            "recorded_at": moment(seq),
            "effective_at": moment(seq),
        }


def fill(store: SqlStore) -> None:
    """Write a small and a large account's entries."""
    upgrade(store.engine)
    for size in (SMALL, LARGE):
        waiting: list[dict[str, Any]] = []
        for entry in entries(size):
            waiting.append(entry)
            if len(waiting) == min(CHUNK, size):
                with store.engine.begin() as connection:
                    connection.execute(insert(tables.ledger_entries), waiting)
                waiting = []


def seqs(size: int) -> list[int]:
    """Give the same pseudo-random entries to look for each time."""
    return random.Random(7).choices(range(1, size + 1), k=LOOK_UPS)


def ours(store: SqlStore, size: int) -> Callable[[], int]:
    """Give a runner that asks the store, within one read transaction."""
    wanted = [(moment(seq), seq) for seq in seqs(size)]

    def run() -> int:
        with store.reading() as reader:
            for at, seq in wanted:
                assert reader.balance(name(size), at).posted == seq
        return LOOK_UPS

    return run


def bare(cursor: Any, mark: str, form: Callable[[datetime], Any]) -> Callable[[], int]:
    """Give a runner that asks through the bare driver, within one transaction as well."""
    question = QUESTION.format(mark)
    wanted = [(form(moment(seq)), seq) for seq in seqs(LARGE)]

    def run() -> int:
        cursor.execute("BEGIN")
        for at, seq in wanted:
            (found,) = cursor.execute(question, (name(LARGE), at)).fetchall()
            assert found[0] == seq
        cursor.execute("ROLLBACK")
        return LOOK_UPS

    return run


def contest(
    store: SqlStore, floor: Callable[[], int], driver: str, others: dict[str, Callable[[], Sample]]
) -> Contest:
    """Set the store against the bare driver, itself on a small account, and peers."""
    small = f"ours, {SMALL:,} entries"
    return Contest(
        ours=ours(store, LARGE),
        floor=(f"the same question through {driver}", floor),
        peers={
            small: (__version__, ours(store, SMALL)),
            **{each: (PEERS[each], run) for each, run in others.items()},
        },
        goal=Goal(
            f"at least 40 % of the floor, half as many as at {SMALL:,} entries, 100 × each peer",
            lambda ours, floor: ours >= SHARE * floor,
            {small: FLAT, **dict.fromkeys(others, TIMES)},
        ),
    )


@figure(
    "balance_at_1e6",
    unit="look-ups/s",
    conditions=f"SQLite, {LARGE:,} entries, 500 look-ups a transaction",
)
def balance_sqlite() -> Generator[Contest]:
    """Measure on SQLite."""
    folder = Path(tempfile.mkdtemp())
    store = SqlStore(engine(f"sqlite:///{folder / 'balances.db'}"))
    fill(store)
    connection = sqlite3.connect(folder / "balances.db", isolation_level=None)
    with ExitStack() as opened:
        others = {
            each: opened.enter_context(balance_peer(each, f"sqlite:///{folder / each}.db", LARGE))
            for each in ("django-ledger", "python-accounting")
        }
        yield contest(store, bare(connection.cursor(), "?", form_of(store)), "sqlite3", others)
    connection.close()
    store.engine.dispose()
    shutil.rmtree(folder)


def form_of(store: SqlStore) -> Callable[[datetime], Any]:
    """Give how an instant is stored: as the store's own column type writes it."""
    column = tables.ledger_entries.c.recorded_at.type
    write = column.dialect_impl(store.engine.dialect).bind_processor(store.engine.dialect)
    return write or (lambda at: at)


@figure(
    "balance_at_1e6_pg",
    unit="look-ups/s",
    conditions=f"PostgreSQL 18, {LARGE:,} entries, 500 look-ups a transaction",
)
def balance_pg() -> Generator[Contest]:
    """Measure on PostgreSQL, over its unix socket."""
    with serve() as server, ExitStack() as opened:
        others = {
            each: opened.enter_context(
                balance_peer(each, server.create(each.replace("-", "_")), LARGE)
            )
            for each in PEERS
        }
        uri = server.create("balances")
        store = SqlStore(engine(sqlalchemy(uri)))
        fill(store)
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("ANALYZE leadcore_ledger_entries")
            cursor = connection.cursor()
            yield contest(store, bare(cursor, "%s", lambda at: at), "psycopg", others)
        store.engine.dispose()
