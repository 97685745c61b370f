"""What answers and notices amount to: events, or nothing, or a contradiction to look at.

The verdicts are the kernel's; here is what they are told and what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.payments import events as happened
from leadcore.payments import kernel
from leadcore.payments.answers import Answer, DeclineReason, DisputeStatus, News, Progress
from leadcore.payments.events import Contradicted, NoticeReceived
from leadcore.payments.kernel import Move
from leadcore.values import Money

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.payments.answers import Notice
    from leadcore.payments.events import PaymentEvent
    from leadcore.payments.state import Payment, Repayment

__all__ = ["charge_events", "notice_events", "repayment_events"]

Events = tuple["PaymentEvent", ...]


def notice_events(state: Payment, notice: Notice, at: datetime) -> Events:
    """Say what follows from a notice; nothing at all where it came before."""
    if notice.id in state.notices:
        return ()
    received = NoticeReceived(notice_id=notice.id, at=at)
    return (received, *_news(state, notice, at))


def _news(state: Payment, notice: Notice, at: datetime) -> Events:
    if state.reference not in {None, notice.reference}:
        words = f"it is about charge {notice.reference}, the payment is {state.reference}"
        return _contradiction(state, notice.id, words, at)
    if notice.news is News.DISPUTE:
        return _dispute_events(state, notice, at)
    if notice.progress is None:  # pragma: no cover - a notice that says nothing can't be made
        return ()
    told = Answer(
        progress=notice.progress,
        reference=notice.reference if notice.news is News.CHARGE else None,
        amount=notice.amount,
        reason=notice.reason,
        code=notice.code,
    )
    if notice.news is News.CHARGE:
        return charge_events(state, told, source=notice.id, at=at)
    repayment = state.repayment(notice.subject or "")
    if repayment is None:
        words = f"repayment {notice.subject} was made, and nobody asked for it here"
        return _contradiction(state, notice.id, words, at)
    return repayment_events(state, repayment, told, source=notice.id, at=at)


# ------------------------------------------------------------------------------------------ charge


def charge_events(state: Payment, told: Answer, *, source: str, at: datetime) -> Events:
    """Say what follows from what was told of the charge."""
    wrong = _mismatch(told, state.amount, state.reference, "charge")
    if wrong is not None:
        return _contradiction(state, source, wrong, at)
    move = kernel.charge_moves(state.progress.rank, told.progress.rank)
    if move == Move.CONTRADICTS:
        words = f"the charge is {told.progress.value}, it was {state.progress.value}"
        return _contradiction(state, source, words, at)
    return (_charge_event(told, at),) if move == Move.ADVANCES else ()


def _charge_event(told: Answer, at: datetime) -> PaymentEvent:
    match told.progress:
        case Progress.SUCCEEDED:
            return happened.PaymentSucceeded(reference=told.reference, at=at)
        case Progress.DECLINED:
            return happened.PaymentDeclined(
                reference=told.reference,
                reason=told.reason or DeclineReason.REFUSED,
                code=told.code,
                at=at,
            )
        case Progress.PENDING:
            return happened.PaymentPending(reference=told.reference, at=at)
        case _:
            return happened.PaymentUnknown(at=at)


# --------------------------------------------------------------------------------------- repayment


def repayment_events(
    state: Payment, repayment: Repayment, told: Answer, *, source: str, at: datetime
) -> Events:
    """Say what follows from what was told of a repayment."""
    wrong = _mismatch(told, repayment.amount, repayment.reference, f"repayment {repayment.id}")
    if wrong is not None:
        return _contradiction(state, source, wrong, at)
    if kernel.repayment_moves(repayment.progress.rank, told.progress.rank) == Move.STALE:
        return ()
    return (_repayment_event(repayment.id, told, at),)


def _repayment_event(key: str, told: Answer, at: datetime) -> PaymentEvent:
    match told.progress:
        case Progress.SUCCEEDED:
            return happened.RepaymentSucceeded(repayment_id=key, reference=told.reference, at=at)
        case Progress.DECLINED:
            return happened.RepaymentDeclined(
                repayment_id=key, reference=told.reference, code=told.code, at=at
            )
        case Progress.PENDING:
            return happened.RepaymentPending(repayment_id=key, reference=told.reference, at=at)
        case _:
            return happened.RepaymentUnknown(repayment_id=key, at=at)


# ----------------------------------------------------------------------------------------- dispute


def _dispute_events(state: Payment, notice: Notice, at: datetime) -> Events:
    status, amount, key = notice.dispute, notice.amount, notice.subject
    if status is None or amount is None or key is None:  # pragma: no cover - it can't be made
        return ()
    if state.progress is Progress.DECLINED:
        words = f"dispute {key} is about a charge that was declined"
        return _contradiction(state, notice.id, words, at)
    if amount.currency != state.amount.currency:
        words = f"dispute {key} is about {amount}, the payment is {state.amount}"
        return _contradiction(state, notice.id, words, at)
    known = state.dispute(key)
    move = kernel.dispute_moves(known.status.rank if known else -1, status.rank)
    if move == Move.CONTRADICTS and known is not None:
        words = f"dispute {key} is {status.value}, it was {known.status.value}"
        return _contradiction(state, notice.id, words, at)
    if move == Move.STALE:
        return ()
    if status is DisputeStatus.LOST:
        return _lost(state, notice.id, key, amount, at)
    if status is DisputeStatus.WON:
        return (happened.DisputeWon(dispute_id=key, amount=amount, at=at),)
    return (happened.DisputeOpened(dispute_id=key, amount=amount, code=notice.code, at=at),)


def _lost(state: Payment, source: str, key: str, amount: Money, at: datetime) -> Events:
    rest = state.left
    taken = Money(kernel.taken(rest.minor, amount.minor), amount.currency)
    lost = happened.DisputeLost(dispute_id=key, amount=amount, taken=taken, at=at)
    if taken == amount:
        return (lost,)
    words = f"dispute {key} took {amount}, and only {rest} was left of the payment"
    return (lost, *_contradiction(state, source, words, at))


# ------------------------------------------------------------------------------------------ shared


def _mismatch(told: Answer, amount: Money, reference: str | None, what: str) -> str | None:
    if told.reference is not None and reference not in {None, told.reference}:
        return f"it is about {told.reference}, the {what} is {reference}"
    if told.amount is not None and told.amount != amount:
        return f"it is about {told.amount}, the {what} is about {amount}"
    return None


def _contradiction(state: Payment, source: str, words: str, at: datetime) -> Events:
    if any((each.source, each.words) == (source, words) for each in state.contradictions):
        return ()
    return (Contradicted(source=source, words=words, at=at),)
