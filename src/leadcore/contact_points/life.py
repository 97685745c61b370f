"""What is recorded about a contact point, and what it amounts to: `decide`, `evolve`, the state.

A fact's own `at` is when it happened, the event's `at` when it was recorded; recorded late is
allowed, recorded ahead is not. Nothing is overwritten and nothing is taken back: what was recorded
in error is answered by another fact. The one thing with states is a reply nobody is sure about:

    PENDING --> REVOKES          counts as a revocation from its receipt on, as it did while pending
       |           ^
       +--> HARMLESS             a second look may find a revocation, never undo one
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import frozen

from leadcore.consent import Grant, Level, Revocation
from leadcore.contact.facts import ReassignedStatus
from leadcore.contact_points.addresses import has_form, is_number, point_id
from leadcore.contact_points.events import (
    DealingRecorded,
    DoNotCallRecorded,
    GrantRecorded,
    LineRecorded,
    ReassignedRecorded,
    RegistryRecorded,
    ResolveText,
    RevocationRecorded,
    TextRecorded,
    TextResolved,
)
from leadcore.contact_points.facts import (
    Dealing,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    RegistryLookup,
    UnsureText,
)
from leadcore.errors import Malformed, Problem, WrongState
from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from leadcore.contact_points.events import PointCommand, PointEvent
    from leadcore.contact_points.facts import PointFact

__all__ = [
    "AHEAD_OF_UTC",
    "BEHIND_UTC",
    "ContactPoint",
    "Review",
    "ReviewStatus",
    "decide",
    "evolve",
    "point_of",
]


class ReviewStatus(Enum):
    """Where an unsure reply is."""

    PENDING = "pending"
    REVOKES = "revokes"
    HARMLESS = "harmless"


@frozen(kw_only=True)
class Review:
    """An unsure reply and what became of it, oldest answer first."""

    received: TextRecorded
    resolved: tuple[TextResolved, ...] = ()

    def status(self, at: datetime | None = None) -> ReviewStatus:
        """Give where it is, or was at an instant."""
        known = [each for each in self.resolved if at is None or each.at <= at]
        if not known:
            return ReviewStatus.PENDING
        return ReviewStatus.REVOKES if known[-1].revokes else ReviewStatus.HARMLESS


@frozen(kw_only=True)
class ContactPoint:
    """A number or an e-mail address within one seller, and all that was recorded about it.

    Every list is in the order of recording.

    Attributes:
        address: a number in E.164 form, or an e-mail address in lower case.
        grants, revocations: consent given and taken back; an opt-out of e-mail is a revocation.
        requests: requests not to be called.
        registry, reassigned, lines: what was looked up.
        dealings: what makes or ends a business relationship.
        reviews: replies nobody was sure about.
    """

    seller_id: SellerId
    address: str
    grants: tuple[GrantRecorded, ...] = ()
    revocations: tuple[RevocationRecorded, ...] = ()
    requests: tuple[DoNotCallRecorded, ...] = ()
    registry: tuple[RegistryRecorded, ...] = ()
    reassigned: tuple[ReassignedRecorded, ...] = ()
    lines: tuple[LineRecorded, ...] = ()
    dealings: tuple[DealingRecorded, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def id(self) -> str:
        """The id of its stream."""
        return point_id(self.seller_id, self.address)

    @property
    def pending_since(self) -> datetime | None:
        """When the oldest reply came that still waits for somebody to look; None: none does."""
        waiting = (
            each.received.fact.at for each in self.reviews if each.status() is ReviewStatus.PENDING
        )
        return min(waiting, default=None)


_KINDS: dict[type, tuple[str, Callable[..., Any]]] = {
    Grant: ("grants", GrantRecorded),
    Revocation: ("revocations", RevocationRecorded),
    DoNotCall: ("requests", DoNotCallRecorded),
    RegistryLookup: ("registry", RegistryRecorded),
    ReassignedAnswer: ("reassigned", ReassignedRecorded),
    LineLookup: ("lines", LineRecorded),
    Dealing: ("dealings", DealingRecorded),
}
"""For each kind of fact, the list it is kept in and the event that says so."""

_NEXT: dict[ReviewStatus, frozenset[ReviewStatus]] = {
    ReviewStatus.PENDING: frozenset({ReviewStatus.REVOKES, ReviewStatus.HARMLESS}),
    ReviewStatus.HARMLESS: frozenset({ReviewStatus.REVOKES}),
    ReviewStatus.REVOKES: frozenset(),
}
"""The transition table of a review."""


def point_of(key: str) -> ContactPoint:
    """Give the contact point of an id before anything is recorded about it."""
    length, _, rest = key.partition("/")
    end = int(length)
    return ContactPoint(seller_id=SellerId(rest[:end]), address=rest[end + 1 :])


# ------------------------------------------------------------------------------------------ decide


def decide(command: PointCommand, state: ContactPoint, at: datetime) -> tuple[PointEvent, ...]:
    """Decide what is recorded; nothing where it is recorded already.

    Args:
        command: what to record.
        state: the contact point; one nobody recorded anything about yet is fine.
        at: now.

    Raises:
        Malformed: the address is none, or the fact lies ahead or makes no sense; each problem with
            its path.
        WrongState: there is no such reply, or it was found to revoke, which stays.
    """
    if not has_form(state.address):
        words = "is a number in E.164 form, such as +12125550100, or an e-mail address"
        raise Malformed.at("address", words)
    if isinstance(command, ResolveText):
        return _resolve(command, state, at)
    fact = _normal(command.fact, state)
    problems = tuple(_problems(fact, state, at))
    if problems:
        raise Malformed(problems)
    if isinstance(fact, UnsureText):
        return _receive(fact, command.by, state, at)
    kept, made = _KINDS[type(fact)]
    if any(each.fact == fact for each in getattr(state, kept)):
        return ()
    return (made(fact=fact, by=command.by, at=at),)


def _normal(fact: PointFact, state: ContactPoint) -> PointFact:
    """Say the same in the one way it is kept."""
    if isinstance(fact, Grant) and fact.number is None and is_number(state.address):
        return replace(fact, number=state.address)
    # What is told to the vendor binds every account (64.1200(d)(3), (f)(9)).
    if isinstance(fact, Revocation) and fact.seller == state.seller_id:
        return replace(fact, seller=None)
    if isinstance(fact, DoNotCall | UnsureText) and str(fact.account_id) == state.seller_id:
        return replace(fact, account_id=None)
    return fact


def _receive(
    fact: UnsureText, by: str | None, state: ContactPoint, at: datetime
) -> tuple[PointEvent, ...]:
    for each in state.reviews:
        seen = each.received.fact
        if (seen.id, seen.text, seen.account_id) == (fact.id, fact.text, fact.account_id):
            return ()  # delivered again, whatever instant it says by now
        if seen.id == fact.id:
            raise Malformed.at("fact.id", f"{fact.id!r} was used for another text")
    return (TextRecorded(fact=fact, by=by, at=at),)


def _resolve(command: ResolveText, state: ContactPoint, at: datetime) -> tuple[PointEvent, ...]:
    for each in state.reviews:
        if each.received.fact.id == command.text_id:
            break
    else:
        raise WrongState("ResolveText", f"there is no text {command.text_id!r} to look at")
    wanted = ReviewStatus.REVOKES if command.revokes else ReviewStatus.HARMLESS
    met = each.status()
    if wanted is met:
        return ()
    if wanted not in _NEXT[met]:
        raise WrongState("ResolveText", "it was found to revoke; what restores is a new grant")
    event = TextResolved(
        text_id=command.text_id, revokes=command.revokes, by=command.by, note=command.note, at=at
    )
    return (event,)


# ------------------------------------------------------------------------------------------ checks

AHEAD_OF_UTC = timedelta(hours=14)
"""So far ahead of UTC is the clock in the first place on earth where a day begins."""
BEHIND_UTC = timedelta(hours=12)
"""So far behind UTC is the clock in the last place on earth where a day ends."""


def _problems(fact: PointFact, state: ContactPoint, at: datetime) -> Iterator[Problem]:
    if fact.at > at:
        yield Problem("fact.at", "lies in the future")
    if isinstance(fact, _OF_NUMBERS) and not is_number(state.address):
        yield Problem("fact", "only a number is looked up")
    check = _CHECKS.get(type(fact))
    if check is not None:
        yield from check(fact, state)


def _grant(fact: Grant, state: ContactPoint) -> Iterator[Problem]:
    if fact.level is Level.NONE and not fact.invitation:
        yield Problem("fact.level", "a grant is consent, or says that the person asked for contact")
    if fact.level is not Level.NONE and not fact.sellers:
        yield Problem("fact.sellers", "consent names whom it is given to; else it counts for none")
    if fact.number is not None and fact.number != state.address:
        yield Problem("fact.number", f"is recorded at {state.address}, not at {fact.number}")


def _revocation(fact: Revocation, _state: ContactPoint) -> Iterator[Problem]:
    if not fact.method.strip():
        yield Problem("fact.method", "says how the person took consent back")


def _registry(fact: RegistryLookup, _state: ContactPoint) -> Iterator[Problem]:
    yield from _ahead("fact.scrubbed_on", fact.scrubbed_on, fact.at)


def _reassigned(fact: ReassignedAnswer, _state: ContactPoint) -> Iterator[Problem]:
    yield from _ahead("fact.queried_on", fact.queried_on, fact.at)
    if fact.status in {ReassignedStatus.NOT_CHECKED, ReassignedStatus.UNKNOWN}:
        yield Problem("fact.status", "is an answer: no, yes or no_data")
    if fact.consent_on > fact.queried_on:
        yield Problem("fact.consent_on", "lies after the day it was asked")


def _line(fact: LineLookup, _state: ContactPoint) -> Iterator[Problem]:
    if fact.ported_to_wireless_on is not None:
        yield from _ahead("fact.ported_to_wireless_on", fact.ported_to_wireless_on, fact.at)


def _dealing(fact: Dealing, _state: ContactPoint) -> Iterator[Problem]:
    if not fact.with_seller.strip():
        yield Problem("fact.with_seller", "says whom the person dealt with")


def _text(fact: UnsureText, _state: ContactPoint) -> Iterator[Problem]:
    if not fact.id.strip():
        yield Problem("fact.id", "is the carrier's id of the text")


def _ahead(path: str, day: date, at: datetime) -> Iterator[Problem]:
    # A date has no zone of its own: it is ahead where it has begun nowhere on earth.
    if day > (at + AHEAD_OF_UTC).date():
        yield Problem(path, "lies in the future")


_OF_NUMBERS = (RegistryLookup, ReassignedAnswer, LineLookup)
_CHECKS: dict[type, Callable[[Any, ContactPoint], Iterator[Problem]]] = {
    Grant: _grant,
    Revocation: _revocation,
    RegistryLookup: _registry,
    ReassignedAnswer: _reassigned,
    LineLookup: _line,
    Dealing: _dealing,
    UnsureText: _text,
}


# ------------------------------------------------------------------------------------------ evolve


def evolve(state: ContactPoint, event: PointEvent) -> ContactPoint:
    """Give the state after an event.

    Raises:
        WrongState: a reply is resolved that never came, or against the transition table.
    """
    if isinstance(event, TextRecorded):
        return replace(state, reviews=(*state.reviews, Review(received=event)))
    if isinstance(event, TextResolved):
        return replace(state, reviews=_resolved(state.reviews, event))
    kept, _ = _KINDS[type(event.fact)]
    added: dict[str, Any] = {kept: (*getattr(state, kept), event)}
    return replace(state, **added)


def _resolved(reviews: tuple[Review, ...], event: TextResolved) -> tuple[Review, ...]:
    wanted = ReviewStatus.REVOKES if event.revokes else ReviewStatus.HARMLESS
    for place, each in enumerate(reviews):
        if each.received.fact.id == event.text_id:
            if wanted not in _NEXT[each.status()]:
                raise WrongState("TextResolved", f"the text was found {each.status().value}")
            done = replace(each, resolved=(*each.resolved, event))
            return (*reviews[:place], done, *reviews[place + 1 :])
    raise WrongState("TextResolved", f"there is no text {event.text_id!r}")
