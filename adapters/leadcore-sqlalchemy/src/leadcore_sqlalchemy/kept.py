"""Appointments and files: the facts of their use cases, and how much is kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from leadcore.appointments import LONGEST_SLOT, AppointmentStatus
from leadcore.downline import Tree
from leadcore.errors import Conflict
from leadcore.files import Room, account_room, lead_room
from leadcore.leads import LeadStatus
from leadcore.ports import AppointmentFacts, FileFacts, KeptWithLead, kept_key
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.current import seen, state
from leadcore_sqlalchemy.intervals import tree_among
from leadcore_sqlalchemy.statements import Statement
from leadcore_sqlalchemy.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from leadcore.appointments import Appointment
    from leadcore.decider import Versioned
    from leadcore.files import LeadFile, RoomDelta
    from leadcore.intervals import Window
    from leadcore.leads import Lead
    from leadcore.people import User
    from leadcore.ports import AppointmentNeeds, FileNeeds
    from leadcore.values import LeadId, SellerId, UserId

__all__ = [
    "appointment_facts",
    "audit_rooms",
    "file_facts",
    "kept_with",
    "move_rooms",
    "room_of",
]

_APPOINTMENTS, _FILES, _ROOMS = tables.appointments, tables.files, tables.file_rooms
_CLAIMS, _LEADS = tables.claims, tables.leads

_READ_COUNT = Statement(
    select(func.count().label("number"))
    .select_from(_CLAIMS)
    .where(_CLAIMS.c.seller_id == bindparam("seller_id"), _CLAIMS.c.key == bindparam("key"))
)
_READ_BUSY = Statement(
    select(_APPOINTMENTS.c.data)
    .where(
        _APPOINTMENTS.c.assigned_to == bindparam("user_id"),
        _APPOINTMENTS.c.account_id == bindparam("account_id"),
        _APPOINTMENTS.c.status == AppointmentStatus.BOOKED.value,
        _APPOINTMENTS.c.id != bindparam("id"),
        # None is longer than that: the index need not be read from its beginning.
        _APPOINTMENTS.c.begins_at > bindparam("earliest", type_=UtcDateTime),
        _APPOINTMENTS.c.begins_at < bindparam("closes_at", type_=UtcDateTime),
        _APPOINTMENTS.c.ends_at > bindparam("opens_at", type_=UtcDateTime),
    )
    .order_by(_APPOINTMENTS.c.id)
)
_READ_BOOKED = Statement(
    select(_APPOINTMENTS.c.version, _APPOINTMENTS.c.data)
    .where(
        _APPOINTMENTS.c.lead_id == bindparam("lead_id"),
        _APPOINTMENTS.c.status == AppointmentStatus.BOOKED.value,
    )
    .order_by(_APPOINTMENTS.c.id)
)
_READ_ROOM = Statement(select(_ROOMS.c.bytes, _ROOMS.c.files).where(_ROOMS.c.id == bindparam("id")))

_NEW_ROOM: dict[str, Any] = {"id": bindparam("id"), "bytes": 0, "files": 0}
_OPEN_ROOM = {
    "postgresql": Statement(postgresql.insert(_ROOMS).values(_NEW_ROOM).on_conflict_do_nothing()),
    "sqlite": Statement(sqlite.insert(_ROOMS).values(_NEW_ROOM).on_conflict_do_nothing()),
}
_size = bindparam("b_bytes", type_=BigInteger)
_number = bindparam("b_files", type_=BigInteger)
_most_bytes = bindparam("b_most_bytes", type_=BigInteger)
_most_files = bindparam("b_most_files", type_=BigInteger)
_MOVE_ROOM = Statement(
    update(_ROOMS)
    .where(
        _ROOMS.c.id == bindparam("b_id"),
        _ROOMS.c.bytes + _size >= 0,
        _ROOMS.c.files + _number >= 0,
        or_(_most_bytes < 0, _ROOMS.c.bytes + _size <= _most_bytes),
        or_(_most_files < 0, _ROOMS.c.files + _number <= _most_files),
    )
    .values(bytes=_ROOMS.c.bytes + _size, files=_ROOMS.c.files + _number)
)


def appointment_facts(needs: AppointmentNeeds, connection: Connection) -> AppointmentFacts:
    """Give the facts of a use case about an appointment."""
    found: Versioned[Appointment | None] = seen(connection, "appointment", needs.appointment_id)
    known = found.state
    viewer: User | None = state(connection, "user", needs.viewer_id)
    lead_id = known.lead_id if known else needs.lead_id
    counts = _key_counts(connection, viewer.seller_id if viewer else None, lead_id)
    lead: Versioned[Lead | None] = seen(connection, "lead", lead_id)
    user_id = needs.user_id or (known.assigned_to if known else None)
    window = needs.window or (known.slot.window if known else None)
    attendees = [each for each in (user_id, known.assigned_to if known else None) if each]
    return AppointmentFacts(
        appointment=found,
        lead=lead,
        viewer=viewer,
        tree=_tree(connection, viewer, lead.state, attendees),
        users=_users(connection, attendees),
        seller=state(connection, "seller", lead.state.seller_id) if lead.state else None,
        busy=_busy(connection, needs, lead.state, user_id, window),
        key_counts=counts,
    )


def _busy(
    connection: Connection,
    needs: AppointmentNeeds,
    lead: Lead | None,
    user_id: UserId | None,
    window: Window | None,
) -> tuple[Appointment, ...]:
    if lead is None or lead.sale is None or user_id is None or window is None:
        return ()
    wanted = {
        "user_id": user_id,
        "account_id": lead.sale.account_id,
        "id": needs.appointment_id,
        "earliest": window.opens_at - LONGEST_SLOT,
        "opens_at": window.opens_at,
        "closes_at": window.closes_at,
    }
    rows = _READ_BUSY.rows(connection, wanted)
    return tuple(states.load_state("appointment", row.data) for row in rows)


def file_facts(needs: FileNeeds, connection: Connection) -> FileFacts:
    """Give the facts of a use case about a file."""
    found: Versioned[LeadFile | None] = seen(connection, "file", needs.file_id)
    viewer: User | None = state(connection, "user", needs.viewer_id)
    lead_id = found.state.lead_id if found.state else needs.lead_id
    counts = _key_counts(connection, viewer.seller_id if viewer else None, lead_id)
    lead: Versioned[Lead | None] = seen(connection, "lead", lead_id)
    sale = lead.state.sale if lead.state else None
    return FileFacts(
        file=found,
        lead=lead,
        viewer=viewer,
        tree=_tree(connection, viewer, lead.state),
        seller=state(connection, "seller", lead.state.seller_id) if lead.state else None,
        of_lead=room_of(connection, lead_room(lead.state.id)) if lead.state else Room(),
        of_account=room_of(connection, account_room(sale.account_id)) if sale else Room(),
        key_counts=counts,
    )


def kept_with(connection: Connection, lead: Lead | None) -> KeptWithLead:
    """Give what is kept with a lead that may be about to leave."""
    if lead is None:
        return KeptWithLead()
    counts = _key_counts(connection, lead.seller_id, lead.id)
    rows = _READ_BOOKED.rows(connection, {"lead_id": lead.id})
    booked: tuple[Versioned[Appointment], ...] = tuple(
        states.versioned("appointment", row) for row in rows
    )
    return KeptWithLead(
        appointments=booked,
        users=_users(connection, {each.state.assigned_to for each in booked}),
        room=room_of(connection, lead_room(lead.id)),
        key_counts=counts,
    )


def room_of(connection: Connection, key: str) -> Room:
    """Give how much is kept with a lead or an account."""
    row = _READ_ROOM.row(connection, {"id": key})
    return Room() if row is None else Room(row.bytes, row.files)


def _tree(
    connection: Connection, viewer: User | None, lead: Lead | None, others: Iterable[UserId] = ()
) -> Tree:
    if viewer is None:
        return Tree({})
    owner = lead.assigned_to if lead else None
    sold_to = lead.sale.account_id if lead and lead.sale else viewer.account_id
    return tree_among(connection, sold_to, (viewer.id, owner, *others))


def _key_counts(
    connection: Connection, seller_id: SellerId | None, lead_id: LeadId | None
) -> dict[str, int]:
    # The viewer's seller: another seller's lead the viewer does not see, and claims nothing.
    if seller_id is None or lead_id is None:
        return {}
    key = kept_key(lead_id)
    row = _READ_COUNT.row(connection, {"seller_id": seller_id, "key": key})
    return {key: row.number}


def _users(connection: Connection, named: Iterable[UserId]) -> dict[UserId, User]:
    found = (state(connection, "user", each) for each in sorted(set(named)))
    return {user.id: user for user in found if user is not None}


def move_rooms(connection: Connection, deltas: tuple[RoomDelta, ...]) -> None:
    """Add to how much is kept.

    Raises:
        Conflict: there is no room, or more would be given back than is kept.
    """
    if not deltas:
        return
    # In one order, so that two who wait for each other's rows never meet.
    ordered = sorted(deltas, key=lambda delta: delta.key)
    rows = [
        {
            "b_id": delta.key,
            "b_bytes": delta.bytes,
            "b_files": delta.files,
            "b_most_bytes": delta.most_bytes,
            "b_most_files": delta.most_files,
        }
        for delta in ordered
    ]
    _OPEN_ROOM[connection.dialect.name].change(connection, *({"id": each.key} for each in ordered))
    if _MOVE_ROOM.change(connection, *rows) != len(rows):
        raise Conflict("there is no room for a file any more")


def audit_rooms(connection: Connection) -> Iterator[str]:
    """Compare how much is said to be kept with the files there are."""
    size: Counter[str] = Counter()
    number: Counter[str] = Counter()
    found = connection.execute(
        select(
            _FILES.c.lead_id,
            _FILES.c.account_id,
            _LEADS.c.status,
            func.sum(_FILES.c.size).label("size"),
            func.count().label("number"),
        )
        .select_from(_FILES.outerjoin(_LEADS, _LEADS.c.id == _FILES.c.lead_id))
        .where(_FILES.c.removed_at.is_(None))
        .group_by(_FILES.c.lead_id, _FILES.c.account_id, _LEADS.c.status)
    )
    for row in found:
        held = row.status == LeadStatus.SOLD.value
        for key in (lead_room(row.lead_id), *((account_room(row.account_id),) if held else ())):
            size[key] += int(row.size)
            number[key] += row.number
    said = {row.id: Room(row.bytes, row.files) for row in connection.execute(select(_ROOMS))}
    for key in sorted(said.keys() | size.keys()):
        if said.get(key, Room()) != Room(size[key], number[key]):
            yield f"{key}: how much is kept is not what its files come to"
