"""The stores: sync and async shells around the same functions of a connection."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from leadcore.balances import Posted, Rejected, accepted, direct
from leadcore.ports.programs import OnceFacts
from leadcore.values import instant
from leadcore_sqlalchemy import facts, ledger
from leadcore_sqlalchemy.alone import Alone
from leadcore_sqlalchemy.commits import commit
from leadcore_sqlalchemy.direct import Poster, Seen, call
from leadcore_sqlalchemy.engines import READING, is_watched, prepare
from leadcore_sqlalchemy.moments import Moment, moment_of
from leadcore_sqlalchemy.pipelines import ALONE, fitting
from leadcore_sqlalchemy.program_readers import ProgramStore
from leadcore_sqlalchemy.readers import AsyncReads, AsyncSqlReader, Reads, SqlReader
from leadcore_sqlalchemy.retries import TURNS, Turns
from leadcore_sqlalchemy.sqlite_posts import SqlitePoster
from leadcore_sqlalchemy.upkeep import AsyncUpkeepStore, UpkeepStore
from leadcore_sqlalchemy.writers import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from leadcore.balances import Transfer
    from leadcore.ports import UseCase

__all__ = ["AsyncSqlStore", "SqlStore", "Writes"]

A = TypeVar("A")
P = ParamSpec("P")

_SUPPORTED = frozenset({"postgresql", "sqlite"})


def _run(
    connection: Connection,
    cases: Sequence[UseCase[Any, Any, A]],
    *,
    first: bool,
    ends: bool = False,
) -> tuple[A, ...]:
    answers: list[A] = []
    for number, case in enumerate(cases, start=1):
        loaded = facts.load(case.needs, connection)
        outcome = case.decide(loaded)
        # After a conflict everything is looked up: that tells what really is in the way.
        inner = loaded.inner if isinstance(loaded, OnceFacts) else loaded
        shown = inner.ledger if first and isinstance(inner, facts.Shown) else {}
        commit(connection, outcome, shown=shown, ends=ends and number == len(cases))
        answers.append(outcome.answer)
    return tuple(answers)


def _post(
    connection: Connection,
    batches: Sequence[tuple[Transfer, ...]],
    at: datetime,
    seen: Seen,
    turns: Turns,
) -> tuple[Posted | Rejected, ...]:
    if not batches:
        return ()
    if turns.first and connection.dialect.name == "sqlite":
        planned = direct(batches, seen=seen.accounts)
        posted = planned and ledger.post_direct(connection, planned, at=instant(at))
        if posted:
            return posted
    book, answers = ledger.decide(connection, batches, at=at)
    seen.keep(book.accounts.values())
    plain = tuple(each if isinstance(each, Rejected) else accepted(each) for each in answers)
    return ledger.write(connection, book, batches, plain, at=at)


_ALONE: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
"""The options of a connection whose every statement is a transaction."""


def _calls(engine: Engine) -> bool:
    # SQLite has no functions of its own; another driver would not take arrays as texts.
    return engine.dialect.name == "postgresql" and engine.dialect.driver.startswith("psycopg")


def _options(dialect: str, *, alone: bool) -> dict[str, Any]:
    # PostgreSQL's readers must ask to see one moment. One statement does anyhow, and needs no
    # transaction; a ROLLBACK would make psycopg forget what it prepared on the connection.
    if dialect != "postgresql":
        return {READING: True}
    return {READING: True, **(_ALONE if alone else {"isolation_level": "REPEATABLE READ"})}


def _checked(engine: Engine) -> Engine:
    if engine.dialect.name not in _SUPPORTED:
        names = " or ".join(sorted(_SUPPORTED))
        raise ValueError(f"a store is kept in {names}, not in {engine.dialect.name}")
    return prepare(engine)


class Writes(Reads, ProgramStore, UpkeepStore, ABC):
    """A store over a way to begin: what `leadcore.ports.Store` and `Feed` ask for, on connections.

    A subclass says where connections come from: `_read` gives work one that only reads, `_write`
    one in a transaction that ends with the work. Whoever writes within somebody else's transaction
    writes the same rows.
    """

    _seen: Seen
    _ends = False
    """May the last write of a transaction take its COMMIT along? Only where nothing follows it."""

    @abstractmethod
    def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        """Do the work in a transaction; again where it is one's own and its failure may pass."""

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit in one transaction, again on `Conflict`; give the answer."""
        return self._run((case,))[0]

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction, each seeing what those before it did."""
        return self._run(cases)

    def _run(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        return self._write(
            lambda connection, turns: _run(connection, cases, first=turns.first, ends=self._ends)
        )

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger, all in one transaction; see `ports.Store.post`."""
        return self._write(
            lambda connection, turns: _post(connection, batches, at, self._seen, turns)
        )


class SqlStore(Writes):
    """Keeps leadcore's records in a database; implements `leadcore.ports.Store` and `Feed`.

    The tables must be there: see `leadcore_sqlalchemy.migrate.upgrade`.
    """

    _ends = True

    def __init__(self, engine: Engine, *, turns: int = TURNS) -> None:
        """Make a store.

        Args:
            engine: best made with `leadcore_sqlalchemy.engine`; any other is prepared here.
            turns: how often a transaction is tried before its conflict is the caller's.
        """
        self.engine = _checked(engine)
        self._turns = turns
        self._alone = Alone(engine)
        calls = _calls(engine)
        self._poster: Poster | SqlitePoster | None = Poster(self._alone) if calls else None
        self._begin: Callable[[], AbstractContextManager[Connection]] = engine.begin
        if engine.dialect.name == "sqlite":
            writer = Writer(engine)
            self._begin = writer.begin
            self._poster = SqlitePoster(writer)
        self._seen = Seen() if self._poster is None else self._poster.seen

    def _again(self, attempt: Callable[[Turns], A]) -> A:
        turns = Turns(self._turns)
        while True:
            try:
                return attempt(turns)
            except Exception as error:  # noqa: BLE001 # `after` raises what is not worth a turn
                time.sleep(turns.after(error))

    def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        def attempt(turns: Turns) -> A:
            with self._begin() as connection:
                return work(connection, turns)

        return self._again(attempt)

    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        def attempt(_turns: Turns) -> A:
            moment = moment_of(work, *args, **kwargs)
            if self._alone.is_watched():
                moment = Moment.SEEN
            if moment is Moment.STATED and self._alone.has_room():
                return self._alone.do(lambda line: work(line.connection, *args, **kwargs))
            with self._moment(moment) as connection:
                return work(connection, *args, **kwargs)

        return self._again(attempt)

    @contextmanager
    def _moment(self, moment: Moment = Moment.SEEN) -> Generator[Connection]:
        with self.engine.connect() as connection:
            if moment is Moment.STATED and (pipe := fitting(connection, alone=True)) is not None:
                yield connection.execution_options(**{ALONE: pipe})
                return
            alone = moment is not Moment.SEEN
            options = _options(connection.dialect.name, alone=alone)
            reader = connection.execution_options(**options)
            if alone:
                yield reader
                return
            with reader.begin():
                yield reader

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger, all in one transaction; see `ports.Store.post`."""
        if self._poster is not None:
            posted = self._poster.post(batches, at=at)
            if posted is not None:
                return posted
        return super().post(batches, at=at)

    @contextmanager
    def reading(self) -> Generator[SqlReader]:
        """Give a reader whose answers are all of one moment: many reads, one transaction.

        It is far quicker than as many reads of the store, and what it tells fits together.
        """
        with self._moment() as connection:
            yield SqlReader(connection)


class AsyncSqlStore(AsyncReads, AsyncUpkeepStore):
    """Keeps leadcore's records in a database; implements `leadcore.ports.AsyncStore`, `AsyncFeed`.

    Everything but the shell is that of `SqlStore`.
    """

    def __init__(self, engine: AsyncEngine, *, turns: int = TURNS) -> None:
        """Make a store; the arguments are those of `SqlStore`."""
        self.engine = engine
        self._turns = turns
        _checked(engine.sync_engine)
        single = engine.dialect.name == "sqlite"
        self._seen = Seen()
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if single else nullcontext()

    async def _again(self, attempt: Callable[[Turns], Awaitable[A]]) -> A:
        turns = Turns(self._turns)
        while True:
            try:
                return await attempt(turns)
            except Exception as error:  # noqa: BLE001 # `after` raises what is not worth a turn
                await asyncio.sleep(turns.after(error))

    async def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        async def attempt(turns: Turns) -> A:
            async with self._turn, self.engine.begin() as connection:
                return await connection.run_sync(work, turns)

        return await self._again(attempt)

    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        async def attempt(_turns: Turns) -> A:
            alone = moment_of(work, *args, **kwargs) is not Moment.SEEN
            alone = alone and not is_watched(self.engine.sync_engine)
            async with self._moment(alone=alone) as connection:
                return await connection.run_sync(work, *args, **kwargs)

        return await self._again(attempt)

    async def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit in one transaction, again on `Conflict`; give the answer."""
        answers = await self._write(
            lambda connection, turns: _run(connection, (case,), first=turns.first)
        )
        return answers[0]

    async def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction, each seeing what those before it did."""
        return await self._write(
            lambda connection, turns: _run(connection, cases, first=turns.first)
        )

    async def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger, all in one transaction; see `ports.Store.post`."""
        below = self.engine.sync_engine
        calls = _calls(below) and not is_watched(below)
        planned = direct(batches, seen=self._seen.accounts) if calls else None
        moments = [instant(at)] * len(batches)

        async def attempt(turns: Turns) -> tuple[Posted | Rejected, ...]:
            if planned is not None and turns.first:
                async with self.engine.connect() as connection:
                    alone = await connection.execution_options(**_ALONE)
                    after = await alone.run_sync(call, planned, moments)
                if after is not None:
                    self._seen.keep(after.values())
                    return planned.answers(after, at=at)
            async with self._turn, self.engine.begin() as connection:
                return await connection.run_sync(_post, batches, at, self._seen, turns)

        return await self._again(attempt)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSqlReader]:
        """Do as `SqlStore.reading`."""
        async with self._moment() as connection:
            yield AsyncSqlReader(connection)

    @asynccontextmanager
    async def _moment(self, *, alone: bool = False) -> AsyncGenerator[AsyncConnection]:
        async with self.engine.connect() as connection:
            options = _options(connection.dialect.name, alone=alone)
            reader = await connection.execution_options(**options)
            if alone:
                yield reader
                return
            async with reader.begin():
                yield reader
