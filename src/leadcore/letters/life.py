"""The life of a letter: the states, the table of what may follow on what, `decide`, `evolve`.

    WAITING --> CLAIMED --> SENT
       ^           |-----> WAITING     the courier said: another time
       |           |-----> HELD        the rules said: not now; claimed again when they say yes
       |           |-----> DROPPED     never allowed, too late, refused, opted out
       |           `-----> DEAD        tried as often as the plan allows
       `------------------ DEAD, HELD, refused  a person tries again

`SENT` may follow on everything but itself: the answer of a relay that was held to be dead tells
what is true, whatever was thought meanwhile. Nothing follows on `SENT`.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, WrongState
from leadcore.letters.events import (
    DropLetter,
    LetterClaimed,
    LetterCleared,
    LetterCommand,
    LetterDied,
    LetterDropped,
    LetterEvent,
    LetterHeld,
    LetterPutOff,
    LetterRetried,
    LetterSent,
    RetryLetter,
    WhyDropped,
)
from leadcore.values import optional_instant

if TYPE_CHECKING:
    from leadcore.letters.plan import RelayPlan
    from leadcore.notices import Message

__all__ = [
    "OPEN",
    "Letter",
    "LetterStatus",
    "claim",
    "decide",
    "evolve",
    "lane_of",
    "letter_of",
]


class LetterStatus(Enum):
    """Where a letter is in its life."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    HELD = "held"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


OPEN = frozenset({LetterStatus.WAITING, LetterStatus.CLAIMED, LetterStatus.HELD})
"""A letter that is not settled; it blocks those behind it in its lane."""


@frozen(kw_only=True)
class Letter:
    """The present state of a letter's stream.

    Attributes:
        message_id: whose.
        due_at: when a relay is to look at it next: the next try, the end of a hold or of a lease.
            None before it was ever claimed, where it is due at its message's `at`, and once it is
            settled.
        claimed_by: the relay that has it.
        tries: how often it was claimed to be handed over.
        reference: the provider's id, once it is sent.
        said: what was said of it last.
        why: why it was dropped.
        rules: the rules that held or dropped it last.
        by: who dropped it or tried it again, last.
        settled_at: when it was sent, dropped or died.
    """

    message_id: str
    status: LetterStatus = LetterStatus.WAITING
    due_at: datetime | None = field(default=None, converter=optional_instant)
    claimed_by: str | None = None
    tries: int = 0
    reference: str | None = None
    said: str | None = None
    why: WhyDropped | None = None
    rules: tuple[str, ...] = ()
    by: str | None = None
    settled_at: datetime | None = field(default=None, converter=optional_instant)

    @property
    def is_open(self) -> bool:
        """Is it still to be delivered?"""
        return self.status in OPEN


def letter_of(message_id: str) -> Letter:
    """Give the letter of a message that nobody touched."""
    return Letter(message_id=message_id)


def lane_of(message: Message) -> str | None:
    """Give the lane of a message: what is delivered in order; None where no order is kept."""
    if message.lead_id is None:
        return None
    # With its length, so that no two pairs make one lane.
    return f"{len(message.lead_id)}/{message.lead_id}/{message.to}"


def claim(letter: Letter, plan: RelayPlan, by: str, at: datetime) -> LetterEvent:
    """Claim an open letter that is due; or give it up, where relays died on it time and again."""
    if letter.status is LetterStatus.CLAIMED and letter.tries >= plan.tries:
        return LetterDied(said=f"{letter.claimed_by} never said what became of it", at=at)
    return LetterClaimed(by=by, until=at + plan.leased, at=at)


