"""Facts as whole numbers: all the rules look at, and nothing else.

What a rule may answer depends on facts only through a few yes-or-no properties. A `Digest` holds
those that no clock changes as bits and what the others hang on as numbers and instants; `sign`
compares them with an instant. Two questions of one shape about people in one place at one hour
with the same bits have the same answer, rule by rule: that is what lets answers be kept.

A digest is made when facts are first asked about, and kept with them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from leadcore.consent import UNKNOWN, Level, Unknown
from leadcore.contact.clocks import Clock, clock_of
from leadcore.contact.consent_guards import CONFIRM, last_day_to_comply
from leadcore.contact.facts import ReassignedStatus, TouchKind
from leadcore.contact.kernels import overdue
from leadcore.places import by_zip
from leadcore.rulebooks.states import UNKNOWN_STATE
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from datetime import date

    from leadcore.consent import Consent
    from leadcore.contact.facts import Confirmation, EmailFacts, Facts, Question, Touch

__all__ = [
    "BOUGHT",
    "CAPS",
    "INQUIRED",
    "PORTED",
    "SCRUBBED",
    "TOUCHED",
    "TOUCHED_AGAIN",
    "TOUCH_KINDS",
    "UNSETTLED",
    "Dated",
    "Digest",
    "Sort",
    "Where",
    "asked",
    "digest_of",
    "ordinal",
    "shared",
    "touched",
]

T = TypeVar("T")

TCPA_YES: Final = 1 << 0
KIND: Final = 3 << 1
NATIONAL: Final = 1 << 3
NATIONAL_UNKNOWN: Final = 1 << 4
PERSONAL: Final = 1 << 5
CONFIRMATION: Final = 1 << 6
MAIL_OPTOUT: Final = 1 << 7
MAIL_ADDRESS: Final = 1 << 8
MAIL_GATEWAY: Final = 1 << 9
INVITED: Final = 1 << 10
HISTORY_UNKNOWN: Final = 1 << 11
WRITTEN: Final = 1 << 12
EXPRESS: Final = 1 << 13
REASSIGNED: Final = (
    (ReassignedStatus.NO, 1 << 14),
    (ReassignedStatus.NOT_CHECKED, 0 << 14),
    (ReassignedStatus.YES, 2 << 14),
    (ReassignedStatus.NO_DATA, 3 << 14),
    (ReassignedStatus.UNKNOWN, 4 << 14),
)
STATUS: Final = 7 << 14
SCRUBBED: Final = 1 << 17
REVOKED: Final = 1 << 18
REVOKED_LONG: Final = 1 << 19
LISTED: Final = 1 << 20
LISTED_LONG: Final = 1 << 21
OPTED_OUT: Final = 1 << 22
OPTED_OUT_LONG: Final = 1 << 23
CONFIRMS_SOON: Final = 1 << 24
CONFIRMS_LATE: Final = 1 << 25
PORTED: Final = 1 << 26
INQUIRED: Final = 1 << 27
BOUGHT: Final = 1 << 28
TOUCHED: Final = 1 << 29
MAIL_NO_OPTOUT: Final = 1 << 30
MAIL_NO_ADDRESS: Final = 1 << 31
MAIL_TO_GATEWAY: Final = 1 << 32
REVOKED_UNTOLD: Final = 1 << 33
LISTED_UNTOLD: Final = 1 << 34
OPTED_OUT_UNTOLD: Final = 1 << 35
GIVEN: Final = 1 << 36
TOUCHED_AGAIN: Final = 1 << 37
CAPS: Final = 38
"""The first bit of the caps, behind all others; two for each, in the order of the rules."""

KINDS: Final = (
    (PhoneKind.WIRELESS, 1 << 1),
    (PhoneKind.LANDLINE, 2 << 1),
    (PhoneKind.TOLL_FREE, 3 << 1),
    (PhoneKind.UNKNOWN, 0 << 1),
)
# Pairs, not dictionaries: enums hash slowly, and the first member is the usual one.

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_NO_DATES = (None, None)
_NO_DAY = -1000  # no span of days reaches back so far from the year 1
_NEVER = datetime.max.replace(tzinfo=UTC)
_LAST_DAY = _NEVER - timedelta(days=1)
UNSETTLED: Final = _NEVER
"""Stands for an instant that was not worked out yet: none lies after it."""
_CALL, _TEXT, _RECORDED = TouchKind.CALL, TouchKind.TEXT, TouchKind.PRERECORDED
TOUCH_KINDS: Final = ((_RECORDED,), (_CALL, _RECORDED), (_CALL, _TEXT, _RECORDED))
"""What caps count: recorded calls, calls, calls and texts."""


class Sort:
    """All who are alike in one cell: their questions are about the same, their bits are the same.

    Attributes:
        cell: the place and the date.
        bits: what the facts come to there; below 0: not worked out yet.
    """

    __slots__ = ("bits", "cell")

    def __init__(self, cell: object, bits: int) -> None:
        self.cell: Final = cell
        self.bits: Final = bits


_UNSEEN: tuple[Sort, datetime] = (Sort(None, -1), UNSETTLED)


class Where:
    """Where a person may be, as far as rules can tell; one value for all people of one place.

    Attributes:
        zones, states: as the facts have them.
        address: the states the ZIP code lies in.
        declared: those of the states under a declared emergency; None: not known.
        clocks: the zones' clocks.
    """

    __slots__ = ("address", "clocks", "declared", "states", "zones")

    def __init__(
        self,
        zones: tuple[str, ...],
        states: tuple[str, ...],
        address: tuple[str, ...],
        declared: frozenset[str] | None,
    ) -> None:
        self.zones: Final = zones
        self.states: Final = states
        self.address: Final = address
        self.declared: Final = declared
        self.clocks: Final[tuple[Clock, ...]] = tuple(clock_of(zone) for zone in zones)


# Whatever is dropped here is made again: another object for the same place, slower but no other.
_where = lru_cache(maxsize=65_536)(Where)


@lru_cache(maxsize=65_536)
def _place(
    zones: tuple[str, ...],
    states: tuple[str, ...],
    code: str | None,
    declared: frozenset[str] | None,
) -> Where:
    if declared:
        declared &= {*states, UNKNOWN_STATE}
    return _where(zones, states, by_zip(code).states, declared)


def _bits(pairs: tuple[tuple[T, int], ...], member: T) -> int:
    for each, bits in pairs:
        if each is member:
            return bits
    raise AssertionError  # pragma: no cover - every member has its pair


@lru_cache(maxsize=4096)
def _day_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def shared(settled: datetime, at: datetime) -> datetime:
    """Give an instant from `settled` on and before `at` that many people share, if there is one.

    Of ten thousand instants of their own, most would have to be fetched from memory.
    """
    if settled >= _LAST_DAY:
        return settled
    later = _day_after(settled.date())
    return later if later < at else settled


def touched(history: tuple[Touch, ...], at: datetime) -> int:
    """Give the bits of whether there was a touch before an instant, and a second one."""
    bits = 0
    for touch in history:
        if touch.at < at:
            if bits:
                return TOUCHED | TOUCHED_AGAIN
            bits = TOUCHED
    return bits


def ordinal(day: date | None) -> int:
    """Give a day's number; without a day one that is long before any."""
    return _NO_DAY if day is None else day.toordinal()


