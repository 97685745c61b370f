"""Every page, asked by everybody: one table says who gets what, and no page is missing in it."""

from __future__ import annotations

import re

import pytest
from attrs import evolve

from leadcore import back_office as bo
from leadcore.logins import SetPassword, digest_of
from leadcore.people import DisableUser, EditUser
from leadcore.ports import AppointmentQuery, DeedQuery, FileQuery, LeadQuery, RefundQuery
from leadcore.submissions import LeadKind
from leadcore_portal.pages import every_page

WHO = ("anonymous", "disabled", "other", "below", "member", "admin", "staff", "manager")
"""Nobody; rosa, who is disabled; ada, admin of another account; pia, below omar; omar, whose things
they are; nora, admin of his account; sam of the seller's staff; vera, who manages it."""
USERS = dict(zip(WHO[1:], ("rosa", "ada", "pia", "omar", "nora", "sam", "vera"), strict=True))
SENT = None
"""A form that is taken: it has a test of its own, and is not sent here."""

FREE = (200,) * 8
OUT = (SENT,) * 8
NONE = (404,) * 8
OWN = (303, 303, 200, 200, 200, 200, 200, 200)
OWN_SENT = (303, 303, SENT, SENT, SENT, SENT, SENT, SENT)
# Of omar: pia below him and ada elsewhere may not know it exists.
SEEN = (303, 303, 404, 404, 200, 200, 200, 200)
SEEN_SENT = (303, 303, 404, 404, SENT, SENT, SENT, SENT)
STAFF = (303, 303, 403, 403, 403, 403, 200, 200)
STAFF_SENT = (303, 303, 403, 403, 403, 403, SENT, SENT)
MANAGER = (303, 303, 403, 403, 403, 403, 403, 200)
MANAGER_SENT = (303, 303, 403, 403, 403, 403, 403, SENT)
# What an admin has of the own account, and staff or its managers of any.
ABOVE = (303, 303, 404, 403, 403, 200, 200, 200)
ABOVE_SENT = (303, 303, 404, 403, 403, SENT, SENT, SENT)
ADMIN = (303, 303, 404, 403, 403, 200, 403, 200)
ADMIN_SENT = (303, 303, 404, 403, 403, SENT, 403, SENT)
# The same where nothing names an account: everybody who may sees something else.
ABOVE_ANY = (303, 303, 200, 403, 403, 200, 200, 200)

LEAD, CALL, USER = "/leads/{lead_id}", "/calls/{call_id}", "/users/{user_id}"
RETURN, DEED = "/returns/{refund_id}", "/verification/{refund_id}/{deed}"
MONEY, ORDER = "/billing/{account_id}", "/orders/{order_id}"
BOOKED, ACCOUNT = "/appointments/{appointment_id}", "/accounts/{account_id}"

