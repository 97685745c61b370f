"""What the reference store knows of appointments and files: reads, facts, and how much is kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadcore.appointments import AppointmentStatus, covers_appointment, remind_at
from leadcore.decider import Versioned
from leadcore.errors import Conflict
from leadcore.files import Room, account_room, lead_room
from leadcore.leads import LeadStatus
from leadcore.ports import (
    AppointmentFacts,
    AppointmentNeeds,
    FileFacts,
    FileNeeds,
    KeptWithLead,
    kept_key,
)
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.appointments import Appointment, AppointmentId
    from leadcore.downline import Scope
    from leadcore.files import FileId, LeadFile, RoomDelta
    from leadcore.leads import Lead
    from leadcore.people import User
    from leadcore.ports import AppointmentQuery, FileQuery
    from leadcore.values import LeadId, UserId

__all__ = [
    "KeptRows",
    "appointment_facts",
    "audit_rooms",
    "check_rooms",
    "file_facts",
    "kept_with",
    "move_rooms",
]


class KeptRows(Rows):
    """The reads of `leadcore.ports.Agenda` and `leadcore.ports.FileIndex`."""

    def appointment(self, appointment_id: AppointmentId) -> Appointment | None:
        """Give an appointment."""
        found: Appointment | None = self.row("appointment", appointment_id).state
        return found

    def appointments(self, query: AppointmentQuery) -> tuple[Appointment, ...]:
        """Give a page of appointments, by beginning and id."""
        found = [each for each, _ in self.every("appointment") if self._listed(each, query)]
        found.sort(key=lambda each: (each.slot.begins_at, each.id))
        return tuple([each for each in found if query.is_behind(each)][: query.limit])

    def _listed(self, each: Appointment, query: AppointmentQuery) -> bool:
        slot, due = each.slot, remind_at(each)
        user = self.user(each.assigned_to)
        booked = each.status is AppointmentStatus.BOOKED
        by = query.remind_by
        tests = (
            each.seller_id == query.seller_id,
            query.account_id in {None, each.account_id},
            query.lead_id in {None, each.lead_id},
            query.user_id in {None, each.assigned_to},
            query.since is None or slot.ends_at > query.since,
            query.until is None or slot.begins_at < query.until,
            query.cancelled or booked,
            not query.unattended or (booked and user is not None and not user.enabled),
            by is None or (due is not None and due <= by < slot.begins_at),
            query.scope is None or self._covered(each, query.scope),
        )
        return all(tests)

    def _covered(self, each: Appointment, reach: Scope) -> bool:
        tree = self.tree(reach.account_id)
        return covers_appointment(reach, each, self.lead(each.lead_id), tree)

    def file(self, file_id: FileId) -> LeadFile | None:
        """Give a file's row."""
        found: LeadFile | None = self.row("file", file_id).state
        return found

    def files(self, query: FileQuery) -> tuple[LeadFile, ...]:
        """Give a page of files, the oldest first."""
        found = [
            each
            for each, _ in self.every("file")
            if each.seller_id == query.seller_id
            and query.lead_id in {None, each.lead_id}
            and (query.removed or each.removed_at is None)
            and (query.scope is None or self._sees_lead(each.lead_id, query))
        ]
        found.sort(key=lambda each: (each.added_at, each.id))
        return tuple([each for each in found if query.is_behind(each)][: query.limit])

    def _sees_lead(self, lead_id: LeadId, query: FileQuery) -> bool:
        lead, reach = self.lead(lead_id), query.scope
        if reach is None or lead is None or lead.sale is None or lead.assigned_to is None:
            return False
        tree = self.tree(reach.account_id)
        held = lead.status is LeadStatus.SOLD
        return held and reach.covers(lead.sale.account_id, lead.assigned_to, tree)

    def file_room(self, key: str) -> Room:
        """Give how much is kept with a lead or an account."""
        return self.rooms.get(key, Room())

    def needed_contents(self, keys: Iterable[str]) -> frozenset[str]:
        """Give those of these checksums that a file names that is not removed."""
        named = {each.sha256 for each, _ in self.every("file") if each.removed_at is None}
        return frozenset(keys) & named


