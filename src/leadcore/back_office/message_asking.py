"""The contact question about a message to the person who asked, put with fresh facts.

What goes out by itself is automated: a text counts as autodialled. A confirmation or a notice is
informational, the confirmation of an opt-out is just that. An answer to a text of somebody without
a lead is asked for by that very text: it invites this one message, and a later stop takes it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import decision_trail, places
from leadcore.back_office.contacting import (
    LeadContact,
    assess_facts,
    contact_facts,
    question_of,
)
from leadcore.consent import Grant, Level
from leadcore.contact import (
    Confirmation,
    EmailFacts,
    Facts,
    Initiation,
    Number,
    Purpose,
    Question,
    assess,
)
from leadcore.contact_points import known, normal_address
from leadcore.decider import Change, change
from leadcore.decision_trail import LogDecision
from leadcore.decisions import Decision
from leadcore.notices import MessageKind
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.leads import Lead
    from leadcore.notices import Message
    from leadcore.ports import LetterFacts
    from leadcore.rulebooks import Rulebook
    from leadcore.rulebooks.rule import Profile

__all__ = ["Asked", "asked_about"]


@frozen(kw_only=True)
class Asked:
    """A contact question about a message, answered.

    Attributes:
        decision: the answer; None where nobody can be asked about: the message's lead is not there,
            or the address is none of that lead's.
        changes: the answer on the lead's trail.
        text: the answer's canonical JSON, where there is no lead to log it with.
    """

    decision: Decision | None
    changes: tuple[Change, ...] = ()
    text: str | None = None


def asked_about(
    message: Message,
    facts: LetterFacts,
    *,
    rules: Rulebook,
    profile: Profile,
    key: bytes | None,
    at: datetime,
) -> Asked:
    """Ask whether a message to a person may be delivered at an instant.

    Args:
        message: to the person.
        facts: the lead with its points, its trail and the person's other leads; or the address's
            own contact point.
        rules: what it is judged by.
        profile: how they are read.
        key: for the log, as in `AskContact`.
        at: when it would be handed over.

    Raises:
        ValueError: a key that is too short.
    """
    from leadcore import wire  # noqa: PLC0415 - slow, and only who relays needs it
    from leadcore.contact.logged import log  # noqa: PLC0415 - the same

    asked = LeadContact(
        channel=message.channel,
        initiation=Initiation.AUTODIALED,
        purpose=_PURPOSES.get(message.kind, Purpose.INFORMATIONAL),
        profile=profile,
    )
    if message.lead_id is None:
        question, known_ = _question(message, asked), _facts(message, facts, at)
        decision = assess(question, known_, at=at, rules=rules)
        logged = log(question, known_, decision, rules=rules, about=None, key=key)
        return Asked(decision=decision, text=wire.canonical(logged))
    lead = facts.lead
    if lead is None or not _is_for(message, lead):
        return Asked(decision=None)
    known_ = contact_facts(lead, asked, at=at, points=facts.points, others=facts.others)
    decision = assess_facts(lead, asked, known_, at=at, rules=rules)
    if facts.trail is None:
        return Asked(decision=decision)
    question = question_of(lead, asked)
    logged = log(question, known_, decision, rules=rules, about=lead.id, key=key)
    events = decision_trail.decide(LogDecision(text=wire.canonical(logged)), facts.trail.state, at)
    changes = change("decisions", lead.id, facts.trail, events, decision_trail.evolve)
    return Asked(decision=decision, changes=changes)


_PURPOSES = {MessageKind.OPTOUT: Purpose.OPTOUT_CONFIRMATION}
_ANSWERS = frozenset({MessageKind.OPTOUT, MessageKind.HELP})
"""What answers a text of the person's own."""


def _is_for(message: Message, lead: Lead) -> bool:
    """Tell whether the address is the very one the facts about a lead speak of."""
    given = lead.submission
    own = given.email if message.channel is Channel.EMAIL else given.phone
    return own is not None and normal_address(own) == normal_address(message.to)


def _question(message: Message, asked: LeadContact) -> Question:
    return Question(
        channel=asked.channel,
        initiation=asked.initiation,
        purpose=asked.purpose,
        seller=message.account_id or message.seller_id,
        profile=asked.profile,
    )


def _asked_for(message: Message) -> Grant:
    """Give what a text of the person's own amounts to for the one answer to it."""
    return Grant(
        at=message.at,
        level=Level.EXPRESS,
        invitation=True,
        sellers=frozenset({message.account_id or message.seller_id}),
        number=None if message.channel is Channel.EMAIL else message.to,
    )


def _facts(message: Message, facts: LetterFacts, at: datetime) -> Facts:
    """Give what is known of an address that wrote first: that, and what its point records."""
    number = None if message.channel is Channel.EMAIL else message.to
    place, answers = places.resolve(number, None), message.kind in _ANSWERS
    told = known(
        () if facts.point is None else (facts.point.state,),
        seller=message.account_id or message.seller_id,
        number=number,
        email=message.to if number is None else None,
        acts=(_asked_for(message),) if answers else (),
        zones=place.zones,
        at=at,
    )
    return Facts(
        # What the flag of a lead would say: the person asked for this very text.
        tcpa=Tcpa.YES if answers else Tcpa.UNKNOWN,
        number=Number(
            e164=number,
            kind=told.kind or PhoneKind.UNKNOWN,
            zones=place.zones,
            ported_to_wireless_on=told.ported_to_wireless_on,
        ),
        states=place.states,
        consent=told.consent,
        registry=told.registry,
        relationship=told.relationship,
        reassigned=told.reassigned,
        email=EmailFacts(opted_out_at=told.email_opted_out_at),
        # There is one such message a stop: its id is made of the text it answers.
        confirmation=Confirmation(contains_marketing=False, already_sent=False),
    )
