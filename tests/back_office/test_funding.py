"""Money in with its bonus, money back without it, and bonus whose time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, prepaid_account
from leadcore.balances import (
    CASH_FIRST,
    COMMON_TIERS,
    FundingTerms,
    TransferKind,
    lots,
)
from leadcore.errors import Conflict, Malformed, NotFound, WrongState
from leadcore.payments import Answer, PaymentMethod, Progress
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, charge, fund
from leadcore.values import Money

Kind = TransferKind
TIERS = FundingTerms(tiers=COMMON_TIERS)


def scene(**more):
    return Scene(store=MemoryStore(), **more).set_up()


def bonus_scene(funding=TIERS, **more):
    made = scene(funds=0, **more)
    set_terms(made, funding)
    return made


def set_terms(made, funding, at=AT):
    terms = SellerTerms(name="Seller", funding=funding)
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=terms, at=at))


def problems(run):
    with pytest.raises(Malformed) as malformed:
        run()
    return [problem.path for problem in malformed.value.problems]


def statement(made):
    return made.store.statement(prepaid_account(made.account()))


def kinds(made):
    return [(line.transfer.kind.value, line.entry.amount) for line in statement(made)]


def told(made):
    return lots(statement(made), made.store.seller(made.seller).consumptions)


def back(made, key="k", at=AT, **more):
    given = {
        "seller_id": made.seller,
        "account_id": made.account(),
        "key": key,
        "actor": "staff",
        "reason": "the account is closed",
        "at": at,
    }
    return bo.RefundAccount(**given | more)


def expire(made, at):
    return bo.ExpireBonus(seller_id=made.seller, account_id=made.account(), at=at)


def spend(made, key, minor, at=AT):
    taken = replace(charge(made.seller, made.account(), key, minor), effective_at=at)
    made.store.post([(taken,)], at=at)
    return taken


# ------------------------------------------------------------------------------------- funding


def test_a_payment_comes_once_whenever_it_is_told():
    made = scene(funds=0)
    first = made.store.run(fund(made.account(), made.seller, "p", 700))
    later = replace(fund(made.account(), made.seller, "p", 700), at=AT + timedelta(days=1))
    assert made.store.run(later) == first
    assert made.balance() == 700
    other = fund(made.account(), made.seller, "p", 701)
    assert problems(lambda: made.store.run(other)) == ["key"]
    assert made.balance() == 700


@pytest.mark.parametrize(
    ("amount", "path"),
    [
        (Money(0, "USD"), "amount"),
        (Money(-1, "USD"), "amount"),
        (Money(1, "EUR"), "amount.currency"),
    ],
)
def test_what_comes_in_is_above_zero_and_of_the_account(amount, path):
    made = scene()
    case = replace(fund(made.account(), made.seller, "p", 1), amount=amount)
    assert problems(lambda: made.store.run(case)) == [path]
    assert problems(lambda: made.store.run(replace(case, key=" "))) == ["key"]


def test_a_funding_brings_the_bonus_of_its_tier():
    made = bonus_scene()
    first = made.store.run(fund(made.account(), made.seller, "p", 30_000))
    assert kinds(made) == [("topup", 30_000), ("promo_grant", 3_000)]
    grant = statement(made)[1].transfer
    assert (grant.ref, grant.expires_at, grant.actor) == (first.id, None, "staff")
    assert (told(made).cash, told(made).bonus) == (30_000, 3_000)
    assert made.store.run(fund(made.account(), made.seller, "p", 30_000)) == first
    assert made.balance() == 33_000
    assert made.store.audit() == ()


def test_no_key_of_a_payment_is_the_key_of_a_bonus():
    made = bonus_scene()
    for key in ("p", "p/bonus", "bonus/p"):
        made.store.run(fund(made.account(), made.seller, key, 15_000))
    assert made.balance() == 3 * 15_750


def test_too_little_brings_none_and_what_came_before_the_tiers_stays_without():
    made = scene(funds=0)
    made.store.run(fund(made.account(), made.seller, "early", 30_000))
    set_terms(made, TIERS)
    made.store.run(fund(made.account(), made.seller, "early", 30_000))
    made.store.run(fund(made.account(), made.seller, "little", 14_999))
    assert kinds(made) == [("topup", 30_000), ("topup", 14_999)]


def test_a_bonus_has_its_time():
    made = bonus_scene(FundingTerms(tiers=replace(COMMON_TIERS, bonus_hours=24)))
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    (lot,) = [lot for lot in told(made).open if lot.expires_at]
    assert lot.expires_at == AT + timedelta(days=1)


def test_facts_without_a_seller_bring_no_bonus():
    made = bonus_scene()
    case = fund(made.account(), made.seller, "p", 30_000)
    facts = replace(made.store.load(case.needs), seller=None)
    assert len(case.decide(facts).transfers) == 1


# ------------------------------------------------------------------------------ account refund


def test_unspent_cash_goes_back_without_its_bonus():
    made = bonus_scene()
    funding = made.store.run(fund(made.account(), made.seller, "p", 30_000))
    spend(made, "s", 5_000)
    done = made.store.run(back(made))
    assert [(t.kind, t.amount.minor) for t in done.transfers] == [
        (Kind.ADJUSTMENT, 3_000),
        (Kind.ACCOUNT_REFUND, 25_000),
    ]
    assert [(t.ref, t.amount) for t in done.paid] == [(funding.id, Money(25_000, "USD"))]
    assert (made.balance(), made.store.audit()) == (0, ())


def test_unspent_bonus_is_taken_back_as_it_is():
    made = bonus_scene(replace(TIERS, consumption=CASH_FIRST))
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    spend(made, "s", 5_000)
    done = made.store.run(back(made))
    assert [(t.kind, t.amount.minor) for t in done.transfers] == [
        (Kind.PROMO_EXPIRY, 3_000),
        (Kind.ACCOUNT_REFUND, 25_000),
    ]
    assert (made.balance(), made.store.audit()) == (0, ())


def test_asked_again_it_answers_what_was_done():
    made = bonus_scene()
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    done = made.store.run(back(made))
    made.store.run(fund(made.account(), made.seller, "p2", 10_000))
    assert made.store.run(back(made, at=AT + timedelta(days=1))) == done
    assert made.balance() == 10_000
    assert len(made.store.run(back(made, key="k2")).transfers) == 1
    assert made.balance() == 0


def test_a_key_that_begins_like_another_is_another():
    made = scene(funds=500)
    made.store.run(back(made, key="k/x"))
    made.store.run(fund(made.account(), made.seller, "p", 70))
    assert len(made.store.run(back(made, key="k")).paid) == 1
    assert made.balance() == 0


@pytest.mark.parametrize(
    ("funds", "late", "said"),
    [(0, 0, "nothing was ever paid in"), (100, 1, "could be paid back is over")],
)
def test_where_nothing_can_go_back_it_says_why(funds, late, said):
    made = scene(funds=funds)
    at = AT + timedelta(days=120, microseconds=late)
    with pytest.raises(WrongState, match=said):
        made.store.run(back(made, at=at))
    assert made.balance() == funds


def test_the_last_instant_of_the_time_counts_and_the_time_is_a_term():
    made = scene(funds=100)
    set_terms(made, FundingTerms(refund_hours=2))
    with pytest.raises(WrongState):
        made.store.run(back(made, at=AT + timedelta(hours=2, microseconds=1)))
    made.store.run(back(made, at=AT + timedelta(hours=2)))
    assert made.balance() == 0


def test_what_moved_meanwhile_is_decided_again():
    made = bonus_scene()
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    case = back(made)
    late = case.decide(made.store.load(case.needs))
    # The money would still be there; which of it is bonus is what changed.
    made.store.run(fund(made.account(), made.seller, "p2", 100))
    spend(made, "s", 100)
    with pytest.raises(Conflict, match="ledger account prepaid:"):
        made.store.commit(late)
    assert made.balance() == 33_000
    assert [paid.amount.minor for paid in made.store.run(case).paid] == [29_900, 100]
    assert made.balance() == 0


def test_nobody_reaches_anothers_account():
    made, other = scene(), scene()
    cases = (
        fund(made.account(), other.seller, "key", 1),
        fund("nowhere", made.seller, "key", 1),
        back(made, account_id=other.account()),
        back(made, seller_id="nobody"),
        replace(expire(made, AT), account_id="nowhere"),
    )
    for case in cases:
        with pytest.raises(NotFound):
            made.store.run(case)


def test_another_sellers_account_is_not_there():
    made = scene()
    case = back(made)
    facts = made.store.load(case.needs)
    foreign = replace(facts, account=replace(facts.account, seller_id="other"))
    with pytest.raises(NotFound):
        case.decide(foreign)


# ---------------------------------------------------------------------------------- past bonus


def test_only_what_is_left_of_a_past_bonus_is_taken_back():
    made = bonus_scene(FundingTerms(tiers=replace(COMMON_TIERS, bonus_hours=24)))
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    spend(made, "s", 1_000)
    ends = AT + timedelta(days=1)
    assert made.store.run(expire(made, ends - timedelta(microseconds=1))) == ()
    (taken,) = made.store.run(expire(made, ends))
    assert (taken.amount.minor, taken.kind) == (2_000, Kind.PROMO_EXPIRY)
    assert made.store.run(expire(made, ends)) == ()
    assert (made.balance(), told(made).bonus, made.store.audit()) == (30_000, 0, ())


def test_no_line_is_asked_for_before_a_bonus_is_past():
    made = bonus_scene(FundingTerms(tiers=replace(COMMON_TIERS, bonus_hours=24)))
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    ends = AT + timedelta(days=1)
    early = expire(made, ends - timedelta(microseconds=1))
    assert early.needs.bonus_past == early.at
    assert made.store.load(early.needs).lines == ()
    assert len(made.store.load(expire(made, ends).needs).lines) == 2
    assert len(made.store.load(back(made, at=early.at).needs).lines) == 2


def test_what_a_refund_gives_back_of_it_is_taken_by_the_next_run():
    made = bonus_scene(FundingTerms(tiers=replace(COMMON_TIERS, bonus_hours=24)))
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    sold = spend(made, "s", 1_000)
    ends = AT + timedelta(days=1)
    made.store.run(expire(made, ends))
    returned = replace(
        sold, id="r", kind=Kind.REFUND, debit=sold.credit, credit=sold.debit, ref=sold.id
    )
    made.store.post([(returned,)], at=ends)
    assert told(made).bonus == 1_000
    (taken,) = made.store.run(expire(made, ends))
    assert taken.amount.minor == 1_000
    assert (told(made).bonus, made.store.audit()) == (0, ())


def test_what_a_hold_may_take_of_it_stays():
    made = bonus_scene(FundingTerms(tiers=replace(COMMON_TIERS, bonus_hours=24)))
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    reserved = replace(
        charge(made.seller, made.account(), "h", 32_000),
        kind=Kind.HOLD,
        expires_at=AT + timedelta(days=9),
    )
    made.store.post([(reserved,)], at=AT)
    (taken,) = made.store.run(expire(made, AT + timedelta(days=1)))
    assert taken.amount.minor == 1_000


def pay(made, key, minor):
    made.store.run(
        bo.RequestPayment(
            seller_id=made.seller,
            account_id=made.account(),
            payment_id=key,
            amount=Money(minor, "USD"),
            method=PaymentMethod(token="pm_1"),
            by="ann",
            at=AT,
        )
    )
    answer = Answer(progress=Progress.SUCCEEDED, reference=f"ch_{key}")
    made.store.run(bo.SettlePayment(seller_id=made.seller, payment_id=key, answer=answer, at=AT))


def repay(made, case, each):
    return made.store.run(
        bo.RepayPayment(
            seller_id=made.seller,
            payment_id=each.payment_id,
            repayment_id=case.repayment_id,
            amount=each.amount,
            by="staff",
            reason="closing",
            all_bonus=True,
            at=AT,
        )
    )


def test_what_came_by_payments_goes_back_through_their_processor():
    made = bonus_scene()
    for key, minor in (("p1", 20_000), ("p2", 30_000)):
        pay(made, key, minor)
    made.store.run(fund(made.account(), made.seller, "cash", 500))
    spend(made, "s", 24_000 + 500)
    done = made.store.run(back(made))
    assert [(t.kind, t.amount.minor) for t in done.transfers] == [(Kind.ACCOUNT_REFUND, 500)]
    assert done.payments == (bo.PaymentBack("p2", Money(30_000 - 500 - 3_000, "USD")),)
    assert made.store.run(back(made)) == done
    for each in done.payments:
        repay(made, back(made), each)
    with pytest.raises(WrongState, match="Nothing of it is left"):
        made.store.run(back(made, key="again"))
    assert made.store.audit() == ()


def test_asked_again_it_answers_what_was_asked_of_processors_then():
    made = bonus_scene(FundingTerms())
    for key in ("p1", "p2"):
        pay(made, key, 20_000)
    case = back(made, key="closing on Friday")
    done = made.store.run(case)
    assert [(each.payment_id, each.amount.minor) for each in done.payments] == [
        ("p1", 20_000),
        ("p2", 20_000),
    ]
    spend(made, "meanwhile", 5_000)  # of the first, before anybody asked for it
    asked = replace(done.payments[0], amount=Money(15_000, "USD"))
    repay(made, case, asked)
    pay(made, "p3", 7_000)
    # Cut short, the second is still to be asked for; the third came later and is none of this.
    again = made.store.run(case)
    assert again.payments == (asked, done.payments[1])
    repay(made, case, again.payments[1])
    late = replace(case, at=AT + timedelta(days=200), actor="another")
    assert made.store.run(late) == again
    (rest,) = made.store.run(back(made, key="other")).payments
    assert rest == bo.PaymentBack("p3", Money(7_000, "USD"))


@pytest.mark.parametrize("path", ["key", "actor", "reason"])
def test_a_refund_says_its_key_who_asks_and_why(path):
    made = bonus_scene()
    made.store.run(fund(made.account(), made.seller, "p", 30_000))
    assert problems(lambda: made.store.run(back(made, **{path: " \n"}))) == [path]
    assert made.balance() == 33_000
