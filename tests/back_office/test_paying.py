"""Payments through the store: money once, whatever the order; crossings once, whoever looks."""

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import (
    SellerTerms,
    StopAccount,
    WatchBalance,
    prepaid_account,
    revenue_account,
)
from leadcore.balances import COMMON_TIERS, FundingTerms, Transfer, TransferKind
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.payments import (
    Answer,
    Asking,
    BalanceWatch,
    DisputeStatus,
    News,
    Notice,
    NotThere,
    PaymentMethod,
    PaymentStatus,
    Progress,
    Recharge,
    next_asking,
)
from leadcore.people import EditUser, Profile
from leadcore.ports import PaymentFacts, PaymentQuery
from leadcore.testing import MemoryStore, ProcessorDouble, Trouble
from leadcore.testing.scenes import AT, Behind, Scene, charge
from leadcore.values import Money

METHOD = PaymentMethod(token="pm_1", last4="4242")
HOUR = timedelta(hours=1)
NUMBER = "4111111111111111"


def usd(minor):
    return Money(minor, "USD")


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), seller="s", funds=0).set_up()


def request(scene, minor=5_000, key="p", **more):
    given_ = {"method": METHOD, "by": "ann", "at": AT} | more
    return bo.RequestPayment(
        seller_id=scene.seller,
        account_id=scene.account(),
        payment_id=key,
        amount=usd(minor),
        **given_,
    )


def settle(scene, answer, key="p", at=AT, **more):
    case = bo.SettlePayment(seller_id=scene.seller, payment_id=key, answer=answer, at=at, **more)
    return scene.store.run(case)


def notice(scene, number, *, reference="ch_1", **more):
    given_ = {"news": News.CHARGE, "progress": Progress.SUCCEEDED} | more
    told = Notice(id=f"e{number}", reference=reference, occurred_at=AT, **given_)
    return bo.ReceiveNotice(seller_id=scene.seller, notice=told, at=AT)


SUCCESS = Answer(progress=Progress.SUCCEEDED, reference="ch_1")


@pytest.fixture
def paid(scene):
    scene.store.run(request(scene))
    settle(scene, SUCCESS)
    return scene


def test_a_payment_is_credited_once_however_often_it_succeeds(scene):
    assert scene.store.run(request(scene)).status is PaymentStatus.REQUESTED
    assert scene.balance() == 0
    for _ in range(3):
        assert settle(scene, SUCCESS).status is PaymentStatus.SUCCEEDED
        assert scene.store.run(request(scene)).status is PaymentStatus.SUCCEEDED
        scene.store.run(notice(scene, 1))
    assert scene.balance() == 5_000
    (line,) = scene.store.statement(prepaid_account(scene.account()))
    assert (line.transfer.kind.value, line.transfer.actor) == ("topup", "ann")
    assert scene.store.audit() == ()


def test_two_who_settle_at_the_same_time_credit_once(scene):
    scene.store.run(request(scene))
    before = scene.store.load(request(scene).needs).payment
    settle(scene, SUCCESS)
    late = Behind(
        bo.SettlePayment(seller_id=scene.seller, payment_id="p", answer=SUCCESS, at=AT),
        lambda facts: replace(facts, payment=before),
    )
    scene.store.run(late)
    assert (late.calls, scene.balance()) == ([True, False], 5_000)


def test_a_request_is_of_an_account_in_its_currency(scene):
    with pytest.raises(NotFound, match="account"):
        scene.store.run(replace(request(scene), account_id="nobody"))
    with pytest.raises(NotFound, match="account"):
        scene.store.run(replace(request(scene), seller_id="other"))
    with pytest.raises(Malformed, match="currency"):
        scene.store.run(replace(request(scene), amount=Money(5, "EUR")))
    assert scene.store.payment("p") is None


def test_a_payment_is_the_sellers_own(paid):
    for seller, key in (("other", "p"), (paid.seller, "q")):
        with pytest.raises(NotFound, match="payment"):
            paid.store.run(
                bo.SettlePayment(seller_id=seller, payment_id=key, answer=SUCCESS, at=AT)
            )


def test_what_never_arrived_is_given_up(scene):
    scene.store.run(request(scene))
    assert settle(scene, NotThere(), at=AT + 25 * HOUR).status is PaymentStatus.REQUESTED
    assert settle(scene, NotThere(), at=AT + 26 * HOUR).status is PaymentStatus.LAPSED
    assert scene.balance() == 0


# --------------------------------------------------------------------------------------- notices


