"""The contract of a courier: fill in three fixtures and run pytest.

    class TestMyCourier(CourierContract):
        can = frozenset({FarSide.LATER, FarSide.REFUSED, FarSide.BREAKS})

        @pytest.fixture
        def courier(self): ...

        @pytest.fixture
        def taken(self):
            return lambda: tuple(Taken(...) for each in what_the_far_side_received)

        @pytest.fixture
        def far_side(self):
            return lambda does: ...  # the next delivery meets this, the one after it none

An async courier is tested as a sync one: `AwaitedCourier(my_courier, loop)`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

import pytest
from attrs import evolve as replace
from attrs import frozen

from leadcore.notices import Attachment, Message, MessageKind
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel
from leadcore.testing.capabilities import only_new_tests
from leadcore.values import AccountId, LeadId, SellerId

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.ports import AsyncCourier, Courier
    from leadcore.testing.awaiting import Loop

__all__ = ["AwaitedCourier", "CourierContract", "FarSide", "Taken", "courier_message"]

_AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
_TO = {
    Channel.EMAIL: "ann@person.example",
    Channel.TEXT: "+12125550100",
    Channel.CALL: "+12125550100",
}
_INVITATION = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


class FarSide(Enum):
    """What the far side can be made to do with the next delivery.

    * `LATER`: it says that it may take the message another time;
    * `REFUSED`: it says that it will never take it;
    * `OPTED_OUT`: it says that whoever it is for wants no messages any more;
    * `BREAKS`: the connection breaks before anything was taken;
    * `LOST`: the message is taken, and the answer lost.
    """

    LATER = "later"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
    BREAKS = "breaks"
    LOST = "lost"


_SAID = {
    FarSide.LATER: WhyNotSent.LATER,
    FarSide.REFUSED: WhyNotSent.REFUSED,
    FarSide.OPTED_OUT: WhyNotSent.OPTED_OUT,
    FarSide.BREAKS: WhyNotSent.LATER,
    FarSide.LOST: WhyNotSent.LATER,
}


@frozen(kw_only=True)
class Taken:
    r"""One message as the far side received it, read back from what came over the wire.

    Attributes:
        id: the id of the message it carries; None where the protocol has no place for one.
        to: every address it was delivered to, as the far side was told them.
        subject: empty where the channel has none.
        body: the plain words; line ends as "\n", without those at the end.
        html: the page, the same way; empty where none came.
        attachments: the media type without parameters, and the text, line ends as "\n".
    """

    id: str | None
    to: tuple[str, ...]
    subject: str = ""
    body: str
    html: str = ""
    attachments: tuple[tuple[str, str], ...] = ()


class AwaitedCourier:
    """An async courier whose `deliver` is awaited for the caller."""

    def __init__(self, courier: AsyncCourier, loop: Loop) -> None:
        """Wrap a courier whose coroutines are to run on a loop."""
        self._courier = courier
        self._wait = loop.wait

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels it delivers on."""
        return self._courier.channels

    def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message over, and wait."""

        async def delivered() -> Sent | NotSent:
            return await self._courier.deliver(message)

        return self._wait(delivered())


def courier_message(channel: Channel, name: str = "m1") -> Message:
    """Give a message as couriers get them; an e-mail has a page and an invitation, too."""
    email = channel is Channel.EMAIL
    page = "<!DOCTYPE html>\n<p>Your provider is <b>Ann &amp; Bob</b>.</p>"
    invitation = Attachment(
        name="invitation.ics", media_type="text/calendar; method=REQUEST", text=_INVITATION
    )
    return Message(
        id=f"seller/sale-1/confirmation/{channel.value}/{name}",
        kind=MessageKind.CONFIRMATION,
        channel=channel,
        to=_TO[channel],
        to_person=True,
        subject="Señora, we received your request ✓" if email else "",
        body="Dear Ann,\n\nYour provider is Ann & Bob: 100 % <free>.",
        html=page if email else "",
        attachments=(invitation,) if email else (),
        seller_id=SellerId("seller"),
        account_id=AccountId("account"),
        lead_id=LeadId("lead-1"),
        at=_AT,
        not_after=_AT + timedelta(hours=1),
    )


_HOSTILE = {
    "header": "Ann\r\nBcc: all@world.example\r\n\r\nbody",
    "line separators": "Ann\u2028Bcc: all@world.example\u2029\x0b\x0c\x1c\x85",
    "right to left": "\u202eelpmaxe.dlrow@lla\u202c \u2066x\u2069 \u200f\u200e",
    "nul": "Ann\x00Bob",
    "long": "N" * 10_000,
    "wide": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 1_000,
    "half a pair": "Ann \ud83d",
    "empty": "",
    "spaces": " \t ",
    "encoded word": "=?utf-8?q?Bcc=3A_all=40world=2Eexample?=",
    "dot": ".\r\n.\r\nQUIT\r\n",
}


class CourierContract:
    """What every courier must do; see `leadcore.ports.Courier`.

    Attributes:
        can: what the far side can be made to do; the rest is skipped, and said so.
        keeps: which parts of a message reach the far side as they are, of `Taken`'s attributes.
        secrets: what must never be told in an answer: passwords, tokens.
    """

    can: ClassVar[frozenset[FarSide]] = frozenset()
    keeps: ClassVar[frozenset[str]] = frozenset({"id", "to", "body"})
    secrets: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Refuse a subclass that overrides one of the tests."""
        only_new_tests(cls, CourierContract)

    @pytest.fixture
    def courier(self) -> Courier:
        """Give the courier to be tested."""
        raise TypeError("a contract's test class gives its courier in the fixture courier")

    @pytest.fixture
    def taken(self) -> Callable[[], tuple[Taken, ...]]:
        """Give what tells what the far side received so far, oldest first."""
        raise TypeError("a contract's test class tells what was received in the fixture taken")

    @pytest.fixture
    def far_side(self) -> Callable[[FarSide], None]:
        """Give what makes the far side do something with the next delivery."""
        raise TypeError("a contract's test class makes the far side fail in the fixture far_side")

    # ------------------------------------------------------------------------------ what arrives

    def test_says_on_which_channels_it_delivers(self, courier: Courier) -> None:
        """On one at least."""
        assert courier.channels
        assert courier.channels <= frozenset(Channel)

    def test_what_a_message_says_arrives(
        self, courier: Courier, taken: Callable[[], tuple[Taken, ...]]
    ) -> None:
        """To whom it is addressed and to nobody else, word by word."""
        for number, channel in enumerate(_channels(courier)):
            message = courier_message(channel)
            assert isinstance(courier.deliver(message), Sent)
            (*_, last), count = taken(), len(taken())
            assert count == number + 1
            wanted = _as_taken(message)
            assert {name: getattr(last, name) for name in self.keeps} == {
                name: getattr(wanted, name) for name in self.keeps
            }

    def test_the_same_message_again_can_be_recognised(
        self, courier: Courier, taken: Callable[[], tuple[Taken, ...]]
    ) -> None:
        """Handed over twice it arrives once, or both carry its id."""
        for channel in _channels(courier):
            before, message = len(taken()), courier_message(channel)
            assert all(isinstance(courier.deliver(message), Sent) for _ in range(2))
            came = taken()[before:]
            assert 1 <= len(came) <= 2  # noqa: PLR2004 - once or twice
            assert len(came) == 1 or "id" not in self.keeps or {e.id for e in came} == {message.id}

    def test_another_message_is_another(
        self, courier: Courier, taken: Callable[[], tuple[Taken, ...]]
    ) -> None:
        """Two that say the same to the same are two."""
        for channel in _channels(courier):
            before = len(taken())
            for name in ("m1", "m2"):
                assert isinstance(courier.deliver(courier_message(channel, name)), Sent)
            assert len(taken()) == before + 2

    def test_another_channel_is_refused(
        self, courier: Courier, taken: Callable[[], tuple[Taken, ...]]
    ) -> None:
        """What it can't deliver is never tried again, and goes nowhere."""
        for channel in sorted(frozenset(Channel) - courier.channels, key=lambda each: each.value):
            answer = courier.deliver(courier_message(channel))
            assert isinstance(answer, NotSent)
            assert answer.why is WhyNotSent.REFUSED
        assert taken() == ()

    # --------------------------------------------------------------------------- what goes wrong

    @pytest.mark.parametrize("does", FarSide)
    def test_what_the_far_side_says_is_told(
        self,
        does: FarSide,
        courier: Courier,
        taken: Callable[[], tuple[Taken, ...]],
        far_side: Callable[[FarSide], None],
    ) -> None:
        """As one of the three reasons, on one line, without secrets; the next one gets through."""
        if does not in self.can:
            pytest.skip(f"the far side can't be made to do this: {does.value}")
        channel = _channels(courier)[0]
        message = courier_message(channel)
        far_side(does)
        answer = courier.deliver(message)
        assert isinstance(answer, NotSent)
        assert answer.why is _SAID[does]
        assert answer.said.strip()
        assert len(answer.said.splitlines()) == 1
        assert not [secret for secret in self.secrets if secret in answer.said]
        assert len(taken()) == (does is FarSide.LOST)
        assert isinstance(courier.deliver(message), Sent)
        came = taken()
        assert len(came) in ((1, 2) if does is FarSide.LOST else (1,))
        assert "id" not in self.keeps or {each.id for each in came} == {message.id}

    @pytest.mark.parametrize("what", sorted(_HOSTILE))
    def test_hostile_texts_stay_harmless(
        self, what: str, courier: Courier, taken: Callable[[], tuple[Taken, ...]]
    ) -> None:
        """They arrive as texts, cut or not at all: nobody else gets a copy, nothing is raised."""
        words = _HOSTILE[what]
        for channel in _channels(courier):
            before, clean = len(taken()), courier_message(channel)
            message = replace(
                clean, subject=words, body=words, html=f"<p>{words}</p>" if clean.html else ""
            )
            answer = courier.deliver(message)
            came = taken()[before:]
            assert len(came) == isinstance(answer, Sent)
            assert all(each.to == (clean.to,) for each in came)
            if isinstance(answer, NotSent):
                assert answer.why is WhyNotSent.REFUSED
            assert isinstance(courier.deliver(clean), Sent)

    @pytest.mark.parametrize("to", ["", "a@x.example\r\nRCPT TO:<b@x.example>", "+1\n2", "\x00"])
    def test_an_address_that_is_none_is_refused(
        self, to: str, courier: Courier, taken: Callable[[], tuple[Taken, ...]]
    ) -> None:
        """It reaches nobody, and nobody else either."""
        for channel in _channels(courier):
            answer = courier.deliver(replace(courier_message(channel), to=to))
            assert isinstance(answer, NotSent)
            assert answer.why is WhyNotSent.REFUSED
        assert taken() == ()


def _channels(courier: Courier) -> list[Channel]:
    return sorted(courier.channels, key=lambda channel: channel.value)


def _as_taken(message: Message) -> Taken:
    return Taken(
        id=message.id,
        to=(message.to,),
        subject=message.subject,
        body=_lines(message.body),
        html=_lines(message.html),
        attachments=tuple(
            (each.media_type.partition(";")[0].strip(), _lines(each.text))
            for each in message.attachments
        ),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")
