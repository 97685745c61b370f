from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.balances import Accepted, Code, Posted, Rejected
from tests.balances.test_transfers import transfer

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("code", sorted(Code, key=str))
def test_every_code_has_a_sentence(code):
    sentence = Rejected(code=code).sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_whether_an_answer_was_stored_is_no_part_of_it():
    assert Rejected(code=Code.OVERFLOW) == Rejected(code=Code.OVERFLOW, replayed=True)
    batch = (transfer(), transfer(id="t2"))
    fresh, stored = Posted(transfers=batch, at=AT), Posted(transfers=batch, at=AT, replayed=True)
    assert fresh == stored
    assert fresh.outcome == Accepted(("t1", "t2"))
