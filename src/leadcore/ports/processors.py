"""The port to a payment processor, sync and async; `leadcore.testing` has its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.payments import Answer, ChargeAsk, Notice, NotThere, RepayAsk

__all__ = ["AsyncProcessor", "Processor"]


class Processor(Protocol):
    """Charges saved payment methods, sync.

    Every ask has an idempotency key (`ask.key`), the same each time it is asked. For `keys_hours`
    after the first time the processor must answer a key it knows with what it did then, and do
    nothing again; the same key with other content is refused with `Malformed`.

    A time-out, a broken connection, a processor in trouble or one that asks for patience is no
    answer: `Progress.UNKNOWN`, never a decline, because the charge may have been made. So is any
    answer that does not say what became of it. Only what the processor itself calls declined is
    `DECLINED`, with a reason. No method retries by itself for long: whoever asks has the time.

    Nothing but ids, tokens and amounts is sent, and no name, address or number is written to a log.
    """

    @property
    def keys_hours(self) -> int:
        """How long the processor surely remembers a key, in elapsed hours."""
        ...

    def charge(self, ask: ChargeAsk) -> Answer:
        """Charge, once however often it is asked.

        Raises:
            Malformed: the key was used for something else, or the ask itself can't be right.
        """
        ...

    def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """Look what became of a charge or a repayment, by our ids of it; moves nothing.

        Returns:
            `NotThere` only where the processor answered, and has no such thing.
        """
        ...

    def repay(self, ask: RepayAsk) -> Answer:
        """Give money of a charge back to its source, once however often it is asked.

        Raises:
            Malformed: the key was used for something else, or the ask itself can't be right.
        """
        ...

    def read(self, body: bytes, signature: str, *, at: datetime) -> Notice | None:
        """Read a notice the processor sent; None where it is about nothing that matters here.

        Args:
            body: the bytes as they came; a body that was parsed and written again has another
                signature.
            signature: the header that proves who sent it.
            at: now; what was signed long ago is refused.

        Raises:
            Malformed: at `signature`, it proves nothing; else, the notice can't be read.
        """
        ...


class AsyncProcessor(Protocol):
    """Charges saved payment methods, async: the same names, to be awaited where they wait."""

    @property
    def keys_hours(self) -> int:
        """As `Processor.keys_hours`."""
        ...

    async def charge(self, ask: ChargeAsk) -> Answer:
        """As `Processor.charge`."""
        ...

    async def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """As `Processor.look`."""
        ...

    async def repay(self, ask: RepayAsk) -> Answer:
        """As `Processor.repay`."""
        ...

    def read(self, body: bytes, signature: str, *, at: datetime) -> Notice | None:
        """As `Processor.read`; it waits for nothing."""
        ...
