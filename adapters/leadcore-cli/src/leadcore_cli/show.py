"""How answers look: tables and colours for people, JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leadcore import wire
from leadcore.decisions import Decision, Effect, Verdict
from leadcore.values import Money, Unlimited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

__all__ = ["console", "decision", "errors", "instant", "money", "print_json", "table", "verdict"]

console = Console(highlight=False, soft_wrap=False)
errors = Console(stderr=True, highlight=False)

_COLOURS = {
    Verdict.PERMITTED: "green",
    Verdict.WARN: "yellow",
    Verdict.DENIED: "red",
}
_MARKS = {Effect.PERMIT: "[green]yes[/]", Effect.WARN: "[yellow]but[/]", Effect.DENY: "[red]no[/]"}


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print a value as JSON on one line, so that lines stay records."""
    print(json.dumps(value, ensure_ascii=False), flush=True)  # noqa: T201 - what a command is for


def as_data(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Give a leadcore value as JSON data."""
    return wire.dump(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table, or one line where there is nothing to show."""
    filled = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for column in columns:
        number = column in {"amount", "balance", "price", "left", "sold", "weight"}
        filled.add_column(column, justify="right" if number else "left", overflow="fold")
    shown = 0
    for row in rows:
        filled.add_row(*(escape(cell(value)) for value in row))
        shown += 1
    if shown:
        console.print(filled)
    else:
        console.print(f"[bold]{escape(title)}[/]: nothing yet")


def cell(value: object) -> str:
    """Give a value as a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Unlimited):
        return "unlimited"
    return str(value)


def money(amount: Money) -> str:
    """Give an amount as people write it: `$1,234.50`, or with its currency's code."""
    sign = "-" if amount.minor < 0 else ""
    whole, cents = divmod(abs(amount.minor), 100)
    if amount.currency == "USD":
        return f"{sign}${whole:,}.{cents:02d}"
    return f"{sign}{whole:,}.{cents:02d} {amount.currency}"


def instant(at: datetime | None) -> str:
    """Give an instant to the minute, with its zone said."""
    return "–" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def verdict(answer: Decision) -> str:
    """Give a verdict in its colour."""
    return f"[{_COLOURS[answer.verdict]}]{answer.verdict.value}[/]"


def decision(title: str, answer: Decision) -> None:
    """Print a decision with every finding and when it would next be permitted."""
    console.print(f"[bold]{escape(title)}[/]: {verdict(answer)}")
    for finding in answer.findings:
        cited = f" [dim]({escape(finding.citation)})[/]" if finding.citation else ""
        console.print(
            f"  {_MARKS[finding.effect]} [bold]{escape(finding.rule)}[/] "
            f"{escape(finding.sentence)}{cited}"
        )
    if answer.verdict is Verdict.DENIED:
        if answer.next_permitted_at is not None:
            console.print(f"  next permitted: {instant(answer.next_permitted_at)}")
        elif answer.why_never:
            console.print(f"  never: {escape(answer.why_never)}")
    console.print(f"  [dim]as of {instant(answer.at)}, rulebook {escape(answer.rulebook)}[/]")
