"""Money: accounts, balances, statements, and the audit that everything adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadcore.accounts import prepaid_account
from leadcore.balances import lots
from leadcore.intervals import start_of_local_day
from leadcore.statement_lines import told_lines
from leadcore.values import Money
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk
from leadcore_cli.parsing import Day, Instant
from leadcore_cli.running import add

if TYPE_CHECKING:
    from leadcore.accounts import Account

__all__ = ["register"]


def accounts(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """List accounts with their balances."""
    here = desk(db, seller)
    found = here.store.accounts(here.seller.id)
    if as_json:
        for account in found:
            balance = show.as_data(_balance(here, account))
            show.print_json({"account": show.as_data(account), "balance": balance})
        return
    show.table(
        "Accounts",
        ("account", "name", "status", "balance"),
        (
            (account.id, account.name, account.status.value, _balance(here, account))
            for account in found
        ),
    )


def _balance(here: Desk, account: Account) -> Money:
    return Money(here.store.balance(prepaid_account(account.id)).posted, account.currency)


def balance(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what an account holds, now or as of an instant; in JSON cash and bonus apart."""
    here = desk(db, seller)
    account = here.account(account_id)
    ledger = prepaid_account(account.id)
    held = here.store.balance(ledger, at)
    found = lots(here.store.statement(ledger), here.seller.consumptions, at=at)
    minor = {
        "posted": held.posted,
        "held": held.pending,
        "available": held.available,
        "cash": found.cash,
        "bonus": found.bonus,
        "owed": found.owed,
    }
    limit = _credit_limit(here, ledger)
    if limit is not None:
        minor["credit_limit"] = limit
    amounts = {name: Money(amount, account.currency) for name, amount in minor.items()}
    if as_json:
        show.print_json({name: show.as_data(amount) for name, amount in amounts.items()})
        return
    told = ("posted", "held", "available", *(name for name in ("bonus", "owed") if minor[name]))
    words = ", ".join(f"{name} {show.money(amounts[name])}" for name in told)
    credit = f", credit limit {show.money(amounts['credit_limit'])}" if limit else ""
    show.line(f"{show.clean(account.id)}: {words}{credit}")


def _credit_limit(here: Desk, ledger: str) -> int | None:
    """Give how far an account may go below zero; None for no limit at all."""
    held = here.store.ledger_account(ledger)
    return -held.floor if held is not None and isinstance(held.floor, int) else None


def statement(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    since: Day = None,
    until: Day = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show every line of an account, each traceable to its lead."""
    here = desk(db, seller)
    account = here.account(account_id)
    zone = here.seller.terms.zone
    first = start_of_local_day(since.date(), zone) if since else None
    last = start_of_local_day(until.date(), zone) if until else None
    # Which lot a line took from follows from all the lines before it.
    whole = here.store.statement(prepaid_account(account.id))
    told = [
        each
        for each in told_lines(whole, here.seller.consumptions, currency=account.currency)
        if (first is None or each.at >= first) and (last is None or each.at < last)
    ]
    if as_json:
        for each in told:
            show.print_json(show.as_data(each))
        return
    show.table(
        f"Statement of {account.id}",
        ("no.", "when", "what", "amount", "balance", "bonus", "of", "lead"),
        (
            (
                each.seq,
                show.instant(each.at),
                each.kind.value.replace("_", " "),
                each.amount,
                each.balance,
                each.bonus,
                each.of,
                each.lead,
            )
            for each in told
        ),
    )


def audit(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """Fold the journal, all entries and lots again, and say where they differ."""
    here = desk(db, seller)
    found = here.store.audit()
    if as_json:
        show.print_json({"differences": list(found)})
    elif found:
        for sentence in found:
            show.line(f"[red]{show.clean(sentence)}[/]")
    else:
        show.line("[green]Everything adds up[/]: journal, rows and balances agree.")
    if found:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (accounts, balance, statement, audit):
        add(app, command)
