"""Looking: leads, one lead, people, messages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore import back_office as bo
from leadcore.auction import BiddingDeclined, BidPlaced, BidRefused, PostRefused
from leadcore.decisions import Verdict
from leadcore.distribution.words import percent, sentence
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, NotFound
from leadcore.intervals import start_of_local_day
from leadcore.lead_sheet import seen_by
from leadcore.leads import AssignLead, AuctionClosed, Lead, LeadAuctioned, LeadStatus
from leadcore.ports import LeadQuery, LeadSort
from leadcore.refunds import window
from leadcore.submissions import LeadKind
from leadcore.values import LeadId, Money, UserId
from leadcore_cli import show
from leadcore_cli.advising import advice_data, advise, next_step
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.paging import After, opened, tell_more
from leadcore_cli.parsing import Day
from leadcore_cli.points import points_of
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.people import User

__all__ = ["LEAD", "find_lead", "register"]

LEAD = "The lead's id, or a name, phone or e-mail that only one has."
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
        if viewer is None or bo.sees(viewer, lead, tree, here.seller):
            return lead
        raise NotFound("lead", words)
    everybodys = viewer is None or bo.at_desk(viewer, here.seller)
    seen = None if viewer is None or everybodys else scope(viewer, tree)
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
    sort: Annotated[
        LeadSort, typer.Option(help="Instants from the newest on, texts from A on.")
    ] = LeadSort.RECEIVED,
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    after: After = None,
    overdue: Annotated[
        bool,
        typer.Option("--overdue", help="Only those nobody tried in time, longest overdue first."),
    ] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List leads, newest first."""
    here = desk(db, seller)
    zone = here.seller.terms.zone
    viewer = here.user(as_user) if as_user else None
    tree = Tree.of(here.store.users(viewer.account_id)) if viewer else Tree({})
    query = LeadQuery(
        seller_id=here.seller.id,
        scope=scope(viewer, tree) if viewer else None,
        statuses=frozenset(status) if status else None,
        kind=kind,
        since=start_of_local_day(since.date(), zone) if since else None,
        until=start_of_local_day(until.date(), zone) if until else None,
        text=text,
        sort=sort,
        reverse=reverse,
        overdue_at=now() if overdue else None,
        limit=limit,
    )
    query = opened(query, after)
    found = here.store.leads(query)
    if as_json:
        only = viewer.account_id if viewer else None
        for lead in found:
            show.print_json(_seen_by(only, show.as_data(lead)))
        tell_more(query, found, limit=limit, as_json=True)
        return
    show.table(
        f"Leads {as_user} may see" if as_user else "Leads",
        ("lead", "name", "area", "state", "TCPA", "status", "owner", "received"),
        (_line(lead) for lead in found),
    )
    tell_more(query, found, limit=limit, as_json=False)


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
    to_print: Annotated[
        Path | None, typer.Option("--print", metavar="FILE", help="Write it as a PDF instead.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show a lead: what the person gave, whether a call is permitted now, and its history."""
    here = desk(db, seller)
    found = find_lead(here, lead_id, as_user)
    if to_print is not None:
        _print(here, found, to_print, as_user, as_json=as_json)
        return
    points, others = points_of(here.store, found), here.store.others(found)
    decision = bo.assess_lead(found, bo.LeadContact(), at=now(), points=points, others=others)
    advice = advise(here, found, decision.at)
    history = here.store.journal("lead", found.id)
    # Who else wanted the lead, and why not, is the seller's business and nobody else's.
    only = here.user(as_user).account_id if as_user is not None else None
    if as_json:
        show.print_json(
            {
                "lead": _seen_by(only, show.as_data(found)),
                "call_now": show.as_data(decision),
                "next_step": advice_data(advice) if advice else None,
                **({"why": list(_told(here, found, only))} if why else {}),
                "history": [
                    {"event": type(event).__name__, **_seen_by(only, show.as_data(event))}
                    for event in _told_of(only, history)
                ],
            }
        )
        return
    _details(here, found)
    show.decision("A live call by hand, now", decision)
    if decision.verdict is Verdict.DENIED:
        show.line(f"[dim]{_HINT}[/]", first="  ", rest="  ")
    if advice is not None:
        show.line(f"[bold]Next step[/]: {show.clean(next_step(advice))}")
        show.line(show.clean(advice.reason), first="  ", rest="  ")
    if why:
        _why(here, found, only)
    show.line("[bold]History[/]")
    for event in _told_of(only, history):
        when = getattr(event, "at", None) or event.attempt.at
        show.line(f"{show.instant(when)}  {_words(type(event).__name__)}", first="  ")


def _print(here: Desk, found: Lead, path: Path, viewer: str | None, *, as_json: bool) -> None:
    from leadcore_cli.commands.exporting import pages  # noqa: PLC0415 - slow, and seldom wanted

    only = here.user(viewer).account_id if viewer is not None else None
    path.write_bytes(pages([seen_by(found, only)]))
    if as_json:
        show.print_json({"file": str(path), "lead": found.id})
    else:
        show.line(show.clean(str(path)))


_HINT = (
    "What nobody looked up is not allowed. Record it with `leadcore lookup`; what is not recorded "
    "(declared emergencies), say it with `leadcore contact`."
)


def _seen_by(account_id: str | None, data: dict[str, Any]) -> dict[str, Any]:
    if account_id is None:
        return data
    # What others bid, and who was asked, is the seller's business as well.
    data = {name: value for name, value in data.items() if name != "bidding"}
    if "offers" not in data:
        return data
    return data | {"offers": [each for each in data["offers"] if each["account_id"] == account_id]}


_BIDDING = (
    AuctionClosed,
    BiddingDeclined,
    BidPlaced,
    BidRefused,
    LeadAuctioned,
    PostRefused,
)


def _told_of(account_id: str | None, history: tuple[Any, ...]) -> list[Any]:
    """Give the history as an account may know it: without the auction that led to its sale."""
    return [each for each in history if account_id is None or not isinstance(each, _BIDDING)]


def _words(name: str) -> str:
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()


def _details(here: Desk, found: Lead) -> None:
    for name, value in (*_given(found), *_sold(here, found)):
        if value:
            show.line(show.clean(str(value)), first=f"{name:>18}  ")


def _given(found: Lead) -> Iterable[tuple[str, object]]:
    given = found.submission
    yield "lead", found.id
    yield "status", found.status.value + (" (test)" if given.test else "")
    if found.refusals:
        yield "refused because", ", ".join(each.value.replace("_", " ") for each in found.refusals)
    yield "name", given.name.display
    for phone in given.phones:
        yield "phone", f"{phone.normal or phone.raw} ({phone.kind.value})"
    for email in given.emails:
        yield "e-mail", email.normal or email.raw
    yield "address", _address(found)
    yield "matter", " / ".join(part for part in (given.vertical, given.area) if part)
    yield "other info", given.other_info
    yield "comments", given.comments
    for answer in given.answers:
        yield "answer", f"{answer.question or answer.key}: {', '.join(answer.values)}"
    yield "TCPA", given.tcpa.value
    yield "source", " ".join(filter(None, (given.source.format, given.source.name)))
    yield "received", show.instant(found.received_at)


def _sold(here: Desk, found: Lead) -> Iterable[tuple[str, object]]:
    held = found.reservation
    if held is not None:
        yield "reserved for", f"{held.account_id} until {show.instant(held.expires_at)}"
    for failed in found.failed:
        yield "not delivered", f"to {failed.account_id}: {failed.why}"
    if found.sale is None:
        return
    span = window(here.seller.terms.refunds, found.sale.sold_at)
    yield "sold to", f"{found.sale.account_id} for {show.money(found.sale.price)}"
    yield "assigned to", found.assigned_to
    yield "sold", show.instant(found.sale.sold_at)
    yield "first contact due", show.instant(bo.first_contact_due(found))
    yield "return until", f"{show.instant(span.closes_at)}, inclusive"


def _address(found: Lead) -> str:
    place = found.submission.address
    parts = (*place.street, place.city, place.state or place.state_raw, place.zip_raw)
    return ", ".join(part for part in parts if part)


def _told(here: Desk, found: Lead, only: str | None) -> Iterator[dict[str, object]]:
    """Give what became of each candidate, the seller's staff with what each is owed by now."""
    # Of a lead that several buyers share, the first one tells of all candidates.
    first = here.store.lead(found.family) if only is None else found
    owed = {order.id: standing.credit for order, standing in here.store.orders(here.seller.id)}
    for offer in (first or found).offers:
        if only in {None, offer.account_id}:
            told: dict[str, object] = {
                "order": offer.order_id,
                "account": offer.account_id,
                "reason": offer.reason.value,
                "says": sentence(offer),
                "share": offer.share,
                "rank": offer.rank,
            }
            if offer.bid is not None:
                told["bid"] = show.as_data(offer.bid)
            yield told | ({"owed_now": owed.get(offer.order_id, 0)} if only is None else {})


def _why(here: Desk, found: Lead, only: str | None) -> None:
    # A share is the order's part of this lead; what it is owed is the sum of all until now.
    told = list(_told(here, found, only))
    columns = ["order", "account", "reason", "says", "share", "rank"]
    columns += ["bid"] if any("bid" in each for each in told) else []
    columns += ["owed_now"] if only is None else []
    show.table(
        "Who got it, and why not the others",
        [_HEADS.get(name, name) for name in columns],
        ([_part(name, each.get(name)) for name in columns] for each in told),
    )


_HEADS = {"says": "why", "owed_now": "owed now"}


def _part(name: str, value: Any) -> object:  # noqa: ANN401 - whatever stands in a column
    if name == "bid" and value is not None:
        return show.money(Money(**value))
    return percent(value) or None if name in {"share", "owed_now"} else value


def users(
    account: Annotated[str | None, typer.Option(help="Of one account.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List users and who stands above whom."""
    here = desk(db, seller)
    homes = here.store.accounts(here.seller.id) if account is None else (here.account(account),)
    found = [user for home in homes for user in _as_tree(here.store.users(home.id))]
    if as_json:
        for _, user in found:
            show.print_json(show.as_data(user))
        return
    show.table(
        "Users",
        ("user", "name", "account", "above", "admin", "sees downline", "enabled"),
        (
            (
                "  " * depth + user.id,
                user.profile.name,
                user.account_id,
                user.parent_id,
                user.profile.admin,
                user.profile.view_downline,
                user.enabled,
            )
            for depth, user in found
        ),
    )


def _as_tree(users: tuple[User, ...]) -> list[tuple[int, User]]:
    """Give each user with the depth below the top, everybody right after who stands above."""
    tree = Tree.of(users)
    paths = {user.id: (*reversed(tuple(tree.upline(user.id))), user.id) for user in users}
    ordered = sorted(users, key=lambda user: paths[user.id])
    return [(len(paths[user.id]) - 1, user) for user in ordered]


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
        show.line(show.clean(f"Lead {done.id} is {done.assigned_to}'s now."))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (leads, lead, assign, users):
        add(app, command)
