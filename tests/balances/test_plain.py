"""The quick answer to a plain charge is the slow one, and there is none for anything else."""

from __future__ import annotations

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import AccountStatus, Book, Posted, TransferKind, guards, plain, post
from leadcore.values import MAX_MINOR, UNLIMITED, SellerId
from tests.balances.books import AT, charge, later, move
from tests.balances.machine import account

REVENUE = account("revenue", tracked=False)


def payer(**more):
    return account("a", **{"credits_posted": 100, "moved_at": AT, **more})


def both(transfer, debit, credit=REVENUE, *, at=AT):
    """Give the quick answer, which must be the slow one wherever it is given at all."""
    found = plain(transfer, debit, credit, at=at)
    slow = post(Book.of([debit, credit]), (transfer,), at=at)
    if found is None:
        return None
    posted, delta = found
    assert posted == slow
    assert (delta,) == guards((transfer,), accounts=(debit, credit))
    return posted


@given(
    posted=st.integers(0, 3),
    drawn=st.integers(0, 3),
    pending=st.integers(0, 3),
    floor=st.integers(-2, 2) | st.just(UNLIMITED),
    amount=st.integers(1, 4),
    moved=st.integers(-1, 1) | st.none(),
    status=st.sampled_from(AccountStatus),
    kind=st.sampled_from([TransferKind.CHARGE, TransferKind.TRANSFER, TransferKind.TOPUP]),
)
def test_it_answers_as_the_ledger_does(posted, drawn, pending, floor, amount, moved, status, kind):
    debit = account(
        "a",
        credits_posted=posted,
        debits_posted=drawn,
        debits_pending=pending,
        floor=floor,
        status=status,
        seq=posted,
        moved_at=None if moved is None else later(moved),
    )
    transfer = move("s", kind, "a", "revenue", amount, effective_at=later(-3))
    found = both(transfer, debit)
    plain_kind = kind is TransferKind.CHARGE and status is AccountStatus.OPEN
    accepted = isinstance(post(Book.of([debit, REVENUE]), (transfer,), at=AT), Posted)
    assert (found is not None) == (plain_kind and accepted)


def test_an_unlimited_account_is_charged_below_zero():
    found = both(charge("s", 30), payer(credits_posted=0, floor=UNLIMITED))
    assert found is not None
    assert found.accounts[0].available == -30


@pytest.mark.parametrize(("minor", "fits"), [(100, True), (101, False)])
def test_just_what_is_there_may_be_spent(minor, fits):
    assert (both(charge("s", minor), payer()) is not None) is fits


@pytest.mark.parametrize(("already", "fits"), [(MAX_MINOR - 30, True), (MAX_MINOR - 29, False)])
def test_nothing_grows_past_what_a_column_holds(already, fits):
    debit = payer(credits_posted=MAX_MINOR, debits_posted=already, floor=UNLIMITED)
    assert (both(charge("s", 30), debit) is not None) is fits


@pytest.mark.parametrize(
    "given",
    [
        {"debit": payer(status=AccountStatus.FROZEN)},
        {"debit": payer(seller_id=SellerId("other seller"))},
        {"debit": payer(currency="EUR")},
        {"debit": account("b", credits_posted=100)},
        {"debit": account("a", tracked=False)},
        {"credit": account("revenue")},
        {"credit": replace(REVENUE, status=AccountStatus.FROZEN)},
        {"credit": replace(REVENUE, currency="EUR")},
        {"credit": account("cash", tracked=False)},
        {"transfer": move("s", TransferKind.TRANSFER, "a", "revenue", 30)},
        {"transfer": move("s", TransferKind.CHARGE, "a", "revenue", 30, currency="EUR")},
    ],
)
def test_what_is_not_plain_is_left_to_the_ledger(given):
    usual = {"transfer": charge("s", 30), "debit": payer(), "credit": REVENUE}
    assert both(**usual) is not None
    assert plain(**{**usual, **given}, at=AT) is None