def appointment_facts(needs: AppointmentNeeds, rows: Rows) -> AppointmentFacts:
    """Give the facts of a use case about an appointment."""
    seen: Versioned[Appointment | None] = rows.row("appointment", needs.appointment_id)
    known = seen.state
    lead: Versioned[Lead | None] = rows.row(
        "lead", (known.lead_id if known else needs.lead_id) or ""
    )
    viewer = rows.user(needs.viewer_id) if needs.viewer_id else None
    user_id = needs.user_id or (known.assigned_to if known else None)
    window = needs.window or (known.slot.window if known else None)
    busy = (
        each
        for each, _ in rows.every("appointment")
        if window is not None
        and each.assigned_to == user_id
        and each.id != needs.appointment_id
        and each.status is AppointmentStatus.BOOKED
        and lead.state is not None
        and lead.state.sale is not None
        and each.account_id == lead.state.sale.account_id
        and each.slot.begins_at < window.closes_at
        and window.opens_at < each.slot.ends_at
    )
    named = {user_id, known.assigned_to if known else None} - {None}
    return AppointmentFacts(
        appointment=seen,
        lead=lead,
        viewer=viewer,
        tree=rows.tree_about(viewer, lead.state),
        users=_users(rows, named),
        seller=rows.seller(lead.state.seller_id) if lead.state else None,
        busy=tuple(busy),
        key_counts=_key_counts(rows, lead.state),
    )


def file_facts(needs: FileNeeds, rows: Rows) -> FileFacts:
    """Give the facts of a use case about a file."""
    seen: Versioned[LeadFile | None] = rows.row("file", needs.file_id)
    lead_id = seen.state.lead_id if seen.state else needs.lead_id
    lead: Versioned[Lead | None] = rows.row("lead", lead_id or "")
    viewer = rows.user(needs.viewer_id)
    sale = lead.state.sale if lead.state else None
    return FileFacts(
        file=seen,
        lead=lead,
        viewer=viewer,
        tree=rows.tree_about(viewer, lead.state),
        seller=rows.seller(lead.state.seller_id) if lead.state else None,
        of_lead=rows.rooms.get(lead_room(lead.state.id), Room()) if lead.state else Room(),
        of_account=rows.rooms.get(account_room(sale.account_id), Room()) if sale else Room(),
        key_counts=_key_counts(rows, lead.state),
    )


def kept_with(rows: Rows, lead: Lead | None) -> KeptWithLead:
    """Give what is kept with a lead that may be about to leave."""
    if lead is None:
        return KeptWithLead()
    booked = tuple(
        Versioned(each, version)
        for each, version in rows.every("appointment")
        if each.lead_id == lead.id and each.status is AppointmentStatus.BOOKED
    )
    return KeptWithLead(
        appointments=booked,
        users=_users(rows, {each.state.assigned_to for each in booked}),
        room=rows.rooms.get(lead_room(lead.id), Room()),
        key_counts=_key_counts(rows, lead),
    )


def _users(rows: Rows, named: Iterable[UserId | None]) -> dict[UserId, User]:
    found = (rows.user(user_id) for user_id in sorted(each for each in named if each))
    return {user.id: user for user in found if user is not None}


def _key_counts(rows: Rows, lead: Lead | None) -> dict[str, int]:
    if lead is None:
        return {}
    key = kept_key(lead.id)
    return {key: rows.claimed(lead.seller_id, key)}


def check_rooms(rows: Rows, deltas: tuple[RoomDelta, ...]) -> None:
    """Check that there is room.

    Raises:
        Conflict: there is none, or more would be given back than is kept.
    """
    for delta in deltas:
        if delta.after(rows.rooms.get(delta.key, Room())) is None:
            raise Conflict(f"room of {delta.key}")


def move_rooms(rows: Rows, deltas: tuple[RoomDelta, ...]) -> None:
    """Add to how much is kept; `check_rooms` went before."""
    for delta in deltas:
        after = delta.after(rows.rooms.get(delta.key, Room()))
        if after is not None:
            rows.rooms[delta.key] = after


def audit_rooms(rows: Rows) -> Iterator[str]:
    """Compare how much is said to be kept with the files there are."""
    size: Counter[str] = Counter()
    number: Counter[str] = Counter()
    for each, _ in rows.every("file"):
        if each.removed_at is not None:
            continue
        lead = rows.lead(each.lead_id)
        held = lead is not None and lead.status is LeadStatus.SOLD
        for key in (lead_room(each.lead_id), *((account_room(each.account_id),) if held else ())):
            size[key] += each.size
            number[key] += 1
    for key in sorted(rows.rooms.keys() | size.keys()):
        kept = Room(size[key], number[key])
        if rows.rooms.get(key, Room()) != kept:
            yield f"{key}: how much is kept is not what its files come to"