def decide(command: LetterCommand, state: Letter, at: datetime) -> tuple[LetterEvent, ...]:
    """Decide what a person wants with a letter; wanting again what is so changes nothing.

    Raises:
        Malformed: who wants it, or why, is not said.
        WrongState: it was sent, or dropped; or, to be tried again, it is neither held nor dead nor
            refused by its courier: what the rules forbid nobody overrides here.
    """
    if not command.by.strip():
        raise Malformed.at("by", "says who")
    if isinstance(command, RetryLetter):
        if not _can_retry(state):
            raise WrongState("RetryLetter", f"the letter is {state.status.value}")
        return (LetterRetried(by=command.by, at=at),)
    return _drop(command, state, at)


def _can_retry(state: Letter) -> bool:
    # What was refused may be taken once the mailbox, or our own log-in, is mended.
    refused = state.status is LetterStatus.DROPPED and state.why is WhyDropped.REFUSED
    return refused or state.status in {LetterStatus.DEAD, LetterStatus.HELD}


def _drop(command: DropLetter, state: Letter, at: datetime) -> tuple[LetterEvent, ...]:
    if not command.reason.strip():
        raise Malformed.at("reason", "says why")
    if state.status is LetterStatus.DROPPED and (state.by, state.said) == (
        command.by,
        command.reason,
    ):
        return ()
    if state.status in {LetterStatus.SENT, LetterStatus.DROPPED}:
        raise WrongState("DropLetter", f"the letter is {state.status.value}")
    return (LetterDropped(why=WhyDropped.BY_PERSON, said=command.reason, by=command.by, at=at),)


_CLAIMED = frozenset({LetterStatus.CLAIMED})
_FROM: dict[type, frozenset[LetterStatus]] = {
    LetterClaimed: OPEN,
    LetterCleared: _CLAIMED,
    LetterSent: frozenset(LetterStatus) - {LetterStatus.SENT},
    LetterPutOff: _CLAIMED,
    LetterHeld: _CLAIMED,
    LetterDropped: OPEN | {LetterStatus.DEAD},
    LetterDied: _CLAIMED,
    LetterRetried: frozenset({LetterStatus.DEAD, LetterStatus.HELD, LetterStatus.DROPPED}),
}
"""The transition table: the states in which each event may happen."""


def evolve(state: Letter, event: LetterEvent) -> Letter:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see the transition table).
    """
    if state.status not in _FROM[type(event)]:
        raise WrongState(type(event).__name__, f"the letter is {state.status.value}")
    match event:
        case LetterClaimed():
            return replace(
                state,
                status=LetterStatus.CLAIMED,
                due_at=event.until,
                claimed_by=event.by,
                tries=state.tries + 1,
                rules=(),
            )
        case LetterCleared():
            return state
        case LetterRetried():
            # A fresh start: what was tried before does not count against it.
            free = replace(state, status=LetterStatus.WAITING, tries=0, claimed_by=None)
            again = replace(free, due_at=event.at, by=event.by, settled_at=None)
            return replace(again, why=None, rules=())
        case LetterPutOff() | LetterHeld():
            return _put_off(state, event)
        case _:
            return _settled(state, event)


def _put_off(state: Letter, event: LetterPutOff | LetterHeld) -> Letter:
    later = replace(state, due_at=event.until, claimed_by=None)
    if isinstance(event, LetterPutOff):
        return replace(later, status=LetterStatus.WAITING, said=event.said)
    # Nothing was handed over: that it was looked at counts as no try.
    tries = max(0, state.tries - 1)
    return replace(later, status=LetterStatus.HELD, rules=event.rules, tries=tries)


def _settled(state: Letter, event: LetterSent | LetterDropped | LetterDied) -> Letter:
    done = replace(state, due_at=None, claimed_by=None, settled_at=event.at)
    match event:
        case LetterSent():
            sent = replace(done, status=LetterStatus.SENT, reference=event.reference, why=None)
            return replace(sent, said=None, by=None)
        case LetterDropped():
            dropped = replace(done, status=LetterStatus.DROPPED, why=event.why, said=event.said)
            return replace(dropped, rules=event.rules, by=event.by)
        case _:
            return replace(done, status=LetterStatus.DEAD, said=event.said)
