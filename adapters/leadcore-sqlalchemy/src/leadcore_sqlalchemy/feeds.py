"""The journal read to be published: what is not marked yet, and the marks.

Writers commit in any order, so no number tells what is new: one above all that was seen may come
before one below it. Each event has a mark of its own instead. Of one stream the events do commit in
order, since each stands on the row's version before it; so whatever is seen of a stream is seen
without a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, text, tuple_, update

from leadcore.ports import JournalEntry
from leadcore.values import SellerId
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.statements import Statement
from leadcore_sqlalchemy.texts import from_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Column, Connection

__all__ = [
    "PUBLISHED",
    "mark",
    "mark_all",
    "prepare",
    "seller_columns",
    "unpublished",
]

_JOURNAL = tables.journal
_PLACE = (_JOURNAL.c.stream_kind, _JOURNAL.c.stream_id, _JOURNAL.c.version)

# Only of what is not marked: it stays as small as what waits. Not among the tables' own indexes,
# because every sale would pay for it, whoever publishes or not.
_INDEX = text(
    "CREATE INDEX IF NOT EXISTS ix_leadcore_journal_unpublished"
    " ON leadcore_journal (stream_kind, stream_id, version) WHERE published_at IS NULL"
)
_MARK = Statement(
    update(_JOURNAL)
    .where(
        _JOURNAL.c.stream_kind == bindparam("b_kind"),
        _JOURNAL.c.stream_id == bindparam("b_key"),
        _JOURNAL.c.version == bindparam("b_number"),
        _JOURNAL.c.published_at.is_(None),
    )
    .values(published_at=bindparam("b_at"))
)

PUBLISHED = (
    "account",
    "appointment",
    "contact_point",
    "decisions",
    "file",
    "lead",
    "letter",
    "order",
    "payment",
    "recording",
    "refund",
    "seller",
    "stray",
    "tree",
    "user",
)
"""The kinds of streams that are published, in their order; any other stays where it is, those of
`leadcore.ports.feeds.KEPT_IN` for good."""

# The streams that hang on another one, under its id.
_OF_ANOTHER = {"decisions": tables.leads, "letter": tables.outbox, "tree": tables.accounts}


def seller_columns(kind: str) -> tuple[Column[str], Column[str]]:
    """Give the columns that tell, by the id of a stream of a kind, whose it is."""
    table = _OF_ANOTHER[kind] if kind in _OF_ANOTHER else states.TABLES[kind]
    return table.c.id, table.c.id if kind == "seller" else table.c.seller_id


def prepare(connection: Connection) -> None:
    """Make the index of what waits, if it is not there."""
    connection.execute(_INDEX)


def unpublished(
    connection: Connection, after: tuple[str, str, int] | None = None, limit: int = 256
) -> tuple[JournalEntry, ...]:
    """Give events that are not marked, by kind, id and number."""
    found: list[JournalEntry] = []
    for kind in PUBLISHED:
        if len(found) < limit and (after is None or kind >= after[0]):
            behind = after[1:] if after is not None and after[0] == kind else None
            found += _of_kind(connection, kind, behind, limit - len(found))
    return tuple(found)


def _of_kind(
    connection: Connection, kind: str, behind: tuple[str, int] | None, limit: int
) -> list[JournalEntry]:
    _, key, number = _PLACE
    found = select(key, number, _JOURNAL.c.data)
    found = found.where(_JOURNAL.c.stream_kind == kind, _JOURNAL.c.published_at.is_(None))
    if behind is not None:
        found = found.where(tuple_(key, number) > tuple_(*behind))
    rows = connection.execute(found.order_by(key, number).limit(limit)).all()
    if not rows:
        return []
    own, seller = seller_columns(kind)
    ids = sorted({row.stream_id for row in rows})
    told = connection.execute(select(own, seller).where(own.in_(ids)))
    sellers = {each[0]: each[1] for each in told}
    return [
        JournalEntry(
            seller_id=SellerId(sellers[row.stream_id]),
            kind=kind,
            key=row.stream_id,
            number=row.version,
            event=from_text(row.data),
        )
        for row in rows
        if row.stream_id in sellers
    ]


def mark(connection: Connection, entries: Sequence[JournalEntry], at: datetime) -> int:
    """Mark events as published; give how many were not yet."""
    if not entries:
        return 0
    # In one order, so that two who mark the same do not wait for each other in a circle.
    places = sorted(entry.place for entry in entries)
    rows = [{"b_kind": kind, "b_key": key, "b_number": n, "b_at": at} for kind, key, n in places]
    return _MARK.change(connection, *rows)


def mark_all(connection: Connection, at: datetime) -> int:
    """Mark all there are; give how many were not yet."""
    given = _JOURNAL.c.stream_kind.in_(PUBLISHED)
    unmarked = update(_JOURNAL).where(_JOURNAL.c.published_at.is_(None)).values(published_at=at)
    marked = connection.execute(unmarked.where(given)).rowcount
    # What is never given is marked beside it: else the index of what waits would keep it.
    connection.execute(unmarked.where(~given))
    return marked
