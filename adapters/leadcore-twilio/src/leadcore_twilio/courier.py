"""Texts through Twilio's Messages API: one call a message, nothing tried twice in here.

Twilio knows no idempotency key for messages. The id of ours goes with each one in the address its
status is reported to, so that two of the same can be told.
"""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import ClientError
from requests import RequestException
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # the SDK has no types
    TwilioException,
)
from twilio.http.async_http_client import (  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # as above
    AsyncTwilioHttpClient,
)
from twilio.http.http_client import (  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # as above
    TwilioHttpClient,
)
from twilio.rest import (  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # as above
    Client,
)

from leadcore.contact_points import is_number
from leadcore.errors import Malformed
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leadcore.notices import Message

__all__ = ["MESSAGE", "AsyncTwilioCourier", "TwilioCourier", "courier_from"]

MESSAGE = "leadcore_message"
"""The parameter of the status address that carries our id of a message."""

_TIMEOUT = 10.0
_LONGEST_VALID = 36_000
_log = logging.getLogger("leadcore_twilio")

# The SDK writes to its log what is sent, and to whom.
_silent = logging.getLogger("leadcore_twilio.sdk")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
_silent.setLevel(logging.CRITICAL)

_OPTED_OUT = 21610
_NOT_OURS, _WRONG_KEYS = 401, 20003
_LATER_CODES = frozenset({14107, 20429, 21611})
"""Too many at once, too many at once, a full queue: with a status that says otherwise."""
_LATER_STATUSES = frozenset({408, 409, 425, 429})
_SERVER = 500
_ANSWERS = (TwilioException, OSError, ValueError, TypeError, AttributeError)
"""What comes of an answer that is an error, of none, and of one that is no answer of Twilio's."""


