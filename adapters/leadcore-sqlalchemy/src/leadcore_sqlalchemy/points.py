"""What is recorded about the numbers and e-mail addresses of a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from leadcore.contact_points import addresses, point_id
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.statements import Many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from leadcore.contact_points import ContactPoint
    from leadcore.leads import Lead

__all__ = ["points_of"]

_POINTS = tables.contact_points


def _by_ids(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return select(_POINTS.c.data).where(_POINTS.c.id.in_(ids)).order_by(_POINTS.c.id)


_READ_POINTS = Many(_by_ids)


def points_of(connection: Connection, lead: Lead | None) -> tuple[ContactPoint, ...]:
    """Give the contact points of a lead that something is recorded about, by address."""
    given = addresses(lead.submission) if lead else ()
    if lead is None or not given:
        return ()
    ids = [point_id(lead.seller_id, address) for address in given]
    rows = _READ_POINTS.rows(connection, ids)
    return tuple(states.load_state("contact_point", row.data) for row in rows)
