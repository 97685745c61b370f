"""A page goes on where the one before ended, though its last row has left the list."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from leadcore import back_office as bo
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.submissions import Channel
from leadcore_fastapi.routers import dutying


def test_who_works_a_list_off_sees_the_rest_of_it(api, house):
    for number in range(10, 14):
        house.lead(number)
    house.clock[0] += timedelta(hours=25)
    key = {"Authorization": "Bearer lck_0123456789abcdef"}  # a session would be over by then
    path = "/v1/leads?overdue=true&limit=1"
    whole = [each["id"] for each in api.get(path[:-8], headers=key).json()["items"]]
    assert len(whole) > 3
    shown, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{path}{cursor and f'&cursor={cursor}'}", headers=key).json()
        cursor = page["next"]
        for lead in page["items"]:
            shown.append(lead["id"])
            tried = ContactAttempt(
                channel=Channel.CALL,
                at=house.clock[0],
                by=lead["assigned_to"],
                outcome=AttemptOutcome.NO_ANSWER,
            )
            house.run(
                bo.WorkLead(
                    lead_id=lead["id"],
                    viewer_id=lead["assigned_to"],
                    command=LogAttempt(attempt=tried),
                    at=house.clock[0],
                )
            )
    assert shown == whole
    assert api.get(path, headers=key).json()["items"] == []


def test_a_list_goes_on_behind_a_very_long_name(api, house):
    for number in range(10, 13):
        house.lead(number, name="😀" * 50 + "ж" * 150)
    key = {"Authorization": "Bearer lck_0123456789abcdef"}
    shown, cursor = [], ""
    while cursor is not None:
        path = f"/v1/leads?sort=name&limit=1{cursor and f'&cursor={cursor}'}"
        answer = api.get(path, headers=key)
        assert answer.status_code == 200, answer.text
        shown += [each["id"] for each in answer.json()["items"]]
        cursor = answer.json()["next"]
    whole = api.get("/v1/leads?sort=name", headers=key).json()["items"]
    assert shown == [each["id"] for each in whole]
    assert len(shown) > 3


def test_a_place_that_somebody_wrote_is_refused_with_its_path(api):
    page = api.get("/v1/leads?limit=1", headers=api.as_("ann")).json()
    padded = page["next"] + "=" * (-len(page["next"]) % 4)
    _, question = json.loads(base64.urlsafe_b64decode(padded))
    for place in ("", "x", "l1", base64.urlsafe_b64encode(b'[1,"leads by name","a","b"]').decode()):
        data = json.dumps([place, question]).encode()
        wrong = base64.urlsafe_b64encode(data).decode().rstrip("=")
        told = api.get(f"/v1/leads?limit=1&cursor={wrong}", headers=api.as_("ann"))
        if place:
            assert told.status_code == 422
            assert told.json()["errors"][0]["path"] == "?cursor"
        else:
            assert told.json() == page


def test_a_duty_that_nobody_could_have_is_refused_with_its_path(api, house):
    house.clock[0] += timedelta(hours=25)
    key = {"Authorization": "Bearer lck_0123456789abcdef"}
    house.lead(10)
    page = api.get("/v1/duties?limit=1", headers=key).json()
    padded = page["next"] + "=" * (-len(page["next"]) % 4)
    _, question = json.loads(base64.urlsafe_b64decode(padded))
    for place in ("9" * 18 + "/l", "-1/l", "1/", "1"):
        data = json.dumps([place, question]).encode()
        wrong = base64.urlsafe_b64encode(data).decode().rstrip("=")
        told = api.get(f"/v1/duties?limit=1&cursor={wrong}", headers=key)
        assert told.status_code == 422
        assert told.json()["errors"][0]["path"] == "?cursor"


def test_duties_go_on_behind_what_was_looked_at(api, house, monkeypatch):
    for number in range(10, 14):
        house.lead(number)
    house.clock[0] += timedelta(hours=25)
    key = {"Authorization": "Bearer lck_0123456789abcdef"}
    whole = api.get("/v1/duties", headers=key).json()["items"]
    monkeypatch.setattr(dutying, "_LOOKED_AT", 1)
    monkeypatch.setattr(dutying, "_PORTIONS", 2)
    shown, cursor, pages = [], "", 0
    while cursor is not None:
        page = api.get(f"/v1/duties{cursor and f'?cursor={cursor}'}", headers=key).json()
        shown += page["items"]
        cursor, pages = page["next"], pages + 1
    assert shown == whole
    assert pages > len(whole) // 2 - 1 > 0
    nobody = api.get("/v1/duties?user=cat", headers=key).json()
    assert (nobody["items"], nobody["next"] is None) == ([], False)
