"""The orders, leads and changes that every contestant of `bench_match` is given; plain values only.

A contestant's own objects are made before the clock runs. In a round, after every hundred leads one
order opens, one is capped or uncapped, and one gets another price.
"""

from __future__ import annotations

import random
from typing import NamedTuple

__all__ = ["AREAS", "STATES", "Change", "Lead", "Load", "Order", "load"]

STATES = [f"{first}{second}" for first in "ABCDE" for second in "ABCDEFGHIJ"]
AREAS = [f"area {number}" for number in range(20)]
EVERY = 100
"""So many leads between changes."""
ANYWHERE, ANY_ZIP, WEB_ONLY, WEB = 0.2, 0.9, 0.5, 0.8
"""Which part of the orders takes any state (any area), any ZIP; web leads only; of the leads."""


class Order(NamedTuple):
    """One order; None takes anything."""

    id: str
    price: int
    states: frozenset[str] | None
    areas: frozenset[str] | None
    zips: frozenset[str] | None
    web_only: bool
    live: bool


class Lead(NamedTuple):
    """One lead."""

    state: str
    area: str
    zip: str
    web: bool


class Change(NamedTuple):
    """What happens to an order: `open`, `cap` or `price`; the order as it is afterwards."""

    kind: str
    order: Order


class Load(NamedTuple):
    """Everything a contestant is given: a round's changes come one after each hundred leads."""

    orders: list[Order]
    rounds: list[tuple[list[Lead], list[tuple[Change, ...]]]]


def _order(drawn: random.Random, name: str, live: float) -> Order:
    def some(names: list[str], most: int) -> frozenset[str] | None:
        if drawn.random() < ANYWHERE:
            return None
        return frozenset(drawn.sample(names, drawn.randint(1, most)))

    return Order(
        id=name,
        price=drawn.randint(500, 5_000),
        states=some(STATES, 10),
        areas=some(AREAS, 3),
        zips=None if drawn.random() < ANY_ZIP else frozenset({f"{drawn.randrange(1_000):03d}"}),
        web_only=drawn.random() < WEB_ONLY,
        live=drawn.random() < live,
    )


def load(live: float, *, orders: int = 100_000, leads: int = 20_000, rounds: int = 6) -> Load:
    """Make it, the same for the same arguments.

    Args:
        live: which part of the orders may have leads.
        orders: how many there are at first.
        leads: how many a round asks for.
        rounds: how many there are.
    """
    drawn = random.Random(f"{live} {orders} {leads}")
    known = {f"o{number:06d}": _order(drawn, f"o{number:06d}", live) for number in range(orders)}
    first = list(known.values())
    made: list[tuple[list[Lead], list[tuple[Change, ...]]]] = []
    names = list(known)
    for _ in range(rounds):
        asked = [
            Lead(
                drawn.choice(STATES),
                drawn.choice(AREAS),
                f"{drawn.randrange(100_000):05d}",
                drawn.random() < WEB,
            )
            for _ in range(leads)
        ]
        changes: list[tuple[Change, ...]] = []
        for _ in range(leads // EVERY):
            opened = _order(drawn, f"o{len(names):06d}", live)
            capped = known[drawn.choice(names)]
            priced = known[drawn.choice(names)]
            capped = capped._replace(live=drawn.random() < live)
            known[capped.id] = capped
            priced = known[priced.id]._replace(price=drawn.randint(500, 5_000))
            known[priced.id] = priced
            known[opened.id] = opened
            names.append(opened.id)
            changes.append((Change("open", opened), Change("cap", capped), Change("price", priced)))
        made.append((asked, changes))
    return Load(first, made)
