"""A day of distribution, simulated: many workers on one store, everything goes wrong, one seed.

    simulate(4711)                      # the reference store's day; raises Broken, with the seed
    simulate(4711, make_store=MyStore)  # that of a store of yours that can be stepped

Workers receive, sell, deliver, work, return, decide, renew, expire and recharge, several of them at
the same moment and mostly with the same things. Each use case is loaded, decided and committed as
three steps of its worker, and a scheduler with a virtual clock lets the others act between them, so
that every order of things that a compare-and-set store allows comes up. On top of that a commit
meets conflicts that nobody caused, its acknowledgement is lost and the worker does it all again, or
the worker dies before or after it and another one takes its work up. Right after each commit its
guards are looked at. When the day is over everything is judged: the laws of the back office, those
of the ledger, and that what was acknowledged is there.

Nothing is read but the seed: the same one replays the same day, whatever else the process does.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from datetime import timedelta
from random import Random  # noqa: TID251 - its seed is a parameter
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore.errors import Conflict, LeadcoreError
from leadcore.leads import LeadStatus
from leadcore.ports import LeadQuery
from leadcore.testing.laws import violations
from leadcore.testing.ledger_laws import ledger_violations
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import person
from leadcore.testing.stage import FUNDINGS, ORDERS, REFUNDS, START, WAYS, Case, Plan, Stage, Step
from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leadcore.outcomes import Outcome
    from leadcore.ports import Store

__all__ = ["Broken", "Chaos", "Day", "SteppedStore", "simulate", "simulate_many"]


class SteppedStore(Protocol):
    """What a store must be able to do one by one to be simulated, beside being a `Store`."""

    def load(self, needs: object) -> Any:  # noqa: ANN401 - each needs has facts of its own
        """Load the facts a use case needs."""
        ...

    def commit(self, outcome: Outcome[Any]) -> None:
        """Commit an outcome whole, or raise and change nothing.

        Raises:
            Conflict: a guard failed.
            Malformed: the ledger rejected the transfers for good.
        """
        ...


@frozen(kw_only=True)
class Chaos:
    """How often things go wrong: in so many of a hundred commits.

    Attributes:
        conflict: it meets a conflict that nobody caused, and nothing was written.
        lost: it is made, but nobody hears of it, and the worker does all of it again.
        crash: the worker dies, half of the time before and half of the time after it, and another
            one does all of it again, later.
        forgotten: of the crashed ones, those that nobody takes up.
    """

    conflict: int = 6
    lost: int = 6
    crash: int = 4
    forgotten: int = 25


@frozen(kw_only=True)
class Day:
    """What happened on a day.

    Attributes:
        seed: replays it.
        committed, refused, conflicts, lost, crashed: how many times.
        leads, sold, returned: what came of it.
        log: what each worker did, in order, where it was asked for.
    """

    seed: int
    committed: int
    refused: int
    conflicts: int
    lost: int
    crashed: int
    leads: int
    sold: int
    returned: int
    log: tuple[str, ...] = ()


class Broken(AssertionError):
    """A law did not hold after a simulated day."""

    def __init__(self, seed: int, broken: Iterable[str]) -> None:
        self.seed = seed
        self.broken = tuple(broken)
        lines = "\n  ".join(self.broken)
        super().__init__(f"simulate({seed}) breaks:\n  {lines}")


_GROUPS = (
    ("receive", "receive", "receive", "receive", "repeat", "offer", "edit"),
    ("receive", "receive", "renew", "pause", "edit"),
    ("confirm", "confirm", "fail", "lapse"),
    ("request", "request", "attempt", "assign", "contact"),
    ("approve", "approve", "decline", "verify", "grant"),
    ("approve", "resell", "resell", "reverse", "reinstate"),
    ("reverse", "receive", "offer", "resell"),
    ("renew", "check", "settle", "pay", "notice", "fund", "expire_bonus", "take_back"),
    ("resume", "edit", "move", "stop", "activate", "terms", "receive"),
    ("receive", "bid", "bid", "bid", "bid", "no_bid"),
    ("shut", "shut", "shut", "bid", "offer"),
    ("post", "post", "post", "fail", "lapse", "shut"),
)
"""What is done at the same moment, because it is about the same things."""

_USUAL = (0, 0, 2, 3, 4, 5)
"""The groups that a lead's life goes through; the others come between."""

