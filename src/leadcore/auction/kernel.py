"""The innermost verdicts of an auction, on whole numbers only."""

from __future__ import annotations

__all__ = ["PERMILLE", "in_time", "offered"]

PERMILLE = 1_000
"""Thousandths of a bid."""


def in_time(at: int, since: int, limit: int) -> bool:
    """Tell whether something came in time: from `since` on and before `limit` more had passed.

    All in microseconds; the end is exclusive.

    pre: limit > 0
    post: implies(at == since, _)
    post: implies(at >= since + limit, not _)
    post: implies(at < since, not _)
    """
    return since <= at < since + limit


def offered(best: int, keep_permille: int) -> int:
    """Give what is offered for a lead: the best bid less the seller's part, rounded down.

    In minor units.

    pre: best >= 0 and 0 <= keep_permille <= 1000
    post: 0 <= _ <= best
    post: implies(keep_permille == 0, _ == best)
    """
    return best * (PERMILLE - keep_permille) // PERMILLE
