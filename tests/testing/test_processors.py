"""The double behaves like a real processor, and its notices and methods are well formed."""

import asyncio
from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given

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
from leadcore.testing.processors import (
    AsyncProcessorDouble,
    ProcessorDouble,
    Trouble,
    notices,
    payment_methods,
)
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)


METHOD = PaymentMethod(token="pm_1")


def ask(token=METHOD.token, key="p1"):
    return ChargeAsk(
        payment_id=key,
        amount=Money(1000, "USD"),
        method=PaymentMethod(token=token),
        requested_at=AT,
    )


def back(reference, minor=600):
    return RepayAsk(
        payment_id="p1",
        repayment_id="r1",
        amount=Money(minor, "USD"),
        reference=reference,
        requested_at=AT,
    )


@pytest.mark.parametrize("reason", DeclineReason)
def test_it_declines_by_token(reason):
    answer = ProcessorDouble().charge(ask(f"pm_declined_{reason.value}"))
    assert (answer.progress, answer.reason) == (Progress.DECLINED, reason)


def test_what_is_pending_is_finished_well_or_badly():
    double = ProcessorDouble()
    for key, reason in (("p1", None), ("p2", DeclineReason.LIMIT)):
        assert double.charge(ask("pm_pending", key)).progress is Progress.PENDING
        double.finish(key, reason=reason)
    assert [double.charge(ask("pm_pending", key)).reason for key in ("p1", "p2")] == [
        None,
        DeclineReason.LIMIT,
    ]
    assert [each.progress.value for each in double.sent] == [
        "pending",
        "succeeded",
        "pending",
        "declined",
    ]


def test_a_forgotten_key_charges_again_which_is_why_nobody_asks_then():
    double = ProcessorDouble()
    double.charge(ask())
    double.forget()
    double.charge(ask())
    assert double.made("p1") == 2


def test_no_more_goes_back_than_was_charged():
    double = ProcessorDouble()
    charged = double.charge(ask())
    assert double.repay(back("ch_9")).progress is Progress.DECLINED
    more = replace(back(charged.reference, 1001), repayment_id="r2")
    assert double.repay(more).progress is Progress.DECLINED


def test_it_is_disputed():
    double = ProcessorDouble()
    double.charge(ask())
    double.charge(ask(key="p2"))
    double.dispute("p2", DisputeStatus.LOST, Money(1000, "USD"))
    told = double.sent[-1]
    assert (told.news, told.reference, told.payment_id) == (News.DISPUTE, "ch_2", None)


def test_notices_come_all_some_twice_in_an_order_of_the_seeds():
    orders = set()
    for seed in range(9):
        double = ProcessorDouble(seed=seed)
        for key in ("p1", "p2", "p3", "p4"):
            double.charge(ask(key=key))
        came = [each.id for each in double.deliveries()]
        assert set(came) == {each.id for each in double.sent}
        assert came == [each.id for each in double.deliveries()]
        orders.add(tuple(came))
    assert len(orders) > 6
    assert any(len(came) > 4 for came in orders)


def test_a_signed_notice_is_read_and_no_other():
    double = ProcessorDouble()
    double.charge(ask())
    body, signature = double.signed(double.sent[0], at=AT)
    assert double.read(body, signature, at=AT) == double.sent[0]
    for wrong in ("", "x.y", f"{signature}0"):
        with pytest.raises(Malformed, match="processor's"):
            double.read(body, wrong, at=AT)
    with pytest.raises(Malformed, match="ago"):
        double.read(body, signature, at=AT.replace(hour=16))


def test_the_async_one_is_the_same():
    double = AsyncProcessorDouble()

    async def asked():
        first = await double.charge(ask())
        repaid = await double.repay(back(first.reference))
        return first, repaid, await double.look(ask()), await double.look(ask(key="p2"))

    first, repaid, found, none = asyncio.run(asked())
    assert (found, none, repaid.progress) == (first, NotThere(), Progress.SUCCEEDED)
    body, signature = double.double.signed(double.double.sent[0], at=AT)
    assert double.read(body, signature, at=AT).payment_id == "p1"
    assert double.keys_hours == double.double.keys_hours


@pytest.mark.parametrize(("trouble", "made"), [(Trouble.BEFORE, 0), (Trouble.AFTER, 1)])
def test_an_answer_is_lost_before_or_after_the_charge_was_made(trouble, made):
    double = ProcessorDouble(troubles=[trouble])
    assert double.charge(ask()) == Answer(progress=Progress.UNKNOWN)
    assert double.made("p1") == made


def test_trouble_befalls_a_look_too():
    double = ProcessorDouble(troubles=[Trouble.AFTER])
    assert double.look(ask()) == Answer(progress=Progress.UNKNOWN)
    double.charge(ask())
    with pytest.raises(Malformed, match="something else"):
        double.charge(replace(ask(), amount=Money(1, "USD")))


@given(payment_methods(), notices())
def test_what_is_drawn_is_well_formed(method, notice):
    assert wire.load(PaymentMethod, wire.dump(method)) == method
    assert wire.load(Notice, wire.dump(notice)) == notice
