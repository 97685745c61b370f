"""Where a page begins, in SQL: behind the key and the id that a cursor says, whoever has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, tuple_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from leadcore.ports import Paged

__all__ = ["behind"]


def behind(
    query: Paged[Any], key: ColumnElement[Any], row: ColumnElement[str]
) -> Iterator[ColumnElement[bool]]:
    """Give the test for what stands behind the page before; none for the first page.

    Args:
        query: which list, and where it goes on.
        key: what the list is sorted by.
        row: its rows' ids.
    """
    if query.after is None:
        return
    last, falling = query.after, query.falling
    if falling[0] is falling[1]:
        # Compared as pairs, so that an index begins there.
        here, there = tuple_(key, row), tuple_(last.key, last.id)
        yield here < there if falling[0] else here > there
    else:
        later = row < last.id if falling[1] else row > last.id
        yield or_(key < last.key if falling[0] else key > last.key, and_(key == last.key, later))
