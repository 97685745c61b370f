"""The life of a payment: a top-up of an account's balance, and what becomes of it afterwards.

    requested --> unknown --> lapsed --> pending --> succeeded --> repaid (part, whole), disputed
                                                 +--> declined

Each of the first six may be skipped, none is gone back to; of succeeded and declined the first one
told counts, and the other is recorded as a contradiction for somebody to look at. An answer that
came twice, late, or after the notice that said the same changes nothing. A repayment goes the same
way, but that a bank may send it back after it had succeeded; a dispute is open until it is won or
lost. When in doubt nothing is credited and nobody is charged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from attrs import evolve as replace

from leadcore.errors import Malformed, Problem, WrongState
from leadcore.payments import events as happened
from leadcore.payments import kernel
from leadcore.payments.answers import Answer, DisputeStatus, Progress
from leadcore.payments.bonuses import back_of
from leadcore.payments.cards import card_problems
from leadcore.payments.events import (
    PaymentLapsed,
    PaymentRequested,
    Repay,
    RepaymentRequested,
    Request,
    Settle,
    SettleRepayment,
    TakeNotice,
)
from leadcore.payments.kernel import Asking
from leadcore.payments.news import charge_events, notice_events, repayment_events
from leadcore.payments.state import Dispute, Payment, Repayment
from leadcore.values import Money, micros

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.payments.events import PaymentCommand, PaymentEvent

__all__ = ["DISPUTES", "REPAYMENTS", "TRANSITIONS", "decide", "evolve", "next_asking"]

_P = Progress
_BEFORE = {
    _P.UNKNOWN: frozenset({_P.REQUESTED}),
    _P.LAPSED: frozenset({_P.REQUESTED, _P.UNKNOWN}),
    _P.PENDING: frozenset({_P.REQUESTED, _P.UNKNOWN, _P.LAPSED}),
    _P.SUCCEEDED: frozenset({_P.REQUESTED, _P.UNKNOWN, _P.LAPSED, _P.PENDING}),
}
TRANSITIONS: dict[type, tuple[frozenset[Progress], Progress]] = {
    happened.PaymentUnknown: (_BEFORE[_P.UNKNOWN], _P.UNKNOWN),
    happened.PaymentLapsed: (_BEFORE[_P.LAPSED], _P.LAPSED),
    happened.PaymentPending: (_BEFORE[_P.PENDING], _P.PENDING),
    happened.PaymentSucceeded: (_BEFORE[_P.SUCCEEDED], _P.SUCCEEDED),
    happened.PaymentDeclined: (_BEFORE[_P.SUCCEEDED], _P.DECLINED),
}
"""Event: how far the charge may be, and how far it is then."""

REPAYMENTS: dict[type, tuple[frozenset[Progress], Progress]] = {
    happened.RepaymentUnknown: (_BEFORE[_P.UNKNOWN], _P.UNKNOWN),
    happened.RepaymentPending: (_BEFORE[_P.PENDING], _P.PENDING),
    happened.RepaymentSucceeded: (_BEFORE[_P.SUCCEEDED], _P.SUCCEEDED),
    happened.RepaymentDeclined: (_BEFORE[_P.SUCCEEDED] | {_P.SUCCEEDED}, _P.DECLINED),
}
"""The same of a repayment."""

DISPUTES: dict[type, tuple[frozenset[DisputeStatus | None], DisputeStatus]] = {
    happened.DisputeOpened: (frozenset({None}), DisputeStatus.OPEN),
    happened.DisputeWon: (frozenset({None, DisputeStatus.OPEN}), DisputeStatus.WON),
    happened.DisputeLost: (frozenset({None, DisputeStatus.OPEN}), DisputeStatus.LOST),
}
"""The same of a dispute; None is one nobody knew of."""


# ------------------------------------------------------------------------------------------ decide


def decide(
    command: PaymentCommand, state: Payment | None, at: datetime
) -> tuple[PaymentEvent, ...]:
    """Decide a command on a payment; saying again what was said before changes nothing.

    Raises:
        Malformed: it makes no sense: an amount that is not above zero or more than is left, an id
            used for something else, words missing; every problem with its path.
        WrongState: there is no such payment, or it is not so far, or disputed.
    """
    if isinstance(command, Request):
        return _request(command, state, at)
    if state is None:
        raise WrongState(type(command).__name__, "there is no such payment")
    match command:
        case Settle():
            return _settle(command, state, at)
        case Repay():
            return _repay(command, state, at)
        case SettleRepayment():
            return _settle_repayment(command, state, at)
        case TakeNotice():
            return notice_events(state, command.notice, at, command.bonus)
        case _:  # pragma: no cover - the type checkers prove that nothing is left
            assert_never(command)


def next_asking(state: Payment | Repayment, *, at: datetime, keys_hours: int) -> Asking | None:
    """Say what to ask the processor next about a charge, or a repayment; None: nothing is left.

    Args:
        state: the payment, or the repayment.
        at: now.
        keys_hours: how long the processor remembers a key (`Processor.keys_hours`).

    Returns:
        `CHARGE`: ask for the same charge or repayment, which makes at most one. `LOOK`: only look
        what became of it. `LAST_LOOK`: the same; if it is not there, it never will be.
    """
    if state.progress in {Progress.SUCCEEDED, Progress.DECLINED, Progress.LAPSED}:
        return None
    if state.progress is Progress.PENDING:
        return Asking.LOOK
    return Asking(kernel.asking(micros(state.requested_at), micros(at), keys_hours))


def _request(command: Request, state: Payment | None, at: datetime) -> tuple[PaymentEvent, ...]:
    if state is not None:
        if _same(command, state):
            return ()
        raise Malformed.at("payment_id", f"{command.payment_id!r} was used for another payment")
    problems = [*card_problems("payment_id", command.payment_id, networks=True)]
    if command.amount.minor <= 0:
        problems.append(Problem("amount", "is above zero"))
    if problems:
        raise Malformed(problems)
    requested = PaymentRequested(
        payment_id=command.payment_id,
        seller_id=command.seller_id,
        account_id=command.account_id,
        amount=command.amount,
        method=command.method,
        crossing=command.crossing,
        by=command.by,
        at=at,
    )
    return (requested,)


def _same(command: Request, state: Payment) -> bool:
    return (command.seller_id, command.account_id, command.amount, command.method) == (
        state.seller_id,
        state.account_id,
        state.amount,
        state.method,
    )


def _settle(command: Settle, state: Payment, at: datetime) -> tuple[PaymentEvent, ...]:
    if isinstance(command.answer, Answer):
        return charge_events(state, command.answer, source="answer", at=at, bonus=command.bonus)
    last = next_asking(state, at=at, keys_hours=command.keys_hours) is Asking.LAST_LOOK
    return (PaymentLapsed(at=at),) if last else ()


def _repay(command: Repay, state: Payment, at: datetime) -> tuple[PaymentEvent, ...]:
    known = state.repayment(command.repayment_id)
    if known is not None:
        if known.amount == command.amount:
            return ()
        raise Malformed.at("repayment_id", f"{known.id!r} was used for another amount")
    if state.progress is not Progress.SUCCEEDED or state.succeeded_at is None:
        raise WrongState("Repay", f"the payment is {state.status.value}")
    if any(each.status is DisputeStatus.OPEN for each in state.disputes):
        raise WrongState("Repay", "the payment is disputed, and the bank decides who gets it")
    problems = tuple(_repay_problems(command, state, state.succeeded_at, at))
    if problems:
        raise Malformed(problems)
    requested = RepaymentRequested(
        repayment_id=command.repayment_id,
        amount=command.amount,
        by=command.by,
        reason=command.reason,
        bonus=_bonus_back(command, state),
        at=at,
    )
    return (requested,)


def _bonus_back(command: Repay, state: Payment) -> Money | None:
    minor = back_of(state, command.amount.minor, command.bonus, whole=command.all_bonus)
    return Money(minor, command.amount.currency) if minor else None


def _repay_problems(
    command: Repay, state: Payment, paid: datetime, at: datetime
) -> Iterator[Problem]:
    asked, rest = command.amount, state.left
    if asked.currency != rest.currency:
        yield Problem("amount.currency", f"the payment is in {rest.currency}")
    elif not 0 < asked.minor <= rest.minor:
        yield Problem("amount", f"is above zero and at most what is left of the payment: {rest}")
    if not kernel.in_time(micros(paid), micros(at), command.within_hours):
        yield Problem("at", f"is not within {command.within_hours} hours after the payment")
    for path in ("by", "reason", "repayment_id"):
        words = getattr(command, path)
        if not words.strip():
            yield Problem(path, "is not empty")
        yield from card_problems(path, words, networks=True)


def _settle_repayment(
    command: SettleRepayment, state: Payment, at: datetime
) -> tuple[PaymentEvent, ...]:
    repayment = state.repayment(command.repayment_id)
    if repayment is None:
        raise WrongState("SettleRepayment", f"there is no repayment {command.repayment_id!r}")
    if isinstance(command.answer, Answer):
        return repayment_events(
            state, repayment, command.answer, source="answer", at=at, bonus=command.bonus
        )
    last = next_asking(repayment, at=at, keys_hours=command.keys_hours) is Asking.LAST_LOOK
    lapsed = happened.RepaymentDeclined(
        repayment_id=repayment.id, code=Progress.LAPSED.value, at=at
    )
    return (lapsed,) if last else ()


# ------------------------------------------------------------------------------------------ evolve


def evolve(state: Payment | None, event: PaymentEvent) -> Payment:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see the tables).
    """
    if isinstance(event, PaymentRequested):
        return Payment(
            id=event.payment_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            amount=event.amount,
            method=event.method,
            crossing=event.crossing,
            by=event.by,
            requested_at=event.at,
        )
    if state is None:
        raise WrongState(type(event).__name__, "its payment was never requested")
    if isinstance(event, happened.NoticeReceived):
        return replace(state, notices=(*state.notices, event.notice_id))
    if isinstance(event, happened.Contradicted):
        return replace(state, contradictions=(*state.contradictions, event))
    if type(event) in TRANSITIONS:
        return _charged(state, event)
    if type(event) in DISPUTES:
        return _disputed(state, event)
    return _repaid(state, event)


