"""May the person of a lead be contacted: the facts the records hold, put to `contact.assess`.

The lead tells what the person gave and who tried to reach them; the contact points of its numbers
and e-mail addresses tell what else was recorded: consent given and taken back, look-ups, dealings.
What the records can't know (is there a declared emergency, what does the e-mail carry) comes with
the question; what nobody says is unknown, and unknown is not allowed.

Caps count how often a *person* was reached, not how often one lead was worked: the attempts on all
leads of the person with this seller count, whichever account made them, because all of them call in
the seller's name or on its word; the rules themselves leave out other subjects. What another
account did is no contact of this one, though: its own first text is still warned against.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import frozen

from leadcore import places
from leadcore.consent import (
    UNKNOWN,
    Grant,
    Level,
    Reach,
    Revocation,
    Unknown,
    email_opted_out_at,
)
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
from leadcore.contact_points import known
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.leads import Lead, LeadStatus, first_contact_due
from leadcore.rulebooks import US, Rulebook
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.contact_points import ContactPoint, Known
    from leadcore.values import Phone

__all__ = [
    "LeadContact",
    "add_findings",
    "assess_facts",
    "assess_lead",
    "contact_facts",
    "first_contact_due",
    "question_of",
]

_TOUCHES = {
    Channel.CALL: TouchKind.CALL,
    Channel.TEXT: TouchKind.TEXT,
    Channel.EMAIL: TouchKind.EMAIL,
}


_TEXT_HERE = (
    Finding(
        rule="H-FIRST-TEXT-LEAD",
        effect=Effect.WARN,
        severity=Severity.POLICY,
        sentence=(
            "A text would be the first contact about this lead; the person was contacted about "
            "others only, so call first."
        ),
        citation="the seller's help article on contacting leads, question 4",
    ),
    Finding(
        rule="H-ORDER-LEAD",
        effect=Effect.WARN,
        severity=Severity.POLICY,
        sentence=(
            "A text would be the second contact about this lead; the others were about other "
            "leads: call first, send an e-mail second, text third or later."
        ),
        citation="the seller's help article on contacting leads, question 3",
    ),
)
"""What is said of a text after no attempt about the lead itself, and after one."""
_TEXT_RULES = ("H-FIRST-TEXT", "H-ORDER")
"""The rules that say the same of the person."""
_TEXT_PURPOSES = frozenset({Purpose.TELEMARKETING, Purpose.INFORMATIONAL})
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
    """How a lead's person would be reached, and what is known beside the records.

    Attributes:
        channel, initiation, purpose, profile: as in a contact question.
        listed: is the number on the national registry? None: as recorded, else not known.
        scrubbed_on: the date of the registry copy that was looked at; None: as recorded, else
            never looked. Of this look-up and the recorded one the newer counts.
        declared_emergencies: states under a declared emergency; `UNKNOWN` where nobody looked.
        email: what the message would carry; opting out is read from the records.
        best_case: answer as if whatever nobody looked up had been looked up and spoke for contact:
            is looking something up worth the while? Never a permission to contact.
    """

    channel: Channel = Channel.CALL
    initiation: Initiation = Initiation.MANUAL
    purpose: Purpose = Purpose.TELEMARKETING
    profile: Profile = Profile.STRICT
    listed: bool | None = None
    scrubbed_on: date | None = None
    declared_emergencies: frozenset[str] | Unknown = UNKNOWN
    email: EmailFacts = EmailFacts(opted_out_at=None)  # noqa: RUF009 - a frozen value
    best_case: bool = False


def assess_lead(
    lead: Lead,
    asked: LeadContact,
    *,
    at: datetime,
    rules: Rulebook = US,
    points: Iterable[ContactPoint] = (),
    others: Iterable[Lead] = (),
) -> Decision:
    """Answer whether a lead's person may be contacted, for the account that holds the lead.

    Args:
        lead: the lead, with its history.
        asked: how, and what is known beside the records.
        at: the instant asked about.
        rules: the rulebook.
        points: the contact points of the lead's numbers and e-mail addresses.
        others: the seller's other leads of the person, as `Store.others` gives them.
    """
    facts = contact_facts(lead, asked, at=at, points=points, others=others)
    return assess_facts(lead, asked, facts, at=at, rules=rules)


def assess_facts(
    lead: Lead, asked: LeadContact, facts: Facts, *, at: datetime, rules: Rulebook = US
) -> Decision:
    """Do as `assess_lead`, on facts that `contact_facts` gave before."""
    decision = assess(question_of(lead, asked), facts, at=at, rules=rules)
    return add_findings(decision, lead, asked, rules=rules)


def add_findings(
    decision: Decision, lead: Lead, asked: LeadContact, *, rules: Rulebook = US
) -> Decision:
    """Add to the rules' answer what the lead itself says, for whoever asks bound rules about it."""
    early = _texts_early(lead, asked, decision, rules)
    if early is not None:
        warns = decision.verdict is Verdict.PERMITTED
        decision = replace(
            decision,
            verdict=Verdict.WARN if warns else decision.verdict,
            findings=(*decision.findings, early),
        )
    if lead.status not in _NOBODYS:
        return decision
    return replace(
        decision,
        verdict=Verdict.DENIED,
        findings=(*decision.findings, _NOT_HELD),
        next_permitted_at=None,
        why_never=_NOT_HELD.sentence,
    )


