"""The words of forms: one for each choice, and why something was refused."""

from datetime import UTC, datetime

import pytest

from leadcore.consent import Level
from leadcore.contact import Initiation, Purpose, TouchKind
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.errors import NotFound, Refused
from leadcore.host_leads import FactKind, choices, why, word
from leadcore.refunds import Basis, RefundStatus
from leadcore.submissions import Channel, LeadKind, Tcpa

AT = datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "kind",
    [Basis, Channel, FactKind, Initiation, LeadKind, Purpose, RefundStatus, Tcpa, TouchKind],
)
def test_every_choice_has_words_of_its_own_and_is_known_by_its_value(kind):
    offered = dict(choices(kind))
    assert list(offered) == [each.value for each in kind]
    assert len(set(offered.values())) == len(kind)
    assert all(words[0].isupper() and "_" not in words for words in offered.values())


def test_a_ranked_choice_is_known_by_its_name():
    assert choices(Level) == (("none", "None"), ("express", "Express"), ("written", "Written"))
    assert word(Channel.EMAIL) == "E-mail"


def test_what_rules_said_is_one_finding_a_line():
    said = [
        Finding(
            rule=rule, effect=effect, severity=Severity.LEGAL, sentence=f"{rule}!", citation="c"
        )
        for rule, effect in (("A", Effect.DENY), ("B", Effect.WARN), ("C", Effect.DENY))
    ]
    decision = Decision(verdict=Verdict.DENIED, findings=tuple(said), at=AT, rulebook="r")
    assert why(Refused(decision)) == "A: A! [c]\nC: C! [c]"
    assert why(NotFound("lead", "7")) == str(NotFound("lead", "7"))
