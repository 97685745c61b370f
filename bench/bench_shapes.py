"""Whose is this lead? Orders by the handful and by the thousand, in every shape of distribution.

Three ways to ask, each for 1, 100 and 10,000 orders: `choose`, one lead at a time, as a use case
does; a `Run`, which keeps what was worked out for the lead before; and a store in SQLite, which
reads the orders, sells and commits. Ours is exclusive and by weight; the other shapes (by priority,
round robin, each exclusive and shared by three) stand beside it as if they were peers.

The floor of the first two looks once at every order, in the plainest loop: does it want this lead,
is there money, and who is owed the most. It gives no reasons, no shares and no fairness. The floor
of the third says the very same statements to the same database again, as in `bench_sales`.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
import time
from itertools import count, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.bench_sales import AT, HEARD, SELLER, HearingSqlite, replay
from bench.bench_sales import ROUNDS as PLAYED
from bench.bench_sales import lead as reception
from bench.run import Contest, Goal, Sample, figure
from leadcore import __version__, leads
from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.distribution import Candidate, DistributionTerms, Method, Run, Way, choose
from leadcore.orders import Filters, OpenOrder, Order, OrderStatus, OrderTerms, Standing
from leadcore.people import AddUser, Profile
from leadcore.submissions import Source, Submission
from leadcore.values import UNLIMITED, AccountId, Address, Money, OrderId, UserId
from leadcore_sqlalchemy import SqlStore, engine, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from leadcore.ports import UseCase

    Make = Callable[[Sequence[Candidate], Way, int], Callable[[], int]]

MOST = int(os.environ.get("LEADCORE_BENCH_ORDERS", "10000"))
SIZES = (1, min(100, MOST), MOST)
STATES = ("NY", "NJ", "FL", "CA", "TX")
SHARED = 3
BATCH = 25
PRICE = 2_500
PLAIN = "exclusive, by weight"
SHAPES = {
    f"{shared}, {name}": Way(method=method, buyers=buyers)
    for shared, buyers in (("exclusive", 1), (f"shared by {SHARED}", SHARED))
    for name, method in (
        ("by weight", Method.WEIGHTED),
        ("by priority", Method.PRIORITY),
        ("round robin", Method.ROUND_ROBIN),
    )
}


def terms(number: int) -> OrderTerms:
    """Give the terms of the order of a number: every other one takes leads of some states only."""
    drawn = random.Random(number)
    some = frozenset({"NY", drawn.choice(STATES)}) if number % 2 else None
    return OrderTerms(
        user_id=UserId(f"user-{number:05d}"),
        price=Money(PRICE, "USD"),
        quantity=UNLIMITED,
        filters=Filters(states=some),
        weight=drawn.randint(1, 5),
        priority=drawn.randint(0, 3),
    )


def candidates(size: int) -> list[Candidate]:
    """Give so many orders, each of an account of its own, with money enough."""
    return [
        Candidate(
            order=Order(
                id=OrderId(f"order-{number:05d}"),
                seller_id=SELLER,
                account_id=AccountId(f"account-{number:05d}"),
                terms=terms(number),
                status=OrderStatus.OPEN,
                paused=False,
                opened_at=AT,
            ),
            standing=Standing(),
            account_active=True,
            available=Money(10**12, "USD"),
        )
        for number in range(size)
    ]


def submissions() -> list[Submission]:
    """Give a lead of each state."""
    source = Source(format="bench")
    return [Submission(source=source, address=Address(state=state)) for state in STATES]


# ---------------------------------------------------------------------------------- in process


class Seen(NamedTuple):
    """What the floor looks at of an order."""

    states: frozenset[str] | None
    price: int
    credit: int


def looked(given: Sequence[Candidate], number: int) -> Callable[[], int]:
    """Give the floor: one look at every order for each lead."""
    plain = [
        Seen(each.order.terms.filters.states, each.order.terms.price.minor, each.standing.credit)
        for each in given
    ]
    funds = 10**12

    def run() -> int:
        for state in islice(cycle(STATES), number):
            best, most = -1, -(10**18)
            for index, each in enumerate(plain):
                wants = each.states is None or state in each.states
                if wants and each.price <= funds and each.credit > most:
                    best, most = index, each.credit
            assert best >= 0
        return number

    return run


def chosen(given: Sequence[Candidate], way: Way, number: int) -> Callable[[], int]:
    """Give a runner that asks `choose` about so many leads, one at a time."""
    asked = submissions()

    def run() -> int:
        for lead in islice(cycle(asked), number):
            choice = choose(lead, given, at=AT, way=way)
            assert len(choice.decisions) == len(given)
            assert choice.winners
        return number

    return run


def played(given: Sequence[Candidate], way: Way, number: int) -> Callable[[], int]:
    """Give a runner that sells so many leads in one run, which it begins anew each time."""
    asked = submissions()
    ways = DistributionTerms((way,))

    def run() -> int:
        begun = Run(given, ways)
        for lead in islice(cycle(asked), number):
            assert begun.sell(lead, at=AT).winners
        sold = sum(each.standing.sold for each in begun.candidates)
        assert sold >= number
        return number

    return run


def contest(
    make: Callable[[Sequence[Candidate], Way, int], Callable[[], int]],
    size: int,
    number: int,
    fewer: int,
) -> Generator[Contest]:
    """Set the plain shape against the floor and the other shapes.

    Args:
        make: gives the runner of a shape.
        size: how many orders there are.
        number: how many leads a round has.
        fewer: how many it has for the shapes that are shared.
    """
    given = candidates(size)
    yield Contest(
        ours=make(given, SHAPES[PLAIN], number),
        floor=("one look at every order", looked(given, max(1, fewer))),
        peers={
            f"ours, {name}": (__version__, make(given, way, fewer if way.buyers > 1 else number))
            for name, way in SHAPES.items()
            if name != PLAIN
        },
    )


@figure(
    "distribution_shapes", unit="leads/s", conditions=f"{SIZES[1]:,} orders, one lead at a time"
)
def distribution_shapes() -> Generator[Contest]:
    """Measure a hundred orders."""
    yield from contest(chosen, SIZES[1], 200, 200)


@figure("distribution_shapes_1", unit="leads/s", conditions="1 order, one lead at a time")
def distribution_shapes_one() -> Generator[Contest]:
    """Measure one order."""
    yield from contest(chosen, 1, 2_000, 2_000)


@figure(
    "distribution_shapes_1e4", unit="leads/s", conditions=f"{MOST:,} orders, one lead at a time"
)
def distribution_shapes_many() -> Generator[Contest]:
    """Measure ten thousand orders."""
    yield from contest(chosen, MOST, 5, 5)


@figure("distribution_run", unit="leads/s", conditions=f"{SIZES[1]:,} orders, one run a round")
def distribution_run() -> Generator[Contest]:
    """Measure a run over a hundred orders."""
    yield from contest(played, SIZES[1], 5_000, 100)


@figure("distribution_run_1", unit="leads/s", conditions="1 order, one run a round")
def distribution_run_one() -> Generator[Contest]:
    """Measure a run over one order."""
    yield from contest(played, 1, 10_000, 1_000)


@figure("distribution_run_1e4", unit="leads/s", conditions=f"{MOST:,} orders, one run a round")
def distribution_run_many() -> Generator[Contest]:
    """Measure a run over ten thousand orders."""
    yield from contest(played, MOST, 200, 5)


# --------------------------------------------------------------------------- published by others


PUBLISHED = ((2_759, 82), (12_576, 45), (41_270, 12))
"""Leads and sellers of three runs that the developers of another CRM published.

