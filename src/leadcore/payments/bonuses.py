"""The bonus of a payment: what its charge earns, and what of it comes back with its money.

A charge that succeeds earns the bonus of the seller's tiers as they are then, and the payment keeps
those tiers. Money that leaves it, repaid or lost to a dispute, takes back what the rest would not
have earned under them. What is left of the bonus is taken as it is, what was spent of it is made
good from the balance. What expired by itself is not asked for again, and money that comes back
after all brings no bonus back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.balances import FundingTiers, bonus_for
from leadcore.payments.answers import Progress
from leadcore.values import Money

if TYPE_CHECKING:
    from leadcore.payments.state import Payment

__all__ = ["NO_BONUS", "BonusBack", "BonusFacts", "back_of", "earned", "earning", "parted"]


@frozen(kw_only=True)
class BonusFacts:
    """What is known about bonus when a payment moves; amounts in minor units.

    Attributes:
        tiers: the seller's, for a charge that succeeds now; None for no bonus.
        left: what is left of the bonus lot that was granted for the payment.
        outstanding: what of that bonus neither expired nor was taken back or made good.
        available: what the account has available: no more bonus than that can be taken.
    """

    tiers: FundingTiers | None = None
    left: int = 0
    outstanding: int = 0
    available: int = 0


NO_BONUS = BonusFacts()
"""Nothing is given, and nothing was."""


@frozen(kw_only=True)
class BonusBack:
    """What came back of a payment's bonus: taken as it was left, and made good where spent."""

    taken: Money
    made_good: Money


def earning(amount: Money, tiers: FundingTiers | None) -> FundingTiers | None:
    """Give the tiers if an amount earns a bonus under them, else None."""
    return tiers if tiers is not None and bonus_for(amount, tiers).minor else None


def earned(payment: Payment) -> Money:
    """Give the bonus a payment was granted; zero for none."""
    return _of(payment, payment.amount.minor)


def _of(payment: Payment, minor: int) -> Money:
    amount = Money(minor, payment.amount.currency)
    if payment.tiers is None:
        return Money(0, amount.currency)
    return bonus_for(amount, payment.tiers)


def back_of(payment: Payment, leaving: int, facts: BonusFacts, *, whole: bool = False) -> int:
    """Give how much bonus comes back when more money leaves a payment, in minor units.

    Args:
        payment: as it is before.
        leaving: what leaves it, in minor units.
        facts: what is known of its bonus.
        whole: all of it comes back, whatever the rest would have earned.
    """
    kept = 0 if whole else _of(payment, max(0, payment.left.minor - leaving)).minor
    gone = reserved = 0
    for each in payment.repayments:
        if each.progress is Progress.DECLINED and each.returned_at is None:
            continue
        gone += each.bonus.minor if each.bonus else 0
        if each.settled_at is None:
            reserved += each.bonus.minor if each.bonus else 0
    for lost in payment.disputes:
        gone += lost.bonus.taken.minor + lost.bonus.made_good.minor if lost.bonus else 0
    return max(0, min(earned(payment).minor - kept - gone, facts.outstanding - reserved))


def parted(due: Money, facts: BonusFacts) -> BonusBack | None:
    """Part what comes back into what is taken and what is made good; None where nothing does.

    Args:
        due: as it was said when the money left.
        facts: what is known now; some may have expired since.
    """
    minor = max(0, min(due.minor, facts.outstanding))
    if not minor:
        return None
    taken = max(0, min(minor, facts.left, facts.available))
    return BonusBack(taken=Money(taken, due.currency), made_good=Money(minor - taken, due.currency))
