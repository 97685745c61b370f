"""Hooks: where programs are told what happens."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from leadcore.errors import Malformed
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk
from leadcore_cli.running import add, stopped_by_signals
from leadcore_cli.sending import SECRET, sending_of

__all__ = ["register"]


def send(
    keep_on: Annotated[
        bool, typer.Option("--keep-on", help="Go on until stopped (Ctrl-C, SIGTERM).")
    ] = False,
    every: Annotated[int, typer.Option(help="Seconds between looks.", min=1, max=3600)] = 2,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Tell hooks what happened, once or until it is stopped; forget answers kept for a day.

    Several may run at once; a telling arrives at least once, signed, under the same id. `leadcore
    serve` does this by itself, `leadcore relay` and `leadcore tick` do it on the way.
    """
    here = desk(db, seller)
    sending = sending_of(here.plain, here.seller.id)
    if sending is None:
        raise Malformed.at(SECRET, "is not set, or leadcore-fastapi is not installed")
    stop = stopped_by_signals() if keep_on else threading.Event()
    seen = told = failed = 0
    forgotten = sending.tidy()
    while not stop.is_set():
        done = sending.round(stop)
        seen, told, failed = seen + done.seen, told + done.told, failed + done.failed
        if done.is_idle:
            if not keep_on:
                break
            stop.wait(every)
    if as_json:
        show.print_json({"seen": seen, "told": told, "failed": failed, "forgotten": forgotten})
        return
    show.line(f"{told} tellings arrived, {failed} did not yet; {forgotten} old answers forgotten.")


def register(app: typer.Typer) -> None:
    """Add this command."""
    group = typer.Typer(help="Hooks: where programs are told what happens.", no_args_is_help=True)
    group.callback()(lambda: None)
    add(group, send)
    app.add_typer(group, name="hooks")
