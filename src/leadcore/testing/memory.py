"""The reference store: everything in dictionaries, so plain that it is easy to believe.

Adapters are proved by doing the same as this one. It is for tests: one thread, nothing is kept
when the process ends, and a failed commit leaves no trace because everything is checked first.
"""

from __future__ import annotations

from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import evolve as replace

from leadcore import wire
from leadcore.accounts import Account, Seller, prepaid_account
from leadcore.balances import (
    Balance,
    Book,
    Code,
    Entry,
    KeyConflict,
    LedgerAccount,
    Posted,
    Rejected,
    Transfer,
    balance_at,
    post,
    verify,
)
from leadcore.decider import Change, Versioned, fold
from leadcore.distribution import Candidate, purse
from leadcore.downline import Tree
from leadcore.errors import Conflict, Malformed
from leadcore.leads import Lead, LeadStatus, standing_deltas
from leadcore.orders import Order, OrderStatus, Standing
from leadcore.people import User
from leadcore.ports import (
    AccountFacts,
    AccountNeeds,
    LeadFacts,
    LeadNeeds,
    LeadQuery,
    LeadSort,
    OfferFacts,
    OfferNeeds,
    OrderFacts,
    OrderNeeds,
    RefundCaseFacts,
    RefundNeeds,
    RefundQuery,
    SellerFacts,
    SellerNeeds,
    StatementLine,
    UserFacts,
    UserNeeds,
)
from leadcore.refunds import Refund
from leadcore.submissions import person_keys, search_text
from leadcore.values import Unlimited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from leadcore.notices import Message
    from leadcore.outcomes import Outcome, StandingDelta
    from leadcore.ports import UseCase
    from leadcore.values import AccountId, LeadId, OrderId, SellerId, UserId

__all__ = ["MemoryStore"]

A = TypeVar("A")

_TURNS = 8

_MOVES = frozenset({Code.INSUFFICIENT_FUNDS, Code.ACCOUNT_FROZEN, Code.ACCOUNT_CLOSED})
"""Rejections that fresh facts may undo: the guards of a store."""


