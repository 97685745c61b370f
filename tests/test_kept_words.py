"""Words in databases, and what holds where nothing is said, change only on purpose."""

from __future__ import annotations

from datetime import timedelta

from leadcore.balances import LotKind
from leadcore.values import UNLIMITED, Money
from tools.kept_words import PINNED, told, written


def test_words_and_defaults_are_those_written_down() -> None:
    # A wanted change is written down with `python -m tools.kept_words`.
    assert written() == PINNED.read_text("utf-8")


def test_a_default_is_told_as_it_would_be_written() -> None:
    plain = (None, True, 120, "New_York", (), (2, "5"), timedelta(days=5))
    said = ["None", "True", "120", "'New_York'", "()", "(2, '5')", "5 days, 0:00:00"]
    assert [told(each) for each in plain] == said
    assert told(UNLIMITED) == "Unlimited.UNLIMITED"
    assert told(LotKind.CASH) == "LotKind.CASH"
    assert told(Money(1, "USD")) == "…"
