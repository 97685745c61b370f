"""The relay: deliver what is due, once, or again and again until it is stopped."""

from __future__ import annotations

import os
import socket
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore.letters import LetterStatus, RelayPlan
from leadcore.relay import Relay, deliver_due
from leadcore_cli import show
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    SellerOption,
    desk,
    fresh_id,
    now,
)
from leadcore_cli.couriers import Named, couriers_of
from leadcore_cli.running import add, stopped_by_signals
from leadcore_cli.sending import sending_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore_cli.sending import Sending

__all__ = ["register"]


def relay(
    smtp: Annotated[
        str | None,
        typer.Option(
            envvar="LEADCORE_SMTP",
            metavar="URL",
            help="The mail server: smtp://USER:PASSWORD@HOST:PORT or smtps://…",
        ),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option(
            envvar="LEADCORE_MAIL_FROM", metavar="ADDRESS", help="Whose e-mails they are."
        ),
    ] = None,
    courier: Annotated[
        list[str] | None,
        typer.Option(
            envvar="LEADCORE_COURIERS",
            metavar="URL",
            help="twilio://SENDER for texts, apprise:URL for messages to staff; may be repeated.",
        ),
    ] = None,
    to_folder: Annotated[
        Path | None,
        typer.Option(help="Write messages into this folder instead: nobody is told anything."),
    ] = None,
    keep_on: Annotated[
        bool, typer.Option("--keep-on", help="Go on until stopped (Ctrl-C, SIGTERM).")
    ] = False,
    every: Annotated[int, typer.Option(help="Seconds between looks.", min=1, max=3600)] = 5,
    batch: Annotated[int, typer.Option(help="So many at once.", min=1, max=1000)] = 20,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Deliver what is due, once or until it is stopped.

    Every message to a person is asked about anew before it goes. Several may run at once; a
    message is delivered at least once, those about a lead in order. Where the API is installed and
    LEADCORE_SECRET is set, hooks are told what happened: once after the messages, or beside them.
    """
    here = desk(db, seller)
    named = Named(smtp=smtp, sender=sender, urls=tuple(courier or ()), to_folder=to_folder)
    couriers = couriers_of(named, here.seller.terms)
    name = f"{socket.gethostname()}-{os.getpid()}"
    relaying = Relay(
        name=name, plan=RelayPlan(batch=batch), seller_id=here.seller.id, seed=fresh_id(now())
    )
    sending = sending_of(here.plain, here.seller.id)
    became: Counter[LetterStatus] = Counter()

    def deliver() -> bool:
        done = deliver_due(relaying, here.plain, couriers, now)
        became.update(dict(done.became))
        return bool(done.claimed)

    try:
        if keep_on:
            tellings = _kept_on(deliver, sending, every)
        else:
            while deliver():
                pass
            tellings = None if sending is None else sending.round().told
    except Exception:
        if became:  # whatever went wrong after it
            _told(became, None, as_json=as_json)
        raise
    _told(became, tellings, as_json=as_json)


def _kept_on(deliver: Callable[[], bool], sending: Sending | None, every: float) -> int | None:
    """Deliver until it is stopped, while hooks are told in a thread: a slow one holds nobody up."""
    stop = stopped_by_signals()
    sender = None if sending is None else sending.sender()
    with nullcontext() if sender is None else sender:
        while not stop.is_set():
            if not deliver():
                stop.wait(every)
    return None if sender is None else sender.told


def _told(became: Counter[LetterStatus], tellings: int | None, *, as_json: bool) -> None:
    if as_json:
        told = {} if tellings is None else {"hooks_told": tellings}
        show.print_json({status.value: became[status] for status in LetterStatus} | told)
        return
    if tellings:
        show.line(f"{tellings} tellings arrived at hooks.")
    if not became:
        show.line("Nothing is due.")
        return
    show.table(
        "Delivered",
        ("state", "no."),
        ((status.value, str(became[status])) for status in LetterStatus if became[status]),
    )


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, relay)
