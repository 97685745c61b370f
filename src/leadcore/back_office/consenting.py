"""Consent and contact: what is recorded about contact points, inbound texts, and the question.

An inbound text is never contact with a lead, whoever sent it: no use case here touches one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore import contact_points, decision_trail, notices
from leadcore.accounts import words_of
from leadcore.back_office.contacting import (
    LeadContact,
    assess_facts,
    contact_facts,
    question_of,
)
from leadcore.back_office.seeing import sees
from leadcore.consent import Evidence, Grant, Level, Revocation, stands
from leadcore.contact_points import (
    ContactPoint,
    Dealing,
    PointCommand,
    Record,
    UnsureText,
    normal_address,
)
from leadcore.decider import change, fold
from leadcore.decision_trail import LogDecision
from leadcore.errors import Malformed, NotFound, Problem
from leadcore.inbound_texts import Meaning, Reply, classify, confirm_by
from leadcore.notices import Message, Sender
from leadcore.outcomes import Outcome
from leadcore.ports import ContactFacts, ContactNeeds, PointFacts, PointNeeds
from leadcore.rulebooks import US, Rulebook
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.contact_points import PointEvent, PointFact
    from leadcore.decider import Change
    from leadcore.decisions import Decision
    from leadcore.leads import Lead

__all__ = [
    "AskContact",
    "KeepContactPoint",
    "ReceiveText",
    "TextAnswer",
    "kept_point",
    "named_by",
]

_SMS = "sms"
_SHOWN = 40
_NO_STOP_NO_START = frozenset({Meaning.NONE, Meaning.REVIEW})


@frozen(kw_only=True)
class KeepContactPoint:
    """Record a fact about a number or an e-mail address, or say what an unsure reply meant.

    Attributes:
        address: a number in E.164 form, or an e-mail address.
    """

    seller_id: SellerId
    address: str = field(converter=normal_address)
    command: PointCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> PointNeeds:
        """The contact point, its seller, and the accounts that are named."""
        fact = self.command.fact if isinstance(self.command, Record) else None
        named = dict.fromkeys(name for _, name in named_by(fact) if name != self.seller_id)
        return PointNeeds(
            seller_id=self.seller_id,
            address=self.address,
            account_ids=tuple(map(AccountId, named)),
        )

    def decide(self, facts: PointFacts) -> Outcome[ContactPoint]:
        """Say what follows; what is recorded already adds nothing.

        Raises:
            NotFound: there is no such seller.
            Malformed: whom consent, a revocation or a dealing names is neither the seller nor one
                of its accounts, where it would bind nobody; and as `contact_points.decide` says.
            WrongState: as `contact_points.decide` says.
        """
        return kept_point(self.seller_id, self.command, facts, self.at, path="command.fact")


def kept_point(
    seller_id: SellerId, command: PointCommand, facts: PointFacts, at: datetime, *, path: str
) -> Outcome[ContactPoint]:
    """Give what follows from a command on a contact point; as `KeepContactPoint.decide`.

    Args:
        seller_id: whose record.
        command: what is recorded.
        facts: the contact point, and the accounts that are named.
        at: now.
        path: where the fact is.
    """
    _check_named(seller_id, command, facts, path)
    events = contact_points.decide(command, facts.point.state, at)
    return Outcome(
        answer=fold(contact_points.evolve, facts.point.state, events),
        changes=_change(facts, events),
    )


def named_by(fact: PointFact | None) -> Iterator[tuple[str, str]]:
    """Give whom a fact names, and in which of its fields."""
    match fact:
        case Grant():
            yield from (("sellers", name) for name in sorted(fact.sellers))
        case Revocation(seller=str(name)):
            yield "seller", name
        case Dealing():
            yield "with_seller", fact.with_seller
        case _:
            account = getattr(fact, "account_id", None)
            if account is not None:
                yield "account_id", account


def _check_named(seller_id: SellerId, command: PointCommand, facts: PointFacts, path: str) -> None:
    if facts.seller is None:
        raise NotFound("seller", seller_id)
    there = {seller_id, *(each.id for each in facts.accounts if each.seller_id == seller_id)}
    problems = [
        Problem(f"{path}.{name}", f"{whom!r} is neither the seller nor an account of it")
        for name, whom in named_by(command.fact if isinstance(command, Record) else None)
        if whom not in there
    ]
    if problems:
        raise Malformed(problems)


def _change(facts: PointFacts, events: tuple[PointEvent, ...]) -> tuple[Change, ...]:
    point = facts.point
    return change("contact_point", point.state.id, point, events, contact_points.evolve)


# ----------------------------------------------------------------------------------- inbound texts


@frozen(kw_only=True)
class TextAnswer:
    """What became of an inbound text.

    Attributes:
        reply: what it means, and why.
        point: the sender's contact point afterwards.
        messages: what the sender is told, at most one.
        associate_id: the user who answered a courtesy notice; None: not so.
    """

    reply: Reply
    point: ContactPoint
    messages: tuple[Message, ...] = ()
    associate_id: UserId | None = None


@frozen(kw_only=True)
class ReceiveText:
    """Receive a text: a stop revokes and is confirmed once, an unsure one waits for a person.

    A stop counts from its receipt, whoever sent it. START is express consent again, never written
    one, to whom it was sent and for this number only. What an associate sends else, from the cell
    number that courtesy notices go to, is an answer to one and is told so.

    Attributes:
        sender: the number it came from, in E.164 form.
        text_id: the carrier's id of the text; the same text always comes with the same one.
        account_id: to whose number it came; None: to the seller's own, which binds every account.
        opted_out: did the carrier take it for a stop, in whatever words? Then it is one.
        received_at: when it was received.
        at: now.
    """

    seller_id: SellerId
    sender: str = field(converter=normal_address)
    text_id: str
    text: str
    account_id: AccountId | None = None
    opted_out: bool = False
    received_at: datetime = field(converter=instant)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> PointNeeds:
        """The sender's contact point, and the associates with this cell number."""
        return PointNeeds(
            seller_id=self.seller_id,
            address=self.sender,
            account_ids=() if self.account_id is None else (self.account_id,),
            associates=True,
        )

    def decide(self, facts: PointFacts) -> Outcome[TextAnswer]:
        """Say what follows; the same text again adds nothing.

        Raises:
            NotFound: there is no such seller or account.
            Malformed: the sender is no number, the text has no id, or lies in the future.
        """
        self._check(facts)
        reply = self._understood()
        before = facts.point.state
        events = self._events(reply, before)
        after = fold(contact_points.evolve, before, events)
        associate = next((user for user in facts.associates if user.enabled), None)
        if reply.meaning not in _NO_STOP_NO_START:
            associate = None
        messages: tuple[Message, ...] = ()
        sender, words = self._sender(facts), words_of(facts.seller)
        if associate is not None:
            messages = (notices.courtesy_answered(sender, associate, catalogue=words),)
        elif reply.help:
            messages = (notices.help_told(sender, catalogue=words),)
        elif self._confirms(before, after):
            messages = (notices.optout_confirmed(sender, catalogue=words),)
        answer = TextAnswer(
            reply=reply,
            point=after,
            messages=messages,
            associate_id=associate.id if associate else None,
        )
        return Outcome(answer=answer, changes=_change(facts, events), messages=messages)

    def _understood(self) -> Reply:
        reply = classify(self.text)
        if self.opted_out and reply.meaning is not Meaning.REVOKE:
            # Whatever one reads in it: nothing gets through to this number any more.
            return Reply(meaning=Meaning.REVOKE, sentence="The carrier took it for a stop.")
        return reply

    def _check(self, facts: PointFacts) -> None:
        if facts.seller is None:
            raise NotFound("seller", self.seller_id)
        own = {each.id for each in facts.accounts if each.seller_id == self.seller_id}
        if self.account_id is not None and self.account_id not in own:
            raise NotFound("account", self.account_id)
        problems: list[Problem] = []
        if not contact_points.is_number(self.sender):
            problems.append(Problem("sender", "is a number in E.164 form, such as +12125550100"))
        if not self.text_id.strip():
            problems.append(Problem("text_id", "is the carrier's id of the text"))
        if self.received_at > self.at:
            problems.append(Problem("received_at", "lies in the future"))
        if problems:
            raise Malformed(problems)

    def _events(self, reply: Reply, point: ContactPoint) -> tuple[PointEvent, ...]:
        fact = self._fact(reply)
        if fact is None or self._was_received(point):
            return ()
        return contact_points.decide(Record(fact=fact), point, self.at)

    def _was_received(self, point: ContactPoint) -> bool:
        """Tell whether the carrier delivers a stop or a start again, at whatever instant now."""
        stops = {each.fact.message_id for each in point.revocations}
        starts = {each.fact.evidence.signature for each in point.grants}
        return self.text_id in stops or _start_of(self.text_id) in starts

    def _fact(self, reply: Reply) -> Revocation | UnsureText | Grant | None:
        at = self.received_at
        match reply.meaning:
            case Meaning.REVOKE:
                words = " ".join(self.text.split()).upper()
                return Revocation(
                    at=at,
                    method=f"{_SMS}:{words[:_SHOWN]}",
                    seller=self.account_id,
                    text=self.text,
                    message_id=self.text_id,
                )
            case Meaning.REVIEW:
                return UnsureText(
                    at=at, id=self.text_id, text=self.text, account_id=self.account_id
                )
            case Meaning.RESUBSCRIBE:
                return Grant(
                    at=at,
                    level=Level.EXPRESS,
                    sellers=(self._to,),
                    evidence=Evidence(text=self.text, signature=_start_of(self.text_id)),
                )
            case _:
                return None

    @property
    def _to(self) -> str:
        return self.account_id or self.seller_id

    def _confirms(self, before: ContactPoint, after: ContactPoint) -> bool:
        """Say whether it is the stop that is confirmed: the first that stands, and in time."""
        return (
            self.at <= confirm_by(self.received_at)
            and self._stopped(after)
            and not self._stopped(before)
        )

    def _stopped(self, point: ContactPoint) -> bool:
        # By text only: whoever said it on the telephone was sent no confirmation.
        acts: list[Grant | Revocation] = [each.fact for each in point.grants]
        acts += (each.fact for each in point.revocations if each.fact.method.startswith(f"{_SMS}:"))
        consent = stands(acts, seller=self._to, number=point.address, at=self.at)
        return consent.is_revoked(self.at)

    def _sender(self, facts: PointFacts) -> Sender:
        named = next((each.name for each in facts.accounts if each.id == self.account_id), None)
        ours = facts.seller.terms.name if facts.seller else ""
        return Sender(
            id=f"{facts.point.state.id}/{self.text_id}",
            number=self.sender,
            name=named or ours,
            seller_id=self.seller_id,
            account_id=self.account_id,
            at=self.received_at,
        )


