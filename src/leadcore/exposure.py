"""What a contact could cost if the person disputed it: a report, never a permission.

A statute gives the person an amount for each violation. Which statute a finding touches is data
here (`REMEDIES`); `of` gives the amounts for one decision, `of_person` sums them over the contacts
that were made, within the time in which somebody may still sue. The lower amount is what the
statute gives at least where a rule's own words were broken, and nothing where only the house's
caution or a warning spoke; the upper one is what a court may give for a wilful violation. A contact
that every rule permits has no exposure here, though anybody may claim anything.

Counted once for each contact and statute: what one statute gives for one contact does not grow
with the number of its rules that were broken, but two statutes are two claims.

Sources: 47 USC 227(b)(3), (c)(5); 28 USC 1658(a); S.C. Code 37-21-30. No legal advice, and no
forecast: what a court gives depends on proof, defences and the circuit.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.contact.case import months_before
from leadcore.decisions import Effect, Severity
from leadcore.rulebooks.rule import Initiation
from leadcore.submissions import Channel
from leadcore.values import Money, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.contact import Facts, Question
    from leadcore.contact.logged import LoggedDecision, LoggedFinding
    from leadcore.decisions import Decision, Finding

__all__ = [
    "LIMITATION_YEARS",
    "REMEDIES",
    "Contact",
    "Exposure",
    "Liability",
    "PersonExposure",
    "Remedy",
    "Unit",
    "contact_of",
    "of",
    "of_person",
    "total",
]

LIMITATION_YEARS = 4
"""28 USC 1658(a): a claim is barred four years after the contact."""
_NOTHING = Money(0, "USD")
_YEAR_MONTHS = 12


class Unit(Enum):
    """Whether each violation brings the amount, or only one of several."""

    EACH = "each"
    EACH_OF_SEVERAL = "each_of_several"


@frozen(kw_only=True)
class Remedy:
    """What one statute gives the person.

    Attributes:
        id: short and stable.
        citation: where it stands.
        sentence: what it gives, for a person.
        low: at least so much for each violation.
        high: at most so much, where it was wilful or knowing.
        unit: for each violation, or only where the same seller made more than one such contact
            within twelve months.
        rules: the ids of the rules whose breach it is about.
        caution: the ids of rules that warn of such a claim and are not its words: no least amount.
        state: the two-letter state whose law it is; None: federal. A state's hours that are the
            federal ones are told as those (`F-QH`), so where the person lives decides.
        automated: is it about automated and recorded contact only? A text sent by hand is claimed
            to be one all the same, without a least amount; a call dialled by hand is none.
    """

    id: str
    citation: str
    sentence: str
    low: Money
    high: Money
    unit: Unit = Unit.EACH
    rules: frozenset[str] = frozenset()
    caution: frozenset[str] = frozenset()
    state: str | None = None
    automated: bool = False

    def covers(self, rule: str) -> bool:
        """Tell whether a breach of this rule is, or may be claimed to be, a breach of the law."""
        ours = self.state is not None and rule.startswith(f"S-{self.state}-")
        return ours or rule in self.rules or rule in self.caution

    def reaches(self, question: Question, states: Iterable[str]) -> bool:
        """Tell whether the statute is about such a contact, with somebody in such states, at all.

        Args:
            question: what was asked.
            states: every state whose rules may apply.
        """
        if question.channel is Channel.EMAIL or self.state not in {None, *states}:
            return False
        live = question.channel is Channel.CALL and question.initiation is Initiation.MANUAL
        return not (self.automated and live)

    def least(self, question: Question, spoke: Iterable[Finding | LoggedFinding]) -> Money:
        """Give the least amount for a contact about which these rules spoke."""
        if self.automated and question.initiation is Initiation.MANUAL:
            return _NOTHING
        broken = any(
            each.effect is Effect.DENY
            and each.severity is Severity.LEGAL
            and each.rule not in self.caution
            for each in spoke
        )
        return self.low if broken else _NOTHING


REMEDIES = (
    Remedy(
        id="TCPA-B",
        citation="47 USC 227(b)(3)",
        sentence=(
            "$500 for each automated or recorded call or text without the consent it needs, up to "
            "$1,500 if it was wilful."
        ),
        low=Money(500_00, "USD"),
        high=Money(1_500_00, "USD"),
        rules=frozenset({"F-ATDS-1", "F-PEWC-2", "F-RES-3", "F-REV-10", "F-RND"}),
        caution=frozenset({"H-TCPA-NO", "H-FIRST-TEXT"}),
        automated=True,
    ),
    Remedy(
        id="TCPA-C",
        citation="47 USC 227(c)(5)",
        sentence=(
            "Up to $500 for each solicitation outside the hours or against a do-not-call list, up "
            "to $1,500 if it was wilful, once the same seller made more than one within twelve "
            "months."
        ),
        low=_NOTHING,
        high=Money(1_500_00, "USD"),
        unit=Unit.EACH_OF_SEVERAL,
        rules=frozenset({"F-QH", "F-DNC", "F-IDNC", "F-REV-10"}),
        caution=frozenset({"F-DNC-SCRUB", "Z-UNKNOWN"}),
    ),
    Remedy(
        id="SC-37-21",
        citation="S.C. Code 37-21-30",
        sentence=(
            "$1,000 for each call or text outside South Carolina's hours, up to $5,000 if it was "
            "wilful."
        ),
        low=Money(1_000_00, "USD"),
        high=Money(5_000_00, "USD"),
        rules=frozenset({"F-QH"}),
        state="SC",
    ),
)
"""The statutes whose amounts are known here; other states' laws may give more."""


