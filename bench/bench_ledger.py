"""Transfers a second, beside the ways of posting that leadcore does not use, and beside peers.

Everybody writes the same rows to the same tables, each contestant in a database of its own; see
`bench.ledger_load`. Peers keep their own books in their own way, one transfer a commit, in a
process and an environment of their own. Afterwards nobody may have overspent, and every account's
lines must add up to its counters.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from bench.ledger_load import AT, FUNCTION, REVENUE, Bare, Crowd, Ours, charge, seed, transfer
from bench.ledger_peers import PEERS, peer_run
from bench.run import Contest, Goal, figure
from leadcore_sqlalchemy import SqlStore, engine, upgrade
from tools.postgres import Server, serve, sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ACCOUNTS, POSTS = 10_000, 1_500
SHARE, SHARE_SQLITE = 0.7, 0.8
DRIVER = psycopg.__version__
CONDITIONS = "PostgreSQL 18, synchronous_commit=on, one commit each"
WRONG = """
SELECT count(*) FROM leadcore_ledger_accounts a LEFT JOIN (
    SELECT account, sum(amount) AS amount, max(seq) AS last, count(*) AS lines,
        (array_agg(posted_after ORDER BY seq DESC))[1] AS after
    FROM leadcore_ledger_entries GROUP BY account
) e ON e.account = a.id
WHERE a.tracked AND NOT (
    e.amount = a.credits_posted - a.debits_posted AND e.after = e.amount AND e.last = a.seq
    AND e.lines = a.seq AND e.amount - a.debits_pending >= a.floor
)
"""
UNCHARGED = """
SELECT count(*) FROM leadcore_ledger_transfers t
LEFT JOIN leadcore_ledger_entries e ON e.transfer_id = t.id AND e.account = t.debit
WHERE e.amount IS DISTINCT FROM -t.amount
"""


def database(server: Server, name: str, accounts: int) -> str:
    """Make a database with so many accounts and give its URI."""
    uri = server.create(name)
    store = SqlStore(engine(sqlalchemy(uri)))
    upgrade(store.engine)
    seed(store, accounts)
    store.engine.dispose()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(FUNCTION)
        connection.execute("ANALYZE")
    return uri


def check(uri: str, *, counters: bool = True) -> None:
    """Nothing overspent, every transfer has its line, and the lines add up to the counters."""
    with psycopg.connect(uri) as connection:
        for question in (WRONG, UNCHARGED) if counters else (UNCHARGED,):
            assert connection.execute(question).fetchone() == (0,)


@contextmanager
def crowds(
    kinds: tuple[str, ...], *, spread: int, batches: dict[str, int], sizes: dict[str, int]
) -> Generator[dict[str, Crowd]]:
    """Start the contestants, each on a database of its own; check them afterwards."""
    with serve() as server:
        uris = {kind: database(server, kind, spread) for kind in kinds}
        made = {
            kind: Crowd(kind, uri, spread=spread, batches=batches[kind], size=sizes.get(kind, 1))
            for kind, uri in uris.items()
        }
        yield made
        for crowd in made.values():
            crowd.close()
        for kind, uri in uris.items():
            check(uri, counters=kind != "appended")  # its accounts' rows are never changed


def against_patterns(
    spread: int, times: dict[str, float], *, posts: int, appended: int
) -> Generator[Contest]:
    """Set single posts of sixteen connections against the other ways.

    Each connection posts so many a round: for a fifth of a second and more, or how threads begin
    is what is measured. Where there are many accounts it is for a second and more, so that an
    account is posted to several times by each process, as in one that goes on for days: the first
    time a process names an account it has to be told of it.
    """
    batches = {"ours": posts, "bare": posts, "locked": posts, "appended": appended}
    with crowds(tuple(batches), spread=spread, batches=batches, sizes={}) as made:
        wanted = ", ".join(f"{least:g} × {name}" for name, least in times.items())
        yield Contest(
            ours=made["ours"],
            floor=("one bare guarded function call", made["bare"]),
            peers={
                "SELECT … FOR UPDATE, psycopg": (DRIVER, made["locked"]),
                "append with expected sequence, psycopg": (DRIVER, made["appended"]),
            },
            goal=Goal(
                f"at least 70 % of the floor{wanted and ', '}{wanted}",
                lambda ours, floor: ours >= SHARE * floor,
                {f"{name}, psycopg": least for name, least in times.items()},
            ),
        )


@figure("ledger_hot_pg", unit="transfers/s", conditions=f"{CONDITIONS}; 16 connections, 1 account")
def ledger_hot_pg() -> Generator[Contest]:
    """Measure one busy account."""
    times = {"SELECT … FOR UPDATE": 2.0, "append with expected sequence": 4.0}
    yield from against_patterns(1, times, posts=50, appended=10)


@figure(
    "ledger_spread_pg",
    unit="transfers/s",
    conditions=f"{CONDITIONS}; 16 connections, {ACCOUNTS:,} accounts",
)
def ledger_spread_pg() -> Generator[Contest]:
    """Measure many accounts."""
    yield from against_patterns(ACCOUNTS, {}, posts=800, appended=400)


@figure(
    "ledger_batch_pg",
    unit="transfers/s",
    conditions="PostgreSQL 18, synchronous_commit=on, 100 a commit; 16 connections, 1 account",
)
def ledger_batch_pg() -> Generator[Contest]:
    """Measure batches of a hundred.

    What a batch saves is told by posts that each go by themselves, a store for each thread: single
    posts of one store's threads to one account travel together, which is a batch, too. Those are
    shown as well, for that is what a program gets that posts one at a time.
    """
    batches = {"ours": 10, "batch": 10, "many": 10, "single": 50, "apart": 50}
    sizes = {"ours": 100, "batch": 100, "many": 100}
    with crowds(tuple(batches), spread=1, batches=batches, sizes=sizes) as made:
        yield Contest(
            ours=made["ours"],
            floor=("one bare statement a batch", made["batch"]),
            peers={
                "ours, a hundred batches of one in a call": (DRIVER, made["many"]),
                "ours, one a call": (DRIVER, made["single"]),
                "ours, one a call, each by itself": (DRIVER, made["apart"]),
            },
            goal=Goal(
                "at least 70 % of the floor, 20 × ours one a call, each by itself",
                lambda ours, floor: ours >= SHARE * floor,
                {"ours, one a call, each by itself": 20.0},
            ),
        )


def singles(contestant: Any, kind: str, number: int) -> Callable[[], int]:
    """Give a runner that posts so many, one by one, made beforehand for all rounds."""
    numbers = count()
    post = contestant.start()
    made = (contestant.ready((transfer(f"{kind}-{next(numbers)}", 0),)) for _ in iter(int, 1))
    waiting = [[next(made) for _ in range(number)] for _ in range(6)]

    def run() -> int:
        return sum(map(post, waiting.pop()))

    return run


@figure("ledger_post_pg", unit="transfers/s", conditions=f"{CONDITIONS}; 1 connection")
def ledger_post_pg() -> Generator[Contest]:
    """Measure one client, beside peers."""
    with serve() as server:
        uris = {kind: database(server, kind, 1) for kind in ("ours", "bare")}
        contestants = {"ours": Ours(uris["ours"], 1), "bare": Bare(uris["bare"], 1)}
        peers = {
            name: (version, peer_run(name, server.create(name.replace("-", "_"))))
            for name, version in PEERS.items()
        }
        times = {"django-hordak": 2.5, "django-ledger": 12.0, "python-accounting": 20.0}
        yield Contest(
            ours=singles(contestants["ours"], "ours", POSTS),
            floor=("one bare guarded function call", singles(contestants["bare"], "bare", POSTS)),
            peers=peers,
            goal=Goal(
                "at least 70 % of the floor, 2.5 × django-hordak, 12 × django-ledger, "
                "20 × python-accounting",
                lambda ours, floor: ours >= SHARE * floor,
                times,
            ),
        )
        contestants["ours"].store.engine.dispose()
        for uri in uris.values():
            check(uri)


def bare_sqlite(path: Path, number: int) -> Callable[[], int]:
    """Give a runner of the four statements of a transfer, through sqlite3."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    cursor, numbers, at = connection.cursor(), count(), "2026-11-16 15:30:00.000000"
    waiting = [
        [charge(transfer(f"bare-{next(numbers)}", 0)) for _ in range(number)] for _ in range(6)
    ]
    look = (
        "SELECT credits_posted - debits_posted, seq FROM leadcore_ledger_accounts"
        " WHERE id = ? AND status = 'open'"
    )
    keep = (
        "INSERT INTO leadcore_ledger_transfers (id, kind, debit, credit, amount, currency, sale_id,"
        " fingerprint, batch, recorded_at, effective_at, data)"
        " VALUES (?, 'charge', ?, ?, ?, 'USD', ?, ?, ?, ?, ?, ?)"
    )
    move = (
        "UPDATE leadcore_ledger_accounts SET debits_posted = debits_posted + ?, seq = seq + 1,"
        " moved_at = ? WHERE id = ?"
        " AND credits_posted - debits_posted - debits_pending - floor >= ?"
    )
    line = "INSERT INTO leadcore_ledger_entries VALUES (?, ?, ?, ?, 0, ?, 0, ?, ?)"

    def run() -> int:
        charges = waiting.pop()
        for name, account, minor, sale, mark, body in charges:
            cursor.execute("BEGIN IMMEDIATE")
            posted, seq = cursor.execute(look, (account,)).fetchone()
            cursor.execute(keep, (name, account, REVENUE, minor, sale, mark, mark, at, at, body))
            cursor.execute(move, (minor, at, account, minor))
            cursor.execute(line, (account, seq + 1, name, -minor, posted - minor, at, at))
            cursor.execute("COMMIT")
        return len(charges)

    return run