class _Shared:
    """What both forms have in common: what is sent, and what the answer means."""

    def __init__(
        self,
        account: str,
        secret: str,
        *,
        sender: str,
        key: str | None = None,
        status_url: str | None = None,
        timeout: float = _TIMEOUT,
        base: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Make a courier.

        Args:
            account: the account's id (`AC…`).
            secret: its auth token, or the secret of `key`.
            sender: a number in E.164 form, a short code, or a messaging service (`MG…`).
            key: an API key (`SK…`); None: the account itself.
            status_url: where Twilio reports what becomes of a message; None: nowhere.
            timeout: seconds to wait for an answer.
            base: where the API is; None: Twilio's.
            clock: tells how long a message is still valid.
        """
        self._login = (key or account, secret, account)
        self._from = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._status_url = status_url
        self._timeout = timeout
        self._base = base
        self._clock = clock
        self._http: Any = None
        self._messages: Any = None

    @property
    def channels(self) -> frozenset[Channel]:
        """Texts."""
        return frozenset({Channel.TEXT})

    def _client(self, http: Any) -> Any:  # noqa: ANN401 # the SDK has no types
        user, password, account = self._login
        client = Client(user, password, account, http_client=http)
        if self._base is not None:
            client.api.base_url = self._base
        return client

    def _call(self, message: Message) -> dict[str, Any] | NotSent:
        """Give what is sent, or why nothing can be."""
        problem = _problem(message)
        if problem is not None:
            return NotSent(WhyNotSent.REFUSED, problem)
        call: dict[str, Any] = {"to": message.to, "body": message.body, **self._from}
        if message.not_after is not None:
            left = int((message.not_after - self._clock()).total_seconds())
            if left < 1:
                return NotSent(WhyNotSent.REFUSED, "its time is over")
            call["validity_period"] = min(left, _LONGEST_VALID)
        if self._status_url is not None:
            call["status_callback"] = _with_id(self._status_url, message.id)
        return call


def _problem(message: Message) -> str | None:
    if message.channel is not Channel.TEXT:
        return "this courier delivers texts only"
    if not is_number(message.to):
        return "the address is no number in E.164 form"
    try:
        message.body.encode()
    except UnicodeEncodeError:
        return "the text holds half a character"
    return None


def _with_id(url: str, message_id: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (MESSAGE, message_id)]
    return urlunsplit(parts._replace(query=urlencode(query, errors="replace")))


def _sent(made: Any) -> Sent:  # noqa: ANN401 # the SDK has no types
    if not made.sid:
        raise ValueError("no id in the answer")
    return Sent(made.sid)


def _not_sent(error: Exception) -> NotSent:
    """Read an error; its words are left out, for they repeat whom the message was for."""
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if not isinstance(error, TwilioException) or not isinstance(status, int):
        kind = type(error).__name__
        _log.warning("no answer: %s", kind)
        return NotSent(WhyNotSent.LATER, f"no answer: {kind}")
    said = f"status {status}" + (f", code {code}" if code else "")
    if code == _OPTED_OUT:
        return NotSent(WhyNotSent.OPTED_OUT, said)
    if status == _NOT_OURS or code == _WRONG_KEYS:
        # A key that was exchanged is no fault of the message's.
        said = f"the keys were refused: {said}"
        _log.warning("not sent: %s", said)
        return NotSent(WhyNotSent.LATER, said)
    later = status >= _SERVER or status in _LATER_STATUSES or code in _LATER_CODES
    _log.warning("not sent: %s", said)
    return NotSent(WhyNotSent.LATER if later else WhyNotSent.REFUSED, said)


class TwilioCourier(_Shared):
    """Twilio, sync; see `leadcore.ports.Courier`."""

    def close(self) -> None:
        """Close its connections; one that is asked again opens new ones."""
        http, self._http, self._messages = self._http, None, None
        if http is not None:
            http.session.close()

    def deliver(self, message: Message) -> Sent | NotSent:
        """Send a text; see `leadcore.ports.Courier.deliver`."""
        call = self._call(message)
        if isinstance(call, NotSent):
            return call
        if self._messages is None:
            self._http = TwilioHttpClient(timeout=self._timeout, logger=_silent)
            self._messages = self._client(self._http).messages
        try:
            return _sent(self._messages.create(**call))
        except (RequestException, *_ANSWERS) as error:
            return _not_sent(error)


class AsyncTwilioCourier(_Shared):
    """Twilio, async; see `leadcore.ports.AsyncCourier`."""

    async def aclose(self) -> None:
        """Close its connections; one that is asked again opens new ones."""
        http, self._http, self._messages = self._http, None, None
        if http is not None:
            await http.close()

    async def deliver(self, message: Message) -> Sent | NotSent:
        """Send a text; see `leadcore.ports.AsyncCourier.deliver`."""
        call = self._call(message)
        if isinstance(call, NotSent):
            return call
        if self._messages is None:
            # Not before: its connections belong to the loop they were made in.
            self._http = AsyncTwilioHttpClient(logger=_silent)
            self._messages = self._client(self._http).messages
        try:
            async with asyncio.timeout(self._timeout):
                made = await self._messages.create_async(**call)
            return _sent(made)
        except (ClientError, *_ANSWERS) as error:
            return _not_sent(error)


def courier_from(url: str, environment: Mapping[str, str] = os.environ) -> TwilioCourier:
    """Give the courier a URL names: `twilio://SENDER?status_url=https://…`.

    The sender is a number (`+1…`), a short code or a messaging service (`MG…`). Keys come from the
    environment alone: `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN`; or, in place of the latter,
    `TWILIO_API_KEY` and `TWILIO_API_SECRET`. `TWILIO_API_BASE` is where the API is, if not at
    Twilio's.

    Raises:
        Malformed: the URL is no such, or a key is missing.
    """
    parts = urlsplit(url)
    more = dict(parse_qsl(parts.query))
    if parts.scheme != "twilio" or not parts.netloc or set(more) - {"status_url"}:
        raise Malformed.at("url", "is twilio://SENDER, and may say ?status_url=…")
    key = environment.get("TWILIO_API_KEY")
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_API_SECRET" if key else "TWILIO_AUTH_TOKEN")
    for name in names:
        if not environment.get(name):
            raise Malformed.at("url", f"twilio needs {name} in the environment")
    return TwilioCourier(
        *(environment[name] for name in names),
        sender=parts.netloc,
        key=key or None,
        status_url=more.get("status_url"),
        base=environment.get("TWILIO_API_BASE") or None,
    )
