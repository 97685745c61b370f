"""Stores for the tests of this distribution: each test begins with empty tables."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account, revenue_account
from leadcore.balances import Transfer, TransferKind
from leadcore.orders import Caps, EditOrder, OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.submissions import Source, Submission
from leadcore.values import UNLIMITED, Money, PersonName, Phone
from leadcore_sqlalchemy import SqlStore, engine, metadata, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


class Town:
    """One seller with accounts of a user and an order each, and short words for what happens."""

    at = AT
    seller = "seller"
    account = "seller/a0"
    ledger = prepaid_account("seller/a0")

    def build(
        self, store: SqlStore, *, accounts: int = 2, funds: int = 100_000, quantity=UNLIMITED
    ) -> SqlStore:
        store.run(bo.SetSellerTerms(seller_id=self.seller, terms=SellerTerms(name="S"), at=AT))
        for number in range(accounts):
            self._account(store, f"{self.seller}/a{number}", funds, quantity)
        return store

    def _account(self, store, account, funds, quantity) -> None:
        user, order = f"{account}/u", f"{account}/o"
        opening = OpenAccount(account_id=account, seller_id=self.seller, name="A", currency="USD")
        adding = AddUser(
            user_id=user,
            seller_id=self.seller,
            account_id=account,
            parent_id=None,
            profile=Profile(name="U", email="u@example.com"),
        )
        terms = OrderTerms(user_id=user, price=Money(2_500, "USD"), quantity=quantity)
        ordering = OpenOrder(order_id=order, seller_id=self.seller, account_id=account, terms=terms)
        store.run_many(
            [
                bo.KeepAccount(seller_id=self.seller, account_id=account, command=opening, at=AT),
                self.fund(account, "start", funds),
                bo.KeepUser(user_id=user, account_id=account, command=adding, at=AT),
                bo.KeepOrder(order_id=order, account_id=account, command=ordering, at=AT),
            ]
        )

    def cap(self, store: SqlStore, caps: Caps) -> None:
        """Give every order these caps."""
        for order, _ in store.orders(self.seller):
            command = EditOrder(replace(order.terms, caps=caps))
            keep = bo.KeepOrder(
                order_id=order.id, account_id=order.account_id, command=command, at=AT
            )
            store.run(keep)

    def fund(self, account: str, key: str, minor: int) -> bo.Fund:
        return bo.Fund(
            seller_id=self.seller,
            account_id=account,
            key=key,
            amount=Money(minor, "USD"),
            actor="staff",
            at=AT,
        )

    def lead(self, number: int, *, lead_id: str | None = None) -> bo.ReceiveLead:
        phone = Phone(raw=str(number), normal=f"+1212{number:07d}")
        return bo.ReceiveLead(
            seller_id=self.seller,
            lead_id=lead_id or f"lead-{number}",
            sale_id=f"sale-{lead_id or number}",
            source_key=f"key-{number}",
            submission=Submission(
                source=Source(format="json"),
                phones=(phone,),
                name=PersonName(full=f"Ann {number}"),
            ),
            at=AT + timedelta(seconds=number),
        )

    def move(self, name: str, kind: TransferKind, minor: int, **more) -> Transfer:
        given = {
            "debit": self.ledger,
            "credit": revenue_account(self.seller),
            "effective_at": AT,
            **more,
        }
        return Transfer(id=name, kind=kind, amount=Money(minor, "USD"), **given)

    def charge(self, name: str, minor: int, **more) -> Transfer:
        return self.move(name, TransferKind.CHARGE, minor, **more)

    def refund(self, name: str, ref: str, minor: int) -> Transfer:
        sides = {"debit": revenue_account(self.seller), "credit": self.ledger}
        return self.move(name, TransferKind.REFUND, minor, ref=ref, **sides)

    def hold(self, name: str, minor: int) -> Transfer:
        return self.move(name, TransferKind.HOLD, minor, expires_at=AT + timedelta(hours=1))


class WatchedCursor(psycopg.Cursor):
    """A cursor as a host may have it, to count or to trace."""


@pytest.fixture(scope="session")
def town() -> Town:
    return Town()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """Give a file with the tables, made once: copying it is quicker than making them."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    made = engine(f"sqlite:///{path}")
    upgrade(made)
    made.dispose()
    return path


@pytest.fixture
def sqlite_engine(sqlite_template, tmp_path) -> Iterator[Engine]:
    path = tmp_path / "leads.db"
    shutil.copy(sqlite_template, path)
    made = engine(f"sqlite:///{path}")
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def postgres_engine_kept(postgres_server) -> Iterator[Engine]:
    made = engine(postgres_server.create(f"leadcore_{uuid4().hex}"))
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def postgres_engine(postgres_engine_kept, emptied) -> Engine:
    return emptied(postgres_engine_kept)


@pytest.fixture(scope="session")
def postgres_template(postgres_server) -> str:
    """Give the name of a database that nobody ever wrote to, and that nobody analyses."""
    name = f"leadcore_{uuid4().hex}"
    made = engine(postgres_server.create(name))
    upgrade(made)
    with made.begin() as connection:
        for table in metadata.tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    made.dispose()
    return name


@pytest.fixture
def postgres_fresh_engine(postgres_server, postgres_template) -> Iterator[Engine]:
    """Give a database of one's own: plans are made from what this test alone wrote and analysed."""
    name = f"leadcore_{uuid4().hex}"
    made = engine(postgres_server.create(name, postgres_template))
    yield made
    made.dispose()
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def emptied():
    """Give the function that removes all rows."""

    all_rows = "; ".join(f"DELETE FROM {name}" for name in metadata.tables)  # noqa: S608 # names of ours

    def empty(made: Engine) -> Engine:
        # In one go: it is done before each test and each example of many.
        with made.begin() as connection:
            if made.dialect.name == "sqlite":
                connection.connection.driver_connection.executescript(f"BEGIN; {all_rows}; COMMIT")
            else:
                connection.exec_driver_sql(all_rows)
        return made

    return empty


@pytest.fixture(params=["sqlite", "postgres"])
def any_engine(request) -> Engine:
    # What others wrote and had analysed would have its part in the plans.
    fresh = request.param == "postgres" and request.node.get_closest_marker("plans")
    return request.getfixturevalue("postgres_fresh_engine" if fresh else f"{request.param}_engine")


@pytest.fixture
def watched_engine(postgres_engine) -> Iterator[Engine]:
    """Give PostgreSQL with cursors of a host's own: what they say must go through them."""
    made = engine(
        postgres_engine.url.render_as_string(hide_password=False),
        connect_args={"cursor_factory": WatchedCursor},
    )
    yield made
    made.dispose()


@pytest.fixture(params=["sqlite", "postgres", "watched"])
def every_engine(request) -> Engine:
    """Give each way in which several statements are sent together."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def store(any_engine, town) -> SqlStore:
    """Give a store with a seller, two accounts, two orders."""
    return town.build(SqlStore(any_engine))
