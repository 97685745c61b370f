"""The database that the figures of `bench_downline` share: our tables and the yardsticks'."""

from __future__ import annotations

import atexit
import sqlite3
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from attrs import frozen
from sqlalchemy import Engine

from bench.downline_load import People, people_of
from bench.downline_store import filled
from bench.downline_yardsticks import Closure, Cte, Ltree, Yardstick
from bench.run import Sample
from leadcore_sqlalchemy import engine
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Ground", "emptied", "ground_of", "patient"]


@frozen(kw_only=True)
class Ground:
    """One database with people, leads, and whatever is measured on it.

    Attributes:
        many: a viewer for each of 1, 1,000 and all people.
        movable: people with about a thousand below.
    """

    url: str
    engine: Engine
    people: People
    yardsticks: tuple[Yardstick, ...]
    many: tuple[str, ...]
    movable: tuple[int, ...]


_FILLED: dict[str, tuple[Ground, ExitStack]] = {}
"""The database that was filled last, by its kind: its figures share it; one at a time is enough."""


def ground_of(kind: str, count: int) -> Ground:
    """Give a filled database of a kind; no chains, or the yardsticks would not fit."""
    if kind not in _FILLED:
        emptied()
        stack = ExitStack()
        _FILLED[kind] = (stack.enter_context(_filled(kind, count)), stack)
    return _FILLED[kind][0]


@atexit.register
def emptied() -> None:
    """Give up the database there is."""
    for _, stack in _FILLED.values():
        stack.close()
    _FILLED.clear()


@contextmanager
def _filled(kind: str, count: int) -> Generator[Ground]:
    people = people_of(count, shapes="ow")
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield from _ground(f"sqlite:///{folder}/leads.db", people)
        else:
            with postgres.serve(Path(folder)) as server:
                yield from _ground(server.create("bench"), people)


def _ground(url: str, people: People) -> Generator[Ground]:
    count = len(people.names)
    made = engine(url)
    filled(made, people, count)
    on_postgres = made.dialect.name == "postgresql"
    driver: Any
    if on_postgres:
        driver = psycopg.connect(url, autocommit=True)
    else:
        driver = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute("PRAGMA foreign_keys = ON")
    kinds = (Cte, Closure, Ltree) if on_postgres else (Cte, Closure)
    near = sorted(range(1, count // 2), key=lambda one: abs(people.sizes[one] - 1_000))
    yield Ground(
        url=url,
        engine=made,
        people=people,
        yardsticks=tuple(one(driver, people, postgres=on_postgres) for one in kinds),
        many=tuple(people.names[people.nearest(size)] for size in (1, 1_000, count)),
        movable=tuple(near[:12]),
    )
    driver.close()
    made.dispose()


SLOW = 10
"""Whoever needs more seconds for a round is measured once."""


def patient(run: Callable[[], int | Sample]) -> Callable[[], int | Sample]:
    """Let somebody slow run once, and tell it again: a million leads a page take minutes."""
    kept: list[Sample] = []

    def again() -> int | Sample:
        if kept:
            return kept[0]
        start = time.perf_counter()
        done = run()
        seconds = time.perf_counter() - start
        sample = done if isinstance(done, Sample) else Sample(done, seconds)
        if sample.seconds > SLOW:
            kept.append(sample)
        return done

    return again