def test_a_notice_is_counted_known_or_stray(scene):
    scene.store.run(request(scene))
    first = scene.store.run(notice(scene, 1, payment_id="p"))
    again = scene.store.run(notice(scene, 1, payment_id="p"))
    assert [first.outcome, again.outcome] == [bo.Taken.COUNTED, bo.Taken.KNOWN]
    by_reference = scene.store.run(notice(scene, 2))
    assert (by_reference.outcome, by_reference.payment.id) == (bo.Taken.COUNTED, "p")
    stray = notice(scene, 3, reference="ch_9", payment_id="nobody")
    assert [scene.store.run(stray).outcome for _ in range(2)] == [bo.Taken.STRAY, bo.Taken.KNOWN]
    (kept,) = scene.store.strays(scene.seller)
    assert [each.id for each in kept.notices] == ["e3"]
    foreign = scene.store.run(replace(notice(scene, 4, payment_id="p"), seller_id="other"))
    assert (foreign.outcome, foreign.payment) == (bo.Taken.STRAY, None)
    assert (scene.balance(), scene.store.audit()) == (5_000, ())


def test_a_store_that_was_asked_by_reference_gives_the_stray(scene):
    case = notice(scene, 1)
    facts = replace(scene.store.load(case.needs), stray=None)
    assert isinstance(facts, PaymentFacts)
    with pytest.raises(NotFound):
        case.decide(facts)


def test_a_lost_dispute_is_taken_though_the_money_is_spent(paid):
    paid.store.post([(charge(paid.seller, paid.account(), "spent", 4_000),)], at=AT)
    lost = {
        "news": News.DISPUTE,
        "progress": None,
        "dispute": DisputeStatus.LOST,
        "subject": "dp_1",
        "amount": usd(5_000),
    }
    for number in (5, 6):
        paid.store.run(notice(paid, number, **lost))
    assert paid.balance() == -4_000
    assert paid.store.payment("p").status is PaymentStatus.DISPUTED
    assert paid.store.audit() == ()


# ------------------------------------------------------------------------------------ repayments


def repay(scene, minor=2_000, key="r", **more):
    given_ = {"by": "staff", "reason": "closing", "at": AT} | more
    return bo.RepayPayment(
        seller_id=scene.seller,
        payment_id="p",
        repayment_id=key,
        amount=usd(minor),
        **given_,
    )


def test_bonus_is_never_paid_out(paid):
    ledger = prepaid_account(paid.account())
    gift = Transfer(
        id="gift",
        kind=TransferKind.PROMO_GRANT,
        debit=revenue_account(paid.seller),
        credit=ledger,
        amount=usd(9_000),
        effective_at=AT,
    )
    paid.store.post([(gift,), (charge(paid.seller, paid.account(), "spent", 10_000),)], at=AT)
    assert paid.store.balance(ledger).available == 4_000, (
        "bonus goes first, then a thousand in cash"
    )
    with pytest.raises(Malformed, match=r"at most what is unspent: 40\.00 USD in cash"):
        paid.store.run(repay(paid, 4_001))
    paid.store.run(repay(paid, 4_000))
    assert paid.store.audit() == ()


def test_what_is_left_may_be_bonus_alone(paid):
    ledger = prepaid_account(paid.account())
    gift = Transfer(
        id="gift",
        kind=TransferKind.PROMO_GRANT,
        debit=revenue_account(paid.seller),
        credit=ledger,
        amount=usd(9_000),
        effective_at=AT + HOUR,
    )
    paid.store.post([(charge(paid.seller, paid.account(), "spent", 5_000),)], at=AT)
    paid.store.post([(gift,)], at=AT + HOUR)
    with pytest.raises(Malformed, match="at most what is unspent: 0"):
        paid.store.run(repay(paid, 1, at=AT + HOUR))


def test_a_store_that_gives_no_statement_pays_nothing_back(paid):
    case = repay(paid)
    facts = replace(paid.store.load(case.needs), statement=None)
    with pytest.raises(Malformed, match="at most what is unspent: 0"):
        case.decide(facts)


def test_what_goes_back_is_reserved_until_it_is_gone(paid):
    asked = paid.store.run(repay(paid))
    ledger = prepaid_account(paid.account())
    held = paid.store.balance(ledger)
    assert (asked.progress, held.posted, held.available) == (Progress.REQUESTED, 5_000, 3_000)
    again = paid.store.run(repay(paid, at=AT + HOUR))
    assert again == asked
    for _ in range(2):
        settle(paid, replace(SUCCESS, reference="re_1"), repayment_id="r")
    held = paid.store.balance(ledger)
    assert (held.posted, held.available) == (3_000, 3_000)
    assert paid.store.audit() == ()


