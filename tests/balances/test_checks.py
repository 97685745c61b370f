from __future__ import annotations

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import (
    AccountStatus,
    Book,
    Code,
    Posted,
    Rejected,
    Transfer,
    TransferKind,
    over_quota,
    post,
    statuses_for,
)
from leadcore.values import MAX_MINOR, UNLIMITED
from tests.balances.books import (
    AT,
    booked,
    charge,
    empty,
    end,
    hold,
    later,
    move,
    refund,
    reversal,
    topup,
)
from tests.balances.machine import account

CAPTURE, VOID, EXPIRE = TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE


def code(book: Book, transfer: Transfer, at=AT) -> Code | None:
    result = post(book, (transfer,), at=at)
    if isinstance(result, Rejected):
        assert dict(result.data)["transfer"] == transfer.id
        return result.code
    assert isinstance(result, Posted)
    return None


def switched(book: Book, name: str, **changes) -> Book:
    return replace(book, accounts={**book.accounts, name: replace(book.accounts[name], **changes)})


def test_both_accounts_are_known():
    assert code(empty(), topup("t", 1, to="nobody")) is Code.ACCOUNT_UNKNOWN
    assert code(empty(), charge("t", 1, who="nobody")) is Code.ACCOUNT_UNKNOWN


def test_money_stays_within_one_sellers_books_and_one_currency():
    assert code(empty(), topup("t", 1, to="other")) is Code.BOOKS_MIXED
    assert code(empty(), topup("t", 1, to="euro")) is Code.CURRENCY_MIXED
    euros = move("t", TransferKind.TRANSFER, "euro", "euros", 1)
    assert code(empty(), euros) is Code.CURRENCY_MIXED
    assert code(empty(), move("t", TransferKind.TOPUP, "cash", "a", 1, currency="EUR")) is (
        Code.CURRENCY_MIXED
    )


@pytest.mark.parametrize("kind", sorted(TransferKind, key=str))
@pytest.mark.parametrize("debit", [True, False])
def test_a_closed_account_takes_only_releases_and_refunds(kind, debit):
    always = kind in {VOID, EXPIRE, TransferKind.REFUND}
    assert (AccountStatus.CLOSED in statuses_for(kind, debit=debit)) is always
    assert AccountStatus.OPEN in statuses_for(kind, debit=debit)


@pytest.mark.parametrize("kind", sorted(TransferKind, key=str))
def test_nothing_new_is_begun_at_the_expense_of_a_frozen_account(kind):
    begun = {TransferKind.HOLD, TransferKind.CHARGE, TransferKind.TRANSFER}
    assert (AccountStatus.FROZEN not in statuses_for(kind, debit=True)) is (kind in begun)
    assert AccountStatus.FROZEN in statuses_for(kind, debit=False)


def test_the_status_met_is_the_one_told():
    book = booked((topup("t", 100),), (hold("h", 10),))
    frozen = switched(book, "a", status=AccountStatus.FROZEN)
    closed = switched(book, "a", status=AccountStatus.CLOSED)
    assert code(frozen, charge("s", 1)) is Code.ACCOUNT_FROZEN
    assert code(closed, charge("s", 1)) is Code.ACCOUNT_CLOSED
    assert code(closed, topup("u", 1)) is Code.ACCOUNT_CLOSED
    assert code(frozen, topup("u", 1)) is None
    given = move("g", TransferKind.TRANSFER, "b", "a", 5)
    funded = booked((topup("f", 5, to="b"),), book=frozen)
    assert code(funded, given) is None  # who pays is not frozen
    assert code(frozen, end("c", CAPTURE, "h", 10)) is None
    assert code(closed, end("c", CAPTURE, "h", 10)) is Code.ACCOUNT_CLOSED
    assert code(closed, end("v", VOID, "h", 10)) is None


@pytest.mark.parametrize(("life", "expected"), [(-1, Code.HOLD_EXPIRED), (0, Code.HOLD_EXPIRED)])
def test_a_hold_that_is_over_before_it_begins_is_refused(life, expected):
    book = booked((topup("t", 100),))
    assert code(book, hold("h", 1, life=life)) is expected
    assert code(book, hold("h", 1, life=1)) is None


