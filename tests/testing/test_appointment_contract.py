"""The reference store keeps the part of its contract that is about appointments."""

from __future__ import annotations

import pytest

from leadcore.testing import MemoryStore
from leadcore.testing.appointment_contract import AppointmentContract


class TestMemoryStore(AppointmentContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        AppointmentContract().make_store()
