"""Names of files that are safe to save, to show and to send, whatever was given.

A safe name has no folder in it, no control character, nothing that turns the reading direction, no
character Windows forbids, no name of a device, no point or space at its ends; it is in Unicode's
composed form (NFC) and at most 200 bytes of UTF-8. Its extension is one of its type: where the
given one is not (`invoice.exe` that is a PDF), the right one is added (`invoice.exe.pdf`), so that
what opens it is what the bytes are. `safe_name` of a safe name is that name.
"""

from __future__ import annotations

import re
import unicodedata

from leadcore.files.types import extensions_of

__all__ = ["LONGEST_NAME", "safe_name"]

LONGEST_NAME = 200
"""The longest name, in bytes of UTF-8: every file system takes it, also with a suffix of ours."""

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})$", re.ASCII)
_NAMELESS = "file"


def safe_name(given: str, media_type: str) -> str:
    r"""Make a safe name of a given one.

    Args:
        given: as it came: a path, too long, with anything in it.
        media_type: what the bytes are.

    >>> safe_name("..\\..\\Retainer agreement.PDF", "application/pdf")
    'Retainer agreement.PDF'
    >>> safe_name("scan\u202egnp.exe", "image/png")
    'scangnp.exe.png'
    """
    last = re.split(r"[/\\]", given)[-1]
    name = unicodedata.normalize("NFC", "".join(map(_harmless, last)).translate(_FORBIDDEN))
    name = " ".join(name.split()).strip(" .")
    stem, extension = _parts(name, media_type)
    if _DEVICE.fullmatch(stem.split(".")[0].rstrip()):
        stem = f"_{stem}"
    room = LONGEST_NAME - len(extension.encode())
    return f"{_cut(stem or _NAMELESS, room)}{extension}"


def _parts(name: str, media_type: str) -> tuple[str, str]:
    allowed = extensions_of(media_type)
    found = _EXTENSION.search(name)
    if found and found[1].lower() in allowed:
        return name[: found.start()].rstrip(" ."), found[0]
    return name, f".{allowed[0]}"


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category.startswith("Z") or char in "\t\r\n":
        return " "
    # Controls, formats (which turn the direction), halves of pairs, and what no Unicode knows.
    return "" if category.startswith("C") else char


def _cut(text: str, room: int) -> str:
    cut = text.encode()[:room].decode(errors="ignore")
    # What was cut in the middle may end in a point, a space or half of a composed character.
    return cut.rstrip(" .") or _NAMELESS