class MemoryStore:
    """Keeps rows, journal, ledger, claims and outbox in memory; see `leadcore.ports.Store`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Versioned[Any]] = {}
        self.events: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.standings: dict[str, Standing] = {}
        self.claims: dict[tuple[str, str, int], str] = {}
        self.outbox: dict[str, Message] = {}
        self.book = Book()
        self.entries: dict[str, list[Entry]] = {}
        self.clock: datetime | None = None

    # ---------------------------------------------------------------------------- use cases

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit, again on `Conflict`, a few times."""
        for turn in range(_TURNS):
            outcome = case.decide(self.load(case.needs))
            try:
                self.commit(outcome)
            except Conflict:
                if turn + 1 == _TURNS:
                    raise
            else:
                return outcome.answer
        raise AssertionError("the last turn returns or raises")

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order, all or none."""
        before = self._snapshot()
        try:
            return tuple(self.run(case) for case in cases)
        except BaseException:
            self._restore(before)
            raise

    def _snapshot(self) -> tuple[Any, ...]:
        entries = {name: list(lines) for name, lines in self.entries.items()}
        return (
            dict(self.rows),
            dict(self.events),
            dict(self.standings),
            dict(self.claims),
            dict(self.outbox),
            self.book,
            entries,
        )

    def _restore(self, kept: tuple[Any, ...]) -> None:
        (
            self.rows,
            self.events,
            self.standings,
            self.claims,
            self.outbox,
            self.book,
            self.entries,
        ) = kept

    def commit(self, outcome: Outcome[Any]) -> None:
        """Commit an outcome whole, or raise and change nothing.

        Raises:
            Conflict: a guard failed.
            Malformed: the ledger rejected the transfers for good.
        """
        self._check(outcome)
        posted = self._posted(outcome)
        for change in outcome.changes:
            key = (change.kind, change.id)
            self.rows[key] = Versioned(change.state, change.version)
            self.events[key] = (*self.events.get(key, ()), *change.events)
        for account in outcome.opened:
            self.book = replace(self.book, accounts={**self.book.accounts, account.id: account})
        if posted is not None:
            self._keep(outcome.transfers, posted)
        for claim in outcome.claims:
            self.claims[claim.seller_id, claim.key, claim.ordinal] = claim.lead_id
        for delta in outcome.standings:
            self.standings[delta.order_id] = self._moved(delta)
        self.outbox.update({message.id: message for message in outcome.messages})

    def _check(self, outcome: Outcome[Any]) -> None:
        for change in outcome.changes:
            self._check_version(change)
        for account in outcome.opened:
            if account.id in self.book.accounts:
                raise Conflict(f"ledger account {account.id}")
        for claim in outcome.claims:
            if (claim.seller_id, claim.key, claim.ordinal) in self.claims:
                raise Conflict(f"claim {claim.key}/{claim.ordinal}")
        for delta in outcome.standings:
            self._check_standing(delta)

    def _check_version(self, change: Change) -> None:
        if self._row(change.kind, change.id).version != change.expected:
            raise Conflict(f"{change.kind} {change.id}")
        if change.kind == "lead" and change.expected == 0:
            lead = cast("Lead", change.state)
            if self._by_source_key(lead.seller_id, lead.source_key).version:
                raise Conflict(f"source key {lead.source_key}")

    def _check_standing(self, delta: StandingDelta) -> None:
        seen = self._row("order", delta.order_id).version
        if delta.expected_version is not None and seen != delta.expected_version:
            raise Conflict(f"order {delta.order_id}")
        full = delta.limit is not None and not isinstance(delta.limit, Unlimited)
        if full and self._moved(delta).sold > cast("int", delta.limit):
            raise Conflict(f"places of order {delta.order_id}")

    def _moved(self, delta: StandingDelta) -> Standing:
        now = self.standings.get(delta.order_id, Standing())
        return Standing(sold=now.sold + delta.sold, credit=now.credit + delta.credit)

    def _posted(self, outcome: Outcome[Any]) -> Posted | None:
        if not outcome.transfers:
            return None
        at = max(transfer.effective_at for transfer in outcome.transfers)
        result = post(self.book, outcome.transfers, at=at)
        if isinstance(result, KeyConflict):
            raise Malformed.at("transfers", f"{result.id!r} was used for something else")
        if isinstance(result, Rejected):
            if result.code in _MOVES and not result.replayed:
                raise Conflict(f"ledger: {result.sentence}")
            raise Malformed.at("transfers", result.sentence)
        return result

    def _keep(self, batch: tuple[Transfer, ...], result: Posted | Rejected) -> None:
        at = result.at if isinstance(result, Posted) else batch[0].effective_at
        self.book = self.book.after(batch, result, at=at)
        if isinstance(result, Posted):
            for entry in result.entries:
                self.entries.setdefault(entry.account, []).append(entry)

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger; see `Store.post`."""
        answers: list[Posted | Rejected] = []
        for batch in batches:
            result = post(self.book, batch, at=at)
            if isinstance(result, KeyConflict):
                raise Malformed.at("transfers", f"{result.id!r} was used for something else")
            self.book = self.book.after(batch, result, at=at)
            if isinstance(result, Posted):
                for entry in result.entries:
                    self.entries.setdefault(entry.account, []).append(entry)
            answers.append(result)
        return tuple(answers)

    # -------------------------------------------------------------------------------- facts

    @singledispatchmethod
    def load(self, needs: object) -> Any:  # noqa: ANN401 - each needs has facts of its own
        """Load the facts a use case needs."""
        raise TypeError(f"no facts are known for {type(needs).__name__}")

    @load.register
    def _(self, needs: SellerNeeds) -> SellerFacts:
        return SellerFacts(seller=self._row("seller", needs.seller_id))

    @load.register
    def _(self, needs: AccountNeeds) -> AccountFacts:
        return AccountFacts(
            seller=self.seller(needs.seller_id),
            account=self._row("account", needs.account_id),
            ledger=self.ledger_account(prepaid_account(needs.account_id)),
        )

    @load.register
    def _(self, needs: OrderNeeds) -> OrderFacts:
        return OrderFacts(
            account=self._row("account", needs.account_id).state,
            order=self._row("order", needs.order_id),
            standing=self.standings.get(needs.order_id, Standing()),
            users=self.users(needs.account_id),
        )

    @load.register
    def _(self, needs: UserNeeds) -> UserFacts:
        return UserFacts(
            account=self._row("account", needs.account_id).state,
            user=self._row("user", needs.user_id),
            tree=Versioned(
                self._tree(needs.account_id), self._row("tree", needs.account_id).version
            ),
        )

    @load.register
    def _(self, needs: LeadNeeds) -> LeadFacts:
        viewer = self.user(needs.viewer_id)
        return LeadFacts(
            lead=self._row("lead", needs.lead_id),
            viewer=viewer,
            tree=self._tree(viewer.account_id) if viewer else Tree({}),
        )

    @load.register
    def _(self, needs: OfferNeeds) -> OfferFacts:
        if needs.lead_id is not None:
            lead = self._row("lead", needs.lead_id)
        else:
            lead = self._by_source_key(needs.seller_id, needs.source_key)
        keys = needs.keys if lead.state is None else person_keys(lead.state.submission)
        open_orders = [
            (order, version)
            for order, version in self._all("order")
            if order.seller_id == needs.seller_id and order.status is OrderStatus.OPEN
        ]
        return OfferFacts(
            seller=self.seller(needs.seller_id),
            lead=lead,
            history=self._history(needs.seller_id, keys, besides=lead.state),
            key_counts={key: self._claimed(needs.seller_id, key) for key in keys},
            candidates=tuple(self._candidate(order) for order, _ in open_orders),
            order_versions={order.id: version for order, version in open_orders},
            users={
                user.id: user for order, _ in open_orders for user in self.users(order.account_id)
            },
        )

    @load.register
    def _(self, needs: RefundNeeds) -> RefundCaseFacts:
        refund: Versioned[Refund | None] = self._row("refund", needs.refund_id)
        lead_id = refund.state.lead_id if refund.state else needs.lead_id
        lead: Versioned[Lead | None] = self._row("lead", lead_id or "")
        sale = lead.state.sale if lead.state else None
        viewer = self.user(needs.user_id) if needs.user_id else None
        keys = person_keys(lead.state.submission) if lead.state else ()
        history = self._history(lead.state.seller_id, keys, lead.state) if lead.state else ()
        return RefundCaseFacts(
            seller=self.seller(lead.state.seller_id) if lead.state else None,
            refund=refund,
            earlier=tuple(
                other
                for other, _ in self._all("refund")
                if sale and other.sale_id == sale.id and other.id != needs.refund_id
            ),
            lead=lead,
            history=tuple(seen.state for seen in history),
            order=self._row("order", sale.order_id if sale else ""),
            standing=self.standings.get(sale.order_id if sale else "", Standing()),
            ledger=self.ledger_account(prepaid_account(sale.account_id)) if sale else None,
            viewer=viewer,
            tree=self._tree(viewer.account_id) if viewer else Tree({}),
            requester=self.user(refund.state.requested_by) if refund.state else viewer,
        )

    def _candidate(self, order: Order) -> Candidate:
        account: Account | None = self._row("account", order.account_id).state
        user = self.user(order.terms.user_id)
        return Candidate(
            order=order,
            standing=self.standings.get(order.id, Standing()),
            account_active=account is not None and account.is_active,
            recipient_enabled=user is not None and user.enabled,
            available=purse(self.ledger_account(prepaid_account(order.account_id))),
        )

    def _row(self, kind: str, key: str) -> Versioned[Any]:
        return self.rows.get((kind, key), Versioned(None, 0))

    def _all(self, kind: str) -> list[tuple[Any, int]]:
        return [
            (seen.state, seen.version)
            for (other, _), seen in sorted(self.rows.items(), key=lambda item: item[0])
            if other == kind
        ]

    def _tree(self, account_id: AccountId) -> Tree:
        return Tree.of(self.users(account_id))

    def _by_source_key(self, seller_id: SellerId, source_key: str | None) -> Versioned[Any]:
        for lead, version in self._all("lead"):
            if (lead.seller_id, lead.source_key) == (seller_id, source_key):
                return Versioned(lead, version)
        return Versioned(None, 0)

    def _claimed(self, seller_id: SellerId, key: str) -> int:
        return sum(1 for claim in self.claims if claim[:2] == (seller_id, key))

    def _history(
        self, seller_id: SellerId, keys: tuple[str, ...], besides: Lead | None
    ) -> tuple[Versioned[Lead], ...]:
        found = {
            lead_id
            for (seller, key, _), lead_id in self.claims.items()
            if seller == seller_id and key in keys
        }
        mine = None if besides is None else besides.id
        return tuple(self._row("lead", lead_id) for lead_id in sorted(found) if lead_id != mine)

    # -------------------------------------------------------------------------------- reads

    def seller(self, seller_id: SellerId) -> Seller | None:
        """Give a seller."""
        return self._row("seller", seller_id).state

    def sellers(self) -> tuple[Seller, ...]:
        """Give every seller, by id."""
        return tuple(one for one, _ in self._all("seller"))

    def accounts(self, seller_id: SellerId) -> tuple[Account, ...]:
        """Give a seller's accounts, by id."""
        return tuple(one for one, _ in self._all("account") if one.seller_id == seller_id)

    def users(self, account_id: AccountId) -> tuple[User, ...]:
        """Give an account's users, by id."""
        return tuple(one for one, _ in self._all("user") if one.account_id == account_id)

    def user(self, user_id: UserId) -> User | None:
        """Give a user."""
        return self._row("user", user_id).state

    def orders(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[tuple[Order, Standing], ...]:
        """Give the orders of a seller or of one account, by id."""
        return tuple(
            (order, self.standings.get(order.id, Standing()))
            for order, _ in self._all("order")
            if order.seller_id == seller_id and account_id in {None, order.account_id}
        )

    def lead(self, lead_id: LeadId) -> Lead | None:
        """Give a lead."""
        return self._row("lead", lead_id).state

    def leads(self, query: LeadQuery) -> tuple[Lead, ...]:
        """Give a page of leads."""
        found = [lead for lead, _ in self._all("lead") if self._asked_for(lead, query)]
        found.sort(key=lambda lead: (_sorted_by(lead, query.sort), lead.id), reverse=True)
        if query.after is not None:
            ids = [lead.id for lead in found]
            found = found[ids.index(query.after) + 1 :] if query.after in ids else []
        return tuple(found[: query.limit])

    def _asked_for(self, lead: Lead, query: LeadQuery) -> bool:
        when = _sorted_by(lead, query.sort)
        tests = (
            lead.seller_id == query.seller_id,
            query.scope is None or self._in_scope(lead, query),
            query.statuses is None or lead.status in query.statuses,
            query.kind is None or lead.submission.kind is query.kind,
            when is not None,
            when is not None and (query.since is None or when >= query.since),
            when is not None and (query.until is None or when < query.until),
            query.text is None or query.text.casefold() in search_text(lead.submission),
        )
        return all(tests)

    def _in_scope(self, lead: Lead, query: LeadQuery) -> bool:
        held = lead.sale is not None and lead.status is LeadStatus.SOLD and lead.assigned_to
        if query.scope is None or lead.sale is None or not held or lead.assigned_to is None:
            return False
        tree = self._tree(query.scope.account_id)
        return query.scope.covers(lead.sale.account_id, lead.assigned_to, tree)

    def refunds(self, query: RefundQuery) -> tuple[Refund, ...]:
        """Give refund requests, newest first."""
        found = [
            refund
            for refund, _ in self._all("refund")
            if refund.seller_id == query.seller_id
            and query.account_id in {None, refund.account_id}
            and (query.statuses is None or refund.status in query.statuses)
            and (query.since is None or refund.requested_at >= query.since)
            and (query.until is None or refund.requested_at < query.until)
        ]
        found.sort(key=lambda refund: (refund.requested_at, refund.id), reverse=True)
        return tuple(found[: query.limit])

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

    def journal(self, kind: str, key: str) -> tuple[Any, ...]:
        """Give the events of one stream, oldest first."""
        return self.events.get((kind, key), ())

    def messages(self, limit: int = 100) -> tuple[Message, ...]:
        """Give messages of the outbox that wait for delivery, oldest first."""
        waiting = sorted(self.outbox.values(), key=lambda message: (message.at, message.id))
        return tuple(waiting[:limit])

    def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference."""
        return (*self._audit_rows(), *self._audit_standings(), *self._audit_ledger())

    def _audit_rows(self) -> Iterable[str]:
        for (kind, key), seen in self.rows.items():
            _, evolve = wire.STATES[kind]
            start = wire.start_of(kind, key)
            if fold(evolve, start, self.events.get((kind, key), ())) != seen.state:
                yield f"{kind} {key}: the row is not the fold of its journal"

    def _audit_standings(self) -> Iterable[str]:
        folded: dict[OrderId, Standing] = {}
        for (kind, _), happened in self.events.items():
            for event in happened if kind == "lead" else ():
                for order_id, sold, credit in standing_deltas(event):
                    now = folded.get(order_id, Standing())
                    folded[order_id] = Standing(sold=now.sold + sold, credit=now.credit + credit)
        for order_id in {*folded, *self.standings}:
            if folded.get(cast("OrderId", order_id)) != self.standings.get(order_id):
                yield f"order {order_id}: its standing is not the fold of the journal"

    def _audit_ledger(self) -> Iterable[str]:
        for name, account in self.book.accounts.items():
            if account.tracked:
                found = verify(self.entries.get(name, []), account, self.book.holds.values())
                if found is not None:
                    yield (
                        f"ledger account {name}, entry {found.seq}: {found.what} is "
                        f"{found.found}, not {found.expected}"
                    )


def _sorted_by(lead: Lead, sort: LeadSort) -> Any:  # noqa: ANN401 - an instant, or None to leave out
    if sort is LeadSort.RECEIVED:
        return lead.received_at
    return lead.sale.sold_at if lead.sale else None
