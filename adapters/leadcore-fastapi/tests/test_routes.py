"""The main job over HTTP, and what every answer has in common."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from leadcore import back_office as bo
from leadcore import logins

LEAD = {
    "first_name": "Kim",
    "last_name": "Roe",
    "phone": "212-555-0188",
    "email": "kim@example.com",
    "zip": "10001",
    "vertical": "legal",
    "budget": "500",
}


def test_a_lead_goes_from_the_form_to_a_refund_that_adds_up(api, house):
    done = api.post("/v1/leads", json=LEAD, headers=api.as_("sam"))
    assert done.status_code == 201
    lead = done.json()["lead"]
    owner = {"north": "bob", "south": "sue"}[lead["sale"]["account_id"]]
    home = lead["sale"]["account_id"]
    assert done.json()["outcome"] == "accepted"
    assert {"key": "budget", "values": ["500"]} in lead["submission"]["answers"]
    assert api.post("/v1/leads", json=LEAD, headers=api.as_("sam")).json()["outcome"] == "known"
    again = {**LEAD, "comments": "please"}
    refused = api.post("/v1/leads", json=again, headers=api.as_("sam"))
    assert (refused.status_code, refused.json()["outcome"]) == (200, "refused")
    assert refused.json()["reasons"] == ["repeat_enquiry"]
    place, mine = f"/v1/leads/{lead['id']}", api.as_(owner)
    tried = {"channel": "call", "outcome": "no_answer"}
    assert api.post(f"{place}/attempts", json=tried, headers=mine).status_code == 201
    told = api.get(f"{place}/timeline", headers=mine).json()["items"]
    assert [each["event"] for each in told][-1] == "ContactAttempted"
    asked = {"reason": "wrong_number", "detail": "Somebody else answers."}
    wish = api.post(f"{place}/returns", json=asked, headers=mine).json()
    rest = f"/v1/returns/{wish['id']}"
    assert api.post(f"{rest}/verify", headers=api.as_("sam")).json()["status"] == (
        "under_verification"
    )
    before = api.get(f"/v1/accounts/{home}/balance", headers=api.as_("mia")).json()
    approved = api.post(f"{rest}/approve", json={"note": "so it is"}, headers=api.as_("sam"))
    assert approved.json()["status"] == "approved"
    after = api.get(f"/v1/accounts/{home}/balance", headers=api.as_("mia")).json()
    assert after["posted"]["minor"] - before["posted"]["minor"] == 2500
    assert api.get(place, headers=mine).status_code == 404
    lines = api.get(f"/v1/accounts/{home}/statement", headers=api.as_("mia")).json()["items"]
    assert [each["kind"] for each in lines if each["lead"] == lead["id"]] == ["charge", "refund"]
    assert house.store.audit() == ()


def test_what_the_rules_refuse_comes_with_every_finding(api, house):
    asked = {"reason": "not_interested", "detail": "no"}
    path = f"/v1/leads/{house.lead_id}/returns"
    refused = api.post(path, json=asked, headers=api.as_("bob"))
    assert refused.status_code == 422
    told = refused.json()
    assert told["verdict"] == "denied"
    assert all({"rule", "sentence", "citation"} <= each.keys() for each in told["findings"])
    house.clock[0] += timedelta(hours=121)
    late = {"reason": "wrong_number", "detail": "Somebody else."}
    found = api.post(path, json=late, headers=api.as_("ann"))
    assert found.status_code == 401
    again = house.settings.clock  # sessions are over by then; a key is not
    assert again() > house.clock[0] - timedelta(seconds=1)


def test_may_i_contact_is_answered_and_kept_on_the_trail(api, house):
    place = f"/v1/leads/{house.lead_id}"
    asked = {"channel": "text", "initiation": "autodialed"}
    found = api.post(f"{place}/contact", json=asked, headers=api.as_("bob"))
    assert (found.status_code, found.json()["verdict"]) == (200, "denied")
    assert {"H-TCPA-NO"} <= {each["rule"] for each in found.json()["findings"]}
    assert len(house.store.journal("decisions", house.lead_id)) == 1
    shown = api.get(place, headers=api.as_("bob")).json()
    assert shown["next_step"]["phase"]
    assert shown["return_until"] == "2026-11-21T15:30:00Z"


def test_every_problem_has_its_path(api):
    body = {"account_id": "north", "terms": {"user_id": 5, "price": {"minor": "1"}, "more": 1}}
    found = api.post("/v1/orders", json=body, headers=api.as_("ann")).json()
    paths = {each["path"] for each in found["errors"]}
    assert {"$.terms.user_id", "$.terms.price.minor", "$.terms"} <= paths


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"{", "is no JSON"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": 1, "a": 2}', "named twice"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "deeper"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (b'{"a": 12345678901234567890}', "at most 18 digits"),
    ],
)
def test_what_is_no_sound_json_is_refused(api, body, said):
    headers = {**api.as_("ann"), "Content-Type": "application/json"}
    found = api.post("/v1/orders", content=body, headers=headers)
    assert found.status_code == 422
    assert said in found.json()["errors"][0]["message"]


def test_a_list_goes_on_where_its_page_ended_and_nowhere_else(api, house):
    for number in range(10, 14):
        house.lead(number)
    seen, last, path = [], "", "/v1/leads?limit=2&sort=name"
    cursor = ""
    while cursor is not None:
        page = api.get(f"{path}{cursor and f'&cursor={cursor}'}", headers=api.as_("ann")).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        last = cursor or last
    whole = api.get("/v1/leads?sort=name", headers=api.as_("ann")).json()["items"]
    assert seen == [each["id"] for each in whole]
    assert len(seen) == len(set(seen)) == 7
    for wrong in (f"/v1/leads?cursor={last}", "/v1/leads?cursor=AAAA", "/v1/leads?cursor=%00"):
        assert api.get(wrong, headers=api.as_("ann")).status_code == 422
    calls = api.get("/v1/leads?kind=live_call&status=sold", headers=api.as_("ann")).json()
    assert [each["kind"] for each in calls["items"]] == ["live_call"]
    assert api.get("/v1/leads?text=doe13", headers=api.as_("ann")).json()["items"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "sort=price",
        "status=open",
        "since=tomorrow",
        "kind=",
        "access_token=abc",
        "limit=1&limit=2",
        "reverse=1",
        "text=%00",
    ],
)
def test_a_query_that_is_none_is_refused(api, query):
    assert api.get(f"/v1/leads?{query}", headers=api.as_("mia")).status_code == 422


# ---------------------------------------------------------------------- once, and as it was seen


def test_the_same_request_with_the_same_key_is_done_once(api, house):
    body = {"account_id": "north", "terms": TERMS}
    keyed = {**api.as_("ann"), "Idempotency-Key": "order-1"}
    first = api.post("/v1/orders", json=body, headers=keyed)
    house.clock[0] += timedelta(minutes=1)
    second = api.post("/v1/orders", json=body, headers=keyed)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert len(house.store.orders("seller")) == 3
    other = api.post("/v1/orders", json={**body, "account_id": "x"}, headers=keyed)
    assert other.status_code == 422
    assert other.json()["errors"][0]["path"] == "Idempotency-Key"
    # Somebody else's key of the same name is another one, and what was refused is judged anew.
    theirs = api.post("/v1/orders", json=body, headers={**api.as_("mia"), **KEYED})
    assert theirs.status_code == 201
    bad = api.post("/v1/orders", json={}, headers={**api.as_("ann"), "Idempotency-Key": "o2"})
    good = api.post("/v1/orders", json=body, headers={**api.as_("ann"), "Idempotency-Key": "o2"})
    assert (bad.status_code, good.status_code) == (422, 201)


TERMS = {"user_id": "bob", "price": {"minor": 2500, "currency": "USD"}, "quantity": 5}
KEYED = {"Idempotency-Key": "order-1"}


def test_of_two_at_the_same_time_one_is_done_and_both_are_told(house):
    body, told, barrier = {"amount": MONEY, "key": "wire"}, [], Barrier(4)

    def ask():
        with house.client() as client:
            barrier.wait()
            mine = {"Authorization": f"Bearer {house.tokens['mia']}", "Idempotency-Key": "f"}
            told.append(client.post("/v1/accounts/north/funds", json=body, headers=mine))

    threads = [Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.status_code for each in told} == {201}
    assert len({each.text for each in told}) == 1
    assert sum("idempotency-replayed" in each.headers for each in told) == 3


MONEY = {"minor": 5000, "currency": "USD"}


def test_a_charge_that_is_asked_for_twice_is_made_once(api, house):
    body = {"amount": MONEY, "method": {"token": "pm_1", "last4": "4242"}}
    keyed = {**api.as_("ann"), "Idempotency-Key": "pay"}
    first = api.post("/v1/accounts/north/payments", json=body, headers=keyed)
    again = api.post("/v1/accounts/north/payments", json=body, headers=keyed)
    assert first.json() == again.json()
    assert first.json()["status"] == "succeeded"
    assert first.json()["method"] == {"last4": "4242"}
    assert len(api.get("/v1/accounts/north/payments", headers=api.as_("ann")).json()["items"]) == 1


def test_a_crash_between_the_charge_and_the_answer_doubles_nothing(api, house):
    body = {"amount": MONEY, "method": {"token": "pm_1"}}
    keyed = {**api.as_("ann"), "Idempotency-Key": "pay"}
    run, turns = house.store.run, []

    def dying(case):
        turns.append(case)
        if len(turns) == 2:
            raise ConnectionError("the process dies here")
        return run(case)

    house.store.run = dying
    assert api.post("/v1/accounts/north/payments", json=body, headers=keyed).status_code == 500
    del house.store.run
    again = api.post("/v1/accounts/north/payments", json=body, headers=keyed)
    assert again.json()["status"] == "succeeded"
    assert len(house.settings.processor.sent) == 1


def test_an_edit_says_what_it_was_made_from(api):
    path = "/v1/orders/o-north"
    tag = api.get(path, headers=api.as_("ann")).headers["etag"]
    edit = {"json": {**TERMS, "quantity": 9}}
    lacking = api.put(f"{path}/terms", headers=api.as_("ann"), **edit)
    assert lacking.status_code == 428
    done = api.put(f"{path}/terms", headers={**api.as_("ann"), "If-Match": tag}, **edit)
    assert (done.status_code, done.json()["terms"]["quantity"]) == (200, 9)
    stale = api.put(
        f"{path}/terms",
        headers={**api.as_("mia"), "If-Match": tag},
        json={**TERMS, "quantity": 1},
    )
    assert (stale.status_code, stale.json()["stale"]) == (409, True)
    wrong = {**api.as_("ann"), "If-Match": "*"}
    assert api.put(f"{path}/terms", headers=wrong, **edit).status_code == 422


# ----------------------------------------------------------------------------- log-in and keys


def test_somebody_is_invited_logs_in_and_out(api, house):
    object.__setattr__(house.settings, "links", None)
    asked = {"email": "ann@example.com"}
    assert api.post("/v1/password-resets", json=asked).status_code == 503
    made = api.post(
        "/v1/users",
        json={"account_id": "north", "profile": {"name": "Ida", "email": "ida@example.com"}},
        headers=api.as_("ann"),
    ).json()
    path = f"/v1/users/{made['id']}/invitation"
    invited = api.post(path, json={}, headers={**api.as_("ann"), **KEYED}).json()
    assert "token" not in api.post(path, json={}, headers={**api.as_("ann"), **KEYED}).json()
    weak = {"token": invited["token"], "password": "password password"}
    refused = api.post("/v1/invitations/accept", json=weak)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "$.password")
    strong = {**weak, "password": "three quiet horses"}
    assert api.post("/v1/invitations/accept", json=strong).json() == {"name": "ida@example.com"}
    form = {"grant_type": "password", "username": "ida@example.com"}
    assert api.post("/v1/oauth/token", data={**form, "password": "wrong"}).status_code == 401
    token = api.post("/v1/oauth/token", data={**form, "password": "three quiet horses"}).json()
    mine = {"Authorization": f"Bearer {token['access_token']}"}
    assert api.get("/v1/me", headers=mine).json()["role"] == "member"
    changed = {"old": "three quiet horses", "new": "four quiet horses"}
    assert api.post("/v1/me/password", json=changed, headers=mine).json() == {"changed": True}
    wrong = api.post("/v1/me/password", json={**changed, "new": "other words"}, headers=mine)
    assert wrong.status_code == 422
    assert len(api.get("/v1/me/sessions", headers=mine).json()["items"]) == 1
    assert api.post("/v1/oauth/revoke", headers=mine).json()["ended"] is True
    assert api.get("/v1/me", headers=mine).status_code == 401
    assert house.store.audit() == ()


def test_another_address_lets_in_once_it_is_confirmed_and_tells_nobody_who_has_it(api, house):
    words = "three quiet horses"
    encoded = house.settings.hasher.hash(words)
    command = logins.SetPassword(logins.digest_of(encoded), "eve@example.com")
    house.run(
        bo.KeepLogin(
            seller_id="seller", user_id="eve", command=command, encoded=encoded, at=house.clock[0]
        )
    )
    form = {"grant_type": "password", "username": "eve@example.com", "password": words}

    def logged_in():
        token = api.post("/v1/oauth/token", data=form).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def ask(email, password=words):
        return api.post("/v1/me/address", json={"password": password, "email": email}, headers=eve)

    def sent(to):
        return [each for each in house.store.messages(1000, "seller") if each.to == to]

    eve, kept = logged_in(), len(sent("ann@example.com"))
    refused = ask("eve@new.example", "another one")
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "$.password")
    told = [ask("ann@example.com"), ask("eve@new.example")]
    assert {(each.status_code, each.text) for each in told} == {(202, '{"asked":true}')}
    (taken,) = sent("ann@example.com")[kept:]
    assert (taken.kind.value, "https://" in taken.body) == ("address_taken", False)
    (message,) = sent("eve@new.example")
    token = re.search(r"https://portal.example/address/(\S+)", message.body)[1]
    assert api.get("/v1/me", headers=logged_in()).status_code == 200
    done = api.post("/v1/addresses/accept", json={"token": token})
    assert done.json() == {"name": "eve@new.example"}
    assert [each.kind.value for each in sent("eve@example.com")][-1] == "address_changed"
    assert api.post("/v1/addresses/accept", json={"token": token}).status_code == 409
    assert api.post("/v1/oauth/token", data=form).status_code == 401
    form["username"] = "eve@new.example"
    logged_in()
    object.__setattr__(house.settings, "links", None)
    assert ask("eve@other.example").status_code == 503
    assert house.store.audit() == ()


def test_staff_ask_for_a_return_for_the_account_that_sees_it(api, house):
    asked = {"reason": "wrong_number", "detail": "The person telephoned the desk."}
    path = f"/v1/leads/{house.lead_id}/returns"
    made = api.post(path, json=asked, headers=api.as_("sam")).json()
    assert (made["requested_by"], made["staff_id"]) == ("bob", "sam")
    for who, seen in (("bob", True), ("ann", True), ("cat", False), ("sue", False)):
        listed = api.get("/v1/returns", headers=api.as_(who)).json()["items"]
        assert (made["id"] in {each["id"] for each in listed}) is seen
        one = api.get(f"/v1/returns/{made['id']}", headers=api.as_(who))
        assert one.status_code == (200 if seen else 404)
    deed, *_ = api.get("/v1/deeds?kind=refund", headers=api.as_("ann")).json()["items"]
    assert (deed["did"], deed["actor_kind"], deed["actor_id"]) == ("RequestRefund", "staff", "sam")
    again = api.post(path, json=asked, headers=api.as_("bob"))
    assert [each["rule"] for each in again.json()["findings"]] == ["RET-ONCE"]


def test_an_account_does_not_rank_its_own_orders(api):
    terms = {**TERMS, "priority": 5}
    for who, status in (("ann", 422), ("mia", 200)):
        tag = api.get("/v1/orders/o-north", headers=api.as_(who)).headers["etag"]
        tagged = {**api.as_(who), "If-Match": tag}
        told = api.put("/v1/orders/o-north/terms", json=terms, headers=tagged)
        assert told.status_code == status
        assert (status == 200) is ("errors" not in told.json())
    made = {"account_id": "north", "terms": {**TERMS, "weight": 7, "tier": 2}}
    refused = api.post("/v1/orders", json=made, headers=api.as_("ann")).json()
    assert [each["path"] for each in refused["errors"]] == ["terms.weight", "terms.tier"]


def test_a_link_goes_to_the_address_one_logs_in_with_and_nowhere_else(api, house):
    told = [
        api.post("/v1/password-resets", json={"email": f"{who}@example.com"})
        for who in ("ann", "nobody", "dan")
    ]
    assert {(each.status_code, each.text) for each in told} == {(202, '{"asked":true}')}

    def linked():
        every = house.store.messages(1000, "seller")
        return {each.to: each for each in every if "https://portal.example/" in each.body}

    (message,) = linked().values()
    assert message.to == "ann@example.com"
    token = re.search(r"https://portal.example/reset/(\S+)", message.body)[1]
    made = {"token": token, "password": "five quiet horses"}
    assert api.post("/v1/password-resets/accept", json=made).json() == {"name": "ann@example.com"}
    assert api.get("/v1/me", headers=api.as_("ann")).status_code == 401
    path = "/v1/users/eve/invitation"
    assert "token" not in api.post(path, json={}, headers=api.as_("mia")).json()
    assert set(linked()) == {"ann@example.com", "eve@example.com"}


def test_a_key_may_do_what_it_was_given_for_and_no_more(api, house):
    asked = {"name": "crm", "permissions": ["leads:read", "orders:read"]}
    made = api.post("/v1/keys", json=asked, headers=api.as_("ann")).json()
    key = {"Authorization": f"Bearer {made['key']}"}
    assert made["key"].startswith("lck_")
    assert api.get("/v1/leads", headers=key).status_code == 200
    closed = api.get("/v1/users", headers=key)
    assert (closed.status_code, closed.json()["findings"][-1]["rule"]) == (403, "ACC-KEY")
    assert api.post("/v1/oauth/revoke", headers=key).status_code == 403
    beyond = api.post("/v1/keys", json={"name": "x", "permissions": ["terms:write"]}, **MINE(api))
    assert beyond.json()["errors"][0]["path"] == "permissions[0]"
    listed = api.get("/v1/keys", headers=api.as_("ann")).json()["items"]
    assert made["key"] not in json.dumps(listed)
    assert api.get("/v1/keys", headers=api.as_("sue")).json()["items"] == []
    api.delete(f"/v1/keys/{made['id']}", headers=api.as_("ann"))
    assert api.get("/v1/leads", headers=key).status_code == 401


def MINE(api):  # noqa: N802 - reads as a word
    return {"headers": api.as_("ann")}


# ------------------------------------------------------------------------------- leads handed in


def test_google_hands_leads_in_under_its_key(api):
    body = {
        "google_key": "agreed",
        "lead_id": "123",
        "user_column_data": [
            {"column_id": "FULL_NAME", "string_value": "Ann Lee"},
            {"column_id": "PHONE_NUMBER", "string_value": "+12125550177"},
        ],
    }
    done = api.post("/v1/intake/google", json=body)
    assert [each["outcome"] for each in done.json()["taken"]] == ["accepted"]
    assert api.post("/v1/intake/google", json=body).json()["taken"][0]["outcome"] == "known"
    wrong = api.post("/v1/intake/google", json={**body, "google_key": "guessed"})
    assert wrong.status_code == 403


def test_meta_is_verified_signed_and_fetched(api, house):
    asked = "hub.mode=subscribe&hub.verify_token=verify&hub.challenge=42"
    assert api.get(f"/v1/intake/meta?{asked}").text == "42"
    assert api.get(f"/v1/intake/meta?{asked}".replace("verify&", "guess&")).status_code == 403
    notice = {"entry": [{"changes": [{"field": "leadgen", "value": {"leadgen_id": "77"}}]}]}
    body = json.dumps(notice).encode()
    signed = "sha256=" + hmac.new(b"app", body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signed}
    named = api.post("/v1/intake/meta", content=body, headers=headers).json()["taken"]
    assert named == [{"outcome": "named", "lead": "77"}]
    answer = {"id": "77", "field_data": [{"name": "phone_number", "values": ["+12125550166"]}]}
    object.__setattr__(house.settings, "fetch", lambda _: json.dumps(answer).encode())
    taken = api.post("/v1/intake/meta", content=body, headers=headers).json()["taken"]
    assert [each["outcome"] for each in taken] == ["accepted"]

    def failing(_lead_id):
        raise ConnectionError

    object.__setattr__(house.settings, "fetch", failing)
    assert api.post("/v1/intake/meta", content=body, headers=headers).status_code == 503
    forged = {**headers, "X-Hub-Signature-256": "sha256=" + "0" * 64}
    assert api.post("/v1/intake/meta", content=body, headers=forged).status_code == 403


def test_other_sources_have_a_word_of_their_own(api):
    hub = {"fields": [{"name": "phone", "value": "+12125550155"}]}
    done = api.post("/v1/intake/hubspot", json=hub, headers={"X-Intake-Token": "h"})
    assert done.json()["taken"][0]["outcome"] == "accepted"
    form = {"oid": "00D", "last_name": "Lee", "phone": "+12125550144"}
    done = api.post("/v1/intake/salesforce", data=form, headers={"X-Intake-Token": "s"})
    assert done.json()["taken"][0]["outcome"] == "accepted"
    done = api.post("/v1/intake/from/partner", json=LEAD, headers={"X-Intake-Token": "p"})
    assert done.json()["taken"][0]["outcome"] == "accepted"
    assert api.post("/v1/intake/from/nobody", json=LEAD).status_code == 404
    nothing = api.post("/v1/intake/from/partner", json={}, headers={"X-Intake-Token": "p"})
    assert nothing.status_code == 422


# -------------------------------------------------------------------------------- files and more


def test_a_file_comes_back_as_a_download_that_nothing_runs(api, house):
    page = b"He said: <script>alert(1)</script>"
    headers = {**api.as_("bob"), "Content-Type": "text/html"}
    path = f"/v1/leads/{house.lead_id}/files?name=..%2Fevil.txt"
    kept = api.post(path, content=page, headers=headers).json()
    assert "/" not in kept["name"]
    assert kept["media_type"] == "text/plain"
    refused = api.post(path, content=b"<!doctype html><script>", headers=headers)
    assert refused.status_code == 422
    got = api.get(f"/v1/files/{kept['id']}/contents", headers=api.as_("bob"))
    assert got.content == page
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    gone = api.delete(f"/v1/files/{kept['id']}", headers=api.as_("bob"))
    assert gone.json()["removed_at"]
    assert api.get(f"/v1/files/{kept['id']}", headers=api.as_("bob")).status_code == 404


def test_questions_are_answered_line_by_line(api):
    headers = {**api.as_("cat"), "Content-Type": "application/x-ndjson"}
    lines = b'{"id": 1, "kind": "zones", "facts": {"number": "+12125550100"}}\n\nnonsense\n'
    told = api.post("/v1/decide", content=lines, headers=headers)
    assert [json.loads(each)["id"] for each in told.text.splitlines()] == [1, None]


@pytest.mark.parametrize("form", ["csv", "jsonl", "vcard", "adf", "xlsx"])
def test_leads_leave_as_files_of_what_one_sees(api, form):
    told = api.get(f"/v1/lead-files?format={form}", headers=api.as_("bob"))
    assert told.status_code == 200
    assert told.headers["content-disposition"].startswith("attachment")
    assert len(told.content) > 300


def test_the_dashboard_says_null_where_something_is_not_open(api):
    told = api.get("/v1/dashboard", headers=api.as_("cat")).json()
    assert told["spend"] is None
    assert api.get("/v1/dashboard", headers=api.as_("ann")).json()["spend"]
    wrong = ("zone=Mars", "zone=%2Fetc%2Fpasswd")
    for each in wrong:
        assert api.get(f"/v1/dashboard?{each}", headers=api.as_("ann")).status_code == 422
    days = api.get("/v1/reports/days?since=2026-11-01&until=2026-11-01", headers=api.as_("ann"))
    assert days.status_code == 422


def test_what_was_done_is_on_record_under_who_did_it(api, house):
    api.post("/v1/orders/o-north/pause", headers=api.as_("ann"))
    (deed,) = api.get("/v1/deeds?by=ann", headers=api.as_("ann")).json()["items"]
    assert (deed["did"], deed["source"]) == ("KeepOrder.PauseOrder", "203.0.113.7")
    assert api.get("/v1/deeds?by=ann", headers=api.as_("sue")).json()["items"] == []
