"""Federal rules: the telephone act with the FCC's rules under it, and the FTC's sales rule."""

from __future__ import annotations

from datetime import date

from leadcore.decisions import Severity
from leadcore.intervals import WeeklyHours
from leadcore.rulebooks.federal_notes import CFR, FEDERAL_NOTES
from leadcore.rulebooks.rule import (
    AUTOMATED,
    CALL,
    CALL_AND_TEXT,
    TELEMARKETING,
    TEXT,
    Cap,
    Hours,
    Initiation,
    Purpose,
    Role,
    Rule,
    Scope,
)

__all__ = ["FEDERAL_BASES", "FEDERAL_GUARDS", "FEDERAL_HOURS", "FEDERAL_NOTES"]

FEDERAL_HOURS = WeeklyHours.daily(8, 21)
"""8 a.m. to 9 p.m. every day: 47 CFR 64.1200(c)(1), 16 CFR 310.4(c)."""

_SOLICITING = Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING)
_MARKETING_OR_NEWS = frozenset({Purpose.TELEMARKETING, Purpose.INFORMATIONAL})
_MESSAGES = Scope(channels=CALL_AND_TEXT, purposes=_MARKETING_OR_NEWS)
# What a person declares "autodialed" is hardly ever an autodialer as Duguid reads the statute, so
# the literal profile regulates voices only.
_VOICES = frozenset({Initiation.PRERECORDED, Initiation.ARTIFICIAL})
_CONFIRMING = frozenset({Purpose.OPTOUT_CONFIRMATION})

FEDERAL_BASES = (
    Rule(
        id="F-EMERG",
        role=Role.BASIS,
        sentence="An emergency message that protects health or safety is outside these rules.",
        citation="47 CFR 64.1200(a)(1),(a)(3)(i),(f)(4)",
        source=CFR,
        scope=Scope(channels=CALL_AND_TEXT, purposes=frozenset({Purpose.EMERGENCY})),
        evidence=("purpose",),
    ),
    Rule(
        id="F-CONF-12",
        role=Role.BASIS,
        effective_from=date(2024, 4, 4),
        sentence="One text may confirm an opt-out.",
        citation="47 CFR 64.1200(a)(12)",
        source=CFR,
        scope=Scope(channels=TEXT, purposes=_CONFIRMING),
        evidence=("purpose",),
    ),
)

