"""Pages of the leads a viewer sees, newest first, in memory.

No one plan is good for everybody. Whoever has few people below gathers their leads and merges
them; whoever has many finds a page among the newest. To walk the people costs one step each, to
scan the leads costs about `leads / people` steps for each lead of the page; both cost the same
where `people² = page x leads`, and twice that root is where the walk is given up.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from heapq import merge
from itertools import chain, islice
from math import isqrt
from typing import TYPE_CHECKING

from leadcore.downline.scopes import Reach
from leadcore.values import LeadId, UserId, micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from leadcore.downline.index import Downline
    from leadcore.downline.scopes import Scope
    from leadcore.values import AccountId

__all__ = ["LeadBoard"]


_Held = tuple[int, LeadId, UserId]
"""When, which lead and whose: in this order they are sorted."""


class LeadBoard:
    """The leads one account holds, by owner and by instant."""

    __slots__ = ("_account_id", "_all", "_by_id", "_by_owner", "_people")

    def __init__(self, account_id: AccountId, people: Downline) -> None:
        """Make an empty one.

        Args:
            account_id: whose leads these are.
            people: the account's tree; it may change later on.
        """
        self._account_id = account_id
        self._people = people
        self._all: list[_Held] = []
        self._by_owner: dict[UserId, list[_Held]] = {}
        self._by_id: dict[LeadId, _Held] = {}

    def __len__(self) -> int:
        """Give the number of leads."""
        return len(self._all)

    def put(self, lead_id: LeadId, owner_id: UserId, when: datetime) -> None:
        """Put a lead up, or up again under another owner or instant."""
        self.take(lead_id)
        held = (micros(when), lead_id, owner_id)
        self._by_id[lead_id] = held
        insort(self._all, held)
        insort(self._by_owner.setdefault(owner_id, []), held)

    def take(self, lead_id: LeadId) -> None:
        """Take a lead away, if it is there."""
        held = self._by_id.pop(lead_id, None)
        if held is not None:
            owner_id = held[2]
            mine = self._by_owner[owner_id]
            for kept in (self._all, mine):
                del kept[bisect_left(kept, held)]
            if not mine:
                del self._by_owner[owner_id]

    def page(
        self, seen: Scope, limit: int = 50, after: tuple[datetime, LeadId] | None = None
    ) -> tuple[LeadId, ...]:
        """Give the newest leads a viewer sees, newest first.

        Args:
            seen: what the viewer may see.
            limit: at most so many.
            after: when and which the last lead of the page before was, wherever it is by now; None
                for the first page.
        """
        if seen.reach is Reach.NOTHING or seen.account_id != self._account_id or limit < 1:
            return ()
        # Before whoever holds it.
        end = None if after is None else (micros(after[0]), after[1], UserId(""))
        found = self._found(seen, limit, end)
        return tuple(lead_id for _, lead_id, _ in islice(found, limit))

    def _found(self, seen: Scope, limit: int, end: _Held | None) -> Iterator[_Held]:
        if seen.reach is Reach.ACCOUNT:
            return _down(self._all, end)
        if seen.reach is Reach.OWN:
            return _down(self._by_owner.get(seen.user_id, []), end)
        most = 2 * isqrt(limit * len(self._all))
        people = list(islice(self._people.walk(seen.user_id), most + 1))
        if len(people) <= most:
            return self._merged(chain((seen.user_id,), people), end)
        mine, is_below = seen.user_id, self._people.is_below
        return (
            held for held in _down(self._all, end) if held[2] == mine or is_below(held[2], mine)
        )

    def _merged(self, people: Iterable[UserId], end: _Held | None) -> Iterator[_Held]:
        by_owner = self._by_owner
        lines = (_down(by_owner[owner], end) for owner in people if owner in by_owner)
        return merge(*lines, reverse=True)


def _down(held: list[_Held], end: _Held | None) -> Iterator[_Held]:
    """Go through sorted leads from the last one, or from the last one before `end`."""
    start = len(held) if end is None else bisect_left(held, end)
    return (held[place] for place in range(start - 1, -1, -1))
