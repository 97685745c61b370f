"""Where a payment is in one word, what is left of it, and what it asks."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace

from leadcore.errors import Malformed
from leadcore.payments import (
    Dispute,
    DisputeStatus,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Progress,
    Repayment,
)
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
S = PaymentStatus


def usd(minor):
    return Money(minor, "USD")


PAID = Payment(
    id="p",
    seller_id="s",
    account_id="a",
    amount=usd(1000),
    method=PaymentMethod(token="pm_secret", last4="4242"),
    requested_at=AT,
    progress=Progress.SUCCEEDED,
)


def back(minor, progress=Progress.SUCCEEDED, key="r"):
    return Repayment(
        id=key,
        amount=usd(minor),
        by="staff",
        reason="closing",
        requested_at=AT,
        progress=progress,
        reference=f"re_{key}",
    )


def dispute(status, taken=None):
    return Dispute(id=f"d_{status.value}", amount=usd(500), status=status, taken=taken)


@pytest.mark.parametrize(
    ("change", "status", "left"),
    [
        ({}, S.SUCCEEDED, 1000),
        ({"progress": Progress.PENDING}, S.PENDING, 1000),
        ({"repayments": (back(400),)}, S.PARTLY_REPAID, 600),
        ({"repayments": (back(400, Progress.PENDING),)}, S.REPAYING, 600),
        ({"repayments": (back(400, Progress.DECLINED),)}, S.SUCCEEDED, 1000),
        ({"repayments": (back(400), back(600, key="r2"))}, S.REPAID, 0),
        ({"disputes": (dispute(DisputeStatus.OPEN),)}, S.DISPUTED, 1000),
        ({"disputes": (dispute(DisputeStatus.WON),)}, S.SUCCEEDED, 1000),
        ({"disputes": (dispute(DisputeStatus.LOST, usd(500)),)}, S.DISPUTED, 500),
    ],
)
def test_one_word_for_all_of_it(change, status, left):
    payment = replace(PAID, **change)
    assert (payment.status, payment.left) == (status, usd(left))


def test_every_progress_has_its_word():
    assert {each.value for each in Progress} <= {each.value for each in PaymentStatus}


def test_parts_are_found_by_their_ids():
    one, lost = back(400), dispute(DisputeStatus.OPEN)
    payment = replace(PAID, repayments=(back(1, key="x"), one), disputes=(lost,))
    assert payment.repayment("r") == payment.repayment("re_r") == one
    assert payment.repayment("y") is None
    assert (payment.dispute("d_open"), payment.dispute("d_x")) == (lost, None)


def test_what_it_asks_is_the_same_each_time():
    known = replace(PAID, reference="ch_1")
    assert PAID.ask.key == known.ask.key
    assert (known.ask.reference, known.ask.method) == ("ch_1", PAID.method)
    asked = known.repay_ask(back(400))
    assert (asked.payment_id, asked.repayment_id, asked.reference) == ("p", "r", "ch_1")
    with pytest.raises(Malformed, match="reference"):
        PAID.repay_ask(back(400))


def test_no_token_is_shown():
    assert "pm_secret" not in repr(PAID)
    assert "4242" in repr(PAID)
