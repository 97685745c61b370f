"""Exposure: what contacts that were made could cost if they were disputed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.contact import Initiation
from leadcore.contact_points import addresses
from leadcore.exposure import PersonExposure, total
from leadcore.ports import LeadQuery
from leadcore_cli import show
from leadcore_cli.commands.looking import find_lead
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.parsing import (
    Emergency,
    Instant,
    Listed,
    Scrubbed,
    parse_states,
)
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.leads import Lead

__all__ = ["register"]

_PAGE = 500
_NOTE = (
    "What the statutes name, not what a court would give; other states' laws may give more. "
    "No legal advice."
)


def exposure(
    lead_id: Annotated[
        str | None, typer.Argument(metavar="[LEAD]", help="One lead, contact by contact.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="The leads of one account.")] = None,
    initiation: Annotated[
        Initiation, typer.Option(help="How contacts without a logged decision were made.")
    ] = Initiation.MANUAL,
    scrubbed: Scrubbed = None,
    listed: Listed = None,
    emergency: Emergency = None,
    at: Instant = None,
    as_user: Annotated[str | None, typer.Option("--as", help="The user who asks.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Sum what contacts that were made could cost if disputed: of a lead, or of each account.

    A contact counts by the decision logged before it; where none was logged, by what the records
    and the options say.
    """
    here = desk(db, seller)
    asked = bo.LeadContact(
        initiation=initiation,
        listed=listed,
        scrubbed_on=scrubbed.date() if scrubbed else None,
        declared_emergencies=parse_states(emergency),
    )
    moment = at or now()
    if lead_id is not None:
        found = find_lead(here, lead_id, as_user)
        _tell_lead(found, _of(here, found, asked, moment), as_json=as_json)
    elif account is not None:
        _tell_leads(here, here.account(account).id, asked, moment, as_json=as_json)
    else:
        _tell_accounts(here, asked, moment, as_json=as_json)


def _of(here: Desk, lead: Lead, asked: bo.LeadContact, at: datetime) -> PersonExposure:
    logged = bo.logged_decisions(here.store.journal("decisions", lead.id))
    seen = (here.store.contact_point(lead.seller_id, each) for each in addresses(lead.submission))
    points = tuple(point for point in seen if point is not None)
    others = here.store.others(lead)
    return bo.lead_exposure(
        lead, at=at, asked=asked, decisions=logged, points=points, others=others
    )


def _contacted(here: Desk) -> Iterator[Lead]:
    """Give every lead that somebody tried to contact."""
    query = LeadQuery(seller_id=here.seller.id, limit=_PAGE)
    while True:
        page = here.store.leads(query)
        yield from (lead for lead in page if lead.attempts)
        if len(page) < _PAGE:
            return
        query = query.behind(page[-1])


def _tell_lead(lead: Lead, found: PersonExposure, *, as_json: bool) -> None:
    if as_json:
        show.print_json({"lead": lead.id, **_amounts([found]), "exposure": show.as_data(found)})
        return
    show.table(
        f"Contacts with {lead.submission.name.display or lead.id} that could cost something",
        ("when", "by", "rules", "statute", "at least", "at most"),
        (
            (
                show.instant(contact.at),
                contact.channel.value,
                ", ".join(each.rules),
                each.citation,
                each.low,
                each.high,
            )
            for contact in found.contacts
            for each in contact.exposure.liabilities
        ),
    )
    if found.barred:
        show.line(f"{found.barred} more are too old to be sued for.", first="  ")
    _tell_total([found])


def _tell_leads(
    here: Desk, account_id: str, asked: bo.LeadContact, at: datetime, *, as_json: bool
) -> None:
    leads = [lead for lead in _contacted(here) if lead.sale and lead.sale.account_id == account_id]
    found = [(lead, _of(here, lead, asked, at)) for lead in leads]
    if as_json:
        for lead, each in found:
            show.print_json({"lead": lead.id, **_amounts([each])})
        return
    show.table(
        f"Leads of {account_id} whose contacts could cost something",
        ("lead", "name", "contacts", "at least", "at most"),
        (
            (lead.id, lead.submission.name.display or None, len(each.contacts), each.low, each.high)
            for lead, each in found
            if each.contacts
        ),
    )
    _tell_total(each for _, each in found)


def _tell_accounts(here: Desk, asked: bo.LeadContact, at: datetime, *, as_json: bool) -> None:
    found: dict[str, list[PersonExposure]] = {
        each.id: [] for each in here.store.accounts(here.seller.id)
    }
    for lead in _contacted(here):
        if lead.sale is not None:
            found[lead.sale.account_id].append(_of(here, lead, asked, at))
    if as_json:
        for account_id, people in found.items():
            show.print_json({"account": account_id, **_amounts(people)})
        return
    show.table(
        "What contacts could cost, by account",
        ("account", "leads", "at least", "at most"),
        (
            (account_id, sum(bool(each.contacts) for each in people), *total(people))
            for account_id, people in found.items()
        ),
    )
    _tell_total(each for people in found.values() for each in people)


def _amounts(people: Iterable[PersonExposure]) -> dict[str, object]:
    low, high = total(people)
    return {"low": show.as_data(low), "high": show.as_data(high)}


def _tell_total(people: Iterable[PersonExposure]) -> None:
    low, high = total(people)
    show.line(f"If all of it were disputed: [bold]{show.money(low)} to {show.money(high)}[/]")
    show.line(f"[dim]{show.clean(_NOTE)}[/]", first="  ", rest="  ")


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, exposure)
