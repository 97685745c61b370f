"""Who stands below whom, and the pages they see: in process, on SQLite and on PostgreSQL.

A million people and a million leads, or as many as `LEADCORE_BENCH_PEOPLE` says. In process and for
ours alone the people stand in ordinary and wide trees and in chains 10,000 deep. Beside the others
there are no chains: a closure table of them has billions of rows, and paths end at depth 63 or
2,048 characters; `python -m bench.bench_downline` tells what becomes of each there.

The yardsticks (recursive CTE, closure table, `ltree`) work on the same rows in the same database,
through the driver alone; django-treebeard keeps its own table of the people beside them.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import bindparam, update

from bench.downline_ground import Ground, ground_of, patient
from bench.downline_load import ACCOUNT, BEGIN, SECOND, SELLER, People, people_of
from bench.downline_peers import PEERS, limits, peer_run
from bench.downline_yardsticks import Ltree, Yardstick
from bench.run import Contest, Goal, Sample, figure
from leadcore.downline import Downline, LeadBoard, Reach, Scope
from leadcore.ports import LeadQuery, LeadSort
from leadcore_sqlalchemy import intervals, lead_lists, scoped, tables
from leadcore_sqlalchemy.statements import Statement, inserting
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


COUNT = int(os.environ.get("LEADCORE_BENCH_PEOPLE", "1000000"))
DEEP = 10_000
SORTS = {LeadSort.RECEIVED: ("received_at", True), LeadSort.NAME: ("name", False)}
DURABLE = "SQLite: WAL, synchronous=FULL; PostgreSQL: synchronous_commit=on"
ONCE = "who needs over 10 s for six pages is measured once"
WHO = f"{COUNT:,} people"


def scope_of(name: str) -> Scope:
    """Give the scope of somebody who sees the downline."""
    given: Any = {"account_id": ACCOUNT, "user_id": name}
    return Scope(**given, reach=Reach.DOWNLINE)


# ------------------------------------------------------------------------------ in process


@cache
def crowd() -> tuple[People, Downline]:
    """Make the people of all three shapes, once."""
    people = people_of(COUNT)
    links: Any = people.links
    return people, Downline(links)


def asking(
    line: Downline, people: People, pairs: list[tuple[int, int]]
) -> tuple[Callable[[], int], Callable[[], int]]:
    """Give what asks all questions, and the floor: the two look-ups of the names."""
    named: Any = [(people.names[one], people.names[other]) for one, other in pairs]
    ids = line._ids  # noqa: SLF001 # the floor is the index's own dict, looked up and no more

    def ask() -> int:
        is_below = line.is_below
        for one, other in named:
            is_below(one, other)
        return len(named)

    def look_up() -> int:
        for one, other in named:
            _ = ids[other], ids[one]
        return len(named)

    told = [line.is_below(*pair) for pair in named]
    assert told == [people.is_below(*pair) for pair in pairs]
    return ask, look_up


@figure("downline_check", unit="checks/s", conditions=f"in process, {WHO}, a third in deep chains")
def downline_check() -> Generator[Contest]:
    """Ask about any two."""
    people, line = crowd()
    ask, look_up = asking(line, people, people.questions(200_000))
    yield Contest(
        ours=ask,
        floor=("both names looked up in a dict, no more", look_up),
        goal=Goal("at least 500,000 checks/s", lambda ours, _: ours >= 500_000),  # noqa: PLR2004 # the goal
    )


@figure("downline_check_deep", unit="checks/s", conditions="in process, one chain of 10,000")
def downline_check_deep() -> Generator[Contest]:
    """Ask about any two of one chain, beside peers that are right there."""
    people = people_of(DEEP, deep=DEEP - 1, shapes="c")
    links: Any = people.links
    ask, look_up = asking(Downline(links), people, people.questions(100_000))
    asked = {"networkx": 50, "cedarpy": 3}
    yield Contest(
        ours=ask,
        floor=("both names looked up in a dict, no more", look_up),
        peers={
            name: (PEERS[name], peer_run(name, "check", str(DEEP), str(DEEP - 1), str(times)))
            for name, times in asked.items()
        },
        goal=Goal(
            "20 times cedarpy, 100 times networkx", times={"cedarpy": 20.0, "networkx": 100.0}
        ),
    )


@figure(
    "downline_move",
    unit="ms",
    conditions=f"in process, processor time, {WHO}: any, below any other",
)
def downline_move() -> Generator[Contest]:
    """Move people about; the slowest of a round is what the goal is about, and is told.

    In seconds of the processor: the slowest of thousands would else be whoever was interrupted.
    """
    people, line = crowd()
    draw = random.Random(11)
    worst: list[float] = []

    def move() -> Sample:
        seconds = []
        while len(seconds) < 300:  # noqa: PLR2004 # so many a round
            one, other = (draw.randrange(1, COUNT) for _ in range(2))
            names: Any = people.names[one], people.names[other]
            if one == other or line.is_below(names[1], names[0]):
                continue
            start = time.thread_time()
            line.move(*names)
            seconds.append(time.thread_time() - start)
        worst.append(max(seconds))
        return Sample(len(seconds), sum(seconds))

    yield Contest(
        ours=move,
        goal=Goal("10 ms at worst", lambda _ours, _floor: max(worst) <= 0.01),  # noqa: PLR2004 # the goal
    )
    # Everybody moved stands where the parent links say.
    for name in draw.sample(people.names, 1_000):
        above: Any = list(line.upline(name))
        assert all(line.is_below(name, one) for one in above)


@figure("downline_page", unit="ms", conditions=f"in process, {WHO}, as many leads: any viewer")
def downline_page() -> Generator[Contest]:
    """Give first pages to viewers of every size, in seconds of the processor as for moves."""
    people = people_of(COUNT)
    links: Any = people.links
    board = LeadBoard(ACCOUNT, Downline(links))
    draw = random.Random(5)
    put: list[Any] = sorted(
        (BEGIN + SECOND * draw.randrange(10**7), f"l{number}") for number in range(COUNT)
    )
    for at, lead_id in put:
        board.put(lead_id, people.names[draw.randrange(COUNT)], at)
    viewers = [people.names[people.nearest(size)] for size in sizes()]
    worst: list[float] = []

    def page() -> Sample:
        seconds = []
        for viewer in viewers:
            start = time.thread_time()
            board.page(scope_of(viewer))
            seconds.append(time.thread_time() - start)
        worst.append(max(seconds))
        return Sample(len(seconds), sum(seconds))

    yield Contest(
        ours=page,
        goal=Goal("30 ms at worst", lambda _ours, _floor: max(worst) <= 0.03),  # noqa: PLR2004 # the goal
    )


def sizes() -> list[int]:
    """Give sizes of downlines, from one person to all."""
    return [1, 10, 100, 1_000, 3_000, 10_000, 30_000, COUNT // 3, COUNT]


# ------------------------------------------------------------------------------------ in SQL


def ground(kind: str) -> Ground:
    """Give the filled database of a kind, and forget the people in process."""
    crowd.cache_clear()
    return ground_of(kind, COUNT)


def treebeard(here: Ground, what: str, calls: list[Any]) -> tuple[str, Callable[[], Sample]]:
    """Give django-treebeard as a peer."""
    count = str(len(here.people.names))
    run = peer_run("django-treebeard", what, here.url, count, json.dumps(calls))
    return PEERS["django-treebeard"], run


def best(seconds: float, peers: dict[str, float] | None = None) -> Goal:
    """Give the goal of a figure: so many milliseconds, and no more than a fifth behind the best."""
    return Goal(f"{seconds} ms", lambda ours, _floor: ours <= seconds, times=peers or {})


FIFTH = 1 / 1.2


def behind(here: Ground) -> dict[str, float]:
    """Say that nobody is to be quicker by more than a fifth."""
    return {**{one.name: FIFTH for one in here.yardsticks}, "django-treebeard": FIFTH}


def check_on(kind: str) -> Generator[Contest]:
    """Ask about single pairs."""
    here = ground(kind)
    pairs = [
        (here.people.names[one], here.people.names[other])
        for one, other in here.people.questions(300)
    ]

    mine: Any = [(scope_of(viewer), [one]) for one, viewer in pairs]

    def ours() -> int:
        with here.engine.connect() as connection:
            for seen, owners in mine:
                scoped.covered(connection, seen, owners)
        return len(pairs)

    def theirs(way: Yardstick) -> Callable[[], int]:
        def ask() -> int:
            with here.engine.connect() as connection:
                for one, viewer in pairs:
                    way.ask(connection, one, viewer)
            return len(pairs)

        return ask

    with here.engine.connect() as connection:
        for (one, viewer), (seen, owners) in zip(pairs, mine, strict=True):
            said = scoped.covered(connection, seen, owners) == {one}
            for way in here.yardsticks:
                assert way.ask(connection, one, viewer) or not way.check(one, viewer)
                assert said == (way.check(one, viewer) or one == viewer), (
                    way.name,
                    one,
                    viewer,
                )
    yield Contest(
        ours=ours,
        peers={
            **{way.name: ("", theirs(way)) for way in here.yardsticks},
            "django-treebeard": treebeard(here, "check", pairs[:100]),
        },
        goal=best(1, behind(here)),
    )


def first_page(here: Ground, viewer: str, sort: LeadSort) -> list[Any]:
    """Give ours."""
    given: Any = {"seller_id": SELLER, "scope": scope_of(viewer), "sort": sort}
    with here.engine.connect() as connection:
        return [*lead_lists.leads(connection, LeadQuery(**given))]


def page_on(kind: str) -> Generator[Contest]:
    """Give first pages to a viewer of one, of a thousand and of all, newest first and by name."""
    here = ground(kind)
    asked = [(viewer, sort) for viewer in here.many for sort in SORTS]

    def ours() -> int:
        return len([first_page(here, *each) for each in asked])

    def pages(way: Yardstick) -> int:
        found = [way.page(viewer, SORTS[sort][0], falling=SORTS[sort][1]) for viewer, sort in asked]
        return len(found)

    for (viewer, sort), way in product(asked, here.yardsticks):
        column, falling = SORTS[sort]
        theirs = way.page(viewer, column, falling=falling)
        assert theirs == first_page(here, viewer, sort), (way.name, viewer, sort)
    calls = [(who, SORTS[by][0], "-" if SORTS[by][1] else "") for who, by in asked]
    version, run = treebeard(here, "page", calls)
    yield Contest(
        ours=ours,
        peers={
            **{way.name: ("", patient(partial(pages, way))) for way in here.yardsticks},
            "django-treebeard": (version, patient(run)),
        },
        goal=best(50, behind(here)),
    )


# As a commit writes them: see `leadcore_sqlalchemy.commits`.
_WRITTEN = ("id", "seller_id", "account_id", "parent_id", "enabled", "version", "data")
JOINED = Statement(inserting(tables.users, _WRITTEN))
MOVED = Statement(
    update(tables.users)
    .where(tables.users.c.id == bindparam("b_id"))
    .values(parent_id=bindparam("parent_id"))
)


def move_on(kind: str) -> Generator[Contest]:
    """Move people with a thousand below from one place to another and back."""
    here = ground(kind)
    names, parents = here.people.names, here.people.parents
    places = [names[-1], names[-2]]
    moved = [(names[one], names[parents[one]]) for one in here.movable[:4]]
    calls = [pair for one, back in moved for pair in ((one, places[0]), (one, back))]
    # Each moves what others moved before: all of them end where they began.

    def ours() -> int:
        for user, above in calls:
            with here.engine.begin() as connection:
                given: Any = (user, above)
                among = intervals.tree_among(connection, ACCOUNT, given)
                assert not among.is_below(above, user)
                MOVED.change(connection, {"b_id": user, "parent_id": above})
                intervals.move(connection, ACCOUNT, *given)
        return len(calls)

    def theirs(way: Yardstick) -> Callable[[], int]:
        def move() -> int:
            for call in calls:
                way.move(*call)
            return len(calls)

        return move

    yield Contest(
        ours=ours,
        peers={
            **{way.name: ("", theirs(way)) for way in here.yardsticks},
            "django-treebeard": treebeard(here, "move", calls),
        },
        goal=best(200, behind(here)),
    )
    with here.engine.connect() as connection:
        assert not [*intervals.audit_intervals(connection)]


def join_on(kind: str) -> Generator[Contest]:
    """Take people in, one a commit, anywhere."""
    here = ground(kind)
    draw = random.Random(9)
    numbers = iter(range(10**9))

    def calls(count: int) -> list[tuple[str, str]]:
        names = here.people.names
        return [(f"n{next(numbers)}", names[draw.randrange(COUNT)]) for _ in range(count)]

    def ours() -> int:
        for user, above in (given := calls(100)):
            row = {"id": user, "seller_id": SELLER, "account_id": ACCOUNT, "parent_id": above}
            with here.engine.begin() as connection:
                JOINED.change(connection, {**row, "enabled": True, "version": 1, "data": "{}"})
                intervals.join(connection, ACCOUNT, user, above)
        return len(given)

    def theirs(way: Yardstick) -> Callable[[], int]:
        def join() -> int:
            for call in (given := calls(100)):
                way.join(*call)
            return len(given)

        return join

    def peer() -> Sample:
        return treebeard(here, "join", calls(50))[1]()

    yield Contest(
        ours=ours,
        peers={
            **{way.name: ("", theirs(way)) for way in here.yardsticks},
            "django-treebeard": (PEERS["django-treebeard"], peer),
        },
        goal=best(5, behind(here)),
    )


def _register() -> None:
    # Those who join stay, so they come last.
    runs = {"check": check_on, "page": page_on, "move": move_on, "join": join_on}
    for kind, short in (("sqlite", "sqlite"), ("postgresql", "pg")):
        for what, run in runs.items():
            conditions = f"{WHO}, ordinary and wide, as many leads; {DURABLE}"
            if what == "page":
                conditions += f"; {ONCE}"
            registering = figure(f"downline_{what}_{short}", unit="ms", conditions=conditions)

            def prepare(
                run: Callable[[str], Generator[Contest]] = run, kind: str = kind
            ) -> Generator[Contest]:
                yield from run(kind)

            prepare.__module__ = __name__
            registering(prepare)


_register()


def main() -> None:
    """Tell what becomes of each peer in a chain of ten thousand."""
    for name in ("pycasbin", "django-treebeard", "django-mptt"):
        print(f"{name} {PEERS[name]}: {limits(name)}")
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.serve(Path(folder)) as server,
        psycopg.connect(server.create("bench"), autocommit=True) as driver,
    ):
        print(_ltree_limit(driver))


def _ltree_limit(driver: Any) -> str:
    for deep in (63, 500, 1_000, 2_000, 5_000, 10_000):
        driver.execute("DROP TABLE IF EXISTS bench_ltree")
        try:
            Ltree(driver, people_of(deep, deep=deep - 1, shapes="c"), postgres=True)
        except psycopg.Error as error:
            return f"ltree: fails at depth {deep}: {str(error).splitlines()[0]}"
    return "ltree: reaches depth 10,000"


if __name__ == "__main__":
    main()
