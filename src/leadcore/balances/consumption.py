"""In which order an account's lots are spent: a policy as data, dated, so that no past changes.

Every lot has a priority by its kind, and the lower number is spent first. Within one priority the
lot that expires first goes first, then bonus before cash, then the older one. A bonus past its
expiry that was not taken back yet is spent last of all, whatever its priority: it is there only
until its expiry is posted, but a debit it must cover is no debt.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.values import instant

__all__ = [
    "BONUS_FIRST",
    "CASH_FIRST",
    "EARLIEST_EXPIRY_FIRST",
    "Consumption",
    "ConsumptionSince",
    "Consumptions",
    "LotKind",
]


class LotKind(Enum):
    """Paid in, or given on top and never paid out."""

    CASH = "cash"
    BONUS = "bonus"


@frozen(kw_only=True)
class Consumption:
    """A consumption order.

    Attributes:
        bonus, cash: the priority of each kind of lot; the lower number is spent first.
    """

    bonus: int = 0
    cash: int = 50

    def priority(self, kind: LotKind) -> int:
        """Give the priority of a kind."""
        return self.bonus if kind is LotKind.BONUS else self.cash


BONUS_FIRST = Consumption()
"""Bonus first, the earliest expiry of it first; then cash, the oldest first."""

CASH_FIRST = Consumption(bonus=50, cash=0)
"""Cash first, the oldest first; then bonus, the earliest expiry first."""

EARLIEST_EXPIRY_FIRST = Consumption(bonus=50, cash=50)
"""What expires first goes first; cash never expires, nor does a bonus without an expiry."""


@frozen
class ConsumptionSince:
    """An order that holds for entries recorded at `at` (UTC) or later, until the next one."""

    at: datetime = field(converter=instant)
    consumption: Consumption


@frozen
class Consumptions:
    """The orders that ever held: what was spent under one stays spent as it was.

    Attributes:
        first: the order before any change.
        changes: what followed, in order of time.
    """

    first: Consumption = BONUS_FIRST
    changes: tuple[ConsumptionSince, ...] = ()

    @property
    def now(self) -> Consumption:
        """The order after all changes."""
        return self.changes[-1].consumption if self.changes else self.first

    def at(self, moment: datetime) -> Consumption:
        """Give the order for an entry recorded at an instant."""
        for change in reversed(self.changes):
            if change.at <= moment:
                return change.consumption
        return self.first
