"""What the reference store knows of recordings: reads, and the facts of their use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.leads import LeadStatus
from leadcore.ports import RecordingFacts, RecordingNeeds
from leadcore.recording_life import hears
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from leadcore.decider import Versioned
    from leadcore.leads import Lead
    from leadcore.ports import RecordingQuery
    from leadcore.recording_life import CallRecording
    from leadcore.values import LeadId

__all__ = ["RecordingRows", "recording_facts"]


class RecordingRows(Rows):
    """The reads of `leadcore.ports.Recordings`."""

    def recording(self, lead_id: LeadId) -> CallRecording | None:
        """Give what is recorded about a call's recording."""
        found: CallRecording | None = self.row("recording", lead_id).state
        return found

    def shared_recordings(self, query: RecordingQuery) -> tuple[CallRecording, ...]:
        """Give a page of shared recordings, the one shared last first."""
        found = [
            (each.share.at, each.id, each)
            for each, _ in self.every("recording")
            if each.share is not None
            and each.seller_id == query.seller_id
            and self._heard(each, query)
        ]
        found.sort(key=lambda each: each[1])
        found.sort(key=lambda each: each[0], reverse=True)
        listed = [each[2] for each in found if query.is_behind(each[2])]
        return tuple(listed[: query.limit])

    def _heard(self, each: CallRecording, query: RecordingQuery) -> bool:
        lead, seen = self.lead(each.id), query.scope
        if lead is None or lead.status is not LeadStatus.SOLD or lead.sale is None:
            return False
        if seen is None:
            return True
        tree, owner = self.tree(seen.account_id), lead.assigned_to
        whole = owner is not None and seen.covers(lead.sale.account_id, owner, tree)
        return whole or hears(seen, each, lead, tree)


def recording_facts(needs: RecordingNeeds, rows: Rows) -> RecordingFacts:
    """Give the facts of a use case about a recording."""
    lead: Versioned[Lead | None] = rows.row("lead", needs.lead_id)
    viewer = rows.user(needs.viewer_id)
    return RecordingFacts(
        recording=rows.row("recording", needs.lead_id),
        lead=lead,
        viewer=viewer,
        tree=rows.tree_about(viewer, lead.state),
        seller=rows.seller(lead.state.seller_id) if lead.state else None,
    )
