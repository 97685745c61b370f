"""What leadcore asks of a store, as narrow protocols; adapters implement them, nothing else does.

A use case says what it `needs` and what it would `decide` on the facts. A store's `run` loads those
facts, calls `decide`, and commits the outcome, all in one transaction; on `Conflict` it starts
again. Sync and async stores have the same names, so every rule is shared and only the shell is
written twice.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from attrs import field, frozen

from leadcore.accounts import Account, Seller
from leadcore.balances import Balance, Entry, LedgerAccount, Posted, Rejected, Transfer
from leadcore.decider import Versioned
from leadcore.distribution import Candidate
from leadcore.downline import Scope, Tree
from leadcore.leads import Lead, LeadStatus
from leadcore.orders import Order, Standing
from leadcore.people import User
from leadcore.refunds.life import Refund, RefundStatus
from leadcore.submissions import LeadKind
from leadcore.values import (
    AccountId,
    LeadId,
    OrderId,
    RefundId,
    SellerId,
    UserId,
    optional_instant,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadcore.notices import Message
    from leadcore.outcomes import Outcome

__all__ = [
    "AccountFacts",
    "AccountNeeds",
    "AsyncStore",
    "LeadFacts",
    "LeadNeeds",
    "LeadQuery",
    "LeadSort",
    "OfferFacts",
    "OfferNeeds",
    "OrderFacts",
    "OrderNeeds",
    "RefundCaseFacts",
    "RefundNeeds",
    "RefundQuery",
    "SellerFacts",
    "SellerNeeds",
    "StatementLine",
    "Store",
    "UseCase",
    "UserFacts",
    "UserNeeds",
]

N_co = TypeVar("N_co", covariant=True)
F_contra = TypeVar("F_contra", contravariant=True)
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class UseCase(Protocol[N_co, F_contra, A_co]):
    """A pure use case: what it needs to know, and what follows from it."""

    @property
    def needs(self) -> N_co:
        """Which facts it needs; one of the `…Needs` of this module."""
        ...

    def decide(self, facts: F_contra) -> Outcome[A_co]:
        """Say what follows; called again with fresh facts after a `Conflict`."""
        ...


@frozen
class SellerNeeds:
    """One seller."""

    seller_id: SellerId


@frozen(kw_only=True)
class SellerFacts:
    """One seller; state None and version 0 where nothing is recorded yet."""

    seller: Versioned[Seller | None]


@frozen
class AccountNeeds:
    """One account, its seller and its ledger account; and a transfer, if it is there already."""

    account_id: AccountId
    seller_id: SellerId
    transfer_id: str | None = None


@frozen(kw_only=True)
class AccountFacts:
    """One account; `ledger` is its prepaid account on the ledger, None before it is opened.

    `transfer` is the one that was asked for by its id, if it was posted before.
    """

    seller: Seller | None
    account: Versioned[Account | None]
    ledger: LedgerAccount | None
    transfer: Transfer | None = None


@frozen
class OrderNeeds:
    """One order and the account and users it may concern."""

    order_id: OrderId
    account_id: AccountId


@frozen(kw_only=True)
class OrderFacts:
    """One order; `users` are all of the account."""

    account: Account | None
    order: Versioned[Order | None]
    standing: Standing
    users: tuple[User, ...]


@frozen
class UserNeeds:
    """One user and the tree of the account the user is in or to be in."""

    user_id: UserId
    account_id: AccountId


@frozen(kw_only=True)
class UserFacts:
    """One user; the tree's version counts the moves in the account (stream `tree`)."""

    account: Account | None
    user: Versioned[User | None]
    tree: Versioned[Tree]


@frozen
class LeadNeeds:
    """One lead and one who wants to do something with it."""

    lead_id: LeadId
    viewer_id: UserId


@frozen(kw_only=True)
class LeadFacts:
    """One lead, the viewer, and the tree of the viewer's account."""

    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree


@frozen(kw_only=True)
class OfferNeeds:
    """What is needed to offer a lead: by source key for a new one, by id for a known one.

    Attributes:
        source_key: find an earlier reception of the same submission; None for a known lead.
        lead_id: the known lead; None for a new one.
        keys: the person's keys; empty for a known lead (a store makes them of its submission).
    """

    seller_id: SellerId
    source_key: str | None = None
    lead_id: LeadId | None = None
    keys: tuple[str, ...] = ()


