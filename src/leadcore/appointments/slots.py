"""When an appointment takes place: two instants, and the wall clock they were agreed by.

People agree on what the clock on the wall shows: nine o'clock in New York stays nine o'clock in New
York, on either side of a clock change. The instants are what the zone's rules gave when the
appointment was made. Rules change now and then; `realigned` gives the instants of the same
wall-clock time by the rules known today.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Problem
from leadcore.intervals import Window, local_instant, to_local, zone_info
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LONGEST_SLOT", "Slot", "realigned", "slot", "slot_on", "slot_problems"]

LONGEST_SLOT = timedelta(days=31)
"""The longest an appointment may last, in true time."""


@frozen(kw_only=True)
class Slot:
    """When an appointment takes place; made by `slot` or `slot_on`.

    Attributes:
        begins_at, ends_at: the first instant, and the first one after it (half-open, UTC); both at
            whole seconds.
        zone: the IANA zone it was agreed in.
        local: what the clock in the zone shows at the beginning: `2026-11-24T09:00:00`.
    """

    begins_at: datetime = field(converter=instant)
    ends_at: datetime = field(converter=instant)
    zone: str
    local: str

    @property
    def window(self) -> Window:
        """The span of time.

        Raises:
            ValueError: it would end before it begins.
        """
        return Window(self.begins_at, self.ends_at)

    def overlaps(self, other: Slot) -> bool:
        """Tell whether both share any time; one that begins as the other ends does not."""
        return self.begins_at < other.ends_at and other.begins_at < self.ends_at


def slot(begins_at: datetime, ends_at: datetime, zone: str) -> Slot:
    """Give the slot between two instants, in a zone.

    Raises:
        ValueError: there is no such zone, or an instant has no offset.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 11, 24, 14, tzinfo=UTC)
    >>> slot(nine, nine + timedelta(hours=1), "America/New_York").local
    '2026-11-24T09:00:00'
    """
    return Slot(begins_at=begins_at, ends_at=ends_at, zone=zone, local=_local(begins_at, zone))


def slot_on(day: date, at: time, minutes: int, zone: str) -> Slot:
    """Give the slot that begins at a wall-clock time and lasts so many true minutes.

    A time that comes twice is read by its first pass; one that is skipped is the moment the clock
    jumps past it.

    Raises:
        ValueError: there is no such zone.

    >>> slot_on(date(2027, 3, 14), time(9), 60, "America/New_York").begins_at.isoformat()
    '2027-03-14T13:00:00+00:00'
    """
    begins_at = local_instant(day, at, zone)
    return slot(begins_at, begins_at + timedelta(minutes=minutes), zone)


def slot_problems(given: Slot) -> Iterator[Problem]:
    """Give what is wrong with a slot, each with its path."""
    try:
        zone_info(given.zone)
    except ValueError as error:
        yield Problem("zone", str(error))
    else:
        if _wall(given.local) is None:
            yield Problem("local", "is a wall-clock time such as 2026-11-24T09:00:00")
    if given.begins_at.microsecond or given.ends_at.microsecond:
        yield Problem("begins_at", "begins and ends at whole seconds")
    length = given.ends_at - given.begins_at
    if not timedelta(0) < length <= LONGEST_SLOT:
        yield Problem("ends_at", f"is after the beginning, at most {LONGEST_SLOT.days} days")


def realigned(given: Slot) -> Slot:
    """Give the slot of the same wall-clock time and length by the zone's rules as known today.

    The slot itself, where the rules say what they said. Where the wall-clock time comes twice, the
    pass nearer to the instant it had is meant.
    """
    wall = _wall(given.local)
    if wall is None or _local(given.begins_at, given.zone) == given.local:
        return given
    info = zone_info(given.zone)
    passes = (instant(wall.replace(tzinfo=info, fold=fold)) for fold in (0, 1))
    there = [each for each in passes if _local(each, given.zone) == given.local]
    begins_at = min(
        there or [local_instant(wall.date(), wall.time(), given.zone)],
        key=lambda each: abs(each - given.begins_at),
    )
    moved = begins_at - given.begins_at
    return Slot(
        begins_at=begins_at, ends_at=given.ends_at + moved, zone=given.zone, local=given.local
    )


def _local(at: datetime, zone: str) -> str:
    return to_local(at, zone).replace(tzinfo=None, microsecond=0).isoformat()


def _wall(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text and found.tzinfo is None else None
