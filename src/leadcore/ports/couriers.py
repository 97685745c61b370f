"""The port to what delivers messages: a mail server, an SMS provider, a chat; sync and async."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from leadcore.notices import Message
    from leadcore.submissions import Channel

__all__ = [
    "AsyncBatching",
    "AsyncCourier",
    "Batching",
    "Courier",
    "NotSent",
    "Sent",
    "WhyNotSent",
]


class WhyNotSent(Enum):
    """What became of a message that was not taken; a courier says which, and decides nothing."""

    LATER = "later"
    """It may be taken when it is tried again: a time-out, a full mailbox, too many at once, wrong
    credentials: what is wrong with whoever delivers is not the message's fault."""
    REFUSED = "refused"
    """It will never be taken as it is: bad address, forbidden content."""
    OPTED_OUT = "opted_out"
    """The provider knows that whoever it is for wants no messages any more."""


@frozen
class Sent:
    """Whoever delivers took the message.

    Attributes:
        reference: the provider's id of it, by which later news name it; None where there is none.
    """

    reference: str | None = None


@frozen
class NotSent:
    """The message was not taken.

    Attributes:
        why: whether trying again can help.
        said: what the provider said, on one line, without secrets.
    """

    why: WhyNotSent
    said: str


class Courier(Protocol):
    """Delivers messages, sync.

    A message may be handed over more than once (its id is the same each time): where the provider
    knows idempotency keys, the id is the key; where it does not, the id goes with the message, so
    that two of them can be recognised. No method retries by itself for long, and none raises for
    what a provider answers or a broken connection: whoever asks has the time and the rules.
    """

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels it delivers on."""
        ...

    def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message over; a connection that breaks on the way is `LATER`."""
        ...


class Batching(Protocol):
    """A courier that delivers several messages in a row more cheaply, such as over one connection.

    Optional, beside `Courier`; sync. `leadcore.relay` asks for it once a round.
    """

    def batch(self) -> AbstractContextManager[Courier]:
        """Give a courier for messages in a row, to be closed afterwards; for one thread."""
        ...


class AsyncBatching(Protocol):
    """As `Batching`, async."""

    def batch(self) -> AbstractAsyncContextManager[AsyncCourier]:
        """As `Batching.batch`."""
        ...


class AsyncCourier(Protocol):
    """Delivers messages, async: the same names."""

    @property
    def channels(self) -> frozenset[Channel]:
        """As `Courier.channels`."""
        ...

    async def deliver(self, message: Message) -> Sent | NotSent:
        """As `Courier.deliver`."""
        ...
