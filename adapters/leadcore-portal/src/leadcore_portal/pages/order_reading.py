"""The terms of an order as a form holds them, and as a form gives them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace

from leadcore.intervals import to_local, zone_info
from leadcore.orders import (
    Cap,
    Caps,
    Filters,
    Hours,
    OrderTerms,
    Period,
    Renewal,
    RenewalWhen,
    Span,
)
from leadcore.submissions import LeadKind
from leadcore.values import UNLIMITED, Money, Unlimited, UserId
from leadcore_portal.forms import Form
from leadcore_portal.pages.paying import method_of

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.payments import PaymentMethod
    from leadcore_portal.visits import Visit

__all__ = ["DAYS", "PATHS", "PERIODS", "first_values", "limits_of", "read_limits", "read_terms"]

DAYS = (
    (1, "Monday"),
    (2, "Tuesday"),
    (3, "Wednesday"),
    (4, "Thursday"),
    (5, "Friday"),
    (6, "Saturday"),
    (7, "Sunday"),
)
PERIODS = (
    (Period.HOUR, "In an hour"),
    (Period.DAY, "In a day"),
    (Period.WEEK, "In a week"),
    (Period.MONTH, "In a month"),
    (Period.TOTAL, "In all"),
)
PATHS = {
    "terms.filters.states": "states",
    "terms.filters.zips": "zips",
    "terms.filters.areas": "areas",
    "terms.renewal.when": "renewal",
    "terms.renewal.every": "every",
    "terms.renewal.zone": "hours_zone",
    "terms.renewal.charge": "charge",
    "terms.caps.zone": "caps_zone",
    "terms.hours.zone": "hours_zone",
}
"""The field for each path of what makes no sense about terms."""
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*(?:-|–|to)\s*([0-9]{1,2}):([0-9]{2})")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?")
_MOST_MINUTE = 24 * 60


def first_values(visit: Visit, terms: OrderTerms | None) -> Form:
    """Give the form of what an order asks for as it stands; of a new one, what is common."""
    if terms is None:
        return Form.of({"by": "quantity", "quantity": 10, "weight": 1, "priority": 0, "tier": 1})
    filters, bank = terms.filters, terms.bank
    unlimited = isinstance(terms.quantity, Unlimited)
    by = "bank" if bank is not None else "unlimited" if unlimited else "quantity"
    form = Form.of(
        {
            "user_id": terms.user_id,
            "price": _typed(terms.price),
            "by": by,
            "quantity": None if unlimited else terms.quantity,
            "bank": _typed(bank),
            "carries_rest": terms.carries_rest,
            "areas": _lines(filters.areas),
            "states": _words(filters.states),
            "zips": _words(filters.zips),
            "weight": terms.weight,
            "priority": terms.priority,
            "tier": terms.tier,
            "starts": _wall(visit, terms.starts_at),
            "ends": _wall(visit, terms.ends_at),
            "returns_reopen": terms.returns_reopen,
            "max_returns": None if terms.max_returns is None else f"{terms.max_returns / 100:g}",
        }
    )
    kinds = tuple(LeadKind) if filters.kinds is None else tuple(filters.kinds)
    form.values["kinds"] = [each.value for each in kinds]
    return form


def _typed(amount: Money | None) -> str | None:
    return None if amount is None else f"{amount.minor / 100:.2f}"


def _words(values: frozenset[str] | None) -> str | None:
    return None if values is None else " ".join(sorted(values))


def _lines(values: frozenset[str] | None) -> str | None:
    return None if values is None else "\n".join(sorted(values))


def _wall(visit: Visit, at: datetime | None) -> str | None:
    return None if at is None else f"{to_local(at, visit.zone):%Y-%m-%dT%H:%M}"


def read_terms(visit: Visit, form: Form, currency: str, before: OrderTerms | None) -> OrderTerms:
    """Read what an order asks for; caps, hours and renewal stay as they were.

    What can't be read is noted in the form: check it before the terms are used.
    """
    by = form.one_of("by", frozenset({"quantity", "bank", "unlimited"}))
    asked: dict[str, Any] = {
        "user_id": UserId(form.text("user_id")),
        "price": form.amount("price", currency),
        "quantity": form.whole("quantity") if by == "quantity" else UNLIMITED,
        "bank": form.amount("bank", currency) if by == "bank" else None,
        "carries_rest": by == "bank" and form.ticked("carries_rest"),
        "filters": _filters(form, before.filters if before else Filters()),
        "starts_at": _when(visit, form, "starts", before.starts_at if before else None),
        "ends_at": _when(visit, form, "ends", before.ends_at if before else None),
        "returns_reopen": form.ticked("returns_reopen"),
        "max_returns": _rate(form),
    }
    if visit.staff:
        ranks = {name: form.whole(name, most=10**6) for name in ("weight", "priority", "tier")}
        asked |= ranks
    return OrderTerms(**asked) if before is None else replace(before, **asked)


def _when(visit: Visit, form: Form, name: str, before: datetime | None) -> datetime | None:
    told = form.raw(name)
    # A form holds whole minutes: what nobody touched stays to the microsecond.
    if not told or told == _wall(visit, before):
        return before if told else None
    return form.moment(name, visit.zone, visit.at)


def _filters(form: Form, before: Filters) -> Filters:
    areas = frozenset(each.strip() for each in form.text("areas", required=False).split("\n"))
    states = form.text("states", required=False).upper().replace(",", " ").split()
    zips = form.text("zips", required=False, most=4_000).replace(",", " ").split()
    kinds = frozenset(each for each in LeadKind if each.value in form.all("kinds"))
    if not kinds:
        form.wrong("kinds", "Choose at least one.")
    return replace(
        before,
        areas=(areas - {""}) or None,
        states=frozenset(states) or None,
        zips=frozenset(zips) or None,
        kinds=None if kinds == frozenset(LeadKind) else kinds,
    )


def _rate(form: Form) -> int | None:
    told = form.raw("max_returns").removesuffix("%").strip()
    if not told:
        return None
    found = _PERCENT.fullmatch(told)
    if found is None:
        form.wrong("max_returns", "A percentage such as 15 or 7.5.")
        return None
    whole, part = found.groups(default="")
    return int(whole) * 100 + int(part.ljust(2, "0"))


# ------------------------------------------------------------- caps, hours, renewal


def limits_of(visit: Visit, terms: OrderTerms) -> Form:
    """Give the form of an order's caps, hours and renewal."""
    caps, hours, renewal = terms.caps, terms.hours, terms.renewal
    values: dict[str, object] = {
        "caps_zone": caps.zone if caps else visit.seller.terms.zone,
        "week_start": caps.week_start if caps else 1,
        "returns_free": caps.returns_free if caps else False,
        "always": hours is None,
        "hours_zone": hours.zone if hours else visit.seller.terms.zone,
        "renewal": renewal.when.value if renewal else "never",
        "every": renewal.every.value if renewal else Period.MONTH.value,
        "charge": renewal is not None and renewal.charge is not None,
        "method": "0",
    }
    for period, _ in PERIODS:
        cap = next((each for each in caps.limits if each.period is period), None) if caps else None
        values[f"leads_{period.value}"] = _limit(cap.leads if cap else None)
        values[f"money_{period.value}"] = _limit(cap.money if cap else None)
    for day, _ in DAYS:
        spans = [each for each in hours.spans if each.day == day] if hours else ()
        values[f"day_{day}"] = ", ".join(_clock(each) for each in spans)
    return Form.of(values)


