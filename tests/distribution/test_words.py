"""Every reason has its sentence."""

from __future__ import annotations

import pytest

from leadcore.distribution import SCALE, CandidateDecision, Reason
from leadcore.distribution.words import SENTENCES, percent, sentence


def test_every_reason_is_said_in_a_sentence_of_its_own():
    assert set(SENTENCES) == set(Reason)
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    assert all(said[0].isupper() and said.endswith(".") for said in SENTENCES.values())


def test_a_decision_is_said():
    told = CandidateDecision(order_id="o", account_id="a", reason=Reason.CAP_DAY)
    assert sentence(told) == "The order may have no more leads this day."


@pytest.mark.parametrize(
    ("parts", "said"),
    [(0, ""), (SCALE, "100 %"), (SCALE // 3, "33.3 %"), (-SCALE // 2, "-50 %"), (1, "0 %")],
)
def test_parts_of_a_lead_are_percent(parts, said):
    assert percent(parts) == said
