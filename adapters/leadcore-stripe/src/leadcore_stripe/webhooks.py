"""Webhooks of Stripe, in our words: the signature first, then what matters here.

The SDK proves the signature; how old it is is asked against the caller's clock.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import stripe

from leadcore.errors import Malformed
from leadcore.payments import News, Notice
from leadcore_stripe.answers import PAYMENT, REPAYMENT, charge_answer, repay_answer
from leadcore_stripe.words import DISPUTES, money

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.payments import Answer

__all__ = ["read"]

_SIGNED_AT = re.compile(r"(?:^|,)\s*t=(\d{1,12})(?:,|$)", re.ASCII)


def read(
    body: bytes, signature: str, *, secret: str, at: datetime, tolerance: timedelta
) -> Notice | None:
    """Read a webhook; see `leadcore.ports.Processor.read`."""
    _prove(body, signature, secret=secret, at=at, tolerance=tolerance)
    try:
        event = json.loads(body)
        told = _READERS.get(event["type"])
        return None if told is None else told(event, event["data"]["object"])
    except (KeyError, TypeError, ValueError) as error:
        # What was signed is Stripe's; still, nothing of it is repeated.
        raise Malformed.at("body", f"is no event of Stripe's: {type(error).__name__}") from error


def _prove(body: bytes, signature: str, *, secret: str, at: datetime, tolerance: timedelta) -> None:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise Malformed.at("signature", "is not Stripe's") from error
    signed = _SIGNED_AT.search(signature)
    if signed is None or abs(at - datetime.fromtimestamp(int(signed[1]), UTC)) > tolerance:
        raise Malformed.at("signature", "was made too long ago, or lies ahead")


def _charge(event: dict[str, Any], intent: dict[str, Any]) -> Notice:
    answer = charge_answer(intent)
    return Notice(
        id=event["id"],
        reference=intent["id"],
        payment_id=_ours(intent).get(PAYMENT),
        news=News.CHARGE,
        occurred_at=_when(event),
        **_told(answer),
    )


def _refund(event: dict[str, Any], refund: dict[str, Any]) -> Notice | None:
    if not refund.get("payment_intent"):
        return None
    ours = _ours(refund)
    return Notice(
        id=event["id"],
        reference=refund["payment_intent"],
        payment_id=ours.get(PAYMENT),
        news=News.REPAYMENT,
        subject=ours.get(REPAYMENT) or refund["id"],
        occurred_at=_when(event),
        **_told(repay_answer(refund)),
    )


def _dispute(event: dict[str, Any], dispute: dict[str, Any]) -> Notice | None:
    status = DISPUTES.get(dispute["status"])
    if status is None or not dispute.get("payment_intent"):
        return None
    return Notice(
        id=event["id"],
        reference=dispute["payment_intent"],
        news=News.DISPUTE,
        subject=dispute["id"],
        dispute=status,
        amount=money(dispute["amount"], dispute["currency"]),
        code=dispute.get("reason"),
        occurred_at=_when(event),
    )


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "progress": answer.progress,
        "amount": answer.amount,
        "reason": answer.reason,
        "code": answer.code,
    }


def _ours(thing: dict[str, Any]) -> dict[str, str]:
    return thing.get("metadata") or {}


def _when(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["created"], UTC)


_READERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Notice | None]] = {
    "payment_intent.canceled": _charge,
    "payment_intent.payment_failed": _charge,
    "payment_intent.processing": _charge,
    "payment_intent.succeeded": _charge,
    "refund.created": _refund,
    "refund.failed": _refund,
    "refund.updated": _refund,
    "charge.dispute.closed": _dispute,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
}
