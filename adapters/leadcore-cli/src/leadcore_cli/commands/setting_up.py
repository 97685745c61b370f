"""Setting up: the seller, accounts, users, money."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.accounts import (
    ActivateAccount,
    OpenAccount,
    SellerTerms,
    StopAccount,
    prepaid_account,
)
from leadcore.errors import Malformed
from leadcore.people import (
    AddUser,
    DisableUser,
    EditUser,
    EnableUser,
    MoveUser,
    Profile,
    UserCommand,
)
from leadcore.values import AccountId, Money, SellerId, UserId
from leadcore_cli import show
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    SellerOption,
    desk,
    fresh_id,
    now,
    open_store,
)
from leadcore_sqlalchemy import upgrade

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["parse_amount", "register"]


def parse_amount(text: str, currency: str) -> Money:
    """Read an amount as people type it (`25`, `25.00`, `1,250.50`), exactly.

    Raises:
        Malformed: it is no amount, or says less than a cent.
    """
    try:
        cents = Decimal(text.replace(",", "").removeprefix("$")) * 100
    except InvalidOperation:
        raise Malformed.at("amount", f"{text!r} is no amount, such as 25 or 25.50") from None
    if not cents.is_finite() or cents != cents.to_integral_value():
        raise Malformed.at("amount", f"{text!r} is not a whole number of cents")
    return Money(int(cents), currency)


def init(
    name: Annotated[str, typer.Option(help="The seller's name, as people are told it.")],
    seller: Annotated[str, typer.Option(help="The seller's id.")] = "seller",
    zone: Annotated[str, typer.Option(help="The seller's time zone.")] = "America/New_York",
    currency: Annotated[str, typer.Option(help="Of all its accounts.")] = "USD",
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Make the database and the seller; run again to change the seller's name or zone."""
    store = open_store(db)
    upgrade(store.engine)
    before = store.seller(SellerId(seller))
    terms = before.terms if before else SellerTerms(name=name)
    made = store.run(
        bo.SetSellerTerms(
            seller_id=SellerId(seller),
            terms=SellerTerms(
                name=name,
                zone=zone,
                currency=currency,
                refunds=terms.refunds,
                duplicate_days=terms.duplicate_days,
                inbox=terms.inbox,
            ),
            at=now(),
        )
    )
    if as_json:
        show.print_json(show.as_data(made))
    else:
        show.console.print(f"Ready: {made.terms.name} ({made.id}), times in {made.terms.zone}.")


def account(
    account_id: Annotated[str, typer.Argument(help="The account's id.")],
    name: Annotated[str | None, typer.Option(help="Open it under this name.")] = None,
    credit_limit: Annotated[str, typer.Option(help="How far it may go below zero.")] = "0",
    stop: Annotated[str | None, typer.Option(help="Stop it, saying why.")] = None,
    activate: Annotated[bool, typer.Option(help="Let it get leads again.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Open an account, stop it, or activate it."""
    here = desk(db, seller)
    currency = here.seller.terms.currency
    key = AccountId(account_id)
    command = (
        StopAccount(stop)
        if stop
        else ActivateAccount()
        if activate
        else OpenAccount(
            account_id=key,
            seller_id=here.seller.id,
            name=name or account_id,
            currency=currency,
        )
    )
    kept = here.store.run(
        bo.KeepAccount(
            seller_id=here.seller.id,
            account_id=key,
            command=command,
            floor=-parse_amount(credit_limit, currency).minor,
            at=now(),
        )
    )
    if as_json:
        show.print_json(show.as_data(kept))
    else:
        show.console.print(f"Account {kept.id} ({kept.name}) is {kept.status.value}.")


def fund(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    amount: Annotated[str, typer.Argument(help="Such as 250 or 250.00.")],
    key: Annotated[
        str | None,
        typer.Option(help="The payment's own id: the same one is never booked twice."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who books it.")] = "cli",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Put money that came in on an account's balance."""
    here = desk(db, seller)
    at = now()
    transfer = here.store.run(
        bo.Fund(
            seller_id=here.seller.id,
            account_id=AccountId(account_id),
            key=key or fresh_id(at),
            amount=parse_amount(amount, here.seller.terms.currency),
            actor=by,
            at=at,
        )
    )
    held = here.store.balance(prepaid_account(AccountId(account_id)))
    balance = Money(held.posted, transfer.amount.currency)
    if as_json:
        show.print_json({"transfer": transfer.id, "balance": show.as_data(balance)})
    else:
        show.console.print(f"{account_id} now holds {show.money(balance)}.")


def user(
    user_id: Annotated[str, typer.Argument(help="The user's id.")],
    account_id: Annotated[
        str | None, typer.Option("--account", help="Add to this account.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the user is called.")] = None,
    under: Annotated[str | None, typer.Option(help="Who stands directly above.")] = None,
    top: Annotated[bool, typer.Option(help="Move to the top of the tree.")] = False,
    email: Annotated[str | None, typer.Option(help="For notices.")] = None,
    cell: Annotated[str | None, typer.Option(help="For notices by text, as +1….")] = None,
    phone: Annotated[str | None, typer.Option(help="The number told to leads.")] = None,
    website: Annotated[str | None, typer.Option(help="The site told to leads.")] = None,
    admin: Annotated[bool | None, typer.Option(help="Admin Access.")] = None,
    downline: Annotated[bool | None, typer.Option(help="View Downline.")] = None,
    notify: Annotated[bool | None, typer.Option(help="New lead notification.")] = None,
    enable: Annotated[bool | None, typer.Option("--enable/--disable", help="The log-in.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Add a user to an account, or change one: profile, place in the tree, log-in."""
    here = desk(db, seller)
    key = UserId(user_id)
    known = here.store.user(key)
    given = {
        "name": name,
        "email": email,
        "cell": cell,
        "phone": phone,
        "website": website,
        "admin": admin,
        "view_downline": downline,
        "notify_new_lead": notify,
    }
    profile = _profile(known.profile if known else Profile(name=user_id), given)
    commands: list[UserCommand] = []
    if known is None:
        if account_id is None:
            raise Malformed.at("--account", "a new user is added to an account")
        commands.append(
            AddUser(
                user_id=key,
                seller_id=here.seller.id,
                account_id=here.account(account_id).id,
                parent_id=UserId(under) if under else None,
                profile=profile,
            )
        )
        home = AccountId(account_id)
    else:
        home = here.account_of(user_id)
        commands.append(EditUser(profile))
        if under or top:
            commands.append(MoveUser(UserId(under) if under else None))
    if enable is not None:
        commands.append(EnableUser() if enable else DisableUser())
    kept = here.store.run_many(
        [bo.KeepUser(user_id=key, account_id=home, command=each, at=now()) for each in commands]
    )[-1]
    if as_json:
        show.print_json(show.as_data(kept))
    else:
        state = "enabled" if kept.enabled else "disabled"
        show.console.print(f"User {kept.id} ({kept.profile.name}) of {kept.account_id}: {state}.")


def _profile(before: Profile, given: Mapping[str, object]) -> Profile:
    values = show.as_data(before) | {
        name: value for name, value in given.items() if value is not None
    }
    return Profile(**values)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (init, account, user, fund):
        app.command()(command)
