"""The peers of `bench_balances`: what an account holds, asked of other ledgers in their own way.

One transfer is posted as `ledger_peers` posts it; then the row of its leg on the account, and
whatever row it can't do without, are copied in the database, one statement a table, until the
account has as many as are wanted. So the books are the peer's own, and filling them takes seconds;
the other side of each copied transfer is left out, for nobody asks about it here.

This file is run twice: imported, it starts a peer and says how to run a round; as a program, in the
peer's environment, `balance_peers.py NAME URL SIZE COUNT` fills, says so, and from then on looks up
so many balances for each line it is given.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from bench.run import Sample

__all__ = ["balance_peer"]

FIRST = 1_000
"""The number of the first copy: well above those that a new database has given."""
LOOK_UPS = 3
READY = "ready"


@contextmanager
def balance_peer(name: str, url: str, size: int) -> Generator[Callable[[], Sample]]:
    """Start a peer on an account with so many entries, and give a runner of one round."""
    from bench.ledger_peers import installed  # noqa: PLC0415 # a peer's own environment has no bench
    from bench.run import Sample  # noqa: PLC0415 # as above

    command = [installed(name), Path(__file__).resolve(), name, url, size, LOOK_UPS]
    with subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, answered = process.stdin, process.stdout
        assert asked is not None
        assert answered is not None
        assert answered.readline().strip() == READY

        def run() -> Sample:
            asked.write("go\n")
            asked.flush()
            return Sample(**json.loads(answered.readline()))

        yield run
        asked.close()
        assert process.wait() == 0


# ----------------------------------------------------------------- in the peer's environment only


def copied(
    table: str, columns: Iterable[str], changed: dict[str, str], size: int, lite: str
) -> str:
    """Give the statement that copies the only row of a table `size - 1` times.

    Args:
        table: its name.
        columns: all of them.
        changed: per column, what a copy has there, as SQL of its number `n`.
        size: how many rows there are afterwards.
        lite: the name of SQLite's dialect, or of another.
    """
    names = list(columns)
    values = ", ".join(changed.get(each, f"one.{each}") for each in names)
    into = f"INSERT INTO {table} ({', '.join(names)})"
    last = FIRST + size - 2
    numbers = f"VALUES ({FIRST}) UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}"  # noqa: S608 - they are numbers
    if lite != "sqlite":
        numbers = f"SELECT generate_series({FIRST}, {last})"
    return (
        f"{into} WITH RECURSIVE numbers(n) AS ({numbers})"  # noqa: S608 # names of the peer's tables
        f" SELECT {values} FROM numbers, (SELECT * FROM {table} {{}} LIMIT 1) AS one"
    )


def copy_models(size: int, *rows: tuple[Any, dict[str, str]]) -> None:
    """Copy the rows of Django models; a reference from one to the next is among what changes."""
    from django.db import connection  # noqa: PLC0415 # in the peer's environment only

    lite = connection.vendor
    key = "printf('%032x', n)" if lite == "sqlite" else "lpad(to_hex(n), 32, '0')::uuid"
    with connection.cursor() as cursor:
        if lite == "postgresql":
            # A check of every copied leg against all others of its transaction is not measured.
            cursor.execute("SET session_replication_role = replica")
        for row, changed in rows:
            meta = row._meta  # noqa: SLF001 # Django's own name for what it tells of a model
            columns = [each.column for each in meta.concrete_fields]
            told = {name: key if how == "key" else how for name, how in changed.items()}
            statement = copied(meta.db_table, columns, told, size, lite)
            mark = meta.pk.get_db_prep_value(row.pk, connection)
            cursor.execute(statement.format(f"WHERE {meta.pk.column} = %s"), [mark])
        if lite == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def hordak(url: str, size: int) -> Callable[[], object]:
    """Give what looks a balance up with django-hordak."""
    import ledger_peers  # noqa: PLC0415 # beside this file

    ledger_peers.hordak(url)()
    from hordak.models import Account, Leg  # noqa: PLC0415 # as above

    prepaid = Account.objects.get(name="prepaid")
    leg = Leg.objects.get(account=prepaid)
    copy_models(
        size,
        (leg.transaction, {"id": "n", "uuid": "key"}),
        (leg, {"id": "n", "uuid": "key", "transaction_id": "n"}),
    )
    today = datetime.now(UTC).date()
    return lambda: prepaid.get_balance(as_of=today)["USD"].amount


def ledger(url: str, size: int) -> Callable[[], object]:
    """Give what looks a balance up with django-ledger."""
    import ledger_peers  # noqa: PLC0415 # as above

    ledger_peers.ledger(url)()
    from django_ledger.models import EntityModel, TransactionModel  # noqa: PLC0415 # as above

    entity = EntityModel.objects.get()
    line = TransactionModel.objects.get(account__code="2010")
    copy_models(
        size,
        (line.journal_entry, {"uuid": "key", "je_number": "n"}),
        (line, {"uuid": "key", "journal_entry_id": "key"}),
    )
    now = datetime.now(UTC)

    def look_up() -> object:
        told = entity.get_account_balance(account_codes=["2010"], to_date=now)
        (account,) = told.get_io_data()["accounts"]
        return account["balance"]

    return look_up


def accounting(url: str, size: int) -> Callable[[], object]:
    """Give what looks a balance up with python-accounting."""
    import ledger_peers  # noqa: PLC0415 # as above

    ledger_peers.accounting(url)()
    from python_accounting.database.session import get_session  # noqa: PLC0415 # as above
    from python_accounting.models import Account, Entity, Ledger  # noqa: PLC0415 # as above
    from sqlalchemy import create_engine, select, text  # noqa: PLC0415 # as above

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    session = get_session(engine)
    everywhere = {"ignore_isolation": True}
    session.entity = session.scalars(select(Entity).execution_options(**everywhere)).one()
    kind = Account.AccountType.RECEIVABLE
    prepaid = session.scalars(select(Account).where(Account.account_type == kind)).one()
    line = session.scalars(select(Ledger).where(Ledger.post_account_id == prepaid.id)).one()
    copying = {"id": line.id}
    session.commit()
    with engine.begin() as connection:
        for each in (Ledger.__table__.metadata.tables["recyclable"], Ledger.__table__):
            columns = [column.name for column in each.columns]
            statement = copied(each.name, columns, {"id": "n"}, size, engine.dialect.name)
            connection.execute(text(statement.format("WHERE id = :id")), copying)
        connection.execute(text("ANALYZE"))
    return lambda: prepaid.closing_balance(session)


def main(name: str, url: str, size: str, number: str) -> None:
    """Fill, and look up so many for each line."""
    makers = {"django-hordak": hordak, "django-ledger": ledger, "python-accounting": accounting}
    look_up = makers[name](url, int(size))
    assert abs(look_up()) == int(size), look_up()  # type: ignore[arg-type] # whatever number it is
    print(READY, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(number)):
            look_up()
        seconds = time.perf_counter() - start
        print(json.dumps({"operations": int(number), "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
