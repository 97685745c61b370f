"""Messages of the outbox: what waits, what became of each, and what a person does about it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound
from leadcore.letters import DropLetter, LetterStatus, RetryLetter, WhyDropped
from leadcore.ports import OutboxQuery
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.paging import After, opened, tell_more
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.letters import Letter
    from leadcore.ports import OutboxEntry

__all__ = ["register"]

_PAGE = 500
Limit = Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)]
MessageId = Annotated[str, typer.Argument(metavar="MESSAGE", help="The message's id.")]


def outbox(
    limit: Limit = 30,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List messages that wait for delivery."""
    here = desk(db, seller)
    waiting = here.store.messages(limit, here.seller.id)
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


def listed(
    status: Annotated[
        list[LetterStatus] | None,
        typer.Option(help="Only those in this state; may be given several times."),
    ] = None,
    limit: Limit = 30,
    after: After = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List messages and where each of them is, oldest first."""
    here = desk(db, seller)
    query = OutboxQuery(
        seller_id=here.seller.id,
        statuses=frozenset(status) if status else None,
        limit=limit,
    )
    query = opened(query, after)
    found = here.store.letters(query)
    _told("Messages", found, as_json=as_json)
    tell_more(query, found, limit=limit, as_json=as_json)


def dead(
    limit: Limit = 30,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List messages that were given up: tried too often, or refused."""
    here = desk(db, seller)
    _told("Given up", islice(_given_up(here), limit), as_json=as_json)


def _given_up(here: Desk) -> Iterator[OutboxEntry]:
    for status in (LetterStatus.DEAD, LetterStatus.DROPPED):
        query = OutboxQuery(seller_id=here.seller.id, statuses=frozenset({status}), limit=_PAGE)
        while page := here.store.letters(query):
            for entry in page:
                if status is LetterStatus.DEAD or entry.letter.why is WhyDropped.REFUSED:
                    yield entry
            query = query.behind(page[-1])


def _told(title: str, entries: Iterable[OutboxEntry], *, as_json: bool) -> None:
    if as_json:
        for entry in entries:
            show.print_json(_data(entry))
        return
    show.table(
        title,
        ("message", "what", "to", "state", "tries", "said"),
        (
            (
                entry.message.id,
                entry.message.kind.value,
                entry.message.to,
                _state(entry.letter),
                str(entry.letter.tries),
                _said(entry.letter),
            )
            for entry in entries
        ),
    )


def _state(letter: Letter) -> str:
    if letter.why is not None:
        return f"{letter.status.value}: {letter.why.value.replace('_', ' ')}"
    if letter.due_at is not None and letter.status is not LetterStatus.CLAIMED:
        return f"{letter.status.value} until {show.instant(letter.due_at)}"
    return letter.status.value


def _said(letter: Letter) -> str:
    return " ".join(filter(None, (letter.said, ", ".join(letter.rules))))


def _data(entry: OutboxEntry) -> dict[str, Any]:
    return {"message": show.as_data(entry.message), "letter": show.as_data(entry.letter)}


def _entry(here: Desk, message: str) -> OutboxEntry:
    found = here.store.letter(message)
    if found is None or found.message.seller_id != here.seller.id:
        raise NotFound("message", message)
    return found


def shown(
    message: MessageId,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show a message whole, and all that became of it."""
    here = desk(db, seller)
    entry = _entry(here, message)
    events = here.store.journal("letter", message)
    if as_json:
        happened = [{"event": type(each).__name__, **show.as_data(each)} for each in events]
        show.print_json(_data(entry) | {"happened": happened})
        return
    told = entry.message
    head = (f"To: {told.to}", f"Subject: {told.subject}" if told.subject else "", "")
    for words in (*head, *told.body.split("\n"), ""):
        show.line(show.clean(words))
    for each in told.attachments:
        show.line(show.clean(f"With: {each.name} ({each.media_type})"))
    show.table(
        f"It is {_state(entry.letter)}",
        ("when", "what", "said"),
        (
            (
                show.instant(each.at),
                type(each).__name__.removeprefix("Letter").lower(),
                str(getattr(each, "said", None) or getattr(each, "by", None) or ""),
            )
            for each in events
        ),
    )


def retried(
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="[MESSAGE]...", help="Their ids.")
    ] = None,
    every_dead: Annotated[
        bool, typer.Option("--dead", help="Every one that `outbox dead` lists.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who wants it.")] = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Try messages again, now: held ones, dead ones, refused ones."""
    here = desk(db, seller)
    names = list(messages or ())
    if every_dead:
        names += [entry.message.id for entry in tuple(_given_up(here))]
    elif not names:
        raise Malformed.at("MESSAGE", "name one, or say --dead")
    for name in names:
        _keep(here, name, RetryLetter(by=by), "is tried again", as_json=as_json)


def dropped(
    message: MessageId,
    reason: Annotated[str, typer.Option(help="Why.")],
    by: Annotated[str, typer.Option(help="Who wants it.")] = "staff",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take a message back that was not delivered."""
    command = DropLetter(by=by, reason=reason)
    words = "is not delivered any more"
    _keep(desk(db, seller), message, command, words, as_json=as_json)


def _keep(
    here: Desk, name: str, command: RetryLetter | DropLetter, words: str, *, as_json: bool
) -> None:
    letter = here.store.run(
        bo.KeepLetter(seller_id=here.seller.id, message_id=name, command=command, at=now())
    )
    if as_json:
        show.print_json(show.as_data(letter))
    else:
        show.line(show.clean(f"Message {name} {words}."))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    add(app, outbox)
    for name, command in (
        ("list", listed),
        ("show", shown),
        ("dead", dead),
        ("retry", retried),
        ("drop", dropped),
    ):
        add(app, command, f"outbox {name}")
