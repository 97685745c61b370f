"""The list of leads and a lead's pages: who sees what, and what each form does."""

from __future__ import annotations

import re

import pytest

from leadcore.leads import LeadStatus
from leadcore.ports import LeadQuery

PARTS = ("", "/details", "/contact", "/timeline", "/files", "/appointments", "/return")
FORMS = ("/attempt", "/email", "/forward", "/assign")
LINK = re.compile(r'href="/leads/([0-9a-f-]{36})"')


def leads_of(browser, query=""):
    return list(dict.fromkeys(LINK.findall(browser.get(f"/leads{query}").text)))


def every_lead_of(browser):
    found, address = [], "/leads"
    while address:
        page = browser.get(address).text
        found += LINK.findall(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    return set(found)


@pytest.mark.parametrize("user", ["nora", "pia", "vera"])
def test_every_page_of_a_lead_opens(browsers, user):
    browser = browsers(user)
    lead = leads_of(browser)[0]
    parts = (*PARTS, *FORMS, *(("/distribution",) if user == "vera" else ()))
    for part in parts:
        page = browser.get(f"/leads/{lead}{part}")
        assert page.status_code == 200, (part, page.text)


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'


def test_what_people_typed_is_never_run(acting):
    nora = acting.browser().log_in("nora")
    lead = leads_of(nora)[1]
    base = f"/leads/{lead}"
    here = {"title": EVIL, "place": EVIL, "notes": EVIL, "begins": "2026-11-23T10:00"}
    here |= {"minutes": "30", "zone": "UTC", "assigned_to": "pia"}
    assert nora.submit(f"{base}/appointments", here).status_code == 200
    files = {"file": (f"../../{EVIL}.html", b"<script>alert(1)</script>", "text/html")}
    nora.submit(f"{base}/files", {}, files=files)
    nora.submit(
        f"{base}/contact",
        {"number": nora_number(nora, base), "words": EVIL},
        to=f"{base}/contact/stop",
    )
    for page in (
        *(f"{base}{part}" for part in PARTS),
        f"/leads?text={EVIL}",
        f"/leads?since={EVIL}&kind={EVIL}&sort={EVIL}&after={EVIL}",
        f"{base}/contact?channel={EVIL}",
        "/",
    ):
        text = nora.get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert "49" not in text.split(EVIL[:2])[0][-5:], page
    told = nora.submit(f"{base}/email", {"subject": EVIL, "body": ""})
    assert told.status_code == 422
    assert "<script>alert" not in told.text
    assert "&lt;script&gt;alert(1)" in told.text


def nora_number(browser, base):
    return re.search(r'<option value="(\+1\d{10})"', browser.get(f"{base}/contact").text)[1]


def test_a_file_is_a_download_under_a_safe_name(acting):
    nora = acting.browser().log_in("nora")
    base = f"/leads/{leads_of(nora)[0]}"
    kept = nora.submit(
        f"{base}/files", {}, files={"file": ("../../../etc/pass wd.txt", b"hello", "text/html")}
    )
    assert kept.status_code == 200
    address = re.search(rf'href="({base}/files/[0-9a-f-]+)" download', kept.text)[1]
    got = nora.get(address)
    assert got.content == b"hello"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "/" not in got.headers["content-disposition"]
    assert got.headers["content-type"].startswith("text/plain")
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    part = nora.get(address, headers={"Range": "bytes=1-2"})
    assert (part.status_code, part.content) == (206, b"el")
    assert nora.get(address, headers={"Range": "bytes=99-"}).status_code == 416
    assert nora.get(f"{base}/files/..%2f..%2fdemo.db").status_code == 404
    assert nora.submit(f"{base}/files", {}).status_code == 422
    # Neither somebody who does not see the lead, nor its address under another lead, gives it away.
    ada = acting.browser().log_in("ada")
    assert ada.get(address).status_code == 404
    other = f"/leads/{leads_of(nora)[3]}/files/{address.rsplit('/', 1)[1]}"
    assert nora.get(other).status_code == 404


def test_what_one_may_not_know_is_not_there(browsers, looking):
    nora, pia, ada, vera = (browsers(user) for user in ("nora", "pia", "ada", "vera"))
    of_harbor, own, of_north = (every_lead_of(each) for each in (nora, pia, ada))
    assert own < of_harbor
    assert not of_harbor & of_north
    theirs = min(of_harbor - own)
    for browser in (pia, ada):
        for part in (*PARTS, *FORMS, "/print", "/export"):
            assert browser.get(f"/leads/{theirs}{part}").status_code == 404, part
    assert nora.get("/leads/no-such-lead").status_code == 404
    # What is known and not allowed is another thing.
    assert nora.get(f"/leads/{theirs}/distribution").status_code == 403
    page = vera.get(f"/leads/{theirs}").text
    assert "Record an attempt" in page
    assert f'href="/leads/{theirs}/return"' in page
    gone = next(
        each
        for each in looking.store.leads(
            LeadQuery(seller_id="demo", limit=500, statuses=frozenset({LeadStatus.REFUNDED}))
        )
    )
    assert "Record an attempt" not in vera.get(f"/leads/{gone.id}").text
    assert vera.get(f"/leads/{theirs}/distribution").status_code == 200


def test_the_list_is_searched_sorted_and_turned_page_by_page(browsers):
    nora = browsers("nora")
    seen, address = [], "/leads?sort=name"
    while address:
        page = nora.get(address).text
        names = re.findall(r'<td><a class="strong"[^>]*>([^<]+)', page)
        assert len(names) <= 25
        seen += names
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == 55
    assert [name.casefold() for name in seen] == sorted(name.casefold() for name in seen)
    backwards = re.findall(
        r'class="strong"[^>]*>([^<]+)', nora.get("/leads?sort=name&reverse=on").text
    )
    assert backwards[0].casefold() == max(name.casefold() for name in seen)
    calls = nora.get("/leads?kind=live_call").text
    assert calls.count("Live call</td>") == len(re.findall(r'<td><a class="strong"', calls)) > 2
    assert "No lead fits" in nora.get("/leads?text=zzzz").text
    assert "A date such as" in nora.get("/leads?since=yesterday").text
    one_day = nora.get("/leads?since=2026-11-19&until=2026-11-19").text
    assert "Nov 19" in one_day
    assert "Nov 18" not in one_day


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("csv", b"Lead ID"),
        ("xlsx", b"PK"),
        ("json", b"["),
        ("vcard", b"BEGIN:VCARD"),
        ("pdf", b"%PDF"),
    ],
)
def test_leads_leave_as_files(browsers, form, begins):
    pia = browsers("pia")
    lead = leads_of(pia)[0]
    # Pages are slow to draw, so a few of them are enough.
    several = "/leads/export?since=2026-11-18&" if form == "pdf" else "/leads/export?"
    for address in (f"/leads/{lead}/export?format={form}", f"{several}format={form}"):
        got = pia.get(address)
        assert got.status_code == 200
        assert got.content.lstrip(b"\xef\xbb\xbf\n ").startswith(begins)
        assert got.headers["content-disposition"].startswith("attachment;")
    assert pia.get(f"/leads/{lead}/export?format=exe").status_code == 404
    assert pia.get(f"/leads/{lead}/print").headers["content-disposition"].startswith("inline;")


