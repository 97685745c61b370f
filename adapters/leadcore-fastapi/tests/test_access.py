"""Every route, asked by everybody: one table says who gets what, and no route is missing in it."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import quote

import pytest

from leadcore_fastapi import app, routers

WHO = ("anonymous", "disabled", "other", "below", "member", "admin", "staff", "manager")
"""Nobody; dan, who is disabled; sue, admin of another account; cat, below who works the lead; bob,
who works it; ann, admin of bob's account; sam of the seller's staff; mia, who manages it."""
TOKENS = dict(zip(WHO[1:], ("dan", "sue", "cat", "bob", "ann", "sam", "mia"), strict=True))

NOTE = {"note": "because"}
TERMS = {"user_id": "bob", "price": {"minor": 2500, "currency": "USD"}, "quantity": 5}
PROFILE = {"name": "Bob", "email": "bob@example.com"}
SPAN = {"local": "2026-11-24T09:00"}

PUBLIC = (200,) * 8
# Open to all of the account and to staff; one's own, so everybody's differ and nobody's is missing.
OWN = (401, 401, 200, 200, 200, 200, 200, 200)
# A lead of bob's: cat below bob and sue elsewhere may not know it exists.
LEAD = (401, 401, 404, 404, 200, 200, 200, 200)
# Where leadcore-pdf is not installed, it is said to whoever may have the sheet.
SHEET = LEAD if find_spec("leadcore_pdf") else (401, 401, 404, 404, 503, 503, 503, 503)
MADE = (401, 401, 404, 404, 201, 201, 201, 201)
SENT = (401, 401, 404, 404, 202, 202, 202, 202)
STAFF = (401, 401, 403, 403, 403, 403, 200, 200)
MANAGER = (401, 401, 403, 403, 403, 403, 403, 200)
# What an admin has of the own account, and staff of any.
ABOVE = (401, 401, 404, 403, 403, 200, 200, 200)
ADMIN = (401, 401, 404, 403, 403, 200, 403, 200)
# The same where nothing names an account: everybody who may sees something else.
ABOVE_ANY = (401, 401, 200, 403, 403, 200, 200, 200)
ADMIN_ANY = (401, 401, 200, 403, 403, 200, 403, 200)

TABLE = {
    "health": PUBLIC,
    "ready": PUBLIC,
    # A token that is none is told so everywhere; a wrong form, and a token of nothing, to all.
    "get_token": (422, 401, 422, 422, 422, 422, 422, 422),
    "accept_invitation": (409, 401, 409, 409, 409, 409, 409, 409),
    "accept_reset": (409, 401, 409, 409, 409, 409, 409, 409),
    "ask_reset": (202, 401, 202, 202, 202, 202, 202, 202),
    "log_out": OWN,
    "list_sessions": OWN,
    "end_session": (401, 401, 404, 404, 404, 404, 404, 404),
    "change_password": (401, 401, 422, 422, 422, 422, 422, 422),
    "ask_address": (401, 401, 422, 422, 422, 422, 422, 422),
    "accept_address": (409, 401, 409, 409, 409, 409, 409, 409),
    "list_leads": OWN,
    "show_lead": LEAD,
    "show_timeline": LEAD,
    "show_candidates": (401, 401, 403, 403, 403, 403, 200, 200),
    "offer_lead": (401, 401, 403, 403, 403, 403, 409, 409),
    "ask_contact": LEAD,
    "show_evidence": (401, 401, 404, 403, 403, 200, 200, 200),
    "log_attempt": MADE,
    "add_note": MADE,
    "assign_lead": LEAD,
    "email_person": (401, 401, 404, 404, 422, 422, 422, 422),
    "forward_lead": SENT,
    "list_calls": OWN,
    "show_call": LEAD,
    # Shared below bob: cat hears it and sees no lead.
    "show_recording": (401, 401, 404, 200, 200, 200, 200, 200),
    "download_recording": (401, 401, 404, 200, 200, 200, 200, 200),
    "review_recording": (401, 401, 404, 403, 403, 201, 201, 201),
    "share_recording": (401, 401, 404, 403, 403, 201, 201, 201),
    "unshare_recording": (401, 401, 404, 403, 403, 200, 200, 200),
    "list_shared_calls": OWN,
    "print_lead": SHEET,
    "show_consent": LEAD,
    "record_consent": MADE,
    "record_revocation": MADE,
    "list_duties": OWN,
    "list_letters": STAFF,
    "show_letter": STAFF,
    # It waits: there is nothing to try again.
    "retry_letter": (401, 401, 403, 403, 403, 403, 409, 409),
    "drop_letter": STAFF,
    "show_terms": STAFF,
    "edit_terms": MANAGER,
    "show_refundable": ABOVE,
    "refund_account": (401, 401, 404, 403, 403, 201, 403, 201),
    "transfer_balance": (401, 401, 403, 403, 403, 403, 403, 201),
    "run_audit": MANAGER,
    "show_key": ADMIN,
    "edit_key": ADMIN,
    "export_leads": OWN,
    "submit_lead": (401, 401, 403, 403, 403, 403, 201, 201),
    # Who hands leads in proves it by a word of the source's, whoever it is.
    "take_google": (403, 401, 403, 403, 403, 403, 403, 403),
    "verify_meta": (403, 401, 403, 403, 403, 403, 403, 403),
    "take_meta": (403, 401, 403, 403, 403, 403, 403, 403),
    "take_hubspot": (403, 401, 403, 403, 403, 403, 403, 403),
    "take_salesforce": (403, 401, 403, 403, 403, 403, 403, 403),
    "take_generic": (403, 401, 403, 403, 403, 403, 403, 403),
    "list_reasons": OWN,
    # Staff decide on returns and ask for none.
    "request_return": MADE,
    "list_returns": OWN,
    "show_return": LEAD,
    "list_queue": STAFF,
    "verify_return": STAFF,
    "grant_exception": (401, 401, 403, 403, 403, 403, 409, 409),
    "approve_return": STAFF,
    "decline_return": STAFF,
    "reverse_return": (401, 401, 404, 404, 409, 409, 409, 409),
    "force_reversal": (401, 401, 403, 403, 403, 403, 409, 409),
    "reinstate_return": (401, 401, 403, 403, 403, 403, 409, 409),
    "list_orders": ABOVE_ANY,
    "show_order": ABOVE,
    "open_order": (401, 401, 404, 403, 403, 201, 201, 201),
    "edit_order": ABOVE,
    "pause_order": ABOVE,
    "resume_order": ABOVE,
    "close_order": ABOVE,
    "list_accounts": STAFF,
    "open_account": (401, 401, 403, 403, 403, 403, 403, 201),
    "show_account": ABOVE,
    "stop_account": MANAGER,
    "activate_account": MANAGER,
    "set_credit_limit": MANAGER,
    "watch_balance": ADMIN,
    "fund_account": (401, 401, 403, 403, 403, 403, 403, 201),
    "show_balance": ABOVE,
    "show_statement": ABOVE,
    "list_payments": ABOVE,
    "make_payment": (401, 401, 404, 403, 403, 201, 403, 201),
    "show_payment": ABOVE,
    "take_notice": (422, 401, 422, 422, 422, 422, 422, 422),
    "list_users": ABOVE_ANY,
    "show_user": ABOVE,
    "add_user": (401, 401, 404, 403, 403, 201, 403, 201),
    "edit_user": ADMIN,
    "move_user": ADMIN,
    "disable_user": ADMIN,
    "enable_user": ADMIN,
    "invite_user": (401, 401, 404, 403, 403, 201, 403, 201),
    "show_me": OWN,
    "edit_me": OWN,
    "list_keys": ADMIN_ANY,
    "make_key": (401, 401, 201, 403, 403, 201, 403, 201),
    "revoke_key": ADMIN,
    "make_appointment": MADE,
    "list_appointments": OWN,
    "show_appointment": LEAD,
    "move_appointment": LEAD,
    "reassign_appointment": LEAD,
    "edit_appointment": LEAD,
    "cancel_appointment": LEAD,
    "show_calendar": OWN,
    "keep_file": MADE,
    "list_files": LEAD,
    "show_file": LEAD,
    "download_file": LEAD,
    "remove_file": LEAD,
    "show_report": OWN,
    "show_dashboard": OWN,
    "list_deeds": ABOVE_ANY,
    "decide": OWN,
    "list_hooks": ADMIN_ANY,
    "open_hook": (401, 401, 201, 403, 403, 201, 403, 201),
    "renew_hook": ADMIN,
    "close_hook": ADMIN,
    "list_tellings": ADMIN,
}
"""For each route what each of `WHO` is answered."""

BODIES = {
    "get_token": {"grant_type": "other"},
    "accept_invitation": {"token": "x" * 20, "password": "several words here"},
    "accept_reset": {"token": "x" * 20, "password": "several words here"},
    "accept_address": {"token": "x" * 20},
    "change_password": {"old": "not this one", "new": "several unexpected words"},
    "ask_address": {"password": "not this one", "email": "me@new.example"},
    "take_notice": {},
    "take_google": {"google_key": "another"},
    "ask_contact": {"channel": "call"},
    "assign_lead": {"user_id": "bob"},
    "forward_lead": {"user_id": "cat"},
    "approve_return": NOTE,
    "open_order": {"account_id": "north", "terms": TERMS},
    "edit_order": TERMS,
    "open_account": {"account_id": "west", "name": "West"},
    "fund_account": {"amount": {"minor": 5000, "currency": "USD"}, "key": "k"},
    "edit_user": PROFILE,
    "move_user": {"parent_id": "ann"},
    "add_user": {"account_id": "north", "profile": PROFILE},
    "make_key": {"name": "website", "permissions": ["leads:read"]},
    "edit_terms": {"name": "Seller", "desk": "desk"},
    "reassign_appointment": {"user_id": "ann"},
    "invite_user": {"email": "cat2@example.com"},
}
RIGHTS = {
    **{name: {"admin": True} for name in ("ann", "sue", "mia")},
    **{name: {} for name in ("cat", "dan", "sam")},
    "bob": {"view_downline": True},
}
ELSE = {"invite_user": {"user_id": "eve"}}
PATHS = {
    "account_id": "north",
    "appointment_id": "a1",
    "file_id": "f1",
    "hook_id": "h1",
    "key_id": "k1",
    "order_id": "o-north",
    "payment_id": "p1",
    "report": "counts",
    "return_id": "r1",
    "session_id": "of-nobody",
    "source": "partner",
    "user_id": "bob",
}
ROUTES = {route.name: route for group in routers.GROUPS for route in group.routes}


def test_no_route_is_missing(house):
    served = {
        (method.upper(), path.removeprefix("/v1"))
        for path, methods in app(house.settings).openapi()["paths"].items()
        for method in methods
    }
    assert served == {(route.method, route.path) for route in ROUTES.values()}
    assert set(TABLE) == set(ROUTES)
    assert {len(row) for row in TABLE.values()} == {len(WHO)}


def test_whatever_has_an_example_says_so(house):
    lacking = [r.name for r in ROUTES.values() if r.body and not r.large and r.example is None]
    assert lacking == []


def fresh(house, api):
    """Add what only an upload and a charge make."""
    sound = house.contents
    house.settings.keeper.put([sound], key=house.sound, size=len(sound))
    headers = {**api.as_("bob"), "Idempotency-Key": "made"}
    kept = api.post(f"/v1/leads/{house.lead_id}/files?name=a.txt", content=b"A", headers=headers)
    paid = api.post(
        "/v1/accounts/north/payments",
        json=ROUTES["make_payment"].example,
        headers={**api.as_("ann"), "Idempotency-Key": "made"},
    )
    return {
        **PATHS,
        "file_id": kept.json()["id"],
        "payment_id": paid.json()["id"],
        "lead_id": house.lead_id,
        "key": kept.json()["id"],
        "message_id": house.store.messages(1, "seller")[0].id,
    }


VERSIONS = {
    "assign_lead": lambda there: ("lead", there["lead_id"]),
    "edit_order": lambda _: ("order", "o-north"),
    "edit_user": lambda _: ("user", "bob"),
    "edit_appointment": lambda _: ("appointment", "a1"),
    "edit_key": lambda _: ("api_key", "k1"),
    "edit_terms": lambda _: ("seller", "seller"),
}


def ask(api, house, route, who, there):
    path = route.path if route.name in {"health", "ready"} else f"/v1{route.path}"
    named = {**there, **ELSE.get(route.name, {})}
    if "/calls/" in route.path:
        named["lead_id"] = house.call_id
    headers = api.as_(TOKENS[who]) if who in TOKENS else {}
    if route.edits:
        whose = VERSIONS.get(route.name, lambda _: ("user", TOKENS.get(who, "bob")))(there)
        headers["If-Match"] = f'"{len(house.store.journal(*whose))}"'
    sent = {}
    if route.name == "show_letter":
        path = f"{path}?id={quote(there['message_id'], safe='')}"
    if route.large:
        sent, path = {"content": b"B"}, f"{path}?name=b.txt"
    elif route.body is not None:
        body = BODIES.get(route.name, route.example)
        if "message_id" in body:
            body = {**body, "message_id": there["message_id"]}
        if route.name == "edit_me":
            body = {"name": "Me", **RIGHTS[TOKENS.get(who, "bob")]}
        form = route.media[0].startswith("application/x-www")
        sent = {"data": body} if form else {"json": body}
    return api.request(route.method, path.format(**named), headers=headers, **sent)


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_the_table_says(api, house, who, restored):
    there = fresh(house, api)
    told = {}
    with restored(house) as again:
        for name, route in ROUTES.items():
            answer = ask(api, house, route, who, there)
            if route.unsafe and answer.status_code < 300:
                again()
            told[name] = answer.status_code
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json", name
    expected = {name: row[WHO.index(who)] for name, row in TABLE.items()}
    differing = {n: (told[n], expected[n]) for n in told if told[n] != expected[n]}
    assert differing == {}
