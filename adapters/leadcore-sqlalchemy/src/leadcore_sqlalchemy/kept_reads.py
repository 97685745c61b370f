"""Lists of appointments and files, and the readers' methods for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import and_, false, or_, select, true

from leadcore.appointments import AppointmentStatus
from leadcore.downline import Reach
from leadcore_sqlalchemy import kept, states, tables
from leadcore_sqlalchemy.current import state
from leadcore_sqlalchemy.paging import behind
from leadcore_sqlalchemy.scoped import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

    from leadcore.appointments import Appointment, AppointmentId
    from leadcore.downline import Scope
    from leadcore.files import FileId, LeadFile, Room
    from leadcore.ports import AppointmentQuery, FileQuery

__all__ = ["AsyncKeptReads", "KeptReads", "within"]

A = TypeVar("A")
P = ParamSpec("P")

_APPOINTMENTS, _FILES, _LEADS = tables.appointments, tables.files, tables.leads
_USERS = tables.users
_BATCH = 500


def _appointment(connection: Connection, appointment_id: AppointmentId) -> Appointment | None:
    found: Appointment | None = state(connection, "appointment", appointment_id)
    return found


def _appointments(connection: Connection, query: AppointmentQuery) -> tuple[Appointment, ...]:
    table = _APPOINTMENTS
    by = (table.c.begins_at, table.c.id)
    found = select(table.c.data).where(*_asked(query)).order_by(*by).limit(query.limit)
    if query.scope is not None:
        found = found.join(_LEADS, _LEADS.c.id == table.c.lead_id).where(
            _attended(connection, query.scope)
        )
    if query.unattended:
        found = found.join(_USERS, _USERS.c.id == table.c.assigned_to).where(~_USERS.c.enabled)
    found = found.where(*behind(query, *by))
    return tuple(states.load_state("appointment", row.data) for row in connection.execute(found))


def _asked(query: AppointmentQuery) -> Iterator[ColumnElement[bool]]:
    table = _APPOINTMENTS
    yield table.c.seller_id == query.seller_id
    for column, wanted in (
        (table.c.account_id, query.account_id),
        (table.c.lead_id, query.lead_id),
        (table.c.assigned_to, query.user_id),
    ):
        if wanted is not None:
            yield column == wanted
    if query.since is not None:
        yield table.c.ends_at > query.since
    if query.until is not None:
        yield table.c.begins_at < query.until
    if query.unattended or not query.cancelled:
        yield table.c.status == AppointmentStatus.BOOKED.value
    if query.remind_by is not None:
        yield table.c.remind_at <= query.remind_by
        yield table.c.begins_at > query.remind_by


def _attended(connection: Connection, scope: Scope) -> ColumnElement[bool]:
    """Say which appointments a scope covers, beside the row of their lead."""
    account = scope.account_id
    seen = or_(
        within(connection, scope, _APPOINTMENTS.c.assigned_to),
        within(connection, scope, _LEADS.c.holder_id),
    )
    return and_(_held(scope), _APPOINTMENTS.c.account_id == account, seen)


def _held(scope: Scope) -> ColumnElement[bool]:
    return and_(_LEADS.c.holder_account_id == scope.account_id, _LEADS.c.holder_id.is_not(None))


def within(connection: Connection, scope: Scope, who: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether a scope covers what somebody of its account has."""
    if scope.reach in {Reach.NOTHING, Reach.ACCOUNT}:
        return true() if scope.reach is Reach.ACCOUNT else false()
    interval = bounds(connection, scope) if scope.reach is Reach.DOWNLINE else None
    if interval is None:
        return who == scope.user_id
    at = tables.intervals
    low, high = interval
    below = select(at.c.id).where(
        at.c.account_id == scope.account_id, at.c.low >= low, at.c.low < high
    )
    return who.in_(below)


def _file(connection: Connection, file_id: FileId) -> LeadFile | None:
    found: LeadFile | None = state(connection, "file", file_id)
    return found


def _files(connection: Connection, query: FileQuery) -> tuple[LeadFile, ...]:
    table = _FILES
    by = (table.c.added_at, table.c.id)
    found = select(table.c.data).where(table.c.seller_id == query.seller_id)
    found = found.order_by(*by).limit(query.limit)
    if query.lead_id is not None:
        found = found.where(table.c.lead_id == query.lead_id)
    if not query.removed:
        found = found.where(table.c.removed_at.is_(None))
    if query.scope is not None:
        found = found.join(_LEADS, _LEADS.c.id == table.c.lead_id)
        found = found.where(_held(query.scope), within(connection, query.scope, _LEADS.c.holder_id))
    found = found.where(*behind(query, *by))
    return tuple(states.load_state("file", row.data) for row in connection.execute(found))


def _needed(connection: Connection, keys: Iterable[str]) -> frozenset[str]:
    wanted, found = sorted(set(keys)), set[str]()
    for start in range(0, len(wanted), _BATCH):
        some = select(_FILES.c.sha256).where(
            _FILES.c.sha256.in_(wanted[start : start + _BATCH]), _FILES.c.removed_at.is_(None)
        )
        found.update(connection.execute(some).scalars())
    return frozenset(found)


class KeptReads(ABC):
    """The reads of `leadcore.ports.Agenda` and `leadcore.ports.FileIndex`."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    def appointment(self, appointment_id: AppointmentId) -> Appointment | None:
        """Give an appointment, whoever asks."""
        return self._read(_appointment, appointment_id)

    def appointments(self, query: AppointmentQuery) -> tuple[Appointment, ...]:
        """Give a page of appointments, by beginning and id."""
        return self._read(_appointments, query)

    def file(self, file_id: FileId) -> LeadFile | None:
        """Give a file's row, whoever asks, removed or not."""
        return self._read(_file, file_id)

    def files(self, query: FileQuery) -> tuple[LeadFile, ...]:
        """Give a page of files, the oldest first."""
        return self._read(_files, query)

    def file_room(self, key: str) -> Room:
        """Give how much is kept with a lead or an account."""
        return self._read(kept.room_of, key)

    def needed_contents(self, keys: Iterable[str]) -> frozenset[str]:
        """Give those of these checksums that the row of some file names that is not removed."""
        return self._read(_needed, tuple(keys))


class AsyncKeptReads(ABC):
    """The same, async."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    async def appointment(self, appointment_id: AppointmentId) -> Appointment | None:
        """Give an appointment, whoever asks."""
        return await self._read(_appointment, appointment_id)

    async def appointments(self, query: AppointmentQuery) -> tuple[Appointment, ...]:
        """Give a page of appointments, by beginning and id."""
        return await self._read(_appointments, query)

    async def file(self, file_id: FileId) -> LeadFile | None:
        """Give a file's row, whoever asks, removed or not."""
        return await self._read(_file, file_id)

    async def files(self, query: FileQuery) -> tuple[LeadFile, ...]:
        """Give a page of files, the oldest first."""
        return await self._read(_files, query)

    async def file_room(self, key: str) -> Room:
        """Give how much is kept with a lead or an account."""
        return await self._read(kept.room_of, key)

    async def needed_contents(self, keys: Iterable[str]) -> frozenset[str]:
        """Give those of these checksums that the row of some file names that is not removed."""
        return await self._read(_needed, tuple(keys))
