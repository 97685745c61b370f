"""Which of very many orders may have a lead, the best ones first, without looking at each.

Theory of operation. Live orders are kept in the order of their rank, cut into blocks of some
hundreds of places. In each block a place is one bit of whole numbers: for each question a filter
can ask (which state, which area …) one number says who takes anything, and one for each answer who
takes just that. A lead's answers pick a few of these numbers; joined with *and* they are the orders
that may have it, and the lowest bits are the best of them. Python joins hundreds of orders so in
the time it takes to look at one. Orders that are not live take no place at all.

About every second place is free, so that a new order or a new price sets a few bits and moves
nothing; a block without a free place where one is wanted is spread out again, a full one is cut in
two. What is live is the caller's word: open, not paused, with money, below its caps. What the
filters say is worked out here, exactly as `distribution.filter_refusal` does it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import NotFound, WrongState
from leadcore.orders import Filters
from leadcore.values import OrderId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.submissions import Submission

__all__ = ["OrderIndex", "Ranked"]

_PLACES = 512
"""Places in a block; more than half of them are never taken."""
_MOST = _PLACES // 2
_FRESH = _PLACES // 4
"""Orders in a block that was just made: room for as many again."""
_DIMENSIONS = range(5)


_NOBODY = OrderId("")


@frozen(kw_only=True)
class Ranked:
    """An order as the index keeps it.

    Attributes:
        id: the order's.
        rank: where it stands; the smallest first. A price to be served highest first is given
            negative; orders of one rank go by id.
        filters: which leads it takes.
        live: may it have leads at all just now?
    """

    id: OrderId
    rank: tuple[int, ...]
    filters: Filters
    live: bool = True


class OrderIndex:
    """Orders by rank, to be asked which of them may have a lead.

    It is a working copy in memory: made of the orders, told of every change, and never the truth.
    Not for several threads at once.
    """

    def __init__(self, orders: Iterable[Ranked] = ()) -> None:
        """Make one.

        Args:
            orders: in any order.

        Raises:
            WrongState: an id is there twice.
        """
        self._orders: dict[OrderId, Ranked] = {}
        for order in orders:
            if order.id in self._orders:
                raise WrongState("OrderIndex", f"order {order.id} is there twice")
            self._orders[order.id] = order
        self._wants = {order.id: _wanted(order.filters) for order in self._orders.values()}
        keys = sorted(_key(order) for order in self._orders.values() if order.live)
        parts = [keys[at : at + _FRESH] for at in range(0, len(keys), _FRESH)] or [[]]
        # Where the second block begins, the third …, whether or not its first order stays.
        self._firsts = [part[0] for part in parts[1:]]
        # All of these lists have one entry a block.
        self._keys: list[list[_Key]] = parts
        self._places: list[list[int]] = [[] for _ in parts]
        self._names: list[list[OrderId]] = [[_NOBODY] * _PLACES for _ in parts]
        self._taken: list[int] = [0] * len(parts)
        self._nobody: list[int] = [0] * len(parts)
        self._anything: list[list[int]] = [[0] * len(parts) for _ in _DIMENSIONS]
        self._just: list[dict[object, list[int]]] = [{} for _ in _DIMENSIONS]
        # How many live orders do not take just anything, by question.
        self._choosy = [0 for _ in _DIMENSIONS]
        self._lengths: Counter[int] = Counter()
        for block in range(len(parts)):
            self._spread(block)

    def __len__(self) -> int:
        """Give how many orders there are, live or not."""
        return len(self._orders)

    def __iter__(self) -> Iterator[Ranked]:
        """Give every order, live or not, in no order."""
        return iter(self._orders.values())

    # ------------------------------------------------------------------------------ asking

    def best(self, lead: Submission, most: int = 1) -> tuple[OrderId, ...]:
        """Give the orders that may have a lead, the best first, at most so many.

        A test lead is for nobody.
        """
        if lead.test or most < 1:
            return ()
        found: list[OrderId] = []
        asked = self._asked(lead)
        for block, bits in enumerate(self._taken):
            for anything, just in asked:
                bits &= anything[block] | just[block]  # noqa: PLW2901 - joined in place, for speed
            if not bits:
                continue
            names = self._names[block]
            while bits:
                lowest = bits & -bits
                found.append(names[lowest.bit_length() - 1])
                most -= 1
                if not most:
                    return tuple(found)
                bits ^= lowest  # noqa: PLW2901 - the same
        return tuple(found)

    def _asked(self, lead: Submission) -> list[tuple[list[int], list[int]]]:
        """Give, for each question somebody asks, who takes anything and who takes this answer."""
        address, nobody, choosy = lead.address, self._nobody, self._choosy
        kinds, verticals, areas, states, _ = self._just
        anything = self._anything
        asked: list[tuple[list[int], list[int]]] = []
        if choosy[0]:
            asked.append((anything[0], kinds.get(lead.kind._value_, nobody)))
        if choosy[1]:
            name = lead.vertical
            asked.append((anything[1], verticals.get(name and name.casefold(), nobody)))
        if choosy[2]:
            name = lead.area
            asked.append((anything[2], areas.get(name and name.casefold(), nobody)))
        if choosy[3]:
            name = address.state
            asked.append((anything[3], states.get(name and name.casefold(), nobody)))
        if choosy[4]:
            asked.append((anything[4], self._from_zip(address.zip)))
        return asked

    def _from_zip(self, code: str | None) -> list[int]:
        # A filter may name the whole code or its beginning; an empty beginning is any code.
        if code is None:
            return self._nobody
        answers, lengths = self._just[4], self._lengths
        if len(lengths) == 1:
            (length,) = lengths
            return answers.get(code[:length], self._nobody)
        starts = dict.fromkeys([code[:length] for length in lengths])
        found = [answers[start] for start in starts if start in answers]
        if len(found) < 2:  # noqa: PLR2004 - nothing to join
            return found[0] if found else self._nobody
        joined = list(found[0])
        for numbers in found[1:]:
            joined = [one | other for one, other in zip(joined, numbers, strict=True)]
        return joined

    # ---------------------------------------------------------------------------- changing

    def add(self, order: Ranked) -> None:
        """Add an order.

        Raises:
            WrongState: its id is there already.
        """
        if order.id in self._orders:
            raise WrongState("add", f"order {order.id} is there already")
        self._orders[order.id] = order
        self._wants[order.id] = _wanted(order.filters)
        if order.live:
            self._enter(order)

    def remove(self, order_id: OrderId) -> None:
        """Take an order out.

        Raises:
            NotFound: it is not there.
        """
        order = self._known(order_id)
        if order.live:
            self._leave(order)
        del self._orders[order_id], self._wants[order_id]

    def switch(self, order_id: OrderId, *, live: bool) -> None:
        """Say that an order may have leads now, or may not: paused, capped, out of money.

        Raises:
            NotFound: it is not there.
        """
        order = self._known(order_id)
        if order.live is live:
            return
        changed = Ranked(id=order.id, rank=order.rank, filters=order.filters, live=live)
        self._orders[order_id] = changed
        if live:
            self._enter(changed)
        else:
            self._leave(order)

    def change(self, order: Ranked) -> None:
        """Give an order another rank or other filters.

        Raises:
            NotFound: it is not there.
        """
        self.remove(order.id)
        self.add(order)

    # -------------------------------------------------------------------------------- bits

    def _known(self, order_id: OrderId) -> Ranked:
        try:
            return self._orders[order_id]
        except KeyError:
            raise NotFound("order", order_id) from None

    def _enter(self, order: Ranked) -> None:
        key = _key(order)
        block = bisect_right(self._firsts, key)
        keys, places = self._keys[block], self._places[block]
        at = bisect_left(keys, key)
        before = places[at - 1] if at else -1
        after = places[at] if at < len(places) else _PLACES
        keys.insert(at, key)
        if after - before > 1:
            # At an end more will come on the same side: leave them the greater part of the room.
            share = 2 if 0 < at < len(places) else _PLACES // 32
            step = max(1, (after - before) // share)
            place = before + step if at else after - step
            places.insert(at, place)
            self._names[block][place] = order.id
            self._set(block, order, 1 << place)
            return
        self._clear(block)
        if len(keys) > _MOST:
            self._cut(block)
            self._spread(block + 1)
        self._spread(block)

    def _leave(self, order: Ranked) -> None:
        key = _key(order)
        block = bisect_right(self._firsts, key)
        at = bisect_left(self._keys[block], key)
        place = self._places[block].pop(at)
        del self._keys[block][at]
        self._unset(block, order, 1 << place)

    def _set(self, block: int, order: Ranked, bit: int) -> None:
        self._taken[block] |= bit
        for number, wanted in enumerate(self._wants[order.id]):
            if wanted is None:
                self._anything[number][block] |= bit
                continue
            self._choosy[number] += 1
            answers = self._just[number]
            for answer in wanted:
                if answer not in answers:
                    answers[answer] = [0] * len(self._taken)
                answers[answer][block] |= bit
        for start in order.filters.zips or ():
            self._lengths[len(start)] += 1

    def _unset(self, block: int, order: Ranked, bit: int) -> None:
        self._taken[block] ^= bit
        for number, wanted in enumerate(self._wants[order.id]):
            if wanted is None:
                self._anything[number][block] ^= bit
                continue
            self._choosy[number] -= 1
            for answer in wanted:
                self._just[number][answer][block] ^= bit
        for start in order.filters.zips or ():
            self._lengths[len(start)] -= 1
            if not self._lengths[len(start)]:
                del self._lengths[len(start)]

    def _clear(self, block: int) -> None:
        """Take every bit of a block away."""
        for place in self._places[block]:
            self._unset(block, self._orders[self._names[block][place]], 1 << place)
        self._places[block] = []

    def _spread(self, block: int) -> None:
        """Give the orders of a block places as far apart as can be."""
        keys = self._keys[block]
        step = _PLACES / (len(keys) + 1)
        self._places[block] = [int(step * (number + 1)) for number in range(len(keys))]
        for place, (_, name) in zip(self._places[block], keys, strict=True):
            self._names[block][place] = name
            self._set(block, self._orders[name], 1 << place)

    def _cut(self, block: int) -> None:
        """Cut a block that was cleared in two halves."""
        keys = self._keys[block]
        half = len(keys) // 2
        self._keys[block : block + 1] = [keys[:half], keys[half:]]
        self._firsts.insert(block, keys[half])
        self._places.insert(block, [])
        self._names.insert(block, [_NOBODY] * _PLACES)
        for numbers in self._numbers():
            numbers.insert(block, 0)

    def _numbers(self) -> Iterator[list[int]]:
        yield self._taken
        yield self._nobody
        yield from self._anything
        for answers in self._just:
            yield from answers.values()


_Key = tuple[tuple[int, ...], OrderId]


def _key(order: Ranked) -> _Key:
    return order.rank, order.id


def _wanted(filters: Filters) -> tuple[Iterable[object] | None, ...]:
    """Give what an order wants in each dimension; None: anything."""
    return (
        None if filters.kinds is None else [kind.value for kind in filters.kinds],
        _folded(filters.verticals),
        _folded(filters.areas),
        _folded(filters.states),
        filters.zips,
    )


def _folded(names: frozenset[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(name.casefold() for name in names)
