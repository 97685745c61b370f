"""The door for programs in any language: questions in JSON Lines, answers in JSON Lines."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, cast

import typer

from leadcore.door import answer
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

__all__ = ["register"]

LONGEST = 1_000_000
"""Bytes a line of questions may have; a longer one is answered with an error."""

_CHUNK = 64 * 1024
_MARK = "\ufeff"
"""What some programs put at the beginning of a file in UTF-8."""


def decide(
    file: Annotated[
        str, typer.Argument(help="A file of questions, or - for standard input.")
    ] = "-",
    as_json: Annotated[  # noqa: ARG001 - read by `running.Command`
        bool, typer.Option("--json", help="As everywhere; the answers are JSON anyway.")
    ] = False,
) -> None:
    """Answer JSON Lines questions, one answer a line, in order, as they come.

    A line that can't be read as a question is answered with what is wrong with it, and the run goes
    on; then the exit code is 1 at the end.
    """
    wrong = False
    out = sys.stdout.buffer
    with ExitStack() as stack:
        source = sys.stdin.buffer if file == "-" else stack.enter_context(Path(file).open("rb"))
        for batch in _batches(cast("BufferedReader", source)):
            for line in batch:
                if line is not None and not line.strip():
                    continue
                said = _answer(line)
                wrong = wrong or "error" in said
                out.write(_written(said))
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


def _answer(line: bytes | None) -> dict[str, Any]:
    if line is None:
        return _error(f"is longer than {LONGEST:,} bytes")
    try:
        question = json.loads(line.decode().removeprefix(_MARK), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return _error(f"is not UTF-8 at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return _error(f"is no JSON: {error}")
    return answer(question)


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _error(message: str) -> dict[str, Any]:
    return {"id": None, "error": [{"path": "", "message": message}]}


def _written(said: dict[str, Any]) -> bytes:
    try:
        return f"{json.dumps(said, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:
        # Half a surrogate pair came with the question, escaped; so it goes back.
        return f"{json.dumps(said)}\n".encode()


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, decide)