class Dated:
    """What only few people have: revocations, listings, opt-outs, relationships, ported numbers.

    Attributes:
        received: for each of revocation, listing and opt-out: its bit, its instant and the ordinal
            of the last day to comply with it. Those without an instant are left out.
        consent: as the facts have it.
        ported: ordinal of the day the number was ported.
        inquired, bought: ordinals, where the relationship is with the question's seller.
        instants: all after which something changes.
    """

    __slots__ = ("bought", "consent", "inquired", "instants", "ported", "received")

    def __init__(
        self, facts: Facts, received: tuple[datetime | Unknown | None, ...], *, related: bool
    ) -> None:
        zones = facts.number.zones
        self.received: Final = tuple(
            (bit, at, last_day_to_comply(zones, at).toordinal())
            for bit, at in zip((REVOKED, LISTED, OPTED_OUT), received, strict=False)
            if isinstance(at, datetime)
        )
        self.consent: Final = facts.consent
        self.ported: Final = ordinal(facts.number.ported_to_wireless_on)
        again = facts.consent.regranted_at
        self.instants: Final = (
            *(at for _, at, _ in self.received),
            *(at + CONFIRM for bit, at, _ in self.received if bit == REVOKED),
            *(() if again is None else (again,)),
        )
        relationship = facts.relationship
        self.inquired: Final = ordinal(relationship.inquiry_on if related else None)
        self.bought: Final = ordinal(relationship.purchase_on if related else None)

    def bits(self, at: datetime, today: int) -> int:
        """Give the bits of what was received by an instant.

        Args:
            at: the instant.
            today: the ordinal of the latest local date where the person may be.
        """
        bits = 0
        for bit, received, last in self.received:
            if received > at:
                continue
            if bit == REVOKED:
                bits |= CONFIRMS_SOON if at - received <= CONFIRM else CONFIRMS_LATE
                if not self.consent.is_revoked(at):
                    continue
            bits |= bit * 3 if overdue(today, last) else bit
        return bits


