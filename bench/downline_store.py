"""Stores for `bench_downline`: a million people and a million leads, written past the use cases.

The rows are those the use cases would write, but for the journal; they are written in bulk and the
indexes made afterwards, as a restored dump would be.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from bench.downline_load import ACCOUNT, AREAS, BEGIN, SECOND, SELLER, STATES
from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.people import Profile, User
from leadcore.submissions import Source, Submission
from leadcore.values import Address, Money, PersonName, Phone
from leadcore_sqlalchemy import SqlStore, states, tables, upgrade
from leadcore_sqlalchemy.intervals import rebuild

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Engine, Table

    from bench.downline_load import People

__all__ = ["filled", "lead_of"]


def lead_of(number: int, people: People, draw: random.Random) -> tuple[Lead, int]:
    """Draw a lead and who holds it."""
    owner = draw.randrange(len(people.names))
    at = BEGIN + SECOND * draw.randrange(20_000_000)
    user: Any = people.names[owner]
    name = f"{draw.choice('ABCDEFGHKLMNRSTW')}{draw.randrange(10**6):06d}"
    phone = Phone(raw="(212) 555-0100", normal="+12125550100")
    key: Any = f"l{number:07d}"
    sale = Sale(
        id=key,
        lead_id=key,
        order_id="order",
        account_id=ACCOUNT,
        user_id=user,
        price=Money(2_500, "USD"),
        sold_at=at,
    )
    lead = Lead(
        id=key,
        seller_id=SELLER,
        source_key=key,
        submission=Submission(
            source=Source(format="json"),
            name=PersonName(first=name, last="Example"),
            phones=(phone,),
            address=Address(state=draw.choice(STATES), zip="33101"),
            area=draw.choice(AREAS),
        ),
        status=LeadStatus.SOLD,
        received_at=at,
        sale=sale,
        assigned_to=user,
        held_since=at,
    )
    return lead, owner


def filled(engine: Engine, people: People, leads: int) -> tuple[SqlStore, list[int]]:
    """Fill a database with an account, its people and their leads; give the leads' owners."""
    upgrade(engine)
    store = SqlStore(engine)
    at = BEGIN
    store.run(bo.SetSellerTerms(seller_id=SELLER, terms=SellerTerms(name="S"), at=at))
    opening = OpenAccount(account_id=ACCOUNT, seller_id=SELLER, name="A", currency="USD")
    store.run(bo.KeepAccount(seller_id=SELLER, account_id=ACCOUNT, command=opening, at=at))
    owners: list[int] = []
    with engine.begin() as connection:
        _load(connection, tables.users, _users(people))
        _load(connection, tables.leads, _leads(people, leads, owners))
        rebuild(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
    return store, owners


def _load(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    for index in indexes:
        index.drop(connection)
    names = [column.name for column in table.columns if column.name not in _DEFAULTED]
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        words = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 # our own names
        kinds = {name: table.c[name].type.bind_processor(connection.dialect) for name in names}
        converts = [kinds[name] or (lambda value: value) for name in names]
        driver.executemany(
            words,
            (
                tuple(convert(row[name]) for name, convert in zip(names, converts, strict=True))
                for row in rows
            ),
        )
    else:
        with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])
    for index in indexes:
        index.create(connection)


_DEFAULTED = frozenset({"published_at"})


def _users(people: People) -> Iterator[dict[str, Any]]:
    profile = Profile(name="Ada Example", view_downline=True)
    pattern = User(
        id="THE-ID",
        seller_id=SELLER,
        account_id=ACCOUNT,
        parent_id="THE-PARENT",
        profile=profile,
    )
    row = {**states.columns("user", pattern), "version": 1}
    for user, above in people.links.items():
        data = row["data"].replace("THE-ID", user).replace('"THE-PARENT"', json.dumps(above))
        yield {**row, "id": user, "parent_id": above, "data": data}


def _leads(people: People, count: int, owners: list[int]) -> Iterator[dict[str, Any]]:
    """Make each row by writing over a pattern: a million states are not dumped one by one."""
    draw = random.Random(3)
    pattern, _ = lead_of(0, people, draw)
    row = {**states.columns("lead", pattern), "version": 2}
    shown = pattern.submission.name.first or ""
    held = str(pattern.assigned_to)
    told = wire.dump(pattern)["received_at"]
    for number in range(count):
        owner = draw.randrange(len(people.names))
        at = BEGIN + SECOND * draw.randrange(20_000_000)
        key, user = f"l{number:07d}", people.names[owner]
        name = f"{draw.choice('ABCDEFGHKLMNRSTW')}{draw.randrange(10**6):06d}"
        area, state = draw.choice(AREAS), draw.choice(STATES)
        data = (
            row["data"]
            .replace(pattern.id, key)
            .replace(held, user)
            .replace(shown, name)
            .replace(told, at.isoformat().replace("+00:00", "Z"))
            .replace(pattern.submission.area or "-", area)
        )
        owners.append(owner)
        yield {
            **row,
            "id": key,
            "source_key": key,
            "sale_id": key,
            "received_at": at,
            "sold_at": at,
            "untried_until": at,
            "holder_id": user,
            "name": f"{name.casefold()} example",
            "area": area,
            "state": state,
            "data": data,
        }
