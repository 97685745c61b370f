"""Stripe's words in ours: what declined, how far it is, and amounts.

Sources: Stripe's API reference (errors, PaymentIntents, Refunds, Disputes), its list of decline
codes, and its page on currencies, version 2026 of the SDK.
"""

from __future__ import annotations

from leadcore.payments import DeclineReason, DisputeStatus, Progress
from leadcore.values import Money

__all__ = ["CHARGES", "DISPUTES", "REPAYMENTS", "money", "reason_of", "stripe_amount"]

CHARGES = {
    "succeeded": Progress.SUCCEEDED,
    "processing": Progress.PENDING,
    "requires_action": Progress.PENDING,
    "requires_capture": Progress.PENDING,
    "requires_confirmation": Progress.PENDING,
    "requires_payment_method": Progress.DECLINED,
    "canceled": Progress.DECLINED,
}
"""The statuses of a PaymentIntent. One that wants another method was declined."""

REPAYMENTS = {
    "succeeded": Progress.SUCCEEDED,
    "pending": Progress.PENDING,
    "requires_action": Progress.PENDING,
    "failed": Progress.DECLINED,
    "canceled": Progress.DECLINED,
}
"""The statuses of a Refund."""

DISPUTES = {
    "warning_needs_response": DisputeStatus.OPEN,
    "warning_under_review": DisputeStatus.OPEN,
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    # An inquiry that came to nothing, and a dispute that was taken back.
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}
"""The statuses of a Dispute."""

_R = DeclineReason
_REASONS = {
    _R.INSUFFICIENT_FUNDS: ("insufficient_funds",),
    _R.LIMIT: (
        "amount_too_large",
        "amount_too_small",
        "card_velocity_exceeded",
        "charge_exceeds_source_limit",
        "charge_exceeds_transaction_limit",
        "withdrawal_count_limit_exceeded",
    ),
    _R.EXPIRED: ("expired_card", "invalid_expiry_month", "invalid_expiry_year"),
    _R.DETAILS: (
        "incorrect_address",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_pin",
        "incorrect_zip",
        "invalid_account",
        "invalid_cvc",
        "invalid_number",
        "invalid_pin",
    ),
    _R.AUTHENTICATION: (
        "authentication_not_handled",
        "authentication_required",
        "offline_pin_required",
        "online_or_offline_pin_required",
        "payment_intent_authentication_failure",
    ),
    _R.METHOD_GONE: (
        "invalid_amount",
        "new_account_information_available",
        "payment_method_customer_decline",
        "payment_method_unactivated",
        "payment_method_unexpected_state",
        "resource_missing",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stop_payment_order",
    ),
    _R.UNSUPPORTED: (
        "card_not_supported",
        "currency_not_supported",
        "not_permitted",
        "service_not_allowed",
        "testmode_decline",
        "transaction_not_allowed",
    ),
    _R.TEMPORARY: (
        "approve_with_id",
        "issuer_not_available",
        "processing_error",
        "reenter_transaction",
        "try_again_later",
    ),
}
_BY_CODE = {code: reason for reason, codes in _REASONS.items() for code in codes}


def reason_of(*codes: str | None) -> DeclineReason:
    """Give the reason of a decline by Stripe's codes, the most telling first.

    What points to a stolen or suspicious card, and what nobody knows, is `REFUSED`: its holder may
    not be told more.
    """
    for code in codes:
        if code in _BY_CODE:
            return _BY_CODE[code]
    return DeclineReason.REFUSED


_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
"""Currencies without a minor unit whose amounts Stripe all the same takes in hundredths."""


def stripe_amount(amount: Money) -> dict[str, int | str]:
    """Give an amount as Stripe takes it."""
    times = 100 if amount.currency in _IN_HUNDREDTHS else 1
    return {"amount": amount.minor * times, "currency": amount.currency.lower()}


def money(amount: int, currency: str) -> Money:
    """Read an amount of Stripe's.

    Raises:
        ValueError: hundredths of a currency that has none.
    """
    ours = currency.upper()
    whole, rest = divmod(amount, 100) if ours in _IN_HUNDREDTHS else (amount, 0)
    if rest:
        raise ValueError(f"{ours} has no hundredths")
    return Money(whole, ours)
