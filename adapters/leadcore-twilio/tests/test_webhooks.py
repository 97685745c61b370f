"""Webhooks: only Twilio's own; texts that came in once each; reports in any order."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio_stand_in import AT, SENDER, TOKEN, as_json, form, inbound, report

from leadcore.consent import Reach
from leadcore.errors import Malformed
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore, courier_message
from leadcore.testing.scenes import Scene
from leadcore_twilio import TextNews, TextStatus, latest, read

URL = "https://leads.example/twilio/in"


def receive(values, url=URL, at=AT):
    body, header = form(url, values)
    return read(body, header, url=url, secret=TOKEN, at=at)


def test_a_text_that_came_in():
    text = receive(inbound("Señora, STOP ✓ +=&"))
    assert (text.id, text.sender, text.to) == ("SM1", "+12125550100", SENDER)
    assert (text.text, text.opted_out, text.at) == ("Señora, STOP ✓ +=&", False, AT)
    assert receive(inbound("")).text == ""
    assert receive(inbound("no mas", OptOutType="STOP")).opted_out
    assert not receive(inbound("help", OptOutType="HELP")).opted_out


def test_the_signature_is_twilios():
    """The stand-in signs by the published rule; the SDK agrees with it."""
    values = inbound("hello")
    body, header = form(URL, values)
    assert RequestValidator(TOKEN).compute_signature(URL, values) == header
    known = {"url": URL, "secret": TOKEN, "at": AT}
    assert read(body, header, **known).text == "hello"
    wrong = [
        (body + b"&Body=other", header, known),
        (body.replace(b"hello", b"hellp"), header, known),
        (body, "", known),
        (body, header[:-2] + "x=", known),
        (body, "é", known),
        (body, header, {**known, "url": URL.replace("https", "http")}),
        (body, header, {**known, "url": URL + "/"}),
        (body, header, {**known, "secret": "8" * 32}),
        (b"", header, known),
    ]
    for each, said, more in wrong:
        with pytest.raises(Malformed, match="signature: is not Twilio's"):
            read(each, said, **more)
    with pytest.raises(Malformed, match="body: is no text"):
        read(b"\xff", header, **known)


@pytest.mark.parametrize(
    "called", ["https://leads.example:443/twilio/in", "https://leads.example/twilio/in"]
)
def test_a_port_that_goes_without_saying_may_be_said(called):
    body, header = form(called, inbound("hello"))
    assert read(body, header, url=URL, secret=TOKEN, at=AT).text == "hello"


@pytest.mark.parametrize("url", [URL, URL + "?tenant=7"])
def test_json_is_proven_by_its_hash(url):
    called, body, header = as_json(url, inbound("hello"))
    assert read(body, header, url=called, secret=TOKEN, at=AT).text == "hello"
    with pytest.raises(Malformed, match="signature"):
        read(body.replace(b"hello", b"hellp"), header, url=called, secret=TOKEN, at=AT)
    with pytest.raises(Malformed, match="signature"):
        read(body, header, url=url, secret=TOKEN, at=AT)


@pytest.mark.parametrize("body", ["{", "[]", "5", '"x"', "null"])
def test_json_that_is_no_object_is_said_so(body):
    called, raw, header = as_json(URL, body)
    with pytest.raises(Malformed, match="body: is no"):
        read(raw, header, url=called, secret=TOKEN, at=AT)


def test_what_does_not_matter_here_is_left():
    assert receive({"AccountSid": "AC1", "CallSid": "CA1", "CallStatus": "ringing"}) is None
    assert receive({"MessageSid": "SM1", "MessageStatus": "something_new"}) is None
    with pytest.raises(Malformed, match="From: is missing"):
        receive({"MessageSid": "SM1", "SmsStatus": "received", "Body": "x", "To": "+1"})


# --------------------------------------------------------------------------------- from end to end


@pytest.fixture
def scene():
    return Scene(store=MemoryStore()).set_up()


def test_a_stop_revokes_once_however_often_it_is_delivered(scene):
    for wait in (0, 9, 60):
        text = receive(inbound("STOP"), at=AT + timedelta(seconds=wait))
        done = scene.store.run(text.received(scene.seller))
        assert len(done.messages) == (wait == 0)
    point = scene.store.contact_point(scene.seller, "+12125550100")
    (revoked,) = point.revocations
    assert (revoked.fact.at, revoked.fact.message_id) == (AT, "SM1")
    assert revoked.fact.reach is Reach.CALLS_AND_TEXTS
    assert scene.store.audit() == ()


def test_what_twilio_took_for_a_stop_is_one_for_the_account_it_came_to(scene):
    text = receive(inbound("no mas", OptOutType="STOP"))
    scene.store.run(text.received(scene.seller, scene.account()))
    (revoked,) = scene.store.contact_point(scene.seller, "+12125550100").revocations
    assert (revoked.fact.text, revoked.fact.seller) == ("no mas", scene.account())


# ------------------------------------------------------------------------------------------ reports


def test_a_report_names_our_message(courier, stand_in):
    message = courier_message(Channel.TEXT)
    sent = courier.deliver(message)
    ((made, given),) = stand_in.messages
    url, told = report(given, made, "undelivered", 30003)
    assert receive(told, url) == TextNews(
        reference=sent.reference,
        message_id=message.id,
        status=TextStatus.UNDELIVERED,
        code="30003",
        at=AT,
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", TextStatus.QUEUED),
        ("scheduled", TextStatus.QUEUED),
        ("sending", TextStatus.QUEUED),
        ("sent", TextStatus.SENT),
        ("delivered", TextStatus.DELIVERED),
        ("read", TextStatus.DELIVERED),
        ("failed", TextStatus.FAILED),
        ("canceled", TextStatus.FAILED),
    ],
)
def test_words_of_twilio(word, status):
    told = receive({"MessageSid": "SM1", "MessageStatus": word})
    assert (told.status, told.message_id, told.code) == (status, None, None)


NEWS = st.builds(
    TextNews,
    reference=st.just("SM1"),
    message_id=st.just("m1"),
    status=st.sampled_from(TextStatus),
    code=st.none() | st.sampled_from(["30003", "30007"]),
    at=st.integers(0, 3).map(lambda seconds: AT + timedelta(seconds=seconds)),
)


@given(news=st.lists(NEWS, min_size=1, max_size=6), seed=st.integers(0, 99))
def test_reports_in_any_order_and_twice_say_the_same(news, seed):
    said = reduce(latest, news, None)
    shuffled = [*news, *random.Random(seed).choices(news, k=3)]
    random.Random(seed).shuffle(shuffled)
    assert reduce(latest, shuffled, None) == said
    assert said in news
    if any(each.status is TextStatus.DELIVERED for each in news):
        assert said.status is TextStatus.DELIVERED


def test_a_late_report_takes_nothing_back():
    def told(word, code=None):
        more = {} if code is None else {"ErrorCode": code}
        return receive({"MessageSid": "SM1", "MessageStatus": word, **more})

    delivered = latest(None, told("delivered"))
    for word in ("queued", "sent", "sending", "delivered"):
        assert latest(delivered, told(word)).status is TextStatus.DELIVERED
    failed = latest(told("sent"), told("failed", "30007"))
    assert latest(failed, told("queued")).code == "30007"
