"""What a payment does to the ledger: a fold of its state, so that no order of news books twice.

Money that comes in is one top-up, and the bonus it earned a grant of its own that names it. A
repayment reserves what it takes while it is under way, so that it is never spent as well; done, the
hold is captured, declined, it is released. A lost dispute takes back what was left of the payment,
below the floor if it must. Both name the top-up, and so does what is made good of its bonus.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import frozen

from leadcore.balances import Transfer, TransferKind
from leadcore.intervals import elapsed_hours_after
from leadcore.payments.answers import Progress
from leadcore.payments.bonuses import earned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leadcore.payments.bonuses import BonusBack
    from leadcore.payments.state import Dispute, Payment, Repayment

__all__ = [
    "FOR_GOOD",
    "Books",
    "bonus_id",
    "booked",
    "differing",
    "due",
    "payment_of",
    "repaid_id",
    "topup_id",
]

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""When the hold of a repayment expires: not before the processor has said what became of it."""


@frozen(kw_only=True)
class Books:
    """The ids of the ledger accounts a payment moves money between.

    Attributes:
        cash: the seller's account of money that came in from outside.
        prepaid: the account's balance.
        revenue: the seller's account that bonus comes from and goes back to.
    """

    cash: str
    prepaid: str
    revenue: str


def topup_id(payment_id: str) -> str:
    """Give the transfer id of a payment's top-up: the original source of what is left of it."""
    return _id(payment_id, "topup")


def bonus_id(payment_id: str) -> str:
    """Give the transfer id of the bonus a payment was granted, which is its lot's id too."""
    return _id(payment_id, "bonus")


def repaid_id(payment_id: str, repayment_id: str) -> str:
    """Give the transfer id of the hold that reserves what a repayment takes."""
    return _id(payment_id, f"repaid/{len(repayment_id)}/{repayment_id}/hold")


def payment_of(transfer_id: str) -> str | None:
    """Give the payment that led to the transfer with this id; None where none did.

    >>> payment_of(topup_id("p/1"))
    'p/1'
    """
    head, _, rest = transfer_id.partition("/")
    size, _, rest = rest.partition("/")
    if head != "payment" or not (size.isascii() and size.isdecimal()):
        return None
    payment_id = rest[: int(size)]
    return payment_id if transfer_id.startswith(_id(payment_id, "")) else None


def booked(before: Payment | None, after: Payment, books: Books) -> tuple[Transfer, ...]:
    """Give the transfers that follow from a change of a payment, in order."""
    known: set[str] = set() if before is None else {each.id for each in due(before, books)}
    return tuple(each for each in due(after, books) if each.id not in known)


def due(payment: Payment, books: Books) -> tuple[Transfer, ...]:
    """Give every transfer a payment has led to; nothing unless its charge succeeded."""
    if payment.succeeded_at is None:
        return ()
    topup = Transfer(
        id=topup_id(payment.id),
        kind=TransferKind.TOPUP,
        debit=books.cash,
        credit=books.prepaid,
        amount=payment.amount,
        actor=payment.by,
        effective_at=payment.succeeded_at,
    )
    bonus = _bonus(payment, payment.succeeded_at, books)
    repaid = (each for one in payment.repayments for each in _repaid(payment, one, books))
    lost = (each for one in payment.disputes for each in _lost(payment, one, books))
    return (topup, *bonus, *repaid, *lost)


def differing(
    payments: Iterable[Payment],
    transfers: Iterable[Transfer],
    books: Callable[[Payment], Books],
) -> Iterator[str]:
    """Compare payments with what the ledger holds; give a sentence for each difference.

    Args:
        payments: all of an account, as they are now.
        transfers: all of the account; what no payment led to is passed over.
        books: where a payment moves money.
    """
    wanted = {each.id: each for one in payments for each in due(one, books(one))}
    found = {each.id: each for each in transfers if payment_of(each.id) is not None}
    for key in sorted(wanted.keys() | found.keys()):
        if key not in found:
            yield f"payment {payment_of(key)}: the ledger has no transfer {key}"
        elif key not in wanted:
            yield f"payment {payment_of(key)}: transfer {key} does not follow from it"
        elif wanted[key] != found[key]:
            yield f"payment {payment_of(key)}: transfer {key} is not the one that follows from it"


def _id(payment_id: str, what: str) -> str:
    # With its length, so that no two payments make one id.
    return f"payment/{len(payment_id)}/{payment_id}/{what}"


def _bonus(payment: Payment, at: datetime, books: Books) -> Iterator[Transfer]:
    granted = earned(payment)
    if payment.tiers is None or not granted.minor:
        return
    hours = payment.tiers.bonus_hours
    yield Transfer(
        id=bonus_id(payment.id),
        kind=TransferKind.PROMO_GRANT,
        debit=books.revenue,
        credit=books.prepaid,
        amount=granted,
        ref=topup_id(payment.id),
        expires_at=None if hours is None else elapsed_hours_after(at, hours),
        actor=payment.by,
        effective_at=at,
    )


