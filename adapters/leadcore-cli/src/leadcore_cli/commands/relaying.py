"""The relay: deliver what is due, once, or again and again until it is stopped."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore.errors import Malformed
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
from leadcore_cli.folder import FolderCourier
from leadcore_cli.running import add

if TYPE_CHECKING:
    from leadcore.ports import Courier
    from leadcore_cli.context import Desk

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
    """Deliver what is due: every message to a person is asked about anew before it goes.

    Several may run at once; a message is delivered at least once, those about a lead in order.
    """
    here = desk(db, seller)
    couriers = _couriers(here, smtp, sender, to_folder)
    name = f"{socket.gethostname()}-{os.getpid()}"
    relaying = Relay(
        name=name, plan=RelayPlan(batch=batch), seller_id=here.seller.id, seed=fresh_id(now())
    )
    stop = threading.Event()
    if keep_on:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
    became: Counter[LetterStatus] = Counter()
    while not stop.is_set():
        done = deliver_due(relaying, here.plain, couriers, now)
        became.update(dict(done.became))
        if not done.claimed:
            if not keep_on:
                break
            stop.wait(every)
    _told(became, as_json=as_json)


def _couriers(
    here: Desk, smtp: str | None, sender: str | None, to_folder: Path | None
) -> list[Courier]:
    """Give whom messages are handed to.

    Raises:
        Malformed: nobody was named, or both; or no sender.
    """
    if (smtp is None) == (to_folder is None):
        raise Malformed.at("--smtp", "name a mail server, or a --to-folder")
    if to_folder is not None:
        return [FolderCourier(to_folder)]
    if sender is None:
        raise Malformed.at("--sender", "e-mails go out in somebody's name")
    try:
        leadcore_smtp: Any = import_module("leadcore_smtp")
    except ImportError:
        raise Malformed.at("--smtp", "needs the distribution leadcore-smtp") from None
    terms = here.seller.terms
    whose = leadcore_smtp.MailSender(address=sender, name=terms.name, reply_to=terms.inbox)
    courier: Courier = leadcore_smtp.SmtpCourier(leadcore_smtp.server_of(smtp), whose)
    return [courier]


def _told(became: Counter[LetterStatus], *, as_json: bool) -> None:
    if as_json:
        show.print_json({status.value: became[status] for status in LetterStatus})
        return
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
