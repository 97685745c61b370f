"""Keep the books of people and things: sellers, accounts, orders, users, and an account's leads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from leadcore import accounts, leads, orders, people, refunds
from leadcore.accounts import (
    Account,
    AccountCommand,
    AccountOpened,
    CreditLimitSet,
    OpenAccount,
    Seller,
    SellerTerms,
    SellerTermsSet,
    cash_account,
    prepaid_account,
    revenue_account,
)
from leadcore.back_office.administering import check_administering
from leadcore.back_office.login_telling import address_told
from leadcore.back_office.order_ranks import check_keeper
from leadcore.back_office.seeing import at_desk, held, seen_lead
from leadcore.balances import LedgerAccount, tiers_problems
from leadcore.decider import Versioned, change, fold
from leadcore.distribution import terms_problems
from leadcore.errors import Malformed, NotFound, Problem, WrongState
from leadcore.intervals import zone_info
from leadcore.leads import AssignLead, Lead, LeadCommand
from leadcore.notices import text_problems
from leadcore.orders import EditOrder, OpenOrder, Order, OrderCommand
from leadcore.outcomes import FloorSet, Outcome, StandingDelta
from leadcore.people import (
    AccountTree,
    AddUser,
    EditUser,
    MoveUser,
    Profile,
    User,
    UserCommand,
)
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
    UserId,
    instant,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.downline import Tree
    from leadcore.notices import Message

__all__ = ["KeepAccount", "KeepOrder", "KeepUser", "SetSellerTerms", "WorkLead"]


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
            Malformed: the terms make no sense, or change the currency of the seller's ledger; every
                problem is named.
        """
        seen = facts.seller
        _check_terms(self.terms, seen.state)
        if seen.state is not None and seen.state.terms == self.terms:
            return Outcome(answer=seen.state)
        event = SellerTermsSet(seller_id=self.seller_id, terms=self.terms, at=self.at)
        return Outcome(
            answer=accounts.evolve_seller(seen.state, event),
            changes=change("seller", self.seller_id, seen, (event,), accounts.evolve_seller),
            opened=() if seen.state else _own_accounts(self.seller_id, self.terms.currency),
        )


def _check_terms(terms: SellerTerms, before: Seller | None) -> None:
    problems = (
        *_name_problems("terms.name", "a seller", terms.name),
        *_currency_problems(terms.currency, before),
        *_zone_problems("terms.zone", terms.zone),
        *_zone_problems("terms.refunds.zone", terms.refunds.zone),
        *_span_problems("terms.duplicate_days", terms.duplicate_days),
        *(
            Problem(f"terms.refunds.{problem.path}", problem.message)
            for problem in refunds.terms_problems(terms.refunds, terms.currency)
        ),
        *_funding_problems(terms),
        *_distribution_problems(terms),
        *_file_problems(terms),
        *_notice_problems(terms),
    )
    if problems:
        raise Malformed(problems)


def _name_problems(path: str, what: str, name: str) -> Iterator[Problem]:
    if not name.strip():
        yield Problem(path, f"{what} has a name")


def _currency_problems(currency: str, before: Seller | None) -> Iterator[Problem]:
    try:
        Money(0, currency)
    except ValueError as error:
        yield Problem("terms.currency", str(error))
    if before is not None and currency != before.terms.currency:
        yield Problem("terms.currency", f"the seller's books are in {before.terms.currency}")


def _zone_problems(path: str, zone: str) -> Iterator[Problem]:
    try:
        zone_info(zone)
    except ValueError as error:
        yield Problem(path, str(error))


def _funding_problems(terms: SellerTerms) -> Iterator[Problem]:
    if terms.funding is None:
        return
    yield from _span_problems("terms.funding.refund_hours", terms.funding.refund_hours)
    tiers = terms.funding.tiers
    if tiers is None:
        return
    path = "terms.funding.tiers"
    for problem in tiers_problems(tiers):
        yield Problem(f"{path}.{problem.path}", problem.message)
    if tiers.currency != terms.currency:
        yield Problem(f"{path}.currency", f"the seller's books are in {terms.currency}")


def _distribution_problems(terms: SellerTerms) -> Iterator[Problem]:
    if terms.distribution is not None:
        for problem in terms_problems(terms.distribution):
            yield Problem(f"terms.distribution.{problem.path}", problem.message)


def _file_problems(terms: SellerTerms) -> Iterator[Problem]:
    for problem in () if terms.files is None else terms.files.problems():
        yield Problem(f"terms.files.{problem.path}", problem.message)


def _notice_problems(terms: SellerTerms) -> Iterator[Problem]:
    if terms.notices is None:
        return
    if not terms.notices.language.strip():
        yield Problem("terms.notices.language", "is a language, such as en or es")
    for number, own in enumerate(terms.notices.texts):
        for problem in text_problems({own.key: own.text}):
            yield Problem(f"terms.notices.texts[{number}]", f"{problem.path}: {problem.message}")


_LONGEST = 100_000
"""The longest span terms may name, in hours or days: added to an instant, it still is one."""