def held() -> Book:
    return booked((topup("t", 100),), (hold("h", 50),))


@pytest.mark.parametrize(
    ("kind", "minor", "ticks", "expected"),
    [
        (CAPTURE, 1, 9, None),
        (CAPTURE, 50, 9, None),
        (CAPTURE, 51, 9, Code.CAPTURE_ABOVE_HOLD),
        (CAPTURE, 50, 10, Code.HOLD_EXPIRED),
        (CAPTURE, 51, 11, Code.HOLD_EXPIRED),
        (VOID, 50, 0, None),
        (VOID, 50, 11, None),
        (VOID, 49, 0, Code.HOLD_MISMATCH),
        (EXPIRE, 50, 9, Code.HOLD_NOT_EXPIRED),
        (EXPIRE, 50, 10, None),
        (EXPIRE, 51, 10, Code.HOLD_MISMATCH),
    ],
)
def test_how_a_hold_may_end(kind, minor, ticks, expected):
    assert code(held(), end("e", kind, "h", minor), later(ticks)) is expected


def test_a_resolution_fits_its_hold():
    assert code(held(), end("e", VOID, "nothing", 50)) is Code.HOLD_UNKNOWN
    assert code(held(), end("e", VOID, "h", 50, to="b")) is Code.HOLD_MISMATCH
    other = move("e", VOID, "b", "revenue", 50, ref="h")
    assert code(held(), other) is Code.HOLD_MISMATCH


@pytest.mark.parametrize("first", [CAPTURE, VOID, EXPIRE])
@pytest.mark.parametrize("second", [CAPTURE, VOID, EXPIRE])
def test_a_hold_ends_once(first, second):
    at = later(10) if first is EXPIRE else AT
    book = booked((end("e", first, "h", 50),), book=held(), at=at)
    assert code(book, end("again", second, "h", 50), later(10)) is Code.HOLD_RESOLVED


def sold() -> Book:
    return booked((topup("t", 100), charge("s", 40)))


def test_a_refund_pays_a_charge_back_the_other_way():
    assert code(sold(), refund("r", "nothing", 40)) is Code.CHARGE_UNKNOWN
    assert code(sold(), refund("r", "t", 40)) is Code.CHARGE_UNKNOWN
    assert code(sold(), refund("r", "s", 40, to="b")) is Code.REFUND_MISMATCH
    wrong = move("r", TransferKind.REFUND, "cash", "a", 40, ref="s")
    assert code(sold(), wrong) is Code.REFUND_MISMATCH
    assert code(sold(), refund("r", "s", 40)) is None
    assert code(sold(), refund("r", "s", 41)) is Code.REFUND_BEYOND_CHARGE


def twice_sold() -> Book:
    return booked((topup("t", 100), charge("s", 40), charge("s2", 40)))


def test_what_was_refunded_of_another_charge_counts_for_that_one_alone():
    book = booked((refund("r", "s", 40),), book=twice_sold())
    assert code(book, refund("r2", "s", 1)) is Code.REFUND_BEYOND_CHARGE
    assert code(book, refund("r2", "s2", 40)) is None


def test_what_was_reversed_of_another_refund_counts_for_that_one_alone():
    book = booked(
        (refund("r", "s", 40), refund("r2", "s2", 40)),
        (reversal("v2", "r2", 40),),
        book=twice_sold(),
    )
    assert code(book, refund("again", "s", 1)) is Code.REFUND_BEYOND_CHARGE
    assert code(book, reversal("v", "r", 40)) is None
    assert code(book, reversal("v", "r2", 1)) is Code.REVERSAL_BEYOND_REFUND


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (end("c", CAPTURE, "nothing", 1), "hold"),
        (refund("r", "nothing", 1), "charge"),
        (reversal("v", "nothing", 1), "refund"),
    ],
)
def test_what_is_not_there_is_named(asked, name):
    result = post(sold(), (asked,), at=AT)
    assert isinstance(result, Rejected)
    assert dict(result.data)[name] == "nothing"


def test_money_that_is_past_when_it_is_given_is_no_hold():
    past = move(
        "p", TransferKind.PROMO_GRANT, "cash", "a", 5, expires_at=later(-1), ref="a promise"
    )
    assert code(empty(), past) is not Code.HOLD_EXPIRED


