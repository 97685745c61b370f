"""A CRM compared with leadcore: each of six faults is found where it is, with its smallest case."""

from __future__ import annotations

import pytest

from examples.toy_crm.against_leadcore import differences
from examples.toy_crm.crm import FAULTY, Crm, KnowsOneStopWord, SeesSideways


def test_a_sound_crm_does_not_differ():
    assert differences(Crm) == {}


@pytest.mark.parametrize("faulty", FAULTY, ids=lambda faulty: faulty.__name__)
def test_each_fault_is_found(faulty):
    area = FAULTY[faulty]
    found = differences(faulty, area)
    assert "leadcore" in found[area]


def test_the_example_is_the_smallest():
    assert differences(KnowsOneStopWord, "stops")["stops"].startswith("'stop': ")
    tree = differences(SeesSideways, "visibility")["visibility"]
    assert tree.startswith("{'u00': None, 'u01': 'u00', 'u02': 'u00'}: ")
