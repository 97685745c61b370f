"""Who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from leadcore.intervals import start_of_local_day
from leadcore.ports import DeedQuery
from leadcore.statement_lines import told_deed
from leadcore.values import AccountId
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk
from leadcore_cli.paging import After, opened, tell_more
from leadcore_cli.running import add

__all__ = ["register"]

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DAY")]


def deeds(
    account: Annotated[str | None, typer.Option(help="Of one account.")] = None,
    who: Annotated[str | None, typer.Option("--by", help="Of one user, or one of staff.")] = None,
    on: Annotated[
        str | None, typer.Option(metavar="KIND:ID", help="On one thing, such as user:ada.")
    ] = None,
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    after: After = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List who did what, newest first."""
    here = desk(db, seller)
    zone = here.seller.terms.zone
    kind, _, key = (on or "").partition(":")
    query = DeedQuery(
        seller_id=here.seller.id,
        account_id=AccountId(here.account(account).id) if account is not None else None,
        actor_id=who,
        stream_kind=kind or None,
        stream_id=key or None,
        since=start_of_local_day(since.date(), zone) if since else None,
        until=start_of_local_day(until.date(), zone) if until else None,
        limit=limit,
    )
    query = opened(query, after)
    listed = here.store.deeds(query)
    found = [told_deed(each) for each in listed]
    if as_json:
        for each in found:
            show.print_json(show.as_data(each))
        tell_more(query, listed, limit=limit, as_json=True)
        return
    show.table(
        "Who did what",
        ("when", "who", "did", "on", "account", "from", "id"),
        (
            (
                show.instant(each.at),
                f"{each.actor_kind.value} {each.actor_id}",
                each.did,
                f"{each.stream_kind} {each.stream_id}",
                each.account_id,
                each.source,
                each.id,
            )
            for each in found
        ),
    )
    tell_more(query, listed, limit=limit, as_json=False)


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, deeds)