def _texts_early(
    lead: Lead, asked: LeadContact, decision: Decision, rules: Rulebook
) -> Finding | None:
    """Warn where a text is too early for the lead, though not for the person."""
    if asked.channel is not Channel.TEXT or asked.purpose not in _TEXT_PURPOSES:
        return None
    before = sum(attempt.at < decision.at for attempt in lead.attempts)
    if before >= len(_TEXT_HERE):
        return None
    spoke = any(finding.rule == _TEXT_RULES[before] for finding in decision.findings)
    asks = any(rule.id == _TEXT_RULES[before] for rule in rules.rules)
    return _TEXT_HERE[before] if asks and not spoke else None


def question_of(lead: Lead, asked: LeadContact) -> Question:
    """Give the contact question about a lead, for the account that holds it."""
    return Question(
        channel=asked.channel,
        initiation=asked.initiation,
        purpose=asked.purpose,
        seller=_on_behalf_of(lead),
        subject=lead.submission.vertical,
        profile=asked.profile,
    )


def contact_facts(
    lead: Lead,
    asked: LeadContact,
    *,
    at: datetime,
    points: Iterable[ContactPoint] = (),
    others: Iterable[Lead] = (),
) -> Facts:
    """Give the facts that the records hold of a lead at an instant.

    The history is that of the person: what was tried about the lead, and about the seller's others
    of the same person, whoever tried.

    A submission is the person's own request, so it is an invitation. A bare TCPA flag is express
    consent that names no seller; it never becomes written consent by itself. A ticked box that asks
    not to be contacted takes back what came with it and is a request not to be called.
    """
    given = lead.submission
    place = places.resolve(given.phone, given.address.zip)
    phone = next((phone for phone in given.phones if phone.normal), None)
    moment = instant(at)
    told = known(
        points,
        seller=_on_behalf_of(lead),
        number=given.phone,
        email=given.email,
        acts=_acts(lead),
        zones=place.zones,
        at=moment,
    )
    found = Facts(
        tcpa=given.tcpa,
        zip=given.address.zip,
        number=_number(phone, told, place.zones),
        states=_states(place.states, given.address.state),
        consent=told.consent,
        registry=_registry(asked, _own_list(lead, told.registry)),
        relationship=told.relationship,
        reassigned=told.reassigned,
        personal_relationship=False,
        history=_history(lead, others, moment),
        email=replace(asked.email, opted_out_at=_opted_out(lead, told.email_opted_out_at, moment)),
        declared_emergencies=asked.declared_emergencies,
    )
    return _looked_up(found, moment.date()) if asked.best_case else found


def _number(phone: Phone | None, told: Known, zones: tuple[str, ...]) -> Number:
    return Number(
        e164=phone.normal if phone else None,
        kind=told.kind or (phone.kind if phone else PhoneKind.UNKNOWN),
        zones=zones,
        ported_to_wireless_on=told.ported_to_wireless_on,
    )


