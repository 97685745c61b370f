"""Which types of files are taken, and the extensions each may have.

A type is what the bytes say (an adapter looks at them), never what somebody declared. Nothing that
a browser or a desktop would run is among them: no pages, no scripts, no programs, no macros that
come in a type of their own, no archives. Unknown bytes are `application/octet-stream`, which is not
taken unless somebody's limits name it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMON_TYPES", "EXTENSIONS", "UNKNOWN_TYPE", "extensions_of"]

UNKNOWN_TYPE = "application/octet-stream"
"""The type of bytes that nobody recognises."""

EXTENSIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "application/msword": ("doc", "dot"),
        "application/pdf": ("pdf",),
        "application/rtf": ("rtf",),
        "application/vnd.ms-excel": ("xls",),
        "application/vnd.ms-powerpoint": ("ppt",),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
        "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
        "application/vnd.oasis.opendocument.text": ("odt",),
        "audio/aac": ("aac",),
        "audio/flac": ("flac",),
        "audio/mp4": ("m4a", "mp4"),
        "audio/mpeg": ("mp3", "mpga"),
        "audio/ogg": ("ogg", "oga", "opus"),
        "audio/wav": ("wav",),
        "image/bmp": ("bmp",),
        "image/gif": ("gif",),
        "image/heic": ("heic", "heif"),
        "image/jpeg": ("jpg", "jpeg"),
        "image/png": ("png",),
        "image/tiff": ("tif", "tiff"),
        "image/webp": ("webp",),
        "text/plain": ("txt", "csv", "tsv", "md", "log", "eml", "ics", "vcf"),
        "video/mp4": ("mp4", "m4v"),
        "video/quicktime": ("mov",),
        "video/webm": ("webm",),
    }
)
"""By type, the extensions it may have; the first one is given to a name that has none of them."""

COMMON_TYPES = frozenset(EXTENSIONS)
"""The types that are taken unless a seller says otherwise: documents, pictures, sound, film."""


def extensions_of(media_type: str) -> tuple[str, ...]:
    """Give the extensions of a type, at least one."""
    return EXTENSIONS.get(media_type, ("bin",))
