"""How answers look: tables and colours for people, JSON for programs.

On a terminal, lines are wrapped with a hanging indent, and a table that is too wide puts its widest
columns on lines of their own, so that no id is ever broken. Anywhere else nothing is wrapped: one
line is one thing, for `grep`. What people and files gave is cleaned of control characters before
it is printed.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from leadcore.values import Money, Unlimited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rich.console import Console

    from leadcore.decisions import Decision
    from leadcore.exposure import Exposure

__all__ = [
    "as_data",
    "cell",
    "clean",
    "complain",
    "console",
    "decision",
    "errors",
    "exposure",
    "instant",
    "line",
    "money",
    "print_json",
    "table",
    "verdict",
]

_COLOURS = {"permitted": "green", "warn": "yellow", "denied": "red"}
_MARKS = {
    "permit": "[green]yes[/]",
    "warn": "[yellow]but[/]",
    "deny": "[red]no [/]",
}
_NUMBERS = frozenset(
    {"amount", "at least", "at most", "balance", "bonus", "left", "no.", "price", "sold", "weight"}
    | {"cost", "cycle", "money at most", "paid", "spent", "to be charged", "total"}
)
_NOTHING = "–"
_GAP = "  "


@cache
def console() -> Console:
    """Give what prints to standard output."""
    return _console()


@cache
def errors() -> Console:
    """Give what prints to standard error."""
    return _console(stderr=True)


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console  # noqa: PLC0415 - slow; answers in JSON need none

    class Ours(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Ours(stderr=stderr, highlight=False, soft_wrap=False)


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print a value as JSON on one line, so that lines stay records."""
    try:
        print(json.dumps(value, ensure_ascii=False))  # noqa: T201 - what a command is for
    except UnicodeEncodeError:
        # Half a surrogate pair, or a standard output that can't hold every character.
        print(json.dumps(value))  # noqa: T201 - what a command is for


