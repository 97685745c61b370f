"""The store on Django's connections."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction

from leadcore_django.signals import committed
from leadcore_sqlalchemy.hosted import DRIVERS, HostedStore, borrowing
from leadcore_sqlalchemy.retries import TURNS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from leadcore.outcomes import Outcome

__all__ = ["DjangoStore", "store"]


@cache
def _engine(using: str) -> Engine:
    held = connections[using]
    database: Any = getattr(held, "Database", None)
    name = "sqlite3" if held.vendor == "sqlite" else database.__name__.partition(".")[0]
    if name not in DRIVERS:
        raise ImproperlyConfigured(
            f"leadcore is kept in SQLite, or in PostgreSQL through psycopg 3; database {using!r} is"
            f" {held.vendor} through {name}"
        )
    return borrowing(name, lambda: connections[using].connection)


class DjangoStore(HostedStore):
    """Keeps leadcore's records in a host's database; see `leadcore_sqlalchemy.hosted.HostedStore`.

    The host's transactions are those of `transaction.atomic`. What a use case changed is told when
    it is committed; see `leadcore_django.signals.committed`.
    """

    def __init__(self, using: str = "default", *, turns: int = TURNS) -> None:
        """Make a store.

        Args:
            using: the alias of the database.
            turns: how often a transaction of its own is tried before its conflict is the caller's.
        """
        super().__init__(turns=turns)
        self.using = using

    def _lent(self) -> Connection:
        connections[self.using].ensure_connection()
        return _engine(self.using).connect()

    def _atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic(self.using)

    def _within(self) -> bool:
        held = connections[self.using]
        return held.in_atomic_block or not held.get_autocommit()

    def _hear(self, outcome: Outcome[Any]) -> None:
        told = partial(committed.send, sender=type(self), outcome=outcome, using=self.using)
        transaction.on_commit(told, using=self.using, robust=True)


@cache
def _store(using: str) -> DjangoStore:
    return DjangoStore(using)


def store(using: str | None = None) -> DjangoStore:
    """Give the store of a database; there is one for each.

    Args:
        using: the alias; None for the one `LEADCORE_DATABASE` names, else `default`.
    """
    return _store(using or getattr(settings, "LEADCORE_DATABASE", "default"))
