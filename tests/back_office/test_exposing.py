"""A contact counts by the decision logged before it, else by what the records knew then."""

from __future__ import annotations

import pytest
from attrs import evolve

from leadcore import wire
from leadcore.back_office import LeadContact, lead_exposure, logged_decisions
from leadcore.contact import Initiation
from leadcore.decider import fold
from leadcore.decision_trail import DecisionLogged
from leadcore.errors import Malformed
from leadcore.leads import Lead
from leadcore.leads import evolve as told
from leadcore.submissions import Channel
from leadcore.testing.dossiers import MADE, dossier

TRAIL = [each.event for each in dossier() if each.stream == "decisions"]
DECISIONS = logged_decisions(TRAIL)
DIALED = LeadContact(initiation=Initiation.AUTODIALED)


def lead() -> Lead:
    return fold(told, None, [each.event for each in dossier() if each.stream == "lead"])


def test_what_was_logged_is_read_back() -> None:
    assert [each.question.channel for each in DECISIONS] == [
        Channel.CALL,
        Channel.TEXT,
        Channel.CALL,
    ]
    assert [wire.canonical(each) for each in DECISIONS] == [each.text for each in TRAIL]
    with pytest.raises(Malformed, match="is missing"):
        logged_decisions([DecisionLogged(text="{}", at=MADE)])


def test_the_logged_decision_is_what_a_contact_was_made_on() -> None:
    # The first call and the text were permitted; one call at night is no second one.
    assert not lead_exposure(lead(), at=MADE, decisions=DECISIONS).contacts


def test_without_a_decision_the_records_and_what_is_said_count() -> None:
    alone = lead_exposure(lead(), at=MADE, asked=DIALED)
    assert len(alone.contacts) == 3
    assert alone.low.minor == 3 * 500_00
    assert [each.channel for each in alone.contacts] == [Channel.CALL, Channel.TEXT, Channel.CALL]
    by_hand = lead_exposure(lead(), at=MADE)
    assert by_hand.low.minor == 0
    assert lead_exposure(lead(), at=MADE, asked=DIALED, decisions=DECISIONS[::-1]).low.minor == 0


def test_a_decision_counts_for_one_contact_by_its_channel_and_after_it() -> None:
    first, text, last = DECISIONS
    only_first = lead_exposure(lead(), at=MADE, asked=DIALED, decisions=[first])
    assert len(only_first.contacts) == 2
    assert len(lead_exposure(lead(), at=MADE, asked=DIALED, decisions=[text]).contacts) == 2
    later = evolve(last, at=MADE)
    assert len(lead_exposure(lead(), at=MADE, asked=DIALED, decisions=[later]).contacts) == 3
    exact = evolve(first, at=lead().attempts[0].at)
    assert len(lead_exposure(lead(), at=MADE, asked=DIALED, decisions=[exact]).contacts) == 2


def test_a_logged_contact_is_told_at_the_instant_it_was_made() -> None:
    (_, _, night) = DECISIONS
    calls = [night, evolve(night, at=lead().attempts[0].at)]
    found = lead_exposure(lead(), at=MADE, decisions=[*calls, DECISIONS[1]])
    assert [each.at for each in found.contacts] == [lead().attempts[0].at, lead().attempts[2].at]
    assert found.high.minor == 2 * 1_500_00
