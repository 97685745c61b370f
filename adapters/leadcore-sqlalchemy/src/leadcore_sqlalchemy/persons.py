"""A person's other leads: whom the keys of a lead find again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from leadcore.submissions import person_keys
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.statements import Many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from leadcore.leads import Lead

__all__ = ["others", "sold_by_keys"]

_CLAIMS, _LEADS = tables.claims, tables.leads


def sold_by_keys(keys: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    """Select the leads of a seller that claimed any of the keys and were ever sold.

    The claims are found by their primary key, the leads by theirs.
    """
    return (
        select(_CLAIMS.c.lead_id, _LEADS.c.data)
        .join(_LEADS, _LEADS.c.id == _CLAIMS.c.lead_id)
        .where(
            _CLAIMS.c.seller_id == bindparam("seller_id"),
            _CLAIMS.c.key.in_(keys),
            _LEADS.c.sale_id.is_not(None),
        )
        .order_by(_CLAIMS.c.lead_id)
    )


_READ_SOLD = Many(sold_by_keys)


def others(connection: Connection, lead: Lead) -> tuple[Lead, ...]:
    """Give the seller's other leads of a lead's person that were ever sold, by id."""
    keys = person_keys(lead.submission)
    if not keys:
        return ()
    rows = _READ_SOLD.rows(connection, keys, {"seller_id": lead.seller_id})
    found = {row.lead_id: row.data for row in rows if row.lead_id != lead.id}
    return tuple(states.load_state("lead", data) for data in found.values())
