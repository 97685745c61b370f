"""Looking: leads, one lead, people, accounts, balances, statements, messages, the audit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, NotFound
from leadcore.intervals import start_of_local_day
from leadcore.leads import AssignLead, Lead, LeadStatus
from leadcore.ports import LeadQuery, LeadSort
from leadcore.refunds import window
from leadcore.submissions import LeadKind
from leadcore.values import AccountId, LeadId, Money, UserId
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now

if TYPE_CHECKING:
    from leadcore.accounts import Account

__all__ = ["LEAD", "find_lead", "register"]

LEAD = "The lead's id, or a name, phone or e-mail that only one has."
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Viewer = Annotated[
    str | None, typer.Option("--as", help="Show what this user may see; else the seller's staff.")
]


def find_lead(here: Desk, words: str, viewer_id: str | None = None) -> Lead:
    """Give a lead by its id, or by a name, phone or e-mail that only one visible lead has.

    Raises:
        NotFound: there is none, or the viewer may not know that there is.
        Malformed: the words fit several leads.
    """
    viewer = here.user(viewer_id) if viewer_id is not None else None
    tree = Tree.of(here.store.users(viewer.account_id)) if viewer else Tree({})
    lead = here.store.lead(LeadId(words))
    if lead is not None and lead.seller_id == here.seller.id:
        if viewer is None or bo.sees(viewer, lead, tree):
            return lead
        raise NotFound("lead", words)
    seen = scope(viewer, tree) if viewer else None
    found = here.store.leads(LeadQuery(seller_id=here.seller.id, scope=seen, text=words, limit=5))
    if len(found) > 1:
        several = ", ".join(f"{each.id} ({each.status.value})" for each in found)
        raise Malformed.at("lead", f"{words!r} fits several: {several}")
    if not found:
        raise NotFound("lead", words)
    return found[0]


def leads(
    as_user: Viewer = None,
    kind: Annotated[LeadKind | None, typer.Option(help="Web leads or live calls.")] = None,
    status: Annotated[list[LeadStatus] | None, typer.Option(help="Only these; repeatable.")] = None,
    since: Day = None,
    until: Day = None,
    text: Annotated[str | None, typer.Option(help="In name, phone or e-mail.")] = None,
    sort: Annotated[LeadSort, typer.Option(help="Newest first by this.")] = LeadSort.RECEIVED,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    after: Annotated[str | None, typer.Option(help="The last lead of the page before.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List leads, newest first."""
    here = desk(db, seller)
    zone = here.seller.terms.zone
    viewer = here.user(as_user) if as_user else None
    tree = Tree.of(here.store.users(viewer.account_id)) if viewer else Tree({})
    found = here.store.leads(
        LeadQuery(
            seller_id=here.seller.id,
            scope=scope(viewer, tree) if viewer else None,
            statuses=frozenset(status) if status else None,
            kind=kind,
            since=start_of_local_day(since.date(), zone) if since else None,
            until=start_of_local_day(until.date(), zone) if until else None,
            text=text,
            sort=sort,
            limit=limit,
            after=LeadId(after) if after else None,
        )
    )
    if as_json:
        for lead in found:
            show.print_json(show.as_data(lead))
        return
    show.table(
        f"Leads {as_user} may see" if as_user else "Leads",
        ("lead", "name", "area", "state", "TCPA", "status", "owner", "received"),
        (_line(lead) for lead in found),
    )
    if len(found) == limit:
        show.console.print(f"  [dim]More with --after {escape(found[-1].id)}[/]")


def _line(lead: Lead) -> tuple[object, ...]:
    given = lead.submission
    test = " (test)" if given.test else ""
    return (
        lead.id,
        given.name.display or None,
        given.area or given.vertical,
        given.address.state,
        given.tcpa.value,
        lead.status.value + test,
        lead.assigned_to,
        show.instant(lead.received_at),
    )


