"""What every command shares: the store, the seller, the clock."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from leadcore.accounts import Seller
from leadcore.errors import Malformed, NotFound
from leadcore.ports import Store
from leadcore.values import AccountId, SellerId, UserId, time_ordered_id
from leadcore_cli.acting import acting

if TYPE_CHECKING:
    from collections.abc import Generator

    from leadcore.accounts import Account
    from leadcore.people import User
    from leadcore.ports import Upkeep
    from leadcore_sqlalchemy import SqlStore

__all__ = [
    "DEFAULT_DATABASE",
    "AsJson",
    "Database",
    "Desk",
    "SellerOption",
    "closing_stores",
    "desk",
    "existing_store",
    "fresh_act",
    "fresh_id",
    "now",
    "open_store",
]

DEFAULT_DATABASE = "sqlite:///leadcore.db"

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Database = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="LEADCORE_DB",
        metavar="URL",
        help="Where the records are: sqlite:///FILE or postgresql://USER@HOST/NAME.",
    ),
]
SellerOption = Annotated[
    str | None,
    typer.Option(
        "--seller", envvar="LEADCORE_SELLER", metavar="ID", help="The seller, if there are several."
    ),
]


_at_end: ContextVar[ExitStack | None] = ContextVar("_at_end", default=None)


@contextmanager
def closing_stores() -> Generator[None]:
    """Close in the end every store that is opened inside."""
    with ExitStack() as stack:
        token = _at_end.set(stack)
        try:
            yield
        finally:
            _at_end.reset(token)


def open_store(database: str) -> SqlStore:
    """Open the store at an SQLAlchemy URL; inside a command it is closed in the end.

    Raises:
        Malformed: the URL can't be read, or names a database of another kind.
    """
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - slow; what asks no store needs none

    from leadcore_sqlalchemy import SqlStore, engine  # noqa: PLC0415 - the same

    try:
        store = SqlStore(engine(database))
    except ArgumentError:
        message = "is no address such as sqlite:///leads.db or postgresql://user@host/name"
        raise Malformed.at("--db", message) from None
    except (ImportError, ValueError) as error:
        raise Malformed.at("--db", f"can't be opened: {error}") from None
    stack = _at_end.get()
    if stack is not None:
        stack.callback(store.engine.dispose)
    return store


def now() -> datetime:
    """Read the clock: here, at the very edge, and nowhere further in."""
    return datetime.now(UTC)


def fresh_id(at: datetime) -> str:
    """Make a new time-ordered id."""
    return time_ordered_id(at, entropy=os.urandom(10))


@frozen(kw_only=True)
class Desk:
    """The open store and the seller whose desk this is."""

    store: Store
    seller: Seller

    @property
    def plain(self) -> Store:
        """The store as nobody's: what is run there is not recorded as whoever acts here."""
        plain: Store = getattr(self.store, "plain", self.store)
        return plain

    @property
    def upkeep(self) -> Upkeep:
        """The same store, for deleting what is of no use any more."""
        kept: Any = self.plain  # every store that `open_store` gives forgets
        upkeep: Upkeep = kept
        return upkeep

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
        NotFound: there is no such seller.
        Malformed: there is no database yet, no seller in it, or several to choose from.
    """
    store = existing_store(database)
    if seller is not None:
        found = store.seller(SellerId(seller))
        if found is None:
            raise NotFound("seller", seller)
        return _desk(store, found)
    known = store.sellers()
    if not known:
        raise Malformed.at("--db", "holds no seller yet; run `leadcore init` first")
    only, *others = known
    if others:
        names = ", ".join(each.id for each in known)
        raise Malformed.at("--seller", f"there are several, name one: {names}")
    return _desk(store, only)


def _desk(store: SqlStore, seller: Seller) -> Desk:
    return Desk(store=acting(store, seller.id, fresh_act), seller=seller)


def fresh_act() -> tuple[str, datetime]:
    """Give an id for one act, and now."""
    at = now()
    return fresh_id(at), at


def existing_store(database: str) -> SqlStore:
    """Open the store at an SQLAlchemy URL, as `open_store`; SQLite's file must be there.

    Raises:
        Malformed: as `open_store` says, or there is no database yet.
    """
    store = open_store(database)
    _check_there(store)
    return store


def _check_there(store: SqlStore) -> None:
    # SQLite would make an empty file of any name it is asked for.
    url = store.engine.url
    file = url.database
    if url.get_backend_name() != "sqlite" or not file or file.startswith((":", "file:")):
        return
    if not Path(file).exists():
        raise Malformed.at("--db", f"there is no file {file} yet; run `leadcore init` first")
