"""Auctions by hand: who was asked, what they bid, the close, and the post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.auction import due_at
from leadcore.distribution import Bidding
from leadcore.errors import WrongState
from leadcore.leads import Lead, LeadStatus
from leadcore.ports import LeadQuery
from leadcore.values import OrderId, SaleId
from leadcore_cli import show
from leadcore_cli.commands.distributing import tell_lead
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.commands.ordering import OrderArgument
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
from leadcore_cli.parsing import parse_amount
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["register"]

_MOST = 1_000

LeadArgument = Annotated[str, typer.Argument(help=LEAD)]


def show_auction(
    lead_id: LeadArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what bidders are told of a lead, who was asked, and what they answered."""
    here = desk(db, seller)
    lead, held = _auctioned(find_lead(here, lead_id))
    if as_json:
        show.print_json({"lead": lead.id, "status": lead.status.value, **show.as_data(held)})
        return
    due = due_at(held.auction)
    until = "closed" if due is None else f"open until {show.instant(due)}"
    show.line(show.clean(f"Auction {held.auction.id} of lead {lead.id}: {until}."))
    ping = show.as_data(held.auction.ping)
    told = ", ".join(f"{name} {value}" for name, value in ping.items() if name != "answers")
    show.line(show.clean(f"Told: {told}."))
    rows = [[each, *_answer(held, each)] for each in sorted(held.auction.bidders)]
    show.table("Bidders", ("order", "bid", "answer"), rows)


def _answer(held: Bidding, order_id: str) -> tuple[object, str]:
    for bid in held.auction.bids:
        if bid.bidder == order_id:
            return show.money(bid.amount), f"bid at {show.instant(bid.at)}"
    if order_id in held.auction.declined:
        return None, "declined to bid"
    refused = [each for each in held.refused if each.bidder == order_id]
    if refused:
        return show.money(refused[-1].amount), f"does not count: {_words(refused[-1].reason.value)}"
    return None, "has not answered"


def _words(name: str) -> str:
    return name.replace("_", " ")


def bid(
    lead_id: LeadArgument,
    order_id: OrderArgument,
    amount: Annotated[str, typer.Argument(help="What is bid for the lead.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take the bid of an order; one that does not count is kept with its reason."""
    here = desk(db, seller)
    lead, held = _auctioned(find_lead(here, lead_id))
    money = parse_amount(amount, here.seller.terms.currency, path="AMOUNT")
    answer = here.store.run(
        bo.PlaceBid(
            seller_id=here.seller.id,
            lead_id=lead.id,
            auction_id=held.auction.id,
            order_id=OrderId(order_id),
            amount=money,
            at=now(),
        )
    )
    reason = answer.refused.value if answer.refused else None
    if as_json:
        show.print_json({"lead": lead.id, "order": order_id, "refused": reason})
    elif reason is None:
        show.line(show.clean(f"Order {order_id} bids {show.money(money)} for lead {lead.id}."))
    else:
        show.line(show.clean(f"The bid of order {order_id} does not count: {_words(reason)}."))
    if reason is not None:
        raise typer.Exit(1)


def decline(
    lead_id: LeadArgument,
    order_id: OrderArgument,
    why: Annotated[str, typer.Option(help="What it said.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take the answer of an order that it does not bid."""
    here = desk(db, seller)
    lead, held = _auctioned(find_lead(here, lead_id))
    case = bo.DeclineBid(
        seller_id=here.seller.id,
        lead_id=lead.id,
        auction_id=held.auction.id,
        order_id=OrderId(order_id),
        why=why,
        at=now(),
    )
    tell_lead(here.store.run(case).lead, as_json=as_json)


def close(
    lead_id: Annotated[
        str | None, typer.Argument(help=f"{LEAD} None: all whose time is over.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Close the bidding: the best bid that can be paid has the lead reserved."""
    here, at = desk(db, seller), now()
    found = list(_due(here, at)) if lead_id is None else [_auctioned(find_lead(here, lead_id))]
    for lead, held in found:
        case = bo.CloseAuction(
            seller_id=here.seller.id,
            lead_id=lead.id,
            auction_id=held.auction.id,
            sale_id=SaleId(fresh_id(at)),
            at=at,
        )
        tell_lead(here.store.run(case).lead, as_json=as_json)


def post(
    lead_id: LeadArgument,
    token: Annotated[str | None, typer.Option(help="Of the reservation; the present one.")] = None,
    price: Annotated[
        str | None, typer.Option(help="As it was reserved; that, if not said.")
    ] = None,
    key: Annotated[str, typer.Option(help="What tells this post from another.")] = "by hand",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that the winner took the post: the lead is sold at the bid."""
    here = desk(db, seller)
    lead, bidding = _auctioned(find_lead(here, lead_id))
    held, sale = lead.reservation, lead.sale
    mine = held.sale_id if held else sale.id if sale else ""
    due = held.price if held else sale.price if sale else bidding.auction.terms.minimum
    answer = here.store.run(
        bo.PostLead(
            seller_id=here.seller.id,
            lead_id=lead.id,
            token=mine if token is None else token,
            price=due if price is None else parse_amount(price, due.currency, path="--price"),
            key=key,
            at=now(),
        )
    )
    if answer.refused is None:
        tell_lead(answer.lead, as_json=as_json)
        return
    reason = answer.refused.value
    if as_json:
        show.print_json({"lead": lead.id, "refused": reason})
    else:
        show.line(show.clean(f"The post of lead {lead.id} is not taken: {_words(reason)}."))
    raise typer.Exit(1)


def _auctioned(lead: Lead) -> tuple[Lead, Bidding]:
    if lead.bidding is None:
        raise WrongState("auction", "the lead was never auctioned")
    return lead, lead.bidding


def _due(here: Desk, at: datetime) -> Iterator[tuple[Lead, Bidding]]:
    asked = LeadQuery(
        seller_id=here.seller.id, statuses=frozenset({LeadStatus.BIDDING}), limit=_MOST
    )
    while page := here.store.leads(asked):
        for lead in page:
            due = None if lead.bidding is None else due_at(lead.bidding.auction)
            if due is not None and due <= at:
                yield _auctioned(lead)
        asked = asked.behind(page[-1])


def register(app: typer.Typer) -> None:
    """Add these commands."""
    auction = typer.Typer(
        help="Leads that are auctioned: bids, the close, the post.", no_args_is_help=True
    )
    add(auction, show_auction, "show")
    for command in (bid, decline, close, post):
        add(auction, command)
    app.add_typer(auction, name="auction")
