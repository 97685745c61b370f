"""The next step for a lead, and the list of what is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.back_office.contacting import LeadContact, assess_lead, contact_facts
from leadcore.cadence.plan import CALL_FIRST, TEXT_FROM, Cadence
from leadcore.decisions import Decision, Effect, Finding, Verdict
from leadcore.intervals import elapsed_hours_after, to_local
from leadcore.leads import AttemptOutcome, ContactAttempt, Lead, first_contact_due
from leadcore.submissions import Channel
from leadcore.values import LeadId, PhoneKind, instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leadcore.cadence.plan import Step

__all__ = ["Advice", "Phase", "advise", "due_list"]

_ASKS = 8
"""How often a channel's next open instant is asked about before it counts as closed for ever."""
_NO_TEXTS = frozenset({PhoneKind.LANDLINE, PhoneKind.TOLL_FREE})
_MINUTE = timedelta(minutes=1)


class Phase(IntEnum):
    """Where a lead stands in the plan, most urgent first."""

    OVERDUE = 0
    FIRST_CONTACT = 1
    FOLLOW_UP = 2
    GIVE_UP = 3
    REACHED = 4


@frozen(kw_only=True)
class Advice:
    """The one next step for a lead that an account holds.

    Attributes:
        lead_id: the lead.
        phase: where it stands; `OVERDUE`: 24 hours have passed without any attempt.
        at: the instant (UTC) the advice was asked for.
        due_at: when the first contact is due; for a follow-up, when the plan has it; None once the
            plan is over.
        channel: what to do next; None where nothing is to be done, or can be.
        not_before: the first instant, `at` or later, at which the plan wants it and no rule
            denies it; None where there is none.
        attempts: how many were made by then.
        may_give_up: were there enough follow-ups for giving up to be reasonable?
        held_up: the findings that keep it from being done sooner, or at all.
        passed_over: the findings that keep the plan's own channel from its turn.
        warnings: the findings to be known when it is done.
        look_up: where it is blocked, may looking something up open a channel?
        reason: why this and not something else, in plain words.
    """

    lead_id: LeadId
    phase: Phase
    at: datetime = field(converter=instant)
    due_at: datetime | None = field(default=None, converter=optional_instant)
    channel: Channel | None = None
    not_before: datetime | None = field(default=None, converter=optional_instant)
    attempts: int = 0
    may_give_up: bool = False
    held_up: tuple[Finding, ...] = ()
    passed_over: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    look_up: bool = False
    reason: str

    @property
    def due_now(self) -> bool:
        """Can and should it be done at the instant the advice was asked for?"""
        return self.not_before is not None and self.not_before <= self.at

    @property
    def overdue_by(self) -> timedelta | None:
        """By how much the first contact is late; None where it is not."""
        if self.phase is not Phase.OVERDUE or self.due_at is None:
            return None
        return self.at - self.due_at

    @property
    def blocked(self) -> bool:
        """Is something to be done that no waiting will open?"""
        return self.phase < Phase.GIVE_UP and self.not_before is None

    @property
    def urgency(self) -> tuple[int, datetime, str]:
        """What lists are sorted by: the smaller, the sooner it is to be seen to."""
        when = self.due_at
        if self.phase is Phase.FOLLOW_UP:
            when = self.not_before or self.due_at
        return (self.phase, when or self.at, self.lead_id)


if TYPE_CHECKING:
    Ask = Callable[[Lead, LeadContact, datetime], Decision]


def _by_records(lead: Lead, asked: LeadContact, at: datetime) -> Decision:
    return assess_lead(lead, asked, at=at)


def advise(
    lead: Lead,
    asked: LeadContact = LeadContact(),  # noqa: B008 - a frozen value
    *,
    at: datetime,
    plan: Cadence = CALL_FIRST,
    ask: Ask = _by_records,
) -> Advice | None:
    """Give the next step for a lead.

    Args:
        lead: the lead, with its attempts; those after `at` are left aside.
        asked: what the records can't know (the registry, emergencies, what an e-mail carries),
            how calls and texts are placed, and the profile. Its channel is the plan's affair.
        at: the instant the advice is for.
        plan: the plan.
        ask: answers a contact question about the lead at an instant; what is known of the lead
            alone is put to the rules that ship, unless told otherwise.

    Returns:
        Exactly one advice for a lead that an account holds; None for any other lead.
    """
    due = first_contact_due(lead)
    if due is None or lead.sale is None:
        return None
    moment = instant(at)
    known = replace(lead, attempts=tuple(a for a in lead.attempts if a.at <= moment))
    since = lead.held_since or lead.sale.sold_at
    made = tuple(sorted((a for a in known.attempts if a.at >= since), key=lambda a: a.at))
    over = _over(known, made, moment, plan)
    if over is not None:
        return over
    step = plan.steps[len(made)]
    wanted = elapsed_hours_after(made[-1].at if made else since, step.hours)
    start = max(moment, wanted)
    advice = Advice(
        lead_id=lead.id,
        phase=_phase(made, due, moment),
        at=moment,
        due_at=wanted if made else due,
        attempts=len(made),
        may_give_up=len(made) - 1 >= plan.least,
        reason="",
    )
    # The first contact waits for its channel until it is due, a follow-up as long as the plan says.
    limit = elapsed_hours_after(start, plan.patience) if made else max(start, due)
    openings = [
        _opening(known, replace(asked, channel=channel), start, ask)
        for channel in _channels(known, step.channel, made)
    ]
    chosen = _chosen(advice, known, step, openings, limit)
    if not chosen.blocked:
        return chosen
    return replace(chosen, look_up=_helps(known, openings, start, ask))


