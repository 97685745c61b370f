"""What Stripe says in its own words, and what we send it."""

from __future__ import annotations

import logging
import socket
from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from stand_in import SECRET

from leadcore.errors import Malformed
from leadcore.payments import (
    Answer,
    ChargeAsk,
    DeclineReason,
    NotThere,
    PaymentMethod,
    Progress,
    RepayAsk,
)
from leadcore.testing import Trouble
from leadcore.values import Money
from leadcore_stripe import StripeProcessor

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ASK = ChargeAsk(
    payment_id="p1",
    amount=Money(1000, "USD"),
    method=PaymentMethod(token="pm_card_visa", customer="cus_1"),
    requested_at=AT,
)
UNKNOWN = Answer(progress=Progress.UNKNOWN)


def with_token(token):
    return replace(ASK, method=PaymentMethod(token=token))


def test_what_is_sent(rig):
    rig.processor.charge(ASK)
    ((method, path, key, given),) = rig.server.requests
    assert (method, path, key) == ("POST", "/v1/payment_intents", "charge/p1")
    assert given == {
        "amount": "1000",
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "customer": "cus_1",
        "confirm": "true",
        "off_session": "true",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
        "metadata[leadcore_payment]": "p1",
    }


def test_every_unsafe_call_has_its_key(rig):
    charged = rig.processor.charge(ASK)
    back = RepayAsk(
        payment_id="p1",
        repayment_id="r1",
        amount=Money(1, "USD"),
        reference=charged.reference,
        requested_at=AT,
    )
    rig.processor.repay(back)
    rig.processor.look(back)
    rig.processor.look(ASK)
    keys = {key for method, _, key, _ in rig.server.requests if method == "POST"}
    assert keys == {"charge/p1", "repay/2/p1/r1"}


@pytest.mark.parametrize(
    ("token", "reason", "code"),
    [
        ("pm_card_chargeDeclined", DeclineReason.REFUSED, "generic_decline"),
        (
            "pm_card_chargeDeclinedInsufficientFunds",
            DeclineReason.INSUFFICIENT_FUNDS,
            "insufficient_funds",
        ),
        ("pm_card_chargeDeclinedLostCard", DeclineReason.REFUSED, "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", DeclineReason.EXPIRED, "expired_card"),
        ("pm_card_chargeDeclinedProcessingError", DeclineReason.TEMPORARY, "processing_error"),
        (
            "pm_card_authenticationRequired",
            DeclineReason.AUTHENTICATION,
            "authentication_required",
        ),
        ("pm_gone", DeclineReason.METHOD_GONE, "resource_missing"),
    ],
)
def test_a_decline_has_its_reason_and_its_code(rig, token, reason, code):
    answer = rig.processor.charge(with_token(token))
    assert (answer.progress, answer.reason, answer.code) == (Progress.DECLINED, reason, code)
    assert (answer.reference is None) is (token == "pm_gone")
    found = rig.processor.look(with_token(token))
    if token == "pm_gone":
        assert found == NotThere()
    else:
        assert (found.progress, found.reason, found.code) == (Progress.DECLINED, reason, code)


def test_a_bank_takes_its_time(rig):
    answer = rig.processor.charge(with_token("pm_bank"))
    assert (answer.progress, answer.amount) == (Progress.PENDING, ASK.amount)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (500, "api_error", None),
        (503, "api_error", None),
        (429, "invalid_request_error", "rate_limit"),
        (429, "invalid_request_error", "lock_timeout"),
        (400, "invalid_request_error", "lock_timeout"),
        (409, "idempotency_error", "idempotency_key_in_use"),
        (401, "invalid_request_error", "api_key_expired"),
        (403, "invalid_request_error", None),
    ],
)
def test_trouble_at_stripes_is_unknown_and_never_a_decline(rig, status, kind, code, caplog):
    rig.server.errors += [(status, kind, code)] * 3
    back = RepayAsk(
        payment_id="p1",
        repayment_id="r1",
        amount=Money(1, "USD"),
        reference="pi_1",
        requested_at=AT,
    )
    answers = [rig.processor.charge(ASK), rig.processor.repay(back), rig.processor.look(ASK)]
    assert {each.progress for each in answers} == {Progress.UNKNOWN}
    assert len([each for each in caplog.records if each.name == "leadcore_stripe"]) == 3
    assert rig.processor.charge(ASK).progress is Progress.SUCCEEDED
    assert rig.made("p1") == 1


def test_nobody_there_is_unknown():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
        processor = StripeProcessor("sk_test_x", webhook_secret=SECRET, timeout=0.5, base=base)
        assert processor.charge(ASK) == processor.look(ASK) == UNKNOWN
        processor.close()


def test_an_answer_that_is_none_is_unknown(rig):
    told = {"id": "pi_1", "status": "something_new", "amount": 1000, "currency": "usd"}
    rig.server.by_key["charge/p1"] = (
        {
            "amount": "1000",
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "customer": "cus_1",
            "confirm": "true",
            "off_session": "true",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
            "metadata[leadcore_payment]": "p1",
        },
        200,
        told,
    )
    assert rig.processor.charge(ASK).progress is Progress.UNKNOWN


@pytest.mark.parametrize(
    "method",
    [
        PaymentMethod(token="tok_visa"),
        PaymentMethod(token="card_1"),
        PaymentMethod(token="pm_1", customer="acct_1"),
    ],
)
def test_only_saved_methods_are_charged(rig, method):
    with pytest.raises(Malformed, match="method"):
        rig.processor.charge(replace(ASK, method=method))
    assert rig.server.requests == []


def test_an_id_with_quotes_is_found_as_it_is(rig):
    odd = replace(ASK, payment_id="it's\\p'1")
    rig.processor.charge(odd)
    assert rig.processor.look(odd).progress is Progress.SUCCEEDED
    assert rig.processor.look(replace(ASK, payment_id="its")) == NotThere()


@pytest.mark.parametrize(
    ("amount", "sent"),
    [
        (Money(1000, "JPY"), ("1000", "jpy")),
        (Money(1000, "KWD"), ("1000", "kwd")),
        (Money(12, "ISK"), ("1200", "isk")),
        (Money(12, "UGX"), ("1200", "ugx")),
    ],
)
def test_amounts_are_sent_and_read_as_stripe_has_them(rig, amount, sent):
    answer = rig.processor.charge(replace(ASK, amount=amount))
    given = rig.server.requests[0][3]
    assert (given["amount"], given["currency"], answer.amount) == (*sent, amount)


def test_logs_and_errors_hold_no_secret_and_nobodys_data(rig, caplog):
    caplog.set_level(logging.DEBUG)
    rig.trouble(Trouble.AFTER)
    rig.processor.charge(ASK)
    rig.server.errors.append((400, "idempotency_error", None))
    with pytest.raises(Malformed) as malformed:
        rig.processor.charge(ASK)
    said = "".join(each.getMessage() for each in caplog.records if each.name == "leadcore_stripe")
    assert "no answer: APIConnectionError" in said
    for secret in ("sk_test", SECRET, "pm_card_visa", "cus_1", "4242"):
        assert secret not in said
        assert secret not in str(malformed.value)
    assert "sk_test" not in caplog.text