class Digest:
    """The facts about one person, for questions of one seller about one subject.

    Attributes:
        seller, subject: of the question.
        where: where the person may be.
        mask: the bits that no clock changes.
        granted: the instant from which consent counts.
        consents: the bits it sets from then on.
        scrubbed: the ordinal of the registry copy's date; 0: never looked.
        queried: the ordinal of the date the reassigned numbers were asked for; 0: not said.
        status, status_before: the bits of their answer from that date on, and before it.
        dated: what only few people have; None: nothing of it.
        alone: do the facts hold dates that those of few others share?
        asked: seller and subject; the same object for the same two.
        seen: the sort the person is of in the cell asked in last, and after which instant that is
            so: nothing but dates changes then. `UNSETTLED`: it was not worked out yet.
        history: earlier touches; empty where they are unknown.
    """

    __slots__ = (
        "_confirmation", "_email", "_messages", "_times", "alone", "asked", "consents",
        "dated", "granted", "history", "mask", "queried", "scrubbed", "seen", "seller",
        "status", "status_before", "subject", "where",
    )  # fmt: skip

    def __init__(self, facts: Facts, question: Question) -> None:
        self.seller = question.seller
        self.subject = question.subject
        self.asked = asked(question)
        number, declared, history = facts.number, facts.declared_emergencies, facts.history
        self.where = _place(
            number.zones, facts.states, facts.zip, None if declared is UNKNOWN else declared
        )
        self.mask = _mask(facts)
        if history is UNKNOWN:
            self.mask |= HISTORY_UNKNOWN
            history = ()
        self.history: tuple[Touch, ...] = history
        self._consent(facts.consent, number.e164)
        self._lists(facts)
        self._rare(facts)
        self._email = facts.email
        self._confirmation = facts.confirmation
        self._messages = -1
        self._times: dict[int, list[datetime]] | None = None
        # In one piece, so that threads never mix what belongs to two cells.
        self.seen: tuple[Sort, datetime] = _UNSEEN

    def _consent(self, consent: Consent, e164: str | None) -> None:
        given, number = consent.at, consent.number
        self.consents = 0
        self.granted = _ALWAYS if given is None else _NEVER if given is UNKNOWN else given
        same = number is None or number == e164
        if consent.level is not Level.NONE and same and self.seller in consent.sellers:
            written = consent.level is Level.WRITTEN and consent.elements.complete
            self.consents = EXPRESS | WRITTEN if written else EXPRESS

    def _lists(self, facts: Facts) -> None:
        scrubbed, reassigned = facts.registry.scrubbed_on, facts.reassigned
        queried, status = reassigned.queried_on, reassigned.status
        self.scrubbed = _NO_DAY if scrubbed is None else scrubbed.toordinal()
        self.queried = _NO_DAY if queried is None else queried.toordinal()
        self.status = _bits(REASSIGNED, status)
        # An answer that lies ahead is none yet; a "yes" counts whenever it came.
        self.status_before = self.status if status is ReassignedStatus.YES else 0

    def _rare(self, facts: Facts) -> None:
        relationship, consent = facts.relationship, facts.consent
        received = (consent.revoked_at, facts.registry.internal_since, facts.email.opted_out_at)
        dates = (relationship.inquiry_on, relationship.purchase_on)
        self.dated: Dated | None = None
        self.alone = dates != _NO_DATES or consent.regranted_at is not None
        ported = facts.number.ported_to_wireless_on
        revoked, listed, opted = received
        if (
            ported is None
            and (revoked is None or revoked is UNKNOWN)
            and (listed is None or listed is UNKNOWN)
            and (opted is None or opted is UNKNOWN)
            and dates == _NO_DATES
        ):
            return
        related = self.seller is not None and relationship.with_seller == self.seller
        self.dated = Dated(facts, received, related=related)
        self.alone = True

    @property
    def messages(self) -> int:
        """The bits of what only e-mail and confirmations are asked about."""
        if self._messages < 0:
            self._messages = _message_mask(self._email, self._confirmation)
        return self._messages

    def settle(self, span: timedelta | None) -> datetime:
        """Give the last instant after which, but for dates, nothing changes any more.

        Args:
            span: for how long touches count; None: they do not matter at all.
        """
        found = [_ALWAYS if self.granted is _NEVER else self.granted]
        if self.dated is not None:
            found += self.dated.instants
        if span is not None and self.history:
            found.append(self.newest + span)
        return max(found)

    @property
    def newest(self) -> datetime:
        """When the person was last touched; long ago, if never."""
        return max([touch.at for touch in self.history], default=_ALWAYS)

    def alike(self, at: datetime, calm: datetime) -> tuple[object, ...] | None:
        """Give what people share whose answers are the same from an instant on.

        The next permitted instant is among these answers; None: nobody is sure to be like this
        person.

        Args:
            at: the instant.
            calm: touches before it do not count any more.
        """
        ahead = self.granted > at and self.granted is not _NEVER
        if self.alone or ahead or self.newest >= calm:
            return None
        consents = 0 if self.granted is _NEVER else self.consents
        return (
            self.where, self.mask, consents, self.scrubbed, self.queried, self.status,
            not self.history, self.messages,
        )  # fmt: skip

    def times(self, code: int) -> list[datetime]:
        """Give when the person was reached, sorted.

        Args:
            code: twice the index into `TOUCH_KINDS`, and 1 more where the subject doesn't matter.
        """
        if self._times is None:
            self._times = {}
        found = self._times.get(code)
        if found is None:
            kinds = TOUCH_KINDS[code >> 1]
            subject = None if code & 1 else self.subject
            found = [
                touch.at
                for touch in self.history
                if touch.kind in kinds
                and (subject is None or touch.subject is None or touch.subject == subject)
            ]
            found.sort()
            self._times[code] = found
        return found


