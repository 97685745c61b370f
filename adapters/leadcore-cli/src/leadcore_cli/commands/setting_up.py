"""Setting up: the seller, accounts, users, money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import (
    ActivateAccount,
    OpenAccount,
    SellerTerms,
    StopAccount,
    prepaid_account,
)
from leadcore.balances import FundingTerms, FundingTier, FundingTiers
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
from leadcore_cli.acting import acting
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    fresh_act,
    fresh_id,
    now,
    open_store,
)
from leadcore_cli.parsing import parse_amount
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["register"]


def init(
    name: Annotated[
        str | None, typer.Option(help="The seller's name, as people are told it.")
    ] = None,
    seller: Annotated[
        str, typer.Option(envvar="LEADCORE_SELLER", help="The seller's id.")
    ] = "seller",
    zone: Annotated[
        str | None, typer.Option(help="The seller's time zone; America/New_York if never given.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Of all its accounts; USD if never given.")
    ] = None,
    tiers: Annotated[
        str | None,
        typer.Option(help="Bonus by funding: 150:5,300:10 is 5 % from 150 on; none ends it."),
    ] = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Make the database and the seller; run again to change the seller's terms."""
    from leadcore_sqlalchemy import upgrade  # noqa: PLC0415 - slow, and only needed here

    if not seller.strip():
        raise Malformed.at("--seller", "a seller has an id")
    store = open_store(db)
    upgrade(store.engine)
    before = store.seller(SellerId(seller))
    if before is None and name is None:
        raise Malformed.at("--name", "a new seller has a name")
    given: dict[str, Any] = {"name": name, "zone": zone, "currency": currency}
    terms = replace(
        before.terms if before else SellerTerms(name=name or ""),
        **{key: value for key, value in given.items() if value is not None},
    )
    if tiers is not None:
        funding = replace(terms.funding or FundingTerms(), tiers=_tiers(tiers, terms.currency))
        terms = replace(terms, funding=funding)
    mine = acting(store, SellerId(seller), fresh_act)
    made = mine.run(bo.SetSellerTerms(seller_id=SellerId(seller), terms=terms, at=now()))
    if as_json:
        show.print_json(show.as_data(made))
    else:
        words = f"{made.terms.name} ({made.id}), times in {made.terms.zone}."
        show.line(f"Ready: {show.clean(words)}")


def _tiers(text: str, currency: str) -> FundingTiers | None:
    if text.strip() == "none":
        return None
    found: list[FundingTier] = []
    for each in text.split(","):
        amount, colon, rate = each.partition(":")
        if not colon:
            raise Malformed.at("--tiers", f"{each!r} is no tier, such as 150:5")
        least = parse_amount(amount, currency, path="--tiers").minor
        # A rate has two decimal places, as an amount of dollars has.
        found.append(FundingTier(least, parse_amount(rate, "USD", path="--tiers").minor))
    return FundingTiers(currency=currency, tiers=tuple(found))


def account(
    account_id: Annotated[str, typer.Argument(help="The account's id.")],
    name: Annotated[str | None, typer.Option(help="Open it under this name.")] = None,
    credit_limit: Annotated[
        str | None, typer.Option(help="For a new one: how far it may go below zero.")
    ] = None,
    stop: Annotated[str | None, typer.Option(help="Stop it, saying why.")] = None,
    activate: Annotated[bool, typer.Option("--activate", help="Let it get leads again.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Open an account, stop it, or activate it."""
    here = desk(db, seller)
    currency = here.seller.terms.currency
    key = AccountId(account_id)
    _check_account(account_id, name, credit_limit, stop, activate=activate)
    limit = parse_amount(credit_limit or "0", currency, path="--credit-limit")
    command = (
        StopAccount(stop)
        if stop is not None
        else ActivateAccount()
        if activate
        else OpenAccount(
            account_id=key,
            seller_id=here.seller.id,
            name=account_id if name is None else name,
            currency=currency,
            floor=-limit.minor,
        )
    )
    kept = here.store.run(
        bo.KeepAccount(seller_id=here.seller.id, account_id=key, command=command, at=now())
    )
    if as_json:
        show.print_json(show.as_data(kept))
    else:
        words = f"Account {kept.id} ({kept.name}) is {kept.status.value}"
        why = f": {kept.stopped_reason}" if kept.stopped_reason else "."
        show.line(show.clean(words + why))


def _check_account(
    account_id: str,
    name: str | None,
    credit_limit: str | None,
    stop: str | None,
    *,
    activate: bool,
) -> None:
    if not account_id.strip():
        raise Malformed.at("account", "an account has an id")
    if stop is not None and not stop.strip():
        raise Malformed.at("--stop", "say why")
    if stop is not None and activate:
        raise Malformed.at("--activate", "an account is stopped or activated, not both")
    opening = next(
        (
            option
            for option, value in (("--name", name), ("--credit-limit", credit_limit))
            if value is not None
        ),
        None,
    )
    if opening and (activate or stop is not None):
        raise Malformed.at(opening, "is said when an account is opened")


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
        show.line(f"{show.clean(account_id)} now holds {show.money(balance)}.")


def user(
    user_id: Annotated[str, typer.Argument(help="The user's id.")],
    account_id: Annotated[
        str | None, typer.Option("--account", help="Add to this account.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the user is called.")] = None,
    under: Annotated[str | None, typer.Option(help="Who stands directly above.")] = None,
    top: Annotated[bool, typer.Option("--top", help="Move to the top of the tree.")] = False,
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
    if under is not None and top:
        raise Malformed.at("--top", "a user stands under somebody or at the top, not both")
    commands: list[UserCommand] = []
    if known is None:
        commands.append(_added(here, key, account_id, under, profile))
        home = AccountId(account_id or "")
    else:
        home = here.account_of(user_id)
        if account_id not in {None, home}:
            raise Malformed.at("--account", f"{user_id} is of {home}; a user keeps the account")
        commands.append(EditUser(profile))
        if under is not None or top:
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
        words = f"User {kept.id} ({kept.profile.name}) of {kept.account_id}: {state}."
        show.line(show.clean(words))


def _added(
    here: Desk, key: UserId, account_id: str | None, under: str | None, profile: Profile
) -> AddUser:
    if account_id is None:
        raise Malformed.at("--account", "a new user is added to an account")
    if not key.strip():
        raise Malformed.at("user", "a user has an id")
    return AddUser(
        user_id=key,
        seller_id=here.seller.id,
        account_id=here.account(account_id).id,
        parent_id=UserId(under) if under is not None else None,
        profile=profile,
    )


def _profile(before: Profile, given: Mapping[str, Any]) -> Profile:
    # An empty text takes back what was said before; only the name must stay.
    changed: dict[str, Any] = {
        key: None if value == "" and key != "name" else value
        for key, value in given.items()
        if value is not None
    }
    return replace(before, **changed)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (init, account, user, fund):
        add(app, command)
