"""A seller's refund terms as data: the clock, evidence, rates, limits, remedy, who decides.

What is not said does not bind: the terms nobody changed are five 24-hour periods, the usual list of
reasons, one request a sale, the whole price back, and a person who decides. Rates are in
hundredths of a per cent, so that every count is in whole numbers.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from leadcore.business_days import FEDERAL, Calendar
from leadcore.errors import Problem
from leadcore.refunds.kernel import WHOLE, Round
from leadcore.refunds.reasons import REASONS, RefundReason
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "AccountHistory",
    "Authority",
    "AutoApproval",
    "Deed",
    "Evidence",
    "LimitPer",
    "RateOf",
    "RateOver",
    "RefundClock",
    "RefundShare",
    "RefundTerms",
    "Remedy",
    "ReturnLimit",
    "ReturnRate",
    "Rounding",
    "terms_problems",
]

T = TypeVar("T")

_LONGEST = 100_000
"""The longest span terms may name, in hours or days: added to an instant, it still is one."""


class RefundClock(Enum):
    """What `max_age` counts."""

    ELAPSED_HOURS = "elapsed_hours"
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"


class Rounding(Enum):
    """What becomes of a part of a lead or of a minor unit."""

    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"

    @property
    def kernel(self) -> Round:
        """The same for the kernel."""
        return Round[self.name]


class RateOf(Enum):
    """What a rate is of: how many leads, or their prices."""

    LEADS = "leads"
    MONEY = "money"


class RateOver(Enum):
    """Which sales a rate is over."""

    ROLLING_DAYS = "rolling_days"
    CALENDAR_MONTH = "calendar_month"
    ORDER = "order"


@frozen(kw_only=True)
class ReturnRate:
    """At most such a part of what an account bought may be returned.

    A sale counts as returned while a request for it is pending or approved; one that was declined
    or reversed does not. The sale that is asked about counts among the sales, wherever it lies.

    Attributes:
        rate: hundredths of a per cent: 1500 is 15 %.
        of: leads, or money: prices there, amounts asked back here.
        over: sales of the last `days` 24-hour periods before the request, both ends inside; of the
            calendar month of this sale, in the terms' zone; or of this sale's order.
        days: for rolling days only.
        rounding: of how much may be returned, to whole leads or minor units.
        least: with fewer leads bought than this, the rate does not bind.
    """

    rate: int
    of: RateOf = RateOf.LEADS
    over: RateOver = RateOver.CALENDAR_MONTH
    days: int = 30
    rounding: Rounding = Rounding.DOWN
    least: int = 0


class LimitPer(Enum):
    """The span a limit counts in: local calendar days and months, in the terms' zone."""

    DAY = "day"
    MONTH = "month"


@frozen(kw_only=True)
class ReturnLimit:
    """An account may make at most so many requests a day or month, whatever becomes of them."""

    most: int
    per: LimitPer


class Remedy(Enum):
    """What an approved return gives.

    A credit of the price; or a replacement: the credit, the place in the order's quantity back
    whatever the order says, and the next turn in the rotation. The next lead is paid with the
    credit, so at an unchanged price it costs nothing. An order that was closed meanwhile can't be
    owed a lead; its account is credited, and the approval says so.
    """

    CREDIT = "credit"
    REPLACEMENT = "replacement"


@frozen(kw_only=True)
class RefundShare:
    """So much of the price is refunded for some reasons, or from some age on.

    Attributes:
        rate: hundredths of a per cent of the price; rounded to the nearest minor unit, up at half.
        reasons: codes it holds for; None for all.
        from_hours: elapsed hours since the sale from which on it holds.
    """

    rate: int
    reasons: frozenset[str] | None = None
    from_hours: int = 0


class Evidence(Enum):
    """What may be at hand for a request."""

    ATTEMPTS = "attempts"
    RECORDING = "recording"
    DOCUMENT = "document"
    OTHER_LEAD = "other_lead"


@frozen(kw_only=True)
class AccountHistory:
    """An account that returns little.

    Attributes:
        days: 24-hour periods before the request that are looked at.
        least: it bought at least so many leads in them.
        rate: at most so much of them was returned, this return included: hundredths of a per cent,
            rounded down to whole leads.
    """

    days: int
    least: int
    rate: int


@frozen(kw_only=True)
class AutoApproval:
    """A rule by which a request for a web lead is approved at once, without a person.

    All that it names must hold. A live call is always listened to by somebody.

    Attributes:
        id: what the approval says it was decided by.
        reasons: codes it holds for; None for all.
        at_most: of refunds up to this amount; None for any.
        evidence: all of this must be at hand.
        within_hours: asked for within so many elapsed hours of the sale; None for any age.
        history: what the account must be like; None for any.
    """

    id: str
    reasons: frozenset[str] | None = None
    at_most: Money | None = None
    evidence: frozenset[Evidence] = frozenset()
    within_hours: int | None = None
    history: AccountHistory | None = None


class Deed(Enum):
    """What somebody may do with a request."""

    GRANT = "grant"
    APPROVE = "approve"
    DECLINE = "decline"
    REVERSE = "reverse"
    REINSTATE = "reinstate"


@frozen(kw_only=True)
class Authority:
    """What one person may decide.

    Attributes:
        by: who.
        deeds: only these; None for all.
        at_most: on refunds up to this amount; None for any.
    """

    by: str
    deeds: frozenset[Deed] | None = None
    at_most: Money | None = None


