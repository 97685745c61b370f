"""What if: the record is read, done again on other terms, and the differences are told."""

from __future__ import annotations

import pytest


@pytest.fixture
def supposed(sold, tmp_path):
    """Suppose terms, as text."""

    def run(text, *more, name="terms.toml", **how):
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return sold("what-if", "--terms", file, *more, **how)

    return run


def test_nothing_changed_makes_no_difference(sold, supposed, tmp_path):
    sold("refund", "request", "Grace", "--as", "ben", "--reason", "spam", "--detail", "x", "--yes")
    sold("refund", "approve", "grace@example.com", "--note", "so")
    told = supposed("").stdout
    assert "0 leads would have another buyer." in told
    found = sold.one("what-if", "--terms", tmp_path / "terms.toml")
    assert (found["accounts"], found["moved"], found["unexplained"]) == ({}, [], [])
    assert found["total"]["before"] == {
        "bought": 2,
        "returned": 1,
        "spent": 5000,
        "refunded": 2500,
        "balance": 97500,
        "unsold": 0,
    }
    assert sold.one("audit") == {"differences": []}


def test_another_price_and_another_window(sold, supposed):
    sold("refund", "request", "Grace", "--as", "ben", "--reason", "spam", "--detail", "x", "--yes")
    sold("refund", "approve", "grace@example.com", "--note", "so")
    dear = '[orders."ben-order"]\nprice = {minor = 3000, currency = "USD"}\n'
    told = supposed(dear + "[seller.refunds]\nreasons = []\n").stdout
    lines = {line.split("  ")[0].strip(): line for line in told.splitlines()}
    assert "$50.00 → $60.00" in lines["north"]
    assert "$25.00 → $0.00" in lines["in total"]
    assert "1 of refund: " in told
    assert "balance north" not in told
    few = supposed('[orders."*"]\nquantity = 1\n', "--leads").stdout
    assert "Leads without a buyer: 0 → 1." in few
    assert "1 leads would have another buyer." in few


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_age = 1", "max_age: is none of orders, seller"),
        ("[seller]\nname = 'x'", "seller.name: is none of"),
        ("[orders.nobody]\nprice = 1", "orders.nobody: there is no such order"),
        ("[orders.'*']\nprice = 1", "orders.*.price"),
        ("[seller.refunds]\nmax_age = -1", "terms.refunds.max_age"),
        ("[", "can't be read"),
    ],
)
def test_terms_that_make_no_sense_are_told_by_path(supposed, text, said):
    assert said in " ".join(supposed(text, code=4).stderr.split())
