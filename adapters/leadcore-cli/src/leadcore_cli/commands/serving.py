"""Serving: the portal and, where it is installed, the API, for people and programs elsewhere."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from leadcore.errors import Malformed
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk
from leadcore_cli.keepers import DEFAULT_FILES, FilesOption
from leadcore_cli.running import add
from leadcore_cli.serving import EVEN, FACTORY, GRACE, SERVED, address_of, listening

__all__ = ["register"]


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=1, max=65_535)] = 8000,
    workers: Annotated[int, typer.Option(help="So many processes.", min=1, max=256)] = 1,
    public: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The address people type; links in e-mails begin so."),
    ] = None,
    secure: Annotated[
        bool,
        typer.Option(
            "--secure-cookies/--plain-cookies",
            help="Cookies for HTTPS alone; plain ones are for trying out on one machine.",
        ),
    ] = True,
    proxies: Annotated[
        str | None,
        typer.Option(metavar="ADDRESSES", help="Proxies whose X-Forwarded headers are believed."),
    ] = None,
    files: FilesOption = DEFAULT_FILES,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Serve the portal, and the API under /api, until it is told to stop.

    It listens without TLS: put a proxy with a certificate before it. On SIGTERM or Ctrl-C it takes
    no new requests and ends those under way. The API needs LEADCORE_SECRET, of 32 random
    characters or more.
    """
    try:
        uvicorn = import_module("uvicorn")
        import_module("leadcore_portal")
    except ModuleNotFoundError as error:
        raise Malformed.at("serve", f"needs leadcore-portal: {error}") from error
    here = desk(db, seller)
    # Workers are processes of their own: they are told by the environment.
    os.environ |= {
        SERVED["db"]: db,
        SERVED["seller"]: here.seller.id,
        SERVED["files"]: _whole(files),
        SERVED["secure"]: "1" if secure else "0",
        SERVED["public"]: public or "",
    }
    door = listening(host, port)
    address = public or address_of(host, port)
    if as_json:
        show.print_json({"seller": here.seller.id, "address": address})
    else:
        show.line(show.clean(f"{here.seller.terms.name}: {address}"))
    if secure and public is None and not as_json:
        show.line("[dim]Cookies are for HTTPS alone; to try it out here, --plain-cookies.[/]")
    with door:
        uvicorn.run(
            FACTORY,
            factory=True,
            fd=door.fileno(),
            workers=workers,
            loop=EVEN,
            proxy_headers=proxies is not None,
            forwarded_allow_ips=proxies,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            log_level="warning",
            access_log=False,
        )


def _whole(files: str) -> str:
    return files if files.startswith("s3://") else str(Path(files).resolve())


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, serve)