def _start_of(text_id: str) -> str:
    return f"text message {text_id}"


# ------------------------------------------------------------------------------------ the question


@frozen(kw_only=True)
class AskContact:
    """May this lead's person be contacted by this viewer? The answer goes on the lead's trail.

    Attributes:
        viewer_id: who asks; None for the seller's staff.
        asked: how, and what is known beside the records.
        rules: the rulebook.
        log: record the decision in the lead's decision trail?
        key: 16 secret bytes or more; the number is then logged as a pseudonym, else not at all.
        at: the instant asked about.
        now: when it is asked; None: at that instant.
    """

    seller_id: SellerId
    lead_id: LeadId
    viewer_id: UserId | None = None
    asked: LeadContact = field(factory=LeadContact)
    rules: Rulebook = field(default=US, repr=False)
    log: bool = True
    key: bytes | None = field(default=None, repr=False)
    at: datetime = field(converter=instant)
    now: datetime | None = field(default=None, converter=optional_instant)

    @property
    def needs(self) -> ContactNeeds:
        """The lead, who asks, what is recorded about its contact points, and the trail."""
        return ContactNeeds(lead_id=self.lead_id, viewer_id=self.viewer_id, trail=self.log)

    def decide(self, facts: ContactFacts) -> Outcome[Decision]:
        """Answer, and log the answer; asking the same at the same instant again logs it once.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            ValueError: a key that is too short.
        """
        lead = self._lead(facts)
        known = contact_facts(
            lead, self.asked, at=self.at, points=facts.points, others=facts.others
        )
        decision = assess_facts(lead, self.asked, known, at=self.at, rules=self.rules)
        if facts.trail is None:
            return Outcome(answer=decision)
        from leadcore import wire  # noqa: PLC0415 - slow, and only who logs needs it
        from leadcore.contact.logged import log  # noqa: PLC0415 - the same

        question = question_of(lead, self.asked)
        logged = log(question, known, decision, rules=self.rules, about=lead.id, key=self.key)
        command = LogDecision(text=wire.canonical(logged))
        events = decision_trail.decide(command, facts.trail.state, self.now or self.at)
        changes = change("decisions", lead.id, facts.trail, events, decision_trail.evolve)
        return Outcome(answer=decision, changes=changes)

    def _lead(self, facts: ContactFacts) -> Lead:
        lead, viewer = facts.lead.state, facts.viewer
        if lead is None or lead.seller_id != self.seller_id:
            raise NotFound("lead", self.lead_id)
        if self.viewer_id is None:
            return lead
        if viewer is None or not sees(viewer, lead, facts.tree, facts.seller):
            raise NotFound("lead", self.lead_id)
        return lead
