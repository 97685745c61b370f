"""Funding terms: which bonus a funding earns, in which order lots are spent, how long cash may go.

A tier gives its rate on the *whole* funding that reaches it, not on the part above it. The bonus is
rounded down to whole minor units: nobody is given more than the rate says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances.consumption import BONUS_FIRST, Consumption
from leadcore.errors import Problem
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "COMMON_TIERS",
    "FundingTerms",
    "FundingTier",
    "FundingTiers",
    "bonus_for",
    "tiers_problems",
]

_WHOLE = 10_000
_LONGEST = 100_000
"""The longest span terms may name, in hours: added to an instant, it still is one."""


@frozen
class FundingTier:
    """From so much on, so much on top.

    Attributes:
        at_least: minor units; a funding of exactly so much is in the tier.
        rate: what is given on top, in hundredths of a per cent: 500 is 5 %.
    """

    at_least: int
    rate: int


@frozen(kw_only=True)
class FundingTiers:
    """Bonus by the size of a funding.

    Attributes:
        currency: of `at_least`; fundings in another one earn nothing.
        tiers: from the smallest to the largest; below the first one nothing is given.
        bonus_hours: elapsed hours after which a bonus is past; None for never.
    """

    currency: str
    tiers: tuple[FundingTier, ...]
    bonus_hours: int | None = None


def tiers_problems(terms: FundingTiers) -> Iterator[Problem]:
    """Say what is wrong with tiers, each problem with its path; nothing where they make sense."""
    try:
        Money(0, terms.currency)
    except ValueError as error:
        yield Problem("currency", str(error))
    before = 0
    for index, tier in enumerate(terms.tiers):
        for name, value in (("at_least", tier.at_least), ("rate", tier.rate)):
            # bool is an int to isinstance, and a float would round.
            if type(value) is not int or value <= 0:
                yield Problem(f"tiers[{index}].{name}", "a whole number above zero")
                return
        if tier.at_least <= before:
            yield Problem(f"tiers[{index}].at_least", "is above that of the tier before")
        if tier.rate > _WHOLE:
            yield Problem(f"tiers[{index}].rate", f"at most {_WHOLE}, which doubles the funding")
        before = tier.at_least
    hours = terms.bonus_hours
    if hours is not None and not (type(hours) is int and 0 < hours <= _LONGEST):
        yield Problem("bonus_hours", f"a whole number from 1 to {_LONGEST}")


COMMON_TIERS = FundingTiers(
    currency="USD",
    tiers=(
        FundingTier(15_000, 500),
        FundingTier(30_000, 1_000),
        FundingTier(60_000, 1_500),
        FundingTier(100_000, 2_000),
    ),
)
"""$150 or more 5 %, $300 or more 10 %, $600 or more 15 %, $1,000 or more 20 %."""


@frozen(kw_only=True)
class FundingTerms:
    """A seller's terms for money that is paid in.

    Attributes:
        tiers: which bonus a funding earns; None for none.
        consumption: in which order lots are spent. A change counts from then on.
        refund_hours: elapsed hours from its funding within which unspent cash may be paid back;
            120 days unless said otherwise.
    """

    tiers: FundingTiers | None = None
    consumption: Consumption = field(default=BONUS_FIRST)
    refund_hours: int = 120 * 24


def bonus_for(amount: Money, tiers: FundingTiers) -> Money:
    """Give the bonus a funding earns, rounded down; zero below the first tier.

    >>> print(bonus_for(Money(29_999, "USD"), COMMON_TIERS))
    14.99 USD
    >>> print(bonus_for(Money(30_000, "USD"), COMMON_TIERS))
    30.00 USD
    """
    earned = 0
    for tier in tiers.tiers:
        if amount.currency == tiers.currency and amount.minor >= tier.at_least:
            earned = amount.minor * tier.rate // _WHOLE
    return Money(earned, amount.currency)
