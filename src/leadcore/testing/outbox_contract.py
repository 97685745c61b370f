"""What a store must do about the outbox: letters claimed once, in order, and settled for good."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from attrs import evolve as replace
from attrs import field, frozen

from leadcore import back_office as bo
from leadcore.errors import NotFound
from leadcore.letters import (
    OPEN,
    DropLetter,
    LetterStatus,
    RelayPlan,
    RetryLetter,
    WhyDropped,
    lane_of,
)
from leadcore.notices import Message, MessageKind
from leadcore.outcomes import Outcome
from leadcore.ports import (
    NotSent,
    OutboxNeeds,
    OutboxQuery,
    SellerFacts,
    SellerNeeds,
    Sent,
    Store,
    WhyNotSent,
)
from leadcore.relay import Relay, deliver_due
from leadcore.submissions import Channel
from leadcore.testing.capabilities import Can, together
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Scene, new_seller, terms
from leadcore.values import LeadId, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.letters import Letter

__all__ = ["OutboxContract", "PutMessages", "RecordingCourier", "outbox_message"]

_LATER = NotSent(why=WhyNotSent.LATER, said="451 try again")
_REFUSED = NotSent(why=WhyNotSent.REFUSED, said="550 no such mailbox")
_SECOND = timedelta(seconds=1)
PLAN = RelayPlan(delays=(30, 60), tries=3, jitter=0, lease=120, batch=5)


@frozen(kw_only=True)
class PutMessages:
    """Put messages into the outbox, as if they followed from something."""

    seller_id: SellerId
    messages: tuple[Message, ...]

    @property
    def needs(self) -> SellerNeeds:
        """The seller."""
        return SellerNeeds(self.seller_id)

    def decide(self, facts: SellerFacts) -> Outcome[None]:  # noqa: ARG002 - whatever is known
        """Say what follows: the messages."""
        return Outcome(answer=None, messages=self.messages)


def outbox_message(
    seller: SellerId,
    number: int,
    *,
    lead: str | None = None,
    to: str = "u@x.example",
    channel: Channel = Channel.EMAIL,
    at: datetime = AT,
) -> Message:
    """Give a message to an associate, about a lead or about none."""
    return Message(
        id=f"{seller}/m{number:04d}",
        kind=MessageKind.COURTESY,
        channel=channel,
        to=to,
        to_person=False,
        subject="New lead",
        body=f"Message {number}",
        seller_id=seller,
        lead_id=None if lead is None else LeadId(f"{seller}/{lead}"),
        at=at,
    )


class RecordingCourier:
    """A courier that keeps what it was handed, in order, and answers as it is told.

    Attributes:
        taken: the messages that were handed over.
        answers: what it says to a message; None: that it was sent.
    """

    def __init__(self, answers: Callable[[Message], Sent | NotSent] | None = None) -> None:
        """Make it."""
        self.taken: list[Message] = []
        self.answers = answers

    @property
    def channels(self) -> frozenset[Channel]:
        """Every channel."""
        return frozenset(Channel)

    def deliver(self, message: Message) -> Sent | NotSent:
        """Take a message, and answer."""
        self.taken.append(message)
        return Sent(f"ref {message.id}") if self.answers is None else self.answers(message)


@frozen(kw_only=True)
class _Post:
    """A seller with messages in a store, and a relay at an instant."""

    store: Store
    seller: SellerId = field(factory=new_seller)

    def put(self, *messages: Message) -> _Post:
        self.store.run(terms(self.seller))
        self.store.run(PutMessages(seller_id=self.seller, messages=messages))
        return self

    def claim(self, at: datetime, by: str = "r1", plan: RelayPlan = PLAN) -> tuple[Any, ...]:
        case = bo.ClaimLetters(by=by, plan=plan, seller_id=self.seller, at=at)
        return self.store.run(case)

    def settle(self, claimed: bo.Claimed, answer: Sent | NotSent, at: datetime) -> Letter:
        case = bo.SettleLetter(
            message_id=claimed.message.id,
            version=claimed.version,
            answer=answer,
            plan=PLAN,
            at=at,
        )
        return self.store.run(case)

    def letter(self, number: int) -> Letter:
        entry = self.store.letter(f"{self.seller}/m{number:04d}")
        assert entry is not None
        return entry.letter

    def numbers(self, *statuses: LetterStatus) -> list[int]:
        query = OutboxQuery(seller_id=self.seller, statuses=frozenset(statuses) or None)
        return [int(each.message.id[-4:]) for each in self.store.letters(query)]

    def relay(self, courier: RecordingCourier, at: datetime) -> int:
        """Deliver until nothing is due any more; give how many were claimed."""
        relay, count = Relay(name="r1", plan=PLAN, seller_id=self.seller), 0
        while (done := deliver_due(relay, self.store, [courier], lambda: at)).claimed:
            count += done.claimed
        return count


class OutboxContract(ABC):
    """What every store must do about the outbox; see `leadcore.ports.Outbox`.

    Attributes:
        can: as in `StoreContract`.
    """

    can: ClassVar[frozenset[Can]] = frozenset()

    @abstractmethod
    def make_store(self) -> Store:
        """Give a store to be tested."""

    def test_a_letter_is_one_relays_until_its_lease_ends(self) -> None:
        """Then another may take it, and the first one changes nothing any more, but "sent"."""
        post = _Post(store=self.make_store())
        post.put(outbox_message(post.seller, 1))
        assert post.claim(AT - _SECOND) == ()
        (first,) = post.claim(AT)
        end = AT + PLAN.leased
        assert post.claim(end - _SECOND, "r2") == ()
        (second,) = post.claim(end, "r2")
        assert (first.message, second.message) == (second.message, outbox_message(post.seller, 1))
        overtaken = bo.HandOver(claimed=first, at=end + _SECOND)
        assert post.store.run(overtaken).message is None
        assert post.settle(first, _REFUSED, end + _SECOND).claimed_by == "r2"
        assert post.settle(first, Sent("late"), end + _SECOND).status is LetterStatus.SENT
        assert post.settle(second, _LATER, end + _SECOND).reference == "late"
        assert (post.store.messages(9, post.seller), post.store.audit()) == ((), ())

    def test_messages_wait_in_the_outbox_until_they_are_settled(self) -> None:
        """Claimed, held or put off they still wait."""
        post = _Post(store=self.make_store())
        post.put(*(outbox_message(post.seller, number) for number in range(4)))
        claimed = post.claim(AT)
        answers: tuple[Sent | NotSent, ...] = (Sent(), _LATER, _REFUSED, Sent())
        assert len(post.store.messages(9, post.seller)) == 4  # noqa: PLR2004 - all of them
        for each, answer in zip(claimed, answers, strict=True):
            post.settle(each, answer, AT)
        assert [each.id[-4:] for each in post.store.messages(9, post.seller)] == ["0001"]
        assert post.numbers(LetterStatus.SENT) == [0, 3]
        assert post.numbers(LetterStatus.DROPPED) == [2]
        assert post.numbers(LetterStatus.WAITING, LetterStatus.DROPPED) == [1, 2]
        assert post.numbers() == [0, 1, 2, 3]

    def test_a_lane_is_delivered_in_order(self) -> None:
        """What waits for its next try blocks those behind it to the same address, no others."""
        post = _Post(store=self.make_store())
        post.put(
            outbox_message(post.seller, 2, lead="l1", at=AT),
            outbox_message(post.seller, 1, lead="l1", at=AT - _SECOND),
            outbox_message(post.seller, 3, lead="l1", to="other@x.example", at=AT),
            outbox_message(post.seller, 4, lead="l2", at=AT),
            outbox_message(post.seller, 5, at=AT),
            outbox_message(post.seller, 6, at=AT),
        )
        claimed = post.claim(AT, plan=replace(PLAN, batch=9))
        assert [int(each.message.id[-4:]) for each in claimed] == [1, 3, 4, 5, 6]
        assert post.claim(AT) == ()
        post.settle(claimed[0], _LATER, AT)
        assert post.claim(AT + 29 * _SECOND) == ()
        (again,) = post.claim(AT + 46 * _SECOND)
        assert again.message.id == claimed[0].message.id
        post.settle(again, Sent(), AT + 46 * _SECOND)
        (behind,) = post.claim(AT + 46 * _SECOND)
        assert behind.message.id.endswith("0002")

    def test_only_what_a_relay_delivers_is_claimed(self) -> None:
        """By channel, by seller; the longest due first, so many at most."""
        post = _Post(store=self.make_store())
        texts = [
            outbox_message(
                post.seller, n, channel=Channel.TEXT, to="+12125550100", at=AT - n * _SECOND
            )
            for n in range(1, 8)
        ]
        post.put(*texts, outbox_message(post.seller, 8))
        other = _Post(store=post.store)
        other.put(outbox_message(other.seller, 9))
        case = bo.ClaimLetters(
            by="r1", plan=PLAN, channels=frozenset({Channel.TEXT}), seller_id=post.seller, at=AT
        )
        claimed = post.store.run(case)
        assert [int(each.message.id[-4:]) for each in claimed] == [7, 6, 5, 4, 3]
        assert [int(each.message.id[-4:]) for each in other.claim(AT)] == [9]
        everybody = OutboxNeeds(at=AT, limit=10**6)
        assert everybody.seller_id is None
        with pytest.raises(NotFound):
            self._keep(other, f"{post.seller}/m0008", RetryLetter(by="Mia"))

    def _keep(self, post: _Post, key: str, command: RetryLetter | DropLetter) -> Letter:
        case = bo.KeepLetter(seller_id=post.seller, message_id=key, command=command, at=AT)
        return post.store.run(case)

    def test_a_dead_letter_is_listed_tried_again_and_dropped(self) -> None:
        """It blocks nothing; tried again it goes out after what was sent meanwhile."""
        post = _Post(store=self.make_store())
        post.put(*(outbox_message(post.seller, number, lead="l1") for number in (1, 2)))
        courier = RecordingCourier(
            lambda message: _LATER if message.id.endswith("0001") else Sent()
        )
        for minutes in range(9):
            post.relay(courier, AT + timedelta(minutes=minutes))
        assert Counter(each.id[-4:] for each in courier.taken) == {"0001": PLAN.tries, "0002": 1}
        assert post.numbers(LetterStatus.DEAD) == [1]
        dead = post.letter(1)
        assert (dead.tries, dead.said) == (PLAN.tries, _LATER.said)
        assert post.store.messages(9, post.seller) == ()
        key = f"{post.seller}/m0001"
        assert self._keep(post, key, RetryLetter(by="Mia")).status is LetterStatus.WAITING
        (again,) = post.claim(AT)
        post.settle(again, _REFUSED, AT)
        assert post.numbers(LetterStatus.DEAD) == []
        assert post.letter(1).why is WhyDropped.REFUSED
        events = [type(each).__name__ for each in post.store.journal("letter", key)]
        assert events.count("LetterClaimed") == PLAN.tries + 1
        assert post.store.audit() == ()

    def test_letters_are_listed_page_by_page(self) -> None:
        """By instant and id, of one seller."""
        post = _Post(store=self.make_store())
        post.put(*(outbox_message(post.seller, n, at=AT - (n % 2) * _SECOND) for n in range(6)))
        query = OutboxQuery(seller_id=post.seller, limit=4)
        first = post.store.letters(query)
        assert [int(each.message.id[-4:]) for each in first] == [1, 3, 5, 0]
        rest = post.store.letters(query.behind(first[-1]))
        assert [int(each.message.id[-4:]) for each in rest] == [2, 4]
        assert post.store.letters(replace(query, statuses=OPEN)) == first
        assert post.store.letters(OutboxQuery(seller_id=new_seller())) == ()
        assert post.store.letter(f"{post.seller}/none") is None

    def test_an_opt_out_that_a_courier_knows_of_is_recorded(self) -> None:
        """With the address, once; and what it is recorded with is one commit with the letter."""
        post = _Post(store=self.make_store())
        post.put(outbox_message(post.seller, 1, channel=Channel.TEXT, to="+12125550100"))
        answer = NotSent(why=WhyNotSent.OPTED_OUT, said="21610 unsubscribed")
        assert post.relay(RecordingCourier(lambda _: answer), AT) == 1
        assert post.letter(1).why is WhyDropped.OPTED_OUT
        point = post.store.contact_point(post.seller, "+12125550100")
        assert point is not None
        (revoked,) = point.revocations
        assert revoked.fact.message_id == f"{post.seller}/m0001"
        assert post.store.audit() == ()

    def test_messages_to_a_person_are_asked_about_again(self) -> None:
        """With what is recorded by then; the decision is on the lead's trail."""
        scene = Scene(store=self.make_store()).set_up()
        lead = scene.receive(1).lead
        post = _Post(store=scene.store, seller=scene.seller)
        courier = RecordingCourier()
        assert post.relay(courier, AT) == 2  # noqa: PLR2004 - confirmation and courtesy notice
        assert [each.to_person for each in courier.taken].count(True) == 1
        logged = scene.store.journal("decisions", lead.id)
        assert len(logged) == 1
        found = scene.store.lead(lead.id)
        assert found is not None
        assert found.attempts == ()
        assert scene.store.audit() == ()

    def test_does_with_letters_what_the_reference_does(self) -> None:
        """Step by step: claims, answers, people, and time that goes on."""
        post, reference = _Post(store=self.make_store()), _Post(store=MemoryStore())
        told = [_play(each, "a") for each in (post, reference)]
        mine, wanted = (
            [step.replace(str(each.seller), "S") for step in steps]
            for each, steps in zip((post, reference), told, strict=True)
        )
        assert mine == wanted
        assert post.store.audit() == ()

    def test_several_relays_at_once_deliver_each_message_once(self) -> None:
        """Nobody dies, so nothing is delivered twice; every lane is in order."""
        if Can.CONCURRENT not in self.can:
            pytest.skip("the store does not say that it can: concurrent")
        post = _Post(store=self.make_store())
        post.put(*(outbox_message(post.seller, n, lead=f"l{n % 4}") for n in range(24)))
        couriers = [RecordingCourier() for _ in range(4)]
        order: list[Message] = []

        def deliver(message: Message) -> Sent:
            order.append(message)
            return Sent()

        def work(worker: int) -> None:
            courier = couriers[worker]
            courier.answers = deliver
            while post.store.messages(1, post.seller):
                post.relay(courier, AT)

        together(work)
        assert len(order) == 24  # noqa: PLR2004 - all of them, once
        lanes = defaultdict[str | None, list[str]](list)
        for message in order:
            lanes[lane_of(message)].append(message.id)
        assert all(ids == sorted(ids) for ids in lanes.values())
        assert post.store.audit() == ()


