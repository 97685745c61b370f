"""Tokens and log-in names: what is kept of them is a digest.

A token is long and random, made by whoever gives it away; nothing but its SHA-256 is ever kept, so
a stolen database opens no door. It is compared by its digest.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from typing import TYPE_CHECKING

from leadcore.errors import Malformed

if TYPE_CHECKING:
    from leadcore.values import SellerId

__all__ = [
    "digest_of",
    "login_name",
    "name_key",
    "reset_key",
    "same_digest",
    "source_key",
    "token_digest",
]

_SHORTEST_TOKEN = 16
"""Bytes of random text; NIST SP 800-63B-4, 5.1 asks for 64 bits at least."""


def digest_of(text: str) -> str:
    """Give the SHA-256 of a text in hexadecimal digits: what is kept of a secret."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def token_digest(token: str, *, path: str = "token") -> str:
    """Give the digest under which a token is kept.

    Raises:
        Malformed: it is too short to be a secret.
    """
    if len(token) < _SHORTEST_TOKEN:
        raise Malformed.at(path, f"a token has at least {_SHORTEST_TOKEN} random characters")
    return digest_of(token)


def same_digest(one: str | None, other: str | None) -> bool:
    """Say whether two digests are equal, in the same time wherever they differ; None is neither."""
    if one is None or other is None:
        return False
    return hmac.compare_digest(one.encode(), other.encode())


def login_name(address: str, *, path: str = "name") -> str:
    """Give an e-mail address as the log-in name it is: NFKC, in small letters, without ends.

    Raises:
        Malformed: it is no e-mail address.

    >>> login_name(" Ada@Example.COM ")
    'ada@example.com'
    """
    small = unicodedata.normalize("NFKC", address).strip().casefold()
    name = unicodedata.normalize("NFKC", small)
    if len(name) > _LONGEST_NAME or not name.isprintable() or not _EMAIL.fullmatch(name):
        raise Malformed.at(path, "is an e-mail address")
    return name


_LONGEST_NAME = 254
"""RFC 5321, 4.5.3.1.3: the longest path less its brackets."""
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")


def name_key(seller_id: SellerId, name: str) -> str:
    """Give the id of a log-in name within a seller; it does not tell the name."""
    return digest_of(f"login/{len(seller_id)}/{seller_id}/{name}")


def reset_key(seller_id: SellerId, by: str, value: str) -> str:
    """Give the id under which requests for a link are counted; it does not tell the value.

    Args:
        seller_id: with whom.
        by: `name`, `source`, `address` or `user`.
        value: the log-in name there is or that is wished for, the address the requests come from,
            or the user's id.
    """
    return digest_of(f"reset/{by}/{len(seller_id)}/{seller_id}/{value}")


def source_key(seller_id: SellerId, source: str) -> str:
    """Give the id under which the tries from an address are counted; it does not tell it."""
    return digest_of(f"source/{len(seller_id)}/{seller_id}/{source}")
