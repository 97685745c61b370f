"""Recordings: the facts of their use cases, what is shared with whom, and the readers' methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import and_, exists, false, or_, select

from leadcore.downline import Tree
from leadcore.leads import LeadStatus
from leadcore.ports import RecordingFacts
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.current import seen, state
from leadcore_sqlalchemy.intervals import tree_among
from leadcore_sqlalchemy.kept_reads import within
from leadcore_sqlalchemy.paging import behind
from leadcore_sqlalchemy.recording_tables import recordings
from leadcore_sqlalchemy.scoped import bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection

    from leadcore.decider import Versioned
    from leadcore.downline import Scope
    from leadcore.leads import Lead
    from leadcore.people import User
    from leadcore.ports import RecordingNeeds, RecordingQuery
    from leadcore.recording_life import CallRecording
    from leadcore.values import AccountId, LeadId, UserId

__all__ = ["AsyncRecordingReads", "RecordingReads", "recording_facts"]

A = TypeVar("A")
P = ParamSpec("P")

_LEADS, _AT = tables.leads, tables.intervals
_WORKER = _AT.alias("worker")


def recording_facts(needs: RecordingNeeds, connection: Connection) -> RecordingFacts:
    """Give the facts of a use case about a recording."""
    found: Versioned[CallRecording | None] = seen(connection, "recording", needs.lead_id)
    lead: Versioned[Lead | None] = seen(connection, "lead", needs.lead_id)
    viewer: User | None = state(connection, "user", needs.viewer_id)
    known, share = lead.state, found.state.share if found.state else None
    sale = known.sale if known else None
    among = (
        needs.viewer_id,
        needs.below,
        known.assigned_to if known else None,
        share.below if share else None,
    )
    return RecordingFacts(
        recording=found,
        lead=lead,
        viewer=viewer,
        tree=_tree(connection, sale.account_id if sale else None, viewer, among),
        seller=state(connection, "seller", known.seller_id) if known else None,
    )


def _tree(
    connection: Connection,
    sold_to: AccountId | None,
    viewer: User | None,
    among: tuple[UserId | None, ...],
) -> Tree:
    if viewer is None:
        return Tree({})
    return tree_among(connection, sold_to or viewer.account_id, among)


def _recording(connection: Connection, lead_id: LeadId) -> CallRecording | None:
    found: CallRecording | None = state(connection, "recording", lead_id)
    return found


def _shared(connection: Connection, query: RecordingQuery) -> tuple[CallRecording, ...]:
    table = recordings
    found = (
        select(table.c.data)
        .join(_LEADS, _LEADS.c.id == table.c.id)
        .where(
            table.c.seller_id == query.seller_id,
            table.c.shared_at.is_not(None),
            _LEADS.c.status == LeadStatus.SOLD.value,
        )
        .order_by(table.c.shared_at.desc(), table.c.id)
        .limit(query.limit)
    )
    if query.scope is not None:
        found = found.where(_heard(connection, query.scope))
    found = found.where(*behind(query, table.c.shared_at, table.c.id))
    return tuple(states.load_state("recording", row.data) for row in connection.execute(found))


def _heard(connection: Connection, scope: Scope) -> ColumnElement[bool]:
    """Say which recordings a viewer may hear, beside the row of their call."""
    account = scope.account_id
    held = and_(_LEADS.c.holder_account_id == account, _LEADS.c.holder_id.is_not(None))
    interval = bounds(connection, scope) if scope.is_anything else None
    if interval is None:
        return false()
    low, _ = interval
    # Whom it is shared below stands above the viewer, and works the call or stands above who does.
    reaches = exists().where(
        _AT.c.id == recordings.c.below,
        _AT.c.account_id == account,
        _AT.c.low < low,
        _AT.c.high > low,
        _WORKER.c.id == _LEADS.c.holder_id,
        _WORKER.c.account_id == account,
        _WORKER.c.low >= _AT.c.low,
        _WORKER.c.low < _AT.c.high,
    )
    shared = and_(recordings.c.account_id == account, reaches)
    return and_(held, or_(within(connection, scope, _LEADS.c.holder_id), shared))


class RecordingReads(ABC):
    """The reads of `leadcore.ports.Recordings`; a subclass says on which connection."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    def recording(self, lead_id: LeadId) -> CallRecording | None:
        """Give what is recorded about a call's recording, whoever asks."""
        return self._read(_recording, lead_id)

    def shared_recordings(self, query: RecordingQuery) -> tuple[CallRecording, ...]:
        """Give a page of shared recordings, the one shared last first."""
        return self._read(_shared, query)


class AsyncRecordingReads(ABC):
    """The same, async."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    async def recording(self, lead_id: LeadId) -> CallRecording | None:
        """Give what is recorded about a call's recording, whoever asks."""
        return await self._read(_recording, lead_id)

    async def shared_recordings(self, query: RecordingQuery) -> tuple[CallRecording, ...]:
        """Give a page of shared recordings, the one shared last first."""
        return await self._read(_shared, query)
