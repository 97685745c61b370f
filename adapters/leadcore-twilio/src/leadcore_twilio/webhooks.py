"""What Twilio sends: texts that came in, and what became of texts that went out.

The signature first; then what matters here. Twilio signs the address it called, so behind a proxy
the caller must say which that was.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, parse_qsl, urlsplit

from attrs import field, frozen
from twilio.request_validator import (  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # the SDK has no types
    RequestValidator,
)

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore.values import instant
from leadcore_twilio.courier import MESSAGE

if TYPE_CHECKING:
    from leadcore.values import AccountId, SellerId

__all__ = ["InboundText", "TextNews", "TextStatus", "latest", "read"]


class TextStatus(Enum):
    """How far a text is."""

    QUEUED = "queued"
    """With Twilio: accepted, scheduled, queued, being sent."""
    SENT = "sent"
    """With the carrier."""
    FAILED = "failed"
    """Never left Twilio: it failed, or was cancelled."""
    UNDELIVERED = "undelivered"
    """The carrier could not deliver it, or won't."""
    DELIVERED = "delivered"
    """On the telephone, or read there."""


_STATUSES = {
    "accepted": TextStatus.QUEUED,
    "scheduled": TextStatus.QUEUED,
    "queued": TextStatus.QUEUED,
    "sending": TextStatus.QUEUED,
    "sent": TextStatus.SENT,
    "failed": TextStatus.FAILED,
    "canceled": TextStatus.FAILED,
    "undelivered": TextStatus.UNDELIVERED,
    "delivered": TextStatus.DELIVERED,
    "read": TextStatus.DELIVERED,
}
_ORDER = list(TextStatus)


@frozen(kw_only=True)
class InboundText:
    """A text that came in.

    Attributes:
        id: Twilio's; the same text always comes with the same one.
        sender, to: numbers in E.164 form, or short codes.
        text: what it says.
        opted_out: Twilio itself took it for a stop (its "advanced opt-out"), whatever it says.
        at: when it was received.
    """

    id: str
    sender: str
    to: str
    text: str
    opted_out: bool = False
    at: datetime = field(converter=instant)

    def received(self, seller_id: SellerId, account_id: AccountId | None = None) -> bo.ReceiveText:
        """Give the use case for a store to run; the same text again adds nothing.

        Args:
            seller_id: whose number it came to.
            account_id: of the account whose number it is; None: the seller's own.
        """
        return bo.ReceiveText(
            seller_id=seller_id,
            sender=self.sender,
            text_id=self.id,
            text=self.text,
            account_id=account_id,
            opted_out=self.opted_out,
            received_at=self.at,
            at=self.at,
        )


@frozen(kw_only=True)
class TextNews:
    """What became of a text that went out.

    Attributes:
        reference: Twilio's id of it, as `Sent` told.
        message_id: ours, where it was carried.
        status: how far it is.
        code: Twilio's error code, where it failed.
        at: when it was told.
    """

    reference: str
    message_id: str | None
    status: TextStatus
    code: str | None = None
    at: datetime = field(converter=instant)


def latest(before: TextNews | None, news: TextNews) -> TextNews:
    """Give what stands of two news of one text, in whatever order they came, however often.

    What is further stands; news of the same step, the first told. `DELIVERED` stands over a failure
    that was told too.
    """
    if before is None:
        return news
    return min(before, news, key=_rank)


def _rank(news: TextNews) -> tuple[int, datetime, str]:
    return -_ORDER.index(news.status), news.at, news.code or ""


def read(
    body: bytes,
    signature: str,
    *,
    url: str,
    secret: str,
    at: datetime,
) -> InboundText | TextNews | None:
    """Read a webhook; None where it is about nothing that matters here.

    Args:
        body: the bytes as they came: a form, or JSON.
        signature: the header `X-Twilio-Signature`.
        url: the address Twilio called, whole, as it is set there: behind a proxy it is not the one
            the request came to.
        secret: the account's auth token.
        at: when it came.

    Raises:
        Malformed: at `signature`, it is not Twilio's; else, it can't be read.
    """
    told = _proven(body, signature, url, secret)
    reference = told.get("MessageSid") or told.get("SmsSid")
    word = told.get("MessageStatus") or told.get("SmsStatus")
    if not reference:
        return None
    if word == "received" or (word is None and "Body" in told):
        return InboundText(
            id=reference,
            sender=_required(told, "From"),
            to=_required(told, "To"),
            text=told.get("Body", ""),
            opted_out=told.get("OptOutType") == "STOP",
            at=at,
        )
    status = _STATUSES.get(word or "")
    if status is None:
        return None
    query = dict(parse_qsl(urlsplit(url).query))
    return TextNews(
        reference=reference,
        message_id=query.get(MESSAGE),
        status=status,
        code=told.get("ErrorCode") or None,
        at=at,
    )


class _Form(dict[str, list[str]]):
    """A form, whose values are lists, as the SDK asks for them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def _proven(body: bytes, signature: str, url: str, secret: str) -> dict[str, str]:
    """Prove who sent it, and give what it says; the first of several values of a name."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Malformed.at("body", "is no text") from None
    validator: Any = RequestValidator(secret)
    # A body that is no form is proven by its hash, and the hash by the address it is in.
    if "bodySHA256" in parse_qs(urlsplit(url).query):
        if not validator.validate(url, text, signature):
            raise Malformed.at("signature", "is not Twilio's")
        return _of_json(text)
    form = _Form(parse_qs(text, keep_blank_values=True))
    if not validator.validate(url, form, signature):
        raise Malformed.at("signature", "is not Twilio's")
    return {name: values[0] for name, values in form.items()}


def _of_json(text: str) -> dict[str, str]:
    try:
        told: Any = json.loads(text)
    except ValueError:
        raise Malformed.at("body", "is no JSON") from None
    if not isinstance(told, dict):
        raise Malformed.at("body", "is no object of names and values")
    given = cast("dict[str, Any]", told)
    return {name: str(value) for name, value in given.items() if value is not None}


def _required(told: dict[str, str], name: str) -> str:
    value = told.get(name)
    if not value:
        raise Malformed.at(name, "is missing")
    return value