@frozen(kw_only=True)
class _Leaving:
    """Money that leaves a payment: by what name, on whose word, why and when."""

    name: str
    by: str
    why: str
    at: datetime


def _repaid(payment: Payment, repayment: Repayment, books: Books) -> Iterator[Transfer]:
    name = f"repaid/{len(repayment.id)}/{repayment.id}"
    hold = Transfer(
        id=repaid_id(payment.id, repayment.id),
        kind=TransferKind.HOLD,
        debit=books.prepaid,
        credit=books.cash,
        amount=repayment.amount,
        expires_at=FOR_GOOD,
        ref=topup_id(payment.id),
        actor=repayment.by,
        reason=repayment.reason,
        effective_at=repayment.requested_at,
    )
    reserved = _bonus_hold(payment, repayment, hold, books)
    yield from (hold, *reserved)
    if repayment.settled_at is None:
        return
    gone = repayment.progress is Progress.SUCCEEDED or repayment.returned_at is not None
    kind = TransferKind.CAPTURE if gone else TransferKind.VOID
    yield _ended(hold, kind, _id(payment.id, f"{name}/{kind.value}"), repayment.settled_at)
    for one in reserved:
        # What the bonus is by now is taken instead: since then it may be spent, or past.
        free = _id(payment.id, f"{name}/bonus/void")
        yield _ended(one, TransferKind.VOID, free, repayment.settled_at)
    why = f"of its bonus, for repayment {repayment.id}"
    leaving = _Leaving(name=name, by=repayment.by, why=why, at=repayment.settled_at)
    yield from _bonus_taken(payment, repayment.bonus_back, leaving, books)
    yield from _made_good(payment, repayment.bonus_back, leaving, books)
    if repayment.returned_at is not None:
        yield Transfer(
            id=_id(payment.id, f"{name}/returned"),
            kind=TransferKind.TOPUP,
            debit=books.cash,
            credit=books.prepaid,
            amount=repayment.amount,
            effective_at=repayment.returned_at,
        )


def _bonus_hold(
    payment: Payment, repayment: Repayment, hold: Transfer, books: Books
) -> tuple[Transfer, ...]:
    if repayment.bonus is None:
        return ()
    name = f"repaid/{len(repayment.id)}/{repayment.id}/bonus/hold"
    return (
        replace(
            hold,
            id=_id(payment.id, name),
            credit=books.revenue,
            amount=repayment.bonus,
            ref=bonus_id(payment.id),
        ),
    )


def _ended(hold: Transfer, kind: TransferKind, key: str, at: datetime) -> Transfer:
    return Transfer(
        id=key,
        kind=kind,
        debit=hold.debit,
        credit=hold.credit,
        amount=hold.amount,
        ref=hold.id,
        effective_at=at,
    )


def _lost(payment: Payment, dispute: Dispute, books: Books) -> Iterator[Transfer]:
    if dispute.taken is None or dispute.taken.minor == 0 or dispute.decided_at is None:
        return
    leaving = _Leaving(
        name=f"lost/{dispute.id}",
        by="processor",
        why=f"dispute {dispute.id} was lost",
        at=dispute.decided_at,
    )
    # First: a bonus is only taken where it is available, and a chargeback may leave nothing.
    yield from _bonus_taken(payment, dispute.bonus, leaving, books)
    yield Transfer(
        id=_id(payment.id, leaving.name),
        kind=TransferKind.CHARGEBACK,
        debit=books.prepaid,
        credit=books.cash,
        amount=dispute.taken,
        ref=topup_id(payment.id),
        forced=True,
        actor=leaving.by,
        reason=leaving.why,
        effective_at=dispute.decided_at,
    )
    yield from _made_good(payment, dispute.bonus, leaving, books)


def _bonus_taken(
    payment: Payment, back: BonusBack | None, leaving: _Leaving, books: Books
) -> Iterator[Transfer]:
    if back is not None and back.taken.minor:
        yield Transfer(
            id=_id(payment.id, f"{leaving.name}/bonus/taken"),
            kind=TransferKind.PROMO_EXPIRY,
            debit=books.prepaid,
            credit=books.revenue,
            amount=back.taken,
            ref=bonus_id(payment.id),
            actor=leaving.by,
            reason=leaving.why,
            effective_at=leaving.at,
        )


def _made_good(
    payment: Payment, back: BonusBack | None, leaving: _Leaving, books: Books
) -> Iterator[Transfer]:
    if back is not None and back.made_good.minor:
        yield Transfer(
            id=_id(payment.id, f"{leaving.name}/bonus/made_good"),
            kind=TransferKind.ADJUSTMENT,
            debit=books.prepaid,
            credit=books.revenue,
            amount=back.made_good,
            ref=topup_id(payment.id),
            forced=True,
            actor=leaving.by,
            reason=leaving.why,
            effective_at=leaving.at,
        )
