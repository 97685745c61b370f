"""What the lots say about a payment."""

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, prepaid_account
from leadcore.back_office.payment_lots import bonus_facts, seen_at, unspent
from leadcore.balances import COMMON_TIERS, FundingTerms
from leadcore.outcomes import LedgerMark
from leadcore.payments import Answer, BonusFacts, PaymentMethod, Progress
from leadcore.ports import PaymentNeeds
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, charge
from leadcore.values import Money


def facts(*, funding, spent=0, statement=True):
    scene = Scene(store=MemoryStore(), funds=0).set_up()
    terms = SellerTerms(name="Seller", funding=funding)
    scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))
    request = bo.RequestPayment(
        seller_id=scene.seller,
        account_id=scene.account(),
        payment_id="p",
        amount=Money(30_000, "USD"),
        method=PaymentMethod(token="pm_1"),
        by="ann",
        at=AT,
    )
    scene.store.run(request)
    answer = Answer(progress=Progress.SUCCEEDED, reference="ch_1")
    scene.store.run(bo.SettlePayment(seller_id=scene.seller, payment_id="p", answer=answer, at=AT))
    if spent:
        scene.store.post([(charge(scene.seller, scene.account(), "c", spent),)], at=AT)
    wanted = PaymentNeeds(seller_id=scene.seller, payment_id="p", statement=statement)
    return scene, scene.store.load(wanted)


EARNING = FundingTerms(tiers=COMMON_TIERS)


def test_the_bonus_of_a_payment_is_read_off_its_lot():
    _, found = facts(funding=EARNING, spent=1_000)
    assert bonus_facts(found) == BonusFacts(
        tiers=COMMON_TIERS, left=2_000, outstanding=3_000, available=32_000
    )
    _, blind = facts(funding=EARNING, statement=False)
    assert bonus_facts(blind) == BonusFacts(tiers=COMMON_TIERS)
    assert bonus_facts(replace(blind, seller=None)) == BonusFacts()
    _, plain = facts(funding=FundingTerms())
    assert bonus_facts(plain) == BonusFacts()


def test_what_may_go_back_leaves_what_makes_the_bonus_good():
    _, found = facts(funding=EARNING, spent=5_000)
    payment = found.payment.state
    assert unspent(found, payment, 0, AT) == 28_000
    assert unspent(found, payment, 3_000, AT) == 25_000
    _, fresh = facts(funding=EARNING)
    assert unspent(fresh, payment, 3_000, AT) == 30_000
    assert unspent(replace(fresh, statement=None), payment, 0, AT) == 0


def test_where_the_account_was_is_told():
    scene, found = facts(funding=EARNING)
    assert seen_at(found) == (LedgerMark(account=prepaid_account(scene.account()), seq=2),)
    assert seen_at(replace(found, statement=None)) == ()
