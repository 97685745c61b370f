"""What a browser sends: read up to a limit, within a time, as one form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from leadcore_portal.forms import Form

if TYPE_CHECKING:
    from starlette.types import Message

__all__ = ["MOST_FORM", "read_form"]

MOST_FORM = 512 * 1024
"""A form without files has at most so many bytes."""
_TOO_SLOW, _TOO_LARGE = 408, 413
_SLOWEST = 8 * 1024
"""Bytes a second: whoever sends less, over all of it, keeps a connection and sends nothing."""
_PATIENCE = 30
"""Seconds that everybody has beside."""
_MOST_FIELDS = 300


async def read_form(request: Request, *, most: int, upload: bool) -> Form:
    """Read what was sent.

    Args:
        request: what comes.
        most: at most so many bytes, however they come.
        upload: may it bring one file?

    Raises:
        HTTPException: 413, it is larger; 408, it comes too slowly.
    """
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(_TOO_LARGE)
        return message

    told = request.headers.get("content-length", "0")
    if told.isdigit() and int(told) > most:
        raise HTTPException(_TOO_LARGE)
    limited = Request(request.scope, counted)
    try:
        with anyio.fail_after(_PATIENCE + most / _SLOWEST):
            sent = await limited.form(max_files=1 if upload else 0, max_fields=_MOST_FIELDS)
    except TimeoutError:
        raise HTTPException(_TOO_SLOW) from None
    form = Form()
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                form.files[name] = value
        else:
            form.values.setdefault(name, []).append(value)
    return form
