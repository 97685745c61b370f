"""What the contacts made about a lead could cost if the person disputed them.

A contact is judged by the decision that was logged before it was made; where none was logged, by
what the records knew then, and what they did not know counts as not allowed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.back_office.contacting import LeadContact, assess_facts, contact_facts, question_of
from leadcore.contact.logged import LoggedDecision
from leadcore.exposure import Contact, PersonExposure, contact_of, of_person
from leadcore.rulebooks import US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from leadcore.contact_points import ContactPoint
    from leadcore.decision_trail import DecisionLogged
    from leadcore.leads import ContactAttempt, Lead
    from leadcore.rulebooks import Rulebook
    from leadcore.submissions import Channel

__all__ = ["lead_exposure", "logged_decisions"]


def logged_decisions(trail: Iterable[DecisionLogged]) -> tuple[LoggedDecision, ...]:
    """Give the decisions of a lead's trail, in the order they were logged.

    Raises:
        Malformed: a text is no logged decision; every problem has its path.
    """
    from leadcore import wire  # noqa: PLC0415 - slow, and only who reads logs needs it

    return tuple(wire.load(LoggedDecision, json.loads(each.text)) for each in trail)


def lead_exposure(
    lead: Lead,
    *,
    at: datetime,
    asked: LeadContact | None = None,
    decisions: Iterable[LoggedDecision] = (),
    points: Iterable[ContactPoint] = (),
    others: Iterable[Lead] = (),
    rules: Rulebook = US,
) -> PersonExposure:
    """Give what the contacts made about a lead could cost by an instant.

    Args:
        lead: the lead with its contact attempts.
        at: the instant at which somebody would sue.
        asked: what is known beside the records of contacts without a logged decision; their channel
            is the attempt's own. None: nothing is, and they were made by hand.
        decisions: the decisions logged about the lead. The last one before a contact by the same
            channel, and after the contact before that, is what the contact was made on.
        points: the contact points of the lead's numbers and e-mail addresses.
        others: the seller's other leads of the person, as `Store.others` gives them.
        rules: the rulebook for contacts without a logged decision; it answers as of then.
    """
    known, beside = tuple(points), tuple(others)
    logged = sorted(decisions, key=lambda each: each.at)
    made: list[Contact] = []
    for attempt, since in _attempts(lead):
        on = _decision_for(attempt, since, logged)
        if on is None:
            told = replace(asked or LeadContact(), channel=attempt.channel)
            facts = contact_facts(lead, told, at=attempt.at, points=known, others=beside)
            decision = assess_facts(lead, told, facts, at=attempt.at, rules=rules)
            made.append(contact_of(decision, question_of(lead, told), facts))
        else:
            contact = contact_of(on, on.question, on.facts)
            made.append(replace(contact, at=attempt.at))
    return of_person(made, at=at)


def _attempts(lead: Lead) -> Iterator[tuple[ContactAttempt, datetime | None]]:
    """Give each attempt, in order of time, with the instant of the one before by its channel."""
    last: dict[Channel, datetime] = {}
    for attempt in sorted(lead.attempts, key=lambda each: each.at):
        yield attempt, last.get(attempt.channel)
        last[attempt.channel] = attempt.at


def _decision_for(
    attempt: ContactAttempt, since: datetime | None, logged: list[LoggedDecision]
) -> LoggedDecision | None:
    found: LoggedDecision | None = None
    for each in logged:
        after = since is None or since < each.at
        if each.question.channel is attempt.channel and after and each.at <= attempt.at:
            found = each
    return found
