"""How contents are served: as downloads that no browser runs, whole or in part; headers as data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.percent import percent_encode

if TYPE_CHECKING:
    from leadcore.files.life import LeadFile

__all__ = ["ByteRange", "byte_range", "content_disposition", "download_headers"]

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_PLAIN = re.compile(r'[^\x20-\x7e]|["\\%]')


@frozen
class ByteRange:
    """A part of the contents: from `start` to before `end`."""

    start: int
    end: int


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """Read a `Range` header for contents of so many bytes (RFC 9110, section 14).

    Returns:
        the part that is asked for; None for the whole, also where the header asks for several
        parts or can't be read: it is ignored then, as the standard says.

    Raises:
        ValueError: it asks for nothing that is there: answer 416.

    >>> byte_range("bytes=-3", 10)
    ByteRange(start=7, end=10)
    """
    found = _RANGE.fullmatch((header or "").strip())
    if found is None or not (found[1] or found[2]):
        return None
    if found[1]:
        start = int(found[1])
        if found[2] and int(found[2]) < start:
            return None
        end = min(int(found[2]) + 1, size) if found[2] else size
    else:
        start, end = max(0, size - int(found[2])), size
    if start >= end:
        message = f"no byte of {size} is in {header!r}"
        raise ValueError(message)
    return ByteRange(start, end)


def content_disposition(name: str) -> str:
    r"""Give the header that makes a download of a name (RFC 6266, RFC 8187).

    Old readers get the name in ASCII, with `_` for what ASCII lacks; all others the whole name.

    >>> content_disposition("Löhne.pdf")
    'attachment; filename="L_hne.pdf"; filename*=UTF-8\'\'L%C3%B6hne.pdf'
    """
    return (
        f'attachment; filename="{_PLAIN.sub("_", name)}"; '
        f"filename*=UTF-8''{percent_encode(name, safe='!#$&+^`|')}"
    )


def download_headers(file: LeadFile, part: ByteRange | None = None) -> tuple[tuple[str, str], ...]:
    """Give the headers to serve a file's contents with, by 200, or by 206 where it is a part.

    Nothing may guess another type, run it, show it in a frame, or keep it in a shared cache.
    """
    length = file.size if part is None else part.end - part.start
    ranged: tuple[tuple[str, str], ...] = ()
    if part is not None:
        ranged = (("Content-Range", f"bytes {part.start}-{part.end - 1}/{file.size}"),)
    return (
        ("Content-Type", file.media_type),
        ("Content-Length", str(length)),
        ("Content-Disposition", content_disposition(file.name)),
        *ranged,
        ("Accept-Ranges", "bytes"),
        ("ETag", f'"{file.sha256}"'),
        ("Cache-Control", "private, no-store"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    )
