"""Billing: the statement adds up, bonus is told before, tokens alone are taken, once."""

from __future__ import annotations

import re
from datetime import timedelta

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account, revenue_account
from leadcore.balances import Transfer, TransferKind
from leadcore.logins import Actor
from leadcore.payments import PaymentStatus
from leadcore.ports import PaymentQuery
from leadcore.statement_lines import told_id
from leadcore.values import Money

CARD = "4111111111111111"
MINE = "01a20000-0000-7000-8000-000000000001"
SLOW = "01a20000-0000-7000-8000-000000000002"


def held(store):
    return store.balance(prepaid_account("harbor")).available


def hidden(browser, page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', browser.get(page).text)[1]


def cents(told):
    digits = int(re.sub(r"\D", "", told))
    return digits if told.startswith("$") else -digits


def test_the_statement_runs_from_what_was_before_to_what_is_there(browsers, looking):
    page = browsers("nora").get("/billing/harbor/statement?since=2026-11-10").text
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    money = [re.findall(r"[^\s>]?\$[\d,]+\.\d\d", row) for row in rows]
    balance = cents(money[0][-1])
    for row in money[1:]:
        balance += cents(row[0])
        assert balance == cents(row[-1])
    assert balance == looking.store.balance(prepaid_account("harbor")).posted
    assert "EST" in page
    assert "Lead returned" in page
    quiet = browsers("nora").get("/billing/harbor/statement?since=2026-11-21").text
    assert "Nothing moved in these days" in quiet


def test_what_is_reserved_is_told_beside_what_is_available(acting):
    at, before = acting.clock.now, held(acting.store)
    hold = Transfer(
        id="hold",
        kind=TransferKind.HOLD,
        debit=prepaid_account("harbor"),
        credit=revenue_account("demo"),
        amount=Money(4_400, "USD"),
        effective_at=at,
        expires_at=at + timedelta(minutes=10),
    )
    acting.store.post([(hold,)], at=at)
    nora = acting.browser().log_in("nora")
    page = nora.get("/billing/harbor").text
    assert "A lead on its way" in page
    assert "1 reservation<" in page
    assert "$44.00" in page
    assert f"${before // 100 - 44:,}.00" in page
    assert "Reserved for a lead" in nora.get("/billing/harbor/statement").text


def test_money_is_for_admins_and_staff_and_stays_behind_the_wall(browsers):
    assert browsers("pia").get("/billing/harbor").status_code == 403
    assert browsers("nora").get("/billing/north").status_code == 404
    assert browsers("nora").get("/billing", follow_redirects=False).headers["location"] == (
        "/billing/harbor"
    )
    assert browsers("vera").get("/billing/harbor").status_code == 200
    assert browsers("sam").get("/billing/north/statement").status_code == 200
    assert browsers("sam").get("/billing/north/fund").status_code == 403


def test_the_bonus_is_told_before_and_comes_with_the_payment(acting):
    nora, before = acting.browser().log_in("nora"), held(acting.store)
    page = "/billing/harbor/fund?amount=600.00"
    told = nora.get(page).text
    for words in ("$600.00", "$90.00", "15 %", "visa, ending 4242", "pm_demo"):
        assert (words in told) is (words != "pm_demo"), words
    values = {"amount": "600.00", "method": "0", "payment_id": hidden(nora, page, "payment_id")}
    done = nora.submit(page, values, to="/billing/harbor/fund")
    assert "with $90.00 of bonus" in done.text
    nora.submit(page, values, to="/billing/harbor/fund")
    assert held(acting.store) == before + 69_000


def test_a_card_number_is_refused_and_not_repeated(acting):
    nora, before = acting.browser().log_in("nora"), held(acting.store)
    page = "/billing/harbor/fund?amount=20.00"
    sent = {"amount": "20.00", "method": "new", "token": CARD, "payment_id": MINE}
    refused = nora.submit(page, sent, to="/billing/harbor/fund")
    assert refused.status_code == 422
    assert CARD not in refused.text
    declined = {**sent, "token": "pm_declined_insufficient_funds"}
    told = nora.submit(page, declined, to="/billing/harbor/fund").text
    assert "Nothing was charged. There is not enough money" in told
    zero = nora.get("/billing/harbor/fund?amount=0").text
    assert "More than nothing." in zero
    assert held(acting.store) == before
    (latest, *_) = acting.store.payments(PaymentQuery(seller_id="demo", account_id="harbor"))
    assert latest.status is PaymentStatus.DECLINED


def test_a_payment_that_is_not_settled_is_asked_for_again(acting):
    nora, before = acting.browser().log_in("nora"), held(acting.store)
    page = "/billing/harbor/fund?amount=20.00"
    sent = {"amount": "20.00", "method": "new", "token": "pm_pending", "payment_id": SLOW}
    told = nora.submit(page, sent, to="/billing/harbor/fund").text
    assert "$20.00 are on their way" in told
    again = re.search(r'action="(/billing/harbor/payments/[^"]+)"', told)[1]
    assert "are on their way" in nora.submit("/billing/harbor", {}, to=again).text
    acting.settings.processor.finish(SLOW)
    assert "$20.00 are on the balance." in nora.submit("/billing/harbor", {}, to=again).text
    assert held(acting.store) == before + 2_000
    strange = nora.submit("/billing/harbor", {}, to="/billing/harbor/payments/nothing")
    assert strange.status_code == 404


def test_what_is_done_when_a_balance_is_low_is_kept_and_ended(acting):
    nora, page = acting.browser().log_in("nora"), "/billing/harbor/watch"
    values = {"alert_below": "75", "recharge": "on", "recharge_below": "50.00", "method": "new"}
    half = nora.submit(page, {**values, "recharge_by": "", "token": "pm_x"})
    assert half.status_code == 422
    nora.submit(page, {**values, "recharge_by": "120", "token": "pm_x"})
    (account,) = (each for each in acting.store.accounts("demo") if each.id == "harbor")
    watch = account.watch
    assert (watch.alert_below.minor, watch.recharge.below.minor) == (7_500, 5_000)
    assert (watch.recharge.by.minor, watch.recharge.method.token) == (12_000, "pm_x")
    assert "Nothing is watched any more." in nora.submit(page, {"alert_below": ""}).text


def test_unspent_cash_goes_back_once_asked_for(acting):
    nora, page = acting.browser().log_in("nora"), "/billing/harbor/back"
    told = nora.get(page).text
    assert "by a payment" in told
    assert "within 120 days" in told
    values = {"reason": "We close.", "key": hidden(nora, page, "key")}
    assert "Tick this to go on." in nora.submit(page, values).text
    done = nora.submit(page, {**values, "understood": "on"})
    assert "booked back" in done.text
    assert held(acting.store) < 40_000


def test_whoever_gets_money_is_not_told_by_its_id_whose_it_was(acting):
    other, at = (
        next(
            each.id for each in acting.store.accounts("demo") if each.id not in {"harbor", "desk"}
        ),
        acting.clock.now,
    )
    for case in (
        bo.Fund(
            seller_id="demo",
            account_id=other,
            key="f",
            amount=Money(900, "USD"),
            actor="staff",
            at=at,
        ),
        bo.TransferBalance(
            seller_id="demo",
            from_account=other,
            to_account="harbor",
            key="words-of-staff",
            amount=Money(500, "USD"),
            allowed_by="staff",
            reason="asked for",
            at=at,
        ),
    ):
        by = bo.By(actor=Actor.staff("demo"), case=case, act=type(case).__name__, at=at)
        moved = acting.store.run(by)
    told = acting.browser().log_in("nora").get("/audit").text
    assert told_id(moved) in told
    nora = acting.browser().log_in("nora")
    for wanted, found in ((told_id(moved), True), (moved.id, False)):
        page = nora.get("/audit", params={"kind": "transfer", "thing": wanted}).text
        assert ("No deed fits" not in page) is found
    assert "words-of-staff" not in told
