"""Webhooks: only Stripe's own, only fresh ones, and only what matters here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stand_in import DECLINES, SECRET, signed

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore.payments import (
    Answer,
    ChargeAsk,
    DeclineReason,
    DisputeStatus,
    News,
    PaymentMethod,
    PaymentStatus,
    Progress,
)
from leadcore.testing import MemoryStore, Trouble
from leadcore.testing.scenes import Scene
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
METHOD = PaymentMethod(token="pm_card_visa")


def ask(token=METHOD.token, key="p1"):
    return ChargeAsk(
        payment_id=key,
        amount=Money(1000, "USD"),
        method=PaymentMethod(token=token),
        requested_at=AT,
    )


def read(rig, event, at=AT, **more):
    return rig.processor.read(*signed(event, at=at, **more), at=AT)


def test_a_signature_is_stripes_and_fresh(rig):
    rig.processor.charge(ask())
    (event,) = rig.server.events
    assert read(rig, event).id == "evt_1"
    edge = timedelta(minutes=5)
    for fresh in (AT - edge, AT + edge):
        assert read(rig, event, at=fresh).id == "evt_1"
    second = timedelta(seconds=1)
    for old in (AT - edge - second, AT + edge + second):
        with pytest.raises(Malformed, match="signature: was made too long ago"):
            read(rig, event, at=old)
    with pytest.raises(Malformed, match="signature: is not Stripe's"):
        read(rig, event, secret="whsec_another")
    body, header = signed(event, at=AT)
    for wrong in ("", "t=1", header.replace("v1", "v0"), header.replace("t=", "t=1"), "é"):
        with pytest.raises(Malformed, match="signature"):
            rig.processor.read(body, wrong, at=AT)
    with pytest.raises(Malformed, match="signature"):
        rig.processor.read(body + b" ", header, at=AT)


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        {"type": "payment_intent.succeeded"},
        {"type": "payment_intent.succeeded", "data": {"object": {"id": 4111111111111111}}},
        {"id": "e", "type": "payment_intent.succeeded", "data": {"object": None}},
    ],
)
def test_what_is_no_event_is_said_so_without_repeating_it(rig, event):
    with pytest.raises(Malformed, match="body: is no event") as malformed:
        read(rig, event)
    assert "4111" not in str(malformed.value)


def test_what_does_not_matter_here_is_left(rig):
    rig.server.tell("customer.created", {"id": "cus_1", "email": "ann@x.example"})
    rig.server.tell("refund.updated", {"id": "re_1", "payment_intent": None})
    rig.server.dispute(None, "lost", 5)
    rig.server.dispute("pi_1", "something_new", 5)
    assert [read(rig, event) for event in rig.server.events] == [None] * 4


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("needs_response", DisputeStatus.OPEN),
        ("warning_closed", DisputeStatus.WON),
        ("won", DisputeStatus.WON),
        ("lost", DisputeStatus.LOST),
    ],
)
def test_disputes(rig, status, found):
    rig.server.dispute("pi_1", status, 700)
    told = read(rig, rig.server.events[0])
    assert (told.news, told.reference, told.subject) == (News.DISPUTE, "pi_1", "dp_pi_1")
    assert (told.dispute, told.amount, told.code) == (found, Money(700, "USD"), "fraudulent")


def test_a_decline_is_told_with_its_reason(rig):
    token = "pm_card_chargeDeclinedExpiredCard"
    assert token in DECLINES
    rig.processor.charge(ask(token))
    told = read(rig, rig.server.events[0])
    assert (told.progress, told.reason) == (Progress.DECLINED, DeclineReason.EXPIRED)
    assert (told.payment_id, told.reference) == ("p1", "pi_1")


def test_a_refund_nobody_asked_for_here_has_stripes_id(rig):
    refund = {
        "id": "re_9",
        "amount": 5,
        "currency": "usd",
        "payment_intent": "pi_1",
        "metadata": {},
        "status": "failed",
        "failure_reason": "lost_or_stolen_card",
    }
    rig.server.tell("refund.failed", refund)
    told = read(rig, rig.server.events[0])
    assert (told.news, told.subject, told.progress) == (
        News.REPAYMENT,
        "re_9",
        Progress.DECLINED,
    )
    assert (told.code, told.reason) == ("lost_or_stolen_card", DeclineReason.REFUSED)


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("order", [1, -1])
def test_from_end_to_end_money_is_credited_once(rig, trouble, order):
    """The answer is lost, the webhooks come first, twice and the wrong way round."""
    scene = Scene(store=MemoryStore(), funds=0).set_up()
    payment = scene.store.run(
        bo.RequestPayment(
            seller_id=scene.seller,
            account_id=scene.account(),
            payment_id="p1",
            amount=Money(1000, "USD"),
            method=METHOD,
            by="ann",
            at=AT,
        )
    )
    rig.trouble(trouble)
    answers = [rig.processor.charge(payment.ask)]
    rig.server.tell("payment_intent.processing", {"object": "payment_intent", **_processing()})
    for event in [*rig.server.events, *rig.server.events][::order]:
        told = read(rig, event)
        scene.store.run(bo.ReceiveNotice(seller_id=scene.seller, notice=told, at=AT))
    answers += [rig.processor.charge(payment.ask), rig.processor.look(payment.ask)]
    for answer in [*answers, *answers[::-1]]:
        assert isinstance(answer, Answer)
        scene.store.run(
            bo.SettlePayment(seller_id=scene.seller, payment_id="p1", answer=answer, at=AT)
        )
    assert scene.store.payment("p1").status is PaymentStatus.SUCCEEDED
    assert scene.store.payment("p1").contradictions == ()
    assert (scene.balance(), rig.made("p1"), scene.store.audit()) == (1000, 1, ())
    assert SECRET not in repr(scene.store.rows)


def _processing():
    return {
        "id": "pi_1",
        "amount": 1000,
        "amount_received": 0,
        "currency": "usd",
        "metadata": {"leadcore_payment": "p1"},
        "status": "processing",
    }
