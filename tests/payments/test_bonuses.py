"""What a payment earns, and what of it comes back with its money."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import COMMON_TIERS
from leadcore.payments import (
    NO_BONUS,
    BonusBack,
    BonusFacts,
    Dispute,
    DisputeStatus,
    Payment,
    PaymentMethod,
    Progress,
    Repayment,
    earned,
)
from leadcore.payments.bonuses import back_of, earning, parted
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)


def usd(minor):
    return Money(minor, "USD")


PAID = Payment(
    id="p",
    seller_id="s",
    account_id="a",
    amount=usd(30_000),
    method=PaymentMethod(token="pm_1"),
    requested_at=AT,
    progress=Progress.SUCCEEDED,
    succeeded_at=AT,
    tiers=COMMON_TIERS,
)
WHOLE = BonusFacts(left=3_000, outstanding=3_000, available=33_000)


def repayment(minor, bonus, **more):
    return Repayment(
        id=f"r{minor}",
        amount=usd(minor),
        by="staff",
        reason="x",
        requested_at=AT,
        bonus=usd(bonus) if bonus else None,
        **more,
    )


def test_a_payment_earns_by_the_tiers_it_keeps():
    assert earned(PAID) == usd(3_000)
    assert earned(replace(PAID, tiers=None)) == usd(0)


@pytest.mark.parametrize(
    ("minor", "tiers", "kept"),
    [
        (15_000, COMMON_TIERS, COMMON_TIERS),
        (14_999, COMMON_TIERS, None),
        (15_000, None, None),
    ],
)
def test_tiers_are_kept_where_they_gave_something(minor, tiers, kept):
    assert earning(usd(minor), tiers) == kept


@pytest.mark.parametrize(
    ("leaving", "back"),
    [
        (1, 3_000 - 29_999 * 500 // 10_000),
        (15_000, 3_000 - 750),
        (15_001, 3_000),
        (30_000, 3_000),
        (30_001, 3_000),
    ],
)
def test_what_the_rest_would_not_have_earned_comes_back(leaving, back):
    assert back_of(PAID, leaving, WHOLE) == back
    assert back_of(PAID, leaving, WHOLE, whole=True) == 3_000


def test_what_went_before_is_not_asked_for_again():
    going = replace(PAID, repayments=(repayment(15_000, 2_250),))
    assert back_of(going, 15_000, WHOLE) == 750
    assert back_of(going, 15_000, replace(WHOLE, outstanding=2_500)) == 250
    gone = replace(
        PAID, repayments=(repayment(15_000, 2_250, progress=Progress.SUCCEEDED, settled_at=AT),)
    )
    assert back_of(gone, 15_000, replace(WHOLE, outstanding=750)) == 750
    refused = replace(
        PAID, repayments=(repayment(15_000, 2_250, progress=Progress.DECLINED, settled_at=AT),)
    )
    assert back_of(refused, 30_000, WHOLE) == 3_000
    returned = repayment(15_000, 2_250, progress=Progress.DECLINED, settled_at=AT, returned_at=AT)
    assert back_of(replace(PAID, repayments=(returned,)), 30_000, WHOLE) == 750
    plain = replace(PAID, repayments=(repayment(100, 0),))
    assert back_of(plain, 29_900, WHOLE) == 3_000


def test_what_a_dispute_took_is_not_asked_for_again():
    taken = BonusBack(taken=usd(2_000), made_good=usd(250))
    lost = Dispute(
        id="d", amount=usd(15_000), status=DisputeStatus.LOST, taken=usd(15_000), bonus=taken
    )
    assert back_of(replace(PAID, disputes=(lost,)), 15_000, WHOLE) == 750
    assert back_of(replace(PAID, disputes=(replace(lost, bonus=None),)), 15_000, WHOLE) == 3_000


def test_what_expired_is_not_asked_for():
    assert back_of(PAID, 30_000, replace(WHOLE, outstanding=100)) == 100
    assert back_of(PAID, 30_000, NO_BONUS) == 0


@pytest.mark.parametrize(
    ("facts", "taken", "made_good"),
    [
        (WHOLE, 500, 0),
        (replace(WHOLE, left=200), 200, 300),
        (replace(WHOLE, available=100), 100, 400),
        (replace(WHOLE, available=-1), 0, 500),
        (replace(WHOLE, outstanding=300), 300, 0),
    ],
)
def test_it_is_taken_as_it_is_and_made_good_where_spent(facts, taken, made_good):
    assert parted(usd(500), facts) == BonusBack(taken=usd(taken), made_good=usd(made_good))


def test_nothing_is_parted_where_nothing_is_outstanding():
    assert parted(usd(500), NO_BONUS) is None
    assert parted(usd(0), WHOLE) is None


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=5))
def test_however_money_leaves_what_stays_is_what_the_rest_earned(parts):
    """In one go or bit by bit, the bonus kept is that of the money kept."""
    payment, outstanding = PAID, 3_000
    for part in parts:
        leaving = min(part, payment.left.minor)
        back = back_of(payment, leaving, BonusFacts(outstanding=outstanding))
        outstanding -= back
        done = repayment(leaving, back, progress=Progress.SUCCEEDED, settled_at=AT)
        payment = replace(payment, repayments=(*payment.repayments, done))
        rest = replace(PAID, amount=payment.left)
        assert outstanding == earned(rest).minor
