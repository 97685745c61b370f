"""Recordings of calls: may one be made, may it be shared, and does it hold what it must not?

Recording: where either end is in a state that asks for everybody's consent, the recording must be
announced at the start; whoever stays on the line consents. An unknown state counts as such a state.
Sharing: a recording goes to the downline only after a review, and never with card details in it.

Sources: 18 USC 2511(2)(d) and the states' laws in `leadcore.rulebooks.recording`; PCI DSS v4.0.1
requirements 3.3.1 and 3.5.1; the seller's help article on sharing recordings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.decisions import Decision, Effect, Finding, Severity, combine
from leadcore.rulebooks.recording import ALL_PARTY, ONE_PARTY
from leadcore.sensitive import Sensitive, SensitiveKind, find_sensitive, luhn, redact
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
