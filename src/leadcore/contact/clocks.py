"""What the clocks of zones show, on whole numbers: an offset is looked up once a day, then kept.

A conversion through the standard library takes longer than all the rest of a decision.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import lru_cache
from typing import Final

from leadcore.contact.kernels import DAY, HOUR
from leadcore.intervals import zone_info
from leadcore.values import of_micros

__all__ = ["Clock", "clock_of"]

_MICROSECOND = timedelta(microseconds=1)
_KEPT = 4096


class Clock:
    """A zone's clock. Instants are microseconds since 1970 (UTC).

    Attributes:
        zone: its IANA name.
    """

    __slots__ = ("_info", "_offsets", "zone")

    def __init__(self, zone: str) -> None:
        self.zone: Final = zone
        self._info: Final = zone_info(zone)
        self._offsets: dict[int, int | None] = {}

    def local(self, at: int) -> int:
        """Give what the clock shows, as microseconds after the local midnight of 1970-01-01."""
        day = at // DAY
        try:
            offset = self._offsets[day]
        except KeyError:
            offset = self._keep(day)
        return at + (self._offset(at) if offset is None else offset)

    def _offset(self, at: int) -> int:
        shown = of_micros(at).astimezone(self._info)
        return (shown.replace(tzinfo=UTC) - of_micros(at)) // _MICROSECOND

    def _keep(self, day: int) -> int | None:
        """Keep the offset of a day in UTC; None where the clocks change within it."""
        found: set[int | None]
        try:
            found = {self._offset(at) for at in range(day * DAY, (day + 1) * DAY + 1, HOUR)}
        except OverflowError:  # the first and the last days datetimes can show
            found = {None}
        if len(self._offsets) >= _KEPT:
            self._offsets.clear()
        offset = self._offsets[day] = found.pop() if len(found) == 1 else None
        return offset


@lru_cache(maxsize=1024)
def clock_of(zone: str) -> Clock:
    """Give the clock of a zone; the same one every time.

    Raises:
        ValueError: there is no such zone.
    """
    return Clock(zone)
