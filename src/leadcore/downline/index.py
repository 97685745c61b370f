"""Who stands below whom among a million people, while they join and move.

Each person has two marks, where the person's downline begins and where it ends, and all marks of
the tree stand in one line:

    boss( left( low( ) ) right( ) )

So whoever stands below somebody has the first mark between that person's two. The marks are kept in
a linked list with 62-bit labels that grow along it; to ask is to compare labels. Between the labels
is room: whoever joins takes some of it right behind the first mark of the person above, and whoever
moves takes the marks of the whole downline along. Where the room is used up, the labels around are
spread again: as many of them as it takes to leave each a room that grows with their number, so that
a wide spread pays for many others to come.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from leadcore.downline.tree import sound_links
from leadcore.errors import Malformed, WrongState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leadcore.people import User
    from leadcore.values import UserId

__all__ = ["Downline"]

_SPAN = 1 << 62
_FIRST, _LAST = 0, 1
"""The marks of nobody, around everybody: the ends of the line."""
_ROOM = 16
"""A spread leaves each label so much room times the number of labels spread."""
_NEAR = 16
"""So many marks to each side are looked at first."""


class Downline:
    """The people of one account; as `Tree`, and people may join and move.

    Links that are damaged when it is made count for nothing, as in `Tree`; later ones are refused.
    """

    __slots__ = ("_ids", "_labels", "_names", "_next", "_parents", "_previous")

    def __init__(self, parents: Mapping[UserId, UserId | None]) -> None:
        """Make it of parent links."""
        sound = sound_links(parents)
        self._names: list[UserId] = list(sound)
        # Marks are numbered: those of the n-th person 2n + 2 and 2n + 3.
        self._ids = {name: 2 * number for number, name in enumerate(self._names, start=1)}
        numbers = self._ids
        above = (_FIRST if one is None else numbers[one] for one in sound.values())
        self._parents = array("q", (_FIRST, *above))
        marks = 2 * len(self._names) + 2
        self._labels = array("q", bytes(8 * marks))
        self._next = array("q", bytes(8 * marks))
        self._previous = array("q", bytes(8 * marks))
        self._line_up()

    @classmethod
    def of(cls, users: Iterable[User]) -> Downline:
        """Make it of an account's users."""
        return cls({user.id: user.parent_id for user in users})

    def _line_up(self) -> None:
        below: dict[int, list[int]] = {}
        for number, above in enumerate(self._parents):
            if number:
                below.setdefault(above, []).append(2 * number)
        step = _SPAN // (len(self._labels) - 1)
        label, before = 0, _FIRST
        # A mark that ends somebody waits below those that stand in between.
        waiting = [_LAST, *below.get(_FIRST, ())]
        while waiting:
            mark = waiting.pop()
            label += step
            self._labels[mark] = label
            self._next[before], self._previous[mark] = mark, before
            before = mark
            if not mark & 1:
                waiting.append(mark + 1)
                waiting += below.get(mark, ())
        self._labels[_LAST] = _SPAN

    def __contains__(self, user_id: object) -> bool:
        """Say whether the user is in the tree."""
        return user_id in self._ids

    def __len__(self) -> int:
        """Give the number of people in the tree."""
        return len(self._names)

    def is_below(self, user_id: UserId, above_id: UserId) -> bool:
        """Say whether one stands below the other, at any depth; nobody is below themselves."""
        ids = self._ids
        try:
            above, mark = ids[above_id], ids[user_id]
        except KeyError:
            return False
        labels = self._labels
        return labels[above] < labels[mark] < labels[above + 1]

    def upline(self, user_id: UserId) -> Iterator[UserId]:
        """Give everybody above, nearest first."""
        above = self._parents[self._ids[user_id] >> 1] if user_id in self._ids else _FIRST
        while above:
            yield self._names[(above >> 1) - 1]
            above = self._parents[above >> 1]

    def top(self, user_id: UserId) -> UserId:
        """Give who stands at the top of somebody's downline; the one asked about, if nobody."""
        top = user_id
        for top in self.upline(user_id):  # noqa: B007 # the last one above is the one wanted
            pass
        return top

    def walk(self, user_id: UserId) -> Iterator[UserId]:
        """Give everybody below, each after whoever stands above them."""
        if user_id in self._ids:
            mark = self._ids[user_id]
            last = mark + 1
            while (mark := self._next[mark]) != last:
                if not mark & 1:
                    yield self._names[(mark >> 1) - 1]

    def downline(self, user_id: UserId) -> frozenset[UserId]:
        """Give everybody below, at any depth."""
        return frozenset(self.walk(user_id))

    def join(self, user_id: UserId, parent_id: UserId | None) -> None:
        """Take somebody in, below `parent_id` or at the top.

        Raises:
            Malformed: there is nobody with the parent's id.
            WrongState: the user is in the tree already.
        """
        if user_id in self._ids:
            raise WrongState("join", f"{user_id!r} is in the tree already")
        above = self._place(parent_id)
        mark = 2 * len(self._names) + 2
        self._names.append(user_id)
        self._ids[user_id] = mark
        self._parents.append(above)
        for column in (self._labels, self._next, self._previous):
            column.extend((0, 0))
        self._next[mark], self._previous[mark + 1] = mark + 1, mark
        self._put(above, mark)

    def move(self, user_id: UserId, parent_id: UserId | None) -> None:
        """Move somebody, with everybody below, below `parent_id` or to the top.

        Raises:
            Malformed: there is nobody with one of the ids.
            WrongState: the new place is below the user, or is the user's own.
        """
        above = self._place(parent_id)
        mark = self._place(user_id)
        if self._labels[mark] <= self._labels[above] < self._labels[mark + 1]:
            raise WrongState("move", "nobody can stand below themselves")
        self._parents[mark >> 1] = above
        before, behind = self._previous[mark], self._next[mark + 1]
        self._next[before], self._previous[behind] = behind, before
        self._put(above, mark)

    def _place(self, user_id: UserId | None) -> int:
        if user_id is None:
            return _FIRST
        if user_id not in self._ids:
            raise Malformed.at("parent_id", f"there is no user {user_id!r} in this tree")
        return self._ids[user_id]

    def _put(self, above: int, mark: int) -> None:
        """Put a line of marks, linked from `mark` to `mark + 1`, right behind the mark `above`."""
        behind = self._next[above]
        self._next[above], self._previous[mark] = mark, above
        self._next[mark + 1], self._previous[behind] = behind, mark + 1
        room = self._labels[behind] - self._labels[above]
        if self._next[mark] != mark + 1 or room < _ROOM:
            self._spread(above, behind)
        elif behind == above + 1:
            # The first one below: most of the room is handed down, as in a chain.
            edge = max(1, room >> 3)
            self._labels[mark] = self._labels[above] + edge
            self._labels[mark + 1] = self._labels[behind] - edge
        else:
            # One more of several: most of the room is left for the next ones, as in a crowd.
            end = self._labels[behind] - max(1, room >> 6)
            self._labels[mark + 1], self._labels[mark] = end, end - max(1, room >> 5)

    def _spread(self, left: int, right: int) -> None:
        """Give the marks between two new labels; between wider ones, where there is no room."""
        labels, after, before = self._labels, self._next, self._previous
        count, mark = 0, after[left]
        while mark != right:
            count, mark = count + 1, after[mark]
        reach = _NEAR
        # The whole line has room for 2^29 marks even so.
        while labels[right] - labels[left] < _ROOM * count * (count + 1):
            for _ in range(reach):
                if left != _FIRST:
                    left, count = before[left], count + 1
                if right != _LAST:
                    right, count = after[right], count + 1
            reach *= 2
        step = (labels[right] - labels[left]) // (count + 1)
        label, mark = labels[left], after[left]
        while mark != right:
            label += step
            labels[mark] = label
            mark = after[mark]
