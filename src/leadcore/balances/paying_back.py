"""Account refund: how much of each funding may be paid back to where it came from.

"Unspent cash less bonus, to the original source, within 120 days of funding" is read so, for each
top-up by itself:

* *unspent cash* is what is left of its lot, after what holds reserve (as if it were captured now)
  and after what the account owes (paid off with the oldest cash first);
* *less bonus*: every cent of bonus that was given for it (grants whose `ref` names it) comes back
  once, none twice: what is left of the bonus is taken back as it is, what was spent of it is made
  good from the cash. What expired by itself, or was made good before, is not asked for again;
* *to the original source*: an account refund names the top-up, and pays at most what is left of it;
* *within 120 days*: at most 120 x 24 elapsed hours from its business time, whatever the clocks on
  the wall do; at exactly 120 days it may still be paid back, a microsecond later it may not.

A funding whose cash does not suffice to make its bonus good stays as it is. Cash that did not come
by a top-up (a correction, money from another account) has no source it could go back to; bonus that
names no funding (goodwill) is not touched.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.balances.consumption import LotKind
from leadcore.balances.portions import Part
from leadcore.balances.transfers import TransferKind
from leadcore.intervals import elapsed_hours_after
from leadcore.values import instant

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.balances.lots import Lots
    from leadcore.balances.portions import Lot

__all__ = ["REFUND_HOURS", "FundingBack", "PayableBack", "WhyNot", "payable_back"]

REFUND_HOURS = 120 * 24
"""How many elapsed hours from its funding cash may be paid back."""


class WhyNot(Enum):
    """Why nothing of a funding may be paid back."""

    TOO_OLD = "too_old"
    SPENT = "spent"
    BONUS_SPENT = "bonus_spent"


_SENTENCES = {
    WhyNot.TOO_OLD: "The time within which it could be paid back is over.",
    WhyNot.SPENT: "Nothing of it is left that is not reserved or owed.",
    WhyNot.BONUS_SPENT: "What is left of it does not exceed the bonus given for it and spent.",
}


@frozen(kw_only=True)
class FundingBack:
    """What may be paid back of one funding; amounts in minor units.

    Attributes:
        funding: the top-up's transfer id: its original source.
        amount: what goes back to the source.
        made_good: what of its cash makes good the bonus that was spent.
        bonus: what is taken back of which bonus lots.
        why_not: where nothing may, the reason; all else is zero then.
    """

    funding: str
    amount: int = 0
    made_good: int = 0
    bonus: tuple[Part, ...] = ()
    why_not: WhyNot | None = None

    @property
    def sentence(self) -> str | None:
        """Why nothing may be paid back, as a sentence; None where something may."""
        return None if self.why_not is None else _SENTENCES[self.why_not]


@frozen(kw_only=True)
class PayableBack:
    """What may be paid back of an account, by funding, oldest first."""

    fundings: tuple[FundingBack, ...]

    @property
    def amount(self) -> int:
        """What goes back to the sources together."""
        return sum(each.amount for each in self.fundings)

    @property
    def bonus(self) -> int:
        """What is taken back of bonus together, as bonus or made good from cash."""
        return sum(each.made_good + sum(p.amount for p in each.bonus) for each in self.fundings)


def payable_back(lots: Lots, at: datetime, *, within_hours: int = REFUND_HOURS) -> PayableBack:
    """Say what may be paid back of each top-up.

    Args:
        lots: the account's lots now.
        at: when it is asked for.
        within_hours: elapsed hours from the funding's business time, end included.
    """
    moment = instant(at)
    free = lots.free(moment)
    fundings = [lot for lot in free.lots if lot.made_by is TransferKind.TOPUP]
    return PayableBack(
        fundings=tuple(_of_funding(free, lot, moment, within_hours) for lot in fundings)
    )


def _of_funding(lots: Lots, funding: Lot, at: datetime, within_hours: int) -> FundingBack:
    given = [lot for lot in lots.lots if lot.kind is LotKind.BONUS and lot.ref == funding.id]
    due = sum(lot.funded - lot.expired for lot in given) - funding.repaid
    parts: list[Part] = []
    for lot in given:
        part = Part(lot.id, max(0, min(lot.remaining, due)))
        if part.amount:
            parts.append(part)
            due -= part.amount
    made_good = max(0, due)
    why_not = None
    if at > elapsed_hours_after(funding.funded_at, within_hours):
        why_not = WhyNot.TOO_OLD
    elif funding.remaining == 0:
        why_not = WhyNot.SPENT
    elif funding.remaining <= made_good:
        why_not = WhyNot.BONUS_SPENT
    if why_not is not None:
        return FundingBack(funding=funding.id, why_not=why_not)
    return FundingBack(
        funding=funding.id,
        amount=funding.remaining - made_good,
        made_good=made_good,
        bonus=tuple(parts),
    )
