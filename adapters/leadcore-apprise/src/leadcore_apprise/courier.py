"""Messages through one of Apprise's services: a chat, a pager, a push, a web hook.

Apprise says whether a service took a notification, not why it did not; so what was not taken may
be taken later. It knows no idempotency key: the id can go with the message where the URL has a
place for one.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apprise import Apprise, AppriseAttachment, NotifyFormat
from apprise.attachment.memory import AttachMemory

from leadcore.contact_points.addresses import has_form
from leadcore.errors import Malformed
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from collections.abc import Generator

    from leadcore.notices import Message

__all__ = ["AppriseCourier", "AsyncAppriseCourier", "courier_from"]

_WRITTEN = frozenset({Channel.EMAIL, Channel.TEXT})
_PREFIX = "apprise:"
_TO = "{to}"

_ours: ContextVar[bool] = ContextVar("_ours", default=False)


class _Discreet(logging.Filter):
    """Keeps out of Apprise's log what it would tell of our messages: words, addresses, tokens."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 # whatever it says
        return not _ours.get()


logging.getLogger("apprise").addFilter(_Discreet())


@contextmanager
def _discreetly() -> Generator[None]:
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


class AppriseCourier:
    """Apprise, sync; see `leadcore.ports.Courier`."""

    def __init__(
        self,
        url: str,
        *,
        channels: frozenset[Channel] = _WRITTEN,
        to_people: bool = False,
    ) -> None:
        """Make a courier.

        Args:
            url: of one service, as Apprise writes them. In it `{to}` stands for the address,
                `{id}` for the message's id, `{kind}` for its kind. Without `{to}` everything goes
                to the one place the URL names.
            channels: whose messages it delivers.
            to_people: deliver messages to persons who asked for help, too? Else they are refused:
                their words are for them alone, and most services are not where they look.

        Raises:
            Malformed: Apprise knows no such URL, or it can't reach a person by it.
        """
        self._url = url
        self._channels = channels
        self._to_people = to_people
        if to_people and _TO not in url:
            raise Malformed.at("url", f"must have {_TO} in it where it is to reach people")
        with _discreetly():
            known = _service(_filled(url, "+12125550100", "id", "kind"))
        if known is None:
            raise Malformed.at("url", "is no URL of a service that Apprise knows")

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels whose messages it delivers."""
        return self._channels

    def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message to the service; see `leadcore.ports.Courier.deliver`."""
        problem = self._problem(message)
        if problem is not None:
            return NotSent(WhyNotSent.REFUSED, problem)
        with _discreetly():
            service = _service(_filled(self._url, message.to, message.id, message.kind.value))
            taken = service is not None and service.notify(
                body=message.body,
                title=message.subject,
                body_format=NotifyFormat.TEXT,
                attach=_attached(message),
            )
        return Sent() if taken else NotSent(WhyNotSent.LATER, "the service did not take it")

    def _problem(self, message: Message) -> str | None:
        if message.channel not in self._channels:
            return "this courier does not deliver on that channel"
        if message.to_person and not self._to_people:
            return "this courier notifies staff, and the message is to the person who asked"
        if not has_form(message.to):
            return "the address is neither a number nor an e-mail address"
        if not message.body.strip():
            return "there is nothing to say"
        try:
            f"{message.subject}{message.body}{message.id}".encode()
        except UnicodeEncodeError:
            return "the text holds half a character"
        return None


class AsyncAppriseCourier:
    """Apprise, async; see `leadcore.ports.AsyncCourier`. Most services wait in a thread anyway."""

    def __init__(self, courier: AppriseCourier) -> None:
        """Make one of a sync one."""
        self._courier = courier

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels whose messages it delivers."""
        return self._courier.channels

    async def deliver(self, message: Message) -> Sent | NotSent:
        """As `AppriseCourier.deliver`, in a thread."""
        return await asyncio.to_thread(self._courier.deliver, message)


def courier_from(url: str, *, to_people: bool = False) -> AppriseCourier:
    """Give the courier a URL names: `apprise:` and a URL of Apprise's.

    Raises:
        Malformed: it is no such URL.
    """
    if not url.startswith(_PREFIX):
        raise Malformed.at("url", "is apprise: and a URL such as slack://…")
    return AppriseCourier(url.removeprefix(_PREFIX), to_people=to_people)


def _service(url: str) -> Any:  # noqa: ANN401 # Apprise's types are known in part only
    """Give the service a URL names; None where Apprise knows none."""
    found: Any = Apprise()
    return found if found.add(url) else None


def _filled(url: str, to: str, message_id: str, kind: str) -> str:
    """Fill in what stands for something; quoted, so that it stays where it was put."""
    for name, value in ((_TO, to), ("{id}", message_id), ("{kind}", kind)):
        url = url.replace(name, quote(value, safe=""))
    return url


def _attached(message: Message) -> AppriseAttachment | None:
    if not message.attachments:
        return None
    found = AppriseAttachment()
    memory: Any = AttachMemory
    for each in message.attachments:
        kind = each.media_type.partition(";")[0].strip()
        found.add(memory(content=each.text.encode(), name=each.name, mimetype=kind))
    return found
