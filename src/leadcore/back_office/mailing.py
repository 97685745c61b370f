"""E-mail about a lead: to the person who asked, and forwarded to a user of the account.

An e-mail to the person is asked about before it is written into the outbox, and the answer is
logged; whoever delivers it asks again. It counts as an attempt to reach the person. What a
stranger typed goes into an e-mail of ours as text on one line, never as a header.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads
from leadcore.back_office.consenting import AskContact
from leadcore.back_office.contacting import LeadContact
from leadcore.back_office.seeing import at_desk, held, seen_lead
from leadcore.contact import Purpose
from leadcore.decider import change, fold
from leadcore.decisions import Decision, Verdict
from leadcore.downline import scope
from leadcore.errors import Malformed, NotFound, Problem
from leadcore.lead_sheet import printed, seen_by
from leadcore.leads import AttemptOutcome, ContactAttempt, Lead, LogAttempt, NoteAdded
from leadcore.notices import Message, MessageKind, one_line
from leadcore.outcomes import Outcome
from leadcore.people import User
from leadcore.ports import ContactFacts, ContactNeeds, LeadFacts, LeadNeeds
from leadcore.rulebooks import US, Rulebook
from leadcore.submissions import Channel
from leadcore.values import LeadId, SellerId, UserId, instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.values import AccountId

__all__ = ["EmailPerson", "ForwardLead", "PersonEmailed"]

_MOST_SUBJECT, _MOST_BODY, _MOST_FACT = 200, 20_000, 500


@frozen(kw_only=True)
class PersonEmailed:
    """What became of an e-mail to a person.

    Attributes:
        decision: may the person be e-mailed?
        message: what waits for delivery now; None where the rules said no.
        lead: the lead afterwards, with the attempt if there is a message.
    """

    decision: Decision
    message: Message | None
    lead: Lead


@frozen(kw_only=True)
class EmailPerson:
    """E-mail the person of a lead, if the rules permit it; the answer goes on the lead's trail.

    Attributes:
        viewer_id: who writes.
        message_id: the same id never makes two e-mails.
        subject, body: what is written; the subject is one line.
        asked: what the e-mail carries and what is known beside the records; always by e-mail.
        rules: the rulebook.
        at: when it is written.
    """

    seller_id: SellerId
    lead_id: LeadId
    viewer_id: UserId
    message_id: str
    subject: str
    body: str
    asked: LeadContact = field(factory=lambda: LeadContact(purpose=Purpose.INFORMATIONAL))
    rules: Rulebook = field(default=US, repr=False)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> ContactNeeds:
        """The lead, who writes, what is recorded about its contact points, and the trail."""
        return ContactNeeds(lead_id=self.lead_id, viewer_id=self.viewer_id, trail=True)

    def decide(self, facts: ContactFacts) -> Outcome[PersonEmailed]:
        """Say what follows; where the rules say no, nothing but the answer on the trail.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            Malformed: there is nothing to say, or nowhere to send it.
        """
        asking = AskContact(
            seller_id=self.seller_id,
            lead_id=self.lead_id,
            viewer_id=self.viewer_id,
            asked=replace(self.asked, channel=Channel.EMAIL),
            rules=self.rules,
            at=self.at,
        )
        told = asking.decide(facts)
        lead = facts.lead.state
        if lead is None or lead.submission.email is None:
            raise Malformed.at("lead", "gave no e-mail address that can be written to")
        _check(self.subject, self.body)
        if told.answer.verdict is Verdict.DENIED:
            return told.answering(PersonEmailed(decision=told.answer, message=None, lead=lead))
        events = leads.decide(LogAttempt(attempt=self._attempt()), lead, self.at)
        after = fold(leads.evolve, lead, events)
        message = self._message(lead, lead.submission.email)
        emailed = PersonEmailed(decision=told.answer, message=message, lead=after)
        changed = change("lead", lead.id, facts.lead, events, leads.evolve)
        return replace(
            told.answering(emailed), changes=(*told.changes, *changed), messages=(message,)
        )

    def _attempt(self) -> ContactAttempt:
        return ContactAttempt(
            channel=Channel.EMAIL, at=self.at, by=self.viewer_id, outcome=AttemptOutcome.SENT
        )

    def _message(self, lead: Lead, address: str) -> Message:
        return Message(
            id=f"{lead.id}/{MessageKind.TO_PERSON.value}/{self.message_id}",
            kind=MessageKind.TO_PERSON,
            channel=Channel.EMAIL,
            to=address,
            to_person=True,
            subject=one_line(self.subject, _MOST_SUBJECT),
            body=self.body,
            seller_id=lead.seller_id,
            account_id=lead.held_by,
            lead_id=lead.id,
            user_id=self.viewer_id,
            at=self.at,
        )


def _check(subject: str, body: str) -> None:
    problems: list[Problem] = []
    if not one_line(subject):
        problems.append(Problem("subject", "says nothing"))
    if not body.strip():
        problems.append(Problem("body", "says nothing"))
    if len(body) > _MOST_BODY:
        problems.append(Problem("body", f"has more than {_MOST_BODY:,} characters"))
    if problems:
        raise Malformed(problems)


@frozen(kw_only=True)
class ForwardLead:
    """Send a lead by e-mail to a user whom the viewer's scope covers; a note on the lead says so.

    The lead stays with whoever works it: to give it to somebody, assign it. The seller's staff may
    forward it to everybody of the account that holds it.

    Attributes:
        viewer_id: who forwards it.
        to: who gets it, as recorded: enabled, with an e-mail address.
        note: a word of whoever forwards it; empty for none.
        at: when.
    """

    lead_id: LeadId
    viewer_id: UserId
    to: User
    note: str = ""
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead, who forwards it, and where both users stand."""
        return LeadNeeds(self.lead_id, self.viewer_id, (self.to.id,))

    def decide(self, facts: LeadFacts) -> Outcome[Lead]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is; or there is
                no such user within the viewer's scope.
            Malformed: the user is disabled, or has no e-mail address.
            WrongState: no account holds the lead.
        """
        lead, viewer = seen_lead(facts, "lead", self.lead_id)
        if not self._reaches(viewer, held(lead, "ForwardLead").account_id, facts):
            raise NotFound("user", self.to.id)
        if not self.to.enabled or not self.to.profile.email:
            raise Malformed.at("to", "is disabled, or has no e-mail address")
        said = NoteAdded(text=f"Forwarded by e-mail to {self.to.id} by {viewer.id}.", at=self.at)
        if said in lead.notes:
            return Outcome(answer=lead)
        changes = change("lead", lead.id, facts.lead, (said,), leads.evolve)
        message = self._message(lead, viewer, self.to.profile.email)
        after = leads.evolve(lead, said)
        return Outcome(answer=after, changes=changes, messages=(message,))

    def _reaches(self, viewer: User, account_id: AccountId, facts: LeadFacts) -> bool:
        to, tree = self.to, facts.tree
        if to.id not in tree or to.account_id != account_id:
            return False
        staff = at_desk(viewer, facts.seller)
        return staff or scope(viewer, tree).covers(to.account_id, to.id, tree)

    def _message(self, lead: Lead, viewer: User, address: str) -> Message:
        name = one_line(lead.submission.name.display) or lead.id
        kind = MessageKind.FORWARDED
        return Message(
            id=f"{lead.id}/{kind.value}/{self.to.id}/{micros(self.at)}",
            kind=kind,
            channel=Channel.EMAIL,
            to=address,
            to_person=False,
            subject=f"Lead forwarded: {name}",
            body="\n".join(self._lines(lead, viewer)),
            seller_id=lead.seller_id,
            account_id=lead.held_by,
            lead_id=lead.id,
            user_id=self.to.id,
            at=self.at,
        )

    def _lines(self, lead: Lead, viewer: User) -> Iterator[str]:
        yield f"{one_line(viewer.profile.name)} forwarded this lead to you."
        if one_line(self.note):
            yield one_line(self.note, _MOST_FACT)
        for title, told in printed(seen_by(lead, lead.held_by)):
            yield ""
            yield title
            for label, text in told:
                yield f"{one_line(label)}: {one_line(text, _MOST_FACT)}"
