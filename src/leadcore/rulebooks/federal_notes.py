"""Federal rules that say what words mean, what else must be done, and what is coming.

They permit and forbid nothing by themselves: they feed the guards, are listed in the docs, and
some wait for their day (`Rulebook.enact`).
"""

from __future__ import annotations

from datetime import date

from leadcore.rulebooks.rule import Confidence, Role, Rule, Status

__all__ = ["CFR", "FEDERAL_NOTES"]

CFR = "https://www.ecfr.gov/current/title-47/section-64.1200"
_TSR = "https://www.ecfr.gov/current/title-16/part-310"
_USC = "https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title47-section227"


def _note(
    rule_id: str,
    sentence: str,
    citation: str,
    *,
    source: str = CFR,
    since: date | None = None,
    until: date | None = None,
    status: Status = Status.IN_FORCE,
    confidence: Confidence = Confidence.HIGH,
) -> Rule:
    return Rule(
        id=rule_id,
        role=Role.NOTE,
        sentence=sentence,
        citation=citation,
        source=source,
        effective_from=since,
        effective_until=until,
        status=status,
        confidence=confidence,
    )


FEDERAL_NOTES = (
    _note(
        "F-ATDS-DEF",
        "An autodialer stores or produces numbers with a random or sequential generator and dials "
        "them; the strict profile counts any automated dialling.",
        "47 USC 227(a)(1); 47 CFR 64.1200(f)(2); Facebook v. Duguid, 592 U.S. 395 (2021)",
        source=_USC,
        since=date(2021, 4, 1),
    ),
    _note(
        "F-AI",
        "A voice made or cloned by a computer is an artificial voice.",
        "FCC 24-17, CG 23-362",
        since=date(2024, 2, 8),
    ),
    _note(
        "F-PORT",
        "A voice call to a number ported from a wire to a wireless line brings no liability for 15 "
        "days, if the caller did not know and the number is on no do-not-call list.",
        "47 CFR 64.1200(a)(1)(iv)",
    ),
    _note(
        "F-DMG",
        "The person may sue for $500 a violation, $1,500 if it was wilful, within four years; for "
        "the registry after two calls within twelve months.",
        "47 USC 227(b)(3),(c)(5); 28 USC 1658",
        source=_USC,
    ),
    _note(
        "F-SELLER",
        "Consent is given to the seller it names; a request to the seller's vendor binds the "
        "seller.",
        "47 CFR 64.1200(f)(9),(f)(10),(d)(3),(d)(5)",
    ),
    _note(
        "F-REV-11",
        "A revocation by voicemail, e-mail or another reasonable means is presumed to hold.",
        "47 CFR 64.1200(a)(11)",
        since=date(2025, 4, 11),
    ),
    _note(
        "F-REV-SCOPE",
        "An opt-out from one type of informational message ends all messages.",
        "47 CFR 64.1200(a)(10); DA 25-312; DA 26-12",
        since=date(2025, 4, 11),
        until=date(2027, 1, 31),
        status=Status.WAIVED,
        confidence=Confidence.MEDIUM,
    ),
    _note(
        "F-REV-SCOPE",
        "An opt-out from one type of informational message ends all messages.",
        "47 CFR 64.1200(a)(10); DA 26-12",
        since=date(2027, 1, 31),
        confidence=Confidence.MEDIUM,
    ),
    _note(
        "F-REV-EXCLUSIVE",
        "A caller may designate one exclusive means to opt out if it says so; an opt-out from one "
        "category of informational messages may be limited to it.",
        "FCC 26-67, CG 02-278 (adopted 2026-09-30, in force 30 days after its publication)",
        status=Status.ADOPTED_PENDING,
        confidence=Confidence.MEDIUM,
    ),
    _note(
        "F-ONE-TO-ONE",
        "Consent had to name one seller and be logically and topically related.",
        "FCC 23-107, vacated: IMC v. FCC, No. 24-10277 (11th Cir. 2025-01-24); 90 FR 42137",
        until=date(2025, 8, 29),
        status=Status.VACATED,
    ),
    _note(
        "F-5CIR",
        "In Texas, Louisiana and Mississippi the courts ask for prior express consent only, spoken "
        "words suffice; the regulation is unchanged.",
        "Bradford v. Sovereign Pest Control, No. 24-20379 (5th Cir. 2026-02-25)",
        source=_USC,
        since=date(2026, 2, 25),
    ),
    _note(
        "F-7CIR",
        "In Illinois, Indiana and Wisconsin a text gives no private claim under the registry rule; "
        "the rule itself still reaches texts.",
        "Steidinger v. Blackstone, No. 25-2398 (7th Cir. 2026-07-14); 47 CFR 64.1200(e)",
        source=_USC,
        since=date(2026, 7, 14),
    ),
    _note(
        "F-BD",
        "A business day is Monday to Friday without federal legal holidays.",
        "47 CFR 64.1200(n)(1); 5 USC 6103",
    ),
    _note(
        "F-EBR",
        "A business relationship lasts 18 months from a purchase and three months from an inquiry, "
        "by the FTC's clocks 540 and 90 days, in Pennsylvania twelve months; the shortest counts. "
        "A request not to be called ends it.",
        "47 CFR 64.1200(f)(5)(i)-(ii); 16 CFR 310.2(q); 73 P.S. 2242",
    ),
    _note(
        "F-ID",
        "The caller must give a name, the seller's name and a number or address.",
        "47 CFR 64.1200(d)(4); 16 CFR 310.4(d)",
    ),
    _note(
        "F-PRE",
        "A prerecorded message says first who calls, gives a number and, within two seconds, a way "
        "to opt out.",
        "47 CFR 64.1200(b)(1)-(3)",
    ),
    _note(
        "T-REC",
        "Telemarketing records, consent among them, are kept for five years.",
        "16 CFR 310.5",
        source=_TSR,
        since=date(2024, 5, 16),
        confidence=Confidence.MEDIUM,
    ),
)
