"""Charts of letters: a month as columns of blocks, which every terminal and every file can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadcore.dashboard import DayCount

__all__ = ["columns", "span"]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 4
_MINUTE, _HOUR, _DAY = 60_000_000, 3_600_000_000, 86_400_000_000
_EVERY = 5


def columns(days: Sequence[DayCount]) -> list[str]:
    """Give a month's chart: lines of columns, two letters a day, and the days below.

    The highest column is the busiest day; a day with any lead shows at least a sliver.
    """
    most = max((each.leads for each in days), default=0)
    wide = len(f"{most:,}")
    eighths = [_eighths(each.leads, most) for each in days]
    lines: list[str] = []
    for row in reversed(range(_HEIGHT)):
        label = f"{most:,}" if row == _HEIGHT - 1 else "0" if not row else ""
        blocks = (_BLOCKS[max(0, min(8, each - 8 * row))] for each in eighths)
        lines.append(f"{label:>{wide}} │{' '.join(blocks)}".rstrip())
    marks = "".join(f"{each.day.day:<2}" if _marked(each) else "  " for each in days)
    return [*lines, f"{'':>{wide}}  {marks}".rstrip()]


def _eighths(number: int, most: int) -> int:
    return -(-number * 8 * _HEIGHT // most) if number else 0


def _marked(day: DayCount) -> bool:
    return day.day.day == 1 or day.day.day % _EVERY == 0


def span(micros: int | None) -> str:
    """Give a time as people read it: `under 1 min`, `12 min`, `2 h 05 min`, `3 d 4 h`, or –."""
    if micros is None:
        return "–"
    if micros < _MINUTE:
        return "under 1 min"
    if micros < _HOUR:
        return f"{micros // _MINUTE} min"
    if micros < 2 * _DAY:
        return f"{micros // _HOUR} h {micros % _HOUR // _MINUTE:02} min"
    return f"{micros // _DAY} d {micros % _DAY // _HOUR} h"
