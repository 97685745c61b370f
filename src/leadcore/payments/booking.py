"""What a payment does to the ledger: a fold of its state, so that no order of news books twice.

Money that comes in is one top-up. A repayment reserves what it takes while it is under way, so
that it is never spent as well; done, the hold is captured, declined, it is released. A lost
dispute takes back what was left of the payment, below the floor if it must.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.balances import Transfer, TransferKind
from leadcore.payments.answers import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.payments.state import Dispute, Payment, Repayment

__all__ = ["FOR_GOOD", "Books", "booked", "due"]

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""When the hold of a repayment expires: not before the processor has said what became of it."""


@frozen(kw_only=True)
class Books:
    """The ids of the ledger accounts a payment moves money between.

    Attributes:
        cash: the seller's account of money that came in from outside.
        prepaid: the account's balance.
    """

    cash: str
    prepaid: str


def booked(before: Payment | None, after: Payment, books: Books) -> tuple[Transfer, ...]:
    """Give the transfers that follow from a change of a payment, in order."""
    known: set[str] = set() if before is None else {each.id for each in due(before, books)}
    return tuple(each for each in due(after, books) if each.id not in known)


def due(payment: Payment, books: Books) -> tuple[Transfer, ...]:
    """Give every transfer a payment has led to; nothing unless its charge succeeded."""
    if payment.succeeded_at is None:
        return ()
    topup = Transfer(
        id=_id(payment, "topup"),
        kind=TransferKind.TOPUP,
        debit=books.cash,
        credit=books.prepaid,
        amount=payment.amount,
        actor=payment.by,
        effective_at=payment.succeeded_at,
    )
    repaid = (each for one in payment.repayments for each in _repaid(payment, one, books))
    lost = (each for one in payment.disputes for each in _lost(payment, one, books))
    return (topup, *repaid, *lost)


def _id(payment: Payment, what: str) -> str:
    # With its length, so that no two payments make one id.
    return f"payment/{len(payment.id)}/{payment.id}/{what}"


def _repaid(payment: Payment, repayment: Repayment, books: Books) -> Iterator[Transfer]:
    name = f"repaid/{len(repayment.id)}/{repayment.id}"
    hold = Transfer(
        id=_id(payment, f"{name}/hold"),
        kind=TransferKind.HOLD,
        debit=books.prepaid,
        credit=books.cash,
        amount=repayment.amount,
        expires_at=FOR_GOOD,
        actor=repayment.by,
        reason=repayment.reason,
        effective_at=repayment.requested_at,
    )
    yield hold
    if repayment.settled_at is None:
        return
    gone = repayment.progress is Progress.SUCCEEDED or repayment.returned_at is not None
    kind = TransferKind.CAPTURE if gone else TransferKind.VOID
    yield Transfer(
        id=_id(payment, f"{name}/{kind.value}"),
        kind=kind,
        debit=hold.debit,
        credit=hold.credit,
        amount=hold.amount,
        ref=hold.id,
        effective_at=repayment.settled_at,
    )
    if repayment.returned_at is not None:
        yield Transfer(
            id=_id(payment, f"{name}/returned"),
            kind=TransferKind.TOPUP,
            debit=books.cash,
            credit=books.prepaid,
            amount=repayment.amount,
            effective_at=repayment.returned_at,
        )


def _lost(payment: Payment, dispute: Dispute, books: Books) -> Iterator[Transfer]:
    if dispute.taken is None or dispute.taken.minor == 0 or dispute.decided_at is None:
        return
    yield Transfer(
        id=_id(payment, f"lost/{dispute.id}"),
        kind=TransferKind.CHARGEBACK,
        debit=books.prepaid,
        credit=books.cash,
        amount=dispute.taken,
        forced=True,
        actor="processor",
        reason=f"dispute {dispute.id} was lost",
        effective_at=dispute.decided_at,
    )