def lead(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    as_user: Viewer = None,
    why: Annotated[bool, typer.Option("--why", help="Every candidate's reason.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show a lead: what the person gave, whether a call is permitted now, and its history."""
    here = desk(db, seller)
    found = find_lead(here, lead_id, as_user)
    decision = bo.assess_lead(found, bo.LeadContact(), at=now())
    history = here.store.journal("lead", found.id)
    if as_json:
        show.print_json(
            {
                "lead": show.as_data(found),
                "call_now": show.as_data(decision),
                "history": [
                    {"event": type(event).__name__, **show.as_data(event)} for event in history
                ],
            }
        )
        return
    _details(here, found)
    show.decision("A live call by hand, now", decision)
    if why:
        _why(found)
    show.console.print("[bold]History[/]")
    for event in history:
        when = getattr(event, "at", None) or event.attempt.at
        show.console.print(f"  {show.instant(when)}  {_words(type(event).__name__)}")


def _words(name: str) -> str:
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()


def _details(here: Desk, found: Lead) -> None:
    given = found.submission
    rows: list[tuple[str, object]] = [
        ("lead", found.id),
        ("status", found.status.value + (" (test)" if given.test else "")),
        ("name", given.name.display),
        *(("phone", f"{phone.normal or phone.raw} ({phone.kind.value})") for phone in given.phones),
        *(("e-mail", email.normal or email.raw) for email in given.emails),
        ("address", _address(found)),
        ("matter", " / ".join(part for part in (given.vertical, given.area) if part)),
        ("other info", given.other_info),
        ("comments", given.comments),
        ("TCPA", given.tcpa.value),
        ("source", " ".join(filter(None, (given.source.format, given.source.name)))),
        ("received", show.instant(found.received_at)),
    ]
    rows += [(answer.question or answer.key, ", ".join(answer.values)) for answer in given.answers]
    if found.sale is not None:
        span = window(here.seller.terms.refunds, found.sale.sold_at)
        rows += [
            ("sold to", f"{found.sale.account_id} for {show.money(found.sale.price)}"),
            ("assigned to", found.assigned_to),
            ("sold", show.instant(found.sale.sold_at)),
            ("first contact due", show.instant(bo.first_contact_due(found))),
            ("return until", f"{show.instant(span.closes_at)}, inclusive"),
        ]
    for name, value in rows:
        if value:
            show.console.print(f"[dim]{escape(name):>18}[/]  {escape(str(value))}")


def _address(found: Lead) -> str:
    place = found.submission.address
    parts = (*place.street, place.city, place.state or place.state_raw, place.zip_raw)
    return ", ".join(part for part in parts if part)


def _why(found: Lead) -> None:
    show.table(
        "Who got it, and why not the others",
        ("order", "account", "reason"),
        ((offer.order_id, offer.account_id, offer.reason.value) for offer in found.offers),
    )


def accounts(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """List accounts with their balances."""
    here = desk(db, seller)
    found = here.store.accounts(here.seller.id)
    if as_json:
        for account in found:
            balance = show.as_data(_balance(here, account))
            show.print_json({"account": show.as_data(account), "balance": balance})
        return
    show.table(
        "Accounts",
        ("account", "name", "status", "balance"),
        (
            (account.id, account.name, account.status.value, _balance(here, account))
            for account in found
        ),
    )


def _balance(here: Desk, account: Account) -> Money:
    return Money(here.store.balance(prepaid_account(account.id)).posted, account.currency)


def balance(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    at: Annotated[
        datetime | None,
        typer.Option(help="As of this instant, in UTC.", formats=["%Y-%m-%dT%H:%M:%SZ"]),
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what an account holds, now or as of an instant."""
    here = desk(db, seller)
    account = here.account(account_id)
    moment = at.replace(tzinfo=now().tzinfo) if at else None
    held = here.store.balance(prepaid_account(account.id), moment)
    amounts = {
        "posted": Money(held.posted, account.currency),
        "held": Money(held.pending, account.currency),
        "available": Money(held.available, account.currency),
    }
    if as_json:
        show.print_json({name: show.as_data(amount) for name, amount in amounts.items()})
        return
    words = ", ".join(f"{name} {show.money(amount)}" for name, amount in amounts.items())
    show.console.print(f"{account.id}: {words}")


def statement(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    since: Day = None,
    until: Day = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show every line of an account, each traceable to its lead."""
    here = desk(db, seller)
    account = here.account(account_id)
    zone = here.seller.terms.zone
    lines = here.store.statement(
        prepaid_account(account.id),
        start_of_local_day(since.date(), zone) if since else None,
        start_of_local_day(until.date(), zone) if until else None,
    )
    if as_json:
        for line in lines:
            show.print_json(
                {
                    "seq": line.entry.seq,
                    "at": line.entry.recorded_at.isoformat().replace("+00:00", "Z"),
                    "kind": line.transfer.kind.value,
                    "amount": show.as_data(Money(line.entry.amount, account.currency)),
                    "balance": show.as_data(Money(line.entry.posted_after, account.currency)),
                    "lead": line.transfer.lead_id,
                    "order": line.transfer.order_id,
                    "refund": line.transfer.refund_id,
                }
            )
        return
    show.table(
        f"Statement of {account.id}",
        ("no.", "when", "what", "amount", "balance", "lead"),
        (
            (
                line.entry.seq,
                show.instant(line.entry.recorded_at),
                line.transfer.kind.value.replace("_", " "),
                Money(line.entry.amount, account.currency),
                Money(line.entry.posted_after, account.currency),
                line.transfer.lead_id,
            )
            for line in lines
        ),
    )


def users(
    account: Annotated[str | None, typer.Option(help="Of one account.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List users and who stands above whom."""
    here = desk(db, seller)
    homes = [here.account(account)] if account else list(here.store.accounts(here.seller.id))
    found = [user for home in homes for user in here.store.users(AccountId(home.id))]
    if as_json:
        for user in found:
            show.print_json(show.as_data(user))
        return
    show.table(
        "Users",
        ("user", "name", "account", "above", "admin", "sees downline", "enabled"),
        (
            (
                user.id,
                user.profile.name,
                user.account_id,
                user.parent_id,
                user.profile.admin,
                user.profile.view_downline,
                user.enabled,
            )
            for user in found
        ),
    )


def assign(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    user_id: Annotated[str, typer.Argument(help="Who is to work it.")],
    as_user: Annotated[str, typer.Option("--as", help="The user who assigns it.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Give a lead to another user of the account that bought it."""
    here = desk(db, seller)
    done = here.store.run(
        bo.WorkLead(
            lead_id=find_lead(here, lead_id, as_user).id,
            viewer_id=UserId(as_user),
            command=AssignLead(user_id=UserId(user_id), by=UserId(as_user)),
            at=now(),
        )
    )
    if as_json:
        show.print_json(show.as_data(done))
    else:
        show.console.print(f"Lead {done.id} is {done.assigned_to}'s now.")


def outbox(
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List messages that wait for delivery."""
    here = desk(db, seller)
    waiting = here.store.messages(limit)
    if as_json:
        for message in waiting:
            show.print_json(show.as_data(message))
        return
    show.table(
        "Waiting for delivery",
        ("what", "by", "to", "says"),
        (
            (message.kind.value, message.channel.value, message.to, message.subject or message.body)
            for message in waiting
        ),
    )


def audit(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """Fold the journal and all entries again, and say where they differ from what is stored."""
    here = desk(db, seller)
    found = here.store.audit()
    if as_json:
        show.print_json({"differences": list(found)})
    elif found:
        for sentence in found:
            show.console.print(f"[red]{escape(sentence)}[/]")
    else:
        show.console.print("[green]Everything adds up[/]: journal, rows and balances agree.")
    if found:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (leads, lead, assign, accounts, balance, statement, users, outbox, audit):
        app.command()(command)
