"""A small set of books and short words for building batches on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leadcore.balances import Book, Posted, Transfer, TransferKind, post
from leadcore.values import Money, SellerId
from tests.balances.machine import account

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def later(ticks: int) -> datetime:
    return AT + ticks * TICK


def move(name: str, kind: TransferKind, debit: str, credit: str, minor: int, **more) -> Transfer:
    amount = Money(minor, more.pop("currency", "USD"))
    given = {"effective_at": AT, **more}
    return Transfer(id=name, kind=kind, debit=debit, credit=credit, amount=amount, **given)


def topup(name: str, minor: int, to: str = "a") -> Transfer:
    return move(name, TransferKind.TOPUP, "cash", to, minor)


def charge(name: str, minor: int, who: str = "a") -> Transfer:
    return move(name, TransferKind.CHARGE, who, "revenue", minor)


def hold(name: str, minor: int, who: str = "a", to: str = "revenue", life: int = 10) -> Transfer:
    return move(name, TransferKind.HOLD, who, to, minor, expires_at=later(life))


def end(name: str, kind: TransferKind, ref: str, minor: int, to: str = "revenue") -> Transfer:
    return move(name, kind, "a", to, minor, ref=ref)


def refund(name: str, ref: str, minor: int, to: str = "a") -> Transfer:
    return move(name, TransferKind.REFUND, "revenue", to, minor, ref=ref)


def reversal(name: str, ref: str, minor: int, **more) -> Transfer:
    return move(name, TransferKind.REFUND_REVERSAL, "a", "revenue", minor, ref=ref, **more)


def empty() -> Book:
    return Book.of(
        [
            account("cash", tracked=False),
            account("revenue", tracked=False),
            account("a"),
            account("b"),
            account("euro", currency="EUR"),
            account("euros", currency="EUR"),
            account("other", seller_id=SellerId("other seller")),
        ]
    )


def booked(*batches: tuple[Transfer, ...], book: Book | None = None, at: datetime = AT) -> Book:
    """Give the books after batches that must all be posted."""
    book = empty() if book is None else book
    for batch in batches:
        result = post(book, batch, at=at)
        assert isinstance(result, Posted), result
        book = book.after(batch, result, at=at)
    return book
