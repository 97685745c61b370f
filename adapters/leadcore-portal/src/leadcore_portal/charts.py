"""Charts as SVG drawn here: no script, no style of their own, and the numbers beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from leadcore.dashboard import DayCount

__all__ = ["Bar", "Chart", "days_chart"]

_WIDTH, _HEIGHT = 620, 170
_LEFT, _BOTTOM, _TOP = 30, 22, 8
_STEPS = (1, 2, 5)
_LINES = 4
_LABEL_EVERY = 5


@frozen(kw_only=True)
class Bar:
    """One column: where it stands, and what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str
    title: str
    today: bool


@frozen(kw_only=True)
class Chart:
    """A chart of columns.

    Attributes:
        lines: for each line across, its height and the number it stands for.
        total: of all columns.
    """

    width: int
    height: int
    left: int
    base: float
    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]
    total: int


def days_chart(days: Sequence[DayCount], today: date) -> Chart:
    """Draw leads by the day; the tallest column is as high as the next round number allows."""
    top = _round(max((each.leads for each in days), default=0))
    base = _HEIGHT - _BOTTOM
    high = base - _TOP
    step = (_WIDTH - _LEFT) / max(1, len(days))
    bars = tuple(
        Bar(
            x=round(_LEFT + number * step + step * 0.15, 1),
            y=round(base - high * each.leads / top, 1),
            width=round(step * 0.7, 1),
            height=round(high * each.leads / top, 1),
            label=str(each.day.day) if _labelled(each.day.day) else "",
            title=f"{each.day:%b} {each.day.day}: {each.leads}",
            today=each.day == today,
        )
        for number, each in enumerate(days)
    )
    marks = sorted({round(top * part / _LINES) for part in range(_LINES + 1)})
    return Chart(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        base=base,
        bars=bars,
        lines=tuple((round(base - high * mark / top, 1), mark) for mark in marks),
        total=sum(each.leads for each in days),
    )


def _labelled(day: int) -> bool:
    return day == 1 or day % _LABEL_EVERY == 0


def _round(most: int) -> int:
    """Give the next round number that is not below: 4, 8, 20, 40 and so on."""
    scale = 1
    while True:
        for step in _STEPS:
            if most <= step * scale * _LINES:
                return step * scale * _LINES
        scale *= 10
