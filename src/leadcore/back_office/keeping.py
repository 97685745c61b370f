"""Keep the books of people and things: sellers, accounts, orders, users, and an account's leads."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore import accounts, leads, orders, people
from leadcore.accounts import (
    Account,
    AccountCommand,
    OpenAccount,
    Seller,
    SellerTerms,
    SellerTermsSet,
    cash_account,
    prepaid_account,
    revenue_account,
)
from leadcore.balances import LedgerAccount, Transfer, TransferKind
from leadcore.decider import Versioned, change, fold
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, NotFound, Problem
from leadcore.intervals import zone_info
from leadcore.leads import AssignLead, Lead, LeadCommand, LeadStatus
from leadcore.orders import OpenOrder, Order, OrderCommand
from leadcore.outcomes import Outcome
from leadcore.people import AccountTree, AddUser, MoveUser, User, UserCommand
from leadcore.ports import (
    AccountFacts,
    AccountNeeds,
    LeadFacts,
    LeadNeeds,
    OrderFacts,
    OrderNeeds,
    SellerFacts,
    SellerNeeds,
    UserFacts,
    UserNeeds,
)
from leadcore.values import (
    UNLIMITED,
    AccountId,
    LeadId,
    Money,
    OrderId,
    SellerId,
    Unlimited,
    UserId,
    instant,
)

__all__ = ["Fund", "KeepAccount", "KeepOrder", "KeepUser", "SetSellerTerms", "WorkLead", "sees"]


@frozen(kw_only=True)
class SetSellerTerms:
    """Set a seller's terms; the first time, this makes the seller and its ledger accounts."""

    seller_id: SellerId
    terms: SellerTerms
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> SellerNeeds:
        """The seller, if there is one."""
        return SellerNeeds(self.seller_id)

    def decide(self, facts: SellerFacts) -> Outcome[Seller]:
        """Say what follows.

        Raises:
            Malformed: the terms make no sense; every problem is named.
        """
        _check_terms(self.terms)
        seen = facts.seller
        if seen.state is not None and seen.state.terms == self.terms:
            return Outcome(answer=seen.state)
        event = SellerTermsSet(seller_id=self.seller_id, terms=self.terms, at=self.at)
        return Outcome(
            answer=accounts.evolve_seller(seen.state, event),
            changes=change("seller", self.seller_id, seen, (event,), accounts.evolve_seller),
            opened=() if seen.state else _own_accounts(self.seller_id, self.terms.currency),
        )


def _check_terms(terms: SellerTerms) -> None:
    problems: list[Problem] = []
    if not terms.name.strip():
        problems.append(Problem("terms.name", "a seller has a name"))
    for path, zone in (("terms.zone", terms.zone), ("terms.refunds.zone", terms.refunds.zone)):
        try:
            zone_info(zone)
        except ValueError as error:
            problems.append(Problem(path, str(error)))
    for path, number in (
        ("terms.duplicate_days", terms.duplicate_days),
        ("terms.refunds.min_age_hours", terms.refunds.min_age_hours),
        ("terms.refunds.max_age", terms.refunds.max_age),
    ):
        if type(number) is not int or number < 0:
            problems.append(Problem(path, "a whole number of at least 0"))
    if problems:
        raise Malformed(problems)


def _own_accounts(seller_id: SellerId, currency: str) -> tuple[LedgerAccount, ...]:
    # Revenue and cash keep no running row: with one, every sale of the seller would wait for it.
    return tuple(
        LedgerAccount(
            id=key, seller_id=seller_id, currency=currency, tracked=False, floor=UNLIMITED
        )
        for key in (cash_account(seller_id), revenue_account(seller_id))
    )


@frozen(kw_only=True)
class KeepAccount:
    """Open, stop or activate an account; opening opens its prepaid balance too.

    Attributes:
        floor: for a new account, the least its available balance may become; a credit limit is
            below zero.
    """

    seller_id: SellerId
    account_id: AccountId
    command: AccountCommand
    floor: int | Unlimited = 0
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AccountNeeds:
        """The account and its seller."""
        return AccountNeeds(self.account_id, self.seller_id)

    def decide(self, facts: AccountFacts) -> Outcome[Account]:
        """Say what follows.

        Raises:
            NotFound: there is no such seller.
            Malformed, WrongState: as `accounts.decide` says.
        """
        if facts.seller is None:
            raise NotFound("seller", self.seller_id)
        seen = facts.account
        events = accounts.decide(self.command, seen.state, self.at)
        changes = change("account", self.account_id, seen, events, accounts.evolve)
        state = changes[0].state if changes else seen.state
        opened: tuple[LedgerAccount, ...] = ()
        if isinstance(self.command, OpenAccount):
            opened = (
                LedgerAccount(
                    id=prepaid_account(self.account_id),
                    seller_id=self.seller_id,
                    account_id=self.account_id,
                    currency=self.command.currency,
                    floor=self.floor,
                ),
            )
        return Outcome(answer=state, changes=changes, opened=opened)