def test_what_is_refused_is_free_again(paid):
    paid.store.run(repay(paid))
    settle(paid, Answer(progress=Progress.DECLINED), repayment_id="r")
    assert paid.store.balance(prepaid_account(paid.account())).available == 5_000
    with pytest.raises(WrongState, match="no repayment"):
        settle(paid, SUCCESS, repayment_id="r9")


def test_only_unspent_money_goes_back(paid):
    paid.store.post([(charge(paid.seller, paid.account(), "spent", 4_000),)], at=AT)
    with pytest.raises(Malformed, match=r"unspent: 10\.00 USD"):
        paid.store.run(repay(paid, 1_001))
    paid.store.run(repay(paid, 1_000))
    assert paid.store.balance(prepaid_account(paid.account())).available == 0
    assert paid.store.run(repay(paid, 1_000)).amount == usd(1_000)
    facts = replace(paid.store.load(repay(paid).needs), ledger=None)
    with pytest.raises(Malformed, match="unspent"):
        repay(paid, 1, key="r2").decide(facts)


# ----------------------------------------------------------------------------------------- bonus


def tiers(scene, funding=None):
    terms = SellerTerms(name="Seller", funding=funding or FundingTerms(tiers=COMMON_TIERS))
    scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))


def lines(scene):
    return scene.store.statement(prepaid_account(scene.account()))


def kinds(scene, since=0):
    return [(line.transfer.kind.value, line.entry.amount) for line in lines(scene)[since:]]


@pytest.fixture
def earned(scene):
    """Three hundred dollars paid, thirty on top."""
    tiers(scene)
    scene.store.run(request(scene, 30_000))
    settle(scene, SUCCESS)
    return scene


def lost(scene, minor=30_000, number=5, **more):
    told = {
        "news": News.DISPUTE,
        "progress": None,
        "dispute": DisputeStatus.LOST,
        "subject": "dp_1",
        "amount": usd(minor),
    }
    return scene.store.run(notice(scene, number, **told | more))


def test_a_top_up_brings_its_bonus_once_by_answer_or_notice(earned):
    settle(earned, SUCCESS)
    earned.store.run(notice(earned, 1))
    assert kinds(earned) == [("topup", 30_000), ("promo_grant", 3_000)]
    tiers(earned, FundingTerms())
    assert earned.store.payment("p").tiers == COMMON_TIERS
    earned.store.run(request(earned, 30_000, key="q"))
    settle(earned, replace(SUCCESS, reference="ch_2"), key="q")
    assert kinds(earned, 2) == [("topup", 30_000)], "by the tiers as they were when it came"
    assert earned.store.audit() == ()


def test_what_goes_back_takes_the_bonus_the_rest_had_not_earned(earned):
    earned.store.run(repay(earned, 10_000))
    assert earned.store.balance(prepaid_account(earned.account())).available == 33_000 - 12_000
    settle(earned, replace(SUCCESS, reference="re_1"), repayment_id="r")
    assert kinds(earned, 2) == [
        ("hold", 0),
        ("hold", 0),
        ("capture", -10_000),
        ("void", 0),
        ("promo_expiry", -2_000),
    ]
    assert earned.store.audit() == ()


def test_what_was_spent_of_the_bonus_is_made_good(earned):
    spend(earned, "a", 2_500)
    with pytest.raises(Malformed, match=r"275\.00 USD in cash beside 30\.00 USD of bonus"):
        earned.store.run(repay(earned, 30_000))
    earned.store.run(repay(earned, 20_000))
    earned.store.run(
        notice(earned, 7, news=News.REPAYMENT, subject="r", payment_id="p", reference="ch_1")
    )
    assert kinds(earned, 5)[2:] == [("promo_expiry", -500), ("adjustment", -2_500)]
    assert earned.balance() == 33_000 - 2_500 - 23_000
    assert earned.store.audit() == ()


def test_all_of_the_bonus_comes_back_where_an_account_closes(earned):
    earned.store.run(repay(earned, 1_000, all_bonus=True))
    settle(earned, replace(SUCCESS, reference="re_1"), repayment_id="r")
    assert kinds(earned)[-1] == ("promo_expiry", -3_000)


def test_what_is_refused_keeps_its_bonus(earned):
    earned.store.run(repay(earned, 30_000))
    settle(earned, Answer(progress=Progress.DECLINED), repayment_id="r")
    assert earned.store.balance(prepaid_account(earned.account())).available == 33_000
    assert earned.store.payment("p").status is PaymentStatus.SUCCEEDED


