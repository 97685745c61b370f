"""Contents of files: measuring them, and which of those that are kept nobody needs."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Malformed
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "GRACE",
    "HEAD",
    "KeptContents",
    "Measured",
    "check_key",
    "is_key",
    "measure",
    "orphans",
    "verified",
]

GRACE = timedelta(hours=24)
"""Contents are kept before their row is written: so long a row may be on its way."""

HEAD = 8192
"""So many bytes at the beginning are looked at to tell the type."""


@frozen(kw_only=True)
class KeptContents:
    """Contents as a keeper has them.

    Attributes:
        key: the SHA-256 they are kept under.
        size: in bytes.
        kept_at: when they were last put.
    """

    key: str
    size: int
    kept_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Measured:
    """What is known of contents that were read once.

    Attributes:
        sha256: in hexadecimal.
        size: in bytes.
        head: their first bytes, to tell the type by.
    """

    sha256: str
    size: int
    head: bytes


def measure(chunks: Iterable[bytes]) -> Measured:
    """Read contents once, in any pieces.

    >>> measure([b"to ", b"do"]).size
    5
    """
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if len(head) < HEAD:
            head += chunk[: HEAD - len(head)]
    return Measured(sha256=digest.hexdigest(), size=size, head=head)


def check_key(key: str) -> str:
    """Give a key that contents may be kept under; it can name no file or folder of anybody else.

    Raises:
        Malformed: it is no SHA-256 in hexadecimal, in lower case.
    """
    if not is_key(key):
        raise Malformed.at("key", "is 64 hexadecimal digits in lower case")
    return key


def is_key(text: str) -> bool:
    """Say whether contents may be kept under a text; else it is a reference to somewhere else."""
    return _DIGEST.fullmatch(text) is not None


_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def verified(chunks: Iterable[bytes], *, key: str, size: int) -> Iterator[bytes]:
    """Pass contents on, for a keeper that writes them somewhere nobody reads yet.

    Whoever names a checksum must bring what it is of: else one could come to others' contents by
    their checksum alone.

    Raises:
        Malformed: they are longer than said (at once), shorter, or of another checksum (at the
            end); what was written of them is not to be kept.
    """
    digest, seen = hashlib.sha256(), 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > size:
            raise Malformed.at("size", f"is over {size} bytes")
        digest.update(chunk)
        yield chunk
    if seen != size:
        raise Malformed.at("size", f"is {seen} bytes, not {size}")
    if digest.hexdigest() != key:
        raise Malformed.at("key", "is not the SHA-256 of the contents")


def orphans(
    kept: Iterable[KeptContents], needed: Iterable[str], *, at: datetime, grace: timedelta = GRACE
) -> Iterator[KeptContents]:
    """Give the contents that no row needs and that were put longer ago than the grace time.

    Args:
        kept: what a keeper has.
        needed: the checksums rows name, of those.
        at: now.
        grace: how long contents may wait for their row.
    """
    named = frozenset(needed)
    limit = instant(at) - grace
    for each in kept:
        if each.key not in named and each.kept_at < limit:
            yield each