def _play(post: _Post, seed: str) -> list[str]:
    """Play a script drawn from a seed; give what each step came to."""
    post.put(*(outbox_message(post.seller, n, lead=_of(n, seed), at=AT) for n in range(12)))
    at, claimed, told = AT, list[bo.Claimed](), list[str]()
    for number in range(40):
        draw = hashlib.sha256(f"{seed}/{number}".encode()).digest()
        at += timedelta(seconds=(0, 1, 31, 130)[draw[0] % 4])
        told.append(_step(post, draw, at, claimed))
        if number % 8 == 0:
            told.append(repr(post.store.letters(OutboxQuery(seller_id=post.seller))))
    return [*told, repr(post.store.letters(OutboxQuery(seller_id=post.seller)))]


def _of(number: int, seed: str) -> str | None:
    drawn = hashlib.sha256(f"{seed}/of/{number}".encode()).digest()[0] % 4
    return None if drawn == 0 else f"l{drawn}"


_ANSWERS = (Sent("x"), _LATER, _LATER, _REFUSED)


def _step(post: _Post, draw: bytes, at: datetime, claimed: list[bo.Claimed]) -> str:
    if draw[1] % 3 == 0 or not claimed:
        found = post.claim(instant(at), f"r{draw[2] % 3}")
        claimed += found
        return repr(found)
    if draw[1] % 7 == 1:
        key = f"{post.seller}/m{draw[2] % 12:04d}"
        command = (RetryLetter(by="Mia"), DropLetter(by="Mia", reason="no"))[draw[3] % 2]
        case = bo.KeepLetter(seller_id=post.seller, message_id=key, command=command, at=at)
        try:
            return repr(post.store.run(case))
        except Exception as error:  # noqa: BLE001 - both stores are to refuse alike
            return f"{type(error).__name__}: {error}"
    one = claimed.pop(draw[2] % len(claimed))
    handed = post.store.run(bo.HandOver(claimed=one, at=at))
    settled = post.settle(one, _ANSWERS[draw[3] % 4], at)
    return repr((handed, settled))