_PLAIN = 9
"""So many of the groups are about what every day knows; the rest are about auctions."""

_AUCTIONED = (0, 9, 9, 10, 11, 10, 11, 3, 4, 5)
"""The same where leads are auctioned."""

_TURNS = 12
_PEOPLE = 5
_AGES = (0, 1, 24, 119, 120)
_DAY = 24 * 60 * 60_000_000


@frozen(kw_only=True)
class _Simulation:
    """A day under way; `queue` holds who acts when, in microseconds since the start."""

    seed: int
    random: Random
    stage: Stage
    store: SteppedStore
    chaos: Chaos
    counts: dict[str, int]
    queue: list[tuple[int, int, int, Generator[int, None, None]]] = field(factory=list)
    log: list[str] | None = None
    acknowledged: list[tuple[Case, object]] = field(factory=list)
    orphans: list[Case] = field(factory=list)
    broken: list[str] = field(factory=list)

    def chance(self, percent: int) -> bool:
        """Does what happens so many times in a hundred happen now?"""
        return self.random.random() * 100 < percent

    def run(self) -> None:
        """Let everybody act until nobody has anything left to do."""
        draw = self.random
        way = WAYS[self.stage.plan.ways % len(WAYS)]
        bids = way is not None and way.auctions
        life, groups, first = (_AUCTIONED, len(_GROUPS), 6) if bids else (_USUAL, _PLAIN, 2)
        moments = sorted(draw.randrange(_DAY) for _ in range(draw.randint(6, 12)))
        for number, at in enumerate(moments):
            usual = number < first or draw.random() < 0.6  # noqa: PLR2004 - and six in ten
            which = life[number % len(life)] if usual else draw.randrange(groups)
            self._push(at, 0, self._moment(_GROUPS[which]))
        self._turn()
        for case in self.orphans:
            if not self.chance(self.chaos.forgotten):
                self._push(self._passed(), 9, self._do(9, case, calm=True))
        self._turn()

    def _push(self, at: int, number: int, worker: Generator[int, None, None]) -> None:
        self.counts["tasks"] = order = self.counts["tasks"] + 1
        heapq.heappush(self.queue, (at, order, number, worker))

    def _passed(self) -> int:
        return (self.stage.now - START) // timedelta(microseconds=1)

    def _turn(self) -> None:
        clock, queue, latest = self.stage.clock, self.queue, self._passed()
        while queue:
            at, _, number, worker = heapq.heappop(queue)
            if at > latest:
                latest = at
                clock.append(START + timedelta(microseconds=at))
            wait = next(worker, None)
            if wait is not None:
                self._push(at + wait, number, worker)

    def _moment(self, acts: tuple[str, ...]) -> Generator[int, None, None]:
        """Give several workers something to do at once, mostly with the same things."""
        draw = self.random
        focus, who = draw.randrange(-2, 2), draw.randrange(_PEOPLE)
        for number in range(1, draw.randint(3, 6)):
            step = self._step(draw.choice(acts), focus, who)
            case = self.stage.case(step)
            if case is not None:
                for twice in range(1 + self.chance(15)):  # the same task may be handed out twice
                    self._push(self._passed(), number, self._do(number + 10 * twice, case))
        yield from ()

    def _step(self, what: str, focus: int, who: int) -> Step:
        draw = self.random
        gap = timedelta()
        if what == "request":
            gap = timedelta(hours=draw.choice(_AGES), microseconds=draw.randint(-1, 1))
        submission = None
        if what == "receive":
            submission = person(who if self.chance(50) else draw.randrange(_PEOPLE))
        index = focus if self.chance(70) else draw.randrange(8)
        return Step(what=what, index=index, other=draw.randrange(8), gap=gap, submission=submission)

    def _do(self, number: int, case: Case, *, calm: bool = False) -> Generator[int, None, None]:
        """Load, decide and commit, with everybody else in between, until it is known to be done."""
        for _ in range(_TURNS):
            facts = self.store.load(case.needs)
            # Now and then somebody goes to lunch between reading and writing.
            yield self.random.randint(0, 3) if self.random.random() < 0.95 else _DAY // 8  # noqa: PLR2004 - one in twenty
            try:
                outcome: Outcome[Any] = case.decide(facts)
            except LeadcoreError as error:
                return self._note(number, case, "refused", error)
            yield self.random.randint(0, 3)
            end = self._commit(number, case, outcome, calm=calm)
            if end:
                return None
            yield self.random.randint(0, 5)
        return self._note(number, case, "given_up", "after too many conflicts")

    def _commit(self, number: int, case: Case, outcome: Outcome[Any], *, calm: bool) -> bool:
        """Commit, or let it go wrong; say whether the worker is done with it."""
        chaos, fate = self.chaos, 100 if calm else self.random.random() * 100
        crashes = fate < chaos.crash
        if crashes and self.chance(50):
            return self._crash(number, case, "before")
        if chaos.crash <= fate < chaos.crash + chaos.conflict:
            self._note(number, case, "conflicts", "that nobody caused")
            return False
        try:
            self.store.commit(outcome)
        except Conflict as error:
            self._note(number, case, "conflicts", error)
            return False
        except LeadcoreError as error:
            self._note(number, case, "refused", error)
            return True
        self.broken.extend(_passed_guards(self.stage.store, outcome, self.stage.seller))
        if crashes:
            return self._crash(number, case, "after")
        if chaos.crash + chaos.conflict <= fate < chaos.crash + chaos.conflict + chaos.lost:
            self._note(number, case, "lost", "its acknowledgement")
            return False
        self.stage.heard(outcome.answer)
        self.acknowledged.append((case, outcome.answer))
        self._note(number, case, "committed", "")
        return True

    def _crash(self, number: int, case: Case, when: str) -> bool:
        self.orphans.append(case)
        self._note(number, case, "crashed", f"{when} the commit")
        return True

    def _note(self, number: int, case: Case, what: str, why: object) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        if self.log is not None:
            at = self.stage.now.isoformat()
            self.log.append(f"{at} worker {number}: {type(case).__name__}: {what} {why}".rstrip())


