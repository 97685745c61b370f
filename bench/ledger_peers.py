"""The peers of `bench_ledger`: other ledgers in Python, each with its own way of posting.

None of them refuses to overdraw, knows holds or posts a repeated request only once; they are
measured at what they do: a balanced transfer between two accounts, one a commit.

This file is run twice: imported, it installs a peer and says how to run it; as a program, in the
peer's environment, `ledger_peers.py NAME URL COUNT` posts so many and tells how long it took.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.run import Sample

__all__ = ["PEERS", "installed", "peer_run"]

PEERS = {"django-hordak": "2.0.0", "django-ledger": "0.8.5", "python-accounting": "2.0.0"}
DJANGO, PSYCOPG, SQLALCHEMY = "django==5.2.19", "psycopg[binary]==3.3.9", "sqlalchemy==2.1.9"
COUNTS = {"django-hordak": 100, "django-ledger": 20, "python-accounting": 20}


def installed(name: str) -> Path:
    """Install a peer and give its environment's Python."""
    from bench.run import peer  # noqa: PLC0415 # a peer's own environment has no leadcore

    wanted = f"{name}=={PEERS[name]}"
    if name == "python-accounting":
        # It asks for a client of MySQL, which it needs for MySQL alone and which must be compiled.
        extra = [SQLALCHEMY, PSYCOPG, "python-dateutil==2.9.0.post0", "greenlet"]
        return peer(name, *extra, alone=(wanted,))
    return peer(name, wanted, DJANGO, PSYCOPG)


def peer_run(name: str, url: str) -> Callable[[], Sample]:
    """Install a peer and give a runner of one round."""
    from bench.run import in_peer  # noqa: PLC0415 # as above

    python = installed(name)
    script = Path(__file__).resolve()
    return lambda: in_peer(python, script, name, url, str(COUNTS[name]))


def django_database(url: str) -> dict[str, str]:
    """Give Django's description of a database."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///")}
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
    }


def django(url: str, *apps: str) -> None:
    """Set Django up, durable as ours is, and make the tables."""
    from django.conf import settings  # noqa: PLC0415 # in the peer's environment only

    database: dict[str, Any] = {**django_database(url), "CONN_MAX_AGE": None}
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"}
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *apps],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DJANGO_LEDGER_USE_DEPRECATED_BEHAVIOR=False,
        DEFAULT_CURRENCY="USD",
        CURRENCIES=["USD"],
        SECRET_KEY="bench",  # noqa: S106 # nothing is kept secret here
    )
    import django as package  # noqa: PLC0415 # as above
    from django.core.management import call_command  # noqa: PLC0415 # as above

    package.setup()
    call_command("migrate", verbosity=0)


def hordak(url: str) -> Callable[[], object]:
    """Give what posts one transfer with django-hordak."""
    django(url, "mptt", "hordak")
    from djmoney.money import Money  # noqa: PLC0415 # as above
    from hordak.models import Account  # noqa: PLC0415 # as above

    income = Account.TYPES.income
    prepaid = Account.objects.create(
        name="prepaid", type=Account.TYPES.liability, currencies=["USD"]
    )
    revenue = Account.objects.create(name="revenue", type=income, currencies=["USD"])
    amount = Money("1.00", "USD")
    return lambda: revenue.transfer_to(prepaid, amount)


def ledger(url: str) -> Callable[[], object]:
    """Give what posts one transfer with django-ledger."""
    django(url, "treebeard", "django_ledger")
    from django.contrib.auth import get_user_model  # noqa: PLC0415 # as above
    from django.db import transaction  # noqa: PLC0415 # as above
    from django_ledger.models import EntityModel  # noqa: PLC0415 # as above

    name = f"bench-{time.time_ns()}"
    admin = get_user_model().objects.create_user(name)
    entity = EntityModel.create_entity(
        name=name, use_accrual_method=True, admin=admin, fy_start_month=1
    )
    entity.create_chart_of_accounts(assign_as_default=True, commit=True)
    prepaid = entity.create_account(
        code="2010", role="lia_cl_def_rev", name="prepaid", balance_type="credit", active=True
    )
    revenue = entity.create_account(
        code="4010", role="in_operational", name="revenue", balance_type="credit", active=True
    )
    book = entity.create_ledger(name="book", posted=True)
    txs = [
        {"account": prepaid, "amount": Decimal(1), "tx_type": "debit", "description": "charge"},
        {"account": revenue, "amount": Decimal(1), "tx_type": "credit", "description": "charge"},
    ]

    def post() -> None:
        with transaction.atomic():
            entity.commit_txs(
                je_timestamp=datetime.now(UTC), je_txs=txs, je_posted=True, je_ledger_model=book
            )

    return post


def accounting(url: str) -> Callable[[], object]:
    """Give what posts one transfer with python-accounting."""
    from python_accounting.database.session import get_session  # noqa: PLC0415 # as above
    from python_accounting.models import (  # noqa: PLC0415 # as above
        Account,
        Base,
        Currency,
        Entity,
        LineItem,
    )
    from python_accounting.transactions import JournalEntry  # noqa: PLC0415 # as above
    from sqlalchemy import create_engine, event  # noqa: PLC0415 # as above

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def durable(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")

    Base.metadata.create_all(engine)
    session = get_session(engine)
    entity = Entity(name=f"bench {time.time_ns()}")
    session.add(entity)
    session.commit()
    currency = Currency(name="US Dollars", code="USD", entity_id=entity.id)
    session.add(currency)
    session.commit()
    kinds = {
        "prepaid": Account.AccountType.RECEIVABLE,
        "revenue": Account.AccountType.OPERATING_REVENUE,
    }
    prepaid, revenue = (
        Account(name=name, account_type=kind, currency_id=currency.id, entity_id=entity.id)
        for name, kind in kinds.items()
    )
    session.add_all([prepaid, revenue])
    session.commit()

    def post() -> None:
        entry = JournalEntry(
            narration="charge",
            transaction_date=datetime.now(),  # noqa: DTZ005 # as it compares with naive ones
            account_id=prepaid.id,
            credited=False,
            entity_id=entity.id,
        )
        session.add(entry)
        session.flush()
        line = LineItem(narration="charge", account_id=revenue.id, amount=1, entity_id=entity.id)
        session.add(line)
        session.flush()
        entry.line_items.add(line)
        session.add(entry)
        session.flush()
        entry.post(session)
        session.commit()

    return post


def main(name: str, url: str, number: str) -> None:
    """Post so many and tell how long it took."""
    makers = {"django-hordak": hordak, "django-ledger": ledger, "python-accounting": accounting}
    post = makers[name](url)
    post()
    start = time.perf_counter()
    for _ in range(int(number)):
        post()
    print(json.dumps({"operations": int(number), "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
