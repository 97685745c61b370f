"""What a route's description says, in OpenAPI 3.1: made of the same values that serve it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leadcore_fastapi.problems import MEDIA_TYPE, STATUSES
from leadcore_fastapi.schemas import Schemas

if TYPE_CHECKING:
    from leadcore_fastapi.routing import Route

__all__ = ["SCHEMAS", "described", "page_of"]

SCHEMAS = Schemas()
"""The schemas that all routes refer to."""

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "verdict": {"type": "string"},
        "findings": {"type": "array", "items": {"type": "object"}},
        "next_permitted_at": {"type": "string", "format": "date-time"},
        "stale": {"type": "boolean"},
        "busy": {"type": "boolean"},
    },
}
SCHEMAS.named["Problem"] = PROBLEM
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"key": []}]
_IN_PATH = re.compile(r"{(\w+)}")


def page_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a type, or a schema
    """Give the schema of a page of a list."""
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": SCHEMAS.of(kind)},
            "next": {"type": ["string", "null"]},
        },
        "additionalProperties": False,
    }


def described(route: Route) -> dict[str, Any]:
    """Give what a router is told of a route beside its endpoint."""
    extra: dict[str, Any] = {"parameters": _parameters(route)}
    if route.body is not None:
        content: dict[str, Any] = {"schema": SCHEMAS.of(route.body)}
        if route.example is not None:
            content["example"] = route.example
        extra["requestBody"] = {
            "required": True,
            "content": {media: dict(content) for media in route.media},
        }
    extra["security"] = SECURITY if route.may is not None else []
    return {"openapi_extra": extra, "responses": _answers(route)}


def _parameters(route: Route) -> list[dict[str, Any]]:
    named = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        }
        for name in _IN_PATH.findall(route.path)
    ]
    asked = [
        {
            "name": param.name,
            "in": "query",
            "required": False,
            "description": param.says,
            "schema": param.schema(),
        }
        for param in route.query
    ]
    headers: list[dict[str, Any]] = []
    if route.unsafe and route.may is not None:
        headers.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same request with the same key is done once, and answered "
                "alike; kept for a day.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    if route.edits:
        headers.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "description": "The ETag of what was read.",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
            }
        )
    return [*named, *asked, *headers]


def _answers(route: Route) -> dict[int | str, dict[str, Any]]:
    told: dict[str, Any] = {"description": "Done."}
    if route.gives is not None:
        schema = SCHEMAS.of(route.gives)
        told["content"] = {route.answer_media: {"schema": schema}}
    found: dict[int | str, dict[str, Any]] = {route.status: told}
    for status in sorted(_may_answer(route)):
        if status < 400:  # noqa: PLR2004 - the first that is a problem
            found[status] = dict(told)
        else:
            found[status] = {
                "description": STATUSES[status][1],
                "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
            }
    return found


def _may_answer(route: Route) -> set[int]:
    may = {400, 422, 429, *route.others}
    if route.may is not None:
        may |= {401, 403}
    else:
        may.add(401)  # whoever shows a token that is none is told so everywhere
    if _IN_PATH.search(route.path) or route.body is not None:
        may.add(404)
    if route.unsafe:
        may |= {408, 409, 413, 415}
    if route.edits:
        may.add(428)
    return may
