"""The innermost verdicts of the contact rules, on whole numbers alone.

Instants are microseconds since 1970 (UTC), local times microseconds after the local midnight, days
proleptic ordinals. Each function is small enough for its contract (`post:`) to be confirmed over
all paths by a symbolic checker; values, facts and sentences are put around them elsewhere.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "OpenState",
    "in_span",
    "open_state",
    "overdue",
    "young_enough",
]

MINUTE = 60 * 10**6
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class OpenState(IntEnum):
    """Whether a local time lies in the hours; `ENDED` is the very instant they end."""

    CLOSED = 0
    OPEN = 1
    ENDED = 2


def open_state(time: int, opens: int, closes: int) -> OpenState:
    """Tell where a local time stands to hours `[opens, closes)`, all in microseconds.

    pre: 0 <= opens < closes
    post: (__return__ == OpenState.OPEN) == (opens <= time < closes)
    post: (__return__ == OpenState.ENDED) == (time == closes)
    """
    if opens <= time < closes:
        return OpenState.OPEN
    return OpenState.ENDED if time == closes else OpenState.CLOSED


def in_span(touch: int, at: int, span: int) -> bool:
    """Tell whether an earlier touch counts at an instant: in `[at - span, at)`.

    pre: span > 0
    post: __return__ == (at - span <= touch and touch < at)
    post: not (__return__ and touch >= at)
    """
    return 0 < at - touch <= span


def young_enough(day: int, since: int, most: int) -> bool:
    """Tell whether a day is at most so many days after another and not before it.

    pre: most >= 0
    post: __return__ == (since <= day <= since + most)
    """
    return 0 <= day - since <= most


def overdue(day: int, last_day: int) -> bool:
    """Tell whether the last day to comply is over.

    post: __return__ == (day > last_day)
    """
    return day > last_day
