"""What a rule is: one testable clause with its words, its source, its dates and its terms.

A rule here is data. Which facts it looks at is said by the name of its `kernel`; what is peculiar
to it (the hours of a state, the number of a cap) is said by its `terms`. The kernels themselves
live in `leadcore.contact` and `leadcore.recordings`; a rule of the user's own brings its test
along as `when`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum, IntEnum
from typing import Any

from attrs import frozen

from leadcore.decisions import Severity
from leadcore.intervals import WeeklyHours
from leadcore.submissions import Channel

__all__ = [
    "AUTOMATED",
    "CALL",
    "CALL_AND_TEXT",
    "EMAIL",
    "EVERYWHERE",
    "LIFTS_NOTHING",
    "NOWHERE",
    "TELEMARKETING",
    "TEXT",
    "Cap",
    "ClosedDays",
    "Confidence",
    "Gate",
    "Hours",
    "Initiation",
    "Lift",
    "Profile",
    "Purpose",
    "Role",
    "Rule",
    "Scope",
    "Status",
]


class Initiation(Enum):
    """Who or what places the call or sends the text."""

    MANUAL = "manual"
    AUTODIALED = "autodialed"
    PRERECORDED = "prerecorded"
    ARTIFICIAL = "artificial"


class Purpose(Enum):
    """What the contact is for."""

    TELEMARKETING = "telemarketing"
    INFORMATIONAL = "informational"
    EMERGENCY = "emergency"
    OPTOUT_CONFIRMATION = "optout_confirmation"


class Profile(Enum):
    """How the rules are read: with the house's caution, or by their words alone."""

    STRICT = "strict"
    LITERAL = "literal"


class Status(Enum):
    """Whether a rule binds. Only a rule in force is ever applied."""

    IN_FORCE = "in_force"
    WAIVED = "waived"
    ADOPTED_PENDING = "adopted_pending"
    VACATED = "vacated"


class Confidence(IntEnum):
    """How sure the reading is. The literal profile leaves low ones alone."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Role(Enum):
    """Whether a rule permits, forbids, or only says what must be done or what things mean."""

    BASIS = "basis"
    GUARD = "guard"
    NOTE = "note"


class Lift(Enum):
    """What may take a contact out of a guard's reach, where its words say so."""

    INVITATION = "invitation"
    CONSENT = "consent"
    RELATIONSHIP = "relationship"


@frozen(kw_only=True)
class Scope:
    """To which contacts a rule applies at all.

    Attributes:
        channels: calls, texts, e-mail.
        purposes: what the contact is for.
        initiations: by hand or how automated.
    """

    channels: frozenset[Channel]
    purposes: frozenset[Purpose]
    initiations: frozenset[Initiation] = frozenset(Initiation)

    def covers(self, channel: Channel, purpose: Purpose, initiation: Initiation) -> bool:
        """Tell whether such a contact is in scope."""
        return (
            channel in self.channels and purpose in self.purposes and initiation in self.initiations
        )


CALL = frozenset({Channel.CALL})
TEXT = frozenset({Channel.TEXT})
EMAIL = frozenset({Channel.EMAIL})
CALL_AND_TEXT = CALL | TEXT
TELEMARKETING = frozenset({Purpose.TELEMARKETING})
AUTOMATED = frozenset(Initiation) - {Initiation.MANUAL}
EVERYWHERE = Scope(channels=frozenset(Channel), purposes=frozenset(Purpose))
NOWHERE = Scope(channels=frozenset(), purposes=frozenset())
"""The scope of rules that are not about contacting anybody."""
LIFTS_NOTHING: frozenset[Lift] = frozenset()


@frozen(kw_only=True)
class Hours:
    """When contact is allowed, on the clock of the person.

    Attributes:
        week: opening hours by weekday, `[start, end)`. Where a `ClosedDays` rule of its own closes
            a day, the day is open here, so that it is not said twice.
        clock: a zone whose clock must show open hours *too* (Mississippi's statute names Central
            Standard Time); None where only the person's own clock counts.
        lifts: what lifts the hours in the literal profile.
    """

    week: WeeklyHours
    clock: str | None = None
    lifts: frozenset[Lift] = LIFTS_NOTHING


