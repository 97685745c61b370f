"""Deliver the messages of the outbox: claim letters, ask the rules again, settle what came of it.

A relay runs three use cases a message: `ClaimLetters` takes what is due under a lease, `HandOver`
says, with fresh facts, whether the message may go now, and `SettleLetter` records the courier's
answer. Each letter is named with the version it was seen at, so a relay that was overtaken changes
nothing any more, but for one thing: that a message was sent is always recorded.

What is automatic is no associate's attempt to reach the person: nothing here logs one, and a lead
whose confirmation was delivered is as overdue as before.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore import letters
from leadcore.back_office.consenting import KeepContactPoint
from leadcore.back_office.message_asking import asked_about
from leadcore.consent import Reach, Revocation
from leadcore.contact_points import Record
from leadcore.decider import change, fold
from leadcore.decisions import Verdict
from leadcore.errors import NotFound
from leadcore.letters import (
    Letter,
    LetterClaimed,
    LetterCleared,
    LetterCommand,
    LetterDied,
    LetterDropped,
    LetterHeld,
    LetterPutOff,
    LetterSent,
    LetterStatus,
    RelayPlan,
    WhyDropped,
    wait_after,
)
from leadcore.notices import Message, one_line
from leadcore.outcomes import Outcome
from leadcore.ports import (
    LetterFacts,
    LetterNeeds,
    NotSent,
    OutboxFacts,
    OutboxNeeds,
    PointFacts,
    Sent,
    WhyNotSent,
)
from leadcore.rulebooks import US, Rulebook
from leadcore.rulebooks.rule import Profile
from leadcore.submissions import Channel
from leadcore.values import SellerId, instant

if TYPE_CHECKING:
    from leadcore.back_office.message_asking import Asked
    from leadcore.decider import Change
    from leadcore.letters import LetterEvent

__all__ = ["ClaimLetters", "Claimed", "HandOver", "Handed", "KeepLetter", "SettleLetter"]

_SAID = 500


@frozen
class Claimed:
    """A message a relay has claimed, and the version of its letter by which it says so."""

    message: Message
    version: int


@frozen(kw_only=True)
class ClaimLetters:
    """Claim letters that are due, for a relay; one that relays died on too often is dead.

    Attributes:
        by: the relay's name, for people to read.
        plan: the terms: how many at once, how long the lease.
        channels: only messages on these.
        seller_id: only this seller's; None for everybody's.
        at: now.
    """

    by: str
    plan: RelayPlan = field(factory=RelayPlan)
    channels: frozenset[Channel] = frozenset(Channel)
    seller_id: SellerId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OutboxNeeds:
        """The letters that are due."""
        return OutboxNeeds(
            at=self.at,
            limit=self.plan.batch,
            channels=self.channels,
            seller_id=self.seller_id,
        )

    def decide(self, facts: OutboxFacts) -> Outcome[tuple[Claimed, ...]]:
        """Say what follows: each claimed letter's lease begins now."""
        claimed: list[Claimed] = []
        changes: list[Change] = []
        for due in facts.due:
            event = letters.claim(due.letter.state, self.plan, self.by, self.at)
            changes += change("letter", due.message.id, due.letter, (event,), letters.evolve)
            if isinstance(event, LetterClaimed):
                claimed.append(Claimed(due.message, due.letter.version + 1))
        return Outcome(answer=tuple(claimed), changes=tuple(changes))


@frozen(kw_only=True)
class Handed:
    """Whether a claimed message may be handed over now.

    Attributes:
        message: to be delivered at once; None: not, for what `letter` says.
        version: the letter's, by which what comes of it is settled.
        letter: where it is.
    """

    message: Message | None
    version: int
    letter: Letter


