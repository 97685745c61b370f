"""The innermost verdicts of distribution, on whole numbers only.

Small enough that CrossHair confirms their contracts over all paths:
`crosshair check src/leadcore/distribution/kernel.py`.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["By", "place", "seats", "settled", "undone"]


class By(IntEnum):
    """By what the orders of one tier are ranked."""

    TURN = 0
    PRIORITY = 1
    PRICE = 2


def place(by: int, priority: int, price: int) -> int:
    """Give where an order stands within its tier: the smallest place is asked first.

    The higher priority goes first, and so does the higher price; by turn all stand alike.

    Args:
        by: the `By`.
        priority: the order's, of any size.
        price: in minor units.

    pre: 0 <= by <= 2
    post: _ == 0 or by != 0
    post: _ == -priority or by != 1
    post: _ == -price or by != 2
    """
    if by == By.PRIORITY:
        return -priority
    return -price if by == By.PRICE else 0


def seats(left: int, buyers: int) -> int:
    """Give how many of so many buyers who stand alike are served, where so many seats are left.

    A lower place is served only when no seat is lost by it: whoever stands higher is served out.

    pre: left >= 0 and buyers >= 0
    post: 0 <= _ <= left and _ <= buyers
    post: _ == left or _ == buyers
    """
    return min(left, buyers)


def settled(credit: int, share: int, won: bool, whole: int) -> int:  # noqa: FBT001 # a flag of ints
    """Give an order's credit after a lead: its share more, a whole lead less where it won.

    pre: whole > 0 and 0 <= share <= whole
    post: implies(not won, credit <= _ <= credit + whole)
    post: implies(won, credit - whole <= _ <= credit)
    """
    return credit + share - (whole if won else 0)


def undone(credit: int, share: int, won: bool, whole: int) -> int:  # noqa: FBT001 # a flag of ints
    """Give an order's credit once a lead counts as never offered: `settled` taken back.

    pre: whole > 0 and 0 <= share <= whole
    post: settled(_, share, won, whole) == credit
    """
    return credit - share + (whole if won else 0)