def _span_problems(path: str, number: int) -> Iterator[Problem]:
    if type(number) is not int or not 0 <= number <= _LONGEST:
        yield Problem(path, f"a whole number from 0 to {_LONGEST}")


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
    """Open, stop or activate an account, watch its balance, change its credit limit.

    Opening opens its prepaid balance too, and the credit limit is guarded there.
    """

    seller_id: SellerId
    account_id: AccountId
    command: AccountCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AccountNeeds:
        """The account and its seller."""
        return AccountNeeds(self.account_id, self.seller_id)

    def decide(self, facts: AccountFacts) -> Outcome[Account]:
        """Say what follows.

        Raises:
            NotFound: there is no such seller, or the account is another seller's.
            Malformed: it would be opened under other ids or in another currency than the seller's;
                and as `accounts.decide` says.
            WrongState: as `accounts.decide` says.
        """
        if facts.seller is None:
            raise NotFound("seller", self.seller_id)
        seen = facts.account
        if seen.state is not None and seen.state.seller_id != self.seller_id:
            raise NotFound("account", self.account_id)
        self._check(facts.seller)
        events = accounts.decide(self.command, seen.state, self.at)
        changes = change("account", self.account_id, seen, events, accounts.evolve)
        # `decide` raised where there is none.
        state = cast("Account", fold(accounts.evolve, seen.state, events))
        return Outcome(
            answer=state,
            changes=changes,
            opened=tuple(_prepaid(each) for each in events if isinstance(each, AccountOpened)),
            floors=tuple(
                FloorSet(prepaid_account(self.account_id), each.floor)
                for each in events
                if isinstance(each, CreditLimitSet)
            ),
        )

    def _check(self, seller: Seller) -> None:
        command = self.command
        if isinstance(command, OpenAccount):
            currency = seller.terms.currency
            _require_same(
                ("account_id", command.account_id, self.account_id),
                ("seller_id", command.seller_id, self.seller_id),
                ("currency", command.currency, currency),
            )


def _prepaid(event: AccountOpened) -> LedgerAccount:
    return LedgerAccount(
        id=prepaid_account(event.account_id),
        seller_id=event.seller_id,
        account_id=event.account_id,
        currency=event.currency,
        floor=event.floor,
    )


def _require_same(*pairs: tuple[str, str, str]) -> None:
    problems = [
        Problem(path, f"is {wanted!r} here, not {given!r}")
        for path, given, wanted in pairs
        if given != wanted
    ]
    if problems:
        raise Malformed(problems)


@frozen(kw_only=True)
class KeepOrder:
    """Open, edit, pause, resume or close an order.

    Attributes:
        expected: the version of the order that the command was made from, which is how many events
            its journal had (`Store.journal`); None where it does not matter. An edit says all
            terms: made from a form that was opened before a renewal, it would take that back.
        viewer_id: who does it: somebody of the account, or of the seller's staff, who alone rank
            orders; None for programs of the seller's own.
    """

    order_id: OrderId
    account_id: AccountId
    command: OrderCommand
    expected: int | None = None
    viewer_id: UserId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OrderNeeds:
        """The order, its account, the user that new terms name, and who does it."""
        command = self.command
        terms = command.terms if isinstance(command, OpenOrder | EditOrder) else None
        named = terms.user_id if terms else None
        return OrderNeeds(self.order_id, self.account_id, named, self.viewer_id)

    def decide(self, facts: OrderFacts) -> Outcome[Order]:
        """Say what follows.

        Raises:
            NotFound: there is no such account, or the order is another account's; or the account
                is not the viewer's.
            Malformed: as `orders.decide` says; or the terms name a user of another account, or the
                order would be opened under other ids; or as `order_ranks.check_keeper` says.
            WrongState: as `orders.decide` says; or the order is not at the expected version. That
                is no `Conflict`: on fresh facts it would be the same.
        """
        seen = facts.order
        foreign = seen.state is not None and seen.state.account_id != self.account_id
        if facts.account is None or foreign:
            raise NotFound("order", self.order_id)
        if self.viewer_id is not None:
            check_keeper(self.command, facts, self.order_id)
        self._check_version(seen)
        self._check(facts.account, facts.user)
        events = orders.decide(self.command, seen.state, self.at)
        changes = change("order", self.order_id, seen, events, orders.evolve)
        # `decide` raised where there is none.
        state = cast("Order", fold(orders.evolve, seen.state, events))
        recount = seen.state is not None and seen.state.terms.caps != state.terms.caps
        return Outcome(
            answer=state,
            changes=changes,
            standings=(StandingDelta(order_id=state.id, recount=True),) if recount else (),
        )

    def _check_version(self, seen: Versioned[Order | None]) -> None:
        command, state = self.command, seen.state
        if self.expected is None or self.expected == seen.version:
            return
        # A retry after a commit whose answer was lost finds its own work.
        done = isinstance(command, EditOrder) and state is not None and state.terms == command.terms
        if not done:
            since = f"the order is at version {seen.version}, not {self.expected}; read it again"
            raise WrongState(type(command).__name__, since)

    def _check(self, account: Account, user: User | None) -> None:
        command = self.command
        if isinstance(command, OpenOrder):
            _require_same(
                ("order_id", command.order_id, self.order_id),
                ("account_id", command.account_id, self.account_id),
                ("seller_id", command.seller_id, account.seller_id),
            )
        if not isinstance(command, OpenOrder | EditOrder):
            return
        terms = command.terms
        problems: list[Problem] = []
        if terms.price.currency != account.currency:
            problems.append(Problem("terms.price", f"the account is in {account.currency}"))
        if user is None or user.account_id != account.id:
            problems.append(Problem("terms.user_id", "there is no such user in this account"))
        if problems:
            raise Malformed(problems)


