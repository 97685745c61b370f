"""What `bench_ledger` measures: our posting, and the ways of posting that leadcore does not use.

Every contestant writes the same rows to the same tables, in a database of its own; what is
different is how an account is kept from being overspent. The yardsticks are plain SQL through
psycopg, with values made beforehand:

* *one bare guarded call*: a function that moves the account where enough is there and writes the
  transfer and its line: the least that can be done;
* *SELECT … FOR UPDATE*: lock the account, look, write, commit;
* *append with expected sequence*: read the newest line, write the next one, and again where
  somebody else wrote that one first; no row is ever changed;
* *one bare batch*: one statement for all transfers of a batch.

Each takes `Charge`s and answers how many were posted. A `Crowd` runs one contestant on many
connections at once, spread over several processes, so that Python's lock is not what is measured.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from bench.run import Sample
from leadcore.balances import LedgerAccount, Posted, Transfer, TransferKind
from leadcore.values import Money, SaleId
from leadcore_sqlalchemy import SqlStore, engine, lines, tables
from tools.postgres import sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection as Pipe

__all__ = ["AT", "CONTESTANTS", "FUNCTION", "FUNDS", "Charge", "Crowd", "accounts", "transfer"]

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
FUNDS = 10**12
SELLER, REVENUE = "seller", "revenue:seller"
PROCESSES, THREADS = 4, 4
FUNCTION = """
CREATE FUNCTION bare_post(
    moment timestamptz, payer text, payee text, minor bigint, name text, kind text, money text,
    sale text, print text, body text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
    after bigint;
BEGIN
    INSERT INTO leadcore_ledger_transfers (
        id, kind, debit, credit, amount, currency, sale_id, fingerprint, batch, recorded_at,
        effective_at, data
    ) VALUES (name, kind, payer, payee, minor, money, sale, print, print, moment, moment, body);
    UPDATE leadcore_ledger_accounts
    SET debits_posted = debits_posted + minor, seq = seq + 1, moved_at = moment
    WHERE id = payer AND status = 'open'
        AND credits_posted - debits_posted - debits_pending - floor >= minor
    RETURNING seq, credits_posted - debits_posted INTO place, after;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not enough';
    END IF;
    INSERT INTO leadcore_ledger_entries (
        account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
        effective_at
    ) VALUES (payer, place, name, -minor, 0, after, 0, moment, moment);
    RETURN after;
END
$$
"""
BATCH = """
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[])
        WITH ORDINALITY AS g(name, minor, sale, print, body, place)
), moved AS (
    UPDATE leadcore_ledger_accounts
    SET debits_posted = debits_posted + (SELECT sum(minor) FROM given),
        seq = seq + (SELECT count(*) FROM given), moved_at = %s
    WHERE id = %s AND status = 'open' AND credits_posted - debits_posted - debits_pending - floor
        >= (SELECT sum(minor) FROM given)
    RETURNING id, seq, credits_posted - debits_posted AS posted
), kept AS (
    INSERT INTO leadcore_ledger_transfers (
        id, kind, debit, credit, amount, currency, sale_id, fingerprint, batch, recorded_at,
        effective_at, data
    )
    SELECT name, 'charge', moved.id, %s, minor, 'USD', sale, print, print, %s, %s, body
    FROM given, moved
)
INSERT INTO leadcore_ledger_entries (
    account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
    effective_at
)
SELECT moved.id, moved.seq - (SELECT count(*) FROM given) + place, name, -minor, 0,
    moved.posted + (SELECT sum(minor) FROM given) - sum(minor) OVER (ORDER BY place), 0, %s, %s