@frozen(kw_only=True)
class Liability:
    """What one statute could give for one contact.

    Attributes:
        remedy: the statute's id in `REMEDIES`.
        citation: where it stands.
        rules: the rules that spoke, as their findings name them.
        low: at least so much; nothing where no rule's own words were broken.
        high: at most so much.
        needs_second: is it owed only if the same seller made another such contact within twelve
            months?
    """

    remedy: str
    citation: str
    rules: tuple[str, ...]
    low: Money
    high: Money
    needs_second: bool = False


@frozen(kw_only=True)
class Exposure:
    """What one contact could cost if it were disputed.

    Attributes:
        low: the sum of the least amounts.
        high: the sum of the most amounts.
        liabilities: each statute that may be claimed under; empty where no rule denied or warned.
    """

    low: Money = _NOTHING
    high: Money = _NOTHING
    liabilities: tuple[Liability, ...] = ()


def of(
    decision: Decision | LoggedDecision, question: Question, facts: Facts | None = None
) -> Exposure:
    """Give what a contact could cost if it were made and disputed.

    Args:
        decision: the answer, or the answer as it was logged.
        question: what was asked.
        facts: what was known; without them no state's own law is looked at.
    """
    states = () if facts is None else facts.states
    spoke = [each for each in decision.findings if each.effect is not Effect.PERMIT]
    found: list[Liability] = []
    for remedy in REMEDIES:
        about = [each for each in spoke if remedy.covers(each.rule)]
        if about and remedy.reaches(question, states):
            found.append(
                Liability(
                    remedy=remedy.id,
                    citation=remedy.citation,
                    rules=tuple(dict.fromkeys(each.rule for each in about)),
                    low=remedy.least(question, about),
                    high=remedy.high,
                    needs_second=remedy.unit is Unit.EACH_OF_SEVERAL,
                )
            )
    return _sum(found)


def _sum(found: Iterable[Liability]) -> Exposure:
    liabilities = tuple(found)
    low, high = total(liabilities)
    return Exposure(low=low, high=high, liabilities=liabilities)


def total(parts: Iterable[Liability | Exposure | PersonExposure]) -> tuple[Money, Money]:
    """Sum the lower and the upper amounts, of one contact's statutes or of many people."""
    low, high = _NOTHING, _NOTHING
    for part in parts:
        low, high = low + part.low, high + part.high
    return low, high


# --------------------------------------------------------------------- contacts that were made


@frozen(kw_only=True)
class Contact:
    """A contact that was made, with what it could cost.

    Attributes:
        at: when.
        channel: how.
        seller: on whose behalf; None: not known.
        exposure: what it could cost.
    """

    at: datetime = field(converter=instant)
    channel: Channel
    seller: str | None
    exposure: Exposure


@frozen(kw_only=True)
class PersonExposure:
    """What the contacts with one person could cost.

    Attributes:
        low: the sum of the least amounts.
        high: the sum of the most amounts.
        contacts: those that could cost something, in order of time.
        barred: how many more are too old to be sued for.
    """

    low: Money = _NOTHING
    high: Money = _NOTHING
    contacts: tuple[Contact, ...] = ()
    barred: int = 0


def contact_of(
    decision: Decision | LoggedDecision, question: Question, facts: Facts | None = None
) -> Contact:
    """Give a contact that was made at the instant asked about, whatever the answer was.

    Args:
        decision: the answer, or the answer as it was logged.
        question: what was asked.
        facts: what was known; without them no state's own law is looked at.
    """
    return Contact(
        at=decision.at,
        channel=question.channel,
        seller=question.seller,
        exposure=of(decision, question, facts),
    )


def of_person(contacts: Iterable[Contact], *, at: datetime) -> PersonExposure:
    """Sum what the contacts that were made with one person could cost by an instant.

    A claim that needs a second contact is left out where there was none; contacts after the
    instant, and those more than four years before it, are left out altogether.

    Args:
        contacts: all contacts with the person, in any order.
        at: the instant at which somebody would sue.
    """
    moment = instant(at)
    made = sorted((each for each in contacts if each.at <= moment), key=lambda each: each.at)
    open_since = _months_earlier(moment, LIMITATION_YEARS * _YEAR_MONTHS)
    owed = (_owed(each, [*made[:place], *made[place + 1 :]]) for place, each in enumerate(made))
    costly = [each for each in owed if each.exposure.liabilities]
    open_ones = tuple(each for each in costly if each.at >= open_since)
    low, high = total(each.exposure for each in open_ones)
    return PersonExposure(
        low=low, high=high, contacts=open_ones, barred=len(costly) - len(open_ones)
    )


def _owed(contact: Contact, others: list[Contact]) -> Contact:
    owed = (
        each
        for each in contact.exposure.liabilities
        if not each.needs_second or _seconded(contact, each.remedy, others)
    )
    return replace(contact, exposure=_sum(owed))


def _seconded(contact: Contact, remedy: str, others: list[Contact]) -> bool:
    return any(
        other.seller == contact.seller
        and any(each.remedy == remedy for each in other.exposure.liabilities)
        and _months_earlier(max(other.at, contact.at), _YEAR_MONTHS) <= min(other.at, contact.at)
        for other in others
    )


def _months_earlier(at: datetime, months: int) -> datetime:
    return datetime.combine(months_before(at.date(), months), at.timetz())
