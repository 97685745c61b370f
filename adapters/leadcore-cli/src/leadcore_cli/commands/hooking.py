"""Hooks: where programs are told what happens."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore.errors import Malformed
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk
from leadcore_cli.running import add, stopped_by_signals
from leadcore_cli.sending import SECRET, sending_of

if TYPE_CHECKING:
    from leadcore_cli.sending import Sending

__all__ = ["register"]

_LOG = logging.getLogger("leadcore.cli")


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
    did = dict.fromkeys(("seen", "told", "failed"), 0) | {"forgotten": sending.tidy()}
    try:
        while not stop.is_set():
            done = _round(sending, stop, keep_on=keep_on)
            if done is not None:
                for name in ("seen", "told", "failed"):
                    did[name] += getattr(done, name)
            if done is None or done.is_idle:
                if not keep_on:
                    break
                stop.wait(every)
    finally:  # what arrived is told, whatever went wrong after it
        _told(did, as_json=as_json)


def _round(sending: Sending, stop: threading.Event, *, keep_on: bool) -> Any:  # noqa: ANN401 - of a package that may be missing
    """Give what a round did; None if it failed and is to be tried again, as where it is served."""
    try:
        return sending.round(stop)
    except Exception:
        if not keep_on:
            raise
        _LOG.exception("sending to hooks failed; it is tried again")
        return None


def _told(did: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        show.print_json(did)
        return
    arrived = f"{did['told']} tellings arrived, {did['failed']} did not yet"
    show.line(f"{arrived}; {did['forgotten']} old answers forgotten.")


def register(app: typer.Typer) -> None:
    """Add this command."""
    group = typer.Typer(help="Hooks: where programs are told what happens.", no_args_is_help=True)
    group.callback()(lambda: None)
    add(group, send)
    app.add_typer(group, name="hooks")
