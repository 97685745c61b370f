"""Recordings, printed leads, consent, the outbox, terms, moved money, keys edited, what is due."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.letters import LetterStatus
from leadcore.submissions import Channel, LeadKind

ELEMENTS = (
    "signature",
    "number_in_agreement",
    "authorizes_seller",
    "disclosure_autodialer",
    "disclosure_not_condition",
)
CLEAN = {"contains_pan": False, "contains_sad": False}


def test_a_share_does_not_tell_where_the_recording_is_kept(api, house):
    house.sound = "https://pbx.example/Pat-Doe-+12125550300.mp3"
    lead = house.lead(5, LeadKind.LIVE_CALL)
    cat, ann, path = api.as_("cat"), api.as_("ann"), f"/v1/calls/{lead.id}/recording"
    for step, body in (("review", CLEAN), ("share", {"below": "bob"})):
        done = api.post(f"/v1/calls/{lead.id}/{step}", json=body, headers=ann)
        assert done.status_code == 201
    heard = api.get(path, headers=cat).json()
    assert (heard["recording"], heard["seconds"], heard["kept_here"]) == (None, 90, False)
    lines = api.get("/v1/shared-calls", headers=cat).json()["items"]
    told = {each["lead_id"]: (each["seconds"], each["kept_here"]) for each in lines}
    assert told == {lead.id: (90, False), house.call_id: (90, True)}
    for person in ("pbx", "Pat", "Doe", "5550300"):
        assert person not in json.dumps([heard, lines])
    assert api.get(path, headers=ann).json()["recording"]["reference"] == house.sound


def test_a_recording_is_heard_below_while_it_is_shared_and_the_lead_is_not_shown(api, house):
    call, cat, ann = f"/v1/calls/{house.call_id}", api.as_("cat"), api.as_("ann")
    heard = api.get(f"{call}/recording", headers=cat).json()
    assert (heard["by_share"], heard["share"]["below"]) == (True, "bob")
    (listed,) = api.get("/v1/shared-calls", headers=cat).json()["items"]
    assert "Pat" not in json.dumps([heard, listed])
    assert api.get(call, headers=cat).status_code == 404
    bad = {**CLEAN, "transcript": "it is 4111 1111 1111 1111"}
    kept = api.post(f"{call}/review", json=bad, headers=ann).json()
    assert kept["review"]["contains_pan"] is True
    assert "4111" not in json.dumps(kept)
    assert api.get(f"{call}/recording", headers=cat).status_code == 404
    refused = api.post(f"{call}/share", json={}, headers=ann)
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["effect"] == "deny"
    api.post(f"{call}/review", json=CLEAN, headers=ann)
    wrong = api.post(f"{call}/share", json={"below": "eve"}, headers=ann)
    assert wrong.json()["errors"][0]["path"] == "below"
    keyed = {**ann, "Idempotency-Key": "share"}
    shared = [api.post(f"{call}/share", json={"below": "ann"}, headers=keyed) for _ in range(2)]
    assert shared[0].json() == shared[1].json()
    assert len(api.get("/v1/shared-calls", headers=cat).json()["items"]) == 1
    assert api.get("/v1/shared-calls", headers=api.as_("sue")).json()["items"] == []
    assert api.delete(f"{call}/share", headers=ann).json().get("share") is None
    deeds = api.get(f"/v1/deeds?kind=recording&id={house.call_id}", headers=ann).json()["items"]
    assert deeds[0]["did"] == "KeepRecording.UnshareRecording"
    assert house.store.audit() == ()


def test_a_recording_that_is_kept_elsewhere_is_not_here_however_long_its_address_is(api, house):
    house.sound = f"https://sounds.example/{'a' * 41}"
    assert len(house.sound) == 64
    lead = house.lead(40, LeadKind.LIVE_CALL)
    path, ann = f"/v1/calls/{lead.id}/recording", api.as_("ann")
    assert api.get(path, headers=ann).json()["recording"]["reference"] == house.sound
    missing = api.get(f"{path}/contents", headers=ann)
    assert missing.status_code == 404
    assert "errors" not in missing.json()


def test_staff_work_a_lead_and_are_on_record_for_it(api, house):
    path, sam = f"/v1/leads/{house.lead_id}", api.as_("sam")
    tried = {"channel": "call", "outcome": "no_answer"}
    lead = api.post(f"{path}/attempts", json=tried, headers=sam).json()
    assert [each["by"] for each in lead["attempts"]] == ["sam"]
    made = api.post(
        f"{path}/appointments",
        json={"title": "Talk", "span": {"local": "2026-11-24T09:00"}},
        headers=sam,
    ).json()
    assert made["appointment"]["assigned_to"] == "bob"
    kept = api.post(f"{path}/files?name=a.txt", content=b"A", headers=sam).json()
    assert (kept["account_id"], kept["added_by"]) == ("north", "sam")
    outside = api.post(f"{path}/forward", json={"user_id": "sue"}, headers=sam)
    assert outside.status_code == 404
    (first, *_) = api.get(f"/v1/deeds?id={house.lead_id}", headers=api.as_("ann")).json()["items"]
    assert (first["did"], first["actor_id"]) == ("WorkLead.LogAttempt", "sam")


def test_a_lead_is_printed_as_whoever_asks_may_have_it(api, house, monkeypatch):
    pytest.importorskip("leadcore_pdf")
    told = api.get(f"/v1/leads/{house.lead_id}/sheet", headers=api.as_("bob"))
    assert told.content.startswith(b"%PDF-")
    assert told.headers["content-disposition"].startswith("attachment")
    monkeypatch.setattr("leadcore_fastapi.routers.exporting.import_module", _missing)
    nothing = api.get(f"/v1/leads/{house.lead_id}/sheet", headers=api.as_("bob"))
    assert nothing.status_code == 503


def _missing(name):
    raise ModuleNotFoundError(name)


def test_unspent_cash_goes_back_once_and_moves_once(api, house):
    mia = api.as_("mia")
    (may,) = api.get("/v1/accounts/south/refundable", headers=api.as_("sue")).json()["items"]
    moving = {
        "to_account": "south",
        "amount": {"minor": 5000, "currency": "USD"},
        "reason": "the same firm",
        "key": "m",
    }
    for _ in range(2):
        done = api.post("/v1/accounts/north/transfers", json=moving, headers=mia)
        assert done.status_code == 201
    other = api.post("/v1/accounts/north/transfers", json={**moving, "key": " "}, headers=mia)
    assert other.json()["errors"][0]["path"] == "key"
    back = {"reason": "leaves us", "key": "r"}
    first = api.post("/v1/accounts/south/refund", json=back, headers=mia).json()
    assert first == api.post("/v1/accounts/south/refund", json=back, headers=mia).json()
    assert [each["amount"] for each in first["paid"]] == [may["amount"]]
    left = api.get("/v1/accounts/south/balance", headers=mia).json()
    # What was moved there came from no top-up, so it has no source to go back to.
    assert left["posted"] == {"minor": 5000, "currency": "USD"}
    again = api.post("/v1/accounts/south/refund", json={**back, "key": "s"}, headers=mia)
    assert again.status_code == 409
    lines = api.get("/v1/accounts/south/statement", headers=mia).json()["items"]
    assert (lines[-2]["kind"], lines[-2]["by"]) == ("transfer", "mia")
    assert house.store.audit() == ()


def test_consent_is_recorded_for_ones_own_account_and_taken_back_for_all(api, house):
    path, bob, at = f"/v1/leads/{house.lead_id}", api.as_("bob"), "2026-11-16T15:00:00Z"
    before = api.get(f"{path}/consent", headers=bob).json()
    grant = {"at": at, "level": 1, "evidence": {"text": "Call me."}}
    told = api.post(f"{path}/consent", json={"fact": grant}, headers=bob).json()
    assert told == {"address": before["addresses"][0], "recorded": 1}
    stands = api.get(f"{path}/consent", headers=bob).json()["consent"]
    assert (before["consent"]["level"], stands["level"], stands["sellers"]) == (0, 1, ["north"])
    for wrong in (
        {"fact": {**grant, "sellers": ["south"]}},
        {"fact": grant, "address": "+12125559999"},
    ):
        assert api.post(f"{path}/consent", json=wrong, headers=bob).status_code == 422
    stop = {"fact": {"at": at, "method": "telephone", "reach": "everything"}}
    assert api.post(f"{path}/revocations", json=stop, headers=bob).status_code == 201
    bare = {"at": at, "level": 2, "elements": dict.fromkeys(ELEMENTS, True)}
    for evidence in ({}, {"signature": "typed name"}, {"text": " "}):
        fact = {**bare, "at": "2026-11-16T15:00:00.000001Z", "evidence": evidence}
        refused = api.post(f"{path}/consent", json={"fact": fact}, headers=bob)
        assert refused.status_code == 422
        assert "fact.evidence" in refused.text
    foreign = {"fact": {**stop["fact"], "seller": "south"}}
    assert api.post(f"{path}/revocations", json=foreign, headers=bob).status_code == 422
    asked = api.post(f"{path}/contact", json={"channel": "text"}, headers=bob).json()
    assert asked["verdict"] == "denied"
    assert api.get(f"{path}/consent", headers=bob).json()["consent"]["revoked_at"] == at


def test_messages_are_listed_dropped_and_tried_again_without_links(api, house):
    sam = api.as_("sam")
    api.post("/v1/password-resets", json={"email": "ann@example.com"})
    every = api.get("/v1/outbox?limit=200", headers=sam).json()["items"]
    (reset,) = [each for each in every if each["message"]["kind"] == "password_reset"]
    assert "/reset/" not in json.dumps(every)
    assert reset["message"]["to"] == "ann@example.com"
    named = {"message_id": every[0]["message"]["id"]}
    done = api.post("/v1/outbox/drop", json={**named, "reason": "sent by hand"}, headers=sam)
    assert done.json()["status"] == "dropped"
    (dropped,) = api.get("/v1/outbox?status=dropped", headers=sam).json()["items"]
    assert dropped["message"]["id"] == named["message_id"]
    again = api.post("/v1/outbox/retry", json=named, headers=sam)
    assert again.status_code == 409  # what a person took back stays so
    shown = api.get(f"/v1/outbox/message?id={named['message_id']}", headers=sam).json()
    assert shown["letter"]["status"] == LetterStatus.DROPPED.value
    assert [each["event"] for each in shown["happened"]] == ["LetterDropped"]
    assert api.get("/v1/outbox/message", headers=sam).status_code == 422
    assert api.get("/v1/outbox/message?id=none", headers=sam).status_code == 404
    first = api.get("/v1/outbox?limit=1", headers=sam).json()
    second = api.get(f"/v1/outbox?limit=1&cursor={first['next']}", headers=sam).json()
    assert first["items"] != second["items"]


def test_terms_are_edited_as_they_were_seen_and_the_desk_stays(api, house):
    mia = api.as_("mia")
    told = api.get("/v1/terms", headers=mia)
    edit = {**told.json(), "name": "New Name"}
    tagged = {**mia, "If-Match": told.headers["etag"]}
    assert api.put("/v1/terms", json=edit, headers=tagged).json()["name"] == "New Name"
    stale = api.put("/v1/terms", json={**edit, "name": "Other"}, headers=tagged)
    assert (stale.status_code, stale.json()["stale"]) == (409, True)
    now = {**mia, "If-Match": api.get("/v1/terms", headers=mia).headers["etag"]}
    gone = api.put("/v1/terms", json={"name": "New Name"}, headers=now)
    assert gone.json()["errors"][0]["path"] == "terms.desk"
    wrong = api.put("/v1/terms", json={**edit, "duplicate_days": -1}, headers=now)
    assert wrong.json()["errors"][0]["path"] == "terms.duplicate_days"


def test_an_audit_says_where_records_differ_and_to_one_seller_alone(api, house):
    mia = api.as_("mia")
    assert api.get("/v1/audit", headers=mia).json()["adds_up"] is True
    with house.store.engine.begin() as connection:
        connection.execute(text("UPDATE leadcore_orders SET sold = sold + 1"))
    found = api.get("/v1/audit", headers=mia).json()
    assert (found["adds_up"], found["differences"]) == (False, 2)
    assert "o-north" in " ".join(found["sentences"])
    terms = SellerTerms(name="Another")
    house.run(bo.SetSellerTerms(seller_id="another", terms=terms, at=house.clock[0]))
    shared = api.get("/v1/audit", headers=mia)
    assert (shared.status_code, shared.json().get("differences")) == (409, None)
    assert "several sellers" in shared.json()["detail"]


def test_a_key_is_edited_as_it_was_seen(api):
    ann = api.as_("ann")
    tag = api.get("/v1/keys/k1", headers=ann).headers["etag"]
    edit = {"name": "crm", "permissions": ["calls:read"]}
    done = api.put("/v1/keys/k1", json=edit, headers={**ann, "If-Match": tag}).json()
    assert (done["name"], done["permissions"]) == ("crm", ["calls:read"])
    assert api.put("/v1/keys/k1", json=edit, headers={**ann, "If-Match": '"9"'}).json() == done
    other = {**edit, "name": "x"}
    assert api.put("/v1/keys/k1", json=other, headers={**ann, "If-Match": tag}).status_code == 409
    key = {"Authorization": "Bearer lck_0123456789abcdef"}
    assert api.get("/v1/calls", headers=key).status_code == 200
    assert api.get("/v1/leads", headers=key).status_code == 403


def test_what_is_due_is_listed_the_longest_due_first(api, house):
    key = {"Authorization": "Bearer lck_0123456789abcdef"}  # a session would be over by then
    assert api.get("/v1/duties", headers=key).json()["items"] == []
    house.clock[0] += timedelta(hours=25)
    asked = api.get("/v1/duties", headers=key).json()["items"]
    assert house.lead_id in {each["lead"]["id"] for each in asked}
    assert {each["lead"]["account_id"] for each in asked} == {"north"}
    attempt = ContactAttempt(
        channel=Channel.CALL, at=house.clock[0], by="bob", outcome=AttemptOutcome.NO_ANSWER
    )
    tried = bo.WorkLead(
        lead_id=house.lead_id,
        viewer_id="bob",
        command=LogAttempt(attempt=attempt),
        at=house.clock[0],
    )
    house.run(tried)
    left = api.get("/v1/duties?user=bob", headers=key).json()["items"]
    assert len(left) == len(asked) - 1
    house.clock[0] += timedelta(days=3)
    follow = api.get("/v1/duties?limit=200", headers=key).json()["items"]
    assert [each["due_at"] for each in follow] == sorted(each["due_at"] for each in follow)
    assert (follow[-1]["lead"]["id"], follow[-1]["attempts"]) == (house.lead_id, 1)
    paged, more = [], "?limit=1"
    while more is not None:
        page = api.get(f"/v1/duties{more}", headers=key).json()
        paged += page["items"]
        more = page["next"] and f"?limit=1&cursor={page['next']}"
    assert paged == follow
    first = api.get("/v1/duties?limit=1", headers=key).json()["next"]
    other = api.get(f"/v1/duties?user=bob&limit=1&cursor={first}", headers=key)
    assert other.json()["errors"][0]["path"] == "?cursor"
    assert api.get("/v1/duties?user=cat", headers=key).json()["items"] == []
