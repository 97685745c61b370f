"""Returns: ask, verify, approve, decline, reverse, reinstate."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.errors import Malformed, NotFound
from leadcore.leads import Lead
from leadcore.refunds import Basis, Refund, RefundStatus
from leadcore.values import LeadId, RefundId, UserId
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.commands.return_lists import add_lists, requests_for
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

__all__ = ["register"]

RefundArgument = Annotated[
    str, typer.Argument(help="The request's id, or whatever names its lead, if it has one request.")
]
By = Annotated[str, typer.Option(help="Who decides.")]
Note = Annotated[str, typer.Option(help="Why, in a few words.")]


def _told(asked: Refund, *, as_json: bool) -> None:
    if as_json:
        show.print_json(show.as_data(asked))
        return
    word = asked.status.value.replace("_", " ")
    named = show.clean(f"Return {asked.id} of lead {asked.lead_id}")
    show.line(f"{named}: [bold]{word}[/].")
    if asked.rule is not None:
        show.line(show.clean(f"The rule {asked.rule} of the refund terms decided."), first="  ")
    if asked.status in {RefundStatus.REQUESTED, RefundStatus.UNDER_VERIFICATION}:
        dates = asked.expected
        more = ", or a little later as the month ends" if dates.crosses_month_end else ""
        show.line(
            f"An answer is to be expected from {dates.earliest} to {dates.latest}{more}.",
            first="  ",
        )


def request(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    as_user: Annotated[
        str, typer.Option("--as", help="The user who asks; of the staff, for the account.")
    ],
    reason: Annotated[str, typer.Option(help="A code of the list: `refund reasons`.")],
    detail: Annotated[str, typer.Option(help="What was found, in words.")],
    other_lead: Annotated[str | None, typer.Option(help="For a duplicate.")] = None,
    exception: Annotated[
        str | None, typer.Option(help="Why it should pass though the window is over.")
    ] = None,
    document: Annotated[
        list[str] | None, typer.Option(help="What shows it: a file of the lead, a reference.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask to return a lead. An approved return sends the person to somebody else."""
    here = desk(db, seller)
    lead = find_lead(here, lead_id, as_user)
    if not yes:
        _confirm(lead)
    at = now()
    asked = here.store.run(
        bo.RequestRefund(
            refund_id=RefundId(fresh_id(at)),
            lead_id=lead.id,
            user_id=UserId(as_user),
            reason=reason,
            detail=detail,
            other_lead=LeadId(other_lead) if other_lead else None,
            exception=exception,
            documents=tuple(document or ()),
            at=at,
        )
    )
    _told(asked, as_json=as_json)


def _confirm(lead: Lead) -> None:
    # On standard error, so that an answer in JSON stays one.
    name = show.clean(lead.submission.name.display or "This person")
    show.line(
        f"{name} (lead {show.clean(lead.id)}): an approved return sends the person to somebody "
        "else. Ask for it? (y/N)",
        to=show.errors(),
    )
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise typer.Abort


def _is_return(here: Desk, words: str) -> bool:
    events = here.store.journal("refund", words)
    return bool(events) and events[0].seller_id == here.seller.id


def _find(here: Desk, words: str) -> RefundId:
    if _is_return(here, words):
        return RefundId(words)
    lead = find_lead(here, words)
    of_lead = requests_for(here, lead)
    if not of_lead:
        raise NotFound("return of lead", lead.id)
    if len(of_lead) > 1:
        several = ", ".join(f"{asked.id} ({asked.status.value})" for asked in of_lead)
        raise Malformed.at("return", f"lead {lead.id} has several, name one: {several}")
    return of_lead[0].id


def _decide(
    refund_id: str,
    command: refunds.RefundCommand,
    db: str,
    seller: str | None,
    *,
    as_json: bool,
    forced: bool = False,
) -> None:
    here = desk(db, seller)
    found = _find(here, refund_id)
    done = here.store.run(
        bo.DecideRefund(refund_id=found, command=command, forced=forced, at=now())
    )
    _told(done, as_json=as_json)


def verify(
    refund_id: RefundArgument,
    by: By = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Begin to verify a request."""
    _decide(refund_id, refunds.StartVerification(by=by), db, seller, as_json=as_json)


def grant(
    refund_id: RefundArgument,
    note: Note,
    by: By = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Grant the exception that a late request asks for."""
    _decide(refund_id, refunds.GrantException(by=by, note=note), db, seller, as_json=as_json)


def approve(
    refund_id: RefundArgument,
    note: Note,
    basis: Annotated[Basis, typer.Option(help="What it rests on.")] = Basis.PERSON_SAID,
    by: By = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Approve: the balance is credited and the lead leaves the account."""
    command = refunds.ApproveRefund(by=by, note=note, basis=basis)
    _decide(refund_id, command, db, seller, as_json=as_json)


def decline(
    refund_id: RefundArgument,
    note: Note,
    by: By = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Decline: the lead stays, and the reason is told."""
    _decide(refund_id, refunds.DeclineRefund(by=by, note=note), db, seller, as_json=as_json)


def reverse(
    refund_id: RefundArgument,
    note: Note,
    by: By = "staff",
    force: Annotated[bool, typer.Option("--force", help="Even below the limit.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take an approval back: the person became the associate's after all."""
    command = refunds.ReverseRefund(by=by, note=note)
    _decide(refund_id, command, db, seller, as_json=as_json, forced=force)


def reinstate(
    refund_id: RefundArgument,
    note: Note,
    by: By = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take a reversal back that was made in error."""
    _decide(refund_id, refunds.ReinstateRefund(by=by, note=note), db, seller, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    refund = typer.Typer(help="Returns of leads.", no_args_is_help=True)
    for command in (request, verify, grant, approve, decline, reverse, reinstate):
        add(refund, command)
    add_lists(refund)
    app.add_typer(refund, name="refund")
