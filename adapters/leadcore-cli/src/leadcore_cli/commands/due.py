"""The follow-up list: what to do next, the most urgent first. Advice, not law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from attrs import evolve

from leadcore import back_office as bo
from leadcore import cadence
from leadcore.contact import EmailFacts
from leadcore.downline import Tree, scope
from leadcore.leads import AttemptOutcome, ContactAttempt, Lead, LeadStatus, LogAttempt
from leadcore.ports import LeadQuery
from leadcore.submissions import Channel
from leadcore.values import UserId
from leadcore_cli import show
from leadcore_cli.advising import advice_data, advise, asking, next_step
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.parsing import (
    CarrierAddress,
    Emergency,
    Instant,
    ListedFile,
    NotListed,
    OptOut,
    PostalAddress,
    Scrubbed,
    parse_states,
)
from leadcore_cli.running import add
from leadcore_cli.scan.numbers import read_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leadcore.cadence import Advice
    from leadcore.downline import Scope

__all__ = ["register"]

PAGE = 500
_OVER = frozenset({cadence.Phase.GIVE_UP, cadence.Phase.REACHED})


def due(
    as_user: Annotated[
        str | None, typer.Option("--as", help="What this user may see; else the seller's staff.")
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", help="Only leads that this user works.")
    ] = None,
    later: Annotated[
        bool, typer.Option("--all", help="Also what is not due yet, given up, or was reached.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    scrubbed: Scrubbed = None,
    listed: ListedFile = None,
    not_listed: NotListed = False,
    emergency: Emergency = None,
    postal_address: PostalAddress = None,
    opt_out: OptOut = None,
    carrier_address: CarrierAddress = None,
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the follow-up list: overdue first contacts first, then what is due. Advice, not law."""
    if listed is not None and not_listed:
        message = "--listed says which numbers are listed, --not-listed that none is"
        raise typer.BadParameter(message)
    here = desk(db, seller)
    numbers = read_addresses(listed, "--listed") if listed else None
    asked = bo.LeadContact(
        listed=False if not_listed else None,
        scrubbed_on=scrubbed.date() if scrubbed else None,
        declared_emergencies=parse_states(emergency),
        email=EmailFacts(
            opted_out_at=None,
            physical_address=postal_address,
            optout_mechanism=opt_out,
            gateway_domain=carrier_address,
        ),
    )

    def told(lead: Lead) -> bo.LeadContact:
        return asked if numbers is None else evolve(asked, listed=numbers.names(lead.submission))

    clock = now()
    moment = at or clock
    owner = here.user(user).id if user is not None else None
    held = LeadQuery(
        seller_id=here.seller.id,
        scope=_scope(here, as_user),
        statuses=frozenset({LeadStatus.SOLD}),
        limit=PAGE,
    )

    def advised(lead: Lead) -> Advice | None:
        if owner not in {None, lead.assigned_to}:
            return None
        advice = cadence.advise(lead, told(lead), at=moment, ask=asking(here))
        return advice if advice is not None and (later or _is_due(advice)) else None

    # What is overdue goes before all else, and the store knows it (not what was so in the past):
    # the rest is read only if there is room for it.
    late = moment >= clock
    queries = (evolve(held, overdue_at=moment), held) if late else (held,)
    _tell(_most_urgent(here, queries, advised, limit), as_json=as_json, limit=limit)


def _most_urgent(
    here: Desk,
    queries: Sequence[LeadQuery],
    advised: Callable[[Lead], Advice | None],
    limit: int,
) -> list[tuple[Advice, Lead]]:
    """Give the most urgent of what the queries find, each lead once, in order."""
    found: dict[str, tuple[Advice, Lead]] = {}
    for query in queries:
        for page in _pages(here, query):
            for lead in page:
                advice = advised(lead)
                if advice is not None:
                    found[lead.id] = (advice, lead)
            ordered = sorted(found.values(), key=lambda pair: pair[0].urgency)
            found = {pair[1].id: pair for pair in ordered[:limit]}
            if query.overdue_at is not None and len(found) == limit:
                return list(found.values())
    return list(found.values())


def attempt(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    channel: Annotated[Channel, typer.Option(help="How the person was tried.")],
    outcome: Annotated[AttemptOutcome, typer.Option(help="What came of it.")],
    as_user: Annotated[str, typer.Option("--as", help="The user who tried.")],
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Log an attempt to reach a lead's person, and say what is next."""
    here = desk(db, seller)
    moment = now()
    tried = ContactAttempt(channel=channel, at=at or moment, by=UserId(as_user), outcome=outcome)
    done = here.store.run(
        bo.WorkLead(
            lead_id=find_lead(here, lead_id, as_user).id,
            viewer_id=UserId(as_user),
            command=LogAttempt(attempt=tried),
            at=moment,
        )
    )
    advice = advise(here, done, max(moment, tried.at))
    if as_json:
        show.print_json(
            {"lead": show.as_data(done), "next_step": advice_data(advice) if advice else None}
        )
        return
    show.line(show.clean(f"Logged: {channel.value}, {outcome.value.replace('_', ' ')}."))
    if advice is not None:
        show.line(f"[bold]Next step[/]: {show.clean(next_step(advice))}")


def _is_due(advice: Advice) -> bool:
    """Is there something to be done about it now, be it looking something up?"""
    if advice.phase in _OVER:
        return False
    if advice.phase is cadence.Phase.OVERDUE:
        return True
    waiting = advice.due_at is not None and advice.due_at > advice.at
    first = advice.phase is not cadence.Phase.FOLLOW_UP
    return advice.due_now or (advice.look_up and (first or not waiting))


def _scope(here: Desk, viewer: str | None) -> Scope | None:
    if viewer is None:
        return None
    user = here.user(viewer)
    return scope(user, Tree.of(here.store.users(user.account_id)))


def _pages(here: Desk, query: LeadQuery) -> Iterator[tuple[Lead, ...]]:
    while page := here.store.leads(query):
        yield page
        if len(page) < query.limit:
            return
        query = query.behind(page[-1])


def _tell(found: list[tuple[Advice, Lead]], *, as_json: bool, limit: int) -> None:
    if as_json:
        for advice, lead in found:
            names = {"name": lead.submission.name.display or None, "user": lead.assigned_to}
            show.print_json({**advice_data(advice), **names})
        return
    show.table(
        "Due",
        ("lead", "name", "owner", "next", "why"),
        (
            (
                lead.id,
                lead.submission.name.display or None,
                lead.assigned_to,
                next_step(advice),
                advice.reason,
            )
            for advice, lead in found
        ),
    )
    if len(found) == limit:
        show.line("[dim]There may be more: --limit[/]", first="  ")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (due, attempt):
        add(app, command)
