"""The reading side of the stores: what a store and a reader of one moment have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from leadcore_sqlalchemy import audits, current, lead_lists, outbox, persons, reads, scoped
from leadcore_sqlalchemy.kept_reads import AsyncKeptReads, KeptReads
from leadcore_sqlalchemy.login_readers import AsyncLogins, Logins
from leadcore_sqlalchemy.people_lists import AsyncPeopleReads, PeopleReads
from leadcore_sqlalchemy.recordings import AsyncRecordingReads, RecordingReads
from leadcore_sqlalchemy.report_readers import AsyncReports, Reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from leadcore.accounts import Account, Seller
    from leadcore.balances import Balance, LedgerAccount
    from leadcore.contact_points import ContactPoint
    from leadcore.downline import Scope
    from leadcore.leads import Lead
    from leadcore.notices import Message
    from leadcore.orders import Order, OrderMoney, Standing, Usage
    from leadcore.payments import Payment, StrayNotices
    from leadcore.people import User
    from leadcore.ports import (
        LeadQuery,
        OutboxEntry,
        OutboxQuery,
        PaymentQuery,
        RefundPage,
        RefundQuery,
        StatementLine,
    )
    from leadcore.refunds import Refund
    from leadcore.values import AccountId, LeadId, OrderId, SellerId, UserId

__all__ = ["AsyncReads", "AsyncSqlReader", "Reads", "SqlReader"]

A = TypeVar("A")
P = ParamSpec("P")


class Reads(KeptReads, Logins, PeopleReads, RecordingReads, Reports, ABC):
    """The reads of `leadcore.ports.Store`; a subclass says on which connection."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        return self._read(current.seller, seller_id)

    def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        return self._read(reads.sellers)

    def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        return self._read(reads.accounts, seller_id)

    def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        return self._read(current.users_of, account_id)

    def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        return self._read(current.user, user_id)

    def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        return self._read(reads.orders, seller_id, account_id)

    def order_usage(self, order_id: OrderId, at: datetime) -> tuple[Usage, ...]:
        """Give what an order was sold in the periods of its caps at an instant."""
        return self._read(reads.order_usage, order_id, at)

    def order_money(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[OrderMoney, ...]:
        """Give what the ledger charged and gave back for orders, by id."""
        return self._read(reads.order_money, seller_id, account_id)

    def scope(self, viewer_id: UserId) -> Scope | None:
        """Give what a user may see; None where there is no such user."""
        return self._read(scoped.scope_of, viewer_id)

    def covered(self, seen: Scope, owner_ids: Iterable[UserId]) -> frozenset[UserId]:
        """Give those of the users whose leads a scope covers."""
        return self._read(scoped.covered, seen, owner_ids)

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead, whoever asks."""
        return self._read(current.lead, lead_id)

    def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        return self._read(lead_lists.leads, query)

    def others(self, lead: Lead) -> tuple[Lead, ...]:
        """Give the seller's other leads of a lead's person that were ever sold, by id."""
        return self._read(persons.others, lead)

    def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests."""
        return self._read(reads.refunds, query)

    def refund_page(self, query: RefundQuery) -> RefundPage:
        """Give refund requests, and how many the dates and the limit leave out."""
        return self._read(reads.refund_page, query)

    def contact_point(self, seller_id: SellerId, address: str) -> ContactPoint | None:
        """Give what is recorded about a number or an e-mail address."""
        return self._read(current.contact_point, seller_id, address)

    def reviews(self, seller_id: SellerId, limit: int = 100) -> tuple[ContactPoint, ...]:
        """Give contact points with a reply that waits to be looked at, the oldest such first."""
        return self._read(reads.reviews, seller_id, limit)

    def payment(self, payment_id: str) -> Payment | None:
        """Give a payment."""
        return self._read(current.payment, payment_id)

    def payments(self, query: PaymentQuery) -> tuple[Payment, ...]:
        """Give payments, newest first."""
        return self._read(reads.payments, query)

    def strays(self, seller_id: SellerId, limit: int = 100) -> tuple[StrayNotices, ...]:
        """Give what a processor told of charges that nobody asked for, by their ids."""
        return self._read(reads.strays, seller_id, limit)

    def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """Give a ledger account with its counters."""
        return self._read(current.ledger_account, ledger_id)

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

    def messages(self, limit: int = 100, seller_id: SellerId | None = None) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, oldest first."""
        return self._read(reads.messages, limit, seller_id)

    def letter(self, message_id: str) -> OutboxEntry | None:
        """Give a message and where it is."""
        return self._read(outbox.letter, message_id)

    def letters(self, query: OutboxQuery) -> tuple[OutboxEntry, ...]:
        """Give messages and where they are, by their instants and ids."""
        return self._read(outbox.letters, query)

    def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference."""
        return self._read(audits.audit)


class SqlReader(Reads):
    """Answers every read from one moment; see `SqlStore.reading`."""

    def __init__(self, connection: Connection) -> None:
        """Make a reader on a connection that only reads."""
        self._connection = connection

    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        return work(self._connection, *args, **kwargs)


class AsyncReads(
    AsyncKeptReads, AsyncLogins, AsyncPeopleReads, AsyncRecordingReads, AsyncReports, ABC
):
    """The reads of `leadcore.ports.AsyncStore`; a subclass says on which connection."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    async def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        return await self._read(current.seller, seller_id)

    async def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        return await self._read(reads.sellers)

    async def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        return await self._read(reads.accounts, seller_id)

    async def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        return await self._read(current.users_of, account_id)

    async def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        return await self._read(current.user, user_id)

    async def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        return await self._read(reads.orders, seller_id, account_id)

    async def order_usage(self, order_id: OrderId, at: datetime) -> tuple[Usage, ...]:
        """Give what an order was sold in the periods of its caps at an instant."""
        return await self._read(reads.order_usage, order_id, at)

    async def order_money(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[OrderMoney, ...]:
        """Give what the ledger charged and gave back for orders, by id."""
        return await self._read(reads.order_money, seller_id, account_id)

    async def scope(self, viewer_id: UserId) -> Scope | None:
        """Give what a user may see; None where there is no such user."""
        return await self._read(scoped.scope_of, viewer_id)

    async def covered(self, seen: Scope, owner_ids: Iterable[UserId]) -> frozenset[UserId]:
        """Give those of the users whose leads a scope covers."""
        return await self._read(scoped.covered, seen, owner_ids)

    async def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead, whoever asks."""
        return await self._read(current.lead, lead_id)

    async def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        return await self._read(lead_lists.leads, query)

    async def others(self, lead: Lead) -> tuple[Lead, ...]:
        """Give the seller's other leads of a lead's person that were ever sold, by id."""
        return await self._read(persons.others, lead)

    async def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests."""
        return await self._read(reads.refunds, query)

    async def refund_page(self, query: RefundQuery) -> RefundPage:
        """Give refund requests, and how many the dates and the limit leave out."""
        return await self._read(reads.refund_page, query)

    async def contact_point(self, seller_id: SellerId, address: str) -> ContactPoint | None:
        """Give what is recorded about a number or an e-mail address."""
        return await self._read(current.contact_point, seller_id, address)

    async def reviews(self, seller_id: SellerId, limit: int = 100) -> tuple[ContactPoint, ...]:
        """Give contact points with a reply that waits to be looked at, the oldest such first."""
        return await self._read(reads.reviews, seller_id, limit)

    async def payment(self, payment_id: str) -> Payment | None:
        """Give a payment."""
        return await self._read(current.payment, payment_id)

    async def payments(self, query: PaymentQuery) -> tuple[Payment, ...]:
        """Give payments, newest first."""
        return await self._read(reads.payments, query)

    async def strays(self, seller_id: SellerId, limit: int = 100) -> tuple[StrayNotices, ...]:
        """Give what a processor told of charges that nobody asked for, by their ids."""
        return await self._read(reads.strays, seller_id, limit)

    async def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """Give a ledger account with its counters."""
        return await self._read(current.ledger_account, ledger_id)

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

    async def messages(
        self, limit: int = 100, seller_id: SellerId | None = None
    ) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, oldest first."""
        return await self._read(reads.messages, limit, seller_id)

    async def letter(self, message_id: str) -> OutboxEntry | None:
        """Give a message and where it is."""
        return await self._read(outbox.letter, message_id)

    async def letters(self, query: OutboxQuery) -> tuple[OutboxEntry, ...]:
        """Give messages and where they are, by their instants and ids."""
        return await self._read(outbox.letters, query)

    async def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference."""
        return await self._read(audits.audit)


class AsyncSqlReader(AsyncReads):
    """Answers every read from one moment; see `AsyncSqlStore.reading`."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Make a reader on a connection that only reads."""
        self._connection = connection

    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        return await self._connection.run_sync(work, *args, **kwargs)
