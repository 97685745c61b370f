"""Plays: whole lives of a small back office, drawn at random, played on any store, and judged.

A play is a list of plain steps. `perform` plays it on a store and gives every answer, refusals and
errors included, so two stores can be compared step by step; `leadcore.testing.laws` judges what is
left then.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from attrs import frozen
from hypothesis import strategies as st

from leadcore.testing.stage import Plan, Stage, Step
from leadcore.testing.strategies import submissions
from leadcore.values import SellerId

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from leadcore.ports import Store

__all__ = ["Play", "Step", "perform", "plays"]


@frozen(kw_only=True)
class Play:
    """A back office of two accounts with two users and two orders each, and what happens in it."""

    steps: tuple[Step, ...]
    weights: tuple[int, ...] = (1, 2, 3, 1)
    quantities: tuple[int, ...] = (3, 4, 5, 6)
    returns_reopen: bool = True


_ACTIONS = (
    "receive",
    "receive",
    "receive",
    "repeat",
    "request",
    "request",
    "approve",
    "approve",
    "decline",
    "reverse",
    "reinstate",
    "resell",
    "chain",
    "chain",
    "offer",
    "fund",
    "pause",
    "resume",
    "assign",
    "attempt",
    "move",
    "disable",
    "enable",
    "contact",
    "contact",
    "contact",
)


_SUBMISSIONS = submissions(test=False)
_TESTS = submissions(test=True)
_RECEPTIONS = st.builds(Step, what=st.just("receive"), submission=_SUBMISSIONS)
_WHAT = st.sampled_from(_ACTIONS)
_EIGHT = st.integers(0, 7)
_CHAIN = st.sampled_from(
    (
        ("request", "approve", "resell", "reverse"),
        ("request", "approve", "reverse", "reinstate", "resell"),
        ("request", "approve", "resell", "reverse", "request", "approve", "reverse"),
        ("request", "approve", "resell", "request", "approve", "resell", "offer"),
    )
)
_GAPS = st.builds(
    timedelta,
    hours=st.sampled_from((0, 1, 24, 119, 120)),
    microseconds=st.sampled_from((-1, 0, 1, 60_000_000)),
)


@st.composite
def _steps(draw: DrawFn) -> tuple[Step, ...]:
    what, gap = draw(_WHAT), draw(_GAPS)
    if what == "chain":
        soon = max(gap, timedelta()) % timedelta(hours=48)
        # Index -1 is the last of whatever there is: mostly the same lead and the same return.
        return tuple(Step(what=one, index=-1, other=5, gap=soon) for one in draw(_CHAIN))
    submission = None
    if what == "receive":
        submission = draw(_SUBMISSIONS if draw(_EIGHT) else _TESTS)
    step = Step(
        what=what,
        index=draw(_EIGHT),
        other=draw(_EIGHT),
        # Only a request may lie in the past: before its sale.
        gap=gap if what == "request" else max(gap, timedelta()),
        submission=submission,
    )
    return (step,)


def _joined(first: list[Step], rest: list[tuple[Step, ...]]) -> tuple[Step, ...]:
    return (*first, *chain.from_iterable(rest))


def plays(*, most: int = 30) -> SearchStrategy[Play]:
    """Draw a play of at most so many steps or short chains of them, after some leads have come."""
    return st.builds(
        Play,
        steps=st.builds(
            _joined,
            st.lists(_RECEPTIONS, min_size=2, max_size=6),
            st.lists(_steps(), min_size=min(8, most), max_size=most),
        ),
        weights=st.tuples(*[st.integers(1, 5)] * 4),
        quantities=st.tuples(*[st.integers(0, 6)] * 4),
        returns_reopen=st.booleans(),
    )


def perform(store: Store, play: Play, seller: str) -> tuple[object, ...]:
    """Play on a store under a seller's id that it has not seen; give every answer in order."""
    plan = Plan(
        weights=play.weights, quantities=play.quantities, returns_reopen=play.returns_reopen
    )
    stage = Stage(reader=store, seller=SellerId(seller), plan=plan)
    stage.set_up()
    return tuple(stage.perform(step) for step in play.steps)
