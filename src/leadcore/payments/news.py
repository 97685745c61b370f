"""What answers and notices amount to: events, or nothing, or a contradiction to look at.

The verdicts are the kernel's; here is what they are told and what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.payments import events as happened
from leadcore.payments import kernel
from leadcore.payments.answers import Answer, DeclineReason, DisputeStatus, News, Progress
from leadcore.payments.bonuses import NO_BONUS, back_of, earning, parted
from leadcore.payments.events import Contradicted, NoticeReceived
from leadcore.payments.kernel import Move
from leadcore.values import Money

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.payments.answers import Notice
    from leadcore.payments.bonuses import BonusBack, BonusFacts
    from leadcore.payments.events import PaymentEvent
    from leadcore.payments.state import Payment, Repayment

__all__ = ["charge_events", "notice_events", "repayment_events"]

Events = tuple["PaymentEvent", ...]


def notice_events(
    state: Payment, notice: Notice, at: datetime, bonus: BonusFacts = NO_BONUS
) -> Events:
    """Say what follows from a notice; nothing at all where it came before."""
    if notice.id in state.notices:
        return ()
    received = NoticeReceived(notice_id=notice.id, at=at)
    return (received, *_news(state, notice, at, bonus))


def _news(state: Payment, notice: Notice, at: datetime, bonus: BonusFacts) -> Events:
    if state.reference not in {None, notice.reference}:
        words = f"it is about charge {notice.reference}, the payment is {state.reference}"
        return _contradiction(state, notice.id, words, at)
    if notice.news is News.DISPUTE:
        return _dispute_events(state, notice, at, bonus)
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
        return charge_events(state, told, source=notice.id, at=at, bonus=bonus)
    repayment = state.repayment(notice.subject or "")
    if repayment is None:
        words = f"repayment {notice.subject} was made, and nobody asked for it here"
        return _contradiction(state, notice.id, words, at)
    return repayment_events(state, repayment, told, source=notice.id, at=at, bonus=bonus)


# ------------------------------------------------------------------------------------------ charge


def charge_events(
    state: Payment, told: Answer, *, source: str, at: datetime, bonus: BonusFacts = NO_BONUS
) -> Events:
    """Say what follows from what was told of the charge."""
    wrong = _mismatch(told, state.amount, state.reference, "charge")
    if wrong is not None:
        return _contradiction(state, source, wrong, at)
    move = kernel.charge_moves(state.progress.rank, told.progress.rank)
    if move == Move.CONTRADICTS:
        words = f"the charge is {told.progress.value}, it was {state.progress.value}"
        return _contradiction(state, source, words, at)
    return (_charge_event(state, told, at, bonus),) if move == Move.ADVANCES else ()


def _charge_event(state: Payment, told: Answer, at: datetime, bonus: BonusFacts) -> PaymentEvent:
    match told.progress:
        case Progress.SUCCEEDED:
            # What was lost before anybody knew it had come earns nothing.
            kept = state.left == state.amount
            tiers = earning(state.amount, bonus.tiers) if kept else None
            return happened.PaymentSucceeded(reference=told.reference, tiers=tiers, at=at)
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
    state: Payment,
    repayment: Repayment,
    told: Answer,
    *,
    source: str,
    at: datetime,
    bonus: BonusFacts = NO_BONUS,
) -> Events:
    """Say what follows from what was told of a repayment."""
    wrong = _mismatch(told, repayment.amount, repayment.reference, f"repayment {repayment.id}")
    if wrong is not None:
        return _contradiction(state, source, wrong, at)
    if kernel.repayment_moves(repayment.progress.rank, told.progress.rank) == Move.STALE:
        return ()
    return (_repayment_event(repayment, told, at, bonus),)


def _repayment_event(
    repayment: Repayment, told: Answer, at: datetime, bonus: BonusFacts
) -> PaymentEvent:
    key = repayment.id
    match told.progress:
        case Progress.SUCCEEDED:
            # What was reserved of the bonus is available again in the same batch.
            return happened.RepaymentSucceeded(
                repayment_id=key,
                reference=told.reference,
                bonus=_parted_back(repayment, bonus),
                at=at,
            )
        case Progress.DECLINED:
            return happened.RepaymentDeclined(
                repayment_id=key, reference=told.reference, code=told.code, at=at
            )
        case Progress.PENDING:
            return happened.RepaymentPending(repayment_id=key, reference=told.reference, at=at)
        case _:
            return happened.RepaymentUnknown(repayment_id=key, at=at)


def _parted_back(repayment: Repayment, bonus: BonusFacts) -> BonusBack | None:
    if repayment.bonus is None:
        return None
    room = bonus.available + repayment.bonus.minor
    return parted(repayment.bonus, replace(bonus, available=room))


# ----------------------------------------------------------------------------------------- dispute


def _dispute_events(state: Payment, notice: Notice, at: datetime, bonus: BonusFacts) -> Events:
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
        return _lost(state, notice, amount, at, bonus)
    if status is DisputeStatus.WON:
        return (happened.DisputeWon(dispute_id=key, amount=amount, at=at),)
    return (happened.DisputeOpened(dispute_id=key, amount=amount, code=notice.code, at=at),)


def _lost(state: Payment, notice: Notice, amount: Money, at: datetime, bonus: BonusFacts) -> Events:
    rest, key = state.left, notice.subject or ""
    taken = Money(kernel.taken(rest.minor, amount.minor), amount.currency)
    back = parted(Money(back_of(state, taken.minor, bonus), amount.currency), bonus)
    lost = happened.DisputeLost(dispute_id=key, amount=amount, taken=taken, bonus=back, at=at)
    if taken == amount:
        return (lost,)
    words = f"dispute {key} took {amount}, and only {rest} was left of the payment"
    return (lost, *_contradiction(state, notice.id, words, at))


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
