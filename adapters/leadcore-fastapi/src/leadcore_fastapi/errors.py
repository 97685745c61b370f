"""How an error is told: as a problem, with the same headers as every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from leadcore.errors import LeadcoreError
from leadcore_fastapi.problems import MEDIA_TYPE, Halt, problem_of

if TYPE_CHECKING:
    import logging

__all__ = ["PRIVATE", "tell_error"]

PRIVATE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Vary": "Authorization",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer carries that may tell about a person."""


def tell_error(error: Exception, request_id: str, log: logging.Logger) -> Response:
    """Give the answer that tells of an error; one that is a fault of ours goes into the log."""
    status, said, headers = problem_of(error, request_id)
    if not isinstance(error, LeadcoreError | Halt):
        log.error("broken", exc_info=error, extra={"told": {"request": request_id}})
    return Response(
        orjson.dumps(said, default=str),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**PRIVATE, **headers},
    )
