"""The stores: sync and async shells around the same functions of a connection."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from leadcore.balances import Posted, Rejected, accepted
from leadcore_sqlalchemy import audits, facts, ledger, reads
from leadcore_sqlalchemy.commits import commit
from leadcore_sqlalchemy.engines import READING, prepare
from leadcore_sqlalchemy.retries import TURNS, Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from leadcore.accounts import Account, Seller
    from leadcore.balances import Balance, LedgerAccount, Transfer
    from leadcore.leads import Lead
    from leadcore.notices import Message
    from leadcore.orders import Order, Standing
    from leadcore.people import User
    from leadcore.ports import LeadQuery, RefundQuery, StatementLine, UseCase
    from leadcore.refunds import Refund
    from leadcore.values import AccountId, LeadId, SellerId, UserId

__all__ = ["AsyncSqlStore", "SqlStore"]

A = TypeVar("A")
P = ParamSpec("P")

_SUPPORTED = frozenset({"postgresql", "sqlite"})


def _run(connection: Connection, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
    answers: list[A] = []
    for case in cases:
        outcome = case.decide(facts.load(case.needs, connection))
        commit(connection, outcome)
        answers.append(outcome.answer)
    return tuple(answers)


def _post(
    connection: Connection, batches: Sequence[tuple[Transfer, ...]], at: datetime
) -> tuple[Posted | Rejected, ...]:
    if not batches:
        return ()
    book, answers = ledger.decide(connection, batches, at=at)
    plain = tuple(each if isinstance(each, Rejected) else accepted(each) for each in answers)
    return ledger.write(connection, book, batches, plain, at=at)


def _checked(engine: Engine) -> Engine:
    if engine.dialect.name not in _SUPPORTED:
        names = " or ".join(sorted(_SUPPORTED))
        raise ValueError(f"a store is kept in {names}, not in {engine.dialect.name}")
    return prepare(engine)


class SqlStore:
    """Keeps leadcore's records in a database; implements `leadcore.ports.Store`.

    The tables must be there: see `leadcore_sqlalchemy.migrate.upgrade`.
    """

    def __init__(self, engine: Engine, *, turns: int = TURNS) -> None:
        """Make a store.

        Args:
            engine: best made with `leadcore_sqlalchemy.engine`; any other is prepared here.
            turns: how often a transaction is tried before its conflict is the caller's.
        """
        self.engine = _checked(engine)
        self._turns = turns
        # SQLite has one writer at a time. Threads of one process queue here, fairly and without
        # polling; processes wait in SQLite itself.
        single = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[Any] = threading.Lock() if single else nullcontext()

    def _again(self, attempt: Callable[[], A]) -> A:
        turns = Turns(self._turns)
        while True:
            try:
                return attempt()
            except Exception as error:  # noqa: BLE001 # `after` raises what is not worth a turn
                time.sleep(turns.after(error))

    def _write(self, work: Callable[[Connection], A]) -> A:
        def attempt() -> A:
            with self._turn, self.engine.begin() as connection:
                return work(connection)

        return self._again(attempt)

    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        def attempt() -> A:
            with self.engine.connect() as connection:
                return work(connection.execution_options(**{READING: True}), *args, **kwargs)

        return self._again(attempt)

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit in one transaction, again on `Conflict`; give the answer."""
        return self._write(lambda connection: _run(connection, (case,)))[0]

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction, each seeing what those before it did."""
        return self._write(lambda connection: _run(connection, cases))

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger, all in one transaction; see `ports.Store.post`."""
        return self._write(lambda connection: _post(connection, batches, at))

    def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        return self._read(facts.seller, seller_id)

    def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        return self._read(reads.sellers)

    def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        return self._read(reads.accounts, seller_id)

    def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        return self._read(facts.users_of, account_id)

    def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        return self._read(facts.user, user_id)

    def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        return self._read(reads.orders, seller_id, account_id)

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead, whoever asks."""
        return self._read(facts.lead, lead_id)

    def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        return self._read(reads.leads, query)

    def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests, newest first."""
        return self._read(reads.refunds, query)

    def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """Give a ledger account with its counters."""
        return self._read(facts.ledger_account, ledger_id)

    def balance(self, ledger_id: str, at: datetime | None = None) -> Balance:
        """Give what a tracked ledger account holds, or held at an instant."""
        return self._read(reads.balance, ledger_id, at)

    def statement(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[StatementLine, ...]:
        """Give an account's lines, oldest first."""
        return self._read(reads.statement, ledger_id, since, until)

    def journal(self, kind: str, key: str) -> tuple[Any, ...]:
        """Give the events of one stream, oldest first."""
        return self._read(reads.journal, kind, key)

    def messages(self, limit: int = 100) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, oldest first."""
        return self._read(reads.messages, limit)

    def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference."""
        return self._read(audits.audit)


class AsyncSqlStore:
    """Keeps leadcore's records in a database; implements `leadcore.ports.AsyncStore`.

    Everything but the shell is that of `SqlStore`.
    """

    def __init__(self, engine: AsyncEngine, *, turns: int = TURNS) -> None:
        """Make a store; the arguments are those of `SqlStore`."""
        self.engine = engine
        self._turns = turns
        _checked(engine.sync_engine)
        single = engine.dialect.name == "sqlite"
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if single else nullcontext()

    async def _again(self, attempt: Callable[[], Awaitable[A]]) -> A:
        turns = Turns(self._turns)
        while True:
            try:
                return await attempt()
            except Exception as error:  # noqa: BLE001 # `after` raises what is not worth a turn
                await asyncio.sleep(turns.after(error))

    async def _write(self, work: Callable[[Connection], A]) -> A:
        async def attempt() -> A:
            async with self._turn, self.engine.begin() as connection:
                return await connection.run_sync(work)

        return await self._again(attempt)

    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        async def attempt() -> A:
            async with self.engine.connect() as connection:
                reading = await connection.execution_options(**{READING: True})
                return await reading.run_sync(work, *args, **kwargs)

        return await self._again(attempt)

    async def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit in one transaction, again on `Conflict`; give the answer."""
        return (await self._write(lambda connection: _run(connection, (case,))))[0]

    async def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction, each seeing what those before it did."""
        return await self._write(lambda connection: _run(connection, cases))

    async def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger, all in one transaction; see `ports.Store.post`."""
        return await self._write(lambda connection: _post(connection, batches, at))

    async def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        return await self._read(facts.seller, seller_id)

    async def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        return await self._read(reads.sellers)

    async def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        return await self._read(reads.accounts, seller_id)

    async def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        return await self._read(facts.users_of, account_id)

    async def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        return await self._read(facts.user, user_id)

    async def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        return await self._read(reads.orders, seller_id, account_id)

    async def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead, whoever asks."""
        return await self._read(facts.lead, lead_id)

    async def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        return await self._read(reads.leads, query)

    async def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests, newest first."""
        return await self._read(reads.refunds, query)

    async def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """Give a ledger account with its counters."""
        return await self._read(facts.ledger_account, ledger_id)

    async def balance(self, ledger_id: str, at: datetime | None = None) -> Balance:
        """Give what a tracked ledger account holds, or held at an instant."""
        return await self._read(reads.balance, ledger_id, at)

    async def statement(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[StatementLine, ...]:
        """Give an account's lines, oldest first."""
        return await self._read(reads.statement, ledger_id, since, until)

    async def journal(self, kind: str, key: str) -> tuple[Any, ...]:
        """Give the events of one stream, oldest first."""
        return await self._read(reads.journal, kind, key)

    async def messages(self, limit: int = 100) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, oldest first."""
        return await self._read(reads.messages, limit)

    async def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference."""
        return await self._read(audits.audit)
