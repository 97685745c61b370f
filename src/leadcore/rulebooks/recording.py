"""Recording calls, sharing recordings, and keeping evidence."""

from __future__ import annotations

from leadcore.rulebooks.rule import NOWHERE, Confidence, Role, Rule

__all__ = ["ALL_PARTY", "ONE_PARTY", "RECORDING_RULES"]

ALL_PARTY: dict[str, tuple[str, Confidence]] = {
    "CA": ("Cal. Penal Code 632, 632.7", Confidence.HIGH),
    "CT": ("Conn. Gen. Stat. 52-570d", Confidence.MEDIUM),
    "DE": ("11 Del. C. 2402; 11 Del. C. 1335 (in conflict)", Confidence.MEDIUM),
    "FL": ("Fla. Stat. 934.03", Confidence.HIGH),
    "IL": ("720 ILCS 5/14", Confidence.HIGH),
    "MD": ("Md. Cts. & Jud. Proc. 10-402", Confidence.HIGH),
    "MA": ("M.G.L. c.272 §99", Confidence.HIGH),
    "MI": ("MCL 750.539c; Sullivan v. Gray (a participant may record)", Confidence.MEDIUM),
    "MT": ("MCA 45-8-213", Confidence.HIGH),
    "NV": ("NRS 200.620", Confidence.HIGH),
    "NH": ("RSA 570-A:2", Confidence.HIGH),
    "PA": ("18 Pa.C.S. 5704", Confidence.HIGH),
    "WA": ("RCW 9.73.030", Confidence.HIGH),
}
"""States where everybody on a telephone call must agree to its recording; unsettled ones too."""

ONE_PARTY = frozenset(
    {
        *("AL", "AK", "AZ", "AR", "CO", "DC", "GA", "HI", "ID", "IN", "IA", "KS", "KY", "LA"),
        *("ME", "MN", "MS", "MO", "NE", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "RI"),
        *("SC", "SD", "TN", "TX", "UT", "VT", "VA", "WV", "WI", "WY"),
        *("PR", "VI", "GU", "AS", "MP"),
    }
)
"""States, districts and territories where one party's consent is enough on the telephone."""

RECORDING_RULES = (
    Rule(
        id="R-ALLPARTY",
        kernel="all_party",
        scope=NOWHERE,
        sentence=(
            "One end of the call is in a state where everybody must agree to a recording, and "
            "nobody was told that the call is recorded."
        ),
        caution=(
            "It is not known in which state one end of the call is, so everybody must be told "
            "that the call is recorded."
        ),
        citation="18 USC 2511(2)(d); the states' recording laws",
        source="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title18-section2511",
        evidence=("caller_state", "called_state", "announced"),
    ),
    Rule(
        id="R-PCI",
        kernel="card_data",
        scope=NOWHERE,
        sentence=(
            "The recording holds card details: security codes may never be kept, and card numbers "
            "may not be shared; redact it first."
        ),
        citation="PCI DSS v4.0.1 req. 3.3.1, 3.5.1; PCI SSC FAQ 1210",
        source="https://www.pcisecuritystandards.org/document_library/",
        evidence=("contains_sad", "contains_pan", "redacted"),
    ),
    Rule(
        id="EV-CERT",
        role=Role.NOTE,
        confidence=Confidence.MEDIUM,
        sentence=(
            "A consent certificate must be claimed within about 90 days or the evidence expires; "
            "keep it five years after the last contact. It proves what the page showed, no more."
        ),
        citation="terms of the certificate providers; 28 USC 1658; 16 CFR 310.5",
        evidence=("consent.evidence.certificate",),
    ),
)
