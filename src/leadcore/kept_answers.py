"""Answers kept by the key of the request that they answered, so that it may be sent again.

Whoever asks over a network and hears nothing asks again. An answer is written in the transaction
that did what was asked, so that it is there if and only if that was done; the same key with the
same request then gives it back, and with another request is refused.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Malformed
from leadcore.values import SellerId, instant

if TYPE_CHECKING:
    from leadcore.values import UserId

__all__ = ["KeptAnswer", "KeyUsedDifferently", "answer_id", "fingerprint"]


class KeyUsedDifferently(Malformed):
    """The key of a request was used before, for another request."""


@frozen(kw_only=True)
class KeptAnswer:
    """What was answered, for whoever asks again.

    Attributes:
        id: made of who asked and the key they chose; see `answer_id`.
        seller_id: at whose door.
        fingerprint: of the request.
        data: the answer, as text; opaque here.
        at: when it was given.
    """

    id: str
    seller_id: SellerId
    fingerprint: str
    data: str = field(repr=False)
    at: datetime = field(converter=instant)

    def check(self, fingerprint: str) -> None:
        """Hold that it was the same request.

        Raises:
            KeyUsedDifferently: it was another one.
        """
        if self.fingerprint != fingerprint:
            raise KeyUsedDifferently.at("Idempotency-Key", "was used for another request")


def answer_id(seller_id: SellerId, user_id: UserId, key: str) -> str:
    """Give the id of an answer; no user reaches another one's, whatever the key."""
    return _digest("answer", seller_id, user_id, key)


def fingerprint(*parts: str | bytes) -> str:
    """Give what tells one request from another: its method, place and content."""
    return _digest(*parts)


def _digest(*parts: str | bytes) -> str:
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        # With the length before it, no two lists of parts make the same bytes.
        made.update(b"%d:" % len(data) + data)
    return made.hexdigest()