def simulate(
    seed: int,
    *,
    make_store: Callable[[], Any] = MemoryStore,
    chaos: Chaos = Chaos(),
    log: bool = False,
) -> Day:
    """Simulate a day; the same seed is the same day.

    Args:
        seed: what all that happens follows from.
        make_store: gives an empty store that is both a `Store` and a `SteppedStore`.
        chaos: how often things go wrong.
        log: tell what each worker did.

    Raises:
        Broken: a law did not hold at the end of the day; its message says how to see it again.
    """
    random = Random(seed)  # noqa: S311 - no cryptography
    store = make_store()
    seller = SellerId("simulated")
    stage = Stage(reader=store, seller=seller, plan=_plan(random))
    stage.set_up()
    day = _Simulation(
        seed=seed,
        random=random,
        stage=stage,
        store=store,
        chaos=chaos,
        counts={"tasks": 0},
        log=[] if log else None,
    )
    day.run()
    broken = tuple(_judge(day, store, seller))
    if broken:
        raise Broken(seed, (*broken, *(day.log or ())))
    return _told(day)


def simulate_many(seeds: Iterable[int], **options: Any) -> int:  # noqa: ANN401 - those of simulate
    """Simulate a day for each seed; give how many there were.

    Raises:
        Broken: see `simulate`; the first day that shows something ends it.
    """
    return len([simulate(seed, **options).seed for seed in seeds])


