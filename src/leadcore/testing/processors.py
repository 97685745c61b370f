"""A payment processor that behaves like a real one, and what the trouble with real ones is.

It declines by token, loses answers before and after the charge was made, answers a key again with
what it did, forgets keys when it is told that their time is over, and sends notices late, twice and
out of order. No clock and no chance: a seed says which of them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import define, field
from hypothesis import strategies as st

from leadcore import wire
from leadcore.errors import Malformed
from leadcore.payments import (
    Answer,
    ChargeAsk,
    DeclineReason,
    DisputeStatus,
    News,
    Notice,
    NotThere,
    PaymentMethod,
    Progress,
    RepayAsk,
)
from leadcore.testing.strategies import instants
from leadcore.values import EPOCH, Money, micros

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["AsyncProcessorDouble", "ProcessorDouble", "Trouble", "notices", "payment_methods"]

_TOLERANCE = timedelta(minutes=5)


class Trouble(Enum):
    """What goes wrong with an ask: nothing, or the answer is lost."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


@define
class _Thing:
    """A charge or a repayment it made: what was asked, and what became of it."""

    reference: str
    asked: ChargeAsk | RepayAsk
    progress: Progress
    reason: DeclineReason | None = None

    @property
    def answer(self) -> Answer:
        return Answer(
            progress=self.progress,
            reference=self.reference,
            amount=self.asked.amount,
            reason=self.reason,
            code=None if self.reason is None else self.reason.value,
        )


