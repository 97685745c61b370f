"""The CRM in Flask: its own table, leadcore's answers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from examples.flask_app.app import create_app

SOLD = datetime(2026, 10, 29, 16, tzinfo=UTC)
LATE = "2026-11-24T02:30:00Z"


@pytest.fixture
def crm(tmp_path):
    file, clock = tmp_path / "crm.db", {"at": SOLD}
    app = create_app(str(file), lambda: clock["at"])
    with closing(sqlite3.connect(file)) as connection, connection:
        row = (1, "+12125550100", "10027", SOLD.isoformat(), 0, "2026-11-20")
        connection.execute(
            "INSERT INTO leads (id, phone, zip, sold_at, on_registry, scrubbed_on)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
    return app.test_client(), clock, file


def test_it_says_whether_and_when(crm):
    client, _, file = crm
    said = client.get("/leads/1/may-i/call", query_string={"at": LATE}).get_json()
    assert (said["answer"], said["rules"]) == ("denied", ["F-QH"])
    assert said["next_permitted_at"] == "2026-11-24T13:00:00Z"
    noon = {"at": "2026-11-24T17:00:00Z"}
    assert client.get("/leads/1/may-i/call", query_string=noon).get_json()["answer"] != "denied"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE leads SET stopped_at = ?", ("2026-11-24T16:59:00+00:00",))
    stopped = client.get("/leads/1/may-i/call", query_string=noon).get_json()
    assert (stopped["answer"], stopped["next_permitted_at"]) == ("denied", None)


def test_a_return_is_taken_once_within_the_window(crm):
    client, clock, _ = crm
    asked = {"reason": "wrong_number", "detail": "A bakery answers."}
    clock["at"] = SOLD + timedelta(hours=120, microseconds=1)
    late = client.post("/leads/1/returns", json=asked)
    assert (late.status_code, late.get_json()["rules"]) == (422, ["RET-LATE"])
    clock["at"] = SOLD + timedelta(hours=120)
    assert client.post("/leads/1/returns", json=asked).status_code == 201
    again = client.post("/leads/1/returns", json=asked)
    assert (again.status_code, again.get_json()["rules"]) == (422, ["RET-ONCE"])


def test_what_is_wrong_is_said(crm):
    client, _, _ = crm
    assert client.get("/leads/2/may-i/call").status_code == 404
    assert client.get("/leads/1/may-i/fax").status_code == 404
    assert client.get("/leads/1/may-i/call?at=yesterday").status_code == 400
    assert client.get("/leads/1/may-i/call?at=2026-11-24T17:00").status_code == 400
    assert client.post("/leads/1/returns", json=[]).status_code == 400
