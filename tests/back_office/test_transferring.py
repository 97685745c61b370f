"""Money moves between two accounts of a seller: cash only, once, and it is told who allowed it."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, prepaid_account
from leadcore.balances import COMMON_TIERS, FundingTerms
from leadcore.errors import Malformed, NotFound
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Behind, Scene, charge, fund
from leadcore.values import Money


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2, funds=0).set_up()
    terms = SellerTerms(name="Seller", funding=FundingTerms(tiers=COMMON_TIERS))
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=terms, at=AT))
    made.store.run(fund(made.account(), made.seller, "f", 30_000))
    return made


def move(scene, minor=10_000, **more):
    given = {
        "seller_id": scene.seller,
        "from_account": scene.account(),
        "to_account": scene.account(1),
        "key": "k",
        "amount": Money(minor, "USD"),
        "allowed_by": "grace",
        "reason": "the offices merged",
        "at": AT,
    }
    return bo.TransferBalance(**given | more)


def last(scene, number):
    return scene.store.statement(prepaid_account(scene.account(number)))[-1]


def test_both_have_a_row_that_tells_who_allowed_it(scene):
    done = scene.store.run(move(scene))
    assert (scene.balance(0), scene.balance(1)) == (23_000, 10_000)
    paid, got = last(scene, 0), last(scene, 1)
    assert paid.transfer == got.transfer == done
    assert (paid.entry.amount, got.entry.amount) == (-10_000, 10_000)
    assert (done.actor, done.reason) == ("grace", "the offices merged")
    assert scene.store.audit() == ()


def test_it_moves_once_for_one_key(scene):
    first = scene.store.run(move(scene))
    assert scene.store.run(move(scene, at=AT + timedelta(days=1))) == first
    assert scene.balance(1) == 10_000
    for other in (move(scene, 9_999), move(scene, to_account=scene.account())):
        with pytest.raises(Malformed):
            scene.store.run(other)
    with pytest.raises(Malformed, match="booked before"):
        scene.store.run(move(scene, 9_999))


def test_only_unspent_cash_moves(scene):
    with pytest.raises(Malformed, match=r"at most what is unspent: 300\.00 USD in cash"):
        scene.store.run(move(scene, 30_001))
    scene.store.post([(charge(scene.seller, scene.account(), "c", 5_000),)], at=AT)
    scene.store.run(move(scene, 28_000))
    assert scene.balance(1) == 28_000
    assert scene.store.audit() == ()


def test_whoever_spends_meanwhile_is_seen(scene):
    case = move(scene, 30_000)
    before = scene.store.load(case.needs)
    scene.store.post([(charge(scene.seller, scene.account(), "c", 3_001),)], at=AT)
    late = Behind(case, lambda _: before)
    with pytest.raises(Malformed, match="unspent"):
        scene.store.run(late)
    assert late.calls == [True, False]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"amount": Money(0, "USD")}, "amount"),
        ({"amount": Money(5, "EUR")}, "amount.currency"),
        ({"allowed_by": " "}, "allowed_by"),
        ({"reason": ""}, "reason"),
        ({"key": ""}, "key"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_path(scene, change, path):
    with pytest.raises(Malformed) as refused:
        scene.store.run(replace(move(scene), **change))
    assert [problem.path for problem in refused.value.problems] == [path]


def test_an_account_pays_another_one_of_the_same_seller(scene):
    other = Scene(store=scene.store, funds=0).set_up()
    for change in (
        {"from_account": "nobody"},
        {"to_account": "nobody"},
        {"from_account": other.account()},
        {"to_account": other.account()},
        {"seller_id": "nobody"},
    ):
        with pytest.raises(NotFound):
            scene.store.run(replace(move(scene), **change))
    with pytest.raises(Malformed, match="another account"):
        scene.store.run(move(scene, to_account=scene.account()))
