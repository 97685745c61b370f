"""The contract of a courier passes for one that does everything, and finds broken ones."""

import pytest
from attrs import evolve as replace

from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel
from leadcore.testing.awaiting import Loop
from leadcore.testing.courier_contract import (
    AwaitedCourier,
    CourierContract,
    FarSide,
    Taken,
    courier_message,
)

WHY = {
    FarSide.LATER: WhyNotSent.LATER,
    FarSide.REFUSED: WhyNotSent.REFUSED,
    FarSide.OPTED_OUT: WhyNotSent.OPTED_OUT,
    FarSide.BREAKS: WhyNotSent.LATER,
    FarSide.LOST: WhyNotSent.LATER,
}


class Perfect:
    """A courier and its far side in one."""

    channels = frozenset({Channel.EMAIL, Channel.TEXT})

    def __init__(self):
        self.came = []
        self.does = None

    def deliver(self, message):
        if message.channel not in self.channels or not message.to.isprintable() or not message.to:
            return NotSent(WhyNotSent.REFUSED, "no such address")
        if message.subject == message.body == "":
            return NotSent(WhyNotSent.REFUSED, "it says nothing")
        does, self.does = self.does, None
        if does in {None, FarSide.LOST}:
            self.came.append(self.taken(message))
        return Sent() if does is None else NotSent(WHY[does], does.value)

    def taken(self, message):
        return Taken(
            id=message.id,
            to=(message.to,),
            subject=message.subject,
            body=message.body,
            html=message.html,
            attachments=tuple(("text/calendar", _lines(e.text)) for e in message.attachments),
        )


def _lines(text):
    return text.replace("\r\n", "\n").rstrip("\n")


class Rig(CourierContract):
    can = frozenset(FarSide)
    keeps = frozenset({"id", "to", "subject", "body", "html", "attachments"})
    secrets = ("s3cret",)
    kind = Perfect

    @pytest.fixture
    def courier(self):
        return self.kind()

    @pytest.fixture
    def taken(self, courier):
        return lambda: tuple(courier.came)

    @pytest.fixture
    def far_side(self, courier):
        return lambda does: setattr(courier, "does", does)


class TestPerfect(Rig):
    pass


class TestText(Rig):
    """One that delivers texts only, to a far side that can't be made to fail."""

    can = frozenset()

    @pytest.fixture
    def courier(self):
        made = Perfect()
        made.channels = frozenset({Channel.TEXT})
        return made


class Copies(Perfect):
    def taken(self, message):
        return replace(super().taken(message), to=(message.to, "boss@x.example"))


class Anonymous(Perfect):
    def taken(self, message):
        return replace(super().taken(message), id=f"{len(self.came)}")


class Tells(Perfect):
    def deliver(self, message):
        answer = super().deliver(message)
        return answer if isinstance(answer, Sent) else NotSent(answer.why, "s3cret")


def run(kind, name, *more):
    broken = type("Broken", (Rig,), {"kind": kind})()
    courier = kind()
    given = {
        "courier": courier,
        "taken": lambda: tuple(courier.came),
        "far_side": lambda does: setattr(courier, "does", does),
    }
    test = getattr(broken, name)
    names = test.__func__.__code__.co_varnames[1 : test.__func__.__code__.co_argcount]
    test(*more, **{each: given[each] for each in names[len(more) :]})


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        (Copies, "test_what_a_message_says_arrives", ()),
        (Anonymous, "test_the_same_message_again_can_be_recognised", ()),
        (Tells, "test_what_the_far_side_says_is_told", (FarSide.LATER,)),
    ],
)
def test_a_courier_that_is_broken_on_purpose_is_found(kind, name, more):
    with pytest.raises(AssertionError):
        run(kind, name, *more)


def test_a_courier_that_tries_again_by_itself_is_found():
    class Stubborn(Perfect):
        def deliver(self, message):
            super().deliver(message)
            return super().deliver(message)

    with pytest.raises(AssertionError):
        run(Stubborn, "test_another_message_is_another")


def test_the_fixtures_are_the_subclass_authors():
    class Bare(CourierContract):
        pass

    for name in ("courier", "taken", "far_side"):
        with pytest.raises(TypeError, match=name):
            getattr(Bare, name).__wrapped__(Bare())


def test_a_test_is_not_overridden():
    with pytest.raises(TypeError, match="overrides"):

        class _Cheat(CourierContract):
            test_another_message_is_another = None


def test_an_async_courier_is_waited_for():
    class Async:
        channels = frozenset({Channel.TEXT})

        async def deliver(self, message):
            return Sent(message.id)

    with Loop() as loop:
        courier = AwaitedCourier(Async(), loop)
        message = courier_message(Channel.TEXT)
        assert (courier.deliver(message), courier.channels) == (
            Sent(message.id),
            frozenset({Channel.TEXT}),
        )
