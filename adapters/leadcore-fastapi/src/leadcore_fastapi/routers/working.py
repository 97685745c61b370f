"""Working a lead: attempts to reach the person, assigning, e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.back_office import LeadContact
from leadcore.errors import Refused
from leadcore.lead_sheet import seen_by
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, Lead, LogAttempt
from leadcore.submissions import Channel
from leadcore.values import UserId, optional_instant
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("lead-work")
_WRITE = (Area.LEADS, Way.WRITE)


@frozen(kw_only=True)
class Attempt:
    """How the person was tried, what came of it, and when; now if not said."""

    channel: Channel
    outcome: AttemptOutcome
    at: datetime | None = field(default=None, converter=optional_instant)


def _work(call: Call, command: AssignLead | LogAttempt, *, edits: bool = False) -> Act:
    lead, home = call.lead(call.path("lead_id")), call.home
    case = bo.WorkLead(lead_id=lead.id, viewer_id=call.user.id, command=command, at=call.at)

    return Act(
        case=case,
        tell=lambda done: Reply(data=wire.dump(seen_by(done, home))),
        edits=("lead", lead.id) if edits else None,
    )


@group.post(
    "/leads/{lead_id}/attempts",
    "Log an attempt to reach the person",
    may=_WRITE,
    body=Attempt,
    gives=Lead,
    status=201,
    example={"channel": "call", "outcome": "no_answer"},
)
def log_attempt(call: Call) -> Act:
    """By whoever asks, who works leads of the account that holds it."""
    asked = call.load(Attempt)
    attempt = ContactAttempt(
        channel=asked.channel, at=asked.at or call.at, by=call.user.id, outcome=asked.outcome
    )
    return _work(call, LogAttempt(attempt=attempt))


@frozen
class Written:
    """What is to be noted."""

    text: str


@group.post(
    "/leads/{lead_id}/notes",
    "Write a note on a lead",
    may=_WRITE,
    body=Written,
    gives=Lead,
    status=201,
    example={"text": "Call after five."},
)
def add_note(call: Call) -> Act:
    """For whoever works it; who wrote it, the list of deeds tells."""
    home = call.home
    case = bo.NoteLead(
        seller_id=call.seller.id,
        lead_id=call.lead(call.path("lead_id")).id,
        viewer_id=call.viewer_id,
        text=call.load(Written).text,
        at=call.at,
    )
    return Act(case=case, tell=lambda done: Reply(data=wire.dump(seen_by(done, home))))


@frozen(kw_only=True)
class Assignment:
    """Who is to work it."""

    user_id: UserId


@group.put(
    "/leads/{lead_id}/assignment",
    "Give a lead to another user of the account",
    may=_WRITE,
    body=Assignment,
    gives=Lead,
    example={"user_id": "ben"},
)
def assign_lead(call: Call) -> Act:
    """Whoever asks sees the lead, and is of the account that holds it."""
    user_id = call.load(Assignment).user_id
    return _work(call, AssignLead(user_id=user_id, by=call.user.id), edits=True)


@frozen(kw_only=True)
class Mail:
    """What is written to the person, and what is known beside the records."""

    subject: str
    body: str
    asked: LeadContact = field(factory=LeadContact)


@group.post(
    "/leads/{lead_id}/email",
    "E-mail the person, if the rules permit it",
    may=_WRITE,
    body=Mail,
    gives={"type": "object", "required": ["decision", "message_id"]},
    status=202,
    example={"subject": "Your request", "body": "We will call you today."},
)
def email_person(call: Call) -> Act:
    """It waits in the outbox then; where the rules say no, that is the answer."""
    asked = call.load(Mail)
    case = bo.EmailPerson(
        seller_id=call.seller.id,
        lead_id=call.lead(call.path("lead_id")).id,
        viewer_id=call.user.id,
        message_id=call.steady("message"),
        subject=asked.subject,
        body=asked.body,
        asked=asked.asked,
        at=call.at,
    )

    def tell(done: bo.PersonEmailed) -> Reply:
        if done.message is None:
            return Reply(error=Refused(done.decision))
        data = {"decision": wire.dump(done.decision), "message_id": done.message.id}
        return Reply(data=data)

    return Act(case=case, tell=tell)


@frozen(kw_only=True)
class Forwarding:
    """To whom, and a word to go with it."""

    user_id: UserId
    note: str = ""


@group.post(
    "/leads/{lead_id}/forward",
    "Send a lead by e-mail to a user of the account",
    may=_WRITE,
    body=Forwarding,
    gives={"type": "object", "required": ["lead_id"]},
    status=202,
    example={"user_id": "ben", "note": "please call today"},
)
def forward_lead(call: Call) -> Act:
    """It stays with whoever works it."""
    asked = call.load(Forwarding)
    case = bo.ForwardLead(
        lead_id=call.lead(call.path("lead_id")).id,
        viewer_id=call.user.id,
        to=call.teammate(asked.user_id),
        note=asked.note,
        at=call.at,
    )
    return Act(case=case, tell=lambda done: Reply(data={"lead_id": done.id}))
