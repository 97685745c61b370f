"""What every command shares: the store, the seller, the clock, and how answers are shown."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen
from sqlalchemy.exc import ArgumentError, DBAPIError

from leadcore.accounts import Seller
from leadcore.errors import Malformed, NotFound
from leadcore.values import AccountId, SellerId, UserId, time_ordered_id
from leadcore_sqlalchemy import SqlStore, engine

if TYPE_CHECKING:
    from leadcore.accounts import Account
    from leadcore.people import User

__all__ = ["AsJson", "Database", "Desk", "SellerOption", "desk", "fresh_id", "now", "open_store"]

DEFAULT_DATABASE = "sqlite:///leadcore.db"

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Database = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="LEADCORE_DB",
        help="Where the records are: an SQLAlchemy URL of SQLite or PostgreSQL.",
        show_envvar=True,
    ),
]
SellerOption = Annotated[
    str | None,
    typer.Option("--seller", envvar="LEADCORE_SELLER", help="The seller, if there are several."),
]


def open_store(database: str) -> SqlStore:
    """Open the store at an SQLAlchemy URL; `sqlalchemy.Engine.dispose` closes it.

    Raises:
        Malformed: the URL can't be read, or names a database of another kind.
    """
    try:
        return SqlStore(engine(database))
    except (ArgumentError, ImportError, ValueError) as error:
        raise Malformed.at("--db", str(error)) from error


def now() -> datetime:
    """Read the clock: here, at the very edge, and nowhere further in."""
    return datetime.now(UTC)


def fresh_id(at: datetime) -> str:
    """Make a new time-ordered id."""
    return time_ordered_id(at, entropy=os.urandom(10))


@frozen(kw_only=True)
class Desk:
    """The open store and the seller whose desk this is."""

    store: SqlStore
    seller: Seller

    def account(self, account_id: str) -> Account:
        """Give an account of the seller.

        Raises:
            NotFound: there is none.
        """
        for account in self.store.accounts(self.seller.id):
            if account.id == account_id:
                return account
        raise NotFound("account", account_id)

    def user(self, user_id: str) -> User:
        """Give a user of one of the seller's accounts.

        Raises:
            NotFound: there is none.
        """
        user = self.store.user(UserId(user_id))
        if user is None or user.seller_id != self.seller.id:
            raise NotFound("user", user_id)
        return user

    def account_of(self, user_id: str) -> AccountId:
        """Give the account a user belongs to."""
        return self.user(user_id).account_id


def desk(database: str, seller: str | None) -> Desk:
    """Open the store and find the seller.

    Raises:
        NotFound: there is no such seller, or none yet, or several to choose from.
    """
    store = open_store(database)
    try:
        known = store.sellers()
    except DBAPIError as error:
        message = f"holds no leadcore records; run `leadcore init` first ({error.orig})"
        raise Malformed.at("--db", message) from error
    if seller is not None:
        found = store.seller(SellerId(seller))
        if found is None:
            raise NotFound("seller", seller)
        return Desk(store=store, seller=found)
    if len(known) != 1:
        raise NotFound("seller", "run `leadcore init` first" if not known else "name one: --seller")
    return Desk(store=store, seller=known[0])
