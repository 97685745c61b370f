"""Changed terms: what is named is changed, the rest stays, and what makes no sense is told."""

import pytest
from attrs import evolve as replace

from leadcore.accounts import SellerTerms
from leadcore.errors import Malformed
from leadcore.orders import OrderTerms
from leadcore.refunds import RefundTerms
from leadcore.values import UNLIMITED, Money
from leadcore.what_if.changes import EVERY, Changes, changes_of

SELLER = SellerTerms(name="S", refunds=RefundTerms(max_age=96, resubmit=True))
ORDER = OrderTerms(user_id="u", price=Money(2_500, "USD"), quantity=UNLIMITED)


def test_nothing_named_changes_nothing():
    assert Changes().seller(SELLER) is SELLER
    assert Changes().order("o", ORDER) is ORDER
    assert changes_of({}, orders=()) == Changes()


def test_only_what_is_named_is_changed():
    changes = changes_of(
        {
            "seller": {"duplicate_days": 1, "refunds": {"max_age": 48}},
            "orders": {EVERY: {"weight": 3, "quantity": 5}, "o": {"quantity": 7}},
        },
        orders=("o", "p"),
    )
    wanted = replace(SELLER, duplicate_days=1, refunds=RefundTerms(max_age=48, resubmit=True))
    assert changes.seller(SELLER) == wanted
    assert changes.order("o", ORDER) == replace(ORDER, weight=3, quantity=7)
    assert Changes(of_seller={"duplicate_days": 2}).seller(SELLER).duplicate_days == 2
    assert changes.order("p", ORDER) == replace(ORDER, weight=3, quantity=5)


def problems(data):
    with pytest.raises(Malformed) as said:
        changes_of(data, orders=("o",))
    return [problem.path for problem in said.value.problems]


def test_what_changes_nothing_here_is_refused_by_path():
    assert problems({"sellers": {}, "order": {}}) == ["order", "sellers"]
    assert problems({"seller": 1, "orders": []}) == ["seller", "orders"]
    assert problems({"seller": {"name": "x", "refunds": []}}) == [
        "seller.name",
        "seller.refunds",
    ]
    assert problems({"orders": {"x": {}, "o": 1, EVERY: {"user_id": "u"}}}) == [
        "orders.*.user_id",
        "orders.o",
        "orders.x",
    ]


def test_what_makes_no_terms_is_told_by_path():
    wrong = Changes(
        of_seller={"refunds": {"max_age": "x", "often": 1}}, of_orders={"o": {"weight": None}}
    )
    with pytest.raises(Malformed) as said:
        wrong.seller(SELLER)
    assert {problem.path for problem in said.value.problems} == {
        "seller.refunds.max_age",
        "seller.refunds",
    }
    with pytest.raises(Malformed, match=r"orders\.o\.weight"):
        wrong.order("o", ORDER)
    assert Changes(of_seller={"refunds": 1}).seller(SELLER) == SELLER