@figure(
    "ledger_post_sqlite",
    unit="transfers/s",
    conditions="SQLite, WAL, synchronous=FULL, one commit each",
)
def ledger_post_sqlite() -> Generator[Contest]:
    """Measure SQLite, beside the peers that know it."""
    folder = Path(tempfile.mkdtemp())
    store = SqlStore(engine(f"sqlite:///{folder / 'ours.db'}"))
    upgrade(store.engine)
    seed(store, 1)
    store.engine.dispose()
    shutil.copy(folder / "ours.db", folder / "bare.db")
    contestant = Ours(f"sqlite:///{folder / 'ours.db'}", 1)
    yield Contest(
        ours=singles(contestant, "ours", POSTS),
        floor=("four statements through sqlite3", bare_sqlite(folder / "bare.db", POSTS)),
        peers={
            name: (PEERS[name], peer_run(name, f"sqlite:///{folder / name}.db"))
            for name in ("django-ledger", "python-accounting")
        },
        goal=Goal("at least 80 % of the floor", lambda ours, floor: ours >= SHARE_SQLITE * floor),
    )
    assert contestant.store.statement("prepaid:0", since=AT)[-1].entry.seq == 1 + 6 * POSTS
    contestant.store.engine.dispose()
    shutil.rmtree(folder)
