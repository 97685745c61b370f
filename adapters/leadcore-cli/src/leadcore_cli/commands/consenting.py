"""Recording consent: what a person agreed to at a number or address, and took back."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

from leadcore.consent import Elements, Evidence, Grant, Level, Reach, Revocation
from leadcore.contact_points import (
    ContactPoint,
    Dealing,
    DealingKind,
    DoNotCall,
    PointFact,
    Record,
)
from leadcore.errors import NotFound
from leadcore.values import AccountId
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.parsing import Instant
from leadcore_cli.recording import AsUser, By, OfLead, address_of, keep, keep_of_lead
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore_cli.context import Desk

__all__ = ["register"]

Address = Annotated[str, typer.Argument(help="The number or the e-mail address.")]
Words = Annotated[str | None, typer.Option("--text", help="The person's words.")]
Account = Annotated[
    str | None, typer.Option(help="Said to this account only; else to the seller, for all.")
]


class LevelName(Enum):
    """The levels of consent, as they are typed."""

    NONE = "none"
    EXPRESS = "express"
    WRITTEN = "written"


class ElementName(Enum):
    """What makes written consent, as it is typed; `all` says all five."""

    ALL = "all"
    SIGNATURE = "signature"
    NUMBER_IN_AGREEMENT = "number_in_agreement"
    AUTHORIZES_SELLER = "authorizes_seller"
    DISCLOSURE_AUTODIALER = "disclosure_autodialer"
    DISCLOSURE_NOT_CONDITION = "disclosure_not_condition"


def _elements(names: list[ElementName] | None) -> Elements:
    given = names or []
    if ElementName.ALL in given:
        return Elements.all()
    return Elements(**{name.value: True for name in given})


def grant(
    address: Address,
    to: Annotated[
        list[str] | None, typer.Option(help="Whom it names: accounts, or the seller; repeatable.")
    ] = None,
    level: Annotated[LevelName, typer.Option(help="How far it goes.")] = LevelName.EXPRESS,
    element: Annotated[
        list[ElementName] | None, typer.Option(help="What the agreement holds; repeatable.")
    ] = None,
    invitation: Annotated[
        bool, typer.Option("--invitation", help="The person asked to be contacted.")
    ] = False,
    text: Annotated[str | None, typer.Option(help="The disclosure, exactly as shown.")] = None,
    url: Annotated[str | None, typer.Option(help="The page it was shown on.")] = None,
    ip: Annotated[str | None, typer.Option(help="The address it came from.")] = None,
    signature: Annotated[str | None, typer.Option(help="What was signed with.")] = None,
    by: By = "staff",
    of_lead: OfLead = None,
    as_user: AsUser = None,
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record consent, or that the person asked to be contacted."""
    moment = now()
    fact = Grant(
        at=at or moment,
        level=Level[level.name],
        invitation=invitation,
        sellers=to or (),
        elements=_elements(element),
        evidence=Evidence(text=text, url=url, ip=ip, signature=signature),
    )
    _keep(desk(db, seller), address, fact, by, (of_lead, as_user), moment, as_json=as_json)


def revoke(
    address: Address,
    how: Annotated[str, typer.Option(help="How the person said it: telephone, letter …")],
    reach: Annotated[Reach, typer.Option(help="What it ends.")] = Reach.CALLS_AND_TEXTS,
    account: Account = None,
    text: Words = None,
    by: By = "staff",
    of_lead: OfLead = None,
    as_user: AsUser = None,
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record that consent was taken back, or that the person opted out of e-mail."""
    moment = now()
    fact = Revocation(at=at or moment, method=how, reach=reach, seller=account, text=text)
    _keep(desk(db, seller), address, fact, by, (of_lead, as_user), moment, as_json=as_json)


def do_not_call(
    address: Address,
    account: Account = None,
    text: Words = None,
    by: By = "staff",
    of_lead: OfLead = None,
    as_user: AsUser = None,
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record that the person asked not to be called; it never expires."""
    moment = now()
    named = AccountId(account) if account else None
    fact = DoNotCall(at=at or moment, account_id=named, text=text)
    _keep(desk(db, seller), address, fact, by, (of_lead, as_user), moment, as_json=as_json)


def _keep(
    here: Desk,
    address: str,
    fact: Grant | Revocation | DoNotCall,
    by: str,
    whose: tuple[str | None, str | None],
    at: datetime,
    *,
    as_json: bool,
) -> None:
    if not keep_of_lead(here, address, fact, at, whose, as_json=as_json):
        keep(here, address, Record(fact=fact, by=by), at, as_json=as_json)


def dealing(
    address: Address,
    kind: Annotated[DealingKind, typer.Option(help="What the person did.")],
    partner: Annotated[str, typer.Option("--with", help="With whom: an account, or the seller.")],
    by: By = "staff",
    at: Instant = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what makes or ends a business relationship."""
    moment = now()
    fact = Dealing(at=at or moment, kind=kind, with_seller=partner)
    keep(desk(db, seller), address, Record(fact=fact, by=by), moment, as_json=as_json)


def show_point(
    address: Address,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is recorded about a number or an e-mail address."""
    here = desk(db, seller)
    found = here.store.contact_point(here.seller.id, address_of(address))
    if found is None:
        raise NotFound("contact point", address)
    if as_json:
        show.print_json(show.as_data(found))
        return
    show.table(
        f"Recorded at {found.address}",
        ("happened", "what", "says", "by", "recorded"),
        _records(found),
    )


def _records(point: ContactPoint) -> Iterator[tuple[str, ...]]:
    plain: tuple[Any, ...] = (
        *point.grants,
        *point.revocations,
        *point.requests,
        *point.registry,
        *point.reassigned,
        *point.lines,
        *point.dealings,
    )
    told = [(each, _said(each.fact)) for each in plain]
    for review in point.reviews:
        text = review.received
        told.append((text, f"{review.status().value}: {text.fact.text}"))
    for each, said in sorted(told, key=lambda pair: pair[0].fact.at):
        name = type(each.fact).__name__
        what = "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()
        happened, recorded = show.instant(each.fact.at), show.instant(each.at)
        yield (happened, what, said, each.by or "", recorded)


def _said(fact: PointFact) -> str:
    """Say what a fact holds beside its instant, empty parts left out."""
    given = show.as_data(fact)
    skipped = {"at", "evidence", "number"}
    parts = (
        f"{name.replace('_', ' ')} {show.cell(value)}"
        for name, value in given.items()
        if name not in skipped
    )
    if isinstance(fact, Grant):
        wanted = [each.name for each in attrs.fields(Elements) if getattr(fact.elements, each.name)]
        named = f"to {', '.join(sorted(fact.sellers)) or 'nobody'}"
        held = f" ({', '.join(wanted)})" if wanted else ""
        asked = ", asked to be contacted" if fact.invitation else ""
        return f"{fact.level.name.lower()} {named}{held}{asked}"
    return ", ".join(parts)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    consent = typer.Typer(help="Consent given and taken back.", no_args_is_help=True)
    add(consent, grant)
    add(consent, revoke)
    add(consent, do_not_call, "do-not-call")
    add(consent, dealing)
    add(consent, show_point, "show")
    app.add_typer(consent, name="consent")
