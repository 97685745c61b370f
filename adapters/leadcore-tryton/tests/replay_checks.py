"""On PostgreSQL, where requests meet each other: the host runs one of them again.

They come in through the host's own door, over its RPC, in threads as its server has them.
"""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from trytond import backend
from trytond import config as settings
from trytond.wsgi import app
from werkzeug.test import Client

from leadcore import host_leads
from leadcore_tryton import bridge

SOLD = datetime(2026, 10, 29, 16, tzinfo=UTC)
ASKED = {"ask": {"reason": "wrong_number", "detail": "A bakery answers."}}
PASSWORD = "of-the-tests-0123456789"
LONG = 180


class Caller:
    """Somebody at the host's door."""

    def __init__(self, database):
        self.path = f"/{database}/rpc/"
        credential = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credential}"}

    def __call__(self, method, *given):
        asked = {"id": 1, "method": method, "params": [*given]}
        answer = Client(app).post(
            self.path, data=json.dumps(asked), headers=self.headers, content_type="application/json"
        )
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)


@pytest.fixture
def door(host):
    (admin,) = host.model("res.user").find([("login", "=", "admin")])
    admin.password = PASSWORD
    admin.save()
    return Caller(host.config.database_name)


@pytest.fixture
def meeting(monkeypatch):
    """Let the first request that decides wait until another one has met its lock."""
    met, conflicts = threading.Event(), []
    database = backend.Database
    lock, known = database.lock_records, host_leads.request_return

    def locking(_database, connection, table, ids):
        try:
            return lock(connection, table, ids)
        except backend.DatabaseOperationalError as error:
            conflicts.append(type(error).__name__)
            met.set()
            raise

    def deciding(*given, **named):
        assert met.wait(LONG)
        return known(*given, **named)

    monkeypatch.setattr(database, "lock_records", locking)
    monkeypatch.setattr(host_leads, "request_return", deciding)
    monkeypatch.setattr(bridge, "now", lambda: SOLD + timedelta(hours=120))
    settings.set("database", "retry", "60")
    return conflicts


def opened(door, lead):
    """Open the wizard on a lead, and give what sends its form."""
    context = {"active_model": "sale.opportunity", "active_id": lead.id, "active_ids": [lead.id]}
    session, start, _ = door("wizard.leadcore.request_return.create", {})["result"]
    door("wizard.leadcore.request_return.execute", session, {}, start, context)
    return lambda: door(
        "wizard.leadcore.request_return.execute", session, ASKED, "request", context
    )


def made_of(host, lead):
    return host.model("leadcore.return").find([("opportunity", "=", lead.id)])


def test_of_two_who_return_one_lead_the_second_is_refused(host, door, meeting):
    assert backend.name == "postgresql"
    lead = host.lead(sold_at=SOLD)
    both = [opened(door, lead) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        answers = [each.result(LONG) for each in [threads.submit(each) for each in both]]
    refused = [each["error"] for each in answers if "error" in each]
    assert len(refused) == 1, answers
    assert "RET-ONCE" in str(refused[0])
    assert len(made_of(host, lead)) == 1
    assert meeting, "they did not meet"


def test_a_form_that_is_sent_twice_at_once_is_one_return(host, door, meeting):
    lead = host.lead(sold_at=SOLD)
    send = opened(door, lead)
    with ThreadPoolExecutor(2) as threads:
        answers = [each.result(LONG) for each in [threads.submit(send) for _ in range(2)]]
    assert [each for each in answers if "error" in each] == [], answers
    assert len(made_of(host, lead)) == 1
    assert meeting, "they did not meet"


def test_many_at_once_are_one_return_of_each_lead(host, door, meeting):
    leads = [host.lead(sold_at=SOLD) for _ in range(3)]
    sent = [opened(door, lead) for lead in leads for _ in range(2)]
    with ThreadPoolExecutor(len(sent)) as threads:
        answers = [each.result(LONG) for each in [threads.submit(each) for each in sent]]
    assert len([each for each in answers if "error" in each]) == len(leads)
    assert [len(made_of(host, lead)) for lead in leads] == [1, 1, 1]
    assert meeting, "they did not meet"
