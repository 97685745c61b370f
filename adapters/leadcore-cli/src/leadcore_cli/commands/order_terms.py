"""An order's further terms: its bank and rank, caps, weekly hours, renewal; and renewing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore.orders import (
    Cap,
    Caps,
    Hours,
    Period,
    Renewal,
    RenewalWhen,
    Span,
    renewal_due,
)
from leadcore.payments import PaymentMethod
from leadcore.values import UNLIMITED
from leadcore_cli import show
from leadcore_cli.commands.ordering import (
    OrderArgument,
    edit_terms,
    parse_quantity,
    tell_order,
)
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.parsing import parse_amount, parse_whole
from leadcore_cli.running import add

if TYPE_CHECKING:
    from leadcore.orders import OrderTerms
    from leadcore_cli.context import Desk

__all__ = ["register"]

NONE = "none"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([a-z]{3})\s+([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?")


def _change(here: Desk, order_id: str, changed: dict[str, Any], *, as_json: bool) -> None:
    def change(terms: OrderTerms) -> OrderTerms:
        return replace(terms, **changed)

    tell_order(edit_terms(here, order_id, change), as_json=as_json)


def set_terms(
    order_id: OrderArgument,
    bank: Annotated[
        str | None, typer.Option(help="Leads for so much a cycle, instead of a quantity; 'none'.")
    ] = None,
    carries_rest: Annotated[
        bool | None, typer.Option(help="Does the rest of the bank go on to the next cycle?")
    ] = None,
    priority: Annotated[str | None, typer.Option(help="The higher comes first.")] = None,
    tier: Annotated[str | None, typer.Option(help="Of a waterfall; 1 is asked first.")] = None,
    max_returns: Annotated[
        str | None, typer.Option(help="At most so many per cent may be returned; or 'none'.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Set an order's bank, rank and maximum of returns; what is not said stays."""
    here = desk(db, seller)
    currency = here.seller.terms.currency
    changed: dict[str, Any] = {}
    if bank == NONE:
        changed |= {"bank": None, "carries_rest": False}
    elif bank is not None:
        changed |= {"bank": parse_amount(bank, currency, path="--bank"), "quantity": UNLIMITED}
    if carries_rest is not None:
        changed["carries_rest"] = carries_rest
    if priority is not None:
        changed["priority"] = parse_whole(priority, path="--priority")
    if tier is not None:
        changed["tier"] = parse_whole(tier, path="--tier")
    if max_returns is not None:
        changed["max_returns"] = None if max_returns == NONE else _rate(max_returns)
    _change(here, order_id, changed, as_json=as_json)


