"""The peer of `bench_match`: an inverted index of compressed bitmaps, as `pyroaring` offers them.

Run in an environment of its own: `python match_pyroaring.py LIVE ROUND`. Orders stand at positions
in the order of their price, with room between them for new ones; a bitmap says for each answer who
takes it. What may have a lead is the intersection, and its first three members are the best.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pyroaring import BitMap

sys.path.insert(0, str(Path(__file__).resolve().parent))
from match_load import EVERY, Order, load  # the folder above first

ROOM = 64
BEST = 3


class Index:
    """Bitmaps by answer, over positions in the order of rank."""

    def __init__(self, orders: list[Order]) -> None:
        self.live = BitMap()
        self.anything = [BitMap() for _ in range(4)]
        self.just: list[dict[object, BitMap]] = [{} for _ in range(4)]
        self.place: dict[str, int] = {}
        self.name: dict[int, str] = {}
        self.by_price: dict[int, int] = {}
        self.orders: dict[str, Order] = {}
        for order in sorted(orders, key=lambda each: (-each.price, each.id)):
            self.add(order)

    def add(self, order: Order) -> None:
        """Give an order a place and set its bits."""
        # Of one price the first come stand first: room for so many at each.
        taken = self.by_price.get(order.price, 0)
        assert taken < ROOM
        self.by_price[order.price] = taken + 1
        place = (5_000 - order.price) * ROOM + taken
        self.place[order.id], self.name[place], self.orders[order.id] = place, order.id, order
        self._mark(order, place, BitMap.add)

    def remove(self, order: Order) -> None:
        """Take its bits away."""
        place = self.place.pop(order.id)
        del self.name[place]
        self._mark(order, place, BitMap.discard)

    def _mark(self, order: Order, place: int, how) -> None:  # noqa: ANN001 - of a library without types
        if order.live:
            how(self.live, place)
        kinds = frozenset({True}) if order.web_only else None
        for number, wanted in enumerate((kinds, order.states, order.areas, order.zips)):
            if wanted is None:
                how(self.anything[number], place)
                continue
            for answer in wanted:
                how(self.just[number].setdefault(answer, BitMap()), place)

    def change(self, kind: str, order: Order) -> None:
        """Follow a change."""
        if kind == "open":
            self.add(order)
        elif kind == "cap":
            place = self.place[order.id]
            (self.live.add if order.live else self.live.discard)(place)
            self.orders[order.id] = order
        else:
            self.remove(self.orders[order.id])
            self.add(order)

    def best(self, lead) -> list[str]:  # noqa: ANN001 - a named tuple
        """Give the first three that may have a lead."""
        told = (lead.web, lead.state, lead.area, lead.zip[:3])
        bits = self.live
        for anything, just, answer in zip(self.anything, self.just, told, strict=True):
            found = just.get(answer)
            bits = bits & (anything if found is None else anything | found)
        return [self.name[place] for place in bits[:BEST]]


def main() -> None:
    """Play all rounds up to one, time that one."""
    live, number = float(sys.argv[1]), int(sys.argv[2])
    given = load(live)
    index = Index(given.orders)
    for _, changes in given.rounds[:number]:
        for each in changes:
            for change in each:
                index.change(*change)
    leads, changes = given.rounds[number]
    leads, changes = leads[:2_000], changes[: 2_000 // EVERY]
    start = time.perf_counter()
    for at in range(0, len(leads), EVERY):
        for lead in leads[at : at + EVERY]:
            index.best(lead)
        for change in changes[at // EVERY]:
            index.change(*change)
    print(json.dumps({"operations": len(leads), "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
