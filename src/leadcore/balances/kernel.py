"""The innermost verdicts of the ledger, on whole numbers only.

Each function here is small enough that CrossHair confirms its contract over all paths:
`crosshair check src/leadcore/balances/kernel.py`. The lines `pre:` and `post:` in the docstrings
are those contracts; `_` is what the function returns (PEP 316). Everything else in this package
asks these functions and decides nothing about amounts by itself.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "Mode",
    "admits",
    "available",
    "capturable",
    "credited",
    "leg",
    "lives",
    "quota_left",
    "reserved",
    "tighten",
]


class Mode(IntEnum):
    """How a transfer touches the account it debits."""

    DIRECT = 0
    RESERVE = 1
    CAPTURE = 2
    RELEASE = 3


def available(credits_posted: int, debits_posted: int, debits_pending: int) -> int:
    """Give what may be spent: posted less what open holds reserve; incoming holds never count.

    post: _ + debits_pending + debits_posted == credits_posted
    """
    return credits_posted - debits_posted - debits_pending


def admits(free: int, floor: int, drawn: int) -> bool:
    """Say whether `drawn` may be taken where `free` is available and `floor` must stay.

    What draws nothing is always admitted, below the floor too: money coming in must not bounce.

    post: implies(_ and drawn > 0, free - drawn >= floor)
    post: implies(not _, drawn > 0 and free - drawn < floor)
    """
    return drawn <= 0 or free - drawn >= floor


def leg(mode: int, amount: int) -> int:
    """Give how much a transfer moves for good from the debit to the credit account.

    pre: amount > 0 and 0 <= mode <= 3
    post: _ == (amount if mode in (0, 2) else 0)
    """
    return amount if mode in (Mode.DIRECT, Mode.CAPTURE) else 0


def credited(mode: int, amount: int) -> int:
    """Give how much the credit account gains: exactly what the debit account loses.

    pre: amount > 0 and 0 <= mode <= 3
    post: _ == leg(mode, amount)
    """
    return leg(mode, amount)


def reserved(mode: int, amount: int, held: int) -> int:
    """Give the change of what is reserved: a hold adds its amount, its resolution takes all back.

    Args:
        mode: the `Mode`.
        amount: the transfer's amount.
        held: the amount of the hold it resolves; 0 where it resolves none.

    pre: amount > 0 and 0 <= mode <= 3
    pre: (held >= amount and mode >= 2) or (held == 0 and mode < 2)
    post: amount + _ <= 0 or mode < 2
    post: _ == amount or mode != 1
    post: _ == 0 or mode != 0
    """
    if mode == Mode.RESERVE:
        return amount
    return -held


def capturable(held: int, asked: int) -> bool:
    """Say whether so much of a hold may be captured; the rest is released.

    post: implies(_, 0 < asked <= held)
    post: implies(0 < asked <= held, _)
    """
    return 0 < asked <= held


def lives(expires_at: int, at: int) -> bool:
    """Say whether a hold may still be captured; at exactly its expiry it may not.

    Args:
        expires_at: the expiry, in microseconds.
        at: the instant by the ledger's clock, in microseconds.

    post: _ == (at < expires_at)
    """
    return at < expires_at


def quota_left(charged: int, refunded: int, restored: int) -> int:
    """Give how much of a charge may still be refunded, reversed refunds counting as never made.

    Args:
        charged: the charge's amount.
        refunded: the sum of its refunds.
        restored: the sum of the reversals of those refunds.

    pre: 0 <= restored <= refunded
    pre: refunded - restored <= charged
    post: 0 <= _ <= charged
    """
    return charged - refunded + restored


def tighten(requires: int, drawn_before: int, drawn: int) -> int:
    """Give what a batch needs beforehand, once it draws `drawn` after `drawn_before`.

    With exactly that much above the floor at the start, the draw just fits; with one unit less
    it does not, or an earlier draw did not.

    post: _ >= requires
    post: _ >= drawn_before + drawn
    post: _ in (requires, drawn_before + drawn)
    """
    return max(requires, drawn_before + drawn)
