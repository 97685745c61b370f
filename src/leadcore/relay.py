"""A relay: the round of claiming, asking, delivering and settling, without any input or output.

`round_of` is a generator: it says what to do next, a use case to run or a message to deliver, and
is told what came of it and what time it is. Whoever drives it has a store, couriers and a clock;
`deliver_due` and `deliver_due_async` are all there is to that, so the sync and the async relay
share every rule. Several relays may work on one outbox at once, in as many processes as you like.
"""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack, ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from leadcore.back_office import ClaimLetters, Handed, HandOver, SettleLetter
from leadcore.letters import Letter, LetterStatus, RelayPlan
from leadcore.notices import Message
from leadcore.rulebooks import US, Rulebook
from leadcore.rulebooks.rule import Profile
from leadcore.submissions import Channel
from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from leadcore.back_office import Claimed
    from leadcore.ports import AsyncCourier, AsyncStore, Courier, NotSent, Sent, Store

__all__ = [
    "Deliver",
    "Relay",
    "Round",
    "Run",
    "deliver_due",
    "deliver_due_async",
    "round_of",
]


@frozen(kw_only=True)
class Relay:
    """Who delivers, and on which terms.

    Attributes:
        name: by which people know which relay had a letter.
        plan: how many at once, how long a lease, when to try again.
        channels: only messages on these; None for those its couriers deliver on.
        seller_id: only this seller's; None for everybody's.
        rules, profile: what messages to a person are judged by.
        key: for the log of decisions: 16 secret bytes or more, see `back_office.AskContact`.
        seed: what the jitter of the waiting times is drawn from.
    """

    name: str
    plan: RelayPlan = field(factory=RelayPlan)
    channels: frozenset[Channel] | None = None
    seller_id: SellerId | None = None
    rules: Rulebook = field(default=US, repr=False)
    profile: Profile = Profile.STRICT
    key: bytes | None = field(default=None, repr=False)
    seed: str = ""


@frozen
class Run:
    """Run a use case on the store, and tell its answer."""

    case: Any


@frozen
class Deliver:
    """Deliver a message by a courier of its channel, and tell what it answered."""

    message: Message


@frozen(kw_only=True)
class Round:
    """What a round came to.

    Attributes:
        claimed: how many letters were claimed.
        became: for each state, how many of them are in it now.
    """

    claimed: int = 0
    became: tuple[tuple[LetterStatus, int], ...] = ()

    def count(self, status: LetterStatus) -> int:
        """Give how many are in a state now."""
        return dict(self.became).get(status, 0)


Step = Run | Deliver
Told = tuple[Any, datetime]


def round_of(
    relay: Relay, channels: frozenset[Channel], at: datetime
) -> Generator[Step, Told, Round]:
    """Give a round's steps; each is answered with what came of it and the time it is then.

    Args:
        relay: who delivers.
        channels: those that can be delivered on.
        at: now.
    """
    wanted = channels if relay.channels is None else channels & relay.channels
    case = ClaimLetters(
        by=relay.name, plan=relay.plan, channels=wanted, seller_id=relay.seller_id, at=at
    )
    claimed: tuple[Claimed, ...]
    claimed, at = yield Run(case)
    became: Counter[LetterStatus] = Counter()
    for each in claimed:
        letter, at = yield from _one(relay, each, at)
        became[letter.status] += 1
    ordered = sorted(became.items(), key=lambda each: each[0].value)
    return Round(claimed=len(claimed), became=tuple(ordered))


def _one(
    relay: Relay, claimed: Claimed, at: datetime
) -> Generator[Step, Told, tuple[Letter, datetime]]:
    asking = HandOver(
        claimed=claimed, rules=relay.rules, profile=relay.profile, key=relay.key, at=at
    )
    handed: Handed
    handed, at = yield Run(asking)
    if handed.message is None:
        return handed.letter, at
    answer: Sent | NotSent
    answer, at = yield Deliver(handed.message)
    settling = SettleLetter(
        message_id=handed.message.id,
        version=handed.version,
        answer=answer,
        plan=relay.plan,
        seed=relay.seed,
        at=at,
    )
    letter: Letter
    letter, at = yield Run(settling)
    return letter, at


def deliver_due(
    relay: Relay, store: Store, couriers: Iterable[Courier], clock: Callable[[], datetime]
) -> Round:
    """Deliver a batch of what is due; nothing due is an empty round.

    Args:
        relay: who delivers, and on which terms.
        store: whose outbox.
        couriers: the first that delivers on a message's channel gets it. One that has a `batch`
            (`leadcore.ports.Batching`) is asked for it once a round, and only where it is needed.
        clock: gives the instant it is.
    """
    ways = {channel: each for each in reversed(tuple(couriers)) for channel in each.channels}
    opened: dict[int, Courier] = {}
    steps = round_of(relay, frozenset(ways), clock())
    step = next(steps)
    with ExitStack() as batches:
        while True:
            if isinstance(step, Run):
                told = store.run(step.case)
            else:
                way = ways[step.message.channel]
                if id(way) not in opened:
                    batch = getattr(way, "batch", None)
                    opened[id(way)] = way if batch is None else batches.enter_context(batch())
                told = opened[id(way)].deliver(step.message)
            try:
                step = steps.send((told, clock()))
            except StopIteration as done:
                result: Round = done.value
                return result


async def deliver_due_async(
    relay: Relay, store: AsyncStore, couriers: Iterable[AsyncCourier], clock: Callable[[], datetime]
) -> Round:
    """Do as `deliver_due`, with an async store and async couriers."""
    ways = {channel: each for each in reversed(tuple(couriers)) for channel in each.channels}
    opened: dict[int, AsyncCourier] = {}
    steps = round_of(relay, frozenset(ways), clock())
    step = next(steps)
    async with AsyncExitStack() as batches:
        while True:
            if isinstance(step, Run):
                told = await store.run(step.case)
            else:
                way = ways[step.message.channel]
                if id(way) not in opened:
                    batch = getattr(way, "batch", None)
                    entered = way if batch is None else await batches.enter_async_context(batch())
                    opened[id(way)] = entered
                told = await opened[id(way)].deliver(step.message)
            try:
                step = steps.send((told, clock()))
            except StopIteration as done:
                result: Round = done.value
                return result
