"""Bring the tables up to date. The revisions are part of this distribution.

They keep their place in a version table of their own (`leadcore_version`), so a host application's
own Alembic history is not disturbed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from leadcore_sqlalchemy.engines import prepare

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["VERSION_TABLE", "downgrade", "upgrade", "upgrade_async"]

VERSION_TABLE = "leadcore_version"
"""Where the newest applied revision is kept."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Make or change the tables up to a revision, in one transaction; nothing if they are there.

    Several processes may do so at once: on SQLite one waits for the other; on PostgreSQL the second
    one may fail and finds everything done when it tries again.
    """
    with prepare(engine).begin() as connection:
        _upgrade(connection, revision)


async def upgrade_async(engine: AsyncEngine, revision: str = "head") -> None:
    """Do as `upgrade`, with an async engine."""
    prepare(engine.sync_engine)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the tables back to a revision; `base` removes them with all they hold."""
    with prepare(engine).begin() as connection:
        command.downgrade(_config(connection), revision)


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "leadcore_sqlalchemy:migrations")
    config.attributes["connection"] = connection
    return config
