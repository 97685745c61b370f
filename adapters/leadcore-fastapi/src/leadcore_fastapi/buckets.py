"""Rate limits: a bucket of tokens for everybody who asks, in this process.

Several processes each have their own, so together they let through as many times as much.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcore_fastapi.settings import Rate

__all__ = ["Buckets"]


class Buckets:
    """A bucket for each of so many callers; who was not seen for longest is forgotten first."""

    def __init__(self, rate: Rate | None, most: int) -> None:
        """Make them.

        Args:
            rate: how they fill up; None lets everybody through.
            most: so many are remembered.
        """
        self._rate, self._most = rate, most
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str, seconds: float) -> float:
        """Take a token; give how many seconds it takes until there is one, 0 where there was.

        Args:
            who: whose bucket.
            seconds: now, on a clock that counts seconds.
        """
        rate = self._rate
        if rate is None:
            return 0.0
        with self._lock:
            left, since = self._kept.pop(who, (float(rate.burst), seconds))
            left = min(float(rate.burst), left + max(0.0, seconds - since) * rate.per_second)
            wait = 0.0 if left >= 1 else (1 - left) / rate.per_second
            self._kept[who] = (left if wait else left - 1, max(since, seconds))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return wait
