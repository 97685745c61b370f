"""The end of the demo: its portal, served on this machine alone until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.errors import Malformed
from leadcore_cli.office import LOG_INS, PASSWORD, Office
from leadcore_cli.processors import DemoProcessor
from leadcore_cli.serving import listening
from leadcore_cli.story import SELLER

if TYPE_CHECKING:
    import socket
    from datetime import datetime
    from pathlib import Path

    from leadcore_cli.voice import Voice
    from leadcore_sqlalchemy import SqlStore

__all__ = ["FILES", "show_portal"]

FILES = "leadcore-demo-files"
"""The folder in which the demo's recordings and files are kept."""
_HOST = "127.0.0.1"
_GRACE = 5


def show_portal(store: SqlStore, folder: Path, port: int, voice: Voice, *, today: datetime) -> None:
    """Make the office, tell address and log-ins, and serve until Ctrl-C or SIGTERM.

    Args:
        store: with the story's records.
        folder: where the demo keeps its things.
        port: to listen at; 0, or one that is taken: any free one.
        voice: how it is told.
        today: the instant the story was told at.

    Raises:
        Malformed: the portal is not installed.
    """
    try:
        import uvicorn  # noqa: PLC0415 - slow, and the portal's own

        from leadcore_portal import Settings, portal  # noqa: PLC0415 - not always there
    except ModuleNotFoundError as error:
        raise Malformed.at("--serve", f"needs leadcore-portal: {error}") from error
    from leadcore_argon2 import Argon2Hasher, BadPasswords  # noqa: PLC0415 - slow, and seldom wanted
    from leadcore_files import FolderKeeper  # noqa: PLC0415 - slow, and seldom wanted

    hasher, keeper = Argon2Hasher(), FolderKeeper(folder / FILES)
    encoded = hasher.hash(PASSWORD)
    Office(store=store, seller_id=SELLER, today=today, encoded=encoded, files=keeper).open()
    settings = Settings(
        store=store,
        seller_id=SELLER,
        files=keeper,
        processor=DemoProcessor(),
        secure=False,
        hasher=hasher,
        common=(BadPasswords(),),
    )
    with _listening(port) as listener:
        address = f"http://{_HOST}:{listener.getsockname()[1]}/"
        _tell(voice, address)
        config = uvicorn.Config(
            portal(settings),
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            log_level="warning",
            access_log=False,
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    """Give a socket at a port of this machine, or at any free one where that is taken."""
    try:
        return listening(_HOST, port)
    except Malformed:
        return listening(_HOST, 0)


def _tell(voice: Voice, address: str) -> None:
    voice.chapter("The portal, on this machine alone")
    voice.command(address, f"everybody's password: {PASSWORD}")
    for user, what in LOG_INS:
        voice.say(f"{user}@example.com: {what}")
    voice.note("Ctrl-C stops it.")