def _phase(made: tuple[ContactAttempt, ...], due: datetime, at: datetime) -> Phase:
    if made:
        return Phase.FOLLOW_UP
    return Phase.OVERDUE if due < at else Phase.FIRST_CONTACT


def _over(
    lead: Lead, made: tuple[ContactAttempt, ...], at: datetime, plan: Cadence
) -> Advice | None:
    """Give the advice where the plan is over: the person was reached, or it has no more steps."""
    reached = next((a for a in reversed(made) if a.outcome is AttemptOutcome.REACHED), None)
    if reached is not None:
        phase = Phase.REACHED
        reason = (
            f"The person was reached on {_day(reached.at)}, so the plan's first phase is over; "
            "keep to what was agreed."
        )
    elif len(made) >= len(plan.steps):
        phase = Phase.GIVE_UP
        reason = (
            f"{len(made)} attempts since {_day(made[0].at)} did not reach the person; giving the "
            "lead up is reasonable."
        )
    else:
        return None
    return Advice(
        lead_id=lead.id,
        phase=phase,
        at=at,
        attempts=len(made),
        may_give_up=True,
        reason=reason,
    )


def _channels(lead: Lead, wanted: Channel, made: tuple[ContactAttempt, ...]) -> Iterable[Channel]:
    """Give the channels that may take the step, in order: the plan's, then call, then e-mail."""
    given = lead.submission
    phones = [phone for phone in given.phones if phone.normal]
    dead = any(a.outcome is AttemptOutcome.DISCONNECTED for a in lead.attempts)
    able: set[Channel] = set()
    if phones and not (dead and len(phones) == 1):
        able.add(Channel.CALL)
        if len(made) >= TEXT_FROM and phones[0].kind not in _NO_TEXTS:
            able.add(Channel.TEXT)
    if given.email:
        able.add(Channel.EMAIL)
    order = dict.fromkeys((wanted, Channel.CALL, Channel.EMAIL))
    return [channel for channel in order if channel in able]


# ------------------------------------------------------------------------ when a channel is open


@frozen(kw_only=True)
class _Opening:
    """What the engine says of one channel: when the step is wanted, and when it may be done.

    Attributes:
        asked: the question.
        before: the answer at the instant the plan wants it.
        at: the first instant it may be done; None: never, by time alone.
        then: the answer at that instant.
    """

    asked: LeadContact
    before: Decision
    at: datetime | None
    then: Decision


def _opening(lead: Lead, asked: LeadContact, start: datetime, ask: Ask) -> _Opening:
    """Find the first instant from `start` on at which a channel may be used."""
    before = then = ask(lead, asked, start)
    at: datetime | None = start
    # The facts themselves may change on the way (a later revocation, say), so each instant that
    # the engine names is asked about once more.
    for _ in range(_ASKS):
        if at is None or then.verdict is not Verdict.DENIED:
            break
        at = then.next_permitted_at
        then = ask(lead, asked, at) if at is not None else then
    warned = asked.channel is Channel.TEXT and then.verdict is Verdict.WARN
    shut = then.verdict is Verdict.DENIED or warned
    return _Opening(asked=asked, before=before, at=None if shut else at, then=then)


def _helps(lead: Lead, openings: list[_Opening], start: datetime, ask: Ask) -> bool:
    """Would any channel open if whatever nobody looked up spoke for contact?"""
    hoped = (replace(each.asked, best_case=True) for each in openings)
    return any(_opening(lead, best, start, ask).at is not None for best in hoped)


