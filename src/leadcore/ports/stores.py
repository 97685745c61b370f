"""The ports themselves: a use case, and the store that runs it, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from leadcore.ports.appointments import Agenda, AsyncAgenda
from leadcore.ports.files import AsyncFileIndex, FileIndex
from leadcore.ports.outbox import AsyncOutbox, Outbox
from leadcore.ports.people import AsyncUserLists, UserLists
from leadcore.ports.recordings import AsyncRecordings, Recordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from leadcore.accounts import Account, Seller
    from leadcore.balances import Balance, LedgerAccount, Posted, Rejected, Transfer
    from leadcore.contact_points import ContactPoint
    from leadcore.downline import Scope
    from leadcore.leads import Lead
    from leadcore.logins import Deed, Login, Session, SessionFacts
    from leadcore.notices import Message
    from leadcore.orders import Order, OrderMoney, Standing, Usage
    from leadcore.outcomes import Outcome
    from leadcore.payments import Payment, StrayNotices
    from leadcore.people import User
    from leadcore.ports.logins import DeedQuery
    from leadcore.ports.queries import (
        LeadQuery,
        PaymentQuery,
        RefundPage,
        RefundQuery,
        StatementLine,
    )
    from leadcore.refunds.life import Refund
    from leadcore.values import AccountId, LeadId, OrderId, SellerId, UserId

__all__ = ["AsyncStore", "Store", "UseCase"]

N_co = TypeVar("N_co", covariant=True)
F_contra = TypeVar("F_contra", contravariant=True)
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class UseCase(Protocol[N_co, F_contra, A_co]):
    """A pure use case: what it needs to know, and what follows from it."""

    @property
    def needs(self) -> N_co:
        """Which facts it needs; one of the `…Needs` of `leadcore.ports`."""
        ...

    def decide(self, facts: F_contra) -> Outcome[A_co]:
        """Say what follows; called again with fresh facts after a `Conflict`."""
        ...


class Store(Agenda, FileIndex, Outbox, Recordings, UserLists, Protocol):
    """A store, sync: runs use cases and answers reads. `leadcore.testing` has its contract."""

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit in one transaction, again on `Conflict`; give the answer.

        An outcome whose transfers were all posted before with the same content (their ids are the
        idempotency keys) adds nothing to the ledger a second time; one whose ids were used for
        something else is refused with `Malformed` at `transfers`. A batch the ledger rejects for
        another reason than a guard that may have moved is refused the same way.
        """
        ...

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction, each seeing what those before it did."""
        ...

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger; answers, rejections too, are stored by key.

        Raises:
            Malformed: an id was used before for something else.
        """
        ...

    def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        ...

    def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        ...

    def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        ...

    def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        ...

    def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        ...

    def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        ...

    def order_usage(self, order_id: OrderId, at: datetime) -> tuple[Usage, ...]:
        """Give what an order was sold in the periods of its caps at an instant.

        A period without a sale may be missing.
        """
        ...

    def order_money(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[OrderMoney, ...]:
        """Give what the ledger charged and gave back for the orders of a seller or of one account.

        By order id; an order without any transfer is missing.
        """
        ...

    def scope(self, viewer_id: UserId) -> Scope | None:
        """Give what a user may see, as `downline.scope` does; None where there is no such user."""
        ...

    def covered(self, seen: Scope, owner_ids: Iterable[UserId]) -> frozenset[UserId]:
        """Give those of the users whose leads a scope covers: the single check, or several.

        They are users of the scope's account; the others are left out, as are ids of nobody.
        """
        ...

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead, whoever asks; a viewer's right is checked with `back_office.sees`."""
        ...

    def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        ...

    def others(self, lead: Lead) -> tuple[Lead, ...]:
        """Give the seller's other leads of a lead's person that were ever sold, by id.

        Those share one of `submissions.person_keys`; whom nobody bought, nobody tried to reach.
        """
        ...

    def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests."""
        ...

    def refund_page(self, query: RefundQuery) -> RefundPage:
        """Give refund requests, and how many the dates and the limit leave out."""
        ...

    def contact_point(self, seller_id: SellerId, address: str) -> ContactPoint | None:
        """Give what is recorded about a number or an e-mail address; None where nothing is."""
        ...

    def reviews(self, seller_id: SellerId, limit: int = 100) -> tuple[ContactPoint, ...]:
        """Give contact points with a reply that waits to be looked at, the oldest such first."""
        ...

    def payment(self, payment_id: str) -> Payment | None:
        """Give a payment."""
        ...

    def payments(self, query: PaymentQuery) -> tuple[Payment, ...]:
        """Give payments, newest first."""
        ...

    def strays(self, seller_id: SellerId, limit: int = 100) -> tuple[StrayNotices, ...]:
        """Give what a processor told of charges that nobody asked for, by their ids."""
        ...

    def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """Give a ledger account with its counters."""
        ...

    def balance(self, ledger_id: str, at: datetime | None = None) -> Balance:
        """Give what a tracked ledger account holds, or held at an instant, end included."""
        ...

    def statement(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[StatementLine, ...]:
        """Give an account's lines recorded from `since` to before `until`, oldest first."""
        ...

    def journal(self, kind: str, key: str) -> tuple[Any, ...]:
        """Give the events of one stream, oldest first."""
        ...

    def messages(self, limit: int = 100, seller_id: SellerId | None = None) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, of one seller or of all."""
        ...

    def login(self, user_id: UserId) -> Login | None:
        """Give a user's log-in."""
        ...

    def login_named(self, seller_id: SellerId, name: str) -> Login | None:
        """Give the log-in of a name, as `logins.login_name` gives it."""
        ...

    def login_with_token(self, token: str) -> Login | None:
        """Give the log-in a token is good for, by the token's digest; it may be too old."""
        ...

    def password_hash(self, user_id: UserId) -> str | None:
        """Give the hash of a user's password, for whoever checks passwords; it is never shown."""
        ...

    def session(self, token: str) -> SessionFacts:
        """Give the session of a token, by the token's digest, and what it depends on."""
        ...

    def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        """Give a user's sessions that were not ended, newest first; see `logins.who`."""
        ...

    def deeds(self, query: DeedQuery) -> tuple[Deed, ...]:
        """Give who did what, newest first."""
        ...

    def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference found."""
        ...


class AsyncStore(
    AsyncAgenda, AsyncFileIndex, AsyncOutbox, AsyncRecordings, AsyncUserLists, Protocol
):
    """A store, async: the same names as `Store`, to be awaited."""

    async def run(self, case: UseCase[Any, Any, A]) -> A:
        """As `Store.run`."""
        ...

    async def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """As `Store.run_many`."""
        ...

    async def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """As `Store.post`."""
        ...

    async def seller(self, seller_id: SellerId) -> Seller | None:
        """As `Store.seller`."""
        ...

    async def sellers(self) -> tuple[Seller, ...]:
        """As `Store.sellers`."""
        ...

    async def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """As `Store.accounts`."""
        ...

    async def users(self, account_id: AccountId) -> tuple[User, ...]:
        """As `Store.users`."""
        ...

    async def user(self, user_id: UserId) -> User | None:
        """As `Store.user`."""
        ...

    async def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """As `Store.orders`."""
        ...

    async def order_usage(self, order_id: OrderId, at: datetime) -> tuple[Usage, ...]:
        """As `Store.order_usage`."""
        ...

    async def order_money(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[OrderMoney, ...]:
        """As `Store.order_money`."""
        ...

    async def scope(self, viewer_id: UserId) -> Scope | None:
        """As `Store.scope`."""
        ...

    async def covered(self, seen: Scope, owner_ids: Iterable[UserId]) -> frozenset[UserId]:
        """As `Store.covered`."""
        ...

    async def lead(self, lead_id: LeadId) -> Lead | None:
        """As `Store.lead`."""
        ...

    async def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """As `Store.leads`."""
        ...

    async def others(self, lead: Lead) -> tuple[Lead, ...]:
        """As `Store.others`."""
        ...

    async def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """As `Store.refunds`."""
        ...

    async def refund_page(self, query: RefundQuery) -> RefundPage:
        """As `Store.refund_page`."""
        ...

    async def contact_point(self, seller_id: SellerId, address: str) -> ContactPoint | None:
        """As `Store.contact_point`."""
        ...

    async def reviews(self, seller_id: SellerId, limit: int = 100) -> tuple[ContactPoint, ...]:
        """As `Store.reviews`."""
        ...

    async def payment(self, payment_id: str) -> Payment | None:
        """As `Store.payment`."""
        ...

    async def payments(self, query: PaymentQuery) -> tuple[Payment, ...]:
        """As `Store.payments`."""
        ...

    async def strays(self, seller_id: SellerId, limit: int = 100) -> tuple[StrayNotices, ...]:
        """As `Store.strays`."""
        ...

    async def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """As `Store.ledger_account`."""
        ...

    async def balance(self, ledger_id: str, at: datetime | None = None) -> Balance:
        """As `Store.balance`."""
        ...

    async def statement(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[StatementLine, ...]:
        """As `Store.statement`."""
        ...

    async def journal(self, kind: str, key: str) -> tuple[Any, ...]:
        """As `Store.journal`."""
        ...

    async def messages(
        self, limit: int = 100, seller_id: SellerId | None = None
    ) -> tuple[Message, ...]:
        """As `Store.messages`."""
        ...

    async def login(self, user_id: UserId) -> Login | None:
        """As `Store.login`."""
        ...

    async def login_named(self, seller_id: SellerId, name: str) -> Login | None:
        """As `Store.login_named`."""
        ...

    async def login_with_token(self, token: str) -> Login | None:
        """As `Store.login_with_token`."""
        ...

    async def password_hash(self, user_id: UserId) -> str | None:
        """As `Store.password_hash`."""
        ...

    async def session(self, token: str) -> SessionFacts:
        """As `Store.session`."""
        ...

    async def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        """As `Store.sessions`."""
        ...

    async def deeds(self, query: DeedQuery) -> tuple[Deed, ...]:
        """As `Store.deeds`."""
        ...

    async def audit(self) -> tuple[str, ...]:
        """As `Store.audit`."""
        ...
