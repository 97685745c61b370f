"""Accounts: opened, stopped, activated; what they hold, and every line of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.accounts import (
    Account,
    ActivateAccount,
    OpenAccount,
    SetCreditLimit,
    StopAccount,
    WatchBalance,
    prepaid_account,
)
from leadcore.balances import lots
from leadcore.errors import Malformed
from leadcore.payments import BalanceWatch
from leadcore.statement_lines import ToldLine, told_lines
from leadcore.values import AccountId, Money, Unlimited
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, SINCE, UNTIL, Reason, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.accounts import AccountCommand
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("accounts")
_STAFF, _MANAGE = (Area.ACCOUNTS, Way.READ), (Area.ACCOUNTS, Way.WRITE)
_BILLS = (Area.BILLING, Way.READ)
_AMOUNTS = {"type": "object", "additionalProperties": SCHEMAS.of(Money)}


@frozen(kw_only=True)
class NewAccount:
    """An account to be opened."""

    account_id: AccountId
    name: str
    floor: int | Unlimited = 0


@frozen(kw_only=True)
class NewLimit:
    """How far an account may go below zero, and why."""

    limit: Money | Unlimited
    reason: str


@frozen(kw_only=True)
class Watching:
    """What is to be done when the balance is low; null: nothing."""

    watch: BalanceWatch | None


@frozen(kw_only=True)
class Funding:
    """Money that came in; the same key is never booked twice."""

    amount: Money
    key: str


def _kept(account: Account) -> Reply:
    return Reply(data=wire.dump(account))


@group.get("/accounts", "List accounts", may=_STAFF, gives=page_of(Account))
def list_accounts(call: Call) -> Reply:
    """All of the seller's."""
    found = call.store.accounts(call.seller.id)
    return Reply(data={"items": wire.dump(found), "next": None})


@group.post(
    "/accounts",
    "Open an account",
    may=_MANAGE,
    body=NewAccount,
    gives=Account,
    status=201,
    example={"account_id": "north", "name": "North Legal"},
)
def open_account(call: Call) -> Act:
    """With its balance, in the seller's currency."""
    asked = call.load(NewAccount)
    command = OpenAccount(
        account_id=asked.account_id,
        seller_id=call.seller.id,
        name=asked.name,
        currency=call.seller.terms.currency,
        floor=asked.floor,
    )
    return _keep(call, asked.account_id, command)


def _keep(call: Call, account_id: AccountId, command: AccountCommand) -> Act:
    case = bo.KeepAccount(
        seller_id=call.seller.id, account_id=account_id, command=command, at=call.at
    )
    return Act(case=case, tell=_kept)


def _here(call: Call) -> Account:
    return call.account(call.path("account_id"))


@group.get("/accounts/{account_id}", "Show an account", may=_BILLS, gives=Account)
def show_account(call: Call) -> Reply:
    """One's own; the staff's any."""
    return Reply(data=wire.dump(_here(call)))


@group.post(
    "/accounts/{account_id}/stop",
    "Stop an account",
    may=_MANAGE,
    body=Reason,
    gives=Account,
    example={"reason": "asked to pause"},
)
def stop_account(call: Call) -> Act:
    """It gets no leads until it is activated."""
    return _keep(call, _here(call).id, StopAccount(call.load(Reason).reason))


@group.post("/accounts/{account_id}/activate", "Activate an account", may=_MANAGE, gives=Account)
def activate_account(call: Call) -> Act:
    """It gets leads again."""
    return _keep(call, _here(call).id, ActivateAccount())


@group.post(
    "/accounts/{account_id}/credit-limit",
    "Set how far an account may go below zero",
    may=_MANAGE,
    body=NewLimit,
    gives=Account,
    example={"limit": {"minor": 50000, "currency": "USD"}, "reason": "long known"},
)
def set_credit_limit(call: Call) -> Act:
    """From now on; nothing is taken back."""
    asked = call.load(NewLimit)
    command = SetCreditLimit(limit=asked.limit, reason=asked.reason, actor=call.user.id)
    return _keep(call, _here(call).id, command)


@group.post(
    "/accounts/{account_id}/watch",
    "Say what is to be done when the balance is low",
    may=(Area.BILLING, Way.WRITE),
    body=Watching,
    gives=Account,
    example={"watch": None},
)
def watch_balance(call: Call) -> Act:
    """Alert, and recharge from a saved method, each once for one crossing."""
    return _keep(call, _here(call).id, WatchBalance(call.load(Watching).watch))


@group.post(
    "/accounts/{account_id}/funds",
    "Book money that came in",
    may=_MANAGE,
    body=Funding,
    gives={
        "type": "object",
        "required": ["transfer", "amount"],
        "properties": {"transfer": {"type": "string"}, "amount": SCHEMAS.of(Money)},
    },
    status=201,
    example={"amount": {"minor": 25000, "currency": "USD"}, "key": "wire-2026-11-22"},
)
def fund_account(call: Call) -> Act:
    """With the bonus of the seller's tiers; the same key is never booked twice."""
    asked = call.load(Funding)
    case = bo.Fund(
        seller_id=call.seller.id,
        account_id=_here(call).id,
        key=asked.key,
        amount=asked.amount,
        actor=call.user.id,
        at=call.at,
    )
    return Act(
        case=case,
        tell=lambda made: Reply(data={"transfer": made.id, "amount": wire.dump(made.amount)}),
    )


@group.get(
    "/accounts/{account_id}/balance",
    "Show what an account holds",
    may=_BILLS,
    gives=_AMOUNTS,
)
def show_balance(call: Call) -> Reply:
    """Posted, held, available; of the available what is cash, what bonus, and what is owed."""
    account = _here(call)
    ledger = prepaid_account(account.id)
    held = call.store.balance(ledger)
    found = lots(call.store.statement(ledger), call.seller.consumptions)
    minor = {
        "posted": held.posted,
        "held": held.pending,
        "available": held.available,
        "cash": found.cash,
        "bonus": found.bonus,
        "owed": found.owed,
    }
    return Reply(
        data={name: wire.dump(Money(each, account.currency)) for name, each in minor.items()}
    )


@group.get(
    "/accounts/{account_id}/statement",
    "List the lines of an account, oldest first",
    may=_BILLS,
    query=(SINCE, UNTIL, LIMIT, CURSOR),
    gives=page_of(ToldLine),
)
def show_statement(call: Call) -> Reply:
    """Each traceable to its lead, with what it took from cash and from bonus."""
    account, limit = _here(call), limit_of(call.query)
    first, last, after = call.day("since"), call.day("until"), call.after()
    behind = _number(after)
    # Which lot a line took from follows from all the lines before it.
    whole = call.store.statement(prepaid_account(account.id))
    told = [
        each
        for each in told_lines(whole, call.seller.consumptions, currency=account.currency)
        if each.seq > behind
        and (first is None or each.at >= first)
        and (last is None or each.at < last)
    ][:limit]
    return call.page(map(wire.dump, told), told, _seq, limit)


def _seq(line: ToldLine) -> str:
    return str(line.seq)


def _number(after: str | None) -> int:
    if after is None:
        return 0
    if not after.isdecimal():
        raise Malformed.at("?cursor", "is none that a page of this list gave")
    return int(after)
