"""Sales a second, beside the very same statements replayed through the bare driver.

Ours receives leads and sells them, one commit each. Once, beforehand, everything it says to the
database is written down. The floor says the same again, word for word and with the same values, to
an identical database through `sqlite3` or `psycopg` alone, in the same transactions: no rules, no
SQLAlchemy, no JSON. What is between the two is what leadcore costs.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from bench.run import ROUNDS as RUN
from bench.run import Contest, Goal, figure
from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.leads import LeadStatus
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.ports import LeadQuery
from leadcore.submissions import Source, Submission
from leadcore.values import (
    UNLIMITED,
    AccountId,
    Address,
    Email,
    LeadId,
    Money,
    OrderId,
    PersonName,
    Phone,
    SaleId,
    SellerId,
    UserId,
)
from leadcore_sqlalchemy import SqlStore, engine, upgrade
from tools.postgres import serve, sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
SELLER = SellerId("seller")
SALES = 200
ROUNDS = 1 + RUN  # the warm-up counts as one
SHARE = 0.4
GOAL = Goal("at least 40 % of the floor", lambda ours, floor: ours >= SHARE * floor)

Statement = tuple[str, Any]
Transaction = list[Statement]


def set_up(store: SqlStore) -> None:
    """Make a seller with two accounts and an order each, with money enough."""
    upgrade(store.engine)
    terms = SellerTerms(name="Seller")
    store.run(bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=AT))
    for index in range(2):
        _account(store, AccountId(f"account-{index}"))


def _account(store: SqlStore, key: AccountId) -> None:
    opened = OpenAccount(account_id=key, seller_id=SELLER, name=key, currency="USD")
    store.run(bo.KeepAccount(seller_id=SELLER, account_id=key, command=opened, at=AT))
    paid = Money(10**12, "USD")
    store.run(bo.Fund(seller_id=SELLER, account_id=key, key="1", amount=paid, actor="bench", at=AT))
    user = AddUser(
        user_id=UserId(f"{key}/user"),
        seller_id=SELLER,
        account_id=key,
        parent_id=None,
        profile=Profile(name="User", email="user@example.com"),
    )
    store.run(bo.KeepUser(user_id=user.user_id, account_id=key, command=user, at=AT))
    terms = OrderTerms(user_id=user.user_id, price=Money(2_500, "USD"), quantity=UNLIMITED)
    order = OpenOrder(
        order_id=OrderId(f"{key}/order"), seller_id=SELLER, account_id=key, terms=terms
    )
    store.run(bo.KeepOrder(order_id=order.order_id, account_id=key, command=order, at=AT))


def lead(number: int) -> bo.ReceiveLead:
    """Give the reception of the n-th person's lead."""
    submission = Submission(
        source=Source(format="json", key=str(number)),
        name=PersonName(first="Ann", last=f"Example {number}"),
        phones=(Phone(raw=f"212 {number}", normal=f"+1212{number:07d}"),),
        emails=(Email(raw=f"ann{number}@example.com", normal=f"ann{number}@example.com"),),
        address=Address(city="New York", state="NY", zip="10001"),
        vertical="legal",
        area="family law",
        comments="Please call me about a custody matter.",
    )
    return bo.ReceiveLead(
        seller_id=SELLER,
        lead_id=LeadId(f"lead-{number:09d}"),
        sale_id=SaleId(f"sale-{number:09d}"),
        source_key=f"key-{number}",
        submission=submission,
        at=AT + timedelta(seconds=number),
    )


def sell(store: SqlStore, leads: Sequence[bo.ReceiveLead]) -> int:
    """Receive and sell leads, one commit each; all must be sold."""
    for each in leads:
        answer = store.run(each)
        assert answer.lead.status is LeadStatus.SOLD
    return len(leads)


HEARD: list[Transaction] = []
"""What the listening connections below were told, transaction by transaction."""


def hear(text: Any, values: Any, *, many: bool) -> None:
    """Write a statement down."""
    if not HEARD:
        HEARD.append([])
    if not str(text).startswith(("BEGIN", "PRAGMA")):
        HEARD[-1].append((str(text), [*values] if many else [values]))


class HearingCursor(sqlite3.Cursor):
    """A cursor of SQLite that writes down what it is told."""

    def execute(self, text: str, values: Any = ()) -> HearingCursor:
        """Write down and execute."""
        hear(text, values, many=False)
        return super().execute(text, values)

    def executemany(self, text: str, values: Any) -> HearingCursor:
        """Write down and execute."""
        hear(text, values, many=True)
        return super().executemany(text, values)


class HearingSqlite(sqlite3.Connection):
    """A connection of SQLite whose cursors write down what they are told."""

    def cursor(self, factory: Any = HearingCursor) -> Any:
        """Give a cursor that listens."""
        return super().cursor(factory)

    def commit(self) -> None:
        """End the transaction."""
        super().commit()
        HEARD.append([])


