"""Review, share and hear the recording of a call: from facts to one outcome."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from attrs import field, frozen

from leadcore import recording_life
from leadcore.back_office.seeing import seen_lead, sees
from leadcore.decider import change, fold
from leadcore.downline import scope
from leadcore.errors import Malformed, NotFound
from leadcore.leads import Lead
from leadcore.outcomes import Outcome
from leadcore.ports.recordings import RecordingFacts, RecordingNeeds
from leadcore.recording_life import (
    CallRecording,
    RecordingCommand,
    ShareRecording,
    UnshareRecording,
    hears,
)
from leadcore.rulebooks import US, Rulebook
from leadcore.submissions import Recording
from leadcore.values import LeadId, SellerId, UserId, instant

__all__ = ["HeardRecording", "KeepRecording", "OpenRecording"]


@frozen(kw_only=True)
class KeepRecording:
    """Record a review of a call's recording, share it with a downline, or take the share back.

    Attributes:
        viewer_id: who does it; must see the call. Whether that user may share at all is the area
            `access.Area.CALLS`.
        command: what is done.
        rules: the rulebook that says what may be shared.
    """

    seller_id: SellerId
    lead_id: LeadId
    viewer_id: UserId
    command: RecordingCommand
    rules: Rulebook = field(default=US, repr=False)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> RecordingNeeds:
        """The recording, its call, who does it, and whose downline is to hear it."""
        below = self.command.below if isinstance(self.command, ShareRecording) else None
        return RecordingNeeds(lead_id=self.lead_id, viewer_id=self.viewer_id, below=below)

    def decide(self, facts: RecordingFacts) -> Outcome[CallRecording]:
        """Say what follows.

        Raises:
            NotFound: there is no such call, or the viewer may not know that there is; it has no
                recording; or a share is to be taken back where nobody reviewed it.
            Malformed: it would be shared below somebody who neither works the call nor stands above
                whoever does.
            Refused: it is to be shared, and was not reviewed, or the review found what nobody may
                hear.
            WrongState: no account holds the call.
        """
        lead, viewer = seen_lead(facts, "call", self.lead_id)
        if lead.seller_id != self.seller_id or lead.submission.recording is None:
            raise NotFound("recording", self.lead_id)
        seen = facts.recording
        if seen.state is None and isinstance(self.command, UnshareRecording):
            raise NotFound("recording", self.lead_id)
        self._check(lead, facts)
        events = recording_life.decide(
            self.command, seen.state, self.at, lead=lead, by=viewer.id, rules=self.rules
        )
        # `decide` raised where there is none.
        state = cast("CallRecording", fold(recording_life.evolve, seen.state, events))
        changes = change("recording", lead.id, seen, events, recording_life.evolve)
        return Outcome(answer=state, changes=changes)

    def _check(self, lead: Lead, facts: RecordingFacts) -> None:
        below = self.command.below if isinstance(self.command, ShareRecording) else None
        worker, tree = lead.assigned_to, facts.tree
        if below is None or worker is None or below == worker:
            return
        if below not in tree or not tree.is_below(worker, below):
            raise Malformed.at("below", "neither works the call nor stands above whoever does")


@frozen(kw_only=True)
class HeardRecording:
    """A recording that somebody may hear.

    Attributes:
        recording: where it is kept.
        kept: its review and share; None where nobody reviewed it.
        lead: the call; None for who hears it by a share alone, and sees nothing else of it.
    """

    recording: Recording
    kept: CallRecording | None
    lead: Lead | None


@frozen(kw_only=True)
class OpenRecording:
    """Ask to hear the recording of a call, or to download it; it changes nothing.

    Attributes:
        viewer_id: who asks: sees the call, or stands below the one it is shared below.
    """

    seller_id: SellerId
    lead_id: LeadId
    viewer_id: UserId

    @property
    def needs(self) -> RecordingNeeds:
        """The recording, its call, and who asks."""
        return RecordingNeeds(lead_id=self.lead_id, viewer_id=self.viewer_id)

    def decide(self, facts: RecordingFacts) -> Outcome[HeardRecording]:
        """Say whether the viewer may hear it.

        Raises:
            NotFound: there is none, or the viewer may not know that there is.
        """
        lead, viewer, kept = facts.lead.state, facts.viewer, facts.recording.state
        if lead is None or viewer is None or lead.seller_id != self.seller_id:
            raise NotFound("recording", self.lead_id)
        recording = lead.submission.recording
        whole = sees(viewer, lead, facts.tree, facts.seller)
        shared = hears(scope(viewer, facts.tree), kept, lead, facts.tree)
        if recording is None or not (whole or shared):
            raise NotFound("recording", self.lead_id)
        return Outcome(
            answer=HeardRecording(recording=recording, kept=kept, lead=lead if whole else None)
        )