def _chosen(
    advice: Advice, lead: Lead, step: Step, openings: list[_Opening], limit: datetime
) -> Advice:
    """Advise the first channel that opens in time, else the one that opens soonest."""
    if not openings:
        return replace(advice, reason=_UNREACHABLE)
    open_ever = [(each.at, each) for each in openings if each.at is not None]
    in_time = [pair for pair in open_ever if pair[0] <= limit]
    first = openings[0]
    if open_ever:
        at, found = in_time[0] if in_time else min(open_ever, key=lambda pair: pair[0])
        passed = _passed_over(step, first, found)
        return _to_do(replace(advice, passed_over=passed), lead, step, found, at)
    why = first.before.why_never or first.then.determining[0].sentence
    return replace(
        advice,
        held_up=first.then.determining,
        reason=f"No channel is open. {_NAMES[first.asked.channel].capitalize()}: {why}",
    )


def _passed_over(step: Step, first: _Opening, found: _Opening) -> tuple[Finding, ...]:
    """Give what keeps the plan's own channel from its turn, where another one takes it."""
    if found is first or first.asked.channel is not step.channel:
        return ()
    # One that opens too late is held up by what closes it now.
    return (first.then if first.at is None else first.before).determining


def _to_do(advice: Advice, lead: Lead, step: Step, found: _Opening, at: datetime) -> Advice:
    channel = found.asked.channel
    held = found.before.determining if found.before.verdict is Verdict.DENIED else ()
    words = [_what(advice, channel)]
    if channel is not step.channel:
        passed = advice.passed_over
        why = f"{passed[0].rule}: {passed[0].sentence}" if passed else _NO_WAY[step.channel]
        words.append(f"The plan has {_NAMES[step.channel]} here. {why}")
    if held:
        words.append(f"Not before {_clock(lead, found.asked, at)}. {held[0].sentence}")
    return replace(
        advice,
        channel=channel,
        not_before=at,
        held_up=held,
        warnings=tuple(f for f in found.then.findings if f.effect is Effect.WARN),
        reason=" ".join(words),
    )


# ----------------------------------------------------------------------------------------- words

_UNREACHABLE = "There is no number left to call and no e-mail address to write to."
_NAMES = {Channel.CALL: "a call", Channel.TEXT: "a text", Channel.EMAIL: "an e-mail"}
_DO = {Channel.CALL: "Call", Channel.TEXT: "Send a text", Channel.EMAIL: "Send an e-mail"}
_NO_WAY = {
    Channel.CALL: "No number is left to call.",
    Channel.TEXT: "No number takes texts.",
    Channel.EMAIL: "No e-mail address is known.",
}


def _what(advice: Advice, channel: Channel) -> str:
    late = advice.overdue_by
    if late is not None:
        return f"{_DO[channel]}: the first contact is overdue by {_hours(late)}."
    if advice.phase is Phase.FIRST_CONTACT:
        return f"{_DO[channel]}: the first contact is due 24 hours after the sale."
    more = " Giving up is reasonable, too." if advice.may_give_up else ""
    return f"{_DO[channel]}: follow-up {advice.attempts} of the plan.{more}"


def _hours(span: timedelta) -> str:
    hours, minutes = divmod(span // _MINUTE, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def _clock(lead: Lead, asked: LeadContact, at: datetime) -> str:
    """Write an instant on the clocks the person may live by, so that nobody has to work it out."""
    zones = contact_facts(lead, asked, at=at).number.zones
    if not zones:
        return f"{at:%Y-%m-%d %H:%M} UTC"
    return " or ".join(f"{to_local(at, zone):%Y-%m-%d %H:%M} in {zone}" for zone in zones)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


# ------------------------------------------------------------------------------------------ list


def due_list(
    leads: Iterable[Lead],
    asked: LeadContact | Callable[[Lead], LeadContact] = LeadContact(),  # noqa: B008 - a frozen value
    *,
    at: datetime,
    plan: Cadence = CALL_FIRST,
    ask: Ask = _by_records,
) -> tuple[Advice, ...]:
    """Give the advice for every lead that is held, the most urgent first.

    Overdue first contacts come first, longest overdue before the others; then first contacts by
    when they are due, then follow-ups by when they can be made (those that nothing will open by
    when the plan had them), then what may be given up, and last whom was reached.

    Args:
        leads: any leads; those that nobody holds are left out.
        asked: as for `advise`; or what gives it for each lead, where the answers differ.
        at: the instant the advice is for.
        plan: the plan.
        ask: as for `advise`.
    """
    found: list[Advice] = []
    for lead in leads:
        told = asked if isinstance(asked, LeadContact) else asked(lead)
        advice = advise(lead, told, at=at, plan=plan, ask=ask)
        if advice is not None:
            found.append(advice)
    return tuple(sorted(found, key=lambda each: each.urgency))
