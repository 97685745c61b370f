"""What bytes are, told by looking at the first of them; nobody is asked what they should be."""

from __future__ import annotations

import codecs
import re
from typing import Any

import filetype  # type: ignore[import-untyped]  # it has no types

from leadcore.files import UNKNOWN_TYPE

__all__ = ["media_type_of"]

_SAME = {
    "audio/x-flac": "audio/flac",
    "audio/x-wav": "audio/wav",
    "video/x-m4v": "video/mp4",
    "audio/x-aiff": "audio/aiff",
}
"""Older names of types, with those that leadcore knows."""

_MARKUP = re.compile(r"<[!?/a-z]", re.IGNORECASE | re.ASCII)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def media_type_of(head: bytes) -> str:
    """Tell the media type of contents by their first bytes (`leadcore.files.HEAD` of them).

    Text that begins like markup is `text/html`, and like a script `text/x-script`, since something
    may run it; any other text is `text/plain`, whatever is written in it. What nobody recognises is
    `application/octet-stream`.
    """
    found: Any = filetype.guess(head)  # pyright: ignore[reportUnknownMemberType]  # it has no types
    if found is not None:
        media_type: str = found.mime
        return _SAME.get(media_type, media_type)
    text = _text(head)
    if text is None:
        return UNKNOWN_TYPE
    start = text.lstrip("\ufeff \t\r\n\f")
    if _MARKUP.match(start):
        return "text/html"
    return "text/x-script" if start.startswith("#!") else "text/plain"


def _text(head: bytes) -> str | None:
    """Read the beginning of a text; None where it is none."""
    if head.startswith(_UTF16):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    try:
        # Final only where nothing may follow: a character may be cut at the end of the head.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    controls = any(char < " " and char not in "\t\n\r\f\x1b" for char in text)
    return None if controls or not text else text