Theirs took 81 s, 171 s and 14 s, with every lead written by an object-relational mapper, on a
machine of theirs: what is measured here is something else, and no comparison.
"""
GOAL_SECONDS = 2.0
CONDITIONS = "SQLite, WAL, synchronous=FULL, one commit each"


def whole(number: int, size: int) -> Generator[Contest]:
    """Measure so many leads handed out to so many sellers, the decisions alone.

    Args:
        number: how many leads.
        size: how many orders.
    """
    given = candidates(size)

    def at_once(runner: Callable[[], int]) -> Callable[[], int]:
        return lambda: runner() and 1

    ways = {name: way for name, way in SHAPES.items() if way.buyers == 1}
    plain, *others = ((name, at_once(played(given, way, number))) for name, way in ways.items())
    yield Contest(
        ours=plain[1],
        floor=("one look at every order", at_once(looked(given, number))),
        peers={
            **{f"ours, {name}": (__version__, runner) for name, runner in others},
            "ours, one lead at a time": (
                __version__,
                at_once(chosen(given, ways[PLAIN], number)),
            ),
        },
        goal=Goal("at most 2 s", lambda ours, _: ours <= GOAL_SECONDS),
        rounds=3,
    )


def whole_in_store(number: int, size: int) -> Generator[Contest]:
    """Measure the same with a store in SQLite: received, sold, charged, written and committed.

    Args:
        number: how many leads.
        size: how many orders.
    """
    folder = Path(tempfile.mkdtemp())
    fill(folder / "template.db", size)

    def sold(batch: int) -> Sample:
        path = folder / "sold.db"
        shutil.copy(folder / "template.db", path)
        shop = Shop(path, SHAPES[PLAIN])
        start = time.perf_counter()
        for first in range(0, number, batch):
            here = min(batch, number - first)
            shop.sell(here) if batch == 1 else shop.sell_together(here)
        seconds = time.perf_counter() - start
        shop.close()
        return Sample(1, seconds)

    yield Contest(
        ours=lambda: sold(1),
        peers={f"ours, {BATCH} a commit": (__version__, lambda: sold(BATCH))},
        rounds=1,
    )
    assert SqlStore(engine(f"sqlite:///{folder / 'sold.db'}")).audit() == ()
    shutil.rmtree(folder)


def published(number: int, size: int) -> None:
    """Register the two figures of a run: its decisions, and the whole of it in a store."""
    name, shape = f"distribution_{number}_{size}", f"{number:,} leads, {size} sellers"

    @figure(name, unit="s", conditions=f"{shape}; the decisions of one run, exclusive")
    def decisions() -> Generator[Contest]:
        yield from whole(number, size)

    @figure(f"{name}_sqlite", unit="s", conditions=f"{shape}, exclusive; {CONDITIONS}")
    def in_store() -> Generator[Contest]:
        yield from whole_in_store(number, size)


for _number, _size in PUBLISHED:
    published(_number, _size)


# ------------------------------------------------------------------------------------- a store


def opening(number: int) -> Iterator[UseCase[Any, Any, Any]]:
    """Give what opens the account of a number, with money enough, its associate and its order."""
    account, order = AccountId(f"account-{number:05d}"), OrderId(f"order-{number:05d}")
    wanted = terms(number)
    yield bo.KeepAccount(
        seller_id=SELLER,
        account_id=account,
        command=OpenAccount(account_id=account, seller_id=SELLER, name=account, currency="USD"),
        at=AT,
    )
    yield bo.Fund(
        seller_id=SELLER,
        account_id=account,
        key="1",
        amount=Money(10**12, "USD"),
        actor="bench",
        at=AT,
    )
    adding = AddUser(
        user_id=wanted.user_id,
        seller_id=SELLER,
        account_id=account,
        parent_id=None,
        profile=Profile(name="User", email="user@example.com"),
    )
    yield bo.KeepUser(user_id=wanted.user_id, account_id=account, command=adding, at=AT)
    ordering = OpenOrder(order_id=order, seller_id=SELLER, account_id=account, terms=wanted)
    yield bo.KeepOrder(order_id=order, account_id=account, command=ordering, at=AT)


def fill(path: Path, size: int) -> None:
    """Make a database with so many orders."""
    store = SqlStore(engine(f"sqlite:///{path}"))
    upgrade(store.engine)
    store.run(bo.SetSellerTerms(seller_id=SELLER, terms=SellerTerms(name="Seller"), at=AT))
    for first in range(0, size, BATCH):
        some = range(first, min(first + BATCH, size))
        store.run_many([each for number in some for each in opening(number)])
    store.engine.dispose()


class Shop:
    """A copy of a database whose leads are distributed in one way."""

    def __init__(self, path: Path, way: Way, **connecting: object) -> None:
        self.store = SqlStore(engine(f"sqlite:///{path}", **connecting))
        ways = SellerTerms(name="Seller", distribution=DistributionTerms((way,)))
        self.store.run(bo.SetSellerTerms(seller_id=SELLER, terms=ways, at=AT))
        self.numbers = count()

    def sell(self, number: int) -> int:
        """Receive and sell so many leads, one commit each."""
        for _ in range(number):
            answer = self.store.run(reception(next(self.numbers)))
            assert answer.lead.status is leads.LeadStatus.SOLD
        return number

    def sell_together(self, number: int) -> int:
        """Receive and sell so many leads in one commit."""
        some = [reception(next(self.numbers)) for _ in range(number)]
        for answer in self.store.run_many(some):
            assert answer.lead.status is leads.LeadStatus.SOLD
        return number

    def close(self) -> None:
        """End."""
        self.store.engine.dispose()


def stored(size: int, number: int) -> Generator[Contest]:
    """Set a store in SQLite against the same statements through the bare driver.

    Args:
        size: how many orders there are.
        number: how many leads a round has.
    """
    folder = Path(tempfile.mkdtemp())
    fill(folder / "template.db", size)

    def shop(name: str, way: Way, **connecting: object) -> Shop:
        shutil.copy(folder / "template.db", folder / f"{name}.db")
        return Shop(folder / f"{name}.db", way, **connecting)

    heard = shop("heard", SHAPES[PLAIN], connect_args={"factory": HearingSqlite})
    shutil.copy(folder / "heard.db", folder / "floor.db")
    HEARD.clear()
    heard.sell(number * PLAYED)
    said = iter([each for each in HEARD if len(each) > 1])
    bare = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        bare.execute(f"PRAGMA {pragma}")
    cursor = bare.cursor()
    shops = {name: shop(name, way) for name, way in SHAPES.items()}
    together = shop("together", SHAPES[PLAIN])

    def again() -> int:
        some = list(islice(said, number))
        return replay(cursor, some, "BEGIN IMMEDIATE", lambda: cursor.execute("COMMIT") and None)

    yield Contest(
        ours=lambda: shops[PLAIN].sell(number),
        floor=("the same statements through sqlite3", again),
        peers={
            **{
                f"ours, {name}": (__version__, lambda here=here: here.sell(number))
                for name, here in shops.items()
                if name != PLAIN
            },
            f"ours, {BATCH} a commit": (__version__, lambda: together.sell_together(BATCH)),
        },
    )
    assert shops[PLAIN].store.audit() == ()
    for each in (*shops.values(), heard, together):
        each.close()
    bare.close()
    shutil.rmtree(folder)


@figure("distribution_sqlite", unit="leads/s", conditions=f"{SIZES[1]:,} orders; {CONDITIONS}")
def distribution_sqlite() -> Generator[Contest]:
    """Measure a hundred orders."""
    yield from stored(SIZES[1], 50)


@figure("distribution_sqlite_1", unit="leads/s", conditions=f"1 order; {CONDITIONS}")
def distribution_sqlite_one() -> Generator[Contest]:
    """Measure one order."""
    yield from stored(1, 100)


@figure("distribution_sqlite_1e4", unit="leads/s", conditions=f"{MOST:,} orders; {CONDITIONS}")
def distribution_sqlite_many() -> Generator[Contest]:
    """Measure ten thousand orders."""
    yield from stored(MOST, 5)
