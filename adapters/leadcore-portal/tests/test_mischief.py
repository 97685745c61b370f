"""What somebody may send on purpose: scripts in every field, half bodies, bombs, odd words."""

from __future__ import annotations

import asyncio
import gzip
import io
import re
import zipfile
from html.parser import HTMLParser

import pytest

from leadcore_portal import bodies

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}"
RUN = re.compile(r"<script>alert|<img src=x")
WORDS = {
    *("name", "website", "note", "words", "title", "place", "notes", "subject", "body", "detail"),
    *("reason", "documents", "areas", "text"),
}
"""What is kept as it was typed; other fields would refuse it, and all of the form with it."""
TYPED = {"text", "search", "email", "tel", "password"}
LEAD = re.compile(r'href="(/leads/[0-9a-f-]{36})"')
CALL = re.compile(r'href="(/calls/[0-9a-f-]{36})"')
BOOKED = re.compile(r'href="(/appointments/[0-9a-f-]{36})"')


class Forms(HTMLParser):
    """The forms of a page, and what each would send."""

    def __init__(self, page):
        super().__init__()
        self.found, self._select = [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        of = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append((of.get("method", "get"), of.get("action", ""), {}, []))
        elif tag == "option" and self._select and of.get("value"):
            self._option(of)
        elif self.found and "name" in of:
            self._field(of, of.get("type", "text") if tag == "input" else tag)

    def _option(self, of):
        values = self.found[-1][2]
        values.setdefault(self._select, of["value"])
        if "selected" in of:
            values[self._select] = of["value"]

    def _field(self, of, kind):
        _, _, values, typed = self.found[-1]
        if kind == "select":
            self._select = of["name"]
        elif kind in TYPED or kind == "textarea":
            typed.append(of["name"])
        elif kind in {"checkbox", "radio"}:
            values.setdefault(of["name"], of.get("value", "on"))
        elif kind != "file":
            values[of["name"]] = of.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None


def pages_of(browser):
    """Give the addresses of every page with a form, of one lead, call and appointment."""
    lead, call, booked = (
        pattern.search(browser.get(path).text)[1]
        for pattern, path in ((LEAD, "/leads"), (CALL, "/calls"), (BOOKED, "/appointments"))
    )
    yield from (f"{lead}/{part}" for part in ("timeline", "contact", "attempt", "email", "forward"))
    yield from (f"{lead}/{part}" for part in ("assign", "files", "appointments", "return"))
    yield from (call, f"{booked}/move", "/leads", "/calls", "/returns", "/audit", "/users")
    yield from (f"/billing/harbor/{part}" for part in ("statement", "fund", "watch", "back"))
    yield from (f"/orders/harbor-bank/{part}" for part in ("edit", "limits", "close"))
    yield from ("/users/new", "/users/omar/edit", "/users/rosa/invite", "/users/omar/login")
    yield from ("/users/omar/move", "/orders/new", "/profile", "/security", "/preferences")


@pytest.mark.parametrize("user", ["nora", "vera"])
def test_a_script_in_any_field_of_any_form_is_words(acting, user):
    """Each text field in turn is filled with it, told back, and kept where it is taken."""
    browser = acting.browser().log_in(user)
    desk = ("/accounts", "/accounts/harbor/turn", "/accounts/harbor/limit", "/outbox")
    pages = [*pages_of(browser), *(desk if user == "vera" else ())]
    fields = set()
    for page in pages:
        for method, to, values, typed in Forms(browser.get(page).text).found:
            if to in {"/logout", "/users/omar/move"}:
                continue
            to = to or page  # noqa: PLW2901 - a form without an address goes to its own page
            send = browser.post if method == "post" else browser.get
            for names in (typed, [name for name in typed if name in WORDS]):
                sent = {**values, **dict.fromkeys(names, EVIL)}
                told = send(to, **{"data" if method == "post" else "params": sent})
                assert told.status_code in {200, 422, 404}, (page, to, told.status_code)
                assert not RUN.search(told.text), (page, to)
            fields |= {(to.rsplit("/", 1)[-1], name) for name in typed}
    assert len(fields) > 40
    for page in (*pages, "/", "/users/omar", "/appointments", "/orders", "/orders/harbor-bank"):
        shown = browser.get(page).text
        assert not RUN.search(shown), page
    assert "&lt;script&gt;alert(1)" in browser.get("/profile").text


ODD = ("' OR '1'='1", "%", "_", "\\", "x'; DROP TABLE leadcore_leads; --", '" OR 1=1', "a%' --")


def test_what_is_searched_for_is_words_and_no_question_to_the_database(browsers):
    nora, vera = browsers("nora"), browsers("vera")
    for words in ODD:
        assert "No lead fits" in nora.get("/leads", params={"text": words}).text, words
        assert "No call fits" in nora.get("/calls", params={"text": words}).text, words
        assert "Nobody is called so" in nora.get("/users", params={"text": words}).text, words
        found = vera.get("/accounts", params={"text": words}).text
        assert "No account has this name" in found, words
        for page, name in (("/leads", "sort"), ("/audit", "kind")):
            assert nora.get(page, params={name: words}).status_code == 200, (page, name)
        for page in ("/leads", "/calls", "/users", "/appointments", "/audit"):
            assert nora.get(page, params={"after": words}).status_code == 400, page
        for page in ("/returns", "/orders", "/outbox"):
            assert vera.get(page, params={"status": words, "view": words}).status_code == 200
    assert len(LEAD.findall(nora.get("/leads").text)) >= 25


@pytest.mark.parametrize("address", ["/users?text=a%00", "/orders/new?find=%00", "/users/%00"])
def test_what_no_database_keeps_is_not_asked_for(browsers, address):
    assert browsers("nora").get(address).status_code == 404


def test_nobody_gives_themselves_what_no_form_of_theirs_has(acting):
    """Fields that are for others, sent all the same: they change nothing."""
    nora, store = acting.browser().log_in("nora"), acting.store
    ((_, _, values, _),) = (
        each
        for each in Forms(nora.get("/orders/harbor-bank/edit").text).found
        if "version" in each[2]
    )
    page = "/orders/harbor-bank/edit"
    (before,) = (order for order, _ in store.orders("demo") if order.id == "harbor-bank")
    sent = {**values, "user_id": "omar", "price": "50.00", "by": "bank", "bank": "500.00"}
    ranks = {"priority": "99", "weight": "99", "tier": "0", "account": "north", "paused": ""}
    nora.post(page, data={**sent, **ranks, "max_returns": "15"})
    (after,) = (order for order, _ in store.orders("demo") if order.id == "harbor-bank")
    assert (after.terms.priority, after.terms.weight) == (
        before.terms.priority,
        before.terms.weight,
    )
    assert (after.account_id, after.paused) == ("harbor", before.paused)
    pia = acting.browser().log_in("pia")
    rights = {"admin": "on", "view_downline": "on", "account_id": "north", "parent_id": "top"}
    pia.submit("/profile", {"name": "Pia", "email": "pia@example.com", "enabled": "on", **rights})
    user = store.user("pia")
    assert (user.profile.admin, user.profile.view_downline) == (False, False)
    assert (user.account_id, user.parent_id) == ("harbor", "omar")


def bomb():
    """Give ten megabytes in ten kilobytes, in a ZIP in a ZIP."""
    inner, outer = io.BytesIO(), io.BytesIO()
    for told, name, contents in ((inner, "a.xml", b"<a>" * 3_500_000), (outer, "b.zip", None)):
        with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(name, inner.getvalue() if contents is None else contents)
    return outer.getvalue()


XML = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


def test_bombs_are_not_taken_and_never_opened(acting):
    nora = acting.browser().log_in("nora")
    lead = LEAD.search(nora.get("/leads").text)[1]
    for name, contents in (("a.csv", bomb()), ("lead.xml", XML)):
        refused = nora.submit(f"{lead}/files", {}, files={"file": (name, contents, "text/csv")})
        assert refused.status_code == 422, name
        assert "is not among the types that are taken." in refused.text
    # A body that is packed is no form, and nobody unpacks it.
    packed = gzip.compress(b"csrf=" + b"x" * 5_000_000)
    headers = {"content-encoding": "gzip", "content-type": "application/x-www-form-urlencoded"}
    assert nora.post("/profile", content=packed, headers=headers).status_code == 403
    xml = nora.post("/profile", content=XML, headers={"content-type": "application/xml"})
    assert xml.status_code == 403


def test_a_body_without_a_length_is_counted_as_it_comes(looking):
    def pieces():
        for _ in range(20):
            yield b"x" * 65_536

    browser = looking.browser()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=pieces(), headers=kind).status_code == 413
    many = {f"f{number}": "1" for number in range(400)}
    assert browser.post("/login", data=many).status_code == 400


def test_a_body_that_never_ends_is_not_waited_for(looking, monkeypatch):
    monkeypatch.setattr(bodies, "_PATIENCE", 0.05)
    monkeypatch.setattr(bodies, "_SLOWEST", 10**9)
    told = []

    async def receive():
        if not told:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message):
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/login",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
    }
    asyncio.run(looking.app(scope, receive, send))
    assert told[0]["status"] == 408
