"""How a command ends: what went wrong becomes a clear line and an exit code, never a traceback.

Exit codes: 0 done; 1 the rules said no, or some of the input was not taken; 2 the command line is
wrong; 3 there is no such thing; 4 something given can't be read (a value, a file, the database);
5 it does not fit the present state; 6 somebody else was faster, try again.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

from leadcore.errors import (
    Conflict,
    LeadcoreError,
    Malformed,
    NotFound,
    Refused,
    WrongState,
)
from leadcore_cli import show
from leadcore_cli.context import closing_stores

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EXIT_CODES", "Command", "add", "stopped_by_signals"]

EXIT_CODES: dict[type[LeadcoreError], int] = {
    Refused: 1,
    NotFound: 3,
    Malformed: 4,
    WrongState: 5,
    Conflict: 6,
}
"""The exit code of each family of errors."""


class Command(TyperCommand):
    """A command whose errors are told, in JSON where the answer would have been JSON."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own types are private
        """Run the command.

        Raises:
            typer.Exit: it went wrong in a way that was told; carries the exit code.
        """
        try:
            try:
                with closing_stores():
                    return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read our output stopped reading (`| head`); that is no fault.
            _let_go()
            raise typer.Exit(0) from None
        except Exception as error:
            known = _known(error)
            if known is None:
                raise
            _tell(known, as_json=bool(ctx.params.get("as_json")))
            raise typer.Exit(EXIT_CODES[type(known)]) from None


def add(app: typer.Typer, function: Callable[..., None], name: str | None = None) -> None:
    """Add a command to a group, under the function's name unless another is given."""
    app.command(name, cls=Command)(function)


def stopped_by_signals() -> threading.Event:
    """Give what is set when somebody stops this process, by Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _let_go() -> None:
    # What is still buffered is flushed at the end of the process and would fail once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _known(error: Exception) -> LeadcoreError | None:
    if isinstance(error, Conflict) and _lost(error.__cause__):
        return _of_database(error.__cause__)
    if isinstance(error, LeadcoreError):
        return error
    if isinstance(error, OSError) and error.filename is not None:
        return Malformed.at(str(error.filename), str(error.strerror).lower())
    if type(error).__module__.partition(".")[0] == "sqlalchemy":
        return _of_database(error)
    return None


def _lost(cause: object) -> bool:
    """Say whether a store gave up because there was no database to talk to."""
    said = getattr(cause, "orig", None)
    return said is not None and not (
        getattr(said, "sqlstate", None) or getattr(said, "sqlite_errorcode", None)
    )


_NOT_THERE = ("no such table", "no such column", "has no column named")
_NO_TABLE_OR_COLUMN = frozenset({"42P01", "42703"})


def _of_database(error: BaseException | None) -> LeadcoreError | None:
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - loaded already if one was raised

    if not isinstance(error, DBAPIError):
        return None
    said = " ".join(str(error.orig).split())
    unknown = any(words in said for words in _NOT_THERE)
    if unknown or getattr(error.orig, "sqlstate", None) in _NO_TABLE_OR_COLUMN:
        message = f"is not set up, or not up to date; run `leadcore init` first ({said})"
        return Malformed.at("--db", message)
    return Malformed.at("--db", f"can't be used: {said}")


def _tell(error: LeadcoreError, *, as_json: bool) -> None:
    if as_json:
        show.print_json(_data(error))
    elif isinstance(error, Refused):
        show.complain(
            "The rules say no:", [(f.rule, f.sentence) for f in error.decision.determining]
        )
    elif isinstance(error, Malformed):
        show.complain("This can't be read:", [(p.path, p.message) for p in error.problems])
    else:
        show.complain(_sentence(error))


def _sentence(error: LeadcoreError) -> str:
    if isinstance(error, Conflict):
        return f"somebody else was faster ({error.what}); try again"
    return str(error)


def _data(error: LeadcoreError) -> dict[str, object]:
    if isinstance(error, Refused):
        problems = [{"path": f.rule, "message": f.sentence} for f in error.decision.determining]
        return {"error": problems, "decision": show.as_data(error.decision)}
    if isinstance(error, Malformed):
        return {"error": [{"path": p.path, "message": p.message} for p in error.problems]}
    return {"error": [{"path": "", "message": _sentence(error)}]}