def test_a_return_is_asked_for_once_and_in_time(acting):
    nora = acting.browser().log_in("nora")
    fresh = next(
        lead
        for lead in leads_of(nora, "?kind=web")[4:]
        if "A return was asked" not in nora.get(f"/leads/{lead}/return").text
    )
    base = f"/leads/{fresh}/return"
    page = nora.get(base).text
    assert "sends the person to somebody else" in page
    assert "A technical issue cut the call" not in page
    wish = {"reason": "wrong_number", "detail": "A bakery answers."}
    assert "Tick this" in nora.submit(base, wish).text
    wish["understood"] = "on"
    assert "is no reason" in nora.submit(base, {**wish, "reason": "not_interested"}).text
    assert "Expect an answer from" in nora.submit(base, wish).text
    assert "A return was asked for" in nora.get(base).text
    late = leads_of(nora, "?sort=sold&reverse=on&kind=web")[0]
    assert "Over since" in nora.get(f"/leads/{late}/return").text
    refused = nora.submit(f"/leads/{late}/return", wish)
    assert refused.status_code == 422
    assert "Returns closed after" in refused.text


def test_the_desk_works_an_accounts_lead(acting):
    """Attempt, note, e-mail, forward, appointment, file and assignment, by the seller's staff."""
    sam, store = acting.browser().log_in("sam"), acting.store
    lead = leads_of(acting.browser().log_in("pia"))[0]
    base = f"/leads/{lead}"
    assert (
        "The attempt is recorded"
        in sam.submit(
            f"{base}/attempt", {"channel": "call", "outcome": "no_answer", "when": "now"}
        ).text
    )
    assert store.lead(lead).attempts[-1].by == "sam"
    told = sam.submit(f"{base}/timeline", {"note": "Calls back\non Monday."}, to=f"{base}/note")
    assert "Calls back" in told.text
    assert sam.submit(f"{base}/timeline", {"note": " "}, to=f"{base}/note").status_code == 422
    sent = sam.submit(f"{base}/email", {"subject": "Your request", "body": "When may we call?"})
    assert "The e-mail is on its way" in sent.text
    gone = sam.submit(f"{base}/forward", {"to": "nora", "note": ""})
    assert "goes to nora@example.com" in gone.text
    assert sam.submit(f"{base}/forward", {"to": "ada"}).status_code == 422
    kept = sam.submit(f"{base}/files", {}, files={"file": ("a.txt", b"hello", "text/plain")})
    assert "a.txt is kept" in kept.text
    file = re.search(rf'href="({base}/files/[0-9a-f-]+)" download', kept.text)[1]
    assert sam.get(file).content == b"hello"
    when = {"begins": "2026-11-23T10:00", "minutes": "30", "zone": "UTC", "title": "A talk"}
    page = sam.get(f"{base}/appointments").text
    assert '<option value="pia" selected>' in page
    assert 'value="sam"' not in page
    made = sam.submit(f"{base}/appointments", {**when, "assigned_to": "pia"})
    assert "The appointment is made" in made.text
    booked = re.search(r'href="/appointments/([0-9a-f-]{36})">A talk', made.text)[1]
    cancelled = sam.submit(f"/appointments/{booked}/cancel", {})
    assert "is cancelled" in cancelled.text
    assert "is removed" in sam.submit(f"{file}/remove", {}).text
    assert "Omar Haddad" in sam.submit(f"{base}/assign", {"user_id": "omar"}).text
    assert store.lead(lead).assigned_to == "omar"
    vera = acting.browser().log_in("vera")
    of_desk = vera.get("/audit").text
    assert "Work lead" in of_desk or "Log attempt" in of_desk