def _charged(state: Payment, event: PaymentEvent) -> Payment:
    allowed, progress = TRANSITIONS[type(event)]
    if state.progress not in allowed:
        raise WrongState(type(event).__name__, f"the charge is {state.progress.value}")
    after = replace(
        state,
        progress=progress,
        reference=getattr(event, "reference", None) or state.reference,
    )
    if isinstance(event, happened.PaymentSucceeded):
        return replace(after, succeeded_at=event.at, tiers=event.tiers)
    if isinstance(event, happened.PaymentDeclined):
        return replace(after, reason=event.reason, code=event.code)
    return after


def _repaid(state: Payment, event: PaymentEvent) -> Payment:
    if isinstance(event, RepaymentRequested):
        if state.repayment(event.repayment_id) is not None:
            raise WrongState("RepaymentRequested", "there is such a repayment already")
        made = Repayment(
            id=event.repayment_id,
            amount=event.amount,
            by=event.by,
            reason=event.reason,
            requested_at=event.at,
            bonus=event.bonus,
        )
        return replace(state, repayments=(*state.repayments, made))
    allowed, progress = REPAYMENTS[type(event)]
    changed: list[Repayment] = []
    found = False
    for each in state.repayments:
        if each.id == getattr(event, "repayment_id", None) and each.progress in allowed:
            changed.append(_moved(each, event, progress))
            found = True
        else:
            changed.append(each)
    if not found:
        raise WrongState(type(event).__name__, "there is no repayment it can follow on")
    return replace(state, repayments=tuple(changed))


