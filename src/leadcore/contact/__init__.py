"""May this person be contacted, by this channel, at this instant? Why not, by which rule, and when?

`assess` is a pure function from a question and facts to a `Decision` with every finding in the
rulebook's order. Basis rules permit, guards forbid; deny beats warn beats permit, and what is not
known is never permitted. The answer is as of the instant asked about, by the rules in force then.

The policies it follows, beyond the rules themselves:

* windows are end-exclusive; the literal profile leaves the very instant of closing open;
* all candidate zones must be open, and without any zone nothing is (`Z-UNKNOWN`);
* every state that may apply does, the unknown state is the strictest of all;
* state hours and caps apply even with consent; the literal profile honours an invitation where the
  federal rule or the state's own words do;
* hours reach telemarketing calls and texts only: not e-mail, confirmations, information or
  emergencies;
* a revocation holds from its receipt on, the legal deadline only decides whether law or caution
  speaks; it ends marketing and information by call and text, e-mail is separate;
* the shortest clock of a business relationship counts; spans are closed at their far end;
* whatever is declared autodialed is regulated in the strict profile;
* an internal do-not-call request never expires.

No legal advice: the rules describe the law for engineers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.contact.ahead import next_permitted
from leadcore.contact.case import Case, Moment
from leadcore.contact.engine import hits_of, verdict_of
from leadcore.contact.facts import (
    Confirmation,
    EmailFacts,
    Facts,
    Number,
    Question,
    Reassigned,
    ReassignedStatus,
    Registry,
    Relationship,
    Touch,
    TouchKind,
)
from leadcore.decisions import Decision, Verdict
from leadcore.rulebooks.rule import Initiation, Profile, Purpose
from leadcore.values import instant

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.rulebooks.book import Rulebook

__all__ = [
    "Case",
    "Confirmation",
    "EmailFacts",
    "Facts",
    "Initiation",
    "Moment",
    "Number",
    "Profile",
    "Purpose",
    "Question",
    "Reassigned",
    "ReassignedStatus",
    "Registry",
    "Relationship",
    "Touch",
    "TouchKind",
    "assess",
]


def assess(
    question: Question,
    facts: Facts,
    *,
    at: datetime | Moment,
    rules: Rulebook,
    ahead: bool = True,
) -> Decision:
    """Answer whether a person may be contacted, with all findings.

    Args:
        question: channel, initiation, purpose, on whose behalf, about what, and the profile.
        facts: what is known; what is unknown permits nothing.
        at: the instant asked about (aware); a `Moment` made once serves a whole batch.
        rules: the rulebook, such as `leadcore.rulebooks.US`.
        ahead: also find when a denied contact is next permitted.

    Returns:
        The decision. `next_permitted_at` is exact to the microsecond, given the same facts and no
        new ones; where there is no such instant, `why_never` says why.

    Raises:
        ValueError: an unknown zone, or a rule with an unknown kernel.
    """
    moment = at if isinstance(at, Moment) else Moment(instant(at))
    case = Case(question, facts, moment, rules.closures)
    hits = hits_of(case, rules)
    verdict, findings = verdict_of(hits)
    following: datetime | None = moment.at
    why: str | None = None
    if verdict is Verdict.DENIED:
        following, why = next_permitted(case, rules, hits) if ahead else (None, None)
    return Decision(
        verdict=verdict,
        findings=findings,
        at=moment.at,
        rulebook=rules.id,
        next_permitted_at=following,
        why_never=why,
    )
