"""Where a page begins, in SQL: behind the key and the id that a cursor says, whoever has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, tuple_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from leadcore.ports import Paged

__all__ = ["behind", "past"]


def behind(
    query: Paged[Any], key: ColumnElement[Any], row: ColumnElement[str]
) -> Iterator[ColumnElement[bool]]:
    """Give the test for what stands behind the page before; none for the first page.

    Args:
        query: which list, and where it goes on.
        key: what the list is sorted by.
        row: its rows' ids.
    """
    if query.after is not None:
        yield past(query.falling, key, row, query.after.key, query.after.id)


def past(
    falling: tuple[bool, bool],
    key: ColumnElement[Any],
    row: ColumnElement[str],
    last_key: Any,  # noqa: ANN401 # of the key's type, or what is bound later
    last_id: Any,  # noqa: ANN401 # as above
) -> ColumnElement[bool]:
    """Give the test for what stands behind a row, by its key and its id."""
    if falling[0] is falling[1]:
        # Compared as pairs, so that an index begins there.
        here, there = tuple_(key, row), tuple_(last_key, last_id)
        return here < there if falling[0] else here > there
    later = row < last_id if falling[1] else row > last_id
    return or_(key < last_key if falling[0] else key > last_key, and_(key == last_key, later))
