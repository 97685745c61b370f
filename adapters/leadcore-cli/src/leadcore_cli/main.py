"""The `leadcore` command.

Exit codes: 0 done; 1 the rules said no, or some of the input could not be taken; 2 the command line
is wrong; 3 there is no such thing; 4 the input could not be read; 5 it does not fit the present
state; 6 somebody else was faster, try again.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from leadcore.errors import (
    Conflict,
    LeadcoreError,
    Malformed,
    NotFound,
    Refused,
    WrongState,
)
from leadcore_cli import show
from leadcore_cli.commands import asking, importing, looking, setting_up, telling
from leadcore_cli.commands.ordering import orders
from leadcore_cli.commands.refunding import refund

__all__ = ["EXIT_CODES", "app", "main"]

EXIT_CODES: dict[type[LeadcoreError], int] = {
    Refused: 1,
    NotFound: 3,
    Malformed: 4,
    WrongState: 5,
    Conflict: 6,
}
"""The exit code of each family of errors."""

_EPILOG = (
    "Exit codes: 0 done, 1 the rules said no or some input was not taken, 2 wrong command line, "
    "3 no such thing, 4 unreadable input, 5 does not fit the present state, 6 try again."
)

app = typer.Typer(
    name="leadcore",
    help="Sell leads, contact people lawfully, take returns, keep balances that add up.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
setting_up.register(app)
importing.register(app)
looking.register(app)
asking.register(app)
telling.register(app)
app.add_typer(orders, name="order")
app.add_typer(refund, name="refund")


def main() -> NoReturn:
    """Run the command and turn what went wrong into one clear line and an exit code."""
    try:
        app(standalone_mode=True)
    except LeadcoreError as error:
        _tell(error)
        sys.exit(EXIT_CODES[type(error)])
    except BrokenPipeError:
        # Whoever read our output stopped reading (`| head`); that is no fault.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(0)


def _tell(error: LeadcoreError) -> None:
    if isinstance(error, Refused):
        show.errors.print("[red]The rules say no:[/]")
        for finding in error.decision.determining:
            show.errors.print(f"  [bold]{finding.rule}[/] {finding.sentence}", markup=True)
    elif isinstance(error, Malformed):
        show.errors.print("[red]This can't be read:[/]")
        for problem in error.problems:
            show.errors.print(f"  {problem.path}: {problem.message}", markup=False)
    else:
        show.errors.print(str(error), style="red", markup=False)
