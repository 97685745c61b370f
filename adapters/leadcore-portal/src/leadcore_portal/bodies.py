"""What a browser sends: read up to a limit, as one form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from leadcore_portal.forms import Form

if TYPE_CHECKING:
    from starlette.types import Message

__all__ = ["MOST_FORM", "read_form"]

MOST_FORM = 512 * 1024
"""A form without files has at most so many bytes."""
_TOO_LARGE = 413
_MOST_FIELDS = 300


async def read_form(request: Request, *, most: int, upload: bool) -> Form:
    """Read what was sent.

    Args:
        request: what comes.
        most: at most so many bytes, however they come.
        upload: may it bring one file?

    Raises:
        HTTPException: 413, it is larger.
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
    sent = await limited.form(max_files=1 if upload else 0, max_fields=_MOST_FIELDS)
    form = Form()
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                form.files[name] = value
        else:
            form.values.setdefault(name, []).append(value)
    return form