FROM given, moved
"""
KEEP = """
INSERT INTO leadcore_ledger_transfers (
    id, kind, debit, credit, amount, currency, sale_id, fingerprint, batch, recorded_at,
    effective_at, data
) VALUES (%s, 'charge', %s, %s, %s, 'USD', %s, %s, %s, %s, %s, %s)
"""
LINE = """
INSERT INTO leadcore_ledger_entries (
    account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
    effective_at
) VALUES (%s, %s, %s, %s, 0, %s, 0, %s, %s)
"""
LOOK = """
SELECT credits_posted - debits_posted, debits_pending, floor, seq, status
FROM leadcore_ledger_accounts WHERE id = %s FOR UPDATE
"""
MOVE = """
UPDATE leadcore_ledger_accounts
SET debits_posted = debits_posted + %s, seq = seq + 1, moved_at = %s WHERE id = %s
"""
NEWEST = """
SELECT seq, posted_after, pending_after FROM leadcore_ledger_entries
WHERE account = %s ORDER BY seq DESC LIMIT 1
"""


class Charge(NamedTuple):
    """One charge, as rows need it."""

    name: str
    account: str
    minor: int
    sale: str
    print: str
    body: str


def accounts(number: int) -> list[LedgerAccount]:
    """Give the revenue account and so many prepaid ones with a line and money enough."""
    revenue = LedgerAccount(id=REVENUE, seller_id=SELLER, currency="USD", tracked=False)
    prepaid = [
        LedgerAccount(
            id=f"prepaid:{n}", seller_id=SELLER, currency="USD", credits_posted=FUNDS, seq=1
        )
        for n in range(number)
    ]
    return [revenue, *prepaid]


def transfer(name: str, account: int) -> Transfer:
    """Give a charge of one cent."""
    return Transfer(
        id=name,
        kind=TransferKind.CHARGE,
        debit=f"prepaid:{account}",
        credit=REVENUE,
        amount=Money(1, "USD"),
        effective_at=AT,
        sale_id=SaleId(f"sale-{name}"),
    )


def charge(given: Transfer) -> Charge:
    """Give the rows' values of a charge."""
    body = lines.transfer_text(given)
    return Charge(
        given.id, given.debit, given.amount.minor, str(given.sale_id), given.fingerprint, body
    )


Batch = tuple[Transfer, ...]


class Ours:
    """`SqlStore.post`, a batch a call."""

    def __init__(self, uri: str, connections: int) -> None:
        url = sqlalchemy(uri) if uri.startswith("postgresql") else uri
        # A store keeps at most half of its pool's connections to itself.
        self.store = SqlStore(engine(url, pool_size=2 * connections))

    def ready(self, batch: Batch) -> Any:
        """Give what `post` is given."""
        return batch

    def start(self) -> Callable[[Any], int]:
        """Give what posts, for one thread."""

        def post(batch: Batch) -> int:
            (answer,) = self.store.post([batch], at=AT)
            assert isinstance(answer, Posted)
            assert len(answer.entries) == len(batch)
            return len(batch)

        return post


class Many(Ours):
    """`SqlStore.post`, as many batches a call as transfers."""

    def start(self) -> Callable[[Any], int]:
        """Give what posts, for one thread."""

        def post(batch: Batch) -> int:
            answers = self.store.post([(each,) for each in batch], at=AT)
            assert all(isinstance(each, Posted) for each in answers)
            return len(answers)

        return post


class Apart(Ours):
    """`SqlStore.post` of threads that each have a store of their own: nobody posts with another."""

    def __init__(self, uri: str, _connections: int) -> None:
        self.uri = uri

    def start(self) -> Callable[[Any], int]:
        """Give what posts, for one thread."""
        return Ours(self.uri, 1).start()


class Bare:
    """One bare guarded call."""

    def __init__(self, uri: str, _connections: int) -> None:
        self.uri = uri

    def ready(self, batch: Batch) -> Any:
        """Give the rows' values."""
        return [charge(each) for each in batch]

    def start(self) -> Callable[[Any], int]:
        """Give what posts, with a connection of its own."""
        cursor = psycopg.connect(self.uri, autocommit=True).cursor()
        question = "SELECT bare_post(%s, %s, %s, %s, %s, 'charge', 'USD', %s, %s, %s)"

        def post(charges: list[Charge]) -> int:
            for name, account, minor, sale, mark, body in charges:
                cursor.execute(question, (AT, account, REVENUE, minor, name, sale, mark, body))
                assert cursor.fetchone() is not None
            return len(charges)

        return post


class BareBatch(Bare):
    """One bare statement a batch."""

    def start(self) -> Callable[[Any], int]:
        """Give what posts, with a connection of its own."""
        cursor = psycopg.connect(self.uri, autocommit=True).cursor()

        def post(charges: list[Charge]) -> int:
            names, owners, minors, sales, prints, bodies = map(list, zip(*charges, strict=True))
            arrays = (names, minors, sales, prints, bodies)
            cursor.execute(BATCH, (*arrays, AT, owners[0], REVENUE, AT, AT, AT, AT))
            assert cursor.rowcount == len(charges)
            return len(charges)

        return post


class Locked(Bare):
    """SELECT … FOR UPDATE."""

    def start(self) -> Callable[[Any], int]:
        """Give what posts, with a connection of its own."""
        connection = psycopg.connect(self.uri)
        cursor = connection.cursor()

        def post(charges: list[Charge]) -> int:
            for name, account, minor, sale, mark, body in charges:
                cursor.execute(LOOK, (account,))
                posted, pending, floor, seq, status = cursor.fetchone() or ()
                assert status == "open"
                assert posted - pending - floor >= minor
                cursor.execute(
                    KEEP, (name, account, REVENUE, minor, sale, mark, mark, AT, AT, body)
                )
                cursor.execute(MOVE, (minor, AT, account))
                cursor.execute(LINE, (account, seq + 1, name, -minor, posted - minor, AT, AT))
                connection.commit()
            return len(charges)

        return post


