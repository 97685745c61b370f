"""What makes a rule fall silent: found by asking the engine, so that no page can claim otherwise.

A guard is put alone into a rulebook, beside a rule that permits everything, and asked about the
worst case: nothing agreed to, every list hit, every span full, the clock at night. Then one thing
at a time is made better. What makes the finding disappear is what lifts the rule.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from leadcore import contact
from leadcore.business_days import closed_days
from leadcore.consent import Consent, Elements, Level, Unknown
from leadcore.decisions import Effect
from leadcore.intervals import local_instant
from leadcore.rulebooks import UNKNOWN_STATE, Profile, Role, Rule, Rulebook
from leadcore.rulebooks.rule import EVERYWHERE
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CHANGES", "silenced_by"]

ZONE = "America/New_York"
SELLER = "the seller"
DAY = timedelta(days=1)
CLOCKS = (time(12), time(3), time(20, 30))
WEEK = 8
YEAR = 370
BASIS = Rule(
    id="ANYTHING",
    sentence="Anything is permitted.",
    citation="none",
    role=Role.BASIS,
    scope=EVERYWHERE,
)


@frozen(kw_only=True)
class Asked:
    """One question that a rule answers with a finding."""

    question: contact.Question
    facts: contact.Facts
    at: datetime
    day: date


def _consent(level: Level, **more: Any) -> Callable[[Asked], contact.Facts]:  # noqa: ANN401 - whatever fields the record has
    def change(asked: Asked) -> contact.Facts:
        given = evolve(
            asked.facts.consent,
            level=level,
            sellers={SELLER},
            number=None,
            at=None,
            **more,
        )
        return evolve(asked.facts, consent=given)

    return change


def _invited(asked: Asked) -> contact.Facts:
    return evolve(asked.facts, consent=evolve(asked.facts.consent, invitation=True))


def _related(field: str) -> Callable[[Asked], contact.Facts]:
    def change(asked: Asked) -> contact.Facts:
        since = {field: asked.day - 30 * DAY}
        related = contact.Relationship(with_seller=SELLER, **since)
        return evolve(asked.facts, relationship=related)

    return change


def _number(**more: Any) -> Callable[[Asked], contact.Facts]:  # noqa: ANN401 - whatever fields the record has
    return lambda asked: evolve(asked.facts, number=evolve(asked.facts.number, **more))


def _registry(**more: Any) -> Callable[[Asked], contact.Facts]:  # noqa: ANN401 - whatever fields the record has
    return lambda asked: evolve(asked.facts, registry=evolve(asked.facts.registry, **more))


def _email(**more: Any) -> Callable[[Asked], contact.Facts]:  # noqa: ANN401 - whatever fields the record has
    return lambda asked: evolve(asked.facts, email=evolve(asked.facts.email, **more))


def _scrubbed(asked: Asked) -> contact.Facts:
    return _registry(scrubbed_on=asked.day)(asked)


def _regranted(asked: Asked) -> contact.Facts:
    again = evolve(asked.facts.consent, regranted_at=asked.at - timedelta(hours=1))
    return evolve(asked.facts, consent=again)


def _ported(asked: Asked) -> contact.Facts:
    fresh = _number(ported_to_wireless_on=asked.day)(asked)
    return evolve(fresh, registry=evolve(fresh.registry, national=False))


def _confirmed(asked: Asked) -> contact.Facts:
    return evolve(
        asked.facts,
        confirmation=contact.Confirmation(contains_marketing=False, already_sent=False),
        consent=evolve(asked.facts.consent, revoked_at=asked.at),
    )


def _met(asked: Asked) -> contact.Facts:
    return evolve(asked.facts, history=_touches(asked.facts) or _once(asked.at))


def _met_again(asked: Asked) -> contact.Facts:
    touches = _touches(asked.facts)
    return evolve(asked.facts, history=(*touches, *_once(asked.at)) if touches else ())


def _once(at: datetime) -> tuple[contact.Touch, ...]:
    return (contact.Touch(kind=contact.TouchKind.CALL, at=at - 3 * DAY),)


def _long_ago(asked: Asked) -> contact.Facts:
    touches = [evolve(each, at=each.at - YEAR * DAY) for each in _touches(asked.facts)]
    return evolve(asked.facts, history=touches)


def _touches(facts: contact.Facts) -> tuple[contact.Touch, ...]:
    return () if isinstance(facts.history, Unknown) else facts.history


def _unreassigned(asked: Asked) -> contact.Facts:
    said = contact.Reassigned(status=contact.ReassignedStatus.NO, queried_on=asked.day)
    return evolve(asked.facts, reassigned=said)


_PURCHASE = "a purchase from this seller, in time"
_INQUIRY = "an inquiry with this seller, in time"
_PORTED = "a number ported within 15 days and on no list (calls)"
CHANGES: tuple[tuple[str, Callable[[Asked], contact.Facts]], ...] = (
    ("TCPA: yes", lambda asked: evolve(asked.facts, tcpa=Tcpa.YES)),
    ("the person's invitation", _invited),
    ("prior express consent, spoken or written", _consent(Level.EXPRESS)),
    (
        "prior express written consent in due form",
        _consent(Level.WRITTEN, elements=Elements.all()),
    ),
    ("a later grant", _regranted),
    (_PURCHASE, _related("purchase_on")),
    (_INQUIRY, _related("inquiry_on")),
    (
        "a personal relationship",
        lambda asked: evolve(asked.facts, personal_relationship=True),
    ),
    ("a number that is not on the registry", _registry(national=False)),
    ("a registry copy of at most 31 days", _scrubbed),
    ("a landline", _number(kind=PhoneKind.LANDLINE)),
    ("a wireless line", _number(kind=PhoneKind.WIRELESS)),
    (_PORTED, _ported),
    ('a "no" of the reassigned numbers database', _unreassigned),
    ("room in the span", _long_ago),
    ("an earlier contact", _met),
    ("a second earlier contact", _met_again),
    (
        "no declared emergency",
        lambda asked: evolve(asked.facts, declared_emergencies=frozenset()),
    ),
    ("a time zone that is known", _number(zones=(ZONE,))),
    ("a first confirmation, without marketing, within five minutes", _confirmed),
    ("no opt-out from e-mail", _email(opted_out_at=None)),
    ("a working opt-out in the e-mail", _email(optout_mechanism=True)),
    ("a postal address in the e-mail", _email(physical_address=True)),
    ("an address on no carrier's domain", _email(gateway_domain=False)),
    ("the person's authorisation for that domain", _email(wireless_authorization=True)),
)
"""What may be made better about the worst case, one at a time, in words a page can say."""

_STRONGER = {
    "prior express written consent in due form": "prior express consent, spoken or written",
    _PORTED: "a number that is not on the registry",
}
"""What need not be said where the second is said, which is the weaker or the commoner one."""


def _worst(rule: Rule, at: datetime) -> contact.Facts:
    touches = [
        contact.Touch(kind=kind, at=at - timedelta(hours=hours))
        for kind in contact.TouchKind
        for hours in (1, 2, 3, 4)
    ]
    state = rule.state
    return contact.Facts(
        tcpa=Tcpa.NO,
        number=contact.Number(e164="+12125550100", kind=PhoneKind.WIRELESS, zones=(ZONE,)),
        states=() if state in {None, UNKNOWN_STATE} else (str(state),),
        consent=Consent(invitation=False, number=None, at=None, revoked_at=None),
        registry=contact.Registry(national=True, internal_since=None),
        reassigned=contact.Reassigned(status=contact.ReassignedStatus.YES),
        personal_relationship=False,
        history=touches,
        email=contact.EmailFacts(
            opted_out_at=at - DAY,
            physical_address=False,
            optout_mechanism=False,
            gateway_domain=True,
            wireless_authorization=False,
        ),
        confirmation=contact.Confirmation(contains_marketing=True, already_sent=True),
        declared_emergencies=frozenset({str(state)}),
    )


def _bad(rule: Rule, at: datetime, day: date) -> Iterator[contact.Facts]:
    """Give the worst case, and others that are worse for some rules."""
    worst = _worst(rule, at)
    yield worst
    yield evolve(worst, number=evolve(worst.number, kind=PhoneKind.LANDLINE))
    yield evolve(worst, history=())
    yield evolve(worst, history=_once(at))
    yield evolve(worst, number=evolve(worst.number, zones=()))
    yield evolve(worst, consent=evolve(worst.consent, revoked_at=at - DAY))
    yield evolve(worst, registry=evolve(worst.registry, internal_since=at - DAY))
    yield evolve(worst, reassigned=contact.Reassigned(status=contact.ReassignedStatus.NOT_CHECKED))
    # The FTC's hours speak of those whom a business relationship excuses from the FCC's.
    purchase = contact.Relationship(with_seller=SELLER, purchase_on=day - 30 * DAY)
    yield evolve(worst, relationship=purchase)


def _days(rule: Rule, as_of: date) -> Iterator[date]:
    """Give days on which the rule is in force: a whole week, and holidays."""
    first = rule.effective_from or as_of
    if rule.effective_until is not None and rule.effective_from is None:
        first = rule.effective_until - YEAR * DAY
    week = [first + n * DAY for n in range(WEEK)]
    feasts = [day for year in (first.year, first.year + 1) for day in sorted(closed_days(year))]
    for day in (*week, *feasts):
        if day >= first and (rule.effective_until is None or day < rule.effective_until):
            yield day


def _questions(rule: Rule, profile: Profile) -> Iterator[contact.Question]:
    """Give one question for each channel in the rule's scope."""
    scope = rule.scope_in(profile)
    for channel in sorted(scope.channels, key=lambda each: each.value):
        yield contact.Question(
            channel=channel,
            purpose=min(scope.purposes, key=lambda each: each.value),
            initiation=min(scope.initiations, key=lambda each: each.value),
            seller=SELLER,
            profile=profile,
        )


