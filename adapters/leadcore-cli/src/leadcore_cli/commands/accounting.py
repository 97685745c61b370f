"""Money: accounts, balances, statements, and the audit that everything adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadcore.accounts import prepaid_account
from leadcore.intervals import start_of_local_day
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
    """Show what an account holds, now or as of an instant."""
    here = desk(db, seller)
    account = here.account(account_id)
    held = here.store.balance(prepaid_account(account.id), at)
    amounts = {
        "posted": Money(held.posted, account.currency),
        "held": Money(held.pending, account.currency),
        "available": Money(held.available, account.currency),
    }
    if as_json:
        show.print_json({name: show.as_data(amount) for name, amount in amounts.items()})
        return
    words = ", ".join(f"{name} {show.money(amount)}" for name, amount in amounts.items())
    show.line(f"{show.clean(account.id)}: {words}")


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
    lines = here.store.statement(
        prepaid_account(account.id),
        start_of_local_day(since.date(), zone) if since else None,
        start_of_local_day(until.date(), zone) if until else None,
    )
    if as_json:
        for line in lines:
            show.print_json(
                {
                    "seq": line.entry.seq,
                    "at": line.entry.recorded_at.isoformat().replace("+00:00", "Z"),
                    "kind": line.transfer.kind.value,
                    "amount": show.as_data(Money(line.entry.amount, account.currency)),
                    "balance": show.as_data(Money(line.entry.posted_after, account.currency)),
                    "lead": line.transfer.lead_id,
                    "order": line.transfer.order_id,
                    "refund": line.transfer.refund_id,
                }
            )
        return
    show.table(
        f"Statement of {account.id}",
        ("no.", "when", "what", "amount", "balance", "lead"),
        (
            (
                line.entry.seq,
                show.instant(line.entry.recorded_at),
                line.transfer.kind.value.replace("_", " "),
                Money(line.entry.amount, account.currency),
                Money(line.entry.posted_after, account.currency),
                line.transfer.lead_id,
            )
            for line in lines
        ),
    )


def audit(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """Fold the journal and all entries again, and say where they differ from what is stored."""
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
