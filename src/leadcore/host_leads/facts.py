"""What a host keeps itself of a lead's person: facts of contact points, contacts, emergencies.

Where a host has no table of contact points, or lets its people enter consent on pages of its own,
each fact is a row that says its kind, when it was so, whom and which number it concerns, the
words, and the rest by name (see `leadcore.host_leads.forms`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import evolve as evolved
from attrs import field, frozen

from leadcore.consent import UNKNOWN, Grant, Revocation, Unknown
from leadcore.contact import Initiation, Touch, TouchKind
from leadcore.contact_points import (
    ContactPoint,
    Dealing,
    DealingRecorded,
    DoNotCall,
    DoNotCallRecorded,
    GrantRecorded,
    LineLookup,
    LineRecorded,
    PointFact,
    ReassignedAnswer,
    ReassignedRecorded,
    Record,
    RegistryLookup,
    RegistryRecorded,
    RevocationRecorded,
    decide,
    evolve,
)
from leadcore.errors import Malformed
from leadcore.host_leads.forms import parts, read
from leadcore.leads import AttemptOutcome, ContactAttempt
from leadcore.submissions import Channel
from leadcore.values import SellerId, UserId, instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.back_office.contacting import LeadContact
    from leadcore.contact_points import PointEvent

__all__ = [
    "NOBODY",
    "Emergency",
    "FactKind",
    "HostContact",
    "HostFact",
    "HostPerson",
    "declared_emergencies",
    "details_of",
]


class FactKind(Enum):
    """What a row of a host may say about a person."""

    GRANT = "grant"
    REVOCATION = "revocation"
    DO_NOT_CALL = "do_not_call"
    REGISTRY = "registry"
    LINE = "line"
    REASSIGNED = "reassigned"
    DEALING = "dealing"


@frozen
class _Way:
    """How a fact of a kind is made: its class, the event, the parts a row has beside details."""

    fact: type[Any]
    event: Any
    beside: Mapping[str, str] = field(factory=dict[str, str])


_WAYS: Mapping[FactKind, _Way] = MappingProxyType(
    {
        FactKind.GRANT: _Way(
            Grant,
            GrantRecorded,
            {"seller": "sellers", "number": "number", "text": "evidence__text"},
        ),
        FactKind.REVOCATION: _Way(
            Revocation, RevocationRecorded, {"seller": "seller", "text": "text"}
        ),
        FactKind.DO_NOT_CALL: _Way(
            DoNotCall, DoNotCallRecorded, {"seller": "account_id", "text": "text"}
        ),
        FactKind.REGISTRY: _Way(RegistryLookup, RegistryRecorded),
        FactKind.LINE: _Way(LineLookup, LineRecorded),
        FactKind.REASSIGNED: _Way(ReassignedAnswer, ReassignedRecorded),
        FactKind.DEALING: _Way(Dealing, DealingRecorded, {"seller": "with_seller"}),
    }
)
_VOICES = frozenset({Initiation.PRERECORDED, Initiation.ARTIFICIAL})
_STATE = re.compile(r"[A-Z]{2}")
_WHOLE = "person@host"
"""Stands for a person as a whole where an address is needed; it is no number."""


@frozen(kw_only=True)
class HostFact:
    """A fact as a host's row tells it.

    Attributes:
        at: when it was so.
        seller: whom it concerns: on whose behalf the person may be contacted; None for all.
        number: in E.164 form; None for all of the person's.
        text: the words: those the person agreed to, or said.
        details: what else belongs to facts of the kind, by name; see `details_of`.
    """

    kind: FactKind
    at: datetime = field(converter=instant)
    seller: str | None = None
    number: str | None = None
    text: str | None = None
    details: Mapping[str, Any] = field(factory=dict[str, Any])

    @property
    def fact(self) -> PointFact:
        """It as a fact of a contact point.

        Raises:
            Malformed: a detail is missing, no detail of the kind, or makes no sense; each problem
                with its path.
        """
        way = _WAYS[self.kind]
        said = {part: getattr(self, name) for name, part in way.beside.items()}
        if said.get("sellers"):
            said["sellers"] = [said["sellers"]]
        made: PointFact = read(way.fact, {**self.details, **said, "at": self.at})
        return made

    def check(self, *, at: datetime) -> None:
        """Refuse what can't be so at the instant it is entered.

        Raises:
            Malformed: as `fact`; it lies in the future, or is about no number and must be.
        """
        record = Record(fact=self.fact, by=None)
        decide(record, ContactPoint(seller_id=SellerId(""), address=self.number or _WHOLE), at)

    def event(self, number: str | None) -> PointEvent:
        """Give it as it would be recorded, about a number where it is about all of them."""
        made: PointEvent = _WAYS[self.kind].event(
            fact=_about(self.fact, number), by=None, at=self.at
        )
        return made


def _about(fact: PointFact, number: str | None) -> PointFact:
    if isinstance(fact, Grant) and fact.number is None:
        return evolved(fact, number=number)
    return fact


def details_of(kind: FactKind) -> tuple[str, ...]:
    """Give the names of the details that belong to facts of a kind.

    >>> details_of(FactKind.REGISTRY)
    ('listed', 'scrubbed_on')
    """
    way = _WAYS[kind]
    return tuple(name for name in parts(way.fact) if name not in {"at", *way.beside.values()})


@frozen(kw_only=True)
class HostContact:
    """A contact with a person as a host logs it.

    Attributes:
        kind: how.
        reached: was the person reached?
        by: who of the host's people; None where the host says it elsewhere.
    """

    kind: TouchKind
    at: datetime = field(converter=instant)
    reached: bool = False
    by: UserId | None = None

    @classmethod
    def of(cls, asked: LeadContact, *, at: datetime, reached: bool = False) -> HostContact:
        """Give the contact that was asked about, once it was made."""
        voice = asked.channel is Channel.CALL and asked.initiation in _VOICES
        kind = TouchKind.PRERECORDED if voice else TouchKind(asked.channel.value)
        return cls(kind=kind, at=at, reached=reached)

    @property
    def touch(self) -> Touch:
        """It as an earlier contact, which caps count."""
        return Touch(kind=self.kind, at=self.at)

    @property
    def attempt(self) -> ContactAttempt:
        """It as an attempt to reach the person about a lead."""
        voice = self.kind is TouchKind.PRERECORDED
        channel = Channel.CALL if voice else Channel(self.kind.value)
        missed = AttemptOutcome.NO_ANSWER if channel is Channel.CALL else AttemptOutcome.SENT
        outcome = AttemptOutcome.REACHED if self.reached else missed
        by = self.by or UserId("")
        return ContactAttempt(channel=channel, at=self.at, by=by, outcome=outcome)


@frozen(kw_only=True)
class HostPerson:
    """What a host keeps of a lead's person itself, beside what is recorded at their addresses.

    Attributes:
        facts: consent given and taken back, requests not to be called, look-ups, dealings.
        contacts: every contact with the person that the host logged, about this lead and others;
            None where it keeps no log of them, and then the attempts of the leads count.
        places: the ZIP code, or None, and the state, or None, of each of the person's addresses:
            two letters, or as ISO 3166-2 has it (`US-NY`); what lies elsewhere is left out. Where
            the codes differ none is the person's for sure, and the states speak.
    """

    facts: tuple[HostFact, ...] = ()
    contacts: tuple[HostContact, ...] | None = None
    places: tuple[tuple[str | None, str | None], ...] = ()

    @property
    def zip(self) -> str | None:
        """The only ZIP code of the person's addresses; None where there is none, or several."""
        codes = {code for code, _ in self.places if code}
        return codes.pop() if len(codes) == 1 else None

    @property
    def states(self) -> tuple[str, ...]:
        """Every state of the person's addresses, sorted."""
        told = {state.removeprefix("US-") for _, state in self.places if state}
        return tuple(sorted(state for state in told if _STATE.fullmatch(state)))

    def points(self, seller_id: SellerId, number: str | None) -> tuple[ContactPoint, ...]:
        """Give the facts as contact points.

        Args:
            seller_id: of the lead.
            number: the one asked about; what is about all numbers is recorded there.
        """
        found: dict[str, ContactPoint] = {}
        for each in self.facts:
            address = each.number or number or _WHOLE
            point = found.get(address) or ContactPoint(seller_id=seller_id, address=address)
            found[address] = evolve(point, each.event(number))
        return tuple(found.values())


NOBODY = HostPerson()
"""Of whom a host keeps nothing."""


def _state(value: str) -> str:
    if not _STATE.fullmatch(value):
        raise Malformed.at("state", f"{value!r} is no state: two capital letters, as NY")
    return value


@frozen(kw_only=True)
class Emergency:
    """A state's declared emergency, as a host keeps it.

    Attributes:
        state: two capital letters.
        until: the first instant after it; None while it lasts.

    Raises:
        Malformed: the state is none: a rule would never see it.
    """

    state: str = field(converter=_state)
    since: datetime = field(converter=instant)
    until: datetime | None = field(default=None, converter=optional_instant)


def declared_emergencies(
    listed: Iterable[Emergency], *, kept: bool, at: datetime
) -> frozenset[str] | Unknown:
    """Give the states under a declared emergency at an instant.

    Args:
        listed: those a host lists.
        kept: does somebody keep that list? Otherwise every state may be under one.
        at: the instant asked about.
    """
    moment = instant(at)
    if not kept:
        return UNKNOWN
    return frozenset(
        each.state
        for each in listed
        if each.since <= moment and (each.until is None or moment < each.until)
    )