def as_data(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Give a leadcore value as JSON data."""
    from leadcore import wire  # noqa: PLC0415 - slow; answers for people need none

    return wire.dump(value)


def clean(text: str) -> str:
    """Make text that came from outside safe to print: one line, no control characters.

    What would move the cursor, change colours or turn the reading direction is shown by its code;
    markup is taken literally.
    """
    return "".join(_printable(char) for char in text).replace("[", r"\[")


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else char.encode("unicode_escape").decode()


def line(
    markup: str, *, first: str = "", rest: str | None = None, to: Console | None = None
) -> None:
    """Print a line; on a terminal it is wrapped between words.

    Args:
        markup: what to print, in rich's markup.
        first: what stands before it, as it is.
        rest: what stands before the lines that follow when it is wrapped; spaces as wide as `first`
            if not given.
        to: where to; standard output if not given.
    """
    from rich.cells import cell_len  # noqa: PLC0415 - slow; answers in JSON need none
    from rich.text import Text  # noqa: PLC0415 - the same

    out = to or console()
    text = Text.from_markup(markup)
    if not out.is_terminal:
        out.print(Text.assemble(first, text), soft_wrap=True)
        return
    further = " " * len(first) if rest is None else rest
    # A word that is wider than the terminal, such as an id or a path, is never broken.
    longest = max((cell_len(word) for word in text.plain.split()), default=0)
    room = max(longest, out.width - max(len(first), len(further)))
    for number, part in enumerate(text.wrap(out, room)):
        part.rstrip()
        out.print(Text.assemble(further if number else first, part), soft_wrap=True)


def complain(sentence: str, problems: Sequence[tuple[str, str]] = ()) -> None:
    """Tell on standard error what went wrong, and each problem with its place."""
    line(f"[red]{clean(sentence)}[/]", to=errors())
    for place, message in problems:
        named = f"[bold]{clean(place)}[/]: " if place else ""
        line(f"{named}{clean(message)}", first="  ", rest="      ", to=errors())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table, or one line where there is nothing to show."""
    cells = [[cell(value) for value in row] for row in rows]
    if not cells:
        line(f"[bold]{clean(title)}[/]: nothing yet")
        return
    widths = [_widest(column) for column in zip(columns, *cells, strict=True)]
    beside, below = _fit(columns, widths)
    line(f"[bold]{clean(title)}[/]")
    line(f"[dim]{_row(columns, columns, widths, beside)}[/]")
    for row in cells:
        line(_row(columns, row, widths, beside))
        for column in below:
            if row[column] == _NOTHING:
                continue
            line(clean(row[column]), first=f"    {columns[column]} ", rest=" " * 8)


def _widest(texts: Iterable[str]) -> int:
    from rich.cells import cell_len  # noqa: PLC0415 - slow; answers in JSON need none

    return max(cell_len(text) for text in texts)


def _fit(columns: Sequence[str], widths: Sequence[int]) -> tuple[list[int], list[int]]:
    """Give the columns that fit beside each other, and those that go below, in order."""
    beside, below = list(range(len(columns))), list[int]()
    out = console()
    if not out.is_terminal:
        return beside, below
    while len(beside) > 1 and sum(widths[c] + len(_GAP) for c in beside) - len(_GAP) > out.width:
        widest = max(beside, key=lambda column: widths[column])
        beside.remove(widest)
        below.append(widest)
    return beside, sorted(below)


def _row(
    columns: Sequence[str], row: Sequence[str], widths: Sequence[int], beside: Sequence[int]
) -> str:
    padded: list[str] = []
    for column in beside:
        space = " " * (widths[column] - _widest((row[column],)))
        text = clean(row[column])
        padded.append(space + text if columns[column] in _NUMBERS else text + space)
    return _GAP.join(padded).rstrip()


def cell(value: object) -> str:
    """Give a value as a person reads it, on one line."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Unlimited):
        return "unlimited"
    return "".join(_printable(char) for char in str(value))


def money(amount: Money) -> str:
    """Give an amount as people write it: `$1,234.50`, or with its currency's code."""
    sign = "-" if amount.minor < 0 else ""
    whole, part = divmod(abs(amount.minor), 10**amount.decimals)
    digits = f"{whole:,}.{part:0{amount.decimals}d}" if amount.decimals else f"{whole:,}"
    return f"{sign}${digits}" if amount.currency == "USD" else f"{sign}{digits} {amount.currency}"


def instant(at: datetime | None) -> str:
    """Give an instant (UTC) to the minute, with its zone said."""
    return _NOTHING if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def verdict(answer: Decision) -> str:
    """Give a verdict in its colour."""
    return f"[{_COLOURS[answer.verdict.value]}]{answer.verdict.value}[/]"


def decision(title: str, answer: Decision) -> None:
    """Print a decision with every finding and when it would next be permitted."""
    line(f"[bold]{clean(title)}[/]: {verdict(answer)}")
    for finding in answer.findings:
        cited = f" [dim]({clean(finding.citation)})[/]" if finding.citation else ""
        line(
            f"{_MARKS[finding.effect.value]} [bold]{clean(finding.rule)}[/] "
            f"{clean(finding.sentence)}{cited}",
            first="  ",
            rest="      ",
        )
    if answer.verdict.value == "denied":
        if answer.next_permitted_at is not None:
            line(f"next permitted: {instant(answer.next_permitted_at)}", first="  ")
        elif answer.why_never:
            line(f"never: {clean(answer.why_never)}", first="  ", rest="      ")
    line(f"[dim]as of {instant(answer.at)}, rulebook {clean(answer.rulebook)}[/]", first="  ")


def exposure(cost: Exposure) -> None:
    """Print what a contact could cost if it were made and disputed; nothing where nothing could."""
    for each in cost.liabilities:
        second = "; with a second one within twelve months" if each.needs_second else ""
        line(
            f"if disputed: {money(each.low)} to {money(each.high)} by {clean(each.citation)} "
            f"[dim]({', '.join(each.rules)}{second})[/]",
            first="  ",
            rest="      ",
        )
