"""The contract passes for the double, and fails for doubles that are broken on purpose."""

import pytest
from attrs import define, evolve

from leadcore.payments import Answer, NotThere, PaymentMethod, Progress
from leadcore.testing.processor_contract import ProcessorContract
from leadcore.testing.processors import ProcessorDouble, Trouble

GOOD = PaymentMethod(token="pm_good")
DECLINED = PaymentMethod(token="pm_declined_insufficient_funds")


class Rig:
    good = GOOD
    declined = DECLINED

    def __init__(self, processor):
        self.processor = processor

    def trouble(self, trouble):
        self.processor.troubles.append(trouble)

    def made(self, payment_id):
        return self.processor.made(payment_id)

    def deliveries(self, *, at):
        return tuple(self.processor.signed(each, at=at) for each in self.processor.deliveries())


class TestDouble(ProcessorContract):
    def make_rig(self):
        return Rig(ProcessorDouble(seed=3))


def test_a_contract_asks_for_a_rig():
    with pytest.raises(TypeError, match="make_rig"):
        ProcessorContract().make_rig()


@define
class Charging(ProcessorDouble):
    """Charges again each time it is asked."""

    def charge(self, ask):
        self.forget()
        return super().charge(ask)


@define
class Declining(ProcessorDouble):
    """Calls a lost answer a decline."""

    def charge(self, ask):
        answer = super().charge(ask)
        if answer.progress is Progress.UNKNOWN:
            return Answer(progress=Progress.DECLINED)
        return answer


@define
class Repaying(ProcessorDouble):
    """Gives back again each time it is asked."""

    def repay(self, ask):
        self.forget()
        return super().repay(ask)


@define
class Trusting(ProcessorDouble):
    """Reads whatever comes."""

    def read(self, body, signature, *, at):
        stamp = signature.partition(".")[0]
        good = f"{stamp}.{self._digest(stamp, body)}"
        return super().read(body, good, at=at) if stamp.isdecimal() else None


@define
class Blind(ProcessorDouble):
    """Finds nothing."""

    def look(self, ask):
        return NotThere()


@define
class Mute(ProcessorDouble):
    """Does not say why."""

    def charge(self, ask):
        answer = super().charge(ask)
        return evolve(answer, reason=None) if answer.reason else answer


BROKEN = {
    Charging: ("test_the_same_ask_is_one_charge", ()),
    Declining: (
        "test_a_lost_answer_is_unknown_and_asked_again_it_is_one_charge",
        (Trouble.AFTER,),
    ),
    Repaying: ("test_money_goes_back_once", (Trouble.AFTER,)),
    Trusting: ("test_notices_are_the_processors_own", ()),
    Blind: ("test_what_is_looked_for_is_found_or_is_not_there", ()),
    Mute: ("test_a_decline_says_why_and_takes_nothing", ()),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_processor_is_found(kind):
    class Broken(ProcessorContract):
        def make_rig(self):
            return Rig(kind())

    name, given = BROKEN[kind]
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        getattr(Broken(), name)(*given)