@frozen(kw_only=True)
class ClosedDays:
    """Days on which nobody may be contacted, on the calendar of the person.

    Attributes:
        weekdays: closed days of the week, 0 is Monday.
        holidays: are federal holidays closed, on their own day and on the day they are kept?
        state: whose own holidays are closed too; None for none.
        literal_weekdays: the days of the week holidays can close in the literal profile.
        lifts: what lifts the closing in the literal profile.
        clock: a zone whose calendar closes days *too*, as in `Hours`.
    """

    weekdays: frozenset[int] = frozenset()
    holidays: bool = False
    state: str | None = None
    literal_weekdays: frozenset[int] = frozenset(range(7))
    lifts: frozenset[Lift] = LIFTS_NOTHING
    clock: str | None = None


@frozen(kw_only=True)
class Cap:
    """How often a person may be contacted about one subject.

    Attributes:
        limit: contacts allowed within the span before the next one.
        hours: the span, in elapsed hours, back from the contact asked about; closed at its far end.
        texts: do the statute's own words count texts? The strict profile always does.
        customer_exempt: does a purchase (an established business relationship) lift the cap?
        prerecorded_only: count only prerecorded and artificial voice calls, whatever the subject.
    """

    limit: int
    hours: int = 24
    texts: bool = False
    customer_exempt: bool = False
    prerecorded_only: bool = False


@frozen(kw_only=True)
class Gate:
    """What lifts a ban that otherwise holds at any hour, in each profile.

    Attributes:
        strict: what lifts it in the strict profile.
        literal: what lifts it in the literal profile; never less than in the strict one.
    """

    strict: frozenset[Lift] = LIFTS_NOTHING
    literal: frozenset[Lift] = frozenset(Lift)


@frozen(kw_only=True)
class Rule:
    """One testable clause with citation and dates.

    A rule that changed over time has one entry for each edition, all with the same id.

    Attributes:
        id: stable, as findings name it.
        sentence: what it says where it speaks, for a person.
        caution: the sentence where the house is stricter than the rule's words.
        untold: the sentence where nobody knows whether the rule speaks; None: as in caution.
        citation: where the rule is found.
        source: a link to the text or to the code it stands in.
        effective_from: the first local day it holds; None: for as long as anyone may ask.
        effective_until: the first local day it no longer holds; None: still in force.
        status: only rules in force are applied.
        confidence: how sure this reading is.
        severity: legal text or house caution, where the kernel doesn't say otherwise.
        role: permits, forbids, or only informs.
        kernel: the name of the test; empty for notes and for rules with `when`.
        terms: what the kernel needs to know of this rule.
        state: the two-letter state it belongs to; None for federal and house rules.
        scope: which contacts it applies to in the strict profile.
        literal: which it applies to in the literal profile; None: the same. Never wider.
        evidence: the names of the facts it looks at.
        when: a test of the user's own: given the case, true where the rule speaks.
    """

    id: str
    sentence: str
    citation: str
    caution: str | None = None
    untold: str | None = None
    source: str | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    status: Status = Status.IN_FORCE
    confidence: Confidence = Confidence.HIGH
    severity: Severity = Severity.LEGAL
    role: Role = Role.GUARD
    kernel: str = ""
    terms: Hours | ClosedDays | Cap | Gate | None = None
    state: str | None = None
    scope: Scope = EVERYWHERE
    literal: Scope | None = None
    evidence: tuple[str, ...] = ()
    when: Callable[[Any], bool] | None = None

    def in_force_on(self, day: date) -> bool:
        """Tell whether the rule binds on a local day."""
        return (
            self.status is Status.IN_FORCE
            and (self.effective_from is None or self.effective_from <= day)
            and (self.effective_until is None or day < self.effective_until)
        )

    def scope_in(self, profile: Profile) -> Scope:
        """Give the scope in a profile."""
        return self.literal if profile is Profile.LITERAL and self.literal else self.scope