class Appended(Bare):
    """Append with expected sequence."""

    def start(self) -> Callable[[Any], int]:
        """Give what posts, with a connection of its own."""
        connection = psycopg.connect(self.uri)
        cursor = connection.cursor()

        def once(given: Charge) -> bool:
            name, account, minor, sale, mark, body = given
            cursor.execute(NEWEST, (account,))
            seq, posted, pending = cursor.fetchone() or ()
            assert posted - pending >= minor
            try:
                cursor.execute(LINE, (account, seq + 1, name, -minor, posted - minor, AT, AT))
            except psycopg.errors.UniqueViolation:
                connection.rollback()
                return False
            cursor.execute(KEEP, (name, account, REVENUE, minor, sale, mark, mark, AT, AT, body))
            connection.commit()
            return True

        def post(charges: list[Charge]) -> int:
            for each in charges:
                while not once(each):
                    pass
            return len(charges)

        return post


CONTESTANTS: dict[str, Any] = {
    "ours": Ours,
    "many": Many,
    "single": Ours,
    "apart": Apart,
    "bare": Bare,
    "batch": BareBatch,
    "locked": Locked,
    "appended": Appended,
}


def serve(pipe: Pipe, kind: str, uri: str) -> None:
    """Be one process of a crowd: make what is asked for, then post it, until the pipe ends."""
    contestant = CONTESTANTS[kind](uri, THREADS)
    posts = [contestant.start() for _ in range(THREADS)]
    while True:
        try:
            shares = pipe.recv()
        except EOFError:
            return
        ready = [
            [contestant.ready(tuple(transfer(*each) for each in batch)) for batch in share]
            for share in shares
        ]
        pipe.send("ready")
        pipe.recv()
        done = [0] * THREADS

        def work(place: int, ready: list[Any] = ready, done: list[int] = done) -> None:
            done[place] = sum(map(posts[place], ready[place]))

        threads = [threading.Thread(target=work, args=(place,)) for place in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send(sum(done))


class Crowd:
    """One contestant on sixteen connections."""

    def __init__(self, kind: str, uri: str, *, spread: int, batches: int, size: int = 1) -> None:
        """Start it.

        Args:
            kind: the contestant.
            uri: its database.
            spread: how many accounts are charged in turn.
            batches: how many batches each connection posts a round.
            size: how many transfers a batch has, all of one account.
        """
        self.numbers = count()
        self.spread, self.batches, self.size = spread, batches, size
        self.name = f"{kind}-{spread}-{size}"
        self.pipes: list[Pipe] = []
        self.processes: list[Any] = []
        spawning = multiprocessing.get_context("spawn")
        for _ in range(PROCESSES):
            mine, theirs = spawning.Pipe()
            process = spawning.Process(target=serve, args=(theirs, kind, uri), daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(mine)
            self.processes.append(process)

    def _batch(self) -> list[tuple[str, int]]:
        number = next(self.numbers)
        account = number * 7919 % self.spread
        return [(f"{self.name}-{number}-{place}", account) for place in range(self.size)]

    def __call__(self) -> Sample:
        """Post a round; what is posted is made before the clock runs."""
        for pipe in self.pipes:
            pipe.send([[self._batch() for _ in range(self.batches)] for _ in range(THREADS)])
        self._answers()
        start = time.perf_counter()
        for pipe in self.pipes:
            pipe.send("go")
        done = sum(self._answers())
        return Sample(done, time.perf_counter() - start)

    def _answers(self) -> Sequence[Any]:
        return [pipe.recv() for pipe in self.pipes]

    def close(self) -> None:
        """Stop it."""
        for pipe in self.pipes:
            pipe.close()
        for process in self.processes:
            process.join()


def seed(store: SqlStore, number: int) -> None:
    """Fill a database with so many accounts, each with the line that funded it."""
    made = accounts(number)
    with store.engine.begin() as connection:
        rows = [lines.account_row(each) for each in made]
        for start in range(0, len(rows), 2_000):
            connection.execute(tables.ledger_accounts.insert(), rows[start : start + 2_000])
        funded = [
            {
                "account": each.id,
                "seq": 1,
                "transfer_id": f"funding-{each.id}",
                "amount": FUNDS,
                "reserved": 0,
                "posted_after": FUNDS,
                "pending_after": 0,
                "recorded_at": AT,
                "effective_at": AT,
            }
            for each in made[1:]
        ]
        for start in range(0, len(funded), 2_000):
            connection.execute(tables.ledger_entries.insert(), funded[start : start + 2_000])