def test_a_chargeback_takes_the_bonus_though_it_is_spent(earned):
    spend(earned, "a", 31_000)
    lost(earned)
    assert kinds(earned, 3) == [("chargeback", -30_000), ("adjustment", -3_000)]
    assert earned.balance() == 2_000 - 33_000
    chargeback = lines(earned)[3].transfer
    assert chargeback.ref == lines(earned)[0].transfer.id
    assert earned.store.audit() == ()


def test_a_chargeback_takes_what_is_left_of_the_bonus_first(earned):
    lost(earned, 15_000)
    assert kinds(earned, 2) == [("promo_expiry", -2_250), ("chargeback", -15_000)]
    assert earned.store.audit() == ()


def test_what_was_lost_before_it_was_known_to_have_come_earns_nothing(scene):
    tiers(scene)
    scene.store.run(request(scene, 30_000))
    lost(scene, 10_000, payment_id="p")
    settle(scene, SUCCESS)
    assert kinds(scene) == [("topup", 30_000), ("chargeback", -10_000)]


def test_whoever_spends_meanwhile_is_seen(earned):
    """What is taken follows from all the lines: a line more, and it is decided again."""
    case = replace(repay(earned, 30_000))
    before = earned.store.load(case.needs)
    spend(earned, "a", 3_000)
    late = Behind(case, lambda _: before)
    with pytest.raises(Malformed, match="beside"):
        earned.store.run(late)
    assert late.calls == [True, False]


# -------------------------------------------------------------------------------------- watching


def watch(scene, *, alert=None, below=None, by=None):
    method = METHOD
    recharge = Recharge(below=usd(below), by=usd(by), method=method) if below else None
    wanted = BalanceWatch(alert_below=alert and usd(alert), recharge=recharge)
    command = WatchBalance(wanted)
    scene.store.run(
        bo.KeepAccount(seller_id=scene.seller, account_id=scene.account(), command=command, at=AT)
    )


def check(scene, at=AT):
    return scene.store.run(
        bo.CheckBalance(seller_id=scene.seller, account_id=scene.account(), at=at)
    )


def spend(scene, key, minor):
    scene.store.post([(charge(scene.seller, scene.account(), key, minor),)], at=AT)


def alerts(scene):
    found = (each for each in scene.store.messages(1_000) if each.kind.value == "low_balance")
    return [each.id.split("/")[-2:][0] for each in found]


def admin(scene):
    profile = Profile(name="Ann", email="ann@x.example", admin=True)
    scene.store.run(
        bo.KeepUser(
            user_id=scene.user(), account_id=scene.account(), command=EditUser(profile), at=AT
        )
    )


def test_an_alert_and_a_recharge_once_for_one_crossing(paid):
    admin(paid)
    watch(paid, alert=2_000, below=1_000, by=3_000)
    assert check(paid) == bo.BalanceChecked(low=None, payment=None)
    spend(paid, "one", 3_500)
    for _ in range(2):
        assert (check(paid).low.available, check(paid).payment) == (1_500, None)
    spend(paid, "two", 600)
    first = check(paid).payment
    assert (first.crossing, first.amount, first.by) == (3, usd(3_000), None)
    spend(paid, "three", 100)
    assert check(paid).payment == first
    settle(paid, replace(SUCCESS, reference="ch_2"), key=first.id)
    assert (check(paid), paid.balance()) == (bo.BalanceChecked(low=None, payment=None), 3_800)
    spend(paid, "four", 3_000)
    assert check(paid).payment.crossing != first.crossing
    messages = [each for each in paid.store.messages(99) if each.kind.value == "low_balance"]
    assert len(messages) == 2
    assert messages[0].body.startswith("Your balance is 15.00 USD, below the 20.00 USD")
    assert len(paid.store.payments(PaymentQuery(seller_id=paid.seller))) == 3
    assert paid.store.audit() == ()


def test_a_crossing_is_told_once_and_noted(paid):
    admin(paid)
    watch(paid, alert=2_000)
    spend(paid, "one", 3_500)
    assert [check(paid).told for _ in range(3)] == [True, False, False]
    spend(paid, "two", 100)  # lower still is the same crossing
    assert not check(paid).told
    account = next(iter(paid.store.accounts(paid.seller)))
    assert account.told_low == check(paid).low.number
    watch(paid, alert=1_000)
    spend(paid, "three", 500)
    assert check(paid).told
    assert paid.store.audit() == ()