def test_what_was_captured_can_be_refunded():
    book = booked((end("c", CAPTURE, "h", 30),), book=held())
    assert code(book, refund("r", "c", 30)) is None
    assert code(book, refund("r", "c", 31)) is Code.REFUND_BEYOND_CHARGE
    assert code(book, refund("r", "h", 30)) is Code.CHARGE_UNKNOWN


@given(parts=st.lists(st.integers(1, 30), max_size=4), edge=st.sampled_from((-1, 0, 1)))
def test_refunds_together_never_pass_the_charge(parts, edge):
    book, left = sold(), 40
    for index, part in enumerate(parts):
        fits = part <= left
        if fits:
            book, left = booked((refund(f"r{index}", "s", part),), book=book), left - part
        else:
            assert code(book, refund(f"r{index}", "s", part)) is Code.REFUND_BEYOND_CHARGE
    if left + edge > 0:
        found = code(book, refund("last", "s", left + edge))
        assert found is (Code.REFUND_BEYOND_CHARGE if edge > 0 else None)


def test_a_reversal_takes_a_refund_back_once():
    book = booked((refund("r", "s", 40),), book=sold())
    assert code(book, reversal("v", "s", 40)) is Code.REFUND_UNKNOWN
    assert code(book, reversal("v", "nothing", 40)) is Code.REFUND_UNKNOWN
    wrong = move("v", TransferKind.REFUND_REVERSAL, "a", "cash", 40, ref="r")
    assert code(book, wrong) is Code.REFUND_MISMATCH
    assert code(book, reversal("v", "r", 41)) is Code.REVERSAL_BEYOND_REFUND
    after = booked((reversal("v", "r", 40),), book=book)
    assert code(after, reversal("w", "r", 1)) is Code.REVERSAL_BEYOND_REFUND
    assert code(after, refund("r2", "s", 40)) is None


def test_a_reversal_needs_the_money_unless_somebody_forces_it():
    book = booked((refund("r", "s", 40),), (charge("s2", 100),), book=sold())
    assert code(book, reversal("v", "r", 40)) is Code.INSUFFICIENT_FUNDS
    forced = reversal("v", "r", 40, forced=True, actor="op", reason="became a member")
    below = booked((forced,), book=book)
    assert below.accounts["a"].available == -40
    assert code(below, topup("u", 10)) is None
    assert code(below, charge("s3", 1)) is Code.INSUFFICIENT_FUNDS


@pytest.mark.parametrize("floor", [0, -30, 20])
@pytest.mark.parametrize("make", [charge, hold])
def test_an_account_is_drawn_down_to_its_floor(floor, make):
    book = switched(booked((topup("t", 100),)), "a", floor=floor)
    assert code(book, make("s", 100 - floor)) is None
    assert code(book, make("s", 100 - floor + 1)) is Code.INSUFFICIENT_FUNDS


def test_reserved_money_is_spent_for_this_purpose():
    assert code(held(), charge("s", 50)) is None
    assert code(held(), charge("s", 51)) is Code.INSUFFICIENT_FUNDS


def test_an_account_without_floor_is_drawn_without_end():
    book = switched(empty(), "a", floor=UNLIMITED)
    assert code(book, charge("s", MAX_MINOR)) is None


def test_totals_fit_64_bits():
    full = account("a", credits_posted=MAX_MINOR, debits_posted=MAX_MINOR - 5, floor=UNLIMITED)
    book = Book.of([*empty().accounts.values(), full])
    assert code(book, topup("t", 1)) is Code.OVERFLOW
    assert code(book, charge("s", 5)) is None
    assert code(book, charge("s", 6)) is Code.OVERFLOW


def test_over_quota_names_what_was_paid_back_more_than_once_over():
    whole = (charge("s", 40), refund("r", "s", 40), reversal("v", "r", 40), charge("x", 1))
    assert over_quota(("s", "r"), whole) == ()
    assert over_quota(("s",), (*whole, refund("r2", "s", 41))) == ("s",)
    assert over_quota(("s", "r"), (*whole, reversal("v2", "r", 1), refund("r2", "s", 43))) == (
        "r",
        "s",
    )