def _moved(repayment: Repayment, event: PaymentEvent, progress: Progress) -> Repayment:
    back = progress is Progress.DECLINED and repayment.progress is Progress.SUCCEEDED
    settled = progress in {Progress.SUCCEEDED, Progress.DECLINED}
    return replace(
        repayment,
        progress=progress,
        reference=getattr(event, "reference", None) or repayment.reference,
        settled_at=repayment.settled_at if back or not settled else event.at,
        returned_at=event.at if back else None,
        bonus_back=getattr(event, "bonus", None) or repayment.bonus_back,
    )


def _disputed(state: Payment, event: PaymentEvent) -> Payment:
    assert isinstance(  # noqa: S101 - the table says so; for the type checkers
        event, happened.DisputeOpened | happened.DisputeWon | happened.DisputeLost
    )
    allowed, status = DISPUTES[type(event)]
    known = state.dispute(event.dispute_id)
    if (known.status if known else None) not in allowed:
        raise WrongState(type(event).__name__, "the dispute was decided already")
    lost = event if isinstance(event, happened.DisputeLost) else None
    made = Dispute(
        id=event.dispute_id,
        amount=event.amount,
        status=status,
        taken=lost.taken if lost else None,
        decided_at=event.at if lost or status is DisputeStatus.WON else None,
        bonus=lost.bonus if lost else None,
    )
    others = tuple(each for each in state.disputes if each.id != event.dispute_id)
    return replace(state, disputes=(*others, made))
