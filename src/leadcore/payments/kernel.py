"""The innermost verdicts about payments, on whole numbers only.

`crosshair check src/leadcore/payments/kernel.py` confirms every contract over all paths; see
`leadcore.balances.kernel` for how they are written. Progress is a rank from 0 (asked) to 5
(declined), a dispute's one from 0 (open) over 1 (won) to 2 (lost).
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "Asking",
    "Move",
    "asking",
    "charge_moves",
    "crosses",
    "dispute_moves",
    "in_time",
    "left",
    "repayment_moves",
    "taken",
]

_SUCCEEDED = 4
_HOUR = 3_600_000_000


class Move(IntEnum):
    """What news do to what is known."""

    STALE = 0
    ADVANCES = 1
    CONTRADICTS = 2


class Asking(IntEnum):
    """What is asked of the processor next."""

    CHARGE = 0
    LOOK = 1
    LAST_LOOK = 2


def charge_moves(now: int, told: int) -> int:
    """Say what news of a charge do: an older state never overwrites a newer one.

    Whether it succeeded or was declined is final: of two that differ the first one counts.

    pre: 0 <= now <= 5 and 0 <= told <= 5
    post: implies(_ == 1, told > now and now < 4)
    post: implies(_ == 2, now >= 4 and told >= 4 and now != told)
    post: implies(_ == 0, told <= now or told < 4)
    """
    if now >= _SUCCEEDED:
        differs = told >= _SUCCEEDED and told != now
        return Move.CONTRADICTS if differs else Move.STALE
    return Move.ADVANCES if told > now else Move.STALE


def repayment_moves(now: int, told: int) -> int:
    """Say what news of a repayment do; a bank may send one back that had succeeded.

    pre: 0 <= now <= 5 and 0 <= told <= 5
    post: (_ == 1) == (told > now)
    post: _ in (0, 1)
    """
    return Move.ADVANCES if told > now else Move.STALE


def dispute_moves(now: int, told: int) -> int:
    """Say what news of a dispute do; -1 is one nobody knew of.

    pre: -1 <= now <= 2 and 0 <= told <= 2
    post: implies(_ == 1, told > now and now <= 0)
    post: implies(_ == 2, now >= 1 and told >= 1 and now != told)
    """
    if now > 0:
        return Move.CONTRADICTS if told > 0 and told != now else Move.STALE
    return Move.ADVANCES if told > now else Move.STALE


def left(paid: int, repaid: int, lost: int) -> int:
    """Give how much of a payment has neither been repaid nor lost to a dispute.

    pre: 0 <= repaid and 0 <= lost and 0 <= paid
    post: 0 <= _ <= paid
    post: _ == paid - repaid - lost or repaid + lost > paid
    """
    rest = paid - repaid - lost
    return max(0, rest)


def taken(rest: int, disputed: int) -> int:
    """Give what a lost dispute takes from the account: never more than is left of the payment.

    pre: 0 <= rest and 0 <= disputed
    post: 0 <= _ <= rest and _ <= disputed
    """
    return min(rest, disputed)


def crosses(before: int, after: int, below: int) -> bool:
    """Say whether a balance went from at least `below` to less than it.

    post: _ == (before >= below and after < below)
    """
    return before >= below > after


def in_time(paid: int, asked: int, hours: int) -> bool:
    """Say whether a repayment is asked for in time; at exactly the last instant it is.

    Args:
        paid: when the payment succeeded, in microseconds.
        asked: when it is asked for, in microseconds.
        hours: how long the source takes money back, in elapsed hours.

    post: _ == (0 <= asked - paid <= hours * 3600000000)
    """
    return 0 <= asked - paid <= hours * _HOUR


def asking(since: int, at: int, hours: int) -> int:
    """Say what to ask: the same charge again only while the processor surely knows its key.

    An hour before the key is forgotten nothing is charged any more, so that no clock and no slow
    network makes two charges of one; an hour after it what is not there will never be.

    Args:
        since: when the payment was requested, in microseconds.
        at: now, in microseconds.
        hours: how long the processor remembers a key.

    post: implies(_ == 0, at - since < (hours - 1) * 3600000000)
    post: implies(_ == 2, at - since > (hours + 1) * 3600000000)
    post: 0 <= _ <= 2
    """
    age = at - since
    if age < (hours - 1) * _HOUR:
        return Asking.CHARGE
    return Asking.LAST_LOOK if age > (hours + 1) * _HOUR else Asking.LOOK