class HearingPgCursor(psycopg.Cursor[Any]):
    """A cursor of PostgreSQL that writes down what it is told."""

    def execute(self, text: Any, values: Any = None, **more: Any) -> Any:
        """Write down and execute."""
        hear(text, values, many=False)
        return super().execute(text, values, **more)

    def executemany(self, text: Any, values: Any, **more: Any) -> None:
        """Write down and execute."""
        hear(text, values, many=True)
        super().executemany(text, values, **more)


class HearingPg(psycopg.Connection[Any]):
    """A connection of PostgreSQL whose cursors write down what they are told."""

    def commit(self) -> None:
        """End the transaction."""
        super().commit()
        HEARD.append([])


def hearing_pg(uri: str) -> HearingPg:
    """Connect to PostgreSQL and listen."""
    return HearingPg.connect(uri, cursor_factory=HearingPgCursor)


def overhear(store: SqlStore) -> list[Transaction]:
    """Sell everything once and give what the store said to its database."""
    HEARD.clear()
    sell(store, [lead(number) for number in range(SALES * ROUNDS)])
    heard = [transaction for transaction in HEARD if len(transaction) > 1]
    assert len(heard) == SALES * ROUNDS
    return heard


def replay(
    cursor: Any, transactions: list[Transaction], begin: str, end: Callable[[], None]
) -> int:
    """Say it all again through a bare driver; what is asked for is fetched."""
    for statements in transactions:
        if begin:
            cursor.execute(begin)
        for text, values in statements:
            if len(values) > 1:
                cursor.executemany(text, values)
                continue
            cursor.execute(text, values[0])
            if cursor.description is not None:
                cursor.fetchall()
        end()
    return len(transactions)


def in_turns(transactions: list[Transaction], say: Callable[[list[Transaction]], int]) -> Any:
    """Give a runner that replays the next so many each time it is called."""
    state = iter(range(0, len(transactions), SALES))
    return lambda: say(transactions[(first := next(state)) : first + SALES])


def turns_of(store: SqlStore) -> Callable[[], int]:
    """Give a runner that sells the next so many each time it is called.

    The leads are read beforehand, as the floor's statements and values are.
    """
    leads = [lead(number) for number in range(SALES * ROUNDS)]
    state = iter(range(0, SALES * ROUNDS, SALES))

    def run() -> int:
        first = next(state)
        return sell(store, leads[first : first + SALES])

    return run


def check(store: SqlStore) -> None:
    """Everything that was sold is there, and the books agree."""
    assert store.audit() == ()
    assert len(store.leads(LeadQuery(seller_id=SELLER, limit=10**6))) == SALES * (1 + RUN)


@figure("sale_sqlite", unit="sales/s", conditions="SQLite, WAL, synchronous=FULL, one commit each")
def sale_sqlite() -> Generator[Contest]:
    """Measure on SQLite."""
    folder = Path(tempfile.mkdtemp())
    empty = folder / "empty.db"
    first = SqlStore(engine(f"sqlite:///{empty}"))
    set_up(first)
    first.engine.dispose()
    for name in ("heard.db", "ours.db", "floor.db"):
        shutil.copy(empty, folder / name)
    listening = SqlStore(
        engine(f"sqlite:///{folder / 'heard.db'}", connect_args={"factory": HearingSqlite})
    )
    heard = overhear(listening)
    store = SqlStore(engine(f"sqlite:///{folder / 'ours.db'}"))
    bare = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        bare.execute(f"PRAGMA {pragma}")
    cursor = bare.cursor()

    def say(transactions: list[Transaction]) -> int:
        return replay(
            cursor, transactions, "BEGIN IMMEDIATE", lambda: cursor.execute("COMMIT") and None
        )

    yield Contest(
        ours=turns_of(store),
        floor=("the same statements through sqlite3", in_turns(heard, say)),
        goal=GOAL,
    )
    check(store)
    bare.close()
    for each in (store, listening):
        each.engine.dispose()
    shutil.rmtree(folder)


@figure(
    "sale_pg", unit="sales/s", conditions="PostgreSQL 18, synchronous_commit=on, one commit each"
)
def sale_pg() -> Generator[Contest]:
    """Measure on PostgreSQL, over its unix socket."""
    with serve() as server:
        uris = [server.create(name) for name in ("heard", "ours", "floor")]
        stores = [SqlStore(engine(sqlalchemy(uri))) for uri in uris]
        for each in stores:
            set_up(each)
        listening = SqlStore(engine(sqlalchemy(uris[0]), creator=lambda: hearing_pg(uris[0])))
        heard = overhear(listening)
        store = stores[1]
        with psycopg.connect(uris[2]) as bare:
            cursor = bare.cursor()

            def say(transactions: list[Transaction]) -> int:
                return replay(cursor, transactions, "", bare.commit)

            yield Contest(
                ours=turns_of(store),
                floor=("the same statements through psycopg", in_turns(heard, say)),
                goal=GOAL,
            )
            check(store)
        for each in (*stores, listening):
            each.engine.dispose()
