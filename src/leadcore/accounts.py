"""Sellers and accounts: who sells leads, on what terms, and who buys them.

An account is ACTIVE or stopped. Its money is on the ledger (`balances`); this stream holds only
what people edit, and the credit limit is one such thing: the ledger account guards it.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.balances import Consumptions, ConsumptionSince, FundingTerms
from leadcore.distribution import PLAIN, DistributionTerms, Way
from leadcore.errors import Malformed, Problem, WrongState
from leadcore.files.limits import FileLimits
from leadcore.notices.catalogues import Catalogue, NoticeTerms, catalogue_of
from leadcore.payments.watching import BalanceWatch, watch_problems
from leadcore.refunds.terms import RefundTerms
from leadcore.values import AccountId, Money, SellerId, Unlimited, instant

if TYPE_CHECKING:
    from leadcore.submissions import Submission

__all__ = [
    "Account",
    "AccountActivated",
    "AccountCommand",
    "AccountEvent",
    "AccountOpened",
    "AccountStatus",
    "AccountStopped",
    "ActivateAccount",
    "BalanceWatchSet",
    "CreditLimitSet",
    "LowBalanceTold",
    "OpenAccount",
    "Seller",
    "SellerEvent",
    "SellerTerms",
    "SellerTermsSet",
    "SetCreditLimit",
    "StopAccount",
    "WatchBalance",
    "cash_account",
    "decide",
    "evolve",
    "evolve_seller",
    "limit_difference",
    "prepaid_account",
    "prepaid_owner",
    "revenue_account",
    "words_of",
]


class AccountStatus(Enum):
    """The account's own switch: a stopped one gets no leads."""

    ACTIVE = "active"
    STOPPED = "stopped"


@frozen(kw_only=True)
class Account:
    """The present state of an account's stream.

    Attributes:
        floor: the least its available balance may become by spending, in minor units; a credit
            limit is below zero.
        told_low: the number of the crossing to a low balance that its admins were told of last.
    """

    id: AccountId
    seller_id: SellerId
    name: str
    currency: str
    status: AccountStatus = AccountStatus.ACTIVE
    stopped_reason: str | None = None
    watch: BalanceWatch | None = None
    floor: int | Unlimited = 0
    told_low: int | None = None

    @property
    def is_active(self) -> bool:
        """May it get leads, as far as its own switch goes?"""
        return self.status is AccountStatus.ACTIVE


@frozen(kw_only=True)
class OpenAccount:
    """Open an account with a seller; `floor` as in `Account`."""

    account_id: AccountId
    seller_id: SellerId
    name: str
    currency: str
    floor: int | Unlimited = 0


@frozen
class StopAccount:
    """Stop the account from getting leads, saying why."""

    reason: str


@frozen
class ActivateAccount:
    """Let the account get leads again."""


@frozen(kw_only=True)
class AccountOpened:
    """An account was opened."""

    account_id: AccountId
    seller_id: SellerId
    name: str
    currency: str
    floor: int | Unlimited = 0
    at: datetime = field(converter=instant)


@frozen
class AccountStopped:
    """The account was stopped."""

    reason: str
    at: datetime = field(converter=instant)


@frozen
class AccountActivated:
    """The account is active again."""

    at: datetime = field(converter=instant)


@frozen
class WatchBalance:
    """Say what is to be done when the balance is low; None ends it."""

    watch: BalanceWatch | None


@frozen(kw_only=True)
class BalanceWatchSet:
    """What is to be done when the balance is low was set."""

    watch: BalanceWatch | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class SetCreditLimit:
    """Say how far the account may go below zero from now on.

    Below what it owes already, nothing is taken back and nothing new can be spent: what is held is
    still captured or released, and what comes in pays the debt first.

    Attributes:
        limit: not below zero; `UNLIMITED` for none.
        reason, actor: why, and who says so; of the seller's staff.
    """

    limit: Money | Unlimited
    reason: str
    actor: str


@frozen(kw_only=True)
class CreditLimitSet:
    """The credit limit was changed, by whom and why."""

    limit: Money | Unlimited
    reason: str
    actor: str
    at: datetime = field(converter=instant)

    @property
    def floor(self) -> int | Unlimited:
        """The least the available balance may become by spending, in minor units."""
        return -self.limit.minor if isinstance(self.limit, Money) else self.limit


