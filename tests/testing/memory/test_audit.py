"""Whatever differs from its journal or its entries is said."""

from attrs import evolve as replace

from leadcore.decider import Versioned
from leadcore.orders import Standing
from leadcore.testing import MemoryStore
from leadcore.testing.memory.audit import audit
from leadcore.testing.scenes import PRICE, Scene


def made():
    scene = Scene(store=MemoryStore()).set_up()
    scene.receive(1)
    assert audit(scene.store) == ()
    return scene


def test_a_row_that_is_not_its_journal():
    scene = made()
    key = ("seller", scene.seller)
    seen = scene.store.rows[key]
    scene.store.rows[key] = Versioned(replace(seen.state, id="other"), seen.version)
    assert audit(scene.store) == (f"seller {scene.seller}: the row is not the fold of its journal",)


def test_a_journal_that_does_not_fold():
    scene = made()
    key = ("lead", f"{scene.seller}/l1")
    scene.store.events[key] = scene.store.events[key][1:]
    (said,) = audit(scene.store)
    assert said.endswith(
        "the journal does not fold: LeadSold is not possible: the lead is never received"
    )


def test_a_standing_that_is_not_the_journal():
    for standing in (Standing(sold=2), None):
        scene = made()
        if standing is None:
            del scene.store.standings[scene.order()]
        else:
            scene.store.standings[scene.order()] = standing
        assert audit(scene.store) == (
            f"order {scene.order()}: its standing is not the fold of the journal",
        )


def test_a_balance_that_is_not_its_entries():
    scene = made()
    ledger = f"prepaid:{scene.account()}"
    scene.store.entries[ledger].pop()
    assert audit(scene.store) == (
        f"ledger account {ledger}, entry 1: seq is 2, not 1",
        f"ledger account {ledger}, entry 1: debits_posted is 2500, not 0",
        f"ledger account {ledger}, entry 1: the lots hold 10000, the counters 7500",
    )


def test_lots_are_told_by_the_sellers_orders():
    scene = made()
    del scene.store.rows["seller", scene.seller]
    assert audit(scene.store) == ()


def test_what_the_ledger_charged_is_what_was_sold():
    scene = made()
    told = {key: replace(one, order_id=None) for key, one in scene.store.book.transfers.items()}
    scene.store.book = replace(scene.store.book, transfers=told)
    said = audit(scene.store)
    assert f"order {scene.order()}: its sales come to {PRICE}, the ledger charged 0" in said