FEDERAL_GUARDS = (
    # From 2013-10-16 on paragraph (a)(1) reads "except as provided in paragraph (a)(2)": since then
    # telemarketing is judged by F-PEWC-2, whose written consent holds the express one within it.
    # The statute bars it for any purpose all the same, so where no consent was given both speak.
    Rule(
        id="F-ATDS-1",
        kernel="express_consent",
        effective_until=date(2013, 10, 16),
        sentence=(
            "An autodialed, prerecorded or artificial-voice sales call or text to a wireless "
            "number needs the person's prior express consent."
        ),
        citation="47 USC 227(b)(1)(A)(iii); 47 CFR 64.1200(a)(1)",
        source=CFR,
        scope=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=AUTOMATED),
        literal=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=_VOICES),
        evidence=("number.line_type", "consent.level", "consent.sellers", "consent.number"),
    ),
    Rule(
        id="F-ATDS-1",
        kernel="express_consent",
        sentence=(
            "An autodialed, prerecorded or artificial-voice call or text to a wireless number "
            "needs the person's prior express consent, for any purpose."
        ),
        citation="47 USC 227(b)(1)(A)(iii); 47 CFR 64.1200(a)(1)",
        source=CFR,
        scope=Scope(
            channels=CALL_AND_TEXT,
            purposes=frozenset({Purpose.INFORMATIONAL}),
            initiations=AUTOMATED,
        ),
        literal=Scope(
            channels=CALL_AND_TEXT,
            purposes=frozenset({Purpose.INFORMATIONAL}),
            initiations=_VOICES,
        ),
        evidence=("number.line_type", "consent.level", "consent.sellers", "consent.number"),
    ),
    Rule(
        id="F-ATDS-1",
        kernel="any_consent",
        effective_from=date(2013, 10, 16),
        sentence=(
            "An autodialed, prerecorded or artificial-voice call or text to a wireless number "
            "needs the person's prior express consent for any purpose, and none was given."
        ),
        citation="47 USC 227(b)(1)(A)(iii); 47 CFR 64.1200(a)(1)",
        source=CFR,
        scope=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=AUTOMATED),
        literal=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=_VOICES),
        evidence=("number.line_type", "consent.level"),
    ),
    Rule(
        id="F-PEWC-2",
        kernel="written_consent",
        effective_from=date(2013, 10, 16),
        sentence=(
            "Telemarketing to a wireless number by autodialer, prerecorded or artificial voice "
            "needs prior express written consent: signed, naming this seller and this number, "
            "with both disclosures."
        ),
        citation="47 CFR 64.1200(a)(2),(f)(9)(i)-(ii)",
        source=CFR,
        scope=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=AUTOMATED),
        literal=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=_VOICES),
        evidence=("number.line_type", "consent.level", "consent.elements", "consent.sellers"),
    ),
    Rule(
        id="F-RES-3",
        kernel="residential_consent",
        effective_from=date(2013, 10, 16),
        sentence=(
            "A prerecorded or artificial-voice sales call to a residential line needs prior "
            "express written consent."
        ),
        citation="47 CFR 64.1200(a)(3)",
        source=CFR,
        scope=Scope(channels=CALL, purposes=TELEMARKETING, initiations=_VOICES),
        evidence=("number.line_type", "consent.level", "consent.elements"),
    ),
    Rule(
        id="F-RES-3",
        kernel="residential_cap",
        effective_from=date(2023, 7, 20),
        terms=Cap(limit=3, hours=30 * 24, prerecorded_only=True),
        sentence=(
            "Three prerecorded calls reached this residential line within 30 days; another one "
            "needs prior express consent."
        ),
        citation="47 CFR 64.1200(a)(3)(i)-(v)",
        source=CFR,
        scope=Scope(
            channels=CALL,
            purposes=frozenset({Purpose.INFORMATIONAL}),
            initiations=_VOICES,
        ),
        evidence=("number.line_type", "history", "consent.level"),
    ),
    Rule(
        id="F-RND",
        kernel="reassigned",
        effective_from=date(2021, 11, 1),
        sentence="The database of reassigned numbers says that the number now belongs to another.",
        caution=(
            'The database of reassigned numbers gave no "no", so a call to somebody else would '
            "have no safe harbour."
        ),
        citation="47 CFR 64.1200(m),(l)",
        source=CFR,
        scope=_MESSAGES,
        evidence=("rnd.status", "rnd.queried_on"),
    ),
    Rule(
        id="F-CONF-12",
        kernel="confirmation",
        effective_from=date(2024, 4, 4),
        sentence=(
            "An opt-out may be confirmed by one text only, without marketing, after the request."
        ),
        caution=(
            "More than five minutes have passed since the opt-out; the sender must show that the "
            "delay was reasonable."
        ),
        citation="47 CFR 64.1200(a)(12)",
        source=CFR,
        scope=Scope(channels=CALL_AND_TEXT, purposes=_CONFIRMING),
        evidence=(
            "consent.revoked_at",
            "confirmation.already_sent",
            "confirmation.contains_marketing",
        ),
    ),
    Rule(
        id="F-REV-10",
        kernel="revoked",
        effective_until=date(2025, 4, 11),
        sentence="The person revoked consent, which any reasonable means may do.",
        caution="The person revoked consent; we stop everything from that instant on.",
        untold="It is not known whether the person revoked consent.",
        citation="FCC 15-72 ¶¶ 47, 63-70; 47 CFR 64.1200(a)(1)",
        source=CFR,
        scope=_MESSAGES,
        evidence=("consent.revoked_at", "consent.revoked_by", "consent.regranted_at"),
    ),
    Rule(
        id="F-REV-10",
        kernel="revoked",
        effective_from=date(2025, 4, 11),
        sentence="The person revoked consent and the ten business days to honour it are over.",
        caution=(
            "The person revoked consent; the law gives at most ten business days, we stop "
            "marketing and informational calls and texts from that instant on."
        ),
        untold="It is not known whether the person revoked consent.",
        citation="47 CFR 64.1200(a)(10)",
        source=CFR,
        scope=_MESSAGES,
        evidence=("consent.revoked_at", "consent.revoked_by", "consent.regranted_at"),
    ),
    Rule(
        id="Z-UNKNOWN",
        kernel="no_zone",
        severity=Severity.POLICY,
        sentence=(
            "Nothing tells in which time zone the person is, so no hour can be known to be open."
        ),
        citation="47 CFR 64.1200(c)(1); 16 CFR 310.4(c)",
        source=CFR,
        scope=_SOLICITING,
        evidence=("number.zones", "lead.zip"),
    ),
    Rule(
        id="F-QH",
        kernel="federal_hours",
        terms=Hours(week=FEDERAL_HOURS),
        sentence=("It is before 8 a.m. or after 9 p.m. in a place where the person may be."),
        caution=(
            "It is exactly 9 p.m. where the person may be: the rule's words leave that instant "
            "open, we do not."
        ),
        citation="47 CFR 64.1200(c)(1),(e),(f)(15); 16 CFR 310.4(c)",
        source=CFR,
        scope=_SOLICITING,
        evidence=("at", "number.zones"),
    ),
    Rule(
        id="T-QH",
        kernel="ftc_hours",
        terms=Hours(week=FEDERAL_HOURS),
        sentence=(
            "It is before 8 a.m. or after 9 p.m. there, and the FTC's rule, unlike the FCC's, "
            "excuses nobody for a business relationship without prior consent."
        ),
        citation="16 CFR 310.4(c)",
        source="https://www.ecfr.gov/current/title-16/section-310.4",
        scope=Scope(channels=CALL, purposes=TELEMARKETING),
        evidence=("at", "number.zones", "consent.invitation", "ebr.with"),
    ),
    Rule(
        id="F-IDNC",
        kernel="internal_list",
        effective_until=date(2025, 4, 11),
        sentence="The person asked this seller not to be called; the request never expires.",
        caution=(
            "The person asked this seller not to be called; the law gives up to 30 days, we stop "
            "at once."
        ),
        untold="It is not known whether the person asked this seller not to be called.",
        citation="47 CFR 64.1200(d)(3),(d)(5),(d)(6); 16 CFR 310.4(b)(1)(iii)(A)",
        source=CFR,
        scope=_SOLICITING,
        evidence=("dnc.internal_since",),
    ),
    Rule(
        id="F-IDNC",
        kernel="internal_list",
        effective_from=date(2025, 4, 11),
        sentence="The person asked this seller not to be called; the request never expires.",
        caution=(
            "The person asked this seller not to be called; the law gives at most ten business "
            "days, we stop at once."
        ),
        untold="It is not known whether the person asked this seller not to be called.",
        citation="47 CFR 64.1200(d)(3),(d)(5),(d)(6); 16 CFR 310.4(b)(1)(iii)(A)",
        source=CFR,
        scope=_SOLICITING,
        evidence=("dnc.internal_since",),
    ),
    Rule(
        id="F-DNC",
        kernel="registry",
        sentence=(
            "The number is on the national do-not-call registry, and there is no signed "
            "permission, no business relationship and no personal one."
        ),
        caution="It is not known whether the number is on the national do-not-call registry.",
        citation="47 CFR 64.1200(c)(2),(e); 16 CFR 310.4(b)(1)(iii)(B)",
        source=CFR,
        scope=_SOLICITING,
        evidence=("dnc.national", "consent.level", "ebr.with", "personal_relationship"),
    ),
    Rule(
        id="F-DNC-SCRUB",
        kernel="scrub",
        severity=Severity.POLICY,
        sentence=(
            "The copy of the national registry is missing or more than 31 days old, so the safe "
            "harbour is lost and the number may be registered by now."
        ),
        citation="47 CFR 64.1200(c)(2)(i)(D); 16 CFR 310.4(b)(3)(iv)",
        source=CFR,
        scope=_SOLICITING,
        evidence=("dnc.scrubbed_on", "consent.level", "ebr.with", "personal_relationship"),
    ),
)
