"""May the person of a lead be contacted: the facts the records hold, put to `contact.assess`.

What the records can't know (was the number on the registry, is there a declared emergency) comes
with the question; what nobody says is unknown, and unknown is not allowed.
"""

from __future__ import annotations

from datetime import date, datetime

from attrs import evolve as replace
from attrs import frozen

from leadcore import places
from leadcore.consent import UNKNOWN, Grant, Level, Unknown, stands
from leadcore.contact import (
    EmailFacts,
    Facts,
    Initiation,
    Number,
    Profile,
    Purpose,
    Question,
    Reassigned,
    ReassignedStatus,
    Registry,
    Touch,
    TouchKind,
    assess,
)
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.intervals import elapsed_hours_after
from leadcore.leads import FIRST_CONTACT_HOURS, Lead, LeadStatus
from leadcore.rulebooks import US, Rulebook
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind, instant

__all__ = ["LeadContact", "assess_lead", "contact_facts", "first_contact_due"]

_TOUCHES = {
    Channel.CALL: TouchKind.CALL,
    Channel.TEXT: TouchKind.TEXT,
    Channel.EMAIL: TouchKind.EMAIL,
}


_NOBODYS = frozenset({LeadStatus.REFUNDED, LeadStatus.REFUSED})
_NOT_HELD = Finding(
    rule="H-NOT-HELD",
    effect=Effect.DENY,
    severity=Severity.POLICY,
    sentence="The lead was returned or never taken, so it is nobody's to contact the person about.",
    citation="the seller's refund terms",
)


@frozen(kw_only=True)
class LeadContact:
    """How a lead's person would be reached, and what the records can't know.

    Attributes:
        channel, initiation, purpose, profile: as in a contact question.
        listed: is the number on the national registry? None: not known.
        scrubbed_on: the date of the registry copy that was looked at; None: never looked.
        declared_emergencies: states under a declared emergency; `UNKNOWN` where nobody looked.
        email: what the message would carry; opting out is read from the records.
    """

    channel: Channel = Channel.CALL
    initiation: Initiation = Initiation.MANUAL
    purpose: Purpose = Purpose.TELEMARKETING
    profile: Profile = Profile.STRICT
    listed: bool | None = None
    scrubbed_on: date | None = None
    declared_emergencies: frozenset[str] | Unknown = UNKNOWN
    email: EmailFacts = EmailFacts(opted_out_at=None)  # noqa: RUF009 - a frozen value


def assess_lead(lead: Lead, asked: LeadContact, *, at: datetime, rules: Rulebook = US) -> Decision:
    """Answer whether a lead's person may be contacted, for the account that holds the lead.

    Args:
        lead: the lead, with its history.
        asked: how, and what the records can't know.
        at: the instant asked about.
        rules: the rulebook.
    """
    given = lead.submission
    question = Question(
        channel=asked.channel,
        initiation=asked.initiation,
        purpose=asked.purpose,
        seller=_on_behalf_of(lead),
        subject=given.vertical,
        profile=asked.profile,
    )
    decision = assess(question, contact_facts(lead, asked, at=at), at=at, rules=rules)
    if lead.status not in _NOBODYS:
        return decision
    return replace(
        decision,
        verdict=Verdict.DENIED,
        findings=(*decision.findings, _NOT_HELD),
        next_permitted_at=None,
        why_never=_NOT_HELD.sentence,
    )


def contact_facts(lead: Lead, asked: LeadContact, *, at: datetime) -> Facts:
    """Give the facts that the records hold of a lead at an instant.

    A submission is the person's own request, so it is an invitation. A bare TCPA flag is express
    consent that names no seller; it never becomes written consent by itself.
    """
    given = lead.submission
    place = places.resolve(given.phone, given.address.zip)
    phone = next((phone for phone in given.phones if phone.normal), None)
    states = (*place.states, given.address.state) if given.address.state else place.states
    moment = instant(at)
    return Facts(
        tcpa=given.tcpa,
        zip=given.address.zip,
        number=Number(
            e164=phone.normal if phone else None,
            kind=phone.kind if phone else PhoneKind.UNKNOWN,
            zones=place.zones,
        ),
        states=states,
        consent=stands(_grants(lead), seller=_on_behalf_of(lead), number=given.phone, at=moment),
        registry=Registry(
            national=asked.listed, scrubbed_on=asked.scrubbed_on, internal_since=None
        ),
        reassigned=Reassigned(status=ReassignedStatus.NOT_CHECKED),
        personal_relationship=False,
        history=tuple(
            Touch(kind=_TOUCHES[attempt.channel], at=attempt.at, subject=given.vertical)
            for attempt in lead.attempts
            if attempt.at <= moment
        ),
        email=replace(asked.email, opted_out_at=None),
        declared_emergencies=asked.declared_emergencies,
    )


def first_contact_due(lead: Lead) -> datetime | None:
    """Give when the first contact is due: 24 elapsed hours after the sale; None if not held."""
    if lead.sale is None or lead.status is not LeadStatus.SOLD:
        return None
    return elapsed_hours_after(lead.sale.sold_at, FIRST_CONTACT_HOURS)


def _on_behalf_of(lead: Lead) -> str:
    return lead.sale.account_id if lead.sale else lead.seller_id


def _grants(lead: Lead) -> tuple[Grant, ...]:
    given = lead.submission
    asked_at = given.submitted_at or lead.received_at
    level = Level.EXPRESS if given.tcpa is Tcpa.YES else Level.NONE
    return (Grant(at=asked_at, invitation=True), Grant(at=asked_at, level=level))
