"""Inbound texts: received, waiting for somebody to look, and looked at."""

from __future__ import annotations

from typing import Annotated

import typer

from leadcore import back_office as bo
from leadcore.contact_points import ResolveText, ReviewStatus
from leadcore.values import AccountId
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.parsing import Instant
from leadcore_cli.recording import By, address_of, keep
from leadcore_cli.running import add

__all__ = ["register"]


def receive(
    number: Annotated[str, typer.Argument(help="Where it came from.")],
    text: Annotated[str, typer.Argument(help="What it says.")],
    text_id: Annotated[str, typer.Option("--id", help="The carrier's id of the text.")],
    account: Annotated[
        str | None, typer.Option(help="To this account's number; else to the seller's own.")
    ] = None,
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Receive a text: a stop is recorded and confirmed, an unsure one waits for somebody."""
    here = desk(db, seller)
    moment = now()
    done = here.store.run(
        bo.ReceiveText(
            seller_id=here.seller.id,
            sender=address_of(number),
            text_id=text_id,
            text=text,
            account_id=AccountId(account) if account else None,
            received_at=at or moment,
            at=moment,
        )
    )
    if as_json:
        show.print_json(show.as_data(done))
        return
    show.line(show.clean(f"{done.reply.meaning.value}: {done.reply.sentence}"))
    for message in done.messages:
        show.line(show.clean(f"to be sent: {message.body}"), first="  ")


def waiting(
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List texts that somebody has to look at, oldest first; until then they hold contact."""
    here = desk(db, seller)
    found = here.store.reviews(here.seller.id, limit)
    if as_json:
        for point in found:
            show.print_json(show.as_data(point))
        return
    rows = (
        (
            each.received.fact.id,
            point.address,
            show.instant(each.received.fact.at),
            each.received.fact.text,
        )
        for point in found
        for each in point.reviews
        if each.status() is ReviewStatus.PENDING
    )
    show.table("Waiting for somebody to look", ("text", "from", "received", "says"), rows)


def resolve(
    number: Annotated[str, typer.Argument(help="Where it came from.")],
    text_id: Annotated[str, typer.Argument(help="The text's id.")],
    revokes: Annotated[bool, typer.Option("--revokes/--harmless", help="What it means.")],
    note: Annotated[str | None, typer.Option(help="Why.")] = None,
    by: By = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Say what a text meant that waits."""
    command = ResolveText(text_id=text_id, revokes=revokes, by=by, note=note)
    keep(desk(db, seller), number, command, now(), as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    text = typer.Typer(help="Texts that came in.", no_args_is_help=True)
    for command in (receive, waiting, resolve):
        add(text, command)
    app.add_typer(text, name="text")
