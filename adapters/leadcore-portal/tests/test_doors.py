"""Log-in, sessions, forms of one's own, headers: what a stranger must not be able to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from leadcore import back_office as bo
from leadcore import logins
from leadcore.logins import Invite
from leadcore.people import DisableUser
from leadcore.values import AccountId, UserId
from leadcore_portal import portal

SELLER, HARBOR, PASSWORD = "demo", "harbor", "seven leads before breakfast"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/\t/x",
)


def test_whoever_is_not_in_is_sent_to_the_log_in_and_back(acting):
    browser = acting.browser()
    away = browser.get("/leads?text=x", follow_redirects=False)
    assert away.status_code == 303
    assert away.headers["location"] == "/login?next=%2Fleads%3Ftext%3Dx"
    wish = {"email": "nora@example.com", "password": PASSWORD, "next": "/leads?text=x"}
    assert str(browser.submit("/login", wish).url).endswith("/leads?text=x")
    part = acting.browser().get("/leads", headers={"HX-Request": "true"}, follow_redirects=False)
    assert part.headers["hx-redirect"] == "/login?next=%2Fleads"


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_log_in_leads_nowhere_else(looking, to):
    browser = looking.browser()
    wish = {"email": "nora@example.com", "password": PASSWORD, "next": to}
    done = browser.submit("/login", wish, follow=False)
    assert done.headers["location"] == "/"
    assert (
        browser.get("/login", params={"next": to}, follow_redirects=False).headers["location"]
        == "/"
    )


def test_a_session_is_made_by_logging_in_and_ends_by_logging_out(acting):
    browser = acting.browser()
    browser.get("/login")
    browser.cookies.set("leadcore", "planted-by-somebody-else", domain="portal.test", path="/")
    browser.log_in("nora")
    token = browser.cookies.get("leadcore")
    assert token != "planted-by-somebody-else"
    assert browser.submit("/", {}, to="/logout").url.path == "/login"
    assert "leadcore" not in browser.cookies
    stolen = acting.browser()
    stolen.cookies.set("leadcore", token)
    assert stolen.get("/leads").url.path == "/login"


def test_cookies_are_for_this_host_and_for_no_script(acting):
    from starlette.testclient import TestClient  # noqa: PLC0415 - a browser at another address

    app = portal(evolve(acting.settings, secure=True))
    browser = TestClient(app, base_url="https://portal.test")
    answer = browser.get("/login")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-leadcore-browser=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_form_is_taken_from_its_own_browser_alone(acting):
    nora, pia = acting.browser().log_in("nora"), acting.browser().log_in("pia")
    change = {"zone": "UTC", "theme": "dark"}
    own = nora.csrf("/preferences")
    for token, headers in (
        ("", {}),
        ("0" * 64, {}),
        (pia.csrf("/preferences"), {}),
        ("ünsigned", {}),
        (own, {"Sec-Fetch-Site": "cross-site"}),
        (own, {"Sec-Fetch-Site": "same-site"}),
    ):
        sent = nora.post("/preferences", data={"csrf": token, **change}, headers=headers)
        assert sent.status_code == 403, (token, headers)
        assert "comes from another page" in sent.text
    assert "leadcore-looks" not in nora.cookies
    assert nora.post("/preferences", data={"csrf": own, **change}).status_code == 200
    assert "leadcore-looks" in nora.cookies
    # Nobody is logged in to another's account either.
    stranger = acting.browser()
    wish = {"email": "nora@example.com", "password": PASSWORD, "csrf": pia.csrf("/preferences")}
    assert stranger.post("/login", data=wish).status_code == 403


def test_every_answer_says_what_browsers_must_not_do(looking, browsers):
    stranger, nora = looking.browser(), browsers("nora")
    for answer in (
        nora.get("/"),
        nora.get("/nothing-here"),
        stranger.get("/login"),
        stranger.get("/leads", follow_redirects=False),
        nora.get("/leads/export"),
    ):
        headers = answer.headers
        assert headers["cache-control"] == "private, no-store"
        policy = headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    page = nora.get("/").text
    assert "style=" not in page
    assert " onclick" not in page
    kept = nora.get(page.split('<script src="')[1].split('"')[0])
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"


def test_nothing_but_our_own_files_is_served(looking):
    browser = looking.browser()
    for path in ("/static/x/portal.css", "/static/..%2f..%2fapp.py", "/static/x/../../app.py"):
        assert browser.get(path).status_code == 404, path


def test_wrong_passwords_are_told_kindly_and_wait(acting):
    browser = acting.browser()
    wrong = {"email": "nora@example.com", "password": "not the one I thought"}
    for _ in range(4):
        told = browser.submit("/login", wrong)
        assert told.status_code == 422
        assert "do not go together" in told.text
    assert "in under 1 min" in browser.submit("/login", wrong).text
    right = {**wrong, "password": PASSWORD}
    assert "the next try is looked at" in browser.submit("/login", right).text
    acting.clock.now += timedelta(seconds=31)
    assert browser.submit("/login", right).url.path == "/"
    unknown = browser.__class__(acting.app, base_url="http://portal.test")
    same = unknown.submit("/login", {**wrong, "email": "nobody@example.com"})
    assert "do not go together" in same.text
    assert "E-mail address" in unknown.submit("/login", {**wrong, "email": "nora"}).text


def test_an_invitation_and_a_reset_are_used_once(acting):
    token = "an-invitation-for-dan-of-the-story"
    command = Invite(
        name="dan@example.com",
        token=logins.token_digest(token),
        expires_at=acting.clock.now + timedelta(hours=72),
    )
    user = UserId("dan")
    at = acting.clock.now
    acting.store.run(bo.KeepLogin(seller_id=SELLER, user_id=user, command=command, at=at))
    browser, words = acting.browser(), "nine violins under water"
    weak = {"password": "short", "again": "shorter"}
    told = browser.submit(f"/invitation/{token}", weak)
    assert told.status_code == 422
    assert "at least 15 characters" in told.text
    assert "the same password twice" in told.text
    assert "short" not in told.text.replace("shorter", "").split("<main")[1].split("hint")[0]
    done = browser.submit(f"/invitation/{token}", {"password": words, "again": words})
    assert "Your password is set" in done.text
    assert browser.get(f"/invitation/{token}").status_code == 404
    assert browser.get("/reset/made-up").status_code == 404
    assert browser.log_in("dan", words).get("/leads").status_code == 200
    for name in ("nora@example.com", "nobody@example.com"):
        assert "If there is a log-in" in browser.submit("/forgot", {"email": name}).text
    sent = [m for m in acting.store.messages(500) if m.kind.value == "password_reset"]
    assert [each.to for each in sent] == ["nora@example.com"]


def test_whoever_is_disabled_is_out_at_once(acting):
    pia = acting.browser().log_in("pia")
    assert pia.get("/leads").url.path == "/leads"
    case = bo.KeepUser(
        user_id=UserId("pia"),
        account_id=AccountId(HARBOR),
        command=DisableUser(),
        at=acting.clock.now,
    )
    acting.store.run(case)
    assert pia.get("/leads").url.path == "/login"


def test_a_form_that_is_too_large_is_refused(looking):
    browser = looking.browser()
    big = {"email": "x" * 600_000, "password": "y", "csrf": browser.csrf("/login")}
    assert browser.post("/login", data=big).status_code == 413