def _limit(value: int | Money | Unlimited | None) -> str | None:
    if value is None or isinstance(value, Unlimited):
        return None
    return _typed(value) if isinstance(value, Money) else str(value)


def _clock(span: Span) -> str:
    ends = (span.opens, span.closes)
    return "-".join(f"{each // 60:02}:{each % 60:02}" for each in ends)


def read_limits(
    visit: Visit, form: Form, terms: OrderTerms, known: tuple[PaymentMethod, ...]
) -> OrderTerms:
    """Read caps, weekly hours and renewal; what can't be read is noted in the form."""
    return replace(
        terms,
        caps=_caps(form, terms.price.currency),
        hours=None if form.ticked("always") else _hours(form),
        renewal=_renewal(visit, form, known),
    )


def _caps(form: Form, currency: str) -> Caps | None:
    limits: list[Cap] = []
    for period, _ in PERIODS:
        leads, money = f"leads_{period.value}", f"money_{period.value}"
        most = form.whole(leads) if form.raw(leads).strip() else UNLIMITED
        spent = form.amount(money, currency) if form.raw(money).strip() else UNLIMITED
        if most is not UNLIMITED or spent is not UNLIMITED:
            limits.append(Cap(period=period, leads=most, money=spent))
    free, zone = form.ticked("returns_free"), form.text("caps_zone")
    start = form.whole("week_start", least=1, most=7)
    if not limits:
        return None
    return Caps(zone=zone, limits=tuple(limits), week_start=start, returns_free=free)


def _hours(form: Form) -> Hours:
    spans: list[Span] = []
    for day, name in DAYS:
        field = f"day_{day}"
        for part in filter(None, (each.strip() for each in form.raw(field).split(","))):
            found = _SPAN.fullmatch(part)
            if found is None:
                form.wrong(field, f"Times such as 09:00-17:00 for {name}.")
                continue
            hour, minute, until, past = map(int, found.groups())
            opens, closes = hour * 60 + minute, until * 60 + past
            if max(opens, closes) > _MOST_MINUTE:
                form.wrong(field, f"Times of a clock for {name}: 00:00 to 24:00.")
            spans.append(Span(day, opens, closes))
    zone = form.text("hours_zone")
    try:
        zone_info(zone)
    except ValueError:
        form.wrong("hours_zone", "A time zone such as America/New_York.")
    return Hours(zone, tuple(spans))


def _renewal(visit: Visit, form: Form, known: tuple[PaymentMethod, ...]) -> Renewal | None:
    words = {each.value: each for each in RenewalWhen}
    chosen = form.one_of("renewal", frozenset({"never", *words}))
    if chosen not in words:
        return None
    at_end = words[chosen] is RenewalWhen.AT_END
    return Renewal(
        when=words[chosen],
        every=form.choice("every", Period.MONTH),
        zone=visit.seller.terms.zone if at_end else None,
        charge=method_of(form, known) if form.ticked("charge") else None,
    )