def _rate(text: str) -> int:
    found = _PERCENT.fullmatch(text.removesuffix("%").strip())
    if found is None:
        raise Malformed.at("--max-returns", f"{text!r} is no percentage, such as 15 or 7.5")
    whole, part = found.groups(default="")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def set_caps(
    order_id: OrderArgument,
    leads: Annotated[
        list[str] | None, typer.Option(help="Such as 'day=5', 'hour=0', 'total=unlimited'.")
    ] = None,
    money: Annotated[list[str] | None, typer.Option(help="Such as 'month=$500'.")] = None,
    zone: Annotated[str | None, typer.Option(help="IANA zone; the seller's if not said.")] = None,
    week_start: Annotated[str, typer.Option(help="The day a week begins on.")] = "mon",
    returns_free: Annotated[bool, typer.Option(help="Do returns free their place?")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Set all caps of an order, in leads and money by period; none said takes them away."""
    here = desk(db, seller)
    limits: dict[Period, dict[str, Any]] = {}
    for name, given in (("leads", leads), ("money", money)):
        for text in given or ():
            period, value = _limit(here, name, text)
            limits.setdefault(period, {})[name] = value
    caps = Caps(
        zone=zone or here.seller.terms.zone,
        limits=tuple(Cap(period=period, **limits[period]) for period in Period if period in limits),
        week_start=_weekday(week_start, "--week-start"),
        returns_free=returns_free,
    )
    _change(here, order_id, {"caps": caps if limits else None}, as_json=as_json)


def _limit(here: Desk, name: str, text: str) -> tuple[Period, Any]:
    path = f"--{name}"
    word, _, value = text.partition("=")
    if word not in {period.value for period in Period}:
        known = ", ".join(period.value for period in Period)
        raise Malformed.at(path, f"{text!r} is no cap such as day=5: a period is one of {known}")
    if value == UNLIMITED.value:
        return Period(word), UNLIMITED
    if name == "money":
        return Period(word), parse_amount(value, here.seller.terms.currency, path=path)
    return Period(word), parse_quantity(value, path=path)


def _weekday(text: str, path: str) -> int:
    if text not in _DAYS:
        raise Malformed.at(path, f"{text!r} is none of {', '.join(_DAYS)}")
    return _DAYS.index(text) + 1


def set_hours(
    order_id: OrderArgument,
    span: Annotated[
        list[str] | None,
        typer.Option(help="Such as 'mon 09:00-17:00', 'fri 22:00-02:00', 'sun 00:00-24:00'."),
    ] = None,
    never: Annotated[bool, typer.Option("--never", help="No hours at all.")] = False,
    zone: Annotated[str | None, typer.Option(help="IANA zone; the seller's if not said.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Set all weekly hours of an order; none said is always."""
    here = desk(db, seller)
    spans = tuple(map(_span, span or ()))
    hours = Hours(zone or here.seller.terms.zone, spans) if spans or never else None
    _change(here, order_id, {"hours": hours}, as_json=as_json)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise Malformed.at("--span", f"{text!r} is no span such as 'mon 09:00-17:00'")
    day, *clock = found.groups()
    hour, minute, until, past = map(int, clock)
    return Span(_weekday(day, "--span"), hour * 60 + minute, until * 60 + past)


def set_renewal(
    order_id: OrderArgument,
    when: Annotated[str, typer.Argument(help="never, on_fill or at_end.")],
    every: Annotated[Period, typer.Option(help="At its end: a day, week or month on.")] = (
        Period.MONTH
    ),
    zone: Annotated[str | None, typer.Option(help="IANA zone; the seller's if not said.")] = None,
    charge: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="Charge this payment method's token.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Set whether and when an order renews, and what is charged then."""
    here = desk(db, seller)
    known = {each.value: each for each in RenewalWhen}
    if when not in {"never", *known}:
        raise Malformed.at("when", f"{when!r} is none of never, {', '.join(known)}")
    renewal = None
    if when in known:
        at_end = known[when] is RenewalWhen.AT_END
        renewal = Renewal(
            when=known[when],
            every=every,
            zone=(zone or here.seller.terms.zone) if at_end else None,
            charge=PaymentMethod(token=charge) if charge is not None else None,
        )
    _change(here, order_id, {"renewal": renewal}, as_json=as_json)


def renew_orders(
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Begin the next cycle of every order that is due; run again, it finds none."""
    here, at = desk(db, seller), now()
    due = [
        order
        for order, standing in here.store.orders(here.seller.id)
        if renewal_due(order, standing, at)
    ]
    done = [
        here.store.run(bo.RenewOrder(seller_id=here.seller.id, order_id=order.id, at=at))
        for order in due
    ]
    if as_json:
        for each in done:
            show.print_json(show.as_data(each))
        return
    show.table(
        "Orders that were due",
        ("order", "renewed", "cycle", "ends", "to be charged"),
        (
            (
                each.order.id,
                each.renewed,
                each.order.cycle,
                show.instant(each.order.terms.ends_at),
                each.payment.amount if each.payment else None,
            )
            for each in done
        ),
    )


def register(orders: typer.Typer) -> None:
    """Add these commands to those of orders."""
    add(orders, set_terms, "terms")
    add(orders, set_caps, "caps")
    add(orders, set_hours, "hours")
    add(orders, set_renewal, "renewal")
    add(orders, renew_orders, "renew")
