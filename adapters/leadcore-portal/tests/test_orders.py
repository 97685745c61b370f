"""The order manager: every column, 0 and Unlimited told apart, terms and limits as typed."""

from __future__ import annotations

import re

from leadcore.orders import Period, Span
from leadcore.values import UNLIMITED

COLUMNS = (
    *("Order", "Status", "Start", "End", "Renewal", "Auto charge", "Order total"),
    *("Received", "Remaining", "Cost", "Paid"),
)


def order(store, key):
    return next(each for each, _ in store.orders("demo") if each.id == key)


def fields(browser, page):
    """Give what a form holds, as a browser would send it unchanged."""
    text = browser.get(page).text.partition("<main")[2]
    values = {}
    for name, value in re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', text):
        values.setdefault(name, value)
    for tag in re.findall(r"<input[^>]*?type=\"(?:checkbox|radio)\"[^>]*>", text):
        name = re.search(r'name="(\w+)"', tag)[1]
        values.pop(name, None)
    for tag in re.findall(r"<input[^>]*? checked[^>]*>", text):
        name, value = re.search(r'name="(\w+)"', tag)[1], re.search(r'value="(\w+)"', tag)[1]
        values[name] = [*values.get(name, []), value]
    for name, body in re.findall(r'<select[^>]*name="(\w+)".*?>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        values[name] = chosen[1] if chosen else ""
    values.pop("csrf")
    return values


def test_the_list_has_every_column_and_tells_nothing_from_unlimited(browsers):
    page = browsers("nora").get("/orders").text
    heads = [
        re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<th scope=\"col\".*?</th>", page)
    ]
    assert tuple(heads) == COLUMNS
    assert "0, none" in page
    assert "$500.00" in page
    assert "Paused" in page
    paused = browsers("nora").get("/orders?status=paused").text
    assert "harbor-bank" in paused
    assert "harbor-omar" not in paused
    one = browsers("nora").get("/orders/harbor-bank").text
    for words in ("Unlimited", "0, none", "09:00 to 17:00", "closed", "visa, ending 4242", "15 %"):
        assert words in one, words
    assert browsers("pia").get("/orders").status_code == 403
    assert browsers("nora").get("/orders/north-ada").status_code == 404


def test_an_order_is_opened_paused_edited_and_closed(acting):
    nora = acting.browser().log_in("nora")
    values = fields(nora, "/orders/new")
    assert values["kinds"] == ["web", "live_call"]
    key = values["order_id"]
    wanted = {**values, "user_id": "pia", "price": "41.50", "by": "unlimited", "quantity": ""}
    refused = nora.submit("/orders/new", {**wanted, "price": "much", "states": "Florida"})
    assert refused.status_code == 422
    assert "An amount such as 25.00." in refused.text
    nora.submit("/orders/new", {**wanted, "states": "fl ny", "areas": "Family law\nTaxes"})
    made = order(acting.store, key).terms
    assert (made.quantity, made.price.minor, made.filters.kinds) == (UNLIMITED, 4_150, None)
    assert made.filters.states == {"FL", "NY"}
    assert made.filters.areas == {"Family law", "Taxes"}
    page = f"/orders/{key}"
    nora.submit("/orders", {}, to=f"{page}/turn/pause")
    assert order(acting.store, key).paused
    edit = fields(nora, f"{page}/edit")
    nora.submit(f"{page}/edit", {**edit, "by": "quantity", "quantity": "0"})
    assert order(acting.store, key).terms.quantity == 0
    stale = nora.submit(f"{page}/edit", {**edit, "by": "quantity", "quantity": "7"})
    assert stale.status_code == 422
    assert "read it again" in stale.text
    nora.submit(f"{page}/close", {"reason": "Enough."})
    assert order(acting.store, key).status.value == "closed"
    assert "Closed: Enough." in nora.get(page).text


def test_caps_hours_and_renewal_come_back_as_they_were_typed(acting):
    nora, page = acting.browser().log_in("nora"), "/orders/harbor-bank/limits"
    before = order(acting.store, "harbor-bank").terms
    values = fields(nora, page)
    nora.submit(page, values)
    assert order(acting.store, "harbor-bank").terms == before
    endless = nora.submit(page, {**values, "renewal": "at_end", "day_2": "25:00-26:00"})
    assert "Times of a clock for Tuesday" in endless.text
    endless = nora.submit(page, {**values, "renewal": "at_end", "charge": ""})
    assert "An order that renews at its end has one." in endless.text
    odd = {**fields(nora, page), "day_6": "22:00-02:00", "leads_day": "0", "leads_hour": "x"}
    refused = nora.submit(page, odd)
    assert refused.status_code == 422
    assert "A whole number." in refused.text
    nora.submit(page, {**odd, "leads_hour": "", "money_month": "0.00", "day_1": ""})
    terms = order(acting.store, "harbor-bank").terms
    caps = {each.period: each for each in terms.caps.limits}
    assert (caps[Period.DAY].leads, caps[Period.DAY].money) == (0, UNLIMITED)
    assert caps[Period.MONTH].money.minor == 0
    assert Period.HOUR not in caps
    assert Span(6, 22 * 60, 2 * 60) in terms.hours.spans
    assert 1 not in {each.day for each in terms.hours.spans}


def test_staff_open_an_order_for_any_account_and_give_it_its_rank(acting):
    vera = acting.browser().log_in("vera")
    values = fields(vera, "/orders/new?account=north")
    wanted = {**values, "user_id": "ada", "price": "50", "priority": "3", "weight": "2"}
    vera.submit("/orders/new?account=north", wanted, to="/orders/new")
    made = order(acting.store, values["order_id"])
    assert (made.account_id, made.terms.priority, made.terms.weight) == ("north", 3, 2)
    stranger = {**wanted, "user_id": "nora", "order_id": "01a20000-0000-7000-8000-000000000003"}
    refused = vera.submit("/orders/new?account=north", stranger, to="/orders/new")
    assert "there is no such user in this account" in refused.text.lower()
