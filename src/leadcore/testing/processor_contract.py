"""The contract of a payment processor: fill in `make_rig` and run pytest.

    class TestMyProcessor(ProcessorContract):
        def make_rig(self):
            return MyRig(...)

A rig is the processor beside what a test must be able to bring about: declines, lost answers, and
the notices that were sent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import pytest
from attrs import evolve as replace

from leadcore.errors import Malformed
from leadcore.payments import (
    Answer,
    ChargeAsk,
    News,
    NotThere,
    PaymentMethod,
    Progress,
    RepayAsk,
)
from leadcore.testing.processors import Trouble
from leadcore.values import Money

if TYPE_CHECKING:
    from leadcore.ports import Processor

__all__ = ["ProcessorContract", "ProcessorRig"]

_AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
_LONG = timedelta(days=2)


class ProcessorRig(Protocol):
    """A processor, and what a test must bring about.

    Attributes:
        good: a method that can be charged.
        declined: a method that is declined for want of money.
    """

    good: PaymentMethod
    declined: PaymentMethod

    @property
    def processor(self) -> Processor:
        """The processor to be tested."""
        ...

    def trouble(self, trouble: Trouble) -> None:
        """Let the answer to the next ask be lost, before or after it was done."""
        ...

    def made(self, payment_id: str) -> int:
        """Give how many charges of a payment took money at the processor."""
        ...

    def deliveries(self, *, at: datetime) -> tuple[tuple[bytes, str], ...]:
        """Give the notices sent so far, signed at an instant: bytes and signature."""
        ...


class ProcessorContract:
    """What every processor must do; see `leadcore.ports.Processor`."""

    def make_rig(self) -> ProcessorRig:
        """Give a fresh rig."""
        raise TypeError("a contract's test class gives its rig in make_rig()")

    def test_the_same_ask_is_one_charge(self) -> None:
        """A key is charged once, and answered the same each time."""
        rig = self.make_rig()
        ask = _ask(rig.good)
        first, second = rig.processor.charge(ask), rig.processor.charge(ask)
        assert (first.progress, first.amount) == (Progress.SUCCEEDED, ask.amount)
        assert (second, rig.made("p1")) == (first, 1)

    def test_another_payment_is_another_charge(self) -> None:
        """Two payments of the same amount are two."""
        rig = self.make_rig()
        one, two = (rig.processor.charge(_ask(rig.good, key)) for key in ("p1", "p2"))
        assert one.reference != two.reference
        assert (rig.made("p1"), rig.made("p2")) == (1, 1)

    def test_a_key_is_not_used_for_something_else(self) -> None:
        """The same key with another amount is refused, and charges nothing more."""
        rig = self.make_rig()
        ask = _ask(rig.good)
        rig.processor.charge(ask)
        with pytest.raises(Malformed):
            rig.processor.charge(replace(ask, amount=Money(1, "USD")))
        assert rig.made("p1") == 1

    def test_a_decline_says_why_and_takes_nothing(self) -> None:
        """It has a reason that a person understands, and stays declined."""
        rig = self.make_rig()
        answer = rig.processor.charge(_ask(rig.declined))
        assert answer.progress is Progress.DECLINED
        assert answer.reason is not None
        assert rig.processor.charge(_ask(rig.declined)).progress is Progress.DECLINED
        assert rig.made("p1") == 0

    @pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
    def test_a_lost_answer_is_unknown_and_asked_again_it_is_one_charge(
        self, trouble: Trouble
    ) -> None:
        """Nobody is declined, and nobody is charged twice, because an answer was lost."""
        rig = self.make_rig()
        rig.trouble(trouble)
        lost = rig.processor.charge(_ask(rig.good))
        assert lost.progress is Progress.UNKNOWN
        assert rig.made("p1") == (trouble is Trouble.AFTER)
        assert rig.processor.charge(_ask(rig.good)).progress is Progress.SUCCEEDED
        assert rig.made("p1") == 1

    def test_what_is_looked_for_is_found_or_is_not_there(self) -> None:
        """A charge whose answer was lost is found by our id of it; looking charges nothing."""
        rig = self.make_rig()
        ask = _ask(rig.good)
        assert rig.processor.look(ask) == NotThere()
        rig.trouble(Trouble.AFTER)
        rig.processor.charge(ask)
        found = rig.processor.look(ask)
        assert isinstance(found, Answer)
        assert (found.progress, found.amount) == (Progress.SUCCEEDED, ask.amount)
        assert rig.processor.look(replace(ask, reference=found.reference)) == found
        rig.trouble(Trouble.BEFORE)
        assert rig.processor.look(ask) == Answer(progress=Progress.UNKNOWN)
        assert (rig.made("p1"), rig.processor.look(_ask(rig.good, "p2"))) == (1, NotThere())

    @pytest.mark.parametrize("trouble", Trouble)
    def test_money_goes_back_once(self, trouble: Trouble) -> None:
        """A repayment is made once however often it is asked for, and found by our id of it."""
        rig = self.make_rig()
        charged = rig.processor.charge(_ask(rig.good))
        back = RepayAsk(
            payment_id="p1",
            repayment_id="r1",
            amount=Money(600, "USD"),
            reference=charged.reference or "",
            requested_at=_AT,
        )
        assert rig.processor.look(back) == NotThere()
        rig.trouble(trouble)
        rig.processor.repay(back)
        answers = [rig.processor.repay(back), rig.processor.look(back)]
        assert [isinstance(each, Answer) and each.progress for each in answers] == [
            Progress.SUCCEEDED,
            Progress.SUCCEEDED,
        ]
        assert answers[0] == answers[1]
        # Only what is left can go back: had it gone twice, this would be too much.
        rest = replace(back, repayment_id="r2", amount=Money(400, "USD"))
        assert rig.processor.repay(rest).progress is Progress.SUCCEEDED
        more = replace(back, repayment_id="r3", amount=Money(1, "USD"))
        assert rig.processor.repay(more).progress is Progress.DECLINED

    def test_notices_are_the_processors_own(self) -> None:
        """A signature proves who sent it and when; anything else is refused."""
        rig = self.make_rig()
        rig.processor.charge(_ask(rig.good))
        sent = rig.deliveries(at=_AT)
        assert sent
        for body, signature in sent:
            forged = body.replace(b"p1", b"p2")
            for wrong in ((forged, signature), (body, ""), (body, "x"), (body, signature[:-1])):
                with pytest.raises(Malformed, match="signature"):
                    rig.processor.read(*wrong, at=_AT)
            for late in (_AT + _LONG, _AT - _LONG):
                with pytest.raises(Malformed, match="signature"):
                    rig.processor.read(body, signature, at=late)

    def test_notices_tell_what_the_answers_told(self) -> None:
        """Charges and repayments are told by our ids; each notice has an id of its own."""
        rig = self.make_rig()
        charged = rig.processor.charge(_ask(rig.good))
        rig.processor.charge(_ask(rig.declined, "p2"))
        back = RepayAsk(
            payment_id="p1",
            repayment_id="r1",
            amount=Money(600, "USD"),
            reference=charged.reference or "",
            requested_at=_AT,
        )
        rig.processor.repay(back)
        read = [rig.processor.read(*one, at=_AT) for one in rig.deliveries(at=_AT)]
        told = {
            (each.payment_id, each.news, each.subject, each.progress, each.amount)
            for each in read
            if each is not None
        }
        assert {
            ("p1", News.CHARGE, None, Progress.SUCCEEDED, Money(1_000, "USD")),
            ("p2", News.CHARGE, None, Progress.DECLINED, Money(1_000, "USD")),
            ("p1", News.REPAYMENT, "r1", Progress.SUCCEEDED, Money(600, "USD")),
        } <= told
        first = {each.id: each for each in read if each is not None}
        assert all(first[each.id] == each for each in read if each is not None)


def _ask(method: PaymentMethod, payment_id: str = "p1") -> ChargeAsk:
    return ChargeAsk(
        payment_id=payment_id, amount=Money(1_000, "USD"), method=method, requested_at=_AT
    )
