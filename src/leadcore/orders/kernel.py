"""The innermost verdicts about an order's room, on whole numbers only.

`crosshair check src/leadcore/orders/kernel.py` confirms every contract over all paths; see
`leadcore.balances.kernel` for how they are written.
"""

from __future__ import annotations

__all__ = ["NO_LIMIT", "WEEK", "admits", "bank_left", "in_week", "percent_left", "span_minutes"]

NO_LIMIT = -1
"""A limit that is never in the way; 0 is one that nothing passes."""

WEEK = 10_080
"""Minutes in a week of the clock on the wall."""

_DAY = 1_440


def admits(used: int, more: int, most: int) -> bool:
    """Say whether `more` may be added to `used` where `most` is the limit; below 0 is none.

    pre: more >= 0
    post: implies(_ and most >= 0, used + more <= most)
    post: implies(not _, most >= 0 and used + more > most)
    """
    return most < 0 or used + more <= most


def bank_left(bank: int, carried: int, spent: int) -> int:
    """Give what is left of a bank; more may have been spent where a return was reversed.

    pre: bank >= 0 and carried >= 0
    post: _ == max(0, bank + carried - spent)
    """
    rest = bank + carried - spent
    return max(0, rest)


def span_minutes(opens: int, closes: int) -> int:
    """Give how long a span of hours is; one that closes before it opens ends on the next day.

    pre: 0 <= opens < 1440 and 0 < closes <= 1440 and opens != closes
    post: 0 < _ <= 1440
    post: (opens + _ - closes) % 1440 == 0
    """
    return closes - opens if closes > opens else closes + _DAY - opens


def in_week(minute: int, opens: int, length: int) -> bool:
    """Say whether a minute of the week lies in a span; Sunday's end runs on into Monday.

    Args:
        minute: of the week, from Monday's midnight on.
        opens: the span's first minute of the week.
        length: in minutes, a day at most.

    pre: 0 <= minute < 10080 and 0 <= opens < 10080 and 0 < length <= 1440
    post: _ == (opens <= minute < opens + length or minute + 10080 < opens + length)
    """
    return (minute - opens) % WEEK < length


def percent_left(sold: int, rate: int) -> int:
    """Give how many of so many leads may be returned: a whole number, rounded down.

    Args:
        sold: how many leads there are.
        rate: hundredths of a per cent.

    pre: 0 <= sold and 0 <= rate <= 10000
    post: _ * 10000 <= sold * rate < (_ + 1) * 10000
    """
    return sold * rate // 10_000
