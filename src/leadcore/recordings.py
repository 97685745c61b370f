"""Recordings of calls: may one be made, may it be shared, and does it hold what it must not?

Recording: where either end is in a state that asks for everybody's consent, the recording must be
announced at the start; whoever stays on the line consents. An unknown state counts as such a state.
Sharing: a recording goes to the downline only after a review, and never with card details in it.

Sources: 18 USC 2511(2)(d) and the states' laws in `leadcore.rulebooks.recording`; PCI DSS v4.0.1
requirements 3.3.1 and 3.5.1; the seller's help article on sharing recordings.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.decisions import Decision, Effect, Finding, Severity, combine
from leadcore.rulebooks.recording import ALL_PARTY, ONE_PARTY
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from leadcore.rulebooks.book import Rulebook

__all__ = [
    "RecordingQuestion",
    "Sensitive",
    "SensitiveKind",
    "ShareQuestion",
    "assess_recording",
    "assess_sharing",
    "find_sensitive",
    "luhn",
    "redact",
]


@frozen(kw_only=True)
class RecordingQuestion:
    """May this call be recorded?

    Attributes:
        caller_state, called_state: two letters; None, or a place outside the table: not known.
        announced: was everybody told at the start? None: not known.
    """

    caller_state: str | None = None
    called_state: str | None = None
    announced: bool | None = None


@frozen(kw_only=True)
class ShareQuestion:
    """May this recording be shared? All None: not known.

    Attributes:
        contains_sad: does it still hold sensitive authentication data (security code, PIN, track)?
        contains_pan: does it still hold a card number?
        redacted: was something cut out? It does not excuse what is still there.
        reviewed: did somebody check it for card details?
    """

    contains_sad: bool | None = None
    contains_pan: bool | None = None
    redacted: bool | None = None
    reviewed: bool | None = None


def assess_recording(question: RecordingQuestion, *, at: datetime, rules: Rulebook) -> Decision:
    """Answer whether a telephone call may be recorded.

    >>> from datetime import UTC, datetime
    >>> from leadcore.rulebooks import US
    >>> asked = RecordingQuestion(caller_state="FL", called_state="GA", announced=False)
    >>> assess_recording(asked, at=datetime(2026, 11, 23, tzinfo=UTC), rules=US).rules
    ('R-ALLPARTY',)
    """
    ends = (question.caller_state, question.called_state)
    cited = [ALL_PARTY[end][0] for end in ends if end in ALL_PARTY]
    unknown = [end for end in ends if end not in ALL_PARTY and end not in ONE_PARTY]
    findings: list[Finding] = []
    if question.announced is True:
        findings.append(_basis("Everybody was told at the start, and who stays on consents."))
    elif not cited and not unknown:
        findings.append(_basis("Both ends are in states where one party's consent is enough."))
    else:
        findings += _denials(rules, at, "all_party", caution=not cited, more=cited)
    return _decide(findings, at, rules)


def assess_sharing(question: ShareQuestion, *, at: datetime, rules: Rulebook) -> Decision:
    """Answer whether a recording may be shared with the downline for training."""
    contained = (question.contains_sad, question.contains_pan)
    findings: list[Finding] = []
    if True in contained:
        findings += _denials(rules, at, "card_data")
    unknown = None in contained and True not in contained
    if question.reviewed is not True or unknown:
        findings += _denials(rules, at, "recording_review")
    if not findings:
        findings.append(_basis("It was reviewed and holds no card details."))
    return _decide(findings, at, rules)


def _basis(sentence: str) -> Finding:
    return Finding(
        rule="R-BASIS",
        effect=Effect.PERMIT,
        severity=Severity.LEGAL,
        sentence=sentence,
        citation="18 USC 2511(2)(d)",
    )


def _denials(
    rules: Rulebook,
    at: datetime,
    kernel: str,
    *,
    caution: bool = False,
    more: Iterable[str] = (),
) -> Iterator[Finding]:
    day = instant(at).date()
    for rule in rules.in_force(day):
        if rule.kernel == kernel:
            cautious = caution and rule.caution is not None
            yield Finding(
                rule=rule.id,
                effect=Effect.DENY,
                severity=Severity.POLICY if cautious else rule.severity,
                sentence=rule.caution if cautious and rule.caution else rule.sentence,
                citation="; ".join(dict.fromkeys([*more, rule.citation])),
                evidence=rule.evidence,
            )


def _decide(findings: list[Finding], at: datetime, rules: Rulebook) -> Decision:
    denied = any(finding.effect is Effect.DENY for finding in findings)
    permit = () if denied else tuple(findings)
    verdict, found = combine(permit or (_basis("Nothing else stands in the way."), *findings))
    kept = tuple(finding for finding in found if finding in findings)
    return Decision(verdict=verdict, findings=kept, at=at, rulebook=rules.id)


# ------------------------------------------------------------------------- sensitive data


class SensitiveKind(Enum):
    """What must not be shared."""

    CARD_NUMBER = "card_number"
    SECURITY_CODE = "security_code"
    SSN = "ssn"


@frozen(kw_only=True)
class Sensitive:
    """One find in a transcript: `text[start:end]`; the digits themselves are not repeated."""

    kind: SensitiveKind
    start: int
    end: int


def luhn(digits: str) -> bool:
    """Tell whether digits pass the check of ISO/IEC 7812-1 (Luhn).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (index % 2 + 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of two digits
    return total % 10 == 0


_SPOKEN = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_REPEATS = {"double": 2, "triple": 3}
_TOKEN = re.compile(r"[0-9]+|[A-Za-z]+(?:'[a-z]+)?|[^\sA-Za-z0-9]")
# What people say or transcribers write between the digits of one number.
_BETWEEN = frozenset({"-", ".", ",", "/", "um", "uh", "er", "and", "dash", "then", "o"})
_CODE_WORDS = re.compile(
    r"\b(cvv2?|cvc2?|cvn|cid|csc|security (?:code|number)|verification (?:code|number|value)|"
    r"(?:three|four|3|4)[- ]digit (?:code|number)|(?:code|number)s? (?:on|at) the back|"
    r"pin(?: (?:code|number))?)\b",
    re.IGNORECASE,
)
_SSN_WORDS = re.compile(r"\b(ssn|social(?: security)?(?: number)?)\b", re.IGNORECASE)
_SSN_SHAPE = re.compile(r"(?<![\d-])(\d{3})[- ](\d{2})[- ](\d{4})(?![\d-])")
_NEAR = 60
_CODE_LENGTHS = (3, 4)
_CARD_LENGTHS = range(13, 20)
_SSN_LENGTH = 9


@frozen
class _Run:
    """Digits said in one breath: the digits and where each of them stands."""

    digits: str
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    def whole(self, first: int, last: int) -> bool:
        """Tell whether digits `[first:last]` are whole words: a longer number is another one."""
        begins = first == 0 or self.spans[first - 1] != self.spans[first]
        return begins and (last == len(self.spans) or self.spans[last - 1] != self.spans[last])


def _runs(text: str) -> Iterator[_Run]:
    digits, times = "", 1
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        word = match.group().lower()
        found = word if word.isdigit() else _SPOKEN.get(word, "")
        if found:
            said = found * times if len(found) == 1 else found
            digits += said
            spans += [match.span()] * len(said)
            times = 1
        elif word in _REPEATS:
            times = _REPEATS[word]
        elif word not in _BETWEEN or not digits:
            if digits:
                yield _Run(digits, tuple(spans))
            digits, spans, times = "", [], 1
    if digits:
        yield _Run(digits, tuple(spans))


def find_sensitive(text: str) -> tuple[Sensitive, ...]:
    """Find card numbers, security codes and social security numbers in a transcript.

    Digits count whether typed or spoken ("four one double one"). A card number must have 13 to 19
    digits, a known first digit and pass the Luhn check; a security code must have 3 or 4 digits
    soon after its name; a social security number its usual shape or nine digits after its name.

    Returns:
        What was found, in order of place, without overlaps. Finding nothing is no proof: numbers
        spread over several answers, or misheard, are missed.
    """
    found = [
        Sensitive(kind=SensitiveKind.SSN, start=match.start(), end=match.end())
        for match in _SSN_SHAPE.finditer(text)
        if _plausible_ssn("".join(match.groups()))
    ]
    for run in _runs(text):
        found += _in_run(text, run)
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[Sensitive] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def _in_run(text: str, run: _Run) -> Iterator[Sensitive]:
    card = _card(run)
    if card is not None:
        yield card
        return
    before = text[max(0, run.start - _NEAR) : run.start]
    if len(run.digits) == _SSN_LENGTH:
        if _SSN_WORDS.search(before) and _plausible_ssn(run.digits):
            yield Sensitive(kind=SensitiveKind.SSN, start=run.start, end=run.end)
    elif len(run.digits) in _CODE_LENGTHS and _code_named(before):
        yield Sensitive(kind=SensitiveKind.SECURITY_CODE, start=run.start, end=run.end)


def _card(run: _Run) -> Sensitive | None:
    for length in sorted(_CARD_LENGTHS, key=lambda n: (n != 16, n)):  # noqa: PLR2004 - most have 16
        for first in range(len(run.digits) - length + 1):
            digits = run.digits[first : first + length]
            if run.whole(first, first + length) and _is_card(digits):
                spans = run.spans[first : first + length]
                return Sensitive(
                    kind=SensitiveKind.CARD_NUMBER, start=spans[0][0], end=spans[-1][1]
                )
    return None


def _is_card(digits: str) -> bool:
    return digits[0] in "23456" and len(set(digits)) > 1 and luhn(digits)


def _code_named(before: str) -> bool:
    names = list(_CODE_WORDS.finditer(before))
    if not names:
        return False
    # A question mark or a longer number between name and digits means another number follows.
    between = before[names[-1].end() :]
    return not re.search(r"\d{5}|\bzip\b|\baddress\b|\bexpir", between, re.IGNORECASE)


def _plausible_ssn(digits: str) -> bool:
    # Never issued: area 000, 666 or 900 and above, group 00, serial 0000 (SSA).
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def redact(text: str, mark: str = "[removed]") -> str:
    """Give the transcript with everything sensitive that was found replaced by a mark."""
    parts: list[str] = []
    at = 0
    for each in find_sensitive(text):
        parts += [text[at : each.start], mark]
        at = each.end
    return "".join([*parts, text[at:]])
