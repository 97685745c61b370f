"""amagi-crm's own application, with leadcore's routers mounted beside its endpoints.

What leadcore keeps is in the CRM's own database, in tables of its own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from amagi_crm.api import app_from_env

from leadcore_fastapi import Settings, install, routers
from leadcore_sqlalchemy import SqlStore, engine

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

SELLER = "northwind"
PREFIX = "/leadcore"
PARTS = (
    routers.intake,
    routers.leads,
    routers.lead_work,
    routers.returns,
    routers.accounts,
    routers.users,
)
"""What this host mounts; it has tasks, appointments and a log of its own."""


def mounted(*parts: APIRouter) -> FastAPI:
    """Give the CRM's application as its own factory makes it, with these routers."""
    host = app_from_env()
    settings = Settings(
        store=SqlStore(engine(os.environ["DATABASE_URL"])),
        seller_id=SELLER,
        root_secret=os.environ["LEADCORE_SECRET"],
    )
    install(host, settings)
    for part in parts:
        host.include_router(part, prefix=PREFIX)
    return host


def served() -> FastAPI:
    """Give what is served."""
    return mounted(*PARTS)
