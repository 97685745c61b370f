"""What a payment does to the ledger is a fold of its state, and the ledger takes it."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.balances import Book, LedgerAccount, Posted, post
from leadcore.payments import (
    Books,
    Dispute,
    DisputeStatus,
    Payment,
    PaymentMethod,
    Progress,
    Repayment,
    booked,
    due,
)
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
LATER = AT + timedelta(days=1)
BOOKS = Books(cash="cash", prepaid="prepaid")


def usd(minor):
    return Money(minor, "USD")


ASKED = Payment(
    id="p",
    seller_id="s",
    account_id="a",
    amount=usd(1000),
    method=PaymentMethod(token="pm_1"),
    requested_at=AT,
)
PAID = replace(ASKED, progress=Progress.SUCCEEDED, succeeded_at=AT)
BACK = Repayment(id="r", amount=usd(400), by="staff", reason="closing", requested_at=AT)
DONE = replace(BACK, progress=Progress.SUCCEEDED, settled_at=AT)
REFUSED = replace(BACK, progress=Progress.DECLINED, settled_at=AT)
RETURNED = replace(DONE, progress=Progress.DECLINED, returned_at=LATER)
OPEN = Dispute(id="d", amount=usd(600), status=DisputeStatus.OPEN)
WON = replace(OPEN, status=DisputeStatus.WON, decided_at=AT)
LOST = replace(OPEN, status=DisputeStatus.LOST, taken=usd(600), decided_at=AT)
NONE_LEFT = replace(LOST, taken=usd(0))
CASES = {
    "asked": (ASKED, [], 0),
    "lost before it succeeded": (replace(ASKED, disputes=(LOST,)), [], 0),
    "paid": (PAID, ["topup"], 1000),
    "going back": (replace(PAID, repayments=(BACK,)), ["topup", "hold"], 1000),
    "gone back": (replace(PAID, repayments=(DONE,)), ["topup", "hold", "capture"], 600),
    "not gone back": (replace(PAID, repayments=(REFUSED,)), ["topup", "hold", "void"], 1000),
    "come back": (
        replace(PAID, repayments=(RETURNED,)),
        ["topup", "hold", "capture", "topup"],
        1000,
    ),
    "disputed": (replace(PAID, disputes=(OPEN,)), ["topup"], 1000),
    "won": (replace(PAID, disputes=(WON,)), ["topup"], 1000),
    "lost": (replace(PAID, disputes=(LOST,)), ["topup", "chargeback"], 400),
    "nothing left to lose": (replace(PAID, disputes=(NONE_LEFT,)), ["topup"], 1000),
}


@pytest.mark.parametrize("name", CASES)
def test_each_state_has_its_transfers_and_the_ledger_takes_them(name):
    payment, kinds, held = CASES[name]
    transfers = due(payment, BOOKS)
    assert [each.kind.value for each in transfers] == kinds
    assert len({each.id for each in transfers}) == len(transfers)
    accounts = (
        LedgerAccount(id="cash", seller_id="s", currency="USD", tracked=False, floor=UNLIMITED),
        LedgerAccount(id="prepaid", seller_id="s", currency="USD"),
    )
    book = Book.of(accounts)
    for transfer in transfers:
        result = post(book, (transfer,), at=LATER)
        assert isinstance(result, Posted)
        book = book.after((transfer,), result, at=LATER)
    assert book.accounts["prepaid"].posted == held


def test_a_change_books_what_is_new():
    assert booked(None, ASKED, BOOKS) == ()
    assert booked(None, PAID, BOOKS) == booked(ASKED, PAID, BOOKS) == due(PAID, BOOKS)
    assert booked(PAID, PAID, BOOKS) == ()
    lost, _, _ = CASES["lost"]
    assert [each.kind.value for each in booked(PAID, lost, BOOKS)] == ["chargeback"]
    early, _, _ = CASES["lost before it succeeded"]
    assert [each.kind.value for each in booked(early, lost, BOOKS)] == ["topup", "chargeback"]


def test_a_chargeback_is_taken_though_the_money_is_spent():
    (_, taken) = due(CASES["lost"][0], BOOKS)
    assert (taken.forced, taken.actor, taken.reason) == (True, "processor", "dispute d was lost")


def test_two_payments_never_make_one_id():
    one = due(replace(PAID, id="p/topup"), BOOKS)
    assert {each.id for each in one}.isdisjoint(each.id for each in due(PAID, BOOKS))
