"""A contact question and its answer in a form that may be kept and shown: without the person.

A decision proves something later only if it can be made again: `log` keeps the question, the facts
and the answer, `replay` asks the engine once more and gives the same decision, part for part. What
names the person goes before anything is kept, and what the rules need of it stays:

* a number becomes a keyed pseudonym, or, without a key, only whether it was the number asked about;
  no digest without a key, because there are few enough numbers to try them all;
* a ZIP code becomes the shortest form that points to the same states;
* how consent was taken back (which may hold the person's words) is left out, when it was stays;
* an id, a seller or a subject that holds the number or an e-mail address gets a word instead, the
  same one wherever it occurs.

An id alone can lie, so the rulebook is kept by id *and* by `fingerprint`, a SHA-256 over the data
of its rules. The tests of a user's own rules are functions and have no data: they are in it by
their id, and named beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast, overload

import attrs
from attrs import evolve as replace
from attrs import field, frozen

from leadcore import places
from leadcore.consent import Unknown
from leadcore.contact import assess
from leadcore.contact.facts import Facts, Question, Touch
from leadcore.decisions import NO_BASIS, Decision, Effect, Finding, Severity, Verdict
from leadcore.errors import WrongState
from leadcore.values import instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.rulebooks.book import Rulebook

__all__ = [
    "Difference",
    "LoggedDecision",
    "LoggedFinding",
    "RulebookMark",
    "differences",
    "fingerprint",
    "log",
    "mark_of",
    "pseudonym",
    "replay",
]

_KEY_BYTES = 16
_LAST_DIGITS = 7


@frozen(kw_only=True)
class RulebookMark:
    """What tells one very rulebook from every other.

    Attributes:
        id: its id, changes written behind it.
        as_of: the day whose law it describes.
        sha256: the fingerprint of its rules, in hex.
        own_rules: the ids of the user's own rules, whose tests are functions and not in it.
    """

    id: str
    as_of: date
    sha256: str
    own_rules: tuple[str, ...] = ()


@frozen(kw_only=True)
class LoggedFinding:
    """One rule's answer; its words are the rulebook's."""

    rule: str
    effect: Effect
    severity: Severity


@frozen(kw_only=True)
class LoggedDecision:
    """A contact question, what was known, and the answer, masked.

    Attributes:
        about: whose contact it was, by an opaque id of the caller's; None: not said.
        question, facts: as asked, masked; asking them again gives the same answer.
        at: the instant asked about (UTC).
        rulebook: the very rulebook that answered.
        verdict, findings: the answer, every rule that spoke, in the rulebook's order.
        determining: the ids of the rules that settled it.
        holds_until, next_permitted_at, why_never: as in the decision.
        added: findings a use case added to the rulebook's, whole: no rulebook has their words.
        replays: False where a rule of the user's own reads what masking took away.
    """

    about: str | None = None
    question: Question
    facts: Facts
    at: datetime = field(converter=instant)
    rulebook: RulebookMark
    verdict: Verdict
    findings: tuple[LoggedFinding, ...]
    determining: tuple[str, ...]
    holds_until: datetime | None = field(default=None, converter=optional_instant)
    next_permitted_at: datetime | None = field(default=None, converter=optional_instant)
    why_never: str | None = None
    added: tuple[Finding, ...] = ()
    replays: bool = True


@frozen(kw_only=True)
class Difference:
    """One part of an answer that is not as it was logged.

    Attributes:
        part: which (`verdict`, `findings.F-QH` …).
        logged: as it was logged, in words.
        now: as it is now, in words.
    """

    part: str
    logged: str
    now: str


# ------------------------------------------------------------------------------ the rulebook's mark


@lru_cache(maxsize=64)
def mark_of(rules: Rulebook) -> RulebookMark:
    """Give what tells this rulebook from every other."""
    own = dict.fromkeys(rule.id for rule in rules.rules if rule.when is not None)
    return RulebookMark(
        id=rules.id, as_of=rules.as_of, sha256=fingerprint(rules), own_rules=tuple(own)
    )


def fingerprint(rules: Rulebook) -> str:
    """Give the SHA-256, in hex, over the data of the rules, their order and the closed days.

    The id is not in it: the same rules under two names are the same rules. What is empty is not in
    it either, so that a new attribute of rules that says nothing changes no fingerprint.
    """
    data = [rules.as_of.isoformat(), _data(rules.rules), _data(rules.closures)]
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _data(value: Any) -> Any:  # noqa: ANN401 - any part of a rule, as what JSON holds
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(map(_data, cast("frozenset[object]", value)))
    if isinstance(value, tuple):
        return [_data(each) for each in cast("tuple[object, ...]", value)]
    kind = cast("type[object]", type(value))
    if attrs.has(kind):
        given = {each.name: getattr(value, each.name) for each in attrs.fields(kind)}
        return {name: _data(one) for name, one in given.items() if one not in _EMPTY}
    return "a test of the user's own" if callable(value) else value


_EMPTY: tuple[object, ...] = (None, "", (), frozenset[object]())


# ------------------------------------------------------------------------------------------ masking


def pseudonym(number: str, key: bytes) -> str:
    """Give the name a number goes by in a log kept under a key.

    Args:
        number: the number in E.164 form.
        key: at least 16 bytes that only the keeper of the log knows.

    Raises:
        ValueError: the key is too short to keep anybody from trying all numbers.
    """
    if len(key) < _KEY_BYTES:
        message = (
            f"a key has at least {_KEY_BYTES} bytes; without a secret every number can be tried"
        )
        raise ValueError(message)
    return "hmac-sha256:" + hmac.digest(key, number.encode(), "sha256").hex()[:32]


class _Mask:
    """Takes the person out of one question; what was equal stays equal."""

    def __init__(self, facts: Facts, key: bytes | None) -> None:
        self._asked = facts.number.e164
        self._key = key
        self._words: dict[str, str] = {}
        given = (self._asked, facts.consent.number)
        digits = (_digits(each) for each in given if isinstance(each, str))
        self._tails = tuple(each[-_LAST_DIGITS:] for each in digits if each)

    def number(self, number: str) -> str:
        if self._key is not None:
            return pseudonym(number, self._key)
        return "the number asked about" if number == self._asked else "another number"

    def label(self, text: str | None) -> str | None:
        if text is None or not self._tells(text):
            return text
        return self._words.setdefault(text, f"masked {len(self._words) + 1}")

    def _tells(self, text: str) -> bool:
        digits = _digits(text)
        return "@" in text or any(tail in digits for tail in self._tails)

    def question(self, question: Question) -> Question:
        return replace(
            question, seller=self.label(question.seller), subject=self.label(question.subject)
        )

    def facts(self, facts: Facts) -> Facts:
        consent, related, history = facts.consent, facts.relationship, facts.history
        number = consent.number
        return replace(
            facts,
            zip=_coarse(facts.zip),
            number=replace(
                facts.number, e164=None if self._asked is None else self.number(self._asked)
            ),
            consent=replace(
                consent,
                sellers=[label for seller in consent.sellers if (label := self.label(seller))],
                number=self.number(number) if isinstance(number, str) else number,
                revoked_by=None,
            ),
            relationship=replace(related, with_seller=self.label(related.with_seller)),
            history=history if isinstance(history, Unknown) else self._touches(history),
        )

    def _touches(self, history: Iterable[Touch]) -> tuple[Touch, ...]:
        return tuple(replace(touch, subject=self.label(touch.subject)) for touch in history)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


def _coarse(code: str | None) -> str | None:
    """Give the shortest ZIP code that points to the same states."""
    states = places.by_zip(code).states
    if code is None or not states:
        return None
    short = f"{code[:3]}00"
    return short if places.by_zip(short).states == states else code[:5]


# ----------------------------------------------------------------------------------- log and replay


def log(
    question: Question,
    facts: Facts,
    decision: Decision,
    *,
    rules: Rulebook,
    about: str | None = None,
    key: bytes | None = None,
) -> LoggedDecision:
    """Give a contact decision in its masked form, for the record.

    Args:
        question: as `contact.assess` was asked.
        facts: as it was told.
        decision: its answer.
        rules: the rulebook that answered.
        about: whose contact it was, by an opaque id of the caller's (a contact point, a lead).
        key: at least 16 secret bytes; the number is then kept as its `pseudonym`, so that what was
            logged about one number can be found. None: no trace of the number is kept.

    Raises:
        WrongState: the decision was made by another rulebook.
        ValueError: a key that is too short.
    """
    if decision.rulebook != rules.id:
        words = f"the decision was made by {decision.rulebook}, not by {rules.id}"
        raise WrongState("log", words)
    mask = _Mask(facts, key)
    known = {NO_BASIS, *_ids(rules)}
    logged = LoggedDecision(
        about=mask.label(about),
        question=mask.question(question),
        facts=mask.facts(facts),
        at=decision.at,
        rulebook=mark_of(rules),
        verdict=decision.verdict,
        findings=_logged(decision.findings),
        determining=tuple(dict.fromkeys(each.rule for each in decision.determining)),
        holds_until=decision.holds_until,
        next_permitted_at=decision.next_permitted_at,
        why_never=decision.why_never,
        added=tuple(each for each in decision.findings if each.rule not in known),
    )
    if logged.rulebook.own_rules and not _repeats(logged, decision, rules):
        return replace(logged, replays=False)
    return logged


@lru_cache(maxsize=64)
def _ids(rules: Rulebook) -> frozenset[str]:
    return frozenset(rule.id for rule in rules.rules)


def _logged(findings: Iterable[Finding]) -> tuple[LoggedFinding, ...]:
    return tuple(
        LoggedFinding(rule=each.rule, effect=each.effect, severity=each.severity)
        for each in findings
    )


def _repeats(logged: LoggedDecision, decision: Decision, rules: Rulebook) -> bool:
    try:
        return _again(logged, rules) == decision
    except Exception:  # noqa: BLE001 - a rule of the user's own that meets masked facts may do anything
        return False


@overload
def replay(logged: LoggedDecision, rules: Rulebook) -> Decision: ...
@overload
def replay(logged: LoggedDecision, *, under: Rulebook) -> Decision: ...
def replay(
    logged: LoggedDecision, rules: Rulebook | None = None, *, under: Rulebook | None = None
) -> Decision:
    """Answer a logged question again.

    Args:
        logged: what was logged.
        rules: the very rulebook that answered; the decision is then equal to the one logged.
        under: any rulebook instead, to see what it would have said; `differences` says what
            differs.

    Raises:
        WrongState: `rules` is not the rulebook that answered, and the words say in what it differs;
            or a rule of the user's own reads what masking took away.
        TypeError: neither or both rulebooks are given.
    """
    chosen = rules if under is None else under
    if chosen is None or (rules is not None and under is not None):
        message = "give the rulebook that answered, or another one as under="
        raise TypeError(message)
    if under is None:
        _check_same(logged.rulebook, mark_of(chosen))
    if not logged.replays and mark_of(chosen).own_rules:
        names = ", ".join(mark_of(chosen).own_rules)
        raise WrongState("replay", f"rules of the user's own read what was masked: {names}")
    return _again(logged, chosen)


def _check_same(logged: RulebookMark, given: RulebookMark) -> None:
    names = ("id", "as_of", "sha256", "own_rules")
    parts = [
        f"{name}: {getattr(logged, name)} was logged, this is {getattr(given, name)}"
        for name in names
        if getattr(logged, name) != getattr(given, name)
    ]
    if parts:
        words = (
            f"another rulebook answered ({'; '.join(parts)}); give this one as under= to compare"
        )
        raise WrongState("replay", words)


def _again(logged: LoggedDecision, rules: Rulebook) -> Decision:
    denied = logged.verdict is Verdict.DENIED
    # Where neither is recorded nobody looked ahead.
    ahead = not denied or logged.next_permitted_at is not None or logged.why_never is not None
    made = assess(logged.question, logged.facts, at=logged.at, rules=rules, ahead=ahead)
    if not logged.added:
        return made
    effects = {each.effect for each in logged.added}
    findings = (*made.findings, *logged.added)
    if Effect.DENY in effects:
        return replace(
            made,
            verdict=Verdict.DENIED,
            findings=findings,
            next_permitted_at=logged.next_permitted_at,
            why_never=logged.why_never,
        )
    warns = Effect.WARN in effects and made.verdict is Verdict.PERMITTED
    return replace(made, verdict=Verdict.WARN if warns else made.verdict, findings=findings)


def differences(logged: LoggedDecision, decision: Decision) -> tuple[Difference, ...]:
    """Give every part of a decision that is not as it was logged; empty where all is equal."""
    parts = ("at", "verdict", "holds_until", "next_permitted_at", "why_never")
    pairs = [(name, _said(getattr(logged, name)), _said(getattr(decision, name))) for name in parts]
    was, now = _by_rule(logged.findings), _by_rule(_logged(decision.findings))
    names = dict.fromkeys((*was, *now))
    pairs += [
        (f"findings.{rule}", was.get(rule, "silent"), now.get(rule, "silent")) for rule in names
    ]
    pairs.append(("rulebook", logged.rulebook.id, decision.rulebook))
    return tuple(Difference(part=part, logged=a, now=b) for part, a, b in pairs if a != b)


def _by_rule(findings: Iterable[LoggedFinding]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in findings:
        said = f"{each.effect.value} ({each.severity.value})"
        found[each.rule] = f"{found[each.rule]}, {said}" if each.rule in found else said
    return found


def _said(value: datetime | Verdict | str | None) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Verdict) else (value or "none")
