"""Remind whoever works a lead of what is due: the first contact, then the follow-ups of a plan.

Each duty is told once, whoever works the lead by then: a note on the lead says so, and whoever
looks at it sees that somebody was reminded. What became due long ago is not told any more, so a job
that stood still does not flood anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore import leads
from leadcore.accounts import SellerTerms
from leadcore.cadence.plan import CALL_FIRST, Cadence
from leadcore.decider import change
from leadcore.intervals import elapsed_hours_after
from leadcore.leads import AttemptOutcome, NoteAdded, first_contact_due
from leadcore.notices import DutyTold, catalogue_of, first_contact_overdue, follow_up_due
from leadcore.outcomes import Outcome
from leadcore.ports import LeadFacts, LeadNeeds
from leadcore.values import LeadId, SellerId, UserId, instant, micros

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.notices import Message
    from leadcore.people import User

__all__ = ["DUTIES", "Duty", "DutyRule", "RemindOfDuty", "duty_of"]


@frozen(kw_only=True)
class DutyRule:
    """Of which duties somebody is reminded.

    Attributes:
        plan: whose steps are the duties; its first one is due by the hours of the domain, not by
            the plan's.
        told_hours: elapsed hours after which a duty that is due is not told any more.
        sold_hours: elapsed hours after the sale after which nothing is told of a lead.
        citation: where it comes from.
    """

    plan: Cadence = CALL_FIRST
    told_hours: int = 72
    sold_hours: int = 14 * 24
    citation: str = "H-ORDER: first contact within 24 hours, two to five follow-ups"

    def sold_since(self, at: datetime) -> datetime:
        """Give the first instant of sale of a lead that may have a duty to tell at an instant."""
        return instant(at) - timedelta(hours=self.sold_hours)


DUTIES = DutyRule()


@frozen(kw_only=True)
class Duty:
    """What is due with a lead.

    Attributes:
        step: 0 for the first contact, 1 for the first follow-up …
        steps: how many follow-ups the plan has.
    """

    lead_id: LeadId
    user_id: UserId
    step: int
    steps: int
    due_at: datetime = field(converter=instant)

    @property
    def mark(self) -> str:
        """What the note begins with that says it was told: the same whoever works the lead."""
        what = f"follow-up {self.step} of {self.steps}" if self.step else "first contact"
        return f"Reminder of the {what}, due {self.due_at:%Y-%m-%d %H:%M:%S} UTC"


def duty_of(lead: Lead, *, at: datetime, rule: DutyRule = DUTIES) -> Duty | None:
    """Give what is due with a lead, was not told yet, and is not too long ago to be told.

    The first contact is due once its time is over; a follow-up from the instant on that the plan
    has it. Nothing is due with a lead that nobody holds, whose person was reached, or whose plan is
    over.
    """
    sale, owner = lead.sale, lead.assigned_to
    first = first_contact_due(lead)
    if first is None or sale is None or owner is None or sale.sold_at < rule.sold_since(at):
        return None
    since = lead.held_since or sale.sold_at
    made = sorted(tried.at for tried in lead.attempts if since <= tried.at <= at)
    reached = any(
        tried.outcome is AttemptOutcome.REACHED
        for tried in lead.attempts
        if since <= tried.at <= at
    )
    if reached or len(made) >= len(rule.plan.steps):
        return None
    due = elapsed_hours_after(made[-1], rule.plan.steps[len(made)].hours) if made else first
    late = micros(at) - micros(due)
    if late < 0 or (late == 0 and not made) or late >= rule.told_hours * 3_600_000_000:
        return None
    duty = Duty(lead_id=lead.id, user_id=owner, step=len(made), steps=rule.plan.most, due_at=due)
    return None if any(note.text.startswith(duty.mark) for note in lead.notes) else duty


@frozen(kw_only=True)
class RemindOfDuty:
    """Remind whoever works a lead of what is due, once for each duty.

    The user's switch for notices about leads is respected, and nobody is told whose log-in was
    taken away or who has no e-mail address; whoever works the lead next is reminded then.

    Attributes:
        user_id: who worked it when it was looked for; where that is somebody else by now, nothing
            follows, and the next run looks again.
        terms: the seller's, for words and zone.
        rule: of which duties.
    """

    seller_id: SellerId
    lead_id: LeadId
    user_id: UserId
    terms: SellerTerms = field(repr=False)
    rule: DutyRule = DUTIES
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead, and who works it."""
        return LeadNeeds(self.lead_id, self.user_id)

    def decide(self, facts: LeadFacts) -> Outcome[Duty | None]:
        """Say what follows; the answer is the duty that was told, None where nothing was."""
        lead, user = facts.lead.state, facts.viewer
        if lead is None or lead.seller_id != self.seller_id or user is None:
            return Outcome(answer=None)
        duty = duty_of(lead, at=self.at, rule=self.rule)
        if duty is None or duty.user_id != user.id or not user.profile.notify_new_lead:
            return Outcome(answer=None)
        messages = self._messages(lead, user, duty)
        if not messages:
            return Outcome(answer=None)
        told = (NoteAdded(text=f"{duty.mark}, sent to {user.id}.", at=self.at),)
        return Outcome(
            answer=duty,
            changes=change("lead", lead.id, facts.lead, told, leads.evolve),
            messages=messages,
        )

    def _messages(self, lead: Lead, user: User, duty: Duty) -> tuple[Message, ...]:
        told = DutyTold(
            lead_id=lead.id,
            person=lead.submission.name.display,
            due_at=duty.due_at,
            zone=self.terms.zone,
            step=duty.step or 1,
            steps=duty.steps,
        )
        tell = follow_up_due if duty.step else first_contact_overdue
        return tell(told, user, at=self.at, catalogue=catalogue_of(self.terms.notices))
