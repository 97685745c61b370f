"""Remind whoever works a lead of what is due: the first contact, then the follow-ups of a plan.

Each duty is told once, whoever works the lead by then: a note on the lead says so, and whoever
looks at it sees that somebody was reminded. What became due long ago is not told any more, so a job
that stood still does not flood anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads
from leadcore.accounts import SellerTerms
from leadcore.cadence.plan import CALL_FIRST, Cadence
from leadcore.decider import change
from leadcore.intervals import elapsed_hours_after
from leadcore.leads import AttemptOutcome, LeadStatus, NoteAdded, first_contact_due
from leadcore.notices import DutyTold, catalogue_of, first_contact_overdue, follow_up_due
from leadcore.outcomes import Outcome
from leadcore.ports import LeadFacts, LeadNeeds, LeadQuery, LeadSort
from leadcore.values import LeadId, SellerId, UserId, instant, micros

if TYPE_CHECKING:
    from leadcore.leads import ContactAttempt, Lead
    from leadcore.notices import Message
    from leadcore.people import User

__all__ = ["DUTIES", "Duty", "DutyRule", "RemindOfDuty", "duty_due", "duty_leads", "duty_of"]


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

    def told_after(self, at: datetime) -> datetime:
        """Give the instant at or before which a duty must not have been due, to be told now."""
        return instant(at) - timedelta(hours=self.told_hours)


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
    if lead.sale is None or lead.sale.sold_at < rule.sold_since(at):
        return None
    duty = _next(lead, tuple(tried for tried in lead.attempts if tried.at <= at), rule.plan)
    if duty is None:
        return None
    late = micros(at) - micros(duty.due_at)
    if late < 0 or (late == 0 and not duty.step) or late >= rule.told_hours * 3_600_000_000:
        return None
    return duty


def duty_due(lead: Lead, *, plan: Cadence = CALL_FIRST) -> datetime | None:
    """Give when what comes next with a lead is due, whether that is over or to come.

    None where nothing will be due, or where it was told already. No attempt lies in the future, so
    from the last one on `duty_of` tells just this duty.
    """
    duty = _next(lead, lead.attempts, plan)
    return None if duty is None else duty.due_at


def duty_leads(
    seller_id: SellerId, *, at: datetime, rule: DutyRule = DUTIES, limit: int = 500
) -> LeadQuery:
    """Give the query for the leads of which `duty_of` may tell something at an instant.

    Stores keep when a duty of the plan that ships is due. Whoever has another plan is given all
    that was sold lately.
    """
    lately = LeadQuery(
        seller_id=seller_id,
        statuses=frozenset({LeadStatus.SOLD}),
        since=rule.sold_since(at),
        sort=LeadSort.SOLD,
        limit=limit,
    )
    if rule.plan != CALL_FIRST:
        return lately
    return replace(lately, duty_by=at, duty_after=rule.told_after(at))


def _next(lead: Lead, tried: tuple[ContactAttempt, ...], plan: Cadence) -> Duty | None:
    first, sale, owner = first_contact_due(lead), lead.sale, lead.assigned_to
    if first is None or sale is None or owner is None:
        return None
    since = lead.held_since or sale.sold_at
    counted = [each for each in tried if each.at >= since]
    reached = any(each.outcome is AttemptOutcome.REACHED for each in counted)
    step = len(counted)
    if reached or step >= len(plan.steps):
        return None
    last = max((each.at for each in counted), default=None)
    due = first if last is None else elapsed_hours_after(last, plan.steps[step].hours)
    duty = Duty(lead_id=lead.id, user_id=owner, step=step, steps=plan.most, due_at=due)
    told = lead.notes and any(note.text.startswith(duty.mark) for note in lead.notes)
    return None if told else duty


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
