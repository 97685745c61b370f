"""One question about one person at one instant, as the rules look at it.

A `Case` computes each thing once and on demand: what the clocks show, what consent and business
relationship are worth at the instant. Rules of the user's own are given it, too.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from leadcore.consent import Level, Unknown
from leadcore.contact.kernels import HOUR, MINUTE, young_enough
from leadcore.intervals import start_of_local_day, zone_info
from leadcore.places import by_zip
from leadcore.rulebooks.rule import Lift, Profile
from leadcore.rulebooks.states import UNKNOWN_STATE
from leadcore.values import micros, of_micros

if TYPE_CHECKING:
    from leadcore.contact.facts import Facts, Question

__all__ = [
    "INQUIRY_DAYS",
    "INQUIRY_MONTHS",
    "PURCHASE_DAYS",
    "PURCHASE_MONTHS",
    "Case",
    "Local",
    "Moment",
    "months_before",
    "purchase_months",
]

# The shortest clock counts: the FCC's months and the FTC's days, 16 CFR 310.2(q). Pennsylvania
# gives a purchase 12 months.
PURCHASE_MONTHS, PURCHASE_DAYS = (18, 12), 540
INQUIRY_MONTHS, INQUIRY_DAYS = 3, 90


def months_before(day: date, months: int) -> date:
    """Give the same day so many months earlier; the last of the month where there is none.

    >>> months_before(date(2026, 5, 31), 3)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError  # pragma: no cover - every month has 28 days


def purchase_months(states: tuple[str, ...]) -> int:
    """Give how many months a purchase keeps a relationship going where these states may apply."""
    shorter = UNKNOWN_STATE in states or "PA" in states
    return PURCHASE_MONTHS[shorter]


class Local:
    """What a zone's clock shows: the date, the weekday (0 is Monday), µs after midnight."""

    __slots__ = ("day", "time", "weekday")

    def __init__(self, at: datetime, zone: str) -> None:
        local = at.astimezone(zone_info(zone))
        day = local.date()
        self.day: Final = day
        self.weekday: Final = day.weekday()
        self.time: Final = (
            local.hour * HOUR + local.minute * MINUTE + local.second * 1_000_000
        ) + local.microsecond


class Moment:
    """An instant with the clocks of the zones asked about, each read once."""

    __slots__ = ("_locals", "at", "micros")

    def __init__(self, at: datetime) -> None:
        self.at: Final = at
        self.micros: Final = micros(at)
        self._locals: dict[str, Local] = {}

    def local(self, zone: str) -> Local:
        """Give what the clock of a zone shows."""
        found = self._locals.get(zone)
        if found is None:
            found = self._locals[zone] = Local(self.at, zone)
        return found

    def days(self, zones: tuple[str, ...]) -> tuple[date, ...]:
        """Give the local dates in the zones, sorted; the date in UTC where there are none."""
        if len(zones) == 1:
            return (self.local(zones[0]).day,)
        if not zones:
            return (self.at.date(),)
        return tuple(sorted({self.local(zone).day for zone in zones}))


