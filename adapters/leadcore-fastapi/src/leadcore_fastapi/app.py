"""The whole API as one application, or parts of it in an application of your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from leadcore_fastapi import routers
from leadcore_fastapi.callers import Doorway
from leadcore_fastapi.describing import SCHEMAS
from leadcore_fastapi.errors import tell_error
from leadcore_fastapi.problems import STATUSES, Halt
from leadcore_fastapi.routing import doorway_of, request_id_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from leadcore_fastapi.settings import Settings

__all__ = ["PREFIX", "app", "install"]

PREFIX = "/v1"
"""Where `app` has everything but health and its own description."""

_SECURITY: dict[str, Any] = {
    "session": {
        "type": "oauth2",
        "flows": {"password": {"tokenUrl": f"{PREFIX}/oauth/token", "scopes": {}}},
        "description": "The token of a session, from logging in.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key (`lck_…`) that a program comes in with.",
    },
}


def app(settings: Settings) -> FastAPI:
    """Make the whole API.

    Args:
        settings: what it is served with.
    """
    made = FastAPI(
        title="leadcore",
        version="0.1.0",
        description="Leads sold lawfully: who may be contacted, returned to whom, paid by whom.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    install(made, settings)
    for router in routers.EVERY:
        made.include_router(router, prefix="" if router is routers.health else PREFIX)
    if settings.origins:
        made.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
            expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
        )
    made.add_exception_handler(HTTPException, _not_served)
    return made


def install(host: FastAPI, settings: Settings) -> None:
    """Let an application of your own carry routers of this package.

    Args:
        host: the application; what it says of itself will know these routers' schemas.
        settings: what they are served with.
    """
    host.state.leadcore = Doorway(settings)

    def openapi() -> dict[str, Any]:
        if host.openapi_schema is None:
            made = get_openapi(
                title=host.title,
                version=host.version,
                description=host.description,
                routes=host.routes,
            )
            parts = made.setdefault("components", {})
            parts.setdefault("schemas", {}).update(SCHEMAS.named)
            parts.setdefault("securitySchemes", {}).update(_SECURITY)
            host.openapi_schema = made
        return host.openapi_schema

    host.openapi = openapi  # type: ignore[method-assign]  # as FastAPI says to do it


async def _not_served(request: Request, error: Exception) -> Response:
    """Tell of a place or a method that there is none of, as everything else is told."""
    status = getattr(error, "status_code", 404)
    headers = tuple(cast("dict[str, str]", getattr(error, "headers", None) or {}).items())
    told = Halt(status if status in STATUSES else 400, headers=headers)
    response = tell_error(told, request_id_of(request), doorway_of(request).settings.log)
    response.headers["X-Request-ID"] = request_id_of(request)
    return response