TABLE = {
    "GET /login": (200, 200, 303, 303, 303, 303, 303, 303),
    "GET /forgot": FREE,
    **dict.fromkeys(("POST /login", "POST /forgot", "POST /logout"), OUT),
    **dict.fromkeys((f"GET /{use}/{{token}}" for use in ("invitation", "reset", "address")), NONE),
    **dict.fromkeys(
        (f"POST /{use}/{{token}}" for use in ("invitation", "reset", "address")),
        # A mark made of a session is none any more when the session is over.
        (404, 403, 404, 404, 404, 404, 404, 404),
    ),
    **dict.fromkeys(
        (
            *("GET /", "GET /leads", "GET /leads/export", "GET /returns", "GET /calls"),
            *("GET /calls/shared", "GET /appointments", "GET /appointments/calendar"),
            *("GET /preferences", "GET /profile", "GET /security"),
        ),
        OWN,
    ),
    **dict.fromkeys(
        (
            *("POST /preferences", "POST /profile", "POST /security/password"),
            *("POST /security/address", "POST /security/end-others"),
        ),
        OWN_SENT,
    ),
    "POST /security/end": (303, 303, 404, 404, 404, 404, 404, 404),
    **dict.fromkeys(
        (
            *(f"GET {LEAD}{part}" for part in ("", "/details", "/timeline", "/contact", "/files")),
            *(f"GET {LEAD}/{part}" for part in ("attempt", "email", "forward", "assign", "return")),
            *(f"GET {LEAD}/{part}" for part in ("export", "print", "appointments")),
            *(f"GET {LEAD}/files/{{file_id}}{part}" for part in ("", "/remove")),
            *(f"GET {CALL}", f"GET {CALL}/recording", f"GET {RETURN}", f"GET {RETURN}/reverse"),
            *(f"GET {BOOKED}{part}" for part in ("", "/calendar", "/move", "/cancel")),
        ),
        SEEN,
    ),
    **dict.fromkeys(
        (
            *(f"POST {LEAD}/{part}" for part in ("note", "contact", "attempt", "email", "files")),
            *(f"POST {LEAD}/contact/{part}" for part in ("registry", "stop")),
            *(f"POST {LEAD}/{part}" for part in ("forward", "assign", "return", "appointments")),
            *(f"POST {LEAD}/files/{{file_id}}/remove", f"POST {RETURN}/reverse"),
            *(f"POST {BOOKED}/{part}" for part in ("move", "attendee", "cancel")),
        ),
        SEEN_SENT,
    ),
    **dict.fromkeys(
        (f"POST {CALL}/{part}" for part in ("review", "share", "unshare")),
        (303, 303, 404, 403, 403, SENT, SENT, SENT),
    ),
    **dict.fromkeys(
        (
            *(f"GET {LEAD}/distribution", "GET /verification", f"GET {DEED}"),
            *("GET /verification/{refund_id}", "GET /accounts", "GET /outbox"),
        ),
        STAFF,
    ),
    "GET /outbox/message": (303, 303, 403, 403, 403, 403, 404, 404),
    f"POST {DEED}": STAFF_SENT,
    **dict.fromkeys(("POST /outbox/retry", "POST /outbox/drop"), STAFF_SENT),
    **dict.fromkeys((f"GET {ACCOUNT}/turn", f"GET {ACCOUNT}/limit"), MANAGER),
    **dict.fromkeys(
        (f"POST {ACCOUNT}/{part}" for part in ("stop", "activate", "limit")), MANAGER_SENT
    ),
    **dict.fromkeys(
        (
            *(f"GET {MONEY}", f"GET {MONEY}/statement", "GET /users", f"GET {USER}"),
            *(f"GET {ORDER}{part}" for part in ("", "/edit", "/limits", "/close")),
            "GET /orders/new",
        ),
        ABOVE,
    ),
    **dict.fromkeys(
        (
            *(f"POST {ORDER}/{part}" for part in ("edit", "limits", "close", "turn/pause")),
            "POST /orders/new",
        ),
        ABOVE_SENT,
    ),
    **dict.fromkeys(
        (
            *(f"GET {MONEY}/{part}" for part in ("fund", "watch", "back")),
            *(f"GET {USER}/{part}" for part in ("edit", "move", "turn", "login", "invite")),
            "GET /users/new",
        ),
        ADMIN,
    ),
    **dict.fromkeys(
        (
            *(f"POST {MONEY}/{part}" for part in ("fund", "watch", "back")),
            *(f"POST {USER}/{part}" for part in ("edit", "move", "login", "invite")),
            *(f"POST {USER}/disable", f"POST {USER}/enable", "POST /users/new"),
        ),
        ADMIN_SENT,
    ),
    f"POST {MONEY}/payments/{{payment_id}}": (303, 303, 404, 403, 403, 404, 403, 404),
    **dict.fromkeys(("GET /orders", "GET /audit"), ABOVE_ANY),
    # Staff go to the accounts, where there is a balance of each.
    "GET /billing": (303, 303, 303, 403, 403, 303, 303, 303),
}


def named(page):
    path = page.path.replace("/turn/{turn}", "/turn/pause")
    return f"{page.method} {path.replace('{lead_id}', '{call_id}') if '/calls/' in path else path}"


def test_no_page_is_missing_in_the_table():
    assert {named(page) for page in every_page()} == set(TABLE)