@frozen(kw_only=True)
class Fund:
    """Put money that came in on an account's balance.

    Attributes:
        key: the idempotency key: the same payment always comes with the same one.
    """

    seller_id: SellerId
    account_id: AccountId
    key: str
    amount: Money
    actor: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AccountNeeds:
        """The account and its balance."""
        return AccountNeeds(self.account_id, self.seller_id)

    def decide(self, facts: AccountFacts) -> Outcome[Transfer]:
        """Say what follows; the store answers a key it has seen with what was done then.

        Raises:
            NotFound: there is no such account.
            Malformed: the amount is not above zero, or of another currency.
        """
        if facts.ledger is None or facts.account.state is None:
            raise NotFound("account", self.account_id)
        if self.amount.minor <= 0:
            raise Malformed.at("amount", "is above zero")
        if self.amount.currency != facts.ledger.currency:
            raise Malformed.at("amount.currency", f"the account is in {facts.ledger.currency}")
        transfer = Transfer(
            id=f"fund/{self.account_id}/{self.key}",
            kind=TransferKind.TOPUP,
            debit=cash_account(self.seller_id),
            credit=prepaid_account(self.account_id),
            amount=self.amount,
            actor=self.actor,
            effective_at=self.at,
        )
        return Outcome(answer=transfer, transfers=(transfer,))


@frozen(kw_only=True)
class KeepOrder:
    """Open, edit, pause, resume or close an order."""

    order_id: OrderId
    account_id: AccountId
    command: OrderCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OrderNeeds:
        """The order, its account and the account's users."""
        return OrderNeeds(self.order_id, self.account_id)

    def decide(self, facts: OrderFacts) -> Outcome[Order]:
        """Say what follows.

        Raises:
            NotFound: there is no such account, or the order is another account's.
            Malformed: the terms make no sense, or name a user of another account.
            WrongState: as `orders.decide` says.
        """
        seen = facts.order
        foreign = seen.state is not None and seen.state.account_id != self.account_id
        if facts.account is None or foreign:
            raise NotFound("order", self.order_id)
        self._check(facts.account, facts.users)
        events = orders.decide(self.command, seen.state, self.at)
        changes = change("order", self.order_id, seen, events, orders.evolve)
        return Outcome(answer=changes[0].state if changes else seen.state, changes=changes)

    def _check(self, account: Account, users: tuple[User, ...]) -> None:
        terms = getattr(self.command, "terms", None)
        if not isinstance(terms, orders.OrderTerms):
            return
        problems: list[Problem] = []
        if terms.price.currency != account.currency:
            problems.append(Problem("terms.price", f"the account is in {account.currency}"))
        if terms.user_id not in {user.id for user in users}:
            problems.append(Problem("terms.user_id", "there is no such user in this account"))
        if isinstance(self.command, OpenOrder) and self.command.seller_id != account.seller_id:
            problems.append(Problem("seller_id", "the account is another seller's"))
        if problems:
            raise Malformed(problems)


@frozen(kw_only=True)
class KeepUser:
    """Add, edit, move, disable or enable a user."""

    user_id: UserId
    account_id: AccountId
    command: UserCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> UserNeeds:
        """The user and the account's tree."""
        return UserNeeds(self.user_id, self.account_id)

    def decide(self, facts: UserFacts) -> Outcome[User]:
        """Say what follows.

        Raises:
            NotFound: there is no such account, or the user is another account's.
            Malformed, WrongState: as `people.decide` says.
        """
        seen = facts.user
        foreign = seen.state is not None and seen.state.account_id != self.account_id
        if facts.account is None or foreign:
            raise NotFound("user", self.user_id)
        events = people.decide(self.command, seen.state, facts.tree.state, self.at)
        changes = change("user", self.user_id, seen, events, people.evolve)
        answer = changes[0].state if changes else seen.state
        moved = tuple(event for event in events if isinstance(event, people.UserMoved))
        counted = Versioned(AccountTree(self.account_id, facts.tree.version), facts.tree.version)
        guard = change("tree", self.account_id, counted, moved, people.evolve_tree)
        return Outcome(answer=answer, changes=(*changes, *guard))


@frozen(kw_only=True)
class WorkLead:
    """Assign a lead within the account, or log an attempt to reach the person."""

    lead_id: LeadId
    viewer_id: UserId
    command: LeadCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead, who works on it, and the tree."""
        return LeadNeeds(self.lead_id, self.viewer_id)

    def decide(self, facts: LeadFacts) -> Outcome[Lead]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            Malformed: it would be assigned to somebody outside the account.
            WrongState: as `leads.decide` says.
        """
        lead, viewer = facts.lead.state, facts.viewer
        if lead is None or viewer is None or not sees(viewer, lead, facts.tree):
            raise NotFound("lead", self.lead_id)
        if isinstance(self.command, AssignLead) and self.command.user_id not in facts.tree:
            raise Malformed.at("user_id", "there is no such user in this account")
        events = leads.decide(self.command, lead, self.at)
        changes = change("lead", lead.id, facts.lead, events, leads.evolve)
        return Outcome(answer=fold(leads.evolve, lead, events), changes=changes)


def sees(viewer: User, lead: Lead, tree: Tree) -> bool:
    """Say whether the viewer sees the lead: held by the account, and within the viewer's scope."""
    if lead.sale is None or lead.assigned_to is None or lead.status is not LeadStatus.SOLD:
        return False
    return scope(viewer, tree).covers(lead.sale.account_id, lead.assigned_to, tree)
