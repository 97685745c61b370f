"""Count tries under their keys, and say how long the next one waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import logins
from leadcore.decider import change, fold
from leadcore.logins import TryFailed, throttled

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.decider import Change, Versioned
    from leadcore.logins import Throttled, ThrottleRule, Tries
    from leadcore.values import SellerId

    Counts = tuple[tuple[Versioned[Tries] | None, ThrottleRule | None], ...]

__all__ = ["count_tries", "longest_wait"]


def longest_wait(counts: Counts, at: datetime) -> Throttled | None:
    """Say until when the next try is not looked at, by any of the counts; None for at once."""
    wait: Throttled | None = None
    for seen, rule in counts:
        if seen is not None and rule is not None:
            wait = logins.later(wait, throttled(seen.state, rule, at))
    return wait


def count_tries(
    seller_id: SellerId, counts: Counts, at: datetime
) -> tuple[tuple[Change, ...], Throttled | None]:
    """Count one more try under each key, and say when the next one is looked at."""
    changes: list[Change] = []
    wait: Throttled | None = None
    for seen, rule in counts:
        if seen is None or rule is None:
            continue
        failures = logins.failing(seen.state, rule, at) + 1
        until = logins.counts_until(seen.state, rule, at)
        events = (TryFailed(seller_id=seller_id, failures=failures, at=at, until=until),)
        changes += change("tries", seen.state.id, seen, events, logins.evolve_tries)
        after = fold(logins.evolve_tries, seen.state, events)
        wait = logins.later(wait, throttled(after, rule, at))
    return tuple(changes), wait
