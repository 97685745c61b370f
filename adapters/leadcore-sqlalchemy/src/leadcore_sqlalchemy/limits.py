"""Credit limits: the floor of a ledger account that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from leadcore.accounts import limit_difference
from leadcore.errors import Conflict
from leadcore.values import UNLIMITED, Unlimited
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from leadcore.outcomes import Outcome

__all__ = ["audit_limits", "set_floors"]

_ACCOUNTS, _LEDGER = tables.accounts, tables.ledger_accounts
# Whoever draws meanwhile waits for the row, and its guard then reads the new floor.
_SET = Statement(
    update(_LEDGER).where(_LEDGER.c.id == bindparam("b_id")).values(floor=bindparam("b_floor"))
)


def set_floors(connection: Connection, outcome: Outcome[Any]) -> None:
    """Set the floors of an outcome.

    Raises:
        Conflict: there is no such ledger account yet.
    """
    rows = [
        {
            "b_id": limit.account,
            "b_floor": None if isinstance(limit.floor, Unlimited) else limit.floor,
        }
        for limit in sorted(outcome.floors, key=lambda each: each.account)
    ]
    if _SET.change(connection, *rows) != len(rows):
        raise Conflict(f"ledger account {rows[0]['b_id']}")


def audit_limits(connection: Connection) -> Iterator[str]:
    """Compare what each account may owe with what its balance is guarded by."""
    rows = connection.execute(
        select(_ACCOUNTS.c.data, _LEDGER.c.floor)
        .join(_LEDGER, _LEDGER.c.id == _ACCOUNTS.c.ledger_id)
        .order_by(_ACCOUNTS.c.id)
    )
    for row in rows:
        account = states.load_state("account", row.data)
        floor = UNLIMITED if row.floor is None else row.floor
        if account.floor != floor:
            yield limit_difference(account, floor)
