"""What Stripe answers, in our words: objects, and errors.

Only what Stripe itself calls declined is a decline. No answer, trouble at Stripe's, a key in use,
and being asked to wait are all "unknown": the charge may have been made.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import stripe

from leadcore.errors import Malformed
from leadcore.payments import Answer, NotThere, Progress, RepayAsk
from leadcore_stripe.words import CHARGES, REPAYMENTS, money, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "PAYMENT",
    "REPAYMENT",
    "charge_answer",
    "error_answer",
    "found_charge",
    "found_repayment",
    "missing",
    "repay_answer",
    "unknown",
]

PAYMENT = "leadcore_payment"
"""The metadata that carries our id of a payment."""
REPAYMENT = "leadcore_repayment"
"""The metadata that carries our id of a repayment."""

_log = logging.getLogger("leadcore_stripe")
_MISSING = 404
_NEVER_DONE = frozenset({400, 402, 404})
"""With these Stripe says that it did not do what it was asked."""


def charge_answer(intent: dict[str, Any]) -> Answer:
    """Read a PaymentIntent."""
    progress = CHARGES.get(intent["status"], Progress.UNKNOWN)
    error = intent.get("last_payment_error") or {}
    declined = progress is Progress.DECLINED
    done = progress is Progress.SUCCEEDED
    moved = intent.get("amount_received") if done else intent["amount"]
    return Answer(
        progress=progress,
        reference=intent["id"],
        amount=money(intent["amount"] if moved is None else moved, intent["currency"]),
        reason=reason_of(error.get("decline_code"), error.get("code")) if declined else None,
        code=(error.get("decline_code") or error.get("code")) if declined else None,
    )


def repay_answer(refund: dict[str, Any]) -> Answer:
    """Read a Refund."""
    progress = REPAYMENTS.get(refund["status"], Progress.UNKNOWN)
    declined = progress is Progress.DECLINED
    return Answer(
        progress=progress,
        reference=refund["id"],
        amount=money(refund["amount"], refund["currency"]),
        reason=reason_of(refund.get("failure_reason")) if declined else None,
        code=refund.get("failure_reason") if declined else None,
    )


def found_charge(intents: Iterable[dict[str, Any]]) -> Answer | NotThere:
    """Read what a search gave; a success before all others."""
    answers = [charge_answer(each) for each in intents]
    answers.sort(key=lambda each: each.progress is not Progress.SUCCEEDED)
    return answers[0] if answers else NotThere()


def found_repayment(refunds: Iterable[dict[str, Any]], ask: RepayAsk) -> Answer | NotThere:
    """Find a repayment among the refunds of a charge."""
    for refund in refunds:
        if (refund.get("metadata") or {}).get(REPAYMENT) == ask.repayment_id:
            return repay_answer(refund)
    return NotThere()


def missing(error: stripe.StripeError) -> bool:
    """Say whether Stripe answered that there is no such thing."""
    return error.http_status == _MISSING


def unknown(error: stripe.StripeError) -> Answer:
    """Say that nobody knows, and in the log why, without a word of what was sent."""
    code = error.code
    kind = type(error).__name__
    _log.warning("no answer: %s, status %s, code %s", kind, error.http_status, code)
    return Answer(progress=Progress.UNKNOWN, code=code)


def error_answer(error: stripe.StripeError) -> Answer:
    """Read an error.

    Raises:
        Malformed: the key was used for something else.
    """
    body: Any = error.json_body
    told: dict[str, Any] = (body or {}).get("error") or {}
    code = told.get("code")
    if isinstance(error, stripe.IdempotencyError) and error.http_status in _NEVER_DONE:
        raise Malformed.at("key", "was used for something else") from error
    if error.http_status not in _NEVER_DONE or code in {"rate_limit", "lock_timeout"}:
        return unknown(error)
    declined, intent = told.get("decline_code"), told.get("payment_intent")
    return Answer(
        progress=Progress.DECLINED,
        reference=intent["id"] if intent else None,
        reason=reason_of(declined, code),
        code=declined or code,
    )