def _states(told: tuple[str, ...], own: str | None) -> tuple[str, ...]:
    return (*told, own) if own else told


_UNASKED = frozenset({ReassignedStatus.NOT_CHECKED, ReassignedStatus.UNKNOWN})


def _looked_up(facts: Facts, day: date) -> Facts:
    """Give the facts as they would be if every look-up still to be made went well."""
    number, registry, email = facts.number, facts.registry, facts.email
    if number.kind is PhoneKind.UNKNOWN:
        number = replace(number, kind=PhoneKind.LANDLINE)
    if not registry.national:
        registry = replace(registry, national=False, scrubbed_on=day)
    reassigned = facts.reassigned
    if reassigned.status in _UNASKED:
        reassigned = Reassigned(status=ReassignedStatus.NO, queried_on=day)
    nowhere: frozenset[str] = frozenset()
    told = facts.declared_emergencies
    return replace(
        facts,
        number=number,
        registry=registry,
        reassigned=reassigned,
        email=replace(
            email,
            physical_address=email.physical_address is not False,
            optout_mechanism=email.optout_mechanism is not False,
            gateway_domain=bool(email.gateway_domain),
        ),
        declared_emergencies=nowhere if isinstance(told, Unknown) else told,
    )


def _history(lead: Lead, others: Iterable[Lead], moment: datetime) -> tuple[Touch, ...]:
    """Give every earlier contact with the person, oldest first; one about a lead counts once."""
    subject = lead.submission.vertical
    about = {lead.id: lead}
    for other in others:
        about.setdefault(other.id, other)
    found = [
        Touch(
            kind=_TOUCHES[attempt.channel],
            at=attempt.at,
            subject=_subject(each.submission.vertical, subject),
        )
        for each in about.values()
        for attempt in each.attempts
        if attempt.at <= moment
    ]
    return tuple(sorted(found, key=lambda touch: touch.at))


def _subject(told: str | None, asked: str | None) -> str | None:
    """Give a subject as the question spells it, where it is the same one."""
    same = told is not None and asked is not None and told.casefold() == asked.casefold()
    return asked if same else told


def _registry(asked: LeadContact, told: Registry) -> Registry:
    """Give the newer look-up of the one that was recorded and the one that comes with a question.

    Of two in the same copy the one that found the number counts; being listed without a date counts
    as well, not being listed without one does not.
    """
    recorded, now = told.scrubbed_on, asked.scrubbed_on
    if now is None:
        national = asked.listed if recorded is None or asked.listed else told.national
        return replace(told, national=national)
    if recorded is None or now > recorded:
        return replace(told, national=asked.listed, scrubbed_on=now)
    if now == recorded:
        return replace(told, national=asked.listed or told.national)
    return told


def _on_behalf_of(lead: Lead) -> str:
    return lead.sale.account_id if lead.sale else lead.seller_id


def _asked_at(lead: Lead) -> datetime:
    return lead.submission.submitted_at or lead.received_at


def _acts(lead: Lead) -> tuple[Grant | Revocation, ...]:
    given, at = lead.submission, _asked_at(lead)
    level = Level.EXPRESS if given.tcpa is Tcpa.YES else Level.NONE
    # A ticked "do not call" box: at the same instant, what takes back beats what grants.
    ends = (
        Revocation(at=at, method=f"form: {box.key}", reach=Reach.EVERYTHING)
        for box in given.consents
        if box.opts_out
    )
    return (Grant(at=at, invitation=True), Grant(at=at, level=level), *ends)


def _opted_out(lead: Lead, told: datetime | None, at: datetime) -> datetime | None:
    own = email_opted_out_at(_acts(lead), at=at)
    return max((each for each in (own, told) if each is not None), default=None)


def _own_list(lead: Lead, told: Registry) -> Registry:
    """Count a ticked "do not call" box as a request not to be called."""
    if not any(box.opts_out for box in lead.submission.consents):
        return told
    asked = (told.internal_since, _asked_at(lead))
    return replace(told, internal_since=min(at for at in asked if isinstance(at, datetime)))
