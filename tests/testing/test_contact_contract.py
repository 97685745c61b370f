"""The reference store keeps the part of its contract that is about contact."""

import pytest

from leadcore.testing import MemoryStore
from leadcore.testing.contact_contract import ContactContract, _asked, _missing
from leadcore.testing.scenes import Scene


class TestMemoryStore(ContactContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        ContactContract().make_store()


def test_a_lead_that_is_there_is_not_missing():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    assert _asked(scene, lead.id).findings
    assert not _missing(scene, lead.id, None)