@frozen(kw_only=True)
class LowBalanceTold:
    """The account's admins were told that its balance is low.

    Attributes:
        crossing: the number of the ledger entry that took it there.
        available: what was left then, in minor units.
    """

    crossing: int
    available: int
    at: datetime = field(converter=instant)


AccountCommand = OpenAccount | StopAccount | ActivateAccount | WatchBalance | SetCreditLimit
AccountEvent = (
    AccountOpened
    | AccountStopped
    | AccountActivated
    | BalanceWatchSet
    | CreditLimitSet
    | LowBalanceTold
)


def decide(
    command: AccountCommand, state: Account | None, at: datetime
) -> tuple[AccountEvent, ...]:
    """Decide a command on an account; saying again what already holds changes nothing.

    Raises:
        Malformed: the account has no name, what it wants watched makes no sense, or a credit limit
            has no reason, nobody who says so, another currency, or is below zero.
        WrongState: the account exists already, or not yet.
    """
    if isinstance(command, OpenAccount):
        return _open(command, state, at)
    if state is None:
        raise WrongState(type(command).__name__, "there is no such account")
    if isinstance(command, WatchBalance):
        return _watch(command, state, at)
    if isinstance(command, SetCreditLimit):
        return _limit(command, state, at)
    active = state.status is AccountStatus.ACTIVE
    if isinstance(command, StopAccount):
        return (AccountStopped(command.reason, at),) if active else ()
    return () if active else (AccountActivated(at),)


def _open(command: OpenAccount, state: Account | None, at: datetime) -> tuple[AccountEvent, ...]:
    if state is not None:
        # A retry after a commit whose answer was lost finds its own work.
        same = (state.seller_id, state.name, state.currency)
        if same == (command.seller_id, command.name, command.currency):
            return ()
        raise WrongState("OpenAccount", "an account with this id exists")
    said = (("account_id", "an account has an id"), ("name", "an account has a name"))
    problems = [Problem(name, words) for name, words in said if not getattr(command, name).strip()]
    if problems:
        raise Malformed(problems)
    return (
        AccountOpened(
            account_id=command.account_id,
            seller_id=command.seller_id,
            name=command.name,
            currency=command.currency,
            floor=command.floor,
            at=at,
        ),
    )


def _watch(command: WatchBalance, state: Account, at: datetime) -> tuple[AccountEvent, ...]:
    watch = command.watch
    problems = () if watch is None else tuple(watch_problems(watch, state.currency))
    if problems:
        raise Malformed(problems)
    return () if watch == state.watch else (BalanceWatchSet(watch=watch, at=at),)


def _limit(command: SetCreditLimit, state: Account, at: datetime) -> tuple[AccountEvent, ...]:
    limit, problems = command.limit, list[Problem]()
    if isinstance(limit, Money) and limit.currency != state.currency:
        problems.append(Problem("limit", f"the account is in {state.currency}"))
    elif isinstance(limit, Money) and limit.minor < 0:
        problems.append(Problem("limit", "is how far it may go below zero, so not below it itself"))
    problems += [
        Problem(name, said)
        for name, said in (("reason", "say why"), ("actor", "say who does it"))
        if not getattr(command, name).strip()
    ]
    if problems:
        raise Malformed(problems)
    event = CreditLimitSet(limit=limit, reason=command.reason, actor=command.actor, at=at)
    return () if event.floor == state.floor else (event,)


def evolve(state: Account | None, event: AccountEvent) -> Account:
    """Give the state after an event.

    Raises:
        WrongState: the event speaks of an account that was never opened.
    """
    if isinstance(event, AccountOpened):
        return Account(
            id=event.account_id,
            seller_id=event.seller_id,
            name=event.name,
            currency=event.currency,
            floor=event.floor,
        )
    if state is None:
        raise WrongState(type(event).__name__, "its account was never opened")
    if isinstance(event, CreditLimitSet):
        return replace(state, floor=event.floor)
    if isinstance(event, LowBalanceTold):
        return replace(state, told_low=event.crossing)
    if isinstance(event, BalanceWatchSet):
        return replace(state, watch=event.watch)
    if isinstance(event, AccountStopped):
        return replace(state, status=AccountStatus.STOPPED, stopped_reason=event.reason)
    return replace(state, status=AccountStatus.ACTIVE, stopped_reason=None)


