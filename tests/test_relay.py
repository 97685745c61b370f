"""A round: what is claimed is asked about, delivered and settled; sync and async alike."""

import asyncio
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.letters import LetterStatus, RelayPlan
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.relay import Relay, Round, deliver_due, deliver_due_async, round_of
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.outbox_contract import PutMessages, RecordingCourier, outbox_message
from leadcore.testing.scenes import AT, new_seller, terms

ANSWERS = {
    0: Sent("a"),
    1: NotSent(WhyNotSent.LATER, "busy"),
    2: NotSent(WhyNotSent.REFUSED, "no"),
    3: NotSent(WhyNotSent.OPTED_OUT, "stop"),
}
TEXT, EMAIL = Channel.TEXT, Channel.EMAIL


class AsyncStore:
    def __init__(self, store):
        self.store = store

    async def run(self, case):
        return self.store.run(case)


class AsyncCourier:
    def __init__(self, courier):
        self.courier = courier
        self.channels = courier.channels

    async def deliver(self, message):
        return self.courier.deliver(message)


def sync_round(relay, store, couriers, now):
    return deliver_due(relay, store, couriers, now)


def async_round(relay, store, couriers, now):
    made = [AsyncCourier(each) for each in couriers]
    return asyncio.run(deliver_due_async(relay, AsyncStore(store), made, now))


class Only(RecordingCourier):
    def __init__(self, *channels):
        super().__init__()
        self.only = frozenset(channels)

    @property
    def channels(self):
        return self.only


@pytest.fixture
def post():
    store, seller = MemoryStore(), new_seller()
    store.run(terms(seller))

    def put(*messages):
        store.run(PutMessages(seller_id=seller, messages=messages))
        return store, seller

    return put, seller


@pytest.mark.parametrize("deliver", [sync_round, async_round])
def test_a_round_says_what_became_of_each(post, deliver):
    put, seller = post
    late = replace(outbox_message(seller, 9), not_after=AT - timedelta(hours=1))
    store, _ = put(*(outbox_message(seller, number) for number in ANSWERS), late)
    courier = RecordingCourier(lambda message: ANSWERS[int(message.id[-1])])
    relay = Relay(name="r1")
    done = deliver(relay, store, [courier], lambda: AT)
    assert done.claimed == 5
    assert done.count(LetterStatus.SENT) == 1
    assert done.count(LetterStatus.WAITING) == 1
    assert done.count(LetterStatus.DROPPED) == 3
    assert done.count(LetterStatus.DEAD) == 0
    assert len(courier.taken) == 4
    assert deliver(relay, store, [courier], lambda: AT) == Round()
    assert store.audit() == ()


@pytest.mark.parametrize("deliver", [sync_round, async_round])
def test_each_message_goes_to_the_first_courier_of_its_channel(post, deliver):
    put, seller = post
    store, _ = put(
        outbox_message(seller, 1), outbox_message(seller, 2, channel=TEXT, to="+12125550100")
    )
    texts, mails, spare = Only(TEXT), Only(EMAIL), Only(EMAIL, TEXT)
    deliver(Relay(name="r1"), store, [texts, mails, spare], lambda: AT)
    assert [len(each.taken) for each in (texts, mails, spare)] == [1, 1, 0]


class InARow(RecordingCourier):
    """Delivers as long as its batch is open."""

    def __init__(self):
        super().__init__()
        self.batches, self.is_open = 0, False

    @contextmanager
    def batch(self):
        self.batches += 1
        self.is_open = True
        yield self
        self.is_open = False

    def deliver(self, message):
        assert self.is_open
        return super().deliver(message)


class AsyncInARow(AsyncCourier):
    @asynccontextmanager
    async def batch(self):
        with self.courier.batch():
            yield self


@pytest.mark.parametrize("is_async", [False, True])
def test_a_round_is_one_batch_and_none_where_nothing_is_due(post, is_async):
    put, seller = post
    store, _ = put(*(outbox_message(seller, number) for number in range(3)))
    courier, relay = InARow(), Relay(name="r1")

    def round_now():
        if not is_async:
            return deliver_due(relay, store, [courier], lambda: AT)
        made = [AsyncInARow(courier)]
        return asyncio.run(deliver_due_async(relay, AsyncStore(store), made, lambda: AT))

    assert round_now().count(LetterStatus.SENT) == 3
    assert (courier.batches, courier.is_open, len(courier.taken)) == (1, False, 3)
    assert round_now() == Round()
    assert courier.batches == 1


def test_only_what_can_be_delivered_and_is_wanted_is_claimed(post):
    put, seller = post
    store, _ = put(
        outbox_message(seller, 1), outbox_message(seller, 2, channel=TEXT, to="+12125550100")
    )
    only_calls = Relay(name="r1", channels=frozenset({Channel.CALL}))
    assert deliver_due(only_calls, store, [RecordingCourier()], lambda: AT) == Round()
    somebody_elses = Relay(name="r1", seller_id=new_seller())
    assert deliver_due(somebody_elses, store, [RecordingCourier()], lambda: AT) == Round()
    assert deliver_due(Relay(name="r1"), store, [Only(TEXT)], lambda: AT).claimed == 1


def test_time_goes_on_between_the_steps(post):
    """A lease that ends before a message's turn leaves it to others."""
    put, seller = post
    store, _ = put(*(outbox_message(seller, number) for number in range(3)))
    plan, clock = RelayPlan(lease=10), iter(range(0, 1000, 4))
    courier = RecordingCourier()
    done = deliver_due(
        Relay(name="r1", plan=plan),
        store,
        [courier],
        lambda: AT + timedelta(seconds=next(clock)),
    )
    assert done.count(LetterStatus.SENT) == len(courier.taken) == 1
    assert done.count(LetterStatus.CLAIMED) == 2


def test_a_round_can_be_driven_by_hand():
    steps = round_of(Relay(name="r1"), frozenset({EMAIL}), AT)
    claiming = next(steps)
    assert claiming.case.by == "r1"
    with pytest.raises(StopIteration) as ended:
        steps.send(((), AT))
    assert ended.value.value == Round()
