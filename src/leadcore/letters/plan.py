"""How long a relay has for a letter, and when it is tried again: data, and one function of ints."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import cast

from attrs import Attribute, field, frozen

from leadcore.errors import Malformed

__all__ = ["RelayPlan", "wait_after"]

_MINUTE, _HOUR = 60, 3600
_LONGEST = 366 * 24 * _HOUR


def _seconds(_instance: object, attribute: Attribute[int], value: int) -> None:
    if type(value) is not int or not 0 < value <= _LONGEST:
        raise Malformed.at(attribute.name, f"whole seconds from 1 to {_LONGEST}")


def _delays(_instance: object, attribute: Attribute[tuple[int, ...]], value: object) -> None:
    given = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    if not given or not all(type(each) is int and 0 < each <= _LONGEST for each in given):
        raise Malformed.at(attribute.name, f"one or more whole seconds from 1 to {_LONGEST}")


def _percent(_instance: object, attribute: Attribute[int], value: int) -> None:
    if type(value) is not int or not 0 <= value <= 100:  # noqa: PLR2004 - percent of a delay
        raise Malformed.at(attribute.name, "a whole number from 0 to 100")


@frozen(kw_only=True)
class RelayPlan:
    """The terms a relay works on.

    Attributes:
        delays: seconds to wait after the first try, the second …; the last one for all after it.
        tries: so often a message is tried; then its letter is dead.
        jitter: percent of a delay by which it may be longer, so that what failed together is not
            tried together again.
        lease: seconds a relay has from claiming a letter until others may take it; longer than a
            batch takes, however slow the courier is.
        batch: so many letters are claimed at once.

    Raises:
        Malformed: a number makes no sense; which one is said.
    """

    delays: tuple[int, ...] = field(
        default=(30, 2 * _MINUTE, 10 * _MINUTE, _HOUR, 4 * _HOUR, 12 * _HOUR), validator=_delays
    )
    tries: int = field(default=8, validator=_seconds)
    jitter: int = field(default=20, validator=_percent)
    lease: int = field(default=10 * _MINUTE, validator=_seconds)
    batch: int = field(default=20, validator=_seconds)

    @property
    def leased(self) -> timedelta:
        """How long a lease is."""
        return timedelta(seconds=self.lease)


def wait_after(plan: RelayPlan, tries: int, seed: str) -> timedelta:
    """Give how long to wait after so many tries, at least one.

    Args:
        plan: the terms.
        tries: how often it was tried.
        seed: what the draw of the jitter is made of: the same seed draws the same.

    >>> wait_after(RelayPlan(delays=(30, 60), jitter=0), 5, "")
    datetime.timedelta(seconds=60)
    """
    delay = plan.delays[min(tries, len(plan.delays)) - 1]
    drawn = int.from_bytes(
        hashlib.sha256(f"{seed}/{tries}".encode("utf-8", "surrogatepass")).digest()[:8], "big"
    )
    most = delay * 1000 * plan.jitter // 100
    return timedelta(seconds=delay, milliseconds=drawn % (most + 1))