def _mask(facts: Facts) -> int:
    """Give the bits that no clock changes."""
    mask = _bits(KINDS, facts.number.kind)
    if facts.tcpa is Tcpa.YES:
        mask |= TCPA_YES
    if facts.personal_relationship is True:
        mask |= PERSONAL
    national = facts.registry.national
    if national is not False:
        mask |= NATIONAL if national else NATIONAL_UNKNOWN
    if facts.registry.internal_since is UNKNOWN:
        mask |= LISTED | LISTED_UNTOLD
    if facts.email.opted_out_at is UNKNOWN:
        mask |= OPTED_OUT | OPTED_OUT_UNTOLD
    return mask | _consent_mask(facts.consent)


def _consent_mask(consent: Consent) -> int:
    mask = 0
    if consent.level is not Level.NONE:
        mask |= GIVEN
    if consent.invitation is True:
        mask |= INVITED
    if consent.revoked_at is UNKNOWN:
        mask |= REVOKED | REVOKED_UNTOLD
    return mask


def _message_mask(email: EmailFacts, confirmation: Confirmation) -> int:
    mask = 0
    if confirmation.already_sent is False and confirmation.contains_marketing is False:
        mask |= CONFIRMATION
    if email.gateway_domain is False or email.wireless_authorization is True:
        mask |= MAIL_GATEWAY
    elif email.gateway_domain is True:
        mask |= MAIL_TO_GATEWAY
    mask |= _flag(email.optout_mechanism, MAIL_OPTOUT, MAIL_NO_OPTOUT)
    return mask | _flag(email.physical_address, MAIL_ADDRESS, MAIL_NO_ADDRESS)


def _flag(told: bool | None, yes: int, no: int) -> int:  # noqa: FBT001 # a fact, not a switch
    return 0 if told is None else yes if told else no


@lru_cache(maxsize=4096)
def _pair(seller: str | None, subject: str | None) -> tuple[str | None, str | None]:
    return seller, subject


def asked(question: Question) -> tuple[str | None, str | None]:
    """Give a question's seller and subject: the same object for the same two, most of the time."""
    return _pair(question.seller, question.subject)


def digest_of(facts: Facts, question: Question) -> Digest:
    """Give the digest of facts; made once, and again for another seller or subject."""
    try:
        found = facts.digest
    except AttributeError:
        pass
    else:
        if found.seller == question.seller and found.subject == question.subject:
            return found
    found = Digest(facts, question)
    object.__setattr__(facts, "digest", found)
    return found
