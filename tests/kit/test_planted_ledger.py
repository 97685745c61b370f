"""The eleven errors of ledgers: each store that makes one fails the test that is there for it."""

import inspect

import pytest
from hypothesis import is_hypothesis_test

from leadcore.testing import MemoryStore, StoreContract
from leadcore.testing.ledger_contract import LedgerContract
from tests.kit.broken_stores import (
    CapturesAboveTheHold,
    CapturesAfterVoid,
    ForgetsRejections,
    IgnoresHolds,
    KeepsTheQuotaUsed,
    LosesALeg,
    PostsARetryAgain,
    RefundsAfterTheWindow,
    RefundsBeyondTheCharge,
    TakesAnyBody,
    VoidsTwice,
)
from tests.kit.test_planted import finds

# As `docs/testing.md` has it: the error, and the test of the contract that finds it.
KILLED = {
    IgnoresHolds: "test_holds_reserve_and_are_resolved_once",
    VoidsTwice: "test_a_hold_is_voided_once",
    CapturesAfterVoid: "test_what_was_voided_is_not_captured",
    RefundsBeyondTheCharge: "test_a_charge_is_refunded_once_and_never_beyond",
    CapturesAboveTheHold: "test_a_capture_never_passes_its_hold",
    PostsARetryAgain: "test_a_retry_after_a_lost_acknowledgement_posts_nothing",
    TakesAnyBody: "test_a_key_is_for_one_body",
    ForgetsRejections: "test_rejections_are_stored_too",
    RefundsAfterTheWindow: "test_edges_of_the_window",
    LosesALeg: "test_what_one_account_loses_another_gets",
    KeepsTheQuotaUsed: "test_a_reversed_refund_may_be_made_again",
}


def contract(store):
    class Contract(StoreContract):
        def make_store(self):
            return store()

    return Contract()


@pytest.mark.parametrize("store", KILLED, ids=lambda store: store.__name__)
def test_an_error_of_a_ledger_is_found_by_the_test_that_is_there_for_it(store):
    named = KILLED[store]
    assert not finds(getattr(contract(MemoryStore), named))
    assert finds(getattr(contract(store), named))


def test_every_test_of_the_ledger_is_plain_and_passes_on_the_reference():
    tests = inspect.getmembers(LedgerContract, inspect.isfunction)
    plain = [n for n, t in tests if n.startswith("test_") and not is_hypothesis_test(t)]
    assert set(KILLED.values()) - set(plain) == {"test_edges_of_the_window"}
    assert [name for name in plain if finds(getattr(contract(MemoryStore), name))] == []
