"""Plays of money: whatever processors do, the books agree; and a planted fault is told."""

from attrs import evolve as replace
from hypothesis import given, settings

from leadcore.accounts import cash_account, prepaid_account, revenue_account
from leadcore.balances import Transfer, TransferKind
from leadcore.payments import bonus_id
from leadcore.testing import MemoryStore, Trouble
from leadcore.testing.payment_play import (
    PaymentPlay,
    money_violations,
    payment_plays,
    perform_payments,
)
from leadcore.testing.scenes import AT
from leadcore.values import Money

EVERYTHING = PaymentPlay(
    steps=(
        *(("request", 2, 3), ("ask", 0, 0), ("ask", 0, 1), ("request", 1, 3), ("ask", 1, 0)),
        *(("ask", 1, 0), ("request", 0, 3), ("ask", 2, 0), ("finish", 1, 1), ("deliver", 5, 0)),
        *(("back", 0, 1), ("ask_back", 0, 0), ("bring_back", 0, 0), ("sell", 0, 0)),
        *(("charge", 1, 0), ("refund", 0, 0), ("hold", 0, 0), ("move", 0, 1), ("fund", 0, 2)),
        *(("later", 5, 0), ("expire", 0, 0), ("dispute", 1, 2), ("deliver", 5, 0)),
        *(("close", 0, 0), ("deliver", 5, 0), ("finish", 2, 0), ("ask", 0, 0), ("ask_back", 0, 0)),
    ),
    troubles=(Trouble.AFTER,),
)
NOTHING = PaymentPlay(
    steps=(
        *(("ask", 0, 0), ("finish", 0, 0), ("dispute", 0, 0), ("back", 0, 0), ("refund", 0, 0)),
        *(("ask_back", 0, 0), ("bring_back", 0, 0), ("deliver", 0, 0), ("close", 0, 0)),
    )
)


@given(payment_plays())
@settings(deadline=None)
def test_whatever_happens_the_books_agree(play):
    scene, told = perform_payments(MemoryStore(), play)
    assert len(told) == len(play.steps)
    assert money_violations(scene) == ()


def test_a_play_does_what_it_says():
    scene, told = perform_payments(MemoryStore(), EVERYTHING)
    done = dict(zip((what for what, *_ in EVERYTHING.steps), told, strict=True))
    assert [str(each) for each in told if "Error" in str(each)] == []
    assert done["charge"] == "Posted"
    assert done["refund"] == "Posted"
    assert done["move"].minor == 100
    assert done["expire"]
    assert money_violations(scene) == ()


def test_where_there_is_nothing_nothing_happens():
    scene, told = perform_payments(MemoryStore(), NOTHING)
    assert told[:8] == (None, None, None, None, None, None, None, [])
    assert (scene.balance(), money_violations(scene)) == (0, ())


def test_what_is_not_posted_is_not_given_back():
    steps = (("charge", 2, 0), ("refund", 0, 0), ("fund", 0, 2), ("charge", 0, 0), ("refund", 0, 0))
    scene, told = perform_payments(MemoryStore(), PaymentPlay(steps=steps))
    assert told == ("Rejected", None, Money(2_000, "USD"), "Posted", "Posted")
    posted = [
        line.transfer.kind for line in scene.store.statement(prepaid_account(scene.account()))
    ]
    assert posted.count(TransferKind.CHARGE) == posted.count(TransferKind.REFUND) == 1
    assert money_violations(scene) == ()


def test_a_planted_fault_is_told():
    scene, _ = perform_payments(MemoryStore(), EVERYTHING)
    store, ledger = scene.store, prepaid_account(scene.account())
    (topup, *_) = store.statement(ledger)
    moved = replace(topup.transfer, id=f"{topup.transfer.id}/again")
    found = store.entries[ledger]
    found[0] = replace(found[0], transfer_id=moved.id)
    store.book = replace(store.book, transfers={**store.book.transfers, moved.id: moved})
    said = money_violations(scene)
    assert any("was not credited so" in each for each in said)
    assert any("the ledger has no transfer" in each for each in said)


def planted(scene, **given):
    """Post what no use case would, straight to the ledger."""
    made = Transfer(amount=Money(700, "USD"), effective_at=AT, **given)
    scene.store.post([(made,)], at=AT)
    return money_violations(scene)


def test_each_law_of_money_can_be_broken():
    play = PaymentPlay(steps=(("fund", 0, 0), ("request", 2, 3)))
    scene, _ = perform_payments(MemoryStore(), play)
    ledger = prepaid_account(scene.account())
    ((line,), revenue) = (scene.store.statement(ledger), revenue_account(scene.seller))
    word = {"actor": "staff", "reason": "planted", "forced": True}
    good = planted(
        scene,
        id="good",
        kind=TransferKind.ADJUSTMENT,
        debit=ledger,
        credit=revenue,
        ref=line.transfer.id,
        **word,
    )
    assert good == (f"of the bonus for {line.transfer.id} more was made good than was given",)
    back = {"kind": TransferKind.CHARGEBACK, "debit": ledger, "credit": cash_account(scene.seller)}
    planted(scene, id="back-1", **back, **word)
    assert any("bonus became money" in said for said in planted(scene, id="back-2", **back, **word))
    gift = planted(
        scene,
        id=bonus_id(f"{scene.seller}/p2"),
        kind=TransferKind.PROMO_GRANT,
        debit=revenue,
        credit=ledger,
    )
    assert any("earned its bonus without money" in said for said in gift)
