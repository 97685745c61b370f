"""Write a note on a lead, for whoever works it."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore import leads
from leadcore.back_office.seeing import sees
from leadcore.decider import change, fold
from leadcore.errors import Malformed, NotFound
from leadcore.leads import Lead, NoteAdded
from leadcore.outcomes import Outcome
from leadcore.ports import LeadFacts, LeadNeeds
from leadcore.values import LeadId, SellerId, UserId, instant

__all__ = ["LONGEST_NOTE", "NoteLead"]

LONGEST_NOTE = 10_000
"""Characters of a note."""


@frozen(kw_only=True)
class NoteLead:
    """Write a note on a lead that one sees; who wrote it, the list of deeds tells.

    Attributes:
        viewer_id: who writes it; None for the seller's staff.
        text: what it says; lines and all.
    """

    seller_id: SellerId
    lead_id: LeadId
    viewer_id: UserId | None = None
    text: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead, who writes, and the tree."""
        return LeadNeeds(self.lead_id, self.viewer_id)

    def decide(self, facts: LeadFacts) -> Outcome[Lead]:
        """Say what follows; the same note at the same instant again changes nothing.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            Malformed: it says nothing, or too much.
        """
        lead = facts.lead.state
        if lead is None or lead.seller_id != self.seller_id or not self._sees(lead, facts):
            raise NotFound("lead", self.lead_id)
        if not self.text.strip() or len(self.text) > LONGEST_NOTE:
            raise Malformed.at("text", f"is of 1 to {LONGEST_NOTE:,} characters")
        event = NoteAdded(text=self.text, at=self.at)
        events = () if event in lead.notes else (event,)
        changes = change("lead", lead.id, facts.lead, events, leads.evolve)
        return Outcome(answer=fold(leads.evolve, lead, events), changes=changes)

    def _sees(self, lead: Lead, facts: LeadFacts) -> bool:
        if self.viewer_id is None:
            return True
        viewer = facts.viewer
        return viewer is not None and sees(viewer, lead, facts.tree, facts.seller)
