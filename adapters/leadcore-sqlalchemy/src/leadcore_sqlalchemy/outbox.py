"""The outbox: messages and, in the same rows, where each of them is.

A row begins as its message alone, at version 0 and due at its message's instant; the first relay
that claims it writes the letter beside it. `due_at` is null once a letter is settled, so what is
still to be delivered is found by two small indexes: by when it is due, and by lane. Two relays that
claim one letter at the same time meet at its version; on PostgreSQL they seldom do, because each
passes over what another is claiming.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, or_, select, tuple_, update

from leadcore import wire
from leadcore.contact_points import point_id
from leadcore.decider import Versioned
from leadcore.errors import Conflict
from leadcore.letters import OPEN, lane_of, letter_of
from leadcore.ports import DueLetter, LetterFacts, OutboxEntry, OutboxFacts
from leadcore.submissions import Channel
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.current import lead, seller, started
from leadcore_sqlalchemy.paging import behind
from leadcore_sqlalchemy.persons import others
from leadcore_sqlalchemy.points import points_of
from leadcore_sqlalchemy.statements import Statement
from leadcore_sqlalchemy.texts import to_text
from leadcore_sqlalchemy.types import Id, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select

    from leadcore.decider import Change
    from leadcore.letters import Letter
    from leadcore.notices import Message
    from leadcore.ports import LetterNeeds, OutboxNeeds, OutboxQuery
    from leadcore_sqlalchemy.types import Row

__all__ = [
    "audit_outbox",
    "letter",
    "letter_facts",
    "letters",
    "message_row",
    "outbox_facts",
    "touched",
    "write_letter",
]

_OUTBOX = tables.outbox
_BEFORE = tables.outbox.alias("before")
_CHANNELS = sorted(Channel, key=lambda channel: channel.value)
_at = bindparam("at", type_=UtcDateTime)
_seller = bindparam("seller_id", type_=Id)
_blocked = (
    select(_BEFORE.c.id)
    .where(
        _BEFORE.c.lane == _OUTBOX.c.lane,
        _BEFORE.c.due_at.is_not(None),
        tuple_(_BEFORE.c.at, _BEFORE.c.id) < tuple_(_OUTBOX.c.at, _OUTBOX.c.id),
    )
    .exists()
)
_READ_DUE = Statement(
    select(_OUTBOX.c.data, _OUTBOX.c.version, _OUTBOX.c.letter)
    .where(
        _OUTBOX.c.due_at <= _at,
        _OUTBOX.c.channel.in_([bindparam(f"channel_{each.value}") for each in _CHANNELS]),
        or_(_seller.is_(None), _OUTBOX.c.seller_id == _seller),
        ~_blocked,
    )
    .order_by(_OUTBOX.c.due_at, _OUTBOX.c.at, _OUTBOX.c.id)
    .limit(bindparam("most", type_=Integer))
    # SQLite has one writer at a time and needs none of it.
    .with_for_update(skip_locked=True, of=_OUTBOX)
)
_READ_ONE = Statement(
    select(_OUTBOX.c.id, _OUTBOX.c.data, _OUTBOX.c.version, _OUTBOX.c.letter).where(
        _OUTBOX.c.id == bindparam("id")
    )
)
_WRITE = Statement(
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("b_id"), _OUTBOX.c.version == bindparam("b_expected"))
    .values({name: bindparam(name) for name in ("status", "due_at", "version", "letter")})
)


def message_row(message: Message) -> dict[str, Any]:
    """Give the row of a message that nobody touched."""
    return {
        "id": message.id,
        "seller_id": message.seller_id,
        "channel": message.channel.value,
        "lane": lane_of(message),
        "at": message.at,
        "due_at": message.at,
        "data": to_text(wire.dump(message)),
    }


def write_letter(connection: Connection, change: Change) -> None:
    """Write what became of a letter.

    Raises:
        Conflict: somebody else was faster.
    """
    now: Letter = change.state
    row = {
        "b_id": change.id,
        "b_expected": change.expected,
        "status": now.status.value,
        "due_at": now.due_at,
        "version": change.version,
        "letter": to_text(wire.dump(now)),
    }
    if _WRITE.change(connection, row) != 1:
        raise Conflict(f"letter {change.id}")


def outbox_facts(needs: OutboxNeeds, connection: Connection) -> OutboxFacts:
    """Give the letters that are due: the first of each lane, the longest due first."""
    given: dict[str, Any] = {
        f"channel_{each.value}": each.value if each in needs.channels else "" for each in _CHANNELS
    }
    given |= {"at": needs.at, "most": needs.limit, "seller_id": needs.seller_id}
    return OutboxFacts(
        tuple(
            DueLetter(message, _letter(message.id, row))
            for row in _READ_DUE.rows(connection, given)
            for message in (states.load_message(row.data),)
        )
    )


def _letter(key: str, row: Row) -> Versioned[Letter]:
    if row.letter is None:
        return Versioned(letter_of(key), row.version)
    return Versioned(states.load_state("letter", row.letter), row.version)


def letter_facts(needs: LetterNeeds, connection: Connection) -> LetterFacts:
    """Give one letter, and what was asked for beside it."""
    row = _READ_ONE.row(connection, {"id": needs.message_id})
    if row is None:
        return LetterFacts(message=None, letter=Versioned(letter_of(needs.message_id), 0))
    message = states.load_message(row.data)
    about = needs.contact and message.lead_id is not None
    own = needs.point or (needs.contact and not about)
    found = lead(connection, message.lead_id) if about and message.lead_id else None
    key = point_id(message.seller_id, message.to)
    return LetterFacts(
        message=message,
        letter=_letter(message.id, row),
        lead=found,
        points=points_of(connection, found),
        trail=started(connection, "decisions", found.id) if found else None,
        point=started(connection, "contact_point", key) if own else None,
        seller=seller(connection, message.seller_id) if needs.point else None,
        others=others(connection, found) if found else (),
    )


# ------------------------------------------------------------------------------------------ reads


def letter(connection: Connection, message_id: str) -> OutboxEntry | None:
    """Give a message and where it is."""
    row = _READ_ONE.row(connection, {"id": message_id})
    return None if row is None else _entry(row)


def _entry(row: Row) -> OutboxEntry:
    return OutboxEntry(states.load_message(row.data), _letter(row.id, row).state)


def letters(connection: Connection, query: OutboxQuery) -> tuple[OutboxEntry, ...]:
    """Give messages and where they are, by their instants and ids."""
    found = (
        select(_OUTBOX.c.id, _OUTBOX.c.data, _OUTBOX.c.version, _OUTBOX.c.letter)
        .where(_OUTBOX.c.seller_id == query.seller_id)
        .order_by(_OUTBOX.c.at, _OUTBOX.c.id)
        .limit(query.limit)
    )
    if query.statuses is not None:
        found = found.where(_OUTBOX.c.status.in_(sorted(each.value for each in query.statuses)))
        # What the status says already, in the words of the indexes.
        if query.statuses <= OPEN:
            found = found.where(_OUTBOX.c.due_at.is_not(None))
        elif not query.statuses & OPEN:
            found = found.where(_OUTBOX.c.due_at.is_(None))
    found = found.where(*behind(query, _OUTBOX.c.at, _OUTBOX.c.id))
    return tuple(_entry(row) for row in connection.execute(found))


# ------------------------------------------------------------------------------------------ audit


def touched() -> Select[Any]:
    """Give the rows of letters that somebody touched: id, version, state."""
    return select(_OUTBOX.c.id, _OUTBOX.c.version, _OUTBOX.c.letter.label("data")).where(
        _OUTBOX.c.version > 0
    )


def audit_outbox(connection: Connection) -> Iterator[str]:
    """Give a sentence for each row whose columns do not say what its message and letter say."""
    rows = connection.execute(
        select(_OUTBOX).order_by(_OUTBOX.c.id).execution_options(yield_per=500)
    )
    for row in rows:
        message, seen = states.load_message(row.data), _letter(row.id, row)
        due = seen.state.due_at if seen.version else message.at
        said = (row.status, row.due_at, row.lane, row.channel, row.letter is not None)
        wanted = (
            seen.state.status.value,
            due,
            lane_of(message),
            message.channel.value,
            seen.version > 0,
        )
        if said != wanted:
            yield f"letter {row.id}: its row does not say what it is"
