"""E-mail about a lead: to the person who asked, and forwarded to a user of the account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from leadcore import back_office as bo
from leadcore.contact import EmailFacts, Purpose
from leadcore.decisions import Verdict
from leadcore.values import UserId
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    SellerOption,
    desk,
    fresh_id,
    now,
)
from leadcore_cli.parsing import CarrierAddress, Emergency, OptOut, PostalAddress, parse_states
from leadcore_cli.running import add

__all__ = ["register"]


def email(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    as_user: Annotated[str, typer.Option("--as", help="The user who writes.")],
    subject: Annotated[str, typer.Option(help="What it is about, on one line.")],
    body: Annotated[
        Path, typer.Option(metavar="FILE", help="A file with what it says; '-': standard input.")
    ],
    purpose: Annotated[Purpose, typer.Option(help="What it is for.")] = Purpose.INFORMATIONAL,
    emergency: Emergency = None,
    postal_address: PostalAddress = None,
    opt_out: OptOut = None,
    carrier_address: CarrierAddress = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """E-mail a lead's person, if the rules permit it; it waits in the outbox then."""
    here = desk(db, seller)
    at = now()
    said = sys.stdin.read() if str(body) == "-" else body.read_text("utf-8")
    asked = bo.LeadContact(
        purpose=purpose,
        declared_emergencies=parse_states(emergency),
        email=EmailFacts(
            opted_out_at=None,
            physical_address=postal_address,
            optout_mechanism=opt_out,
            gateway_domain=carrier_address,
        ),
    )
    done = here.store.run(
        bo.EmailPerson(
            seller_id=here.seller.id,
            lead_id=find_lead(here, lead_id, as_user).id,
            viewer_id=UserId(as_user),
            message_id=fresh_id(at),
            subject=subject,
            body=said,
            asked=asked,
            at=at,
        )
    )
    if as_json:
        told = None if done.message is None else show.as_data(done.message)
        show.print_json({"decision": show.as_data(done.decision), "message": told})
    else:
        show.decision("An e-mail, now", done.decision)
        if done.message is not None:
            show.line(show.clean(f"To {done.message.to}: waits for delivery."))
    if done.decision.verdict is Verdict.DENIED:
        raise typer.Exit(1)


def forward(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    user_id: Annotated[str, typer.Argument(help="Who is to get it.")],
    as_user: Annotated[str, typer.Option("--as", help="The user who forwards it.")],
    note: Annotated[str, typer.Option(help="A word to go with it.")] = "",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Send a lead by e-mail to a user whose leads one sees; it stays with whoever works it."""
    here = desk(db, seller)
    case = bo.ForwardLead(
        lead_id=find_lead(here, lead_id, as_user).id,
        viewer_id=UserId(as_user),
        to=here.user(user_id),
        note=note,
        at=now(),
    )
    done = here.store.run(case)
    if as_json:
        show.print_json({"lead": done.id, "to": case.to.profile.email})
    else:
        show.line(show.clean(f"Lead {done.id} goes to {case.to.profile.email}."))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (email, forward):
        add(app, command)
