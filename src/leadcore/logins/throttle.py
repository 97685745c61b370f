"""Throttling: how long the next try waits after failures in a row.

Counted by the name that was tried, whether there is such a log-in or not, and by the address the
tries come from. NIST SP 800-63B-4, 3.2.2: no more than 100 failures in a row on one account, with
waits that grow; a success makes those of the account forgotten. Requests for a new password are
counted by themselves, by rules of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import field, frozen

from leadcore.logins import kernel
from leadcore.values import SellerId, instant, micros, of_micros, optional_instant

__all__ = [
    "ADDRESSES_BY_USER",
    "BY_NAME",
    "BY_SOURCE",
    "LOCKED",
    "RESETS_BY_NAME",
    "RESETS_BY_SOURCE",
    "TRIES_KEPT_SECONDS",
    "ThrottleRule",
    "Throttled",
    "Tries",
    "TriesEvent",
    "TriesForgotten",
    "TryFailed",
    "counts_until",
    "evolve_tries",
    "failing",
    "later",
    "throttled",
    "tries_kept_since",
    "tries_of",
]

_SECOND = 1_000_000


@frozen(kw_only=True)
class ThrottleRule:
    """How tries are slowed down.

    Attributes:
        free: so many failures cost nothing.
        step_seconds: each further one makes the wait so much longer.
        longest_seconds: but never longer than this.
        most: after so many in a row no further one is looked at; only setting the password anew
            opens it. None for no end.
        forgotten_seconds: so long after the last failure none counts any more; None for never.
        citation: where it comes from.
    """

    free: int
    step_seconds: int
    longest_seconds: int
    most: int | None = None
    forgotten_seconds: int | None = None
    citation: str = "NIST SP 800-63B-4, 3.2.2"


BY_NAME = ThrottleRule(free=4, step_seconds=30, longest_seconds=3_600, most=100)
"""By log-in: after 5 failures 30 seconds, then 30 more each time, up to an hour; 100 at most."""
BY_SOURCE = ThrottleRule(
    free=20, step_seconds=10, longest_seconds=3_600, forgotten_seconds=24 * 3_600
)
"""By address: an office shares one, so more is free; a day without a failure forgets them."""
_RESETS = "leadcore: requests for a new password"
RESETS_BY_NAME = ThrottleRule(
    free=3,
    step_seconds=900,
    longest_seconds=6 * 3_600,
    forgotten_seconds=24 * 3_600,
    citation=_RESETS,
)
"""Requests for a new password by log-in name: after 4 a quarter of an hour, then more each time;
whoever floods somebody else's mailbox soon waits, and whoever waits a day begins anew."""
RESETS_BY_SOURCE = ThrottleRule(
    free=20,
    step_seconds=60,
    longest_seconds=3_600,
    forgotten_seconds=24 * 3_600,
    citation=_RESETS,
)
"""The same by address, under whatever names."""
ADDRESSES_BY_USER = ThrottleRule(
    free=5,
    step_seconds=900,
    longest_seconds=6 * 3_600,
    forgotten_seconds=24 * 3_600,
    citation="leadcore: requests for another name to log in with",
)
"""Requests for another name by user: nobody sends e-mails to strangers through us for long."""

TRIES_KEPT_SECONDS = 24 * 3_600
"""So long tries are kept after they count no more: clocks of servers differ, and who looks into an
attack looks the morning after."""


@frozen(kw_only=True)
class Tries:
    """The failures in a row under one key; the key tells neither the name nor the address.

    Attributes:
        until: from this instant on they count no more, by the rule they were counted by; None:
            they count until they are forgotten.
    """

    id: str
    seller_id: SellerId | None = None
    failures: int = 0
    last_at: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class TryFailed:
    """A try failed; `failures` is how many there are in a row now, `until` as in `Tries`."""

    seller_id: SellerId
    failures: int
    at: datetime = field(converter=instant)
    until: datetime | None = field(default=None, converter=optional_instant)


@frozen
class TriesForgotten:
    """The failures count no more."""

    at: datetime = field(converter=instant)


TriesEvent = TryFailed | TriesForgotten


def tries_of(key: str) -> Tries:
    """Give what every key begins with: no failure."""
    return Tries(id=key)


def evolve_tries(state: Tries, event: TriesEvent) -> Tries:
    """Give the state after an event."""
    if isinstance(event, TryFailed):
        last = event.at if state.last_at is None else max(event.at, state.last_at)
        return Tries(
            id=state.id,
            seller_id=event.seller_id,
            failures=event.failures,
            last_at=last,
            until=event.until,
        )
    return Tries(id=state.id, seller_id=state.seller_id)


@frozen(kw_only=True)
class Throttled:
    """When the next try is looked at; None: not before the password was set anew."""

    next_try_at: datetime | None


LOCKED = Throttled(next_try_at=None)
"""No further try is looked at."""


def failing(tries: Tries, rule: ThrottleRule, at: datetime) -> int:
    """Give how many failures in a row count at an instant."""
    if tries.last_at is None:
        return 0
    forgotten = rule.forgotten_seconds
    span = kernel.NEVER if forgotten is None else forgotten * _SECOND
    return kernel.counted(tries.failures, micros(tries.last_at), micros(at), span)


def counts_until(tries: Tries, rule: ThrottleRule, at: datetime) -> datetime | None:
    """Give from when on one more failure, at an instant, counts no more; None: never by itself."""
    if rule.forgotten_seconds is None:
        return None
    last = instant(at) if tries.last_at is None else max(instant(at), tries.last_at)
    return last + timedelta(seconds=rule.forgotten_seconds)


def tries_kept_since(at: datetime) -> datetime:
    """Give the instant before which tries must have stopped to count, to be deleted now."""
    return instant(at) - timedelta(seconds=TRIES_KEPT_SECONDS)


def throttled(tries: Tries, rule: ThrottleRule, at: datetime) -> Throttled | None:
    """Say until when tries are not looked at; None where one is looked at now."""
    if tries.last_at is None:
        return None
    most = kernel.NEVER if rule.most is None else rule.most
    steps = kernel.waits(failing(tries, rule, at), rule.free, most)
    opens = kernel.next_try(
        micros(tries.last_at), steps, rule.step_seconds * _SECOND, rule.longest_seconds * _SECOND
    )
    if opens == kernel.NEVER:
        return LOCKED
    return None if steps == 0 or micros(at) >= opens else Throttled(next_try_at=of_micros(opens))


def later(one: Throttled | None, other: Throttled | None) -> Throttled | None:
    """Give the one that holds longer."""
    if one is None or other is None:
        return one or other
    if one.next_try_at is None or other.next_try_at is None:
        return LOCKED
    return one if one.next_try_at >= other.next_try_at else other
