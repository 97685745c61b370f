"""The innermost verdicts of returns, on whole numbers only.

Each function here is small enough that CrossHair confirms its contract over all paths:
`crosshair check src/leadcore/refunds/kernel.py`. The lines `pre:` and `post:` in the docstrings
are those contracts; `_` is what the function returns (PEP 316). Everything else in this package
asks these functions and counts nothing by itself.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["WHOLE", "Round", "can_follow", "fits", "outside", "over", "share"]

WHOLE = 10_000
"""Parts of a whole: 1500 of them are 15 %."""


class Round(IntEnum):
    """What becomes of a part of one."""

    DOWN = 0
    UP = 1
    NEAREST = 2


def outside(opens: int, closes: int, asked: int) -> tuple[bool, bool]:
    """Say whether an instant is too early, and whether it is too late; both ends are inside.

    All three are microseconds since 1970.

    post: __return__[0] == (asked < opens) and __return__[1] == (asked > closes)
    post: implies(opens <= asked <= closes, not any(__return__))
    """
    return asked < opens, asked > closes


def share(product: int, rounding: int) -> int:
    """Give a number of parts in whole ones: `product` is the number times the parts of `WHOLE`.

    Args:
        product: at least zero.
        rounding: a `Round`; the nearest of two that are as near is the upper one.

    pre: product >= 0 and 0 <= rounding <= 2
    post: -10_000 < product - 10_000 * _ < 10_000
    post: implies(rounding == 0, 10_000 * _ <= product)
    post: implies(rounding == 1, 10_000 * _ >= product)
    post: implies(rounding == 2, -5_000 <= product - 10_000 * _ < 5_000)
    """
    if rounding == Round.UP:
        return -(-product // WHOLE)
    if rounding == Round.NEAREST:
        return (product + WHOLE // 2) // WHOLE
    return product // WHOLE


def over(returned: int, more: int, allowed: int, bought: int, least: int) -> bool:
    """Say whether one more return passes what is allowed.

    Args:
        returned: what was returned before, in leads or in minor units.
        more: what this return adds.
        allowed: what may be returned in all.
        bought: leads bought.
        least: with fewer bought it does not bind.

    post: implies(_, returned + more > allowed and bought >= least)
    post: implies(not _, returned + more <= allowed or bought < least)
    """
    return bought >= least and returned + more > allowed


def fits(made: int, most: int) -> bool:
    """Say whether one more may be made where so many were made and so many may be.

    post: _ == (made + 1 <= most)
    """
    return made < most


def can_follow(denied: int, hours: int, asked: int) -> bool:
    """Say whether a request comes within so many hours after a denial, end included.

    Instants are microseconds since 1970.

    pre: hours >= 0
    post: implies(_, denied <= asked and asked - denied <= hours * 3_600_000_000)
    post: implies(not _, asked < denied or asked - denied > hours * 3_600_000_000)
    """
    return denied <= asked <= denied + hours * 3_600_000_000