def _plan(random: Random) -> Plan:
    def pick(many: tuple[Any, ...]) -> int:
        return random.randrange(len(many)) if random.random() < 0.7 else 0  # noqa: PLR2004 - plain ones too

    return Plan(
        ways=pick(WAYS),
        refunds=pick(REFUNDS),
        funding=pick(FUNDINGS),
        orders=tuple(pick(ORDERS) for _ in range(4)),
        funds=random.choice((12_000, 50_000, 5_000, 2_500, 2_499)),
        weights=tuple(random.randint(1, 5) for _ in range(4)),
        quantities=tuple(random.randint(0, 4) for _ in range(4)),
        returns_reopen=random.random() < 0.5,  # noqa: PLR2004 - every second
    )


def _passed_guards(store: Store, outcome: Outcome[Any], seller: SellerId) -> Iterable[str]:
    """Say which guard does not hold right after a commit that it should have stopped."""
    taken = [delta for delta in outcome.standings if delta.sold > 0]
    pairs = store.orders(seller) if taken else ()
    by_id = {order.id: standing for order, standing in pairs}
    for delta in taken:
        now = by_id[delta.order_id]
        for used, most in ((now.sold, delta.limit), (now.spent, delta.bank)):
            if isinstance(most, int) and used > most:
                yield f"order {delta.order_id} took {used}, its limit is {most}"
        for each in delta.usage:
            for kept in store.order_usage(delta.order_id, each.opens_at):
                if (kept.period, kept.opens_at) == (each.period, each.opens_at) and (
                    0 <= each.most_leads < kept.leads or 0 <= each.most_money < kept.money
                ):
                    yield f"order {delta.order_id} passed its cap of a {each.period.value}"


def _judge(day: _Simulation, store: Store, seller: SellerId) -> Iterable[str]:
    yield from day.broken
    yield from violations(store, seller)
    yield from ledger_violations(store, seller)
    yield from _kept(day.acknowledged, store)
    yield from _told_once(store, seller)


def _kept(acknowledged: Iterable[tuple[Case, object]], store: Store) -> Iterable[str]:
    """What was acknowledged is there."""
    by_key: dict[str, str] = {}
    for case, answer in acknowledged:
        if isinstance(answer, bo.Reception):
            if store.lead(answer.lead.id) is None:
                yield f"lead {answer.lead.id} was acknowledged, but is not there"
            if isinstance(case, bo.ReceiveLead):
                first = by_key.setdefault(case.source_key, answer.lead.id)
                if first != answer.lead.id:
                    yield f"submission {case.source_key} became {first} and {answer.lead.id}"
        if isinstance(case, bo.RequestRefund) and not store.journal("refund", case.refund_id):
            yield f"return {case.refund_id} was acknowledged, but is not there"


def _told_once(store: Store, seller: SellerId) -> Iterable[str]:
    """Of every sale its associate was told; of no other."""
    told = {message.id.rpartition("/courtesy/")[0] for message in store.messages(10**6, seller)}
    for lead in store.leads(LeadQuery(seller_id=seller, limit=10**6)):
        if lead.sale is not None and lead.sale.id not in told:
            yield f"of sale {lead.sale.id} nobody was told"


def _told(day: _Simulation) -> Day:
    leads = day.stage.known()
    counts = day.counts
    return Day(
        seed=day.seed,
        committed=counts.get("committed", 0),
        refused=counts.get("refused", 0),
        conflicts=counts.get("conflicts", 0),
        lost=counts.get("lost", 0),
        crashed=counts.get("crashed", 0),
        leads=len(leads),
        sold=sum(lead.status is LeadStatus.SOLD for lead in leads),
        returned=sum(lead.status is LeadStatus.REFUNDED for lead in leads),
        log=tuple(day.log or ()),
    )