def limit_difference(account: Account, floor: int | Unlimited) -> str:
    """Say that the ledger guards another credit limit than the account's own; for audits."""
    return f"account {account.id}: its floor is {account.floor}, its balance is kept above {floor}"


@frozen(kw_only=True)
class SellerTerms:
    """What a seller sells on.

    Attributes:
        name: the seller's name, as told to people.
        currency: of all its accounts.
        zone: the seller's IANA zone.
        refunds: the refund terms.
        duplicate_days: elapsed 24-hour periods a submission is looked back on for the same person;
            0 looks at none.
        inbox: the address at which replies to notices are read.
        funding: bonus tiers, the order in which lots are spent, how long cash may be paid back;
            None for no bonus and what `FundingTerms()` says.
        distribution: who is asked first for which leads, and how many buyers share one; None for
            one buyer each, by weight.
        notices: the language of its messages, and what replaces our words; None for English.
        files: how much may be kept with leads; None for what `FileLimits()` says.
        desk: the account whose users are the seller's own staff; None where no staff log in. It
            sees every account (`access`).
    """

    name: str
    currency: str = "USD"
    zone: str = "America/New_York"
    refunds: RefundTerms = field(factory=RefundTerms)
    duplicate_days: int = 30
    inbox: str | None = None
    funding: FundingTerms | None = None
    distribution: DistributionTerms | None = None
    notices: NoticeTerms | None = None
    files: FileLimits | None = None
    desk: AccountId | None = None

    def way(self, lead: Submission) -> Way:
        """Give how a lead is distributed."""
        return PLAIN if self.distribution is None else self.distribution.way(lead)


@frozen(kw_only=True)
class Seller:
    """The present state of a seller's stream.

    Attributes:
        consumption_changes: when the order in which lots are spent was changed, and to which.
    """

    id: SellerId
    terms: SellerTerms
    consumption_changes: tuple[ConsumptionSince, ...] = ()

    @property
    def consumptions(self) -> Consumptions:
        """The orders in which lots were spent, ever; before any change it is bonus first."""
        return Consumptions(changes=self.consumption_changes)

    @property
    def funding(self) -> FundingTerms:
        """The terms for money that is paid in."""
        return self.terms.funding or FundingTerms()


@frozen(kw_only=True)
class SellerTermsSet:
    """The seller's terms were set; past sales and requests keep theirs."""

    seller_id: SellerId
    terms: SellerTerms
    at: datetime = field(converter=instant)


SellerEvent = SellerTermsSet


def words_of(seller: Seller | None) -> Catalogue:
    """Give what a seller's messages are worded with; English where nobody said."""
    return catalogue_of(seller.terms.notices if seller else None)


def evolve_seller(state: Seller | None, event: SellerEvent) -> Seller:
    """Give the seller after an event."""
    changes = () if state is None else state.consumption_changes
    seller = Seller(id=event.seller_id, terms=event.terms, consumption_changes=changes)
    wanted = seller.funding.consumption
    if seller.consumptions.now == wanted:
        return seller
    since = max(event.at, changes[-1].at) if changes else event.at
    return replace(seller, consumption_changes=(*changes, ConsumptionSince(since, wanted)))


def prepaid_account(account_id: AccountId) -> str:
    """Give the ledger account that holds an account's prepaid balance."""
    return f"prepaid:{account_id}"


def prepaid_owner(ledger_id: str) -> AccountId | None:
    """Give whose prepaid balance a ledger account is; None where it is none."""
    kind, _, key = ledger_id.partition(":")
    return AccountId(key) if kind == "prepaid" else None


def revenue_account(seller_id: SellerId) -> str:
    """Give the ledger account of a seller's revenue; it keeps no running balance."""
    return f"revenue:{seller_id}"


def cash_account(seller_id: SellerId) -> str:
    """Give the ledger account of money that came in from outside; no running balance either."""
    return f"cash:{seller_id}"
