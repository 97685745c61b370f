"""Asking: may this person be contacted, and the door for programs in any language."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from leadcore import back_office as bo
from leadcore import door
from leadcore.consent import UNKNOWN, Unknown
from leadcore.contact import EmailFacts, Initiation, Profile, Purpose
from leadcore.decisions import Verdict
from leadcore.submissions import Channel
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["register"]

LONGEST = 1_000_000
"""Characters a line of questions may have; a longer one is answered with an error."""


def contact(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    channel: Annotated[Channel, typer.Option(help="How the person would be reached.")],
    initiation: Annotated[
        Initiation, typer.Option(help="By hand, or how automated.")
    ] = Initiation.MANUAL,
    purpose: Annotated[Purpose, typer.Option(help="What for.")] = Purpose.TELEMARKETING,
    profile: Annotated[Profile, typer.Option(help="How cautious.")] = Profile.STRICT,
    scrubbed: Annotated[
        datetime | None,
        typer.Option(
            help="Date of the do-not-call registry copy that was looked at.", formats=["%Y-%m-%d"]
        ),
    ] = None,
    listed: Annotated[
        bool | None, typer.Option("--listed/--not-listed", help="Is the number in that copy?")
    ] = None,
    emergency: Annotated[
        list[str] | None,
        typer.Option(help="States under a declared emergency, or 'none' if you looked."),
    ] = None,
    postal_address: Annotated[
        bool | None, typer.Option(help="Does the e-mail carry a postal address?")
    ] = None,
    opt_out: Annotated[bool | None, typer.Option(help="Does it offer a working opt-out?")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(help="At this instant, in UTC; else now.", formats=["%Y-%m-%dT%H:%M:%SZ"]),
    ] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="The user who asks.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Answer whether the person may be contacted, with every rule that spoke. No legal advice."""
    here = desk(db, seller)
    found = find_lead(here, lead_id, as_user)
    asked = bo.LeadContact(
        channel=channel,
        initiation=initiation,
        purpose=purpose,
        profile=profile,
        listed=listed,
        scrubbed_on=scrubbed.date() if scrubbed else None,
        declared_emergencies=_states(emergency),
        email=EmailFacts(
            physical_address=postal_address, optout_mechanism=opt_out, gateway_domain=None
        ),
    )
    decision = bo.assess_lead(found, asked, at=at.replace(tzinfo=now().tzinfo) if at else now())
    if as_json:
        show.print_json(show.as_data(decision))
    else:
        show.decision(f"{channel.value}, {initiation.value}, {purpose.value}", decision)
    if decision.verdict is Verdict.DENIED:
        raise typer.Exit(1)


def _states(given: list[str] | None) -> frozenset[str] | Unknown:
    if given is None:
        return UNKNOWN
    return frozenset(state.upper() for state in given if state != "none")


def decide(
    file: Annotated[
        str, typer.Argument(help="A file of questions, or - for standard input.")
    ] = "-",
) -> None:
    """Answer JSON Lines questions, one answer a line, in order, as they come.

    Exits with 1 if a line was not a question at all.
    """
    wrong = False
    if file == "-":
        for answer in _answers(sys.stdin):
            wrong = wrong or "error" in answer
            show.print_json(answer)
    else:
        with open(file, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - as given
            for answer in _answers(lines):
                wrong = wrong or "error" in answer
                show.print_json(answer)
    if wrong:
        raise typer.Exit(1)


def _answers(lines: TextIO) -> Iterator[dict[str, object]]:
    # readline(limit), so that one endless line can't fill the memory.
    while line := lines.readline(LONGEST):
        if len(line) == LONGEST and not line.endswith("\n"):
            while (rest := lines.readline(LONGEST)) and not rest.endswith("\n"):
                pass
            yield _error("", f"a line has at most {LONGEST} characters")
        elif line.strip():
            yield _answer(line)


def _answer(line: str) -> dict[str, object]:
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _error("", f"is no JSON: {error}")
    return door.answer(question)


def _error(path: str, message: str) -> dict[str, object]:
    return {"id": None, "error": [{"path": path, "message": message}]}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(contact)
    app.command()(decide)
