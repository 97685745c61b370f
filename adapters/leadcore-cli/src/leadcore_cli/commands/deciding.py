"""The door for programs in any language: questions in JSON Lines, answers in JSON Lines."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from leadcore_cli import show
from leadcore_cli.lines import LONGEST, answered, too_long, written
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

__all__ = ["register"]

_CHUNK = 64 * 1024


def decide(
    file: Annotated[
        str, typer.Argument(help="A file of questions, or - for standard input.")
    ] = "-",
    port: Annotated[
        int | None,
        typer.Option("--http", help="Answer over HTTP on this port instead; 0 for a free one."),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen: this machine only, unless said.")
    ] = "127.0.0.1",
    as_json: Annotated[
        bool, typer.Option("--json", help="As everywhere; the answers are JSON anyway.")
    ] = False,
) -> None:
    """Answer JSON Lines questions, one answer a line, in order, as they come.

    A line that can't be read as a question is answered with what is wrong with it, and the run goes
    on; then the exit code is 1 at the end. Blank lines are skipped. With --http they are posted to
    /decide.
    """
    if port is not None:
        _serve(host, port, as_json=as_json)
        return
    wrong, before = False, 0
    out = sys.stdout.buffer
    with ExitStack() as stack:
        source = sys.stdin.buffer if file == "-" else stack.enter_context(Path(file).open("rb"))
        for batch in _batches(cast("BufferedReader", source)):
            for number, line in enumerate(batch, before + 1):
                if line is not None and not line.strip():
                    continue
                said = too_long(number) if line is None else answered(line, number)
                wrong = wrong or "error" in said
                out.write(written(said))
            before += len(batch)
            # Before waiting for more: who asks one question at a time gets the answer at once.
            out.flush()
    if wrong:
        raise typer.Exit(1)


def _batches(given: BufferedReader) -> Iterator[list[bytes | None]]:
    """Give the lines that have come, as they come; None for one that is too long to keep."""
    begun, skipping = b"", False
    while chunk := given.read1(_CHUNK):
        *ended, rest = chunk.split(b"\n")
        batch: list[bytes | None] = []
        for part in ended:
            too_long = skipping or len(begun) + len(part) > LONGEST
            batch.append(None if too_long else begun + part)
            begun, skipping = b"", False
        skipping = skipping or len(begun) + len(rest) > LONGEST
        begun = b"" if skipping else begun + rest
        yield batch
    yield [None] if skipping else [begun]


def _serve(host: str, port: int, *, as_json: bool) -> None:
    """Answer over HTTP until the process is told to end."""
    from leadcore_cli.answering import answering  # noqa: PLC0415 - nobody else needs a server

    with answering(host, port) as server:
        if as_json:
            show.print_json({"address": server.address})
        else:
            show.line(show.clean(f"Post questions to {server.address}"))
        sys.stdout.flush()
        server.until_told()


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, decide)
