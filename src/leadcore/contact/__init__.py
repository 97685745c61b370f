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

`bind` puts a question and a rulebook to one instant, for a batch of people; its answers are the
same. Both look answers up that the rules gave before to the same bits of facts (`plans`); the rules
one by one, slow and simple, stay the only place where anything is decided (`engine`).

No legal advice: the rules describe the law for engineers.
"""

from __future__ import annotations

from leadcore.contact.case import Case, Moment
from leadcore.contact.cuts import Cuts, cuts
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
from leadcore.contact.policy import Bound, assess, bind
from leadcore.rulebooks.rule import Initiation, Profile, Purpose

__all__ = [
    "Bound",
    "Case",
    "Confirmation",
    "Cuts",
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
    "bind",
    "cuts",
]
