"""What the reference store holds, and the reads it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve as replace

from leadcore import wire
from leadcore.back_office.reminding import duty_due
from leadcore.balances import Balance, Book, Entry, LedgerAccount, TransferKind, balance_at
from leadcore.contact_points import point_id
from leadcore.decider import Versioned
from leadcore.downline import Tree, scope
from leadcore.leads import Lead, LeadStatus, untried_until
from leadcore.orders import OrderMoney, Standing, Usage, fold_money
from leadcore.ports import (
    LeadSort,
    RefundDate,
    RefundPage,
    RefundSort,
    StatementLine,
    lead_sort_key,
)
from leadcore.submissions import person_keys, search_text
from leadcore.testing.memory import logins
from leadcore.testing.memory.usage import UsageKey, usage_at
from leadcore.values import OrderId

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.accounts import Account, Seller
    from leadcore.contact_points import ContactPoint
    from leadcore.downline import Scope
    from leadcore.files import Room
    from leadcore.logins import Deed, Login, Session, SessionFacts
    from leadcore.notices import Message
    from leadcore.orders import Order
    from leadcore.payments import Payment, StrayNotices
    from leadcore.people import User
    from leadcore.ports import DeedQuery, LeadQuery, PaymentQuery, RefundQuery
    from leadcore.refunds import Refund
    from leadcore.values import AccountId, LeadId, SellerId, UserId

__all__ = ["Rows"]

_COUNTED = frozenset(
    {TransferKind.CHARGE, TransferKind.CAPTURE, TransferKind.REFUND, TransferKind.REFUND_REVERSAL}
)


class Rows:
    """Rows, journal, ledger, claims and outbox in memory, and what can be read of them.

    Attributes:
        rows: by kind and id, the present state and version of every stream.
        events: by kind and id, the journal.
        standings: by order id.
        usage: by order id, period and its first instant, the counts of caps.
        claims: by seller, key and ordinal, the lead that claimed it.
        outbox: by message id.
        book, entries: the ledger, and its lines by account.
        rooms: by key, how much is kept with leads and accounts.
        passwords: by user id, the hash of the password.
        deeds_done: by id, who did what.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Versioned[Any]] = {}
        self.events: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.standings: dict[str, Standing] = {}
        self.usage: dict[UsageKey, Usage] = {}
        self.claims: dict[tuple[str, str, int], str] = {}
        self.outbox: dict[str, Message] = {}
        self.book = Book()
        self.entries: dict[str, list[Entry]] = {}
        self.rooms: dict[str, Room] = {}
        self.passwords: dict[str, str] = {}
        self.deeds_done: dict[str, Deed] = {}

    def row(self, kind: str, key: str) -> Versioned[Any]:
        """Give a state with its version; version 0 where nothing is recorded."""
        return self.rows.get((kind, key), Versioned(None, 0))

    def started(self, kind: str, key: str) -> Versioned[Any]:
        """Give a state with its version; what the stream starts from where nothing is recorded."""
        return self.rows.get((kind, key), Versioned(wire.start_of(kind, key), 0))

    def every(self, kind: str) -> list[tuple[Any, int]]:
        """Give the states of a kind with their versions, by id."""
        mine = sorted(key for key in self.rows if key[0] == kind)
        return [(seen.state, seen.version) for seen in map(self.rows.__getitem__, mine)]

    def tree(self, account_id: AccountId) -> Tree:
        """Give an account's tree."""
        return Tree.of(self.users(account_id))

    def tree_about(self, viewer: User | None, lead: Lead | None) -> Tree:
        """Give the tree of the account a lead was sold to, else of the viewer's."""
        if viewer is None:
            return Tree({})
        sold_to = lead.sale.account_id if lead is not None and lead.sale is not None else None
        return self.tree(sold_to or viewer.account_id)

    def by_source_key(self, seller_id: SellerId, source_key: str | None) -> Versioned[Any]:
        """Give the lead that was received under a source key."""
        for lead, version in self.every("lead"):
            if (lead.seller_id, lead.source_key) == (seller_id, source_key):
                return Versioned(lead, version)
        return Versioned(None, 0)

    def claimed(self, seller_id: SellerId, key: str) -> int:
        """Give how many leads claimed a key."""
        return sum(1 for claim in self.claims if claim[:2] == (seller_id, key))

    def history(
        self, seller_id: SellerId, keys: tuple[str, ...], besides: Lead | None
    ) -> tuple[Versioned[Lead], ...]:
        """Give the leads that claimed any of these keys, by id, but for one."""
        found = {
            lead_id
            for (seller, key, _), lead_id in self.claims.items()
            if seller == seller_id and key in keys
        }
        mine = None if besides is None else besides.id
        return tuple(self.row("lead", lead_id) for lead_id in sorted(found) if lead_id != mine)

    def others(self, lead: Lead) -> tuple[Lead, ...]:
        """Give the seller's other leads of a lead's person that were ever sold, by id."""
        found = self.history(lead.seller_id, person_keys(lead.submission), lead)
        return tuple(seen.state for seen in found if seen.state.sale is not None)

    def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        found: Seller | None = self.row("seller", seller_id).state
        return found

    def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        return tuple(one for one, _ in self.every("seller"))

    def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        return tuple(one for one, _ in self.every("account") if one.seller_id == seller_id)

    def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        return tuple(one for one, _ in self.every("user") if one.account_id == account_id)

    def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        found: User | None = self.row("user", user_id).state
        return found

    def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        return tuple(
            (order, self.standings.get(order.id, Standing()))
            for order, _ in self.every("order")
            if order.seller_id == seller_id and account_id in {None, order.account_id}
        )

    def order_usage(self, order_id: OrderId, at: datetime) -> tuple[Usage, ...]:
        """Give what an order was sold in the periods of its caps at an instant."""
        order: Order | None = self.row("order", order_id).state
        return usage_at(self, order, at) if order else ()

    def order_money(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[OrderMoney, ...]:
        """Give what the ledger says of the orders of a seller or of one account, by id."""
        moved: dict[OrderId, list[tuple[TransferKind, int]]] = {}
        for transfer in self.book.transfers.values():
            if transfer.order_id is not None and transfer.kind in _COUNTED:
                one = (transfer.kind, transfer.amount.minor)
                moved.setdefault(OrderId(transfer.order_id), []).append(one)
        return tuple(
            fold_money(order.id, moved[order.id])
            for order, _ in self.orders(seller_id, account_id)
            if order.id in moved
        )

    def scope(self, viewer_id: UserId) -> Scope | None:
        """Give what a user may see; None where there is no such user."""
        viewer = self.user(viewer_id)
        return None if viewer is None else scope(viewer, self.tree(viewer.account_id))

    def covered(self, seen: Scope, owner_ids: Iterable[UserId]) -> frozenset[UserId]:
        """Give those of the users whose leads a scope covers."""
        tree = self.tree(seen.account_id)
        return frozenset(
            owner
            for owner in owner_ids
            if owner in tree and seen.covers(seen.account_id, owner, tree)
        )

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead."""
        found: Lead | None = self.row("lead", lead_id).state
        return found

    def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        found = [lead for lead, _ in self.every("lead") if self._asked_for(lead, query)]
        found.sort(key=lambda lead: (query.key(lead), lead.id), reverse=query.falling[0])
        return tuple([lead for lead in found if query.is_behind(lead)][: query.limit])

    def _asked_for(self, lead: Lead, query: LeadQuery) -> bool:
        due, duty, after = untried_until(lead), duty_due(lead), query.duty_after
        late = query.duty_by is None or duty is None or after is None or duty > after
        instant = query.sort if query.sort.newest_first else LeadSort.RECEIVED
        when: Any = lead_sort_key(lead, instant)
        tests = (
            query.overdue_at is None or (due is not None and due < query.overdue_at),
            query.duty_by is None or (duty is not None and duty <= query.duty_by),
            late,
            query.key(lead) is not None,
            lead.seller_id == query.seller_id,
            query.scope is None or self._in_scope(lead, query.scope),
            query.statuses is None or lead.status in query.statuses,
            query.kind is None or lead.submission.kind is query.kind,
            when is not None,
            when is not None and (query.since is None or when >= query.since),
            when is not None and (query.until is None or when < query.until),
            query.text is None or query.text.casefold() in search_text(lead.submission),
        )
        return all(tests)

    def _in_scope(self, lead: Lead, scope: Scope) -> bool:
        if lead.sale is None or lead.assigned_to is None or lead.status is not LeadStatus.SOLD:
            return False
        tree = self.tree(scope.account_id)
        return scope.covers(lead.sale.account_id, lead.assigned_to, tree)

    def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests."""
        return self._refunds(query)[: query.limit]

    def refund_page(self, query: RefundQuery) -> RefundPage:
        """Give refund requests, and how many the dates and the limit leave out."""
        within = self._refunds(query)
        always = self._refunds(replace(query, since=None, until=None))
        return RefundPage(
            refunds=within[: query.limit],
            outside=len(always) - len(within),
            beyond=max(0, len(within) - query.limit),
        )

    def _refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        found = [
            refund
            for refund, _ in self.every("refund")
            if refund.seller_id == query.seller_id
            and query.account_id in {None, refund.account_id}
            and query.sale_id in {None, refund.sale_id}
            and (query.statuses is None or refund.status in query.statuses)
            and (query.reasons is None or refund.reason in query.reasons)
            and _dated(refund, query)
        ]
        if query.sort is RefundSort.DUE:
            return tuple(sorted(found, key=lambda refund: (refund.expected.latest, refund.id)))
        found.sort(key=lambda refund: (refund.requested_at, refund.id), reverse=True)
        return tuple(found)

    def contact_point(self, seller_id: SellerId, address: str) -> ContactPoint | None:
        """Give what is recorded about a number or an e-mail address."""
        found: ContactPoint | None = self.row("contact_point", point_id(seller_id, address)).state
        return found

    def reviews(self, seller_id: SellerId, limit: int = 100) -> tuple[ContactPoint, ...]:
        """Give contact points with a reply that waits to be looked at, the oldest such first."""
        waiting = [
            (point.pending_since, point.id, point)
            for point, _ in self.every("contact_point")
            if point.seller_id == seller_id and point.pending_since is not None
        ]
        return tuple(point for _, _, point in sorted(waiting)[:limit])

    def payment(self, payment_id: str) -> Payment | None:
        """Give a payment."""
        found: Payment | None = self.row("payment", payment_id).state
        return found

    def by_reference(self, seller_id: SellerId, reference: str) -> Versioned[Any]:
        """Give the payment whose charge has an id of the processor's; the first by our id."""
        for payment, version in self.every("payment"):
            if (payment.seller_id, payment.reference) == (seller_id, reference):
                return Versioned(payment, version)
        return Versioned(None, 0)

    def payments(self, query: PaymentQuery) -> tuple[Payment, ...]:
        """Give payments, newest first."""
        found = [
            payment
            for payment, _ in self.every("payment")
            if payment.seller_id == query.seller_id
            and query.account_id in {None, payment.account_id}
            and (query.statuses is None or payment.status in query.statuses)
        ]
        found.sort(key=lambda payment: (payment.requested_at, payment.id), reverse=True)
        return tuple(found[: query.limit])

    def strays(self, seller_id: SellerId, limit: int = 100) -> tuple[StrayNotices, ...]:
        """Give what a processor told of charges that nobody asked for, by their ids."""
        found = [stray for stray, _ in self.every("stray") if stray.seller_id == seller_id]
        return tuple(found[:limit])

    def ledger_account(self, ledger_id: str) -> LedgerAccount | None:
        """Give a ledger account with its counters."""
        return self.book.accounts.get(ledger_id)

    def balance(self, ledger_id: str, at: datetime | None = None) -> Balance:
        """Give what a tracked ledger account holds, or held at an instant."""
        account = self.book.accounts.get(ledger_id)
        if at is not None:
            return balance_at(self.entries.get(ledger_id, []), at)
        return Balance(account.posted, account.pending) if account else Balance(0, 0)

    def statement(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[StatementLine, ...]:
        """Give an account's lines, oldest first."""
        return tuple(
            StatementLine(entry=entry, transfer=self.book.transfers[entry.transfer_id])
            for entry in self.entries.get(ledger_id, [])
            if (since is None or entry.recorded_at >= since)
            and (until is None or entry.recorded_at < until)
        )

    def login(self, user_id: UserId) -> Login | None:
        """Give a user's log-in."""
        found: Login | None = self.row("login", user_id).state
        return found

    def login_named(self, seller_id: SellerId, name: str) -> Login | None:
        """Give the log-in of a name."""
        return logins.login_named(self, seller_id, name)

    def login_with_token(self, token: str) -> Login | None:
        """Give the log-in a token is good for, by the token's digest."""
        return logins.login_with_token(self, token)

    def password_hash(self, user_id: UserId) -> str | None:
        """Give the hash of a user's password."""
        return self.passwords.get(user_id)

    def session(self, token: str) -> SessionFacts:
        """Give the session of a token, by the token's digest, and what it depends on."""
        return logins.session(self, token)

    def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        """Give a user's sessions that were not ended, newest first."""
        return logins.sessions(self, user_id)

    def deeds(self, query: DeedQuery) -> tuple[Deed, ...]:
        """Give who did what, newest first."""
        return logins.deeds(self, query)

    def journal(self, kind: str, key: str) -> tuple[Any, ...]:
        """Give the events of one stream, oldest first."""
        return self.events.get((kind, key), ())

    def messages(self, limit: int = 100, seller_id: SellerId | None = None) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, oldest first."""
        mine = [
            one
            for one in self.outbox.values()
            if seller_id in {None, one.seller_id} and self.started("letter", one.id).state.is_open
        ]
        waiting = sorted(mine, key=lambda message: (message.at, message.id))
        return tuple(waiting[:limit])


def _dated(refund: Refund, query: RefundQuery) -> bool:
    if query.since is None and query.until is None:
        return True
    when = refund.requested_at if query.dated is RefundDate.REQUESTED else refund.decided_at
    if when is None:
        return False
    return not (query.since and when < query.since) and not (query.until and when >= query.until)
