"""Texts through Celery, over its in-memory broker: wire JSON out, wire JSON back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from celery.exceptions import Retry

from examples.celery_app import tasks
from leadcore import consent, contact, wire
from leadcore.decisions import Decision, Verdict
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
LATE = NOON.replace(hour=2, minute=30)
TEXT = contact.Question(channel=Channel.TEXT, seller="north-legal")
KNOWN = contact.Facts(
    tcpa=Tcpa.YES,
    number=contact.Number(
        e164="+12125550100", kind=PhoneKind.WIRELESS, zones=("America/New_York",)
    ),
    states=("NY",),
    consent=consent.Consent(invitation=True, revoked_at=None),
    registry=contact.Registry(national=False, scrubbed_on=NOON.date(), internal_since=None),
    reassigned=contact.Reassigned(status=contact.ReassignedStatus.NOT_CHECKED),
    history=(),
    declared_emergencies=frozenset(),
)


@pytest.fixture
def world(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.ways, "now", lambda: NOON)
    monkeypatch.setattr(tasks.ways, "send", lambda number, body: sent.append((number, body)))
    monkeypatch.setattr(tasks.ways, "facts", lambda _lead: KNOWN)
    return sent


def on_the_broker():
    """Take the message that waits, as a worker does."""
    with tasks.app.connection_or_acquire() as connection, connection.SimpleQueue("celery") as queue:
        message = queue.get(timeout=2)
        message.ack()
        return message


def test_what_travels_is_wire_json_and_the_result_is_a_decision(world):
    tasks.enqueue("lead-1", TEXT, "Hello", NOON)
    message = on_the_broker()
    assert message.content_type == "application/json"
    ((payload,), _, _) = json.loads(message.body)
    assert wire.load(contact.Question, payload["question"]) == TEXT
    assert b"+1212" not in bytes(message.body), "facts are read when the text leaves"
    said = tasks.text.apply((payload,)).get()
    assert wire.load(Decision, said).verdict is not Verdict.DENIED
    assert world == [("+12125550100", "Hello")]


def test_at_night_it_is_sent_in_the_morning(world, monkeypatch):
    tasks.enqueue("lead-1", TEXT, "Hello", LATE)
    message = on_the_broker()
    assert datetime.fromisoformat(message.headers["eta"]) == NOON.replace(hour=13)
    ((payload,), _, _) = json.loads(message.body)
    monkeypatch.setattr(tasks.ways, "now", lambda: LATE)
    with pytest.raises(Retry) as again:
        tasks.text.apply((payload,), throw=True).get()
    assert again.value.when == NOON.replace(hour=13)
    assert world == []


def test_a_stop_that_came_meanwhile_ends_it(world, monkeypatch):
    tasks.enqueue("lead-1", TEXT, "Hello", NOON)
    ((payload,), _, _) = json.loads(on_the_broker().body)
    stopped = evolve(KNOWN.consent, revoked_at=NOON - timedelta(minutes=1))
    monkeypatch.setattr(tasks.ways, "facts", lambda _lead: evolve(KNOWN, consent=stopped))
    said = wire.load(Decision, tasks.text.apply((payload,)).get())
    assert (said.verdict, said.rules[0], world) == (Verdict.DENIED, "F-REV-10", [])
    assert tasks.enqueue("lead-1", TEXT, "Hello", NOON) is None
