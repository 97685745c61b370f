"""What caps count: touches of some kinds within a span, up to a limit.

Whether so many touches came within the span is one comparison with the touch that would be the
last one allowed, once the touches are sorted.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from attrs import frozen

from leadcore.contact.digests import CAPS, TOUCH_KINDS
from leadcore.rulebooks.rule import Cap

if TYPE_CHECKING:
    from leadcore.contact.digests import Digest
    from leadcore.contact.facts import TouchKind
    from leadcore.contact.hits import BoundRule
    from leadcore.rulebooks.rule import Rule

__all__ = ["Count", "Counts", "counts_in", "counts_of"]


@frozen
class Count:
    """A number of touches within a span that some cap asks for.

    Attributes:
        code: which touches, as `Digest.times` takes it.
        limit: how many.
        span: within how long before the instant, closed at its far end.
    """

    code: int
    limit: int
    span: timedelta

    @property
    def kinds(self) -> tuple[TouchKind, ...]:
        """Which kinds of touches are counted."""
        return TOUCH_KINDS[self.code >> 1]

    @property
    def any_subject(self) -> bool:
        """Do touches about other subjects count, too?"""
        return bool(self.code & 1)


class Counts:
    """What one cap counts.

    Attributes:
        ours: what we count.
        words: what the rule's own words count; it matters only where the first is reached.
        bit: the bit of the first; the next one is that of the words.
    """

    __slots__ = ("bit", "limit", "ours", "span", "words")

    def __init__(self, ours: Count, words: Count, bit: int) -> None:
        self.ours: Final = ours.code
        self.words: Final = words.code
        self.limit: Final = ours.limit
        self.span: Final = ours.span
        self.bit: Final = bit

    def bits(self, digest: Digest, at: datetime) -> int:
        """Give the bits that are set at an instant."""
        if not self._reached(digest.times(self.ours), at):
            return 0
        return self.bit * 3 if self._reached(digest.times(self.words), at) else self.bit

    def _reached(self, times: list[datetime], at: datetime) -> bool:
        """Compare the touch that would be the last one allowed; the times are sorted."""
        limit = self.limit
        if not 0 < limit <= len(times):
            return False  # a cap of none is reached whatever the facts
        nth, floor = times[-limit], at - self.span
        if nth < floor or times[-1] < at:
            return nth >= floor
        # Touches at or after the instant do not count.
        before = bisect_left(times, at) - limit
        return before >= 0 and times[before] >= floor


def counts_of(rule: Rule, *, strict: bool) -> tuple[()] | tuple[Count, Count]:
    """Give what a cap counts: by our reading, and by its words; nothing for any other rule."""
    cap = rule.terms
    if not isinstance(cap, Cap):
        return ()
    if cap.prerecorded_only or rule.kernel == "residential_cap":
        words = kinds = 0
    else:
        words = 2 if cap.texts else 1
        kinds = 2 if strict else words
    span, blind = timedelta(hours=cap.hours), cap.prerecorded_only
    return Count(2 * kinds + blind, cap.limit, span), Count(2 * words + blind, cap.limit, span)


def counts_in(bounds: tuple[BoundRule, ...], *, strict: bool) -> tuple[Counts, ...]:
    """Give what the caps among some rules count, in their order."""
    found = [counts_of(bound.rule, strict=strict) for bound in bounds]
    return tuple(
        Counts(*counts, 1 << CAPS + 2 * place)
        for place, counts in enumerate(counts for counts in found if counts)
    )
