from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.balances.machine import LedgerMachine


def test_the_ledger_keeps_its_invariants_under_any_sequence_of_commands():
    run_state_machine_as_test(LedgerMachine, settings=settings(stateful_step_count=40))
    assert LedgerMachine.TestCase is not None