@frozen(kw_only=True)
class OfferFacts:
    """What is known when a lead is offered.

    Attributes:
        seller: None where there is no such seller.
        lead: the earlier reception, or the known lead; state None where there is none.
        history: other leads of the person (sharing a key), whatever their state.
        key_counts: for each of the person's keys, how many leads claimed it so far.
        candidates: every order of the seller that is not closed, with `returned_person` and
            `has_person` left False: the use case works them out of the history.
        order_versions: the version of each candidate's order.
        users: the orders' associates.
    """

    seller: Seller | None
    lead: Versioned[Lead | None]
    history: tuple[Versioned[Lead], ...] = ()
    key_counts: dict[str, int] = field(factory=dict)
    candidates: tuple[Candidate, ...] = ()
    order_versions: dict[OrderId, int] = field(factory=dict)
    users: dict[UserId, User] = field(factory=dict)


@frozen(kw_only=True)
class RefundNeeds:
    """A refund request to be made (by lead) or decided on (by id).

    Attributes:
        lead_id: for a new request.
        refund_id: for a known one, or the id of the new one.
        user_id: who asks; None for the seller's staff.
        other_lead: the lead a request names beside its own.
    """

    refund_id: RefundId
    lead_id: LeadId | None = None
    user_id: UserId | None = None
    other_lead: LeadId | None = None


@frozen(kw_only=True)
class RefundCaseFacts:
    """What is known of a refund and all it touches.

    Attributes:
        refund: the request; state None for a new one.
        earlier: other requests for the same sale.
        lead: the lead; state None where there is none.
        history: other leads of the same person.
        order, standing: the order it was sold under.
        ledger: the account's prepaid account.
        viewer: who asks, if anybody; `tree` is of that user's account.
        requester: who made the request, to be told.
        other: the lead the request names beside its own; None where there is none.
        key_counts: for each of the person's keys, how often it was claimed so far.
    """

    seller: Seller | None
    refund: Versioned[Refund | None]
    earlier: tuple[Refund, ...]
    lead: Versioned[Lead | None]
    history: tuple[Lead, ...]
    order: Versioned[Order | None]
    standing: Standing
    ledger: LedgerAccount | None
    viewer: User | None
    tree: Tree
    requester: User | None
    other: Lead | None = None
    key_counts: dict[str, int] = field(factory=dict[str, int])


class LeadSort(Enum):
    """By which instant leads are listed; always newest first."""

    RECEIVED = "received"
    SOLD = "sold"


@frozen(kw_only=True)
class LeadQuery:
    """Which leads to list, newest first.

    With a scope only leads that its viewer sees are listed: sold to the account, not refunded, and
    assigned within the viewer's reach. Without one it is the seller's own staff that asks.

    Attributes:
        seller_id: whose leads.
        scope: what the viewer may see; None for the seller's staff.
        statuses, kind: only these; None for all.
        since, until: received (or sold, by `sort`) from the first to before the second.
        text: found in the name, a phone or an e-mail, without regard to case; None for all.
        limit: at most so many.
        after: the id of the last lead of the page before; None for the first page.
    """

    seller_id: SellerId
    scope: Scope | None = None
    statuses: frozenset[LeadStatus] | None = None
    kind: LeadKind | None = None
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    text: str | None = None
    sort: LeadSort = LeadSort.RECEIVED
    limit: int = 50
    after: LeadId | None = None


@frozen(kw_only=True)
class RefundQuery:
    """Which refund requests to list, newest first.

    Attributes:
        account_id: of one account; None for all of the seller.
        statuses: only these; None for all.
        since, until: requested from the first to before the second.
    """

    seller_id: SellerId
    account_id: AccountId | None = None
    statuses: frozenset[RefundStatus] | None = None
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    limit: int = 100


@frozen(kw_only=True)
class StatementLine:
    """One line of an account's statement: the entry and the transfer behind it."""

    entry: Entry
    transfer: Transfer


class Store(Protocol):
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

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead, whoever asks; a viewer's right is checked with `back_office.sees`."""
        ...

    def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        ...

    def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests."""
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

    def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference found."""
        ...


class AsyncStore(Protocol):
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

    async def lead(self, lead_id: LeadId) -> Lead | None:
        """As `Store.lead`."""
        ...

    async def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """As `Store.leads`."""
        ...

    async def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """As `Store.refunds`."""
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

    async def audit(self) -> tuple[str, ...]:
        """As `Store.audit`."""
        ...