def test_two_who_look_at_the_same_time_recharge_once(paid):
    watch(paid, below=1_000, by=3_000)
    spend(paid, "one", 4_500)
    case = bo.CheckBalance(seller_id=paid.seller, account_id=paid.account(), at=AT)
    before = paid.store.load(case.needs)
    first = check(paid).payment
    late = Behind(case, lambda _: before)
    assert paid.store.run(late).payment == first
    assert late.calls == [True, False]


def test_a_stopped_account_is_told_and_not_charged(paid):
    admin(paid)
    watch(paid, alert=1_000, below=1_000, by=3_000)
    paid.store.run(
        bo.KeepAccount(
            seller_id=paid.seller, account_id=paid.account(), command=StopAccount("x"), at=AT
        )
    )
    spend(paid, "one", 4_500)
    answer = check(paid)
    assert (answer.low.available, answer.payment) == (500, None)
    assert len(alerts(paid)) == 1


def test_nobody_is_charged_who_asked_for_nothing(paid):
    spend(paid, "one", 5_000)
    assert check(paid) == bo.BalanceChecked(low=None, payment=None)
    with pytest.raises(NotFound, match="account"):
        paid.store.run(bo.CheckBalance(seller_id="other", account_id=paid.account(), at=AT))


def run_down(scene, double, moves):
    """Spend and pay in, look in between, ask for what is unsettled, deliver what was sent."""
    for number, (minor, looks) in enumerate(moves):
        if minor > 0:
            scene.store.run(
                bo.Fund(
                    seller_id=scene.seller,
                    account_id=scene.account(),
                    key=f"f{number}",
                    amount=usd(minor),
                    actor="staff",
                    at=AT,
                )
            )
        elif minor < 0:
            spend(scene, f"c{number}", -minor)
        for _ in range(looks):
            payment = check(scene).payment
            if payment and next_asking(payment, at=AT, keys_hours=24) is Asking.CHARGE:
                settle(scene, double.charge(payment.ask), key=payment.id)
        for told in double.deliveries()[:looks]:
            scene.store.run(bo.ReceiveNotice(seller_id=scene.seller, notice=told, at=AT))


@given(
    st.lists(st.tuples(st.sampled_from((-700, -300, -1, 0, 400)), st.integers(0, 3)), max_size=12),
    st.lists(st.sampled_from(Trouble), max_size=5),
    st.integers(0, 99),
)
def test_a_crossing_recharges_once_and_every_recharge_is_credited_once(moves, troubles, seed):
    scene = Scene(store=MemoryStore(), seller="s", funds=1_000).set_up()
    watch(scene, below=500, by=600)
    double = ProcessorDouble(seed=seed, troubles=troubles)
    run_down(scene, double, moves)
    payments = scene.store.payments(PaymentQuery(seller_id="s"))
    lines = scene.store.statement(prepaid_account(scene.account()))
    for payment in payments:
        (crossed,) = [line.entry for line in lines if line.entry.seq == payment.crossing]
        before = crossed.posted_after - crossed.amount
        assert before >= 500 > crossed.posted_after
        assert double.made(payment.id) <= 1
        credited = [line for line in lines if f"/{payment.id}/topup" in line.transfer.id]
        assert len(credited) == (payment.status is PaymentStatus.SUCCEEDED)
    assert len({payment.crossing for payment in payments}) == len(payments)
    assert scene.store.audit() == ()


# ------------------------------------------------------------------------------- no card numbers


def test_a_card_number_gets_nowhere(paid):
    """Whoever types one anywhere is refused, without hearing it again."""
    tries = (
        lambda: request(paid, method=PaymentMethod(token=NUMBER)),
        lambda: request(paid, method=PaymentMethod(token="pm_1", customer=NUMBER)),
        lambda: paid.store.run(request(paid, key=NUMBER)),
        lambda: paid.store.run(repay(paid, reason=f"to {NUMBER}")),
        lambda: paid.store.run(repay(paid, by=NUMBER)),
        lambda: paid.store.run(repay(paid, key=NUMBER)),
        lambda: notice(paid, 9, code=NUMBER),
        lambda: settle(paid, Answer(progress=Progress.DECLINED, code=NUMBER)),
    )
    for attempt in tries:
        with pytest.raises(Malformed) as malformed:
            attempt()
        assert NUMBER not in f"{malformed.value!s}{malformed.value!r}"
    store = paid.store
    kept = [wire.dump(seen.state) for seen in store.rows.values()]
    kept += [wire.dump(event) for events in store.events.values() for event in events]
    kept += [wire.dump(each) for each in store.book.transfers.values()]
    assert "pm_1" in repr(kept)
    assert NUMBER not in repr(kept)
    assert "pm_1" not in repr(store.rows)
