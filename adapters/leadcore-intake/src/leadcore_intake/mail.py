"""ADF inside an e-mail: the parts of a MIME message that hold XML, decoded.

The message is measured before it is parsed, because the parser makes an object of every part and
a string of every line.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import Malformed, Problem
from leadcore_intake.limits import archive_kind

if TYPE_CHECKING:
    from email.message import Message


__all__ = ["Part", "looks_like_mail", "parts"]

_HEADER = re.compile(
    rb"(?:from [^\n]*\r?\n)?(?:return-path|received|delivered-to|from|to|cc|subject|date|"
    rb"message-id|mime-version|content-type|content-transfer-encoding|reply-to|sender|dkim-signature"
    rb"|arc-[a-z-]+|authentication-results|x-[a-z0-9-]+)[ \t]*:[ \t]*\S",
    re.IGNORECASE,
)
_ADF = re.compile(rb"<\s*adf[\s>]|<\?\s*adf", re.IGNORECASE)
_MOST_LINES = 200_000
_MOST_PARTS = 1_000


@frozen(kw_only=True)
class Part:
    """One decoded part of a mail that holds ADF.

    Attributes:
        path: where in the mail it is, for people.
        data: its bytes, with transfer encodings undone.
        charset: the encoding the mail says.
    """

    path: str
    data: bytes
    charset: str | None


def looks_like_mail(data: bytes) -> bool:
    """Tell whether the bytes begin like the headers of an e-mail."""
    return _HEADER.match(data.lstrip()[:4096]) is not None


def parts(data: bytes) -> tuple[tuple[Part, ...], tuple[Problem, ...]]:
    """Give the parts that hold ADF, and a warning for each attachment that does not.

    Raises:
        Malformed: too many lines or parts, or no part holds ADF.
    """
    if data.count(b"\n") > _MOST_LINES or data.count(b"\n--") > _MOST_PARTS:
        raise Malformed.at("$", "is a mail of more lines or parts than are taken")
    try:
        message = message_from_bytes(data.lstrip())
        found, warnings = _walk(message)
    except (RecursionError, ValueError, LookupError, IndexError) as error:
        raise Malformed.at("$", "is a mail whose structure can't be read") from error
    if not found:
        raise Malformed((Problem("$", "is a mail without an ADF lead in it"), *warnings))
    return tuple(found), tuple(warnings)


def _walk(message: Message) -> tuple[list[Part], list[Problem]]:
    found: list[Part] = []
    warnings: list[Problem] = []
    for index, part in enumerate(message.walk()):
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        name = part.get_filename()
        path = f"part {index}" + (f" ({name[:80]})" if name else "")
        archive = archive_kind(payload)
        if _ADF.search(_searchable(payload)):
            charset = part.get_content_charset()
            found.append(Part(path=path, data=payload, charset=charset))
        elif name is not None:
            kind = f"is {archive}" if archive else "holds no ADF"
            warnings.append(Problem(path, f"{kind}, and was not read"))
    return found, warnings


def _searchable(payload: bytes) -> bytes:
    # In UTF-16 every second byte is a NUL; without them the names are as in ASCII.
    return payload.replace(b"\0", b"") if payload[:2] in {b"\xff\xfe", b"\xfe\xff"} else payload
