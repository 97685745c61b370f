"""Every event is in the stream once, a stream's in order, whatever fails in between."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from datetime import timedelta

import pytest
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import StreamConfig
from nats_desks import AT, MemoryFeed

from leadcore_nats import Publisher, Round, connected, keep_stream


def publisher(feed, desk, **more):
    return Publisher(feed, desk.js, prefix=desk.prefix, clock=lambda: AT, **more)


async def drained(one):
    """Publish until nothing waits; give the rounds."""
    rounds = [await one.publish()]
    while rounds[-1].more:
        rounds.append(await one.publish())
    return rounds


def filled(streams=5, each=4):
    feed = MemoryFeed()
    for number in range(each):
        for stream in range(streams):
            feed.add(f"l{stream}", seller=f"s{stream % 2}", facts={"n": number})
    return feed


def check(messages, feed):
    """Each event once, and of each stream in order."""
    told = [json.loads(message.data) for message in messages]
    ids = [each["id"] for each in told]
    assert sorted(ids) == sorted(entry.id for entry in feed.entries.values())
    last: dict[tuple[str, str], int] = {}
    for each in told:
        stream = each["streamkind"], each["subject"]
        assert each["streamversion"] == last.get(stream, 0) + 1
        last[stream] = each["streamversion"]


def test_the_journal_is_published_in_order_and_marked(at_desk):
    feed = filled()

    async def work(desk):
        one = publisher(feed, desk, batch=7)
        assert [each.published for each in await drained(one)] == [7, 7, 6]
        assert await one.publish() == Round(published=0, held=0, more=False)
        return await desk.messages()

    messages = at_desk(work)
    check(messages, feed)
    assert set(feed.marked.values()) == {AT}
    assert {message.subject.partition(".")[2] for message in messages} == {"s0.lead", "s1.lead"}
    header = messages[0].headers
    assert header["Nats-Msg-Id"] == json.loads(messages[0].data)["id"]
    assert header["Content-Type"].startswith("application/cloudevents+json")


def test_what_was_published_and_not_marked_is_in_the_stream_once(at_desk):
    feed = filled()

    async def work(desk):
        await drained(publisher(feed, desk))
        feed.marked.clear()
        await drained(publisher(feed, desk))
        return await desk.messages()

    check(at_desk(work), feed)
    assert len(feed.marked) == len(feed.entries)


def test_two_at_once_publish_each_event_once_and_in_order(at_desk):
    feed = filled(streams=12, each=10)

    async def work(desk):
        several = [publisher(feed, desk, batch=size, at_once=3) for size in (9, 16, 25)]
        await asyncio.gather(*map(drained, several))
        await drained(publisher(feed, desk))
        return await desk.messages()

    messages = at_desk(work)
    check(messages, feed)
    assert len(messages) == len(feed.marked) == 120


class Flaky:
    """JetStream that loses messages before, and answers after, they were taken."""

    def __init__(self, js, seeded, share):
        self._js, self._seeded, self._share = js, seeded, share

    async def publish(self, subject, body, **more):
        luck = self._seeded.random()
        if luck < self._share:
            raise NoRespondersError
        answer = await self._js.publish(subject, body, **more)
        if luck > 1 - self._share:
            raise NatsTimeoutError
        return answer


@pytest.mark.parametrize("seed", range(3))
def test_failures_hold_a_stream_and_nothing_else_and_never_its_order(at_desk, seed):
    feed, seeded = filled(streams=8, each=6), random.Random(seed)

    async def work(desk):
        one = Publisher(
            feed, Flaky(desk.js, seeded, 0.2), prefix=desk.prefix, batch=5, clock=lambda: AT
        )
        rounds = []
        while len(feed.marked) < len(feed.entries):
            rounds.append(await one.publish())
            if seeded.random() < 0.2:
                feed.add(f"l{seeded.randrange(8)}", facts={})
        assert sum(each.held for each in rounds)
        return await desk.messages()

    check(at_desk(work), feed)


class Killed(BaseException):
    """The process is gone, between two steps."""


class Mortal:
    """JetStream and a feed of a process that dies before or after one of its steps."""

    def __init__(self, js, feed, seeded):
        self._js, self._feed, self._seeded = js, feed, seeded
        self.unpublished = feed.unpublished

    def _maybe_die(self, share):
        if self._seeded.random() < share:
            raise Killed

    async def publish(self, subject, body, **more):
        self._maybe_die(0.02)
        answer = await self._js.publish(subject, body, **more)
        self._maybe_die(0.02)
        return answer

    def mark_published(self, entries, *, at):
        self._maybe_die(0.1)
        count = self._feed.mark_published(entries, at=at)
        self._maybe_die(0.1)
        return count


def test_killed_at_random_a_hundred_times_it_goes_on_where_it_was(at_desk):
    feed, seeded, deaths = MemoryFeed(), random.Random(20261122), []

    async def work(desk):
        while len(feed.marked) < len(feed.entries) or len(deaths) < 100:
            if len(deaths) < 100:
                for _ in range(15):
                    feed.add(f"l{seeded.randrange(20)}", facts={})
            mortal = Mortal(desk.js, feed, seeded)
            one = Publisher(
                mortal, mortal, prefix=desk.prefix, batch=30, at_once=4, clock=lambda: AT
            )
            try:
                await drained(one)
            except Killed:
                deaths.append(len(feed.marked))
        return await desk.messages()

    check(at_desk(work), feed)
    assert len(deaths) >= 100


def test_one_that_is_never_taken_holds_its_own_stream_only(at_desk, caplog):
    caplog.set_level(logging.DEBUG, logger="leadcore_nats")
    feed = MemoryFeed()
    feed.add("a-big", facts={"words": "ann@x.example" * 100_000})
    for _ in range(4):
        feed.add("a-big", facts={})
    feed.add("b", facts={})

    async def work(desk):
        one = publisher(feed, desk, batch=3)
        for _ in range(4):
            await one.publish()
        return await desk.messages()

    assert [json.loads(each.data)["id"] for each in at_desk(work)] == ["lead/b/1"]
    assert set(feed.marked) == {("lead", "b", 1)}
    assert "not published: lead/a-big/1, MaxPayloadError" in caplog.text
    assert "ann@x" not in caplog.text


def test_ids_of_any_kind_go_out_and_are_known_again(at_desk):
    feed = MemoryFeed()
    for key in ("é", "a b", "a\r\nNats-Expected-Stream: OTHER", "x" * 300, "%0A", "ключ"):
        feed.add(key, seller=f"s.{key}", facts={})

    async def work(desk):
        await drained(publisher(feed, desk))
        feed.marked.clear()
        await drained(publisher(feed, desk))
        return await desk.messages()

    messages = at_desk(work)
    check(messages, feed)
    assert len(messages) == len(feed.marked) == 6


def test_it_runs_until_it_is_told_to_stop(at_desk):
    feed = filled()

    async def work(desk):
        stop = asyncio.Event()
        running = asyncio.create_task(
            publisher(feed, desk, batch=3).run(stop, pause=timedelta(milliseconds=5))
        )
        await _until(lambda: len(feed.marked) == 20)
        feed.add("late", facts={})
        await _until(lambda: len(feed.marked) == 21)
        stop.set()
        assert await asyncio.wait_for(running, 10) == 21
        return await desk.messages()

    check(at_desk(work), feed)


async def _until(holds):
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


def test_nothing_is_marked_where_there_is_no_stream(server, feed):
    feed.add("l1")

    async def work():
        async with connected(server.urls) as js:
            return await Publisher(feed, js, prefix="nobody").publish()

    assert asyncio.run(work()) == Round(published=0, held=1, more=False)
    assert feed.marked == {}


def test_a_stream_that_is_there_stays_as_it_is(at_desk):
    async def work(desk):
        config = StreamConfig(name="MINE", subjects=["mine.>"], max_msgs=7)
        await desk.js.add_stream(config)
        await keep_stream(desk.js, stream="MINE", prefix="mine")
        made = (await desk.js.stream_info(desk.stream)).config
        return (await desk.js.stream_info("MINE")).config.max_msgs, made.duplicate_window

    assert at_desk(work, remembers=timedelta(minutes=3)) == (7, 180)
