"""Whatever differs from its journal or its entries is said."""

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.decider import Versioned
from leadcore.orders import Standing
from leadcore.payments import Answer, PaymentMethod, Progress
from leadcore.testing import MemoryStore
from leadcore.testing.memory.audit import audit
from leadcore.testing.scenes import AT, PRICE, Scene
from leadcore.values import Money


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


def test_a_balance_that_is_kept_above_another_limit_than_the_accounts():
    scene = made()
    ledger = f"prepaid:{scene.account()}"
    accounts = scene.store.book.accounts
    lower = {**accounts, ledger: replace(accounts[ledger], floor=-500)}
    scene.store.book = replace(scene.store.book, accounts=lower)
    (said,) = audit(scene.store)
    assert said == f"account {scene.account()}: its floor is 0, its balance is kept above -500"


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


def paid():
    scene = made()
    seller, account = scene.seller, scene.account()
    scene.store.run(
        bo.RequestPayment(
            seller_id=seller,
            account_id=account,
            payment_id="p",
            amount=Money(500, "USD"),
            method=PaymentMethod(token="pm_1"),
            by="ann",
            at=AT,
        )
    )
    answer = Answer(progress=Progress.SUCCEEDED, reference="ch_1")
    scene.store.run(bo.SettlePayment(seller_id=seller, payment_id="p", answer=answer, at=AT))
    assert audit(scene.store) == ()
    return scene


def test_a_payment_the_ledger_does_not_follow():
    scene = paid()
    transfers = scene.store.book.transfers
    wrong = replace(transfers["payment/1/p/topup"], actor="somebody")
    told = {**transfers, "payment/1/p/topup": wrong}
    scene.store.book = replace(scene.store.book, transfers=told)
    assert audit(scene.store) == (
        "payment p: transfer payment/1/p/topup is not the one that follows from it",
    )


def test_money_of_a_payment_that_never_was():
    scene = paid()
    del scene.store.rows["payment", "p"]
    assert audit(scene.store) == ("payment p: transfer payment/1/p/topup does not follow from it",)


def test_a_payment_that_was_never_credited():
    scene = paid()
    ledger = f"prepaid:{scene.account()}"
    scene.store.entries[ledger].pop()
    assert "payment p: the ledger has no transfer payment/1/p/topup" in audit(scene.store)
