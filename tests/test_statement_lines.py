"""The lines of a statement as they are told."""

from __future__ import annotations

import json

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import prepaid_account, revenue_account
from leadcore.balances import Posted, TransferKind
from leadcore.logins import Actor
from leadcore.ports import DeedQuery
from leadcore.statement_lines import ToldLine, told_deed, told_id, told_lines
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, PRICE, Scene, charge
from leadcore.values import Money


def test_each_line_is_traceable_and_says_what_there_was_after_it():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    seller = scene.store.seller(scene.seller)
    lines = scene.store.statement(prepaid_account(scene.account()))
    funded, charged = told_lines(lines, seller.consumptions, currency="USD")
    assert (funded.seq, funded.of, funded.lead, funded.by) == (1, None, None, "staff")
    assert (charged.seq, charged.lead, charged.order) == (2, lead.id, scene.order())
    assert charged.amount == Money(-PRICE, "USD")
    assert charged.balance == charged.cash == Money(scene.funds - PRICE, "USD")
    assert [(part.lot, part.amount) for part in charged.parts] == [
        (funded.id, Money(-PRICE, "USD"))
    ]
    data = wire.dump(charged)
    assert wire.load(ToldLine, data) == charged
    # What there is none of is said, too: whoever reads a line finds every field.
    assert data.keys() == {each.name for each in ToldLine.__attrs_attrs__}


def told(scene, account):
    lines = scene.store.statement(prepaid_account(account))
    return told_lines(lines, scene.store.seller(scene.seller).consumptions, currency="USD")


def moved_scene():
    """Give a scene where money of the first account came to the second, which has no other."""
    scene = Scene(store=MemoryStore(), accounts=2, funds=0).set_up()
    payer, payee = scene.account(0), scene.account(1)
    funding = {"seller_id": scene.seller, "account_id": payer, "key": "f", "actor": "ann"}
    scene.store.run(bo.Fund(**funding, amount=Money(9_000, "USD"), at=AT))
    case = bo.TransferBalance(
        seller_id=scene.seller,
        from_account=payer,
        to_account=payee,
        key="words-of-staff",
        amount=Money(5_000, "USD"),
        allowed_by="grace",
        reason="asked for",
        at=AT,
    )
    by = bo.By(actor=Actor.staff(scene.seller, "grace"), case=case, act="act", at=AT)
    return scene, payer, payee, scene.store.run(by)


def test_a_transfer_names_neither_account_to_the_other_wherever_it_is_referred_to():
    scene, payer, payee, moved = moved_scene()
    spent = charge(scene.seller, payee, "spent", 2_000)
    returned = replace(
        spent,
        id="returned",
        kind=TransferKind.REFUND,
        debit=spent.credit,
        credit=spent.debit,
        ref=spent.id,
    )
    taken = replace(
        spent,
        id="taken",
        kind=TransferKind.ADJUSTMENT,
        credit=revenue_account(scene.seller),
        ref=moved.id,
        actor="grace",
        reason="a fee",
    )
    for each in (spent, returned, taken):
        (answer,) = scene.store.post([(each,)], at=AT)
        assert isinstance(answer, Posted)
    first, *others = told(scene, payee)
    assert first.id == told_id(moved) == told(scene, payer)[-1].id
    assert [part.lot for line in (first, *others) for part in line.parts] == [first.id] * 4
    assert (others[-1].ref, others[-1].of, others[0].id) == (first.id, first.seq, spent.id)
    hidden = (payer, "words-of-staff")
    assert not [each for each in hidden if each in json.dumps(wire.dump([first, *others]))]
    # The payer is told of its own money by its own name, and of nobody else's.
    assert payee not in json.dumps(wire.dump(told(scene, payer)))
    # The ledger itself keeps the whole.
    assert scene.store.statement(prepaid_account(payee))[0].transfer == moved
    assert "words-of-staff" in moved.id


def test_a_deed_about_a_transfer_is_told_by_the_same_id_and_any_other_as_it_is():
    scene, payer, payee, moved = moved_scene()
    deeds = scene.store.deeds(DeedQuery(seller_id=scene.seller))
    assert {each.account_id for each in deeds} == {payer, payee}
    assert {each.stream_id for each in deeds} == {moved.id}
    assert {told_deed(each).stream_id for each in deeds} == {told_id(moved)}
    (deed, _) = deeds
    for other in (replace(deed, stream_kind="lead"), replace(deed, stream_id="fund/1/a/k")):
        assert told_deed(other) is other
    assert scene.store.audit() == ()
