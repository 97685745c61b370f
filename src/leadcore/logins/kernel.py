"""The innermost verdicts about log-ins, on whole numbers only.

`crosshair check src/leadcore/logins/kernel.py` confirms every contract over all paths; see
`leadcore.balances.kernel` for how they are written. Instants and spans are in microseconds.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["NEVER", "Over", "counted", "next_try", "over", "usable", "waits"]

NEVER = -1
"""No instant: only what resets the count opens it again."""


class Over(IntEnum):
    """Whether a session is over, and what ended it."""

    NOT = 0
    ENDED = 1
    AGE = 2
    IDLE = 3
    REVOKED = 4
    DISABLED = 5


def waits(failures: int, free: int, most: int) -> int:
    """Say how many steps the next try waits after so many failures in a row.

    Args:
        failures: in a row.
        free: so many cost nothing.
        most: so many end it; below zero for no end.

    pre: 0 <= failures and 0 <= free
    post: implies(0 <= most <= failures, _ == -1)
    post: implies(not 0 <= most <= failures, _ >= 0)
    post: implies(failures <= free and not 0 <= most <= failures, _ == 0)
    post: implies(failures > free and not 0 <= most <= failures, _ == failures - free)
    """
    if 0 <= most <= failures:
        return NEVER
    return max(0, failures - free)


def next_try(last: int, steps: int, step: int, longest: int) -> int:
    """Give the instant from which on the next try is looked at.

    Args:
        last: when the last failure was.
        steps: what `waits` gives.
        step: how long one step is.
        longest: the longest wait.

    pre: 0 <= last and -1 <= steps and 0 < step <= longest
    post: implies(steps == -1, _ == -1)
    post: implies(steps == 0, _ == last)
    post: implies(steps > 0, last + step <= _ <= last + longest)
    """
    if steps < 0:
        return NEVER
    # Compared before it is multiplied: past this many steps the wait is the longest one.
    if steps > longest // step:
        return last + longest
    return last + steps * step


def counted(failures: int, last: int, at: int, forgotten: int) -> int:
    """Give how many failures still count: all, or none once the last one is old enough.

    Args:
        failures: in a row.
        last: when the last one was.
        at: now.
        forgotten: how long after the last one none counts any more; below zero for never.

    pre: 0 <= failures
    post: _ == 0 or _ == failures
    post: implies(forgotten < 0, _ == failures)
    post: implies(forgotten >= 0 and at - last < forgotten, _ == failures)
    post: implies(forgotten >= 0 and at - last >= forgotten, _ == 0)
    """
    return 0 if 0 <= forgotten <= at - last else failures


def over(  # noqa: PLR0917 - a session is these numbers, and contracts know no names
    ended: int, opened: int, used: int, at: int, age: int, idle: int, revokes: int, disables: int
) -> int:
    """Say whether a session is over; what was revoked or grew too old never opens again.

    Args:
        ended: 1 where it was ended by itself, 0 where not.
        opened: when it began.
        used: when it was last used, as far as that is recorded.
        at: now.
        age: how long a session lasts.
        idle: how long it lasts unused.
        revokes: how often all sessions of the log-in were revoked since it began.
        disables: how often its user was disabled since, one more while the user is disabled.

    pre: 0 <= ended <= 1 and 0 <= opened and 0 <= age and 0 <= idle
    post: (_ == 0) == (ended == 0 and revokes == 0 and disables == 0 and at - opened < age and at - used < idle)
    """  # noqa: E501 - CrossHair reads a contract as one line
    if disables != 0:
        return Over.DISABLED
    if revokes != 0:
        return Over.REVOKED
    if ended != 0:
        return Over.ENDED
    if at - opened >= age:
        return Over.AGE
    return Over.IDLE if at - used >= idle else Over.NOT


def usable(matches: int, used: int, at: int, expires: int) -> bool:
    """Say whether a token may be used: it is the one, unused, and its last instant is not over.

    Args:
        matches: 1 where it is the one that was made last.
        used: 1 where it was used.
        at: now.
        expires: the first instant at which it is too late.

    pre: 0 <= matches <= 1 and 0 <= used <= 1
    post: _ == (matches == 1 and used == 0 and at < expires)
    """
    return matches == 1 and used == 0 and at < expires
