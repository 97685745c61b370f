"""Small scenes that contracts are played on, and use cases that come too late.

`Behind` wraps a use case and shows it, the first times, facts as a slower writer would have seen
them. What it wants then must meet the store's guards; on fresh facts it comes to the honest answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account, revenue_account
from leadcore.balances import Transfer, TransferKind
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.ports import SellerFacts, SellerNeeds, Store, UseCase
from leadcore.submissions import Source, Submission
from leadcore.values import (
    AccountId,
    Email,
    LeadId,
    Money,
    OrderId,
    Phone,
    SaleId,
    SellerId,
    UserId,
)

if TYPE_CHECKING:
    from leadcore.outcomes import Outcome

__all__ = [
    "AT",
    "Behind",
    "Overdraw",
    "Scene",
    "charge",
    "fund",
    "new_seller",
    "person",
    "reception",
    "terms",
]

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
"""When scenes begin."""

PRICE = 2_500
"""The price of a lead in a scene, in cents."""

_numbers = itertools.count(1)


def new_seller() -> SellerId:
    """Give the id of a seller that no store has seen in this process.

    All are of one length, which ids that are made of theirs may tell.
    """
    return SellerId(f"s-{next(_numbers):06d}")


def terms(seller: SellerId, name: str = "Seller") -> bo.SetSellerTerms:
    """Make the seller."""
    return bo.SetSellerTerms(seller_id=seller, terms=SellerTerms(name=name), at=AT)


def person(number: int) -> Submission:
    """Give a request of a person, known by number, with a telephone and an e-mail address."""
    phone = Phone(raw=f"{number}", normal=f"+1212555{number:04d}")
    address = f"p{number}@x.example"
    return Submission(
        source=Source(format="json"),
        phones=(phone,),
        emails=(Email(raw=address, normal=address),),
    )


def reception(
    seller: SellerId, number: int, *, of: int | None = None, at: datetime = AT
) -> bo.ReceiveLead:
    """Receive the lead of a number, of the person of the same number unless said otherwise."""
    return bo.ReceiveLead(
        seller_id=seller,
        lead_id=LeadId(f"{seller}/l{number}"),
        sale_id=SaleId(f"{seller}/s{number}"),
        source_key=f"key-{number}",
        submission=person(number if of is None else of),
        at=at,
    )


def fund(account: AccountId, seller: SellerId, key: str, minor: int) -> bo.Fund:
    """Put money on an account."""
    return bo.Fund(
        seller_id=seller,
        account_id=account,
        key=key,
        amount=Money(minor, "USD"),
        actor="staff",
        at=AT,
    )


def charge(seller: SellerId, account: AccountId, key: str, minor: int) -> Transfer:
    """Take money from an account."""
    return Transfer(
        id=f"{seller}/{key}",
        kind=TransferKind.CHARGE,
        debit=prepaid_account(account),
        credit=revenue_account(seller),
        amount=Money(minor, "USD"),
        effective_at=AT,
    )


@frozen(kw_only=True)
class Scene:
    """A seller and some accounts in a store, each with two users and one order.

    Attributes:
        funds: what each account is given, in cents.
        quantity: of each order.
    """

    store: Store
    seller: SellerId = field(factory=new_seller)
    accounts: int = 1
    funds: int = 10_000
    quantity: int = 5

    def account(self, number: int = 0) -> AccountId:
        """Give the id of an account."""
        return AccountId(f"{self.seller}/a{number}")

    def user(self, number: int = 0, *, below: bool = False) -> UserId:
        """Give the id of an account's user: the one who gets the leads, or the one below."""
        return UserId(f"{self.account(number)}/{'below' if below else 'top'}")

    def order(self, number: int = 0) -> OrderId:
        """Give the id of an account's order."""
        return OrderId(f"{self.account(number)}/order")

    def set_up(self) -> Scene:
        """Make it all."""
        self.store.run(terms(self.seller))
        for number in range(self.accounts):
            self._open(number)
            for below in (False, True):
                self._add(number, below=below)
            self._order(number)
        return self

    def _open(self, number: int) -> None:
        account = self.account(number)
        command = OpenAccount(
            account_id=account, seller_id=self.seller, name="Account", currency="USD"
        )
        self.store.run(
            bo.KeepAccount(seller_id=self.seller, account_id=account, command=command, at=AT)
        )
        if self.funds:
            self.store.run(fund(account, self.seller, "start", self.funds))

    def _add(self, number: int, *, below: bool) -> None:
        user = self.user(number, below=below)
        command = AddUser(
            user_id=user,
            seller_id=self.seller,
            account_id=self.account(number),
            parent_id=self.user(number) if below else None,
            profile=Profile(name="User", email="u@x.example", view_downline=True),
        )
        self.store.run(
            bo.KeepUser(user_id=user, account_id=self.account(number), command=command, at=AT)
        )

    def _order(self, number: int) -> None:
        command = OpenOrder(
            order_id=self.order(number),
            seller_id=self.seller,
            account_id=self.account(number),
            terms=OrderTerms(
                user_id=self.user(number), price=Money(PRICE, "USD"), quantity=self.quantity
            ),
        )
        self.store.run(
            bo.KeepOrder(
                order_id=self.order(number),
                account_id=self.account(number),
                command=command,
                at=AT,
            )
        )

    def balance(self, number: int = 0) -> int:
        """Give what an account holds, in cents."""
        return self.store.balance(prepaid_account(self.account(number))).posted

    def receive(self, number: int, *, of: int | None = None, days: int = 0) -> bo.Reception:
        """Receive a lead, so many days after the beginning."""
        return self.store.run(reception(self.seller, number, of=of, at=AT + timedelta(days=days)))


@frozen
class Behind:
    """A use case that at first sees facts as they were, as a slower writer would.

    Attributes:
        case: the use case.
        stale: gives the facts as they were, of those there are now.
        times: how often it sees those.
        calls: one entry for each time it was asked.
    """

    case: UseCase[Any, Any, Any]
    stale: Callable[[Any], Any]
    times: int = 1
    calls: list[bool] = field(factory=list[bool])

    @property
    def needs(self) -> object:
        """What the use case needs."""
        needs: object = self.case.needs
        return needs

    def decide(self, facts: object) -> Outcome[Any]:
        """Decide on what was, then on what is."""
        late = len(self.calls) < self.times
        self.calls.append(late)
        return self.case.decide(self.stale(facts) if late else facts)


@frozen(kw_only=True)
class Overdraw:
    """A use case whose events are fine and whose money is not there."""

    seller_id: SellerId
    account_id: AccountId
    amount: int

    @property
    def needs(self) -> SellerNeeds:
        """The seller."""
        return SellerNeeds(self.seller_id)

    def decide(self, facts: SellerFacts) -> Outcome[str]:
        """Rename the seller and charge the account."""
        renamed = terms(self.seller_id, "Renamed").decide(facts)
        taken = charge(self.seller_id, self.account_id, "overdraw", self.amount)
        return replace(renamed, transfers=(taken,)).answering("never")
