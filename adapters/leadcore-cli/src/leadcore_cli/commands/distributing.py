"""Distribution: the seller's ways, and deliveries that come before the sale."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.distribution import DistributionTerms, Method, Way
from leadcore.errors import Malformed, WrongState
from leadcore.leads import Lead, LeadStatus, Reservation
from leadcore.ports import LeadQuery
from leadcore.values import SaleId
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    fresh_id,
    now,
)
from leadcore_cli.running import add
from leadcore_cli.terms_files import read_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["register", "tell_lead"]

_MOST = 1_000
_PLAIN = DistributionTerms()


def ways(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="The ways, in TOML or JSON."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Forget them: by weight, to one buyer.")
    ] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show how leads are distributed, or set it from a file; the first way that fits counts."""
    here = desk(db, seller)
    terms = here.seller.terms
    if file is not None and plain:
        raise Malformed.at("--plain", "either a file or none at all")
    if file is not None or plain:
        given = read_terms(file, DistributionTerms, _PLAIN) if file else None
        terms = replace(terms, distribution=given)
        here.store.run(bo.EditSellerTerms(seller_id=here.seller.id, terms=terms, at=now()))
    known = terms.distribution or _PLAIN
    if as_json:
        show.print_json(show.as_data(known))
        return
    show.table(
        "Ways",
        ("leads", "method", "buyers", "apart", "own look-back", "delivered first"),
        (_way(way) for way in (*known.ways, *_rest(known))),
    )


def _rest(known: DistributionTerms) -> Iterator[Way]:
    # What nothing fits goes the plain way; a way for everything leaves nothing to it.
    if not any(way.kinds is None and way.verticals is None for way in known.ways):
        yield Way()


def _way(way: Way) -> tuple[object, ...]:
    kinds = sorted(kind.value for kind in way.kinds) if way.kinds is not None else []
    named = [*kinds, *sorted(way.verticals or ())]
    tiers = f" ({', '.join(each.value for each in way.tiers)})" if way.tiers else ""
    return (
        ", ".join(named) or "all others",
        way.method.value + tiers,
        way.buyers,
        way.apart.value if way.buyers > 1 else None,
        way.buyer_days,
        _held(way),
    )


def _held(way: Way) -> str | None:
    if way.method is Method.AUCTION and way.bidding is not None:
        return f"within {way.bidding.post_ms / 1000:g} s"
    return f"within {way.hold_minutes} min" if way.hold_minutes else None


def confirm(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a reserved lead has arrived at its buyer: it is sold now."""
    here = desk(db, seller)
    lead = find_lead(here, lead_id)
    case = bo.ConfirmDelivery(
        seller_id=here.seller.id, lead_id=lead.id, sale_id=_sale_of(lead), at=now()
    )
    tell_lead(here.store.run(case).lead, as_json=as_json)


def fail(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    why: Annotated[str, typer.Option(help="What went wrong.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a reserved lead could not be delivered: it goes to the next candidate."""
    here, at = desk(db, seller), now()
    lead = find_lead(here, lead_id)
    case = bo.FailDelivery(
        seller_id=here.seller.id,
        lead_id=lead.id,
        sale_id=_sale_of(lead),
        next_sale_id=SaleId(fresh_id(at)),
        why=why,
        at=at,
    )
    tell_lead(here.store.run(case).lead, as_json=as_json)


def expire(
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """End every reservation whose time is over: those leads go to the next candidate."""
    here, at = desk(db, seller), now()
    for lead, held in _over(here, at):
        case = bo.ExpireDelivery(
            seller_id=here.seller.id,
            lead_id=lead.id,
            sale_id=held.sale_id,
            next_sale_id=SaleId(fresh_id(at)),
            at=at,
        )
        tell_lead(here.store.run(case).lead, as_json=as_json)


def _over(here: Desk, at: datetime) -> list[tuple[Lead, Reservation]]:
    asked = LeadQuery(
        seller_id=here.seller.id, statuses=frozenset({LeadStatus.RESERVED}), limit=_MOST
    )
    found: list[tuple[Lead, Reservation]] = []
    while page := here.store.leads(asked):
        held = ((lead, lead.reservation) for lead in page)
        found += [(lead, one) for lead, one in held if one is not None and one.expires_at <= at]
        asked = asked.behind(page[-1])
    return found


def _sale_of(lead: Lead) -> SaleId:
    if lead.reservation is None:
        raise WrongState("delivery", f"the lead is {lead.status.value}")
    return lead.reservation.sale_id


def tell_lead(lead: Lead, *, as_json: bool) -> None:
    """Tell where a lead is."""
    if as_json:
        show.print_json(show.as_data(lead))
        return
    held = lead.reservation
    where = {
        LeadStatus.SOLD: lead.sale and f"sold to {lead.sale.account_id}",
        LeadStatus.RESERVED: held
        and f"reserved for {held.account_id} until {show.instant(held.expires_at)}",
        LeadStatus.BIDDING: "up for auction",
    }.get(lead.status)
    show.line(show.clean(f"Lead {lead.id} is {where or 'waiting for a buyer'}."))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    add(app, ways)
    delivery = typer.Typer(
        help="Leads that are delivered before they are sold.", no_args_is_help=True
    )
    for command in (confirm, fail, expire):
        add(delivery, command)
    app.add_typer(delivery, name="delivery")
