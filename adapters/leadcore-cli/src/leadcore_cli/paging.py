"""`--after`: a list goes on behind the page that told its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from leadcore_cli import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadcore.ports import Paged

__all__ = ["After", "opened", "tell_more"]

Q = TypeVar("Q", bound="Paged[Any]")

After = Annotated[
    str | None, typer.Option(metavar="CURSOR", help="Go on behind the page that told this.")
]


def opened(query: Q, after: str | None) -> Q:
    """Give the question for the page behind a cursor.

    Raises:
        Malformed: it is no cursor, or one of another list.
    """
    return query.opened(after, path="--after")


def tell_more(query: Paged[Any], found: Sequence[Any], *, limit: int, as_json: bool) -> None:
    """Tell where the list goes on, if it may; beside the records, to standard error."""
    if len(found) < limit:
        return
    words = f"More with --after {query.closed(found[-1])}"
    if as_json:
        show.errors().print(words, markup=False, soft_wrap=True)
    else:
        show.line(f"[dim]{words}[/]", first="  ")
