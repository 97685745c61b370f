"""The demo: the main job told as a story, on files and people it brings along."""

from __future__ import annotations

import os
import shlex
import sqlite3
import sys
from contextlib import closing
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from leadcore.errors import Malformed
from leadcore_cli.context import AsJson, now, open_store
from leadcore_cli.running import add
from leadcore_cli.story import SELLER, Story
from leadcore_cli.voice import Voice
from leadcore_sqlalchemy import upgrade

__all__ = ["DATABASE", "register"]

DATABASE = "leadcore-demo.db"
"""The demo's own file; the only one it ever replaces."""

_MAGIC = b"SQLite format 3\0"
_FURTHER = (
    ("leads", "every lead, and who has it"),
    ("leads --as ada", "what Ada may see"),
    ('lead "Walter Nakamura" --why', "one lead whole, and why Dan got it"),
    ("refund list", "the returns"),
    ("statement north", "every cent of North"),
    ("audit", "fold the journal again"),
)


class Serve(Enum):
    """Is the portal served in the end?"""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo's database is put.")] = Path(),
    serve: Annotated[
        Serve,
        typer.Option(help="Serve the portal on these records in the end; auto: on a terminal."),
    ] = Serve.NEVER,
    port: Annotated[
        int, typer.Option(help="The portal's port; 0 for any free one.", min=0, max=65_535)
    ] = 8000,
    as_json: AsJson = False,
) -> None:
    """Tell the main job from start to end on records of its own.

    They are kept in leadcore-demo.db, made anew each time.
    """
    if not folder.is_dir():
        raise Malformed.at("--folder", f"there is no folder {folder}")
    path = folder / DATABASE
    voice = Voice(as_json=as_json)
    if _clear(path):
        voice.note("The demo ran here before; its records are made anew.")
    database = f"sqlite:///{path}"
    store = open_store(database)
    upgrade(store.engine)
    today = now().replace(microsecond=0)
    Story(store=store, today=today, voice=voice).tell()
    voice.chapter("Look further (the records stay in that file)")
    for words, what in _FURTHER:
        place = shlex.quote(database)
        voice.command(f"leadcore {words} --db {place}", what)
    if serve is Serve.ALWAYS or (serve is Serve.AUTO and _watched()):
        from leadcore_cli.showing import show_portal  # noqa: PLC0415 - slow, and seldom wanted

        show_portal(store, folder, port, voice, today=today)


def _watched() -> bool:
    """Say whether somebody sits before it who can stop it again."""
    return sys.stdout.isatty() and sys.stdin.isatty() and not os.environ.get("CI")


def _clear(path: Path) -> bool:
    """Remove what an earlier demo left; never anything else.

    Raises:
        Malformed: the file is somebody else's.
    """
    if not path.exists():
        return False
    if not _is_ours(path):
        message = "is there already and not the demo's; move it, or give another --folder"
        raise Malformed.at(str(path), message)
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)
    return True


def _is_ours(path: Path) -> bool:
    """Say whether the file holds nothing, or nothing but the demo's seller; changes nothing."""
    if path.is_dir():
        return False
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
    if magic != _MAGIC:
        return not magic
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
            names = {name for (name,) in found.execute("SELECT name FROM sqlite_master")}
            if not names:
                return True
            sellers = {key for (key,) in found.execute("SELECT id FROM leadcore_sellers")}
    except sqlite3.Error:
        return False
    return sellers <= {SELLER}


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, demo)