@frozen(kw_only=True)
class HandOver:
    """Ask whether a claimed message may be handed over to its courier, now.

    One to the person who asked is asked about anew, as an automated message: where the rules say
    not now it is held until they would say yes, where they say never it is dropped. The decision
    goes on the lead's trail; about no lead, it stays with the letter.

    Attributes:
        claimed: what was claimed.
        rules, profile: what it is judged by.
        key: as in `AskContact`.
        at: now.
    """

    claimed: Claimed
    rules: Rulebook = field(default=US, repr=False)
    profile: Profile = Profile.STRICT
    key: bytes | None = field(default=None, repr=False)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LetterNeeds:
        """The letter, and what the rules need where they are asked."""
        message = self.claimed.message
        return LetterNeeds(message_id=message.id, contact=message.to_person)

    def decide(self, facts: LetterFacts) -> Outcome[Handed]:
        """Say what follows.

        Raises:
            NotFound: there is no such message.
            ValueError: a key that is too short.
        """
        message, seen = _message(facts, self.claimed.message.id), facts.letter
        letter = seen.state
        lost = letter.due_at is None or self.at >= letter.due_at
        if seen.version != self.claimed.version or lost:
            # Somebody else's by now, or as good as.
            return Outcome(answer=Handed(message=None, version=seen.version, letter=letter))
        if message.not_after is not None and self.at > message.not_after:
            return self._after(facts, None, (_too_late(message, self.at),), ())
        if not message.to_person:
            return self._after(facts, message, (), ())
        asked = asked_about(
            message, facts, rules=self.rules, profile=self.profile, key=self.key, at=self.at
        )
        events = self._events(message, asked)
        allowed = all(isinstance(event, LetterCleared) for event in events)
        return self._after(facts, message if allowed else None, events, asked.changes)

    def _events(self, message: Message, asked: Asked) -> tuple[LetterEvent, ...]:
        decision = asked.decision
        if decision is None:
            said = "The message is not for an address of its lead."
            return (LetterDropped(why=WhyDropped.NOT_ALLOWED, said=said, at=self.at),)
        if decision.verdict is not Verdict.DENIED:
            return () if asked.text is None else (LetterCleared(text=asked.text, at=self.at),)
        rules = tuple(dict.fromkeys(finding.rule for finding in decision.determining))
        until = decision.next_permitted_at
        if until is None:
            why, said = WhyDropped.NOT_ALLOWED, decision.why_never or "The rules say never."
        elif message.not_after is not None and until > message.not_after:
            why, said = WhyDropped.TOO_LATE, "The rules say yes only when it is too late."
        else:
            return (LetterHeld(rules=rules, until=until, text=asked.text, at=self.at),)
        return (LetterDropped(why=why, said=said, rules=rules, text=asked.text, at=self.at),)

    def _after(
        self,
        facts: LetterFacts,
        message: Message | None,
        events: tuple[LetterEvent, ...],
        changes: tuple[Change, ...],
    ) -> Outcome[Handed]:
        seen = facts.letter
        handed = Handed(
            message=message,
            version=seen.version + len(events),
            letter=fold(letters.evolve, seen.state, events),
        )
        mine = change("letter", self.claimed.message.id, seen, events, letters.evolve)
        return Outcome(answer=handed, changes=(*mine, *changes))


def _message(facts: LetterFacts, key: str) -> Message:
    if facts.message is None:
        raise NotFound("message", key)
    return facts.message


def _too_late(message: Message, at: datetime) -> LetterDropped:
    said = f"It was to be delivered by {message.not_after:%Y-%m-%dT%H:%M:%SZ}."
    return LetterDropped(why=WhyDropped.TOO_LATE, said=said, at=at)