def omars(store):
    """Give the parts of addresses, of things that are omar's."""
    asked = LeadQuery(seller_id="demo", kind=LeadKind.LIVE_CALL, limit=500)
    call = next(each for each in store.leads(asked) if each.assigned_to == "omar")
    (file,) = store.files(FileQuery(seller_id="demo"))
    booked = store.appointments(AppointmentQuery(seller_id="demo", user_id="omar"))
    asked = store.refunds(RefundQuery(seller_id="demo", account_id="harbor"))
    return {
        "lead_id": file.lead_id,
        "file_id": file.id,
        "call_id": call.id,
        "appointment_id": booked[0].id,
        "refund_id": next(each.id for each in asked if each.requested_by == "omar"),
        "deed": "approve",
        "account_id": "harbor",
        "order_id": "harbor-omar",
        "user_id": "omar",
        "payment_id": "none",
        "token": "none",
    }


@pytest.fixture
def everybody(acting):
    """A browser for each, logged in; rosa is disabled then."""
    store, at = acting.store, acting.clock.now
    ada = store.user("ada")
    rights = EditUser(evolve(ada.profile, admin=True))
    store.run(bo.KeepUser(user_id="ada", account_id=ada.account_id, command=rights, at=at))
    encoded = store.password_hash("nora")
    known = SetPassword(digest_of(encoded), "rosa@example.com")
    made = bo.KeepLogin(seller_id="demo", user_id="rosa", command=known, encoded=encoded, at=at)
    store.run(made)
    browsers = {who: acting.browser().log_in(user) for who, user in USERS.items()}
    marks = {who: each.csrf("/profile") for who, each in browsers.items()}
    store.run(bo.KeepUser(user_id="rosa", account_id="harbor", command=DisableUser(), at=at))
    stranger = acting.browser()
    return {"anonymous": stranger, **browsers}, {"anonymous": stranger.csrf("/login"), **marks}


def asked(browser, method, address, sent):
    if method == "POST":
        return browser.post(address, data=sent, follow_redirects=False)
    return browser.get(address, params={"account": sent["account"]}, follow_redirects=False)


INLINE = re.compile(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
KEPT_IN_ADDRESSES = re.compile(
    r'<form(?![^>]*method="post")[^>]*>(?:(?!</form>).)*"csrf"', re.DOTALL
)


def mishandled(got):
    """Say what about an answer must not be: kept by a cache, run by a browser, in an address."""
    kept = "no-store" not in got.headers["cache-control"]
    opens = "default-src 'none'" not in got.headers["content-security-policy"]
    page = got.text if "text/html" in got.headers.get("content-type", "") else ""
    return kept or opens or INLINE.search(page) or KEPT_IN_ADDRESSES.search(page)


def test_everybody_gets_what_the_table_says_and_the_others_change_nothing(acting, everybody):
    browsers, marks = everybody
    parts = omars(acting.store)
    before = acting.store.deeds(DeedQuery(seller_id="demo", limit=500))
    wrong = []
    for page, answers in TABLE.items():
        method, path = page.split()
        address = path.format(**parts)
        for who, wanted in zip(WHO, answers, strict=True):
            if wanted is SENT:
                continue
            sent = {"csrf": marks[who], "account": "harbor", "session": "none"}
            got = asked(browsers[who], method, address, sent)
            if got.status_code != wanted or mishandled(got):
                wrong.append((page, who, got.status_code, wanted, mishandled(got)))
    assert wrong == []
    assert acting.store.deeds(DeedQuery(seller_id="demo", limit=500)) == before


def test_no_form_is_taken_without_its_mark(acting, everybody):
    """Whoever may do everything may not be made to do it by another's page."""
    browsers, _ = everybody
    parts = omars(acting.store)
    before = acting.store.deeds(DeedQuery(seller_id="demo", limit=500))
    for page in TABLE:
        method, path = page.split()
        if method == "POST":
            got = browsers["manager"].post(path.format(**parts), data={"account": "harbor"})
            assert got.status_code == 403, page
            assert "comes from another page" in got.text, page
    assert acting.store.deeds(DeedQuery(seller_id="demo", limit=500)) == before