class Case:
    """A question, its facts and a moment, with what follows from them.

    Attributes:
        question, facts: as asked.
        moment: the instant with its clocks.
        strict: is the strict profile asked for?
        closures: the rulebook's extra closed days, as `(state, day)`.
        days: the local dates where the person may be, sorted.
    """

    __slots__ = ("_ebr", "_revoked", "closures", "days", "facts", "moment", "question", "strict")

    def __init__(
        self,
        question: Question,
        facts: Facts,
        moment: Moment,
        closures: frozenset[tuple[str, date]] = frozenset(),
    ) -> None:
        self.question: Final = question
        self.facts: Final = facts
        self.moment: Final = moment
        self.closures: Final = closures
        self.strict: Final = question.profile is Profile.STRICT
        self.days: Final = moment.days(facts.number.zones)
        self._revoked: bool | None = None
        self._ebr: bool | None = None

    @property
    def at(self) -> datetime:
        """The instant asked about (UTC)."""
        return self.moment.at

    @property
    def today(self) -> date:
        """The latest local date where the person may be."""
        return self.days[-1]

    @property
    def locals(self) -> tuple[Local, ...]:
        """What the clocks show where the person may be."""
        return tuple(self.moment.local(zone) for zone in self.facts.number.zones)

    @property
    def revoked(self) -> bool:
        """Does a revocation stand? Not knowing counts as yes."""
        if self._revoked is None:
            self._revoked = self.facts.consent.is_revoked(self.moment.at)
        return self._revoked

    @property
    def _concerns(self) -> bool:
        """Is the consent given by now, to this seller, for this number?"""
        consent = self.facts.consent
        given = consent.at is None or (
            not isinstance(consent.at, Unknown) and consent.at <= self.moment.at
        )
        number = consent.number
        same = number is None or number == self.facts.number.e164
        return given and same and self.question.seller in consent.sellers

    @property
    def written(self) -> bool:
        """Is there prior express written consent in due form (revoked or not)?"""
        consent = self.facts.consent
        return consent.level is Level.WRITTEN and consent.elements.complete and self._concerns

    @property
    def express(self) -> bool:
        """Is there prior express consent, spoken or written (revoked or not)?"""
        return self.facts.consent.level >= Level.EXPRESS and self._concerns

    @property
    def invited(self) -> bool:
        """Did the person ask to be contacted, and has not taken it back?"""
        return self.facts.consent.invitation is True and not self.revoked

    @property
    def permission(self) -> bool:
        """Is there permission that opens registered numbers (64.1200(c)(2)(ii))?

        Strict wants written consent in due form, literal a signed permission; there an invitation
        or express consent takes the contact out of "telephone solicitation" altogether.
        """
        if self.revoked:
            return False
        if self.strict:
            return self.written
        return self.invited or self.express

    @property
    def customer(self) -> bool:
        """Is there an established business relationship by purchase, by the shortest clock?"""
        bought = self.facts.relationship.purchase_on
        months = purchase_months(self.states)
        return self._related and self._recent(bought, months, PURCHASE_DAYS)

    @property
    def related(self) -> bool:
        """Is there an established business relationship, by purchase or inquiry?"""
        if self._ebr is None:
            asked = self.facts.relationship.inquiry_on
            inquired = self._related and self._recent(asked, INQUIRY_MONTHS, INQUIRY_DAYS)
            self._ebr = inquired or self.customer
        return self._ebr

    @property
    def _related(self) -> bool:
        """Is a relationship with this very seller claimed, and did no request end it?"""
        seller = self.question.seller
        return (
            seller is not None
            and self.facts.relationship.with_seller == seller
            and not self.on_internal_list
            and not (self.strict and self.revoked)
        )

    def _recent(self, on: date | None, months: int, days: int) -> bool:
        if on is None:
            return False
        today = self.today
        young = young_enough(today.toordinal(), on.toordinal(), days)
        return young and months_before(today, months) <= on

    @property
    def on_internal_list(self) -> bool:
        """Did the person ask this seller not to be called? Not knowing counts as yes."""
        since = self.facts.registry.internal_since
        return since is not None and (isinstance(since, Unknown) or since <= self.moment.at)

    @property
    def states(self) -> tuple[str, ...]:
        """The states whose rules apply; the unknown state where none is known."""
        return self.facts.states or (UNKNOWN_STATE,)

    def lives_elsewhere(self, state: str | None) -> bool:
        """Tell whether only the area code, not the address, points to a state (strict only)."""
        address = by_zip(self.facts.zip).states if self.strict else ()
        return bool(address) and state not in address

    def lifted(self, lifts: frozenset[Lift]) -> bool:
        """Tell whether one of these takes the contact out of a guard's reach."""
        return (
            (Lift.INVITATION in lifts and self.invited)
            or (Lift.CONSENT in lifts and self.express and not self.revoked)
            or (Lift.RELATIONSHIP in lifts and self.related)
        )

    def midnights(self, day: date) -> tuple[datetime, ...]:
        """Give the first instant of a local day in each of the person's zones (UTC)."""
        zones = self.facts.number.zones or ("Etc/UTC",)
        return tuple(start_of_local_day(day, zone) for zone in zones)

    def at_micros(self, value: int) -> Case:
        """Give the same question and facts at another instant."""
        return Case(self.question, self.facts, Moment(of_micros(value)), self.closures)
