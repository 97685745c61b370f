"""Lists about returns: their status, what waits for an answer, the reasons, the terms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore import refunds, wire
from leadcore.intervals import start_of_local_day
from leadcore.leads import Lead
from leadcore.ports import RefundDate, RefundQuery, RefundSort
from leadcore.refunds import PENDING, Refund, RefundStatus, RefundTerms
from leadcore_cli import show
from leadcore_cli.commands.looking import find_lead
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    now,
)
from leadcore_cli.parsing import Day
from leadcore_cli.running import add
from leadcore_cli.terms_files import read_terms

__all__ = ["add_lists", "requests_for"]

_MOST = 10_000

OfAccount = Annotated[str | None, typer.Option(help="Of one account.")]


def reasons(
    lead_id: Annotated[str | None, typer.Argument(help="Only those of this lead.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List the reasons for which a lead may be returned."""
    here = desk(db, seller)
    listed = here.seller.terms.refunds.reasons
    lead = find_lead(here, lead_id) if lead_id else None
    if lead is not None:
        given = lead.submission
        listed = refunds.reasons_for(given.kind, given.area, reasons=listed)
    if as_json:
        for reason in listed:
            show.print_json(show.as_data(reason))
        return
    show.table(
        "Reasons",
        ("code", "says", "kinds", "areas"),
        (
            (
                reason.code,
                reason.label,
                ", ".join(sorted(kind.value for kind in reason.kinds)),
                ", ".join(sorted(reason.areas)) if reason.areas else "all",
            )
            for reason in listed
        ),
    )


def list_refunds(
    account: OfAccount = None,
    status: Annotated[list[RefundStatus] | None, typer.Option(help="Only these.")] = None,
    reason: Annotated[list[str] | None, typer.Option(help="Only these codes.")] = None,
    since: Day = None,
    until: Day = None,
    by: Annotated[
        RefundDate, typer.Option(help="Whether the dates speak of the request or the decision.")
    ] = RefundDate.REQUESTED,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = _MOST,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List requests; this month's, unless dates are given, and how many that leaves out."""
    here = desk(db, seller)
    zone = here.seller.terms.zone
    first = start_of_local_day(since.date(), zone) if since else None
    if since is None and until is None:
        first = refunds.status_month(now(), zone)
    page = here.store.refund_page(
        RefundQuery(
            seller_id=here.seller.id,
            account_id=None if account is None else here.account(account).id,
            statuses=frozenset(status) if status else None,
            reasons=frozenset(reason) if reason else None,
            dated=by,
            since=first,
            until=start_of_local_day(until.date(), zone) if until else None,
            limit=limit,
        )
    )
    if as_json:
        for asked in page.refunds:
            show.print_json(show.as_data(asked))
        return
    show.table(
        f"Returns {by.value} since {show.instant(first)}" if first else "Returns",
        ("return", "lead", "account", "returned", "status", "reason", "amount", "requested", "due"),
        (
            (
                asked.id,
                asked.lead_id,
                asked.account_id,
                "yes" if asked.status is RefundStatus.APPROVED else "no",
                asked.status.value,
                asked.reason,
                asked.amount,
                show.instant(asked.requested_at),
                asked.expected.latest,
            )
            for asked in page.refunds
        ),
    )
    _left_out(page.outside, "outside these dates", "--since and --until")
    _left_out(page.beyond, "older ones", "--limit")


def _left_out(count: int, which: str, option: str) -> None:
    if count:
        show.line(f"[dim]{count} {which} are not shown; give {option}.[/]", first="  ")


def queue(
    account: OfAccount = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what waits for an answer, the first due first, with the evidence at hand."""
    here = desk(db, seller)
    at, terms = now(), here.seller.terms.refunds
    page = here.store.refund_page(
        RefundQuery(
            seller_id=here.seller.id,
            account_id=None if account is None else here.account(account).id,
            statuses=PENDING,
            sort=RefundSort.DUE,
            limit=limit,
        )
    )
    found = ((asked, here.store.lead(asked.lead_id)) for asked in page.refunds)
    waiting = [refunds.waiting(asked, lead, terms, at) for asked, lead in found if lead is not None]
    if as_json:
        for each in waiting:
            show.print_json(show.as_data(each))
        return
    show.table(
        "Waiting for an answer",
        ("due", "return", "lead", "status", "reason", "verify by", "at hand", "missing"),
        (
            (
                f"{each.due} overdue" if each.overdue else each.due,
                each.refund.id,
                each.refund.lead_id,
                each.refund.status.value,
                each.refund.reason,
                each.verify_by,
                "; ".join(each.evidence) or "–",
                "; ".join(each.missing) or "–",
            )
            for each in waiting
        ),
    )
    _left_out(page.beyond, "due later", "--limit")


def terms(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="Set what this TOML or JSON file says; the rest stays."
        ),
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,  # noqa: ARG001 - they are shown in it anyway
) -> None:
    """Show the refund terms in JSON, or set them from a file."""
    here = desk(db, seller)
    before = here.seller.terms
    if file is not None:
        wanted = read_terms(file, RefundTerms, before.refunds)
        changed = replace(before, refunds=wanted)
        here.store.run(bo.EditSellerTerms(seller_id=here.seller.id, terms=changed, at=now()))
        show.print_json(wire.dump(wanted))
        return
    show.print_json(wire.dump(before.refunds))


def requests_for(here: Desk, lead: Lead) -> tuple[Refund, ...]:
    """Give the requests to return a lead under its sale, newest first."""
    if lead.sale is None:
        return ()
    return here.store.refunds(RefundQuery(seller_id=lead.seller_id, sale_id=lead.sale.id))


def add_lists(app: typer.Typer) -> None:
    """Add these commands to the group of returns."""
    add(app, reasons)
    add(app, list_refunds, "list")
    add(app, queue)
    add(app, terms)