@frozen(kw_only=True)
class RefundTerms:
    """A seller's refund terms.

    Attributes:
        clock: what `max_age` counts.
        min_age_hours: elapsed hours before which no return may be asked for.
        max_age: hours, calendar days or business days, by `clock`.
        zone: the seller's IANA zone; day clocks, months and limits look at it.
        reasons: the seller's list.
        resubmit: may a denied request be made again?
        duplicate_names_lead: must a `duplicate` request name the other lead by its id?
        calendar: which days are no business days.
        verification_days: business days verification takes, least and most.
        resubmit_times: how often a denied request may be made again; None for as often as wished.
        resubmit_hours: within so many elapsed hours of the denial, instead of the window, where the
            denied request was in time; None for within the window.
        rates: how much of what was bought may be returned; all of them bind.
        limits: how many requests an account may make; all of them bind.
        remedy: what an approved return gives.
        shares: how much of the price is refunded: the first that holds; where none does, all of it.
        auto_approvals: by which rules a request is approved at once; the first that holds decides.
        authorities: who may decide; where nobody is named, anybody of the seller's staff.
    """

    clock: RefundClock = RefundClock.ELAPSED_HOURS
    min_age_hours: int = 0
    max_age: int = 120
    zone: str = "America/New_York"
    reasons: tuple[RefundReason, ...] = REASONS
    resubmit: bool = False
    duplicate_names_lead: bool = True
    calendar: Calendar = FEDERAL
    verification_days: tuple[int, int] = (2, 5)
    resubmit_times: int | None = None
    resubmit_hours: int | None = None
    rates: tuple[ReturnRate, ...] = ()
    limits: tuple[ReturnLimit, ...] = ()
    remedy: Remedy = Remedy.CREDIT
    shares: tuple[RefundShare, ...] = ()
    auto_approvals: tuple[AutoApproval, ...] = ()
    authorities: tuple[Authority, ...] = ()


def terms_problems(terms: RefundTerms, currency: str) -> Iterator[Problem]:
    """Say what makes no sense about refund terms, for a seller of a currency; paths from the terms.

    The zone is not looked at.
    """
    yield from _span("min_age_hours", terms.min_age_hours)
    yield from _span("max_age", terms.max_age)
    yield from _verification(*terms.verification_days)
    yield from _reasons(terms.reasons)
    for name in ("resubmit_times", "resubmit_hours"):
        yield from _span(name, getattr(terms, name) or 0)
    for path, rate in _each("rates", terms.rates):
        yield from _rate(path, rate.rate)
        yield from _span(f"{path}.days", rate.days)
        yield from _span(f"{path}.least", rate.least)
    for path, limit in _each("limits", terms.limits):
        yield from _span(f"{path}.most", limit.most)
    known = frozenset(reason.code for reason in terms.reasons)
    for path, part in _each("shares", terms.shares):
        yield from _rate(path, part.rate)
        yield from _span(f"{path}.from_hours", part.from_hours)
        yield from _listed(path, part.reasons, known)
    yield from _auto_approvals(terms.auto_approvals, known, currency)
    for path, authority in _each("authorities", terms.authorities):
        if not authority.by.strip():
            yield Problem(f"{path}.by", "names a person")
        yield from _amount(path, authority.at_most, currency)


def _each(name: str, many: Iterable[T]) -> Iterator[tuple[str, T]]:
    return ((f"{name}[{index}]", one) for index, one in enumerate(many))


def _span(path: str, number: int) -> Iterator[Problem]:
    if type(number) is not int or not 0 <= number <= _LONGEST:
        yield Problem(path, f"a whole number from 0 to {_LONGEST}")


def _rate(path: str, rate: int) -> Iterator[Problem]:
    if type(rate) is not int or not 0 <= rate <= WHOLE:
        yield Problem(f"{path}.rate", f"hundredths of a per cent, from 0 to {WHOLE}")


def _verification(least: int, most: int) -> Iterator[Problem]:
    path = "verification_days"
    spans = (*_span(path, least), *_span(path, most))
    yield from spans
    if not spans and not 1 <= least <= most:
        yield Problem(path, "the least is at least 1, the most no less")


def _reasons(reasons: tuple[RefundReason, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, reason in _each("reasons", reasons):
        if not reason.code.strip() or reason.code in seen:
            yield Problem(f"{path}.code", "a name that no other reason has")
        seen.add(reason.code)
        yield from _span(f"{path}.attempt_days", reason.attempt_days)
        yield from _span(f"{path}.documents", reason.documents)


def _listed(path: str, codes: frozenset[str] | None, known: frozenset[str]) -> Iterator[Problem]:
    for code in sorted((codes or frozenset()) - known):
        yield Problem(f"{path}.reasons", f"{code!r} is none of the seller's reasons")


def _amount(path: str, amount: Money | None, currency: str) -> Iterator[Problem]:
    if amount is not None and amount.currency != currency:
        yield Problem(f"{path}.at_most", f"the seller's books are in {currency}")
    if amount is not None and amount.minor < 0:
        yield Problem(f"{path}.at_most", "is at least zero")


def _auto_approvals(
    rules: tuple[AutoApproval, ...], known: frozenset[str], currency: str
) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, rule in _each("auto_approvals", rules):
        if not rule.id.strip() or rule.id in seen:
            yield Problem(f"{path}.id", "a name that no other rule has")
        seen.add(rule.id)
        yield from _listed(path, rule.reasons, known)
        yield from _amount(path, rule.at_most, currency)
        yield from _span(f"{path}.within_hours", rule.within_hours or 0)
        if rule.history is not None:
            yield from _span(f"{path}.history.days", rule.history.days)
            yield from _span(f"{path}.history.least", rule.history.least)
            yield from _rate(f"{path}.history", rule.history.rate)