@define
class ProcessorDouble:
    """A processor in memory; see `leadcore.ports.Processor`.

    A token that begins with `pm_declined_` and a `DeclineReason` is declined for it, one that
    begins with `pm_pending` is pending until `finish`; any other succeeds.

    Attributes:
        seed: how notices are delivered.
        troubles: what goes wrong with the next asks, in order; nothing with those after.
        secret: what notices are signed with.
        sent: every notice, once, in the order of what happened.
    """

    seed: int = 0
    troubles: list[Trouble] = field(factory=list[Trouble])
    secret: bytes = b"whsec_double"
    keys_hours: int = 24
    sent: list[Notice] = field(factory=list[Notice])
    _by_key: dict[str, _Thing] = field(factory=dict[str, _Thing])
    _things: list[_Thing] = field(factory=list[_Thing])

    # ------------------------------------------------------------------------------ the port

    def charge(self, ask: ChargeAsk) -> Answer:
        """Charge, once however often it is asked; see `Processor.charge`."""
        declined = _declined(ask.method.token)
        progress = Progress.DECLINED if declined else Progress.SUCCEEDED
        if ask.method.token.startswith("pm_pending"):
            progress = Progress.PENDING
        return self._do(ask, "ch", progress, declined)

    def repay(self, ask: RepayAsk) -> Answer:
        """Give back, once however often it is asked; see `Processor.repay`."""
        paid = self._of(ask.reference)
        back = sum(each.asked.amount.minor for each in self._repayments(ask.reference))
        enough = paid is not None and back + ask.amount.minor <= paid.asked.amount.minor
        known = ask.key in self._by_key
        progress = Progress.SUCCEEDED if enough or known else Progress.DECLINED
        return self._do(ask, "re", progress, None if enough else DeclineReason.REFUSED)

    def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """Look what became of it; see `Processor.look`."""
        if self._next_trouble() is not Trouble.NONE:
            return Answer(progress=Progress.UNKNOWN)
        for thing in self._things:
            if thing.asked.key == ask.key:
                return thing.answer
        return NotThere()

    def read(self, body: bytes, signature: str, *, at: datetime) -> Notice | None:
        """Read a notice; see `Processor.read`."""
        stamp, _, digest = signature.partition(".")
        if not (stamp.isdecimal() and hmac.compare_digest(digest, self._digest(stamp, body))):
            raise Malformed.at("signature", "is not the processor's")
        if abs(micros(at) - int(stamp)) > _TOLERANCE // timedelta(microseconds=1):
            raise Malformed.at("signature", "was made too long ago, or lies ahead")
        return wire.load(Notice, json.loads(body))

    # ------------------------------------------------------------------------ what tests say

    def finish(self, payment_id: str, *, reason: DeclineReason | None = None) -> None:
        """Let a pending charge succeed, or be declined for a reason."""
        for thing in self._things:
            if thing.progress is Progress.PENDING and thing.asked.payment_id == payment_id:
                thing.progress = Progress.DECLINED if reason else Progress.SUCCEEDED
                thing.reason = reason
                self._tell(thing)

    def dispute(self, payment_id: str, status: DisputeStatus, amount: Money) -> None:
        """Let a charge be disputed, or a dispute be decided."""
        for thing in self._things:
            if isinstance(thing.asked, ChargeAsk) and thing.asked.payment_id == payment_id:
                self.sent.append(
                    Notice(
                        id=f"evt_{len(self.sent) + 1}",
                        reference=thing.reference,
                        news=News.DISPUTE,
                        subject=f"dp_{thing.reference}",
                        dispute=status,
                        amount=amount,
                        occurred_at=_tick(len(self.sent)),
                    )
                )

    def forget(self) -> None:
        """Forget every key, as a processor does when `keys_hours` are over."""
        self._by_key.clear()

    def made(self, payment_id: str) -> int:
        """Give how many charges of a payment took money."""
        return sum(
            isinstance(thing.asked, ChargeAsk)
            and thing.asked.payment_id == payment_id
            and thing.progress is Progress.SUCCEEDED
            for thing in self._things
        )

    def deliveries(self) -> tuple[Notice, ...]:
        """Give every notice so far, some of them twice, in an order of the seed's."""
        twice = [each for each in self.sent if self._draw(each.id, 0) % 2]
        mixed = sorted(
            enumerate([*self.sent, *twice]), key=lambda pair: self._draw(pair[1].id, pair[0] + 1)
        )
        return tuple(each for _, each in mixed)

    def signed(self, notice: Notice, *, at: datetime) -> tuple[bytes, str]:
        """Give a notice as it is sent: its bytes and its signature."""
        body = wire.canonical(notice).encode()
        stamp = str(micros(at))
        return body, f"{stamp}.{self._digest(stamp, body)}"

    # ------------------------------------------------------------------------------- inside

    def _do(
        self,
        ask: ChargeAsk | RepayAsk,
        prefix: str,
        progress: Progress,
        reason: DeclineReason | None,
    ) -> Answer:
        trouble = self._next_trouble()
        if trouble is Trouble.BEFORE:
            return Answer(progress=Progress.UNKNOWN)
        thing = self._by_key.get(ask.key)
        if thing is None:
            thing = _Thing(f"{prefix}_{len(self._things) + 1}", ask, progress, reason)
            self._by_key[ask.key] = thing
            self._things.append(thing)
            self._tell(thing)
        elif (thing.asked.amount, thing.asked.payment_id) != (ask.amount, ask.payment_id):
            raise Malformed.at("key", "was used for something else")
        return Answer(progress=Progress.UNKNOWN) if trouble is Trouble.AFTER else thing.answer

    def _tell(self, thing: _Thing) -> None:
        asked = thing.asked
        repaid = isinstance(asked, RepayAsk)
        self.sent.append(
            Notice(
                id=f"evt_{len(self.sent) + 1}",
                reference=asked.reference or thing.reference,
                payment_id=asked.payment_id,
                news=News.REPAYMENT if repaid else News.CHARGE,
                subject=asked.repayment_id if isinstance(asked, RepayAsk) else None,
                progress=thing.progress,
                amount=asked.amount,
                reason=thing.reason,
                occurred_at=_tick(len(self.sent)),
            )
        )

    def _of(self, reference: str) -> _Thing | None:
        return next((each for each in self._things if each.reference == reference), None)

    def _repayments(self, reference: str) -> Iterable[_Thing]:
        return (
            each
            for each in self._things
            if isinstance(each.asked, RepayAsk)
            and each.asked.reference == reference
            and each.progress is Progress.SUCCEEDED
        )

    def _next_trouble(self) -> Trouble:
        return self.troubles.pop(0) if self.troubles else Trouble.NONE

    def _draw(self, what: str, turn: int) -> int:
        text = f"{self.seed}/{turn}/{what}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def _digest(self, stamp: str, body: bytes) -> str:
        return hmac.new(self.secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@define
class AsyncProcessorDouble:
    """The same processor, to be awaited; see `leadcore.ports.AsyncProcessor`."""

    double: ProcessorDouble = field(factory=ProcessorDouble)

    @property
    def keys_hours(self) -> int:
        """How long it remembers a key."""
        return self.double.keys_hours

    async def charge(self, ask: ChargeAsk) -> Answer:
        """As `ProcessorDouble.charge`."""
        return self.double.charge(ask)

    async def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """As `ProcessorDouble.look`."""
        return self.double.look(ask)

    async def repay(self, ask: RepayAsk) -> Answer:
        """As `ProcessorDouble.repay`."""
        return self.double.repay(ask)

    def read(self, body: bytes, signature: str, *, at: datetime) -> Notice | None:
        """As `ProcessorDouble.read`."""
        return self.double.read(body, signature, at=at)


def _declined(token: str) -> DeclineReason | None:
    for reason in DeclineReason:
        if token == f"pm_declined_{reason.value}":
            return reason
    return None


def _tick(number: int) -> datetime:
    return EPOCH + timedelta(seconds=number)


# -------------------------------------------------------------------------------------- strategies


def payment_methods() -> st.SearchStrategy[PaymentMethod]:
    """Draw a payment method."""
    tokens = st.text("abcXYZ019_-", min_size=1, max_size=12).map("pm_{}".format)
    customers = st.none() | st.integers(1, 999).map("cus_{}".format)
    return st.builds(
        PaymentMethod,
        token=tokens,
        customer=customers,
        brand=st.none() | st.sampled_from(("visa", "amex")),
        last4=st.none() | st.integers(0, 9999).map("{:04d}".format),
        expires=st.none() | st.sampled_from(("2026-12", "2031-01")),
    )


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Draw a notice about a charge, a repayment or a dispute."""
    news = draw(st.sampled_from(News))
    told = st.sampled_from((Progress.PENDING, Progress.SUCCEEDED, Progress.DECLINED))
    amount = st.builds(Money, st.integers(1, 10**9), st.sampled_from(("USD", "JPY")))
    disputed = news is News.DISPUTE
    return Notice(
        id=f"evt_{draw(st.integers(1, 99))}",
        reference=f"ch_{draw(st.integers(1, 9))}",
        payment_id=draw(st.none() | st.just("p")),
        news=news,
        subject=None if news is News.CHARGE else f"x_{draw(st.integers(1, 9))}",
        progress=None if disputed else draw(told),
        dispute=draw(st.sampled_from(DisputeStatus)) if disputed else None,
        amount=draw(amount if disputed else st.none() | amount),
        reason=draw(st.none() | st.sampled_from(DeclineReason)),
        code=draw(st.none() | st.just("do_not_honor")),
        occurred_at=draw(instants()),
    )
