"""The contract of reports, kept by the reference store and broken by what breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given

from leadcore.testing import MemoryStore, Play
from leadcore.testing.report_contract import Cut, ReportContract, cuts, every_report
from leadcore.values import SellerId


class TestReference(ReportContract):
    def make_store(self):
        return MemoryStore()


class Shifted(MemoryStore):
    """Counts overdue leads one too many."""

    def overdue_count(self, query, at):
        return super().overdue_count(query, at) + 1


def test_a_store_that_counts_otherwise_is_found():
    class Broken(ReportContract):
        def make_store(self):
            return Shifted()

    play = Broken.test_reports_are_those_of_the_reference.hypothesis.inner_test
    with pytest.raises(AssertionError):
        play(Broken(), play=Play(steps=()), cut=Cut())


def test_a_test_class_says_which_store():
    with pytest.raises(TypeError, match="make_store"):
        ReportContract().make_store()


def test_who_never_sold_can_not_try():
    class Unset:
        store = MemoryStore()
        seller = "s"

    with pytest.raises(ValueError, match="not sold"):
        ReportContract._try(Unset(), 1, 1)


def test_of_nobody_there_is_nothing_to_report():
    found = every_report(MemoryStore(), SellerId("nobody"), Cut(since=(0, 1)))
    assert found["staff: counts"] == ()
    assert found["staff: spend"] == ()


@given(cuts())
def test_cuts_say_how_reports_are_asked_for(cut):
    assert isinstance(cut, Cut)
