"""The application that is served, made in each process from what the environment says."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from leadcore.errors import Malformed
from leadcore.values import SellerId
from leadcore_cli.context import existing_store
from leadcore_cli.keepers import keeper_named
from leadcore_cli.processors import processor_named
from leadcore_cli.sending import SECRET
from leadcore_cli.typing_secrets import common_lists

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from leadcore.ports import Processor
    from leadcore_sqlalchemy import SqlStore

__all__ = ["EVEN", "FACTORY", "GRACE", "SERVED", "SWITCH", "address_of", "application", "listening"]

FACTORY = "leadcore_cli.serving:application"
"""Where the application is made, as uvicorn is told it."""
EVEN = "leadcore_cli.loops:EvenLoop"
"""The event loop of each process: whoever is free takes in the next connection."""
GRACE = 30
"""Requests under way have so many seconds to end."""
SWITCH = 0.0005
"""A thread that computes lets others go on after so many seconds.

Python's own 5 ms are long for those who hold a row of the database and wait for nothing else.
"""
SERVED = {
    "db": "LEADCORE_DB",
    "seller": "LEADCORE_SELLER",
    "files": "LEADCORE_FILES",
    "secure": "LEADCORE_SECURE_COOKIES",
    "public": "LEADCORE_ADDRESS",
}
"""The variables that tell a process what to serve."""


def address_of(host: str, port: int) -> str:
    """Give the address to type for where a server listens."""
    named = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - no binding
    return f"http://{f'[{named}]' if ':' in named else named}:{port}/"


def listening(host: str, port: int) -> socket.socket:
    """Give a socket bound to an address, whose connections send at once.

    Servers switch Nagle's algorithm off only for sockets that they made themselves, and not for
    those shared by several processes: there, each answer on a connection that is kept would wait
    some 40 ms for its reader's acknowledgement. What is set here, connections inherit.

    Args:
        host: an IPv4 or IPv6 address, or a name of this machine.
        port: the port; 0 for any that is free.

    Raises:
        Malformed: nobody can listen there.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise Malformed.at("--port", f"can't listen at {host}, port {port}: {error}") from error
    return made


def application() -> Any:  # noqa: ANN401 - an ASGI application; its type is not always installed
    """Make the portal and, where it is installed and has a secret, the API under /api.

    While the latter is served hooks are told what happens, by each process: they share the work.
    """
    from leadcore_argon2 import Argon2Hasher  # noqa: PLC0415 - only what serves needs it
    from leadcore_portal import Settings, portal  # noqa: PLC0415 - the same

    sys.setswitchinterval(SWITCH)
    store = existing_store(os.environ[SERVED["db"]])
    keeper = keeper_named(os.environ[SERVED["files"]])
    seller_id = SellerId(os.environ[SERVED["seller"]])
    made = portal(
        Settings(
            store=store,
            seller_id=seller_id,
            files=keeper,
            processor=_processor(),
            address=os.environ.get(SERVED["public"]) or None,
            secure=os.environ.get(SERVED["secure"]) != "0",
            hasher=Argon2Hasher(),
            common=tuple(common_lists()),
        )
    )
    api = _api(store, seller_id, keeper)
    if api is None:
        return made
    served, sender = api
    return _both(made, served, sender, store)


def _processor() -> Processor | None:
    """Give who charges saved payment methods; nobody where `LEADCORE_PROCESSOR` is not set."""
    name = os.environ.get("LEADCORE_PROCESSOR")
    return processor_named(name) if name else None


def _api(store: SqlStore, seller_id: SellerId, keeper: Any) -> Any:  # noqa: ANN401 - as above
    secret = os.environ.get(SECRET)
    if not secret:
        return None
    try:
        module = import_module("leadcore_fastapi")
    except ModuleNotFoundError:
        return None
    from leadcore_argon2 import Argon2Hasher  # noqa: PLC0415 - only what serves needs it

    settings = module.Settings(
        store=store,
        seller_id=seller_id,
        root_secret=secret,
        hasher=Argon2Hasher(),
        common=tuple(common_lists()),
        keeper=keeper,
    )
    return module.app(settings), module.Sender(settings)


def _both(portal: Any, api: Any, sender: Any, store: SqlStore) -> Any:  # noqa: ANN401 - as above
    from anyio import to_thread  # noqa: PLC0415 - comes with both
    from starlette.applications import Starlette  # noqa: PLC0415 - the same
    from starlette.routing import Mount  # noqa: PLC0415 - the same

    @asynccontextmanager
    async def sending(_app: Any) -> AsyncGenerator[None]:  # noqa: ANN401 - as above
        sender.start()
        try:
            yield
        finally:
            # The last requests are answered by then; what was claimed and not tried is given back.
            await to_thread.run_sync(sender.stop)
            store.engine.dispose()

    return Starlette(routes=[Mount("/api", api), Mount("/", portal)], lifespan=sending)
