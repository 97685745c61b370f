"""Asking: may this person be contacted?"""

from __future__ import annotations

from typing import Annotated

import typer

from leadcore import back_office as bo
from leadcore.contact import EmailFacts, Initiation, Profile, Purpose
from leadcore.decisions import Verdict
from leadcore.exposure import of
from leadcore.submissions import Channel
from leadcore.values import UserId
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.parsing import (
    CarrierAddress,
    Emergency,
    Instant,
    Listed,
    OptOut,
    PostalAddress,
    Scrubbed,
    parse_states,
)
from leadcore_cli.running import add

__all__ = ["register"]


def contact(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    channel: Annotated[Channel, typer.Option(help="How the person would be reached.")],
    initiation: Annotated[
        Initiation, typer.Option(help="By hand, or how automated.")
    ] = Initiation.MANUAL,
    purpose: Annotated[Purpose, typer.Option(help="What for.")] = Purpose.TELEMARKETING,
    profile: Annotated[Profile, typer.Option(help="How cautious.")] = Profile.STRICT,
    scrubbed: Scrubbed = None,
    listed: Listed = None,
    emergency: Emergency = None,
    postal_address: PostalAddress = None,
    opt_out: OptOut = None,
    carrier_address: CarrierAddress = None,
    at: Instant = None,
    as_user: Annotated[str | None, typer.Option("--as", help="The user who asks.")] = None,
    log: Annotated[
        bool, typer.Option("--log/--no-log", help="Keep the answer on the lead's decision trail.")
    ] = True,
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
        declared_emergencies=parse_states(emergency),
        email=EmailFacts(
            physical_address=postal_address,
            optout_mechanism=opt_out,
            gateway_domain=carrier_address,
        ),
    )
    moment = now()
    decision = here.store.run(
        bo.AskContact(
            seller_id=here.seller.id,
            lead_id=found.id,
            viewer_id=UserId(as_user) if as_user else None,
            asked=asked,
            log=log,
            at=at or moment,
            now=moment,
        )
    )
    # Of the facts only the states count here, and those the lead itself tells.
    facts = bo.contact_facts(found, asked, at=decision.at)
    cost = of(decision, bo.question_of(found, asked), facts)
    if as_json:
        show.print_json(show.as_data(decision) | {"exposure": show.as_data(cost)})
    else:
        show.decision(f"{channel.value}, {initiation.value}, {purpose.value}", decision)
        show.exposure(cost)
    if decision.verdict is Verdict.DENIED:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    add(app, contact)
