"""Recordings as a store gives them: the facts of their use cases, and what is shared."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from leadcore.accounts import Seller
from leadcore.decider import Versioned
from leadcore.downline import Scope, Tree
from leadcore.errors import Malformed
from leadcore.leads import Lead
from leadcore.people import User
from leadcore.ports.cursors import Cursor, Paged
from leadcore.recording_life import CallRecording
from leadcore.values import LeadId, SellerId, UserId

__all__ = [
    "AsyncRecordings",
    "RecordingFacts",
    "RecordingNeeds",
    "RecordingQuery",
    "Recordings",
]


@frozen(kw_only=True)
class RecordingNeeds:
    """One recording, its call, and who asks.

    Attributes:
        viewer_id: who asks or acts.
        below: the user below whom it is shared, or is to be, beside the one of a known share.
    """

    lead_id: LeadId
    viewer_id: UserId
    below: UserId | None = None


@frozen(kw_only=True)
class RecordingFacts:
    """One recording; state None and version 0 where nobody reviewed it.

    Attributes:
        lead: the call.
        viewer, tree: who asks, and the tree of the account the call was sold to, else of the
            viewer's; at least as far as the viewer, whoever works the call, and those go below whom
            it is shared or is to be.
        seller: the call's.
    """

    recording: Versioned[CallRecording | None]
    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree
    seller: Seller | None = None


@frozen(kw_only=True)
class RecordingQuery(Paged[CallRecording]):
    """Which shared recordings to list: the one shared last first, then by id.

    With a scope only those are listed whose viewer hears them by the share
    (`recording_life.hears`) or sees the call. Without one it is the seller's own staff that asks.
    Of calls that no account holds there is none.

    Attributes:
        seller_id: whose.
        scope: what the viewer may see; None for the seller's staff.
        limit: at most so many.
        after: behind which row the page begins.
    """

    seller_id: SellerId
    scope: Scope | None = None
    limit: int = 50

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        return "recordings by share"

    @property
    def falling(self) -> tuple[bool, bool]:
        """Say whether the list falls: in its key, and among equal keys in the id."""
        return (True, False)

    def cursor(self, row: CallRecording) -> Cursor:
        """Give where a recording stands that is shared.

        Raises:
            Malformed: it is not.
        """
        if row.share is None:
            raise Malformed.at("after", f"recording {row.id} is not shared")
        return Cursor(row.share.at, row.id)


class Recordings(Protocol):
    """What a store is asked about recordings, sync; a part of `leadcore.ports.Store`."""

    def recording(self, lead_id: LeadId) -> CallRecording | None:
        """Give what is recorded about a call's recording, whoever asks; None: nobody reviewed it.

        Who may hear it, `back_office.OpenRecording` tells.
        """
        ...

    def shared_recordings(self, query: RecordingQuery) -> tuple[CallRecording, ...]:
        """Give a page of shared recordings."""
        ...


class AsyncRecordings(Protocol):
    """What a store is asked about recordings, async: the same names."""

    async def recording(self, lead_id: LeadId) -> CallRecording | None:
        """As `Recordings.recording`."""
        ...

    async def shared_recordings(self, query: RecordingQuery) -> tuple[CallRecording, ...]:
        """As `Recordings.shared_recordings`."""
        ...
