"""A bar that shows how far a file is read, to somebody who watches."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from leadcore_cli import show

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

__all__ = ["reading"]


@contextmanager
def reading(
    source: BinaryIO, file: Path, *, verb: str, quiet: bool
) -> Generator[Callable[[], None]]:
    """Show on standard error how far a file is read; gives what brings the bar up to date.

    Args:
        source: the open file; its place is asked for.
        file: its path, for its name and size.
        verb: what is being done to it.
        quiet: show nothing; nothing is shown either where standard error is no terminal.
    """
    if quiet or not show.errors().is_terminal:
        yield lambda: None
        return
    from rich.progress import (  # noqa: PLC0415 - slow, and only for somebody who watches
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=show.errors(),
        transient=True,
    )
    with bar:
        task = bar.add_task(f"{verb} {show.cell(file.name)}", total=file.stat().st_size)
        yield lambda: bar.update(task, completed=source.tell())
