"""What a payment does to the ledger is a fold of its state, and the ledger takes it."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.balances import Book, FundingTier, FundingTiers, LedgerAccount, Posted, post
from leadcore.payments import (
    BonusBack,
    Books,
    Dispute,
    DisputeStatus,
    Payment,
    PaymentMethod,
    Progress,
    Repayment,
    bonus_id,
    booked,
    differing,
    due,
    payment_of,
    topup_id,
)
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
LATER = AT + timedelta(days=1)
BOOKS = Books(cash="cash", prepaid="prepaid", revenue="revenue")


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
TIERS = FundingTiers(currency="USD", tiers=(FundingTier(1_000, 1_000),), bonus_hours=48)
EARNED = replace(PAID, tiers=TIERS)
WITH_BONUS = replace(BACK, bonus=usd(100))
TAKEN = BonusBack(taken=usd(70), made_good=usd(30))
CASES = {
    "paid, with bonus": (EARNED, ["topup", "promo_grant"], 1100),
    "going back with bonus": (
        replace(EARNED, repayments=(WITH_BONUS,)),
        ["topup", "promo_grant", "hold", "hold"],
        1100,
    ),
    "gone back with bonus": (
        replace(
            EARNED,
            repayments=(
                replace(WITH_BONUS, progress=Progress.SUCCEEDED, settled_at=AT, bonus_back=TAKEN),
            ),
        ),
        [
            *("topup", "promo_grant", "hold", "hold", "capture", "void"),
            *("promo_expiry", "adjustment"),
        ],
        600,
    ),
    "not gone back with bonus": (
        replace(EARNED, repayments=(replace(REFUSED, bonus=usd(100)),)),
        ["topup", "promo_grant", "hold", "hold", "void", "void"],
        1100,
    ),
    "lost with bonus": (
        replace(EARNED, disputes=(replace(LOST, bonus=TAKEN),)),
        ["topup", "promo_grant", "promo_expiry", "chargeback", "adjustment"],
        400,
    ),
    "lost with what is left of the bonus": (
        replace(
            EARNED, disputes=(replace(LOST, bonus=BonusBack(taken=usd(100), made_good=usd(0))),)
        ),
        ["topup", "promo_grant", "promo_expiry", "chargeback"],
        400,
    ),
    "lost with a bonus that was spent": (
        replace(
            EARNED, disputes=(replace(LOST, bonus=BonusBack(taken=usd(0), made_good=usd(100))),)
        ),
        ["topup", "promo_grant", "chargeback", "adjustment"],
        400,
    ),
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
        LedgerAccount(id="revenue", seller_id="s", currency="USD", tracked=False, floor=UNLIMITED),
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


def test_the_bonus_names_its_top_up_and_ends_by_the_tiers():
    _, grant = due(EARNED, BOOKS)
    assert (grant.amount, grant.ref) == (usd(100), topup_id("p"))
    assert (grant.id, grant.expires_at) == (bonus_id("p"), AT + timedelta(hours=48))
    _, grant = due(replace(EARNED, tiers=replace(TIERS, bonus_hours=None)), BOOKS)
    assert grant.expires_at is None
    assert len(due(replace(EARNED, amount=usd(999)), BOOKS)) == 1


def test_what_leaves_names_the_top_up():
    for name in ("going back", "lost", "lost with a bonus that was spent"):
        last = due(CASES[name][0], BOOKS)[-1]
        assert last.ref == topup_id("p"), name
    _, _, hold, bonus_hold = due(CASES["going back with bonus"][0], BOOKS)
    assert (hold.ref, bonus_hold.ref, bonus_hold.credit) == (
        topup_id("p"),
        bonus_id("p"),
        "revenue",
    )


@pytest.mark.parametrize("key", ["p", "p/1/topup", "", "payment/1/p", "ü"])
def test_a_transfer_tells_its_payment(key):
    assert payment_of(topup_id(key)) == key


@pytest.mark.parametrize(
    "other",
    [
        *("", "payment", "payment/", "payment/x/p/topup", "payment/9/p/topup"),
        *("fund/1/p/topup", "payment/1/pq/topup", "payment/²/p/topup"),
    ],
)
def test_what_no_payment_led_to_tells_none(other):
    assert payment_of(other) is None


def differences(payments, transfers):
    return [*differing(payments, transfers, lambda _: BOOKS)]


def test_a_payment_and_the_ledger_agree_or_it_is_said_where_not():
    lost = CASES["lost with bonus"][0]
    right = due(lost, BOOKS)
    foreign = replace(right[0], id="fund/1")
    assert differences([lost], (*right, foreign)) == []
    assert differences([lost], right[:-1]) == [
        f"payment p: the ledger has no transfer {right[-1].id}"
    ]
    assert differences([PAID], right) == [
        f"payment p: transfer {each.id} does not follow from it"
        for each in sorted(right[1:], key=lambda each: each.id)
    ]
    wrong = replace(right[0], amount=usd(999))
    assert differences([lost], (wrong, *right[1:])) == [
        "payment p: transfer payment/1/p/topup is not the one that follows from it"
    ]
    assert differences([], right[:1]) == [
        "payment p: transfer payment/1/p/topup does not follow from it"
    ]
