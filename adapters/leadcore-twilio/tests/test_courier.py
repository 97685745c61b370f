"""What is sent, what the answers mean, and what nobody may read in a log."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from attrs import evolve as replace
from twilio_stand_in import ACCOUNT, AT, STATUS_URL, TOKEN, query_of

from leadcore.errors import Malformed
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel
from leadcore.testing import FarSide, courier_message
from leadcore_twilio import MESSAGE, courier_from

TEXT = replace(courier_message(Channel.TEXT), not_after=None)


def test_a_text_goes_out_with_all_it_takes(courier, stand_in):
    sent = courier.deliver(TEXT)
    ((message, given),) = stand_in.messages
    assert sent == Sent(message["sid"])
    assert (given["To"], given["From"], given["Body"]) == (TEXT.to, "+15005550006", TEXT.body)
    assert given["StatusCallback"].startswith(STATUS_URL.partition("?")[0])
    assert query_of(given["StatusCallback"]) == {"tenant": "7", MESSAGE: TEXT.id}
    assert "ValidityPeriod" not in given
    assert "MessagingServiceSid" not in given


def test_a_messaging_service_chooses_the_number(made, stand_in):
    service = "MG" + "1" * 32
    one = made(sender=service, status_url=None)
    assert isinstance(one.deliver(TEXT), Sent)
    ((_, given),) = stand_in.messages
    assert given["MessagingServiceSid"] == service
    assert not {"From", "StatusCallback"} & set(given)
    one.close()


def test_a_key_may_stand_for_the_account(made, stand_in):
    key, secret = "SK" + "2" * 32, "9" * 32
    stand_in.users = {key: secret}
    one = made(key=key, secret=secret)
    assert isinstance(one.deliver(TEXT), Sent)
    one.close()
    wrong = made()
    said = "the keys were refused: status 401, code 20003"
    assert wrong.deliver(TEXT) == NotSent(WhyNotSent.LATER, said)
    wrong.close()


@pytest.mark.parametrize(
    ("left", "valid"),
    [
        (timedelta(hours=10), "36000"),
        (timedelta(hours=10, seconds=1), "36000"),
        (timedelta(days=9), "36000"),
        (timedelta(hours=10, microseconds=-1), "35999"),
        (timedelta(minutes=5), "300"),
        (timedelta(seconds=1, microseconds=999_999), "1"),
        (timedelta(seconds=1), "1"),
    ],
)
def test_it_is_valid_no_longer_than_it_may_be_delivered(courier, stand_in, left, valid):
    assert isinstance(courier.deliver(replace(TEXT, not_after=AT + left)), Sent)
    assert stand_in.messages[0][1]["ValidityPeriod"] == valid


@pytest.mark.parametrize("left", [timedelta(microseconds=999_999), timedelta(), -timedelta(days=1)])
def test_what_is_too_late_is_not_sent(courier, stand_in, left):
    late = courier.deliver(replace(TEXT, not_after=AT + left))
    assert late == NotSent(WhyNotSent.REFUSED, "its time is over")
    assert stand_in.requests == []


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (400, 21610, WhyNotSent.OPTED_OUT),
        (400, 21211, WhyNotSent.REFUSED),
        (400, 21614, WhyNotSent.REFUSED),
        (400, 30007, WhyNotSent.REFUSED),
        (401, 20003, WhyNotSent.LATER),
        (401, 0, WhyNotSent.LATER),
        (403, 20003, WhyNotSent.LATER),
        (403, 20403, WhyNotSent.REFUSED),
        (404, 20404, WhyNotSent.REFUSED),
        (400, 21611, WhyNotSent.LATER),
        (429, 20429, WhyNotSent.LATER),
        (429, 63038, WhyNotSent.LATER),
        (409, 20409, WhyNotSent.LATER),
        (408, 0, WhyNotSent.LATER),
        (500, 20500, WhyNotSent.LATER),
        (503, 20503, WhyNotSent.LATER),
    ],
)
def test_errors_say_whether_trying_again_helps(courier, stand_in, status, code, why):
    stand_in.does.append((status, code, "words about +12125550100"))
    answer = courier.deliver(TEXT)
    assert answer.why is why
    assert str(status) in answer.said
    assert "+1212" not in answer.said


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b"", b'"x"', b"\xff"])
def test_an_answer_that_is_none_is_tried_again(courier, stand_in, body):
    stand_in.does.append(body)
    assert courier.deliver(TEXT).why is WhyNotSent.LATER


def test_nobody_there_is_tried_again(made):
    one = made(base="http://127.0.0.1:1")
    assert one.deliver(TEXT).why is WhyNotSent.LATER
    one.close()


@pytest.mark.parametrize("does", FarSide)
def test_nothing_about_anybody_and_no_secret_is_logged(courier, stand_in, does, caplog):
    caplog.set_level(logging.DEBUG)
    stand_in.does.append(does)
    courier.deliver(TEXT)
    courier.deliver(TEXT)
    said = "\n".join(each.getMessage() for each in caplog.records)
    for told in (TOKEN, TEXT.to, TEXT.body, "2125550100", TEXT.id):
        assert told not in said
    assert ("code 21211" in said) == (does is FarSide.REFUSED)


def test_a_url_names_a_courier_and_the_environment_its_keys(base, stand_in):
    keys = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE": base,
    }
    url = "twilio://+15005550006?status_url=https%3A%2F%2Fleads.example%2Fstatus"
    one = courier_from(url, keys)
    assert isinstance(one.deliver(TEXT), Sent)
    ((_, given),) = stand_in.messages
    assert given["From"] == "+15005550006"
    assert given["StatusCallback"].startswith("https://leads.example/status?")
    one.close()
    stand_in.users = {"SK1": "other"}
    two = courier_from(url, {**keys, "TWILIO_API_KEY": "SK1", "TWILIO_API_SECRET": "other"})
    assert isinstance(two.deliver(TEXT), Sent)
    two.close()
    for missing in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        with pytest.raises(Malformed, match=missing):
            courier_from(url, {**keys, missing: ""})


@pytest.mark.parametrize("url", ["", "twilio://", "smtp://x", "twilio://+1?callback=x"])
def test_a_url_that_names_none_is_refused(url):
    with pytest.raises(Malformed, match="twilio://SENDER"):
        courier_from(url, {})
