"""Percent-encoding (RFC 3986, 2.1): what a URI or a header can't hold, as `%XX` of UTF-8."""

from __future__ import annotations

__all__ = ["percent_encode"]

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def percent_encode(text: str, *, safe: str = "") -> str:
    """Encode all but letters, digits, `-._~` and what is named safe.

    Half a surrogate pair, which no UTF-8 can hold, becomes the replacement character.

    >>> percent_encode("ann o'neil@x.example", safe="@")
    'ann%20o%27neil@x.example'
    """
    plain = _UNRESERVED | frozenset(safe.encode("ascii"))
    # Through UTF-16 a whole pair, given as two halves, comes back as the character it stands for.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in whole.encode("utf-8"))
