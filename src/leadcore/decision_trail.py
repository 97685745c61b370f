"""The decision trail of a lead: every contact decision logged, chained so that tampering shows.

Each decision is kept as one text (its canonical JSON) and folded into the head of a chain of
SHA-256 digests, `head = sha256(head + text)`, that begins with the digest of the lead's id. Folding
the journal gives the head again only if no text was changed, left out, added or moved.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from attrs import field, frozen

from leadcore.values import LeadId, instant

__all__ = ["DecisionLogged", "DecisionTrail", "LogDecision", "decide", "evolve", "trail_of"]


@frozen(kw_only=True)
class LogDecision:
    """Log a decision; `text` is its canonical JSON, see `leadcore.wire.canonical`."""

    text: str


@frozen(kw_only=True)
class DecisionLogged:
    """A decision was logged.

    Attributes:
        text: its canonical JSON, to the letter: a `leadcore.contact.logged.LoggedDecision`.
        at: when it was logged.
    """

    text: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DecisionTrail:
    """How many decisions were logged, and the head of their chain.

    Attributes:
        count: how many.
        head: the head, in hex.
        last: the digest of the last text, in hex; None before the first.
    """

    lead_id: LeadId
    count: int = 0
    head: str
    last: str | None = None


def trail_of(lead_id: LeadId) -> DecisionTrail:
    """Give the trail of a lead before anything is logged."""
    return DecisionTrail(lead_id=lead_id, head=_digest(lead_id))


def decide(command: LogDecision, state: DecisionTrail, at: datetime) -> tuple[DecisionLogged, ...]:
    """Log a decision; nothing where it was the last one logged, as after a lost answer."""
    if _digest(command.text) == state.last:
        return ()
    return (DecisionLogged(text=command.text, at=at),)


def evolve(state: DecisionTrail, event: DecisionLogged) -> DecisionTrail:
    """Give the trail after an event."""
    return DecisionTrail(
        lead_id=state.lead_id,
        count=state.count + 1,
        head=_digest(state.head + event.text),
        last=_digest(event.text),
    )


def _digest(text: str) -> str:
    # An id may hold half a surrogate pair, which is text to Python but not to UTF-8.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