def _speaks(book: Rulebook, asked: Asked) -> bool:
    decision = contact.assess(asked.question, asked.facts, at=asked.at, rules=book, ahead=False)
    return any(
        found.rule != BASIS.id and found.effect is not Effect.PERMIT for found in decision.findings
    )


def _found(rule: Rule, book: Rulebook, question: contact.Question) -> Asked | None:
    """Find a case the rule answers with a finding."""
    for day in _days(rule, book.as_of):
        for clock in CLOCKS:
            at = local_instant(day, clock, ZONE)
            for facts in _bad(rule, at, day):
                asked = Asked(question=question, facts=facts, at=at, day=day)
                if _speaks(book, asked):
                    return asked
    return None


def silenced_by(rule: Rule, profile: Profile, *, as_of: date) -> tuple[str, ...] | None:
    """Give what makes one edition of a guard fall silent, as the engine has it.

    Args:
        rule: one edition of a guard that the contact engine knows.
        profile: how the rules are read.
        as_of: the day to ask about where the edition has no dates.

    Returns:
        Words of `CHANGES` that silence it on one channel at least; None where the rule never
        speaks in this profile.
    """
    book = Rulebook(id=f"alone:{rule.id}", as_of=as_of, rules=(BASIS, rule))
    cases = [_found(rule, book, question) for question in _questions(rule, profile)]
    asked = [each for each in cases if each is not None]
    if not asked:
        return None
    words = [
        said
        for said, change in CHANGES
        if any(not _speaks(book, evolve(each, facts=change(each))) for each in asked)
    ]
    return tuple(_both(said, words) for said in words if _needed(said, words))


def _needed(said: str, words: list[str]) -> bool:
    return _STRONGER.get(said) not in words and not (said == _INQUIRY and _PURCHASE in words)


def _both(said: str, words: list[str]) -> str:
    both = said == _PURCHASE and _INQUIRY in words
    return "a purchase from this seller or an inquiry with it, in time" if both else said
