"""House rules: the seller's own help articles, made precise.

They follow the articles' answers on calling and texting leads; they are stricter than the law in
places and are marked so.
"""

from __future__ import annotations

from leadcore.decisions import Severity
from leadcore.rulebooks.rule import (
    CALL,
    CALL_AND_TEXT,
    EMAIL,
    NOWHERE,
    TEXT,
    Initiation,
    Purpose,
    Role,
    Rule,
    Scope,
)

__all__ = ["HOUSE_BASES", "HOUSE_GUARDS", "HOUSE_NOTES"]

_ARTICLE = "the seller's help article on contacting leads, question 4"
_MANUAL = frozenset({Initiation.MANUAL})
# An emergency message to protect health or safety is outside of what the flag is about.
_NOT_EMERGENCY = frozenset(Purpose) - {Purpose.EMERGENCY}
_ADVERTISING_OR_NEWS = frozenset({Purpose.TELEMARKETING, Purpose.INFORMATIONAL})

HOUSE_BASES = (
    Rule(
        id="H-LIVE",
        role=Role.BASIS,
        sentence="A live human may dial and talk to the person unless a rule forbids it.",
        citation=_ARTICLE,
        severity=Severity.POLICY,
        scope=Scope(channels=CALL, purposes=frozenset(Purpose), initiations=_MANUAL),
        evidence=("channel", "initiation"),
    ),
    Rule(
        id="H-EMAIL",
        role=Role.BASIS,
        sentence="E-mail may be sent whatever the TCPA flag says, unless a rule forbids it.",
        citation=_ARTICLE,
        severity=Severity.POLICY,
        scope=Scope(channels=EMAIL, purposes=frozenset(Purpose)),
        evidence=("channel",),
    ),
    Rule(
        id="H-TCPA-YES",
        role=Role.BASIS,
        kernel="tcpa_yes",
        sentence="The lead came with TCPA: yes, so texts and automated calls are possible.",
        citation=_ARTICLE,
        severity=Severity.POLICY,
        scope=Scope(channels=CALL_AND_TEXT, purposes=frozenset(Purpose)),
        evidence=("lead.tcpa",),
    ),
)

HOUSE_GUARDS = (
    Rule(
        id="H-TCPA-NO",
        kernel="tcpa_no",
        sentence=(
            "The lead's TCPA flag is not yes, so only a live human on the phone may reach the "
            "person: no text, no autodialer, no prerecorded or artificial voice."
        ),
        citation=_ARTICLE,
        scope=Scope(channels=CALL_AND_TEXT, purposes=_NOT_EMERGENCY),
        evidence=("lead.tcpa", "channel", "initiation"),
    ),
    Rule(
        id="H-FIRST-TEXT",
        kernel="first_text",
        severity=Severity.POLICY,
        sentence=(
            "A text would be the first contact with this person; even with permission a disputed "
            "text can cost $1,500, so call first."
        ),
        citation=_ARTICLE,
        scope=Scope(channels=TEXT, purposes=_ADVERTISING_OR_NEWS),
        evidence=("history",),
    ),
    Rule(
        id="H-ORDER",
        kernel="second_text",
        severity=Severity.POLICY,
        sentence=(
            "A text would be the second contact with this person: call first, send an e-mail "
            "second, text third or later."
        ),
        citation="the seller's help article on contacting leads, question 3",
        scope=Scope(channels=TEXT, purposes=_ADVERTISING_OR_NEWS),
        evidence=("history",),
    ),
)

HOUSE_NOTES = (
    Rule(
        id="H-RECORDING-REVIEW",
        kernel="recording_review",
        scope=NOWHERE,
        severity=Severity.POLICY,
        sentence="Nobody has checked the recording for card details, so it may not be shared.",
        citation="the seller's help article on contacting leads, question 5",
        evidence=("reviewed", "contains_sad", "contains_pan"),
    ),
)
