"""Mounts each of leadcore's routers on its own in amagi-crm's application, and all together."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import httpx
from amagicrm.served import PREFIX, mounted

from leadcore_fastapi import routers

if TYPE_CHECKING:
    from fastapi import APIRouter


async def looked_at(*parts: APIRouter) -> dict[str, object]:
    """Give the routes that the application with these routers says it has, and how it answers."""
    transport = httpx.ASGITransport(app=mounted(*parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
        own = [(await client.get(path)).status_code for path in ("/healthz", "/api/contacts")]
        said = (await client.get("/openapi.json")).json()
    routes = [f"{way} {path}" for path, ways in said["paths"].items() for way in ways]
    return {"own": own, "routes": sorted(routes)}


async def main() -> None:
    """Print what there is with no router, with each one alone, and with all together."""
    names = sorted(set(routers.__all__) - {"EVERY", "GROUPS"})
    alone = {name: await looked_at(getattr(routers, name)) for name in names}
    together = await looked_at(*routers.EVERY)
    found = {"none": await looked_at(), "alone": alone, "together": together}
    print(json.dumps({"prefix": PREFIX, **found}))


asyncio.run(main())
