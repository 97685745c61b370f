"""What a stream is now: a row by its id, read as the state it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from leadcore import wire
from leadcore.contact_points import point_id
from leadcore.decider import Versioned
from leadcore_sqlalchemy import lines, states, tables
from leadcore_sqlalchemy.moments import alone
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from leadcore.accounts import Seller
    from leadcore.balances import LedgerAccount, Transfer
    from leadcore.contact_points import ContactPoint
    from leadcore.leads import Lead
    from leadcore.payments import Payment
    from leadcore.people import User
    from leadcore.values import AccountId, LeadId, SellerId, UserId

__all__ = [
    "admins_of",
    "contact_point",
    "lead",
    "ledger_account",
    "payment",
    "row_of",
    "seen",
    "seller",
    "started",
    "state",
    "transfer",
    "user",
    "users_of",
]


def _row_of(kind: str) -> Statement:
    table = states.TABLES[kind]
    return Statement(select(table.c.version, table.c.data).where(table.c.id == bindparam("id")))


_ROWS = {kind: _row_of(kind) for kind in states.TABLES}

_USERS, _LEDGER = tables.users, tables.ledger_accounts
_TRANSFERS = tables.ledger_transfers
_transfer_row = select(_TRANSFERS.c.data).where(
    _TRANSFERS.c.id == bindparam("id"), _TRANSFERS.c.kind != tables.REJECTED
)
_READ_USERS = Statement(
    select(_USERS.c.data).where(_USERS.c.account_id == bindparam("id")).order_by(_USERS.c.id)
)
_READ_ADMINS = Statement(
    select(_USERS.c.data).where(_USERS.c.admin_of == bindparam("id")).order_by(_USERS.c.id)
)
_READ_LEDGER = Statement(select(_LEDGER).where(_LEDGER.c.id == bindparam("id")))


def row_of(kind: str) -> Statement:
    """Give the statement that reads a stream's row, by `id`."""
    return _ROWS[kind]


def seen(connection: Connection, kind: str, key: str | None) -> Versioned[Any]:
    """Give a stream as it is, with its version; None at version 0 where there is none."""
    if not key:
        return Versioned(None, 0)
    return states.versioned(kind, _ROWS[kind].row(connection, {"id": key}))


def state(connection: Connection, kind: str, key: str | None) -> Any:  # noqa: ANN401 # each kind has its own
    """Give the present state of a stream, or None."""
    return seen(connection, kind, key).state


@alone
def seller(connection: Connection, seller_id: SellerId) -> Seller | None:
    """Give a seller."""
    found: Seller | None = state(connection, "seller", seller_id)
    return found


@alone
def user(connection: Connection, user_id: UserId) -> User | None:
    """Give a user."""
    found: User | None = state(connection, "user", user_id)
    return found


@alone
def lead(connection: Connection, lead_id: LeadId) -> Lead | None:
    """Give a lead."""
    found: Lead | None = state(connection, "lead", lead_id)
    return found


@alone
def contact_point(connection: Connection, seller_id: SellerId, address: str) -> ContactPoint | None:
    """Give what is recorded about a number or an e-mail address."""
    found: ContactPoint | None = state(connection, "contact_point", point_id(seller_id, address))
    return found


@alone
def payment(connection: Connection, payment_id: str) -> Payment | None:
    """Give a payment."""
    found: Payment | None = state(connection, "payment", payment_id)
    return found


@alone
def users_of(connection: Connection, account_id: AccountId) -> tuple[User, ...]:
    """Give an account's users, by id."""
    rows = _READ_USERS.rows(connection, {"id": account_id})
    return tuple(states.load_state("user", row.data) for row in rows)


def admins_of(connection: Connection, account_id: AccountId) -> tuple[User, ...]:
    """Give an account's admins, by id."""
    rows = _READ_ADMINS.rows(connection, {"id": account_id})
    return tuple(states.load_state("user", row.data) for row in rows)


@alone
def ledger_account(connection: Connection, ledger_id: str) -> LedgerAccount | None:
    """Give a ledger account."""
    row = _READ_LEDGER.row(connection, {"id": ledger_id})
    return None if row is None else lines.account_of(row)


def transfer(connection: Connection, transfer_id: str | None) -> Transfer | None:
    """Give a posted transfer."""
    if transfer_id is None:
        return None
    row = connection.execute(_transfer_row, {"id": transfer_id}).one_or_none()
    return None if row is None else lines.transfer_of(row.data)


def started(connection: Connection, kind: str, key: str) -> Versioned[Any]:
    """Give a stream that everybody has: what it begins as where nothing is written yet."""
    found = seen(connection, kind, key)
    return found if found.version else Versioned(wire.start_of(kind, key), 0)
