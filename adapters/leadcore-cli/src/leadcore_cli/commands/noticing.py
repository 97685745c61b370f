"""How messages read: a preview of each kind, on made-up facts, in the seller's own words."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore import notices
from leadcore.accounts import words_of
from leadcore.errors import Malformed
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.notices import (
    ENGLISH,
    AppointmentNews,
    AppointmentTold,
    DutyTold,
    LogInChanged,
    LogInTold,
    NoticeTerms,
    Sender,
    catalogue_of,
)
from leadcore.people import Profile, User
from leadcore.refunds import Refund, RefundStatus, VerificationDates
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.values import (
    AccountId,
    Email,
    LeadId,
    Money,
    OrderId,
    PersonName,
    RefundId,
    SaleId,
    SellerId,
    UserId,
)
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.running import add
from leadcore_cli.terms_files import read_terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from leadcore.notices import Catalogue, Message

__all__ = ["register"]

_SELLER, _ACCOUNT, _LEAD = SellerId("seller"), AccountId("account"), LeadId("lead-1")
_USER = User(
    id=UserId("ann"),
    seller_id=_SELLER,
    account_id=_ACCOUNT,
    parent_id=None,
    profile=Profile(
        name="Ann Example",
        email="ann@office.example",
        cell="+12125550101",
        toll_free="+18005550100",
        website="https://office.example",
        admin=True,
    ),
)
_ZONE = "America/New_York"


def _sale(at: datetime) -> Sale:
    return Sale(
        id=SaleId("sale-1"),
        lead_id=_LEAD,
        order_id=OrderId("order-1"),
        account_id=_ACCOUNT,
        user_id=_USER.id,
        price=Money(2_500, "USD"),
        sold_at=at,
    )


def _lead(at: datetime) -> Lead:
    asked = Submission(
        source=Source(format="preview"),
        name=PersonName(full="Grace Example"),
        emails=(Email(raw="grace@person.example", normal="grace@person.example"),),
        area="family law",
    )
    return Lead(
        id=_LEAD,
        seller_id=_SELLER,
        source_key="preview",
        submission=asked,
        status=LeadStatus.SOLD,
        received_at=at,
        sale=_sale(at),
    )


def _duty(at: datetime) -> DutyTold:
    return DutyTold(lead_id=_LEAD, person="Grace Example", due_at=at, zone=_ZONE, step=2, steps=5)


def _log_in(at: datetime) -> LogInTold:
    return LogInTold(
        key="preview",
        to="ann@office.example",
        name="Ann Example",
        seller="The Seller",
        link="https://portal.example/choose/SECRET",
        expires_at=at + timedelta(days=2),
        zone=_ZONE,
        user_id=_USER.id,
        seller_id=_SELLER,
    )


def _sender(at: datetime) -> Sender:
    return Sender(id="preview", number="+12125550199", name="The Seller", seller_id=_SELLER, at=at)


def _appointment(news: AppointmentNews, at: datetime, words: Catalogue) -> tuple[Message, ...]:
    told = AppointmentTold(
        id="preview",
        news=news,
        turn=0,
        lead_id=_LEAD,
        title="First talk",
        begins_at=at + timedelta(days=1),
        ends_at=at + timedelta(days=1, minutes=30),
        zone=_ZONE,
        place="12 Main Street",
    )
    return notices.appointment_told(told, _USER, at=at, catalogue=words)


def _money(at: datetime, words: Catalogue) -> tuple[Message, ...]:
    return notices.low_balance(
        _USER,
        crossing=1,
        available=Money(4_250, "USD"),
        below=Money(10_000, "USD"),
        at=at,
        catalogue=words,
    )


def _refund(status: RefundStatus, at: datetime, words: Catalogue) -> tuple[Message, ...]:
    day = at.date()
    refund = Refund(
        id=RefundId("preview"),
        seller_id=_SELLER,
        account_id=_ACCOUNT,
        sale_id=SaleId("sale-1"),
        lead_id=_LEAD,
        lead_kind=LeadKind.WEB,
        amount=Money(2_500, "USD"),
        reason="wrong_number",
        detail="somebody else answers",
        other_lead=None,
        requested_by=_USER.id,
        requested_at=at,
        expected=VerificationDates(earliest=day, latest=day, crosses_month_end=False),
        status=status,
        round=1,
        note="The number is another person's.",
    )
    return notices.refund_told(_lead(at), _sale(at), refund, _USER, at=at, catalogue=words)


_CHANGED = LogInChanged(
    key="preview",
    to="ada@example.com",
    name="Ada Reyes",
    seller="The Seller",
    zone=_ZONE,
    user_id=_USER.id,
    seller_id=_SELLER,
)

_KINDS: dict[str, Callable[[datetime, Catalogue], tuple[Message, ...]]] = {
    "confirmation": lambda at, words: notices.confirmation(
        _lead(at), _sale(at), _USER.profile, catalogue=words
    ),
    "courtesy": lambda at, words: notices.courtesy(_lead(at), _sale(at), _USER, catalogue=words),
    **{
        f"refund-{status.value}": partial(_refund, status)
        for status in (RefundStatus.APPROVED, RefundStatus.DECLINED, RefundStatus.REVERSED)
    },
    "low-balance": _money,
    "optout": lambda at, words: (notices.optout_confirmed(_sender(at), catalogue=words),),
    "help": lambda at, words: (notices.help_told(_sender(at), catalogue=words),),
    "courtesy-reply": lambda at, words: (
        notices.courtesy_answered(_sender(at), _USER, catalogue=words),
    ),
    **{f"appointment-{news.value}": partial(_appointment, news) for news in AppointmentNews},
    "first-contact": lambda at, words: notices.first_contact_overdue(
        _duty(at), _USER, at=at, catalogue=words
    ),
    "follow-up": lambda at, words: notices.follow_up_due(_duty(at), _USER, at=at, catalogue=words),
    "invitation": lambda at, words: (notices.invitation(_log_in(at), at=at, catalogue=words),),
    "password-reset": lambda at, words: (
        notices.password_reset(_log_in(at), at=at, catalogue=words),
    ),
    "password-changed": lambda at, words: (
        notices.password_changed(_CHANGED, at=at, catalogue=words),
    ),
    "address-changed": lambda at, words: (
        notices.address_changed(_CHANGED, at=at, catalogue=words),
    ),
}


def preview(
    kind: Annotated[str, typer.Argument(help="What for; an unknown one lists them all.")],
    language: Annotated[
        str | None, typer.Option(help="In our words of this language, not the seller's.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="The page instead of the text.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show how a kind of message reads, on made-up facts; nobody is told anything."""
    made = _KINDS.get(kind)
    if made is None:
        raise Malformed.at("KIND", f"is one of {', '.join(_KINDS)}; not {kind!r}")
    if language is None:
        catalogue = words_of(desk(db, seller).seller)
    else:
        catalogue = catalogue_of(NoticeTerms(language=language))
    for message in made(now(), catalogue):
        if as_json:
            show.print_json(show.as_data(message))
            continue
        text = message.html if html else message.body
        head = (f"To: {message.to}", f"Subject: {message.subject}" if message.subject else None)
        for each in (*head, "", *text.split("\n"), ""):
            if each is not None:
                show.line(show.clean(each))


def words(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="TOML or JSON: language, and texts of our own."),
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Word the seller's messages as a file says; without one, list every text as it is now.

    A file says `language = "es"`, and for each text that replaces ours `[[texts]]` with its `key`
    and its `text`. A text can only name facts that its kind of message may tell.
    """
    here = desk(db, seller)
    terms = here.seller.terms
    if file is not None:
        said = read_terms(file, NoticeTerms, terms.notices or NoticeTerms())
        kept = here.store.run(
            bo.EditSellerTerms(
                seller_id=here.seller.id, terms=replace(terms, notices=said), at=now()
            )
        )
        terms = kept.terms
    catalogue = catalogue_of(terms.notices)
    own = {each.key for each in terms.notices.texts} if terms.notices else set[str]()
    for key in ENGLISH.texts:
        if as_json:
            show.print_json(
                {"key": key, "text": catalogue.text(key), "own": key in own}
                | {"language": catalogue.language}
            )
        elif file is None or key in own:
            text = " ".join(catalogue.text(key).split())
            show.line(show.clean(f"{key}{' (own)' if key in own else ''}: {text}"))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="How messages read.", no_args_is_help=True)
    add(group, preview)
    add(group, words)
    app.add_typer(group, name="notice")
