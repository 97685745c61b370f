"""Look-ups about a number: the national registry, reassigned numbers, the sort of line."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import typer

from leadcore.contact import ReassignedStatus
from leadcore.contact_points import LineLookup, ReassignedAnswer, Record, RegistryLookup
from leadcore.values import PhoneKind
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.parsing import Instant
from leadcore_cli.recording import By, keep
from leadcore_cli.running import add

__all__ = ["register"]

Number = Annotated[str, typer.Argument(help="The number.")]


class Answer(Enum):
    """What the reassigned numbers database answers."""

    NO = "no"
    YES = "yes"
    NO_DATA = "no_data"


def registry(
    number: Number,
    listed: Annotated[bool, typer.Option("--listed/--not-listed", help="Was it there?")],
    scrubbed: Annotated[
        datetime,
        typer.Option(help="The date of the registry's copy.", formats=["%Y-%m-%d"]),
    ],
    by: By = "staff",
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record a look into the national do-not-call registry."""
    moment = now()
    fact = RegistryLookup(at=at or moment, listed=listed, scrubbed_on=scrubbed.date())
    keep(desk(db, seller), number, Record(fact=fact, by=by), moment, as_json=as_json)


def reassigned(
    number: Number,
    answer: Annotated[Answer, typer.Option(help="Was it given up since?")],
    consent: Annotated[
        datetime, typer.Option(help="Since which day's consent.", formats=["%Y-%m-%d"])
    ],
    queried: Annotated[
        datetime | None,
        typer.Option(help="The day it was asked; else today.", formats=["%Y-%m-%d"]),
    ] = None,
    by: By = "staff",
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record an answer of the reassigned numbers database."""
    moment = now()
    fact = ReassignedAnswer(
        at=at or moment,
        status=ReassignedStatus(answer.value),
        queried_on=(queried or at or moment).date(),
        consent_on=consent.date(),
    )
    keep(desk(db, seller), number, Record(fact=fact, by=by), moment, as_json=as_json)


def line(
    number: Number,
    kind: Annotated[PhoneKind, typer.Option(help="What sort of line it is.")],
    ported: Annotated[
        datetime | None,
        typer.Option(help="When it was ported from a wire line.", formats=["%Y-%m-%d"]),
    ] = None,
    by: By = "staff",
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what sort of line a number is."""
    moment = now()
    fact = LineLookup(
        at=at or moment,
        kind=kind,
        ported_to_wireless_on=ported.date() if ported else None,
    )
    keep(desk(db, seller), number, Record(fact=fact, by=by), moment, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    lookup = typer.Typer(help="What was looked up about a number.", no_args_is_help=True)
    for command in (registry, reassigned, line):
        add(lookup, command)
    app.add_typer(lookup, name="lookup")
