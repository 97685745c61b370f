"""The journal, published to NATS: once what waits, or on and on."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from leadcore.errors import Conflict, Malformed
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, existing_store, now
from leadcore_cli.running import add

if TYPE_CHECKING:
    from leadcore.ports import Feed
    from leadcore_nats import Publisher, Round

__all__ = ["register"]


@frozen(kw_only=True)
class _Asked:
    """What was asked for on the command line."""

    urls: list[str]
    stream: str
    prefix: str
    replicas: int
    batch: int
    follow: bool
    patience: timedelta
    as_json: bool


def publish(
    servers: Annotated[
        str,
        typer.Option(
            "--nats",
            envvar="LEADCORE_NATS",
            metavar="URL",
            help="nats://HOST:PORT or tls://HOST:PORT; of a cluster several, with commas.",
        ),
    ] = "nats://127.0.0.1:4222",
    stream: Annotated[str, typer.Option(help="JetStream's stream; made if missing.")] = "LEADCORE",
    prefix: Annotated[str, typer.Option(help="What subjects begin with.")] = "leadcore",
    replicas: Annotated[
        int, typer.Option(help="A stream made here is kept on so many servers.", min=1, max=5)
    ] = 1,
    batch: Annotated[int, typer.Option(help="So many events at once.", min=1, max=10_000)] = 256,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, until stopped.")
    ] = False,
    patience: Annotated[
        float, typer.Option(help="So many seconds NATS may take to answer at first.", min=0.1)
    ] = 10.0,
    from_now: Annotated[
        bool, typer.Option("--from-now", help="First mark all there is as published.")
    ] = False,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Publish the journal to NATS JetStream as CloudEvents: each event at least once."""
    if find_spec("leadcore_nats") is None:
        raise Malformed.at("publish", "needs the package leadcore-nats")
    store = existing_store(db)
    store.prepare_publishing()
    skipped = store.mark_all_published(at=now()) if from_now else 0
    asked = _Asked(
        urls=[url.strip() for url in servers.split(",")],
        stream=stream,
        prefix=prefix,
        replicas=replicas,
        batch=batch,
        follow=follow,
        patience=timedelta(seconds=patience),
        as_json=as_json,
    )
    try:
        published, held = asyncio.run(_published(store, asked))
    except ConnectionError as error:
        raise Malformed.at("--nats", str(error)) from None
    if as_json:
        show.print_json({"published": published, "held": held, "skipped": skipped})
    else:
        left_out = f", {skipped} marked unseen" if from_now else ""
        show.line(f"{published} events published{left_out}.")
    if held:
        raise Conflict(f"the stream did not take {held} events")


async def _published(feed: Feed, asked: _Asked) -> tuple[int, int]:
    """Publish; give how many events were published, and how many were not taken in the end."""
    from nats.errors import Error  # noqa: PLC0415 - only who publishes has it

    from leadcore_nats import Publisher, connected, keep_stream  # noqa: PLC0415 - the same

    async with connected(asked.urls, patience=asked.patience) as client:
        try:
            await keep_stream(
                client, stream=asked.stream, prefix=asked.prefix, replicas=asked.replicas
            )
        except Error as error:
            raise ConnectionError(f"no stream {asked.stream}: {error}") from error
        publisher = Publisher(feed, client, prefix=asked.prefix, batch=asked.batch)
        return await _rounds(publisher, asked)


async def _rounds(publisher: Publisher, asked: _Asked) -> tuple[int, int]:
    if asked.follow:
        return await publisher.run(_stopping(), told=lambda done: _tell(done, asked)), 0
    done = await publisher.publish()
    published, held = done.published, done.held
    while done.more:
        done = await publisher.publish()
        published, held = published + done.published, held + done.held
    return published, held


def _tell(done: Round, asked: _Asked) -> None:
    if done.published or done.held:
        if asked.as_json:
            show.print_json({"published": done.published, "held": done.held})
        else:
            held = f", {done.held} not taken yet" if done.held else ""
            show.line(f"{done.published} events published{held}")


def _stopping() -> asyncio.Event:
    """Give what is set when somebody stops this process."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, publish)