@frozen(kw_only=True)
class SettleLetter:
    """Record what a courier answered.

    Another time: the letter waits, longer each time, until it was tried as often as the plan allows
    or its message would be too late. Never: it is dropped. That its receiver wants no messages is
    recorded with the address as well, where it holds for every lead and every account.

    Attributes:
        message_id, version: the letter as it was handed over.
        answer: the courier's.
        plan: the terms.
        seed: what the jitter is drawn from.
        at: now.
    """

    message_id: str
    version: int
    answer: Sent | NotSent
    plan: RelayPlan = field(factory=RelayPlan)
    seed: str = ""
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LetterNeeds:
        """The letter; and the address, where a refusal to be sent anything is recorded."""
        return LetterNeeds(message_id=self.message_id, point=self._opted_out)

    @property
    def _opted_out(self) -> bool:
        return isinstance(self.answer, NotSent) and self.answer.why is WhyNotSent.OPTED_OUT

    def decide(self, facts: LetterFacts) -> Outcome[Letter]:
        """Say what follows; from a relay that was overtaken, only that it was sent.

        Raises:
            NotFound: there is no such message.
        """
        message, seen = _message(facts, self.message_id), facts.letter
        events = self._events(message, facts)
        return Outcome(
            answer=fold(letters.evolve, seen.state, events),
            changes=(
                *change("letter", self.message_id, seen, events, letters.evolve),
                *(self._revoked(message, facts) if events and self._opted_out else ()),
            ),
        )

    def _events(self, message: Message, facts: LetterFacts) -> tuple[LetterEvent, ...]:
        letter, answer = facts.letter.state, self.answer
        if isinstance(answer, Sent):
            if letter.status is LetterStatus.SENT:
                return ()
            return (LetterSent(reference=answer.reference, at=self.at),)
        if facts.letter.version != self.version:
            return ()
        said = one_line(answer.said, _SAID)
        if answer.why is WhyNotSent.LATER:
            return (self._later(message, letter, said),)
        opted = answer.why is WhyNotSent.OPTED_OUT
        why = WhyDropped.OPTED_OUT if opted else WhyDropped.REFUSED
        return (LetterDropped(why=why, said=said, at=self.at),)

    def _later(self, message: Message, letter: Letter, said: str) -> LetterEvent:
        if letter.tries >= self.plan.tries:
            return LetterDied(said=said, at=self.at)
        seed = f"{self.seed}/{self.message_id}"
        until = self.at + wait_after(self.plan, letter.tries, seed)
        if message.not_after is not None and until > message.not_after:
            return LetterDropped(why=WhyDropped.TOO_LATE, said=said, at=self.at)
        return LetterPutOff(said=said, until=until, at=self.at)

    def _revoked(self, message: Message, facts: LetterFacts) -> tuple[Change, ...]:
        if facts.point is None or facts.seller is None or not isinstance(self.answer, NotSent):
            return ()
        fact = Revocation(
            at=self.at,
            method=f"courier: {message.channel.value}",
            reach=Reach.EMAIL if message.channel is Channel.EMAIL else Reach.CALLS_AND_TEXTS,
            text=one_line(self.answer.said, _SAID),
            message_id=message.id,
        )
        case = KeepContactPoint(
            seller_id=message.seller_id,
            address=message.to,
            command=Record(fact=fact),
            at=self.at,
        )
        known = PointFacts(seller=facts.seller, point=facts.point)
        return case.decide(known).changes


@frozen(kw_only=True)
class KeepLetter:
    """Try a letter again, or take it back; a person's doing.

    Attributes:
        seller_id: whose message; of another seller there is none.
    """

    seller_id: SellerId
    message_id: str
    command: LetterCommand
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LetterNeeds:
        """The letter."""
        return LetterNeeds(message_id=self.message_id)

    def decide(self, facts: LetterFacts) -> Outcome[Letter]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such message.
            Malformed, WrongState: as `letters.decide` says.
        """
        message, seen = facts.message, facts.letter
        if message is None or message.seller_id != self.seller_id:
            raise NotFound("message", self.message_id)
        events = letters.decide(self.command, seen.state, self.at)
        return Outcome(
            answer=fold(letters.evolve, seen.state, events),
            changes=change("letter", self.message_id, seen, events, letters.evolve),
        )