@frozen(kw_only=True)
class KeepUser:
    """Add, edit, move, disable or enable a user.

    Attributes:
        viewer_id: who does it: an admin of the account, or for the profile without its rights the
            user; None for the seller's staff.
    """

    user_id: UserId
    account_id: AccountId
    command: UserCommand
    viewer_id: UserId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> UserNeeds:
        """The user, the account's tree as far as the user and the new place go, who does it."""
        command = self.command
        above = command.parent_id if isinstance(command, AddUser | MoveUser) else None
        return UserNeeds(self.user_id, self.account_id, above, self.viewer_id)

    def decide(self, facts: UserFacts) -> Outcome[User]:
        """Say what follows.

        Raises:
            NotFound: there is no such account, or the user or who does it is another account's.
            Refused: whoever does it may not.
            Malformed: the user would be added under other ids; and as `people.decide` says.
            WrongState: as `people.decide` says.
        """
        if self.viewer_id is not None:
            self._check_viewer(facts)
        seen = facts.user
        foreign = seen.state is not None and seen.state.account_id != self.account_id
        if facts.account is None or foreign:
            raise NotFound("user", self.user_id)
        if isinstance(self.command, AddUser):
            _require_same(
                ("user_id", self.command.user_id, self.user_id),
                ("account_id", self.command.account_id, self.account_id),
                ("seller_id", self.command.seller_id, facts.account.seller_id),
            )
        events = people.decide(self.command, seen.state, facts.tree.state, self.at)
        changes = change("user", self.user_id, seen, events, people.evolve)
        # `decide` raised where there is none.
        answer = cast("User", fold(people.evolve, seen.state, events))
        moved = tuple(event for event in events if isinstance(event, people.UserMoved))
        counted = Versioned(AccountTree(self.account_id, facts.tree.version), facts.tree.version)
        guard = change("tree", self.account_id, counted, moved, people.evolve_tree)
        told = () if seen.state is None else self._told(seen.state, answer, facts)
        return Outcome(answer=answer, changes=(*changes, *guard), messages=told)

    def _told(self, before: User, after: User, facts: UserFacts) -> tuple[Message, ...]:
        return address_told(before, after, facts.seller, facts.user.version + 1, self.at)

    def _check_viewer(self, facts: UserFacts) -> None:
        user, command = facts.user.state, self.command
        if facts.account is None or (user is None and not isinstance(command, AddUser)):
            raise NotFound("user", self.user_id)
        profile = user.profile if user else None
        rights = (profile.admin, profile.view_downline) if profile else None
        asked = command.profile if isinstance(command, EditUser) else None
        own = asked is not None and (asked.admin, asked.view_downline) == rights
        subject = user or User(
            id=self.user_id,
            seller_id=facts.account.seller_id,
            account_id=facts.account.id,
            parent_id=None,
            profile=Profile(name=""),
        )
        check_administering(facts.viewer, subject, own=own, at=self.at)


@frozen(kw_only=True)
class WorkLead:
    """Assign a lead within the account, or log an attempt to reach the person.

    The seller's staff may do both for every account; an attempt of theirs says by whom it was.
    """

    lead_id: LeadId
    viewer_id: UserId
    command: LeadCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead, who works on it, and the tree."""
        return LeadNeeds(self.lead_id, self.viewer_id, (self._named()[1],))

    def decide(self, facts: LeadFacts) -> Outcome[Lead]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            Malformed: it would be assigned to, or was tried by, somebody outside the account.
            WrongState: as `leads.decide` says.
        """
        lead, viewer = seen_lead(facts, "lead", self.lead_id)
        held(lead, type(self.command).__name__)
        self._check(facts.tree, staff=at_desk(viewer, facts.seller))
        events = leads.decide(self.command, lead, self.at)
        changes = change("lead", lead.id, facts.lead, events, leads.evolve)
        return Outcome(answer=fold(leads.evolve, lead, events), changes=changes)

    def _check(self, tree: Tree, *, staff: bool) -> None:
        command = self.command
        path, user_id = self._named()
        by = command.by if isinstance(command, AssignLead) else command.attempt.by
        if by not in {None, self.viewer_id}:
            raise Malformed.at(path if path == "attempt.by" else "by", "is whoever does it")
        tried_by_staff = staff and path == "attempt.by"
        if user_id not in tree and not tried_by_staff:
            raise Malformed.at(path, "there is no such user in this account")

    def _named(self) -> tuple[str, UserId]:
        if isinstance(self.command, AssignLead):
            return "user_id", self.command.user_id
        return "attempt.by", self.command.attempt.by
