"""Whose turn it is: shares of a lead, credits that are carried, and the earliest deadline first.

Whole numbers only. A lead has one seat, or as many as it may be shared by; each seat is one lead's
worth of turns.
"""

from __future__ import annotations

from collections.abc import Hashable
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from leadcore.distribution.kernel import seats

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SCALE", "Dealt", "Member", "deal", "portions", "rotate", "shares", "turns"]

SCALE = 1_000_000_000
"""Parts of one lead in which rotation credit is counted."""


def shares(weights: tuple[int, ...]) -> tuple[int, ...]:
    """Split one lead by weight into `SCALE` parts; they sum to exactly `SCALE`.

    Left-over parts go one each to the first shares, so no part of a lead is lost or invented.
    """
    return _split(SCALE, weights)


def _split(whole: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    left = whole - sum(parts)
    return tuple(part + (index < left) for index, part in enumerate(parts))


def portions(weights: tuple[int, ...], places: int) -> tuple[int, ...]:
    """Split so many seats by weight, at most a whole one to each; what that cuts goes to the rest.

    The parts sum to exactly `SCALE` for each seat, or for each weight where those are fewer.
    """
    if places == 1:
        return shares(weights)
    if places >= len(weights):
        return (SCALE,) * len(weights)
    total, left = sum(weights), places
    heaviest_first = sorted(range(len(weights)), key=lambda index: -weights[index])
    whole = set[int]()
    # Ends before the last: with no seat left, any weight is too light for a whole one.
    while weights[heaviest := heaviest_first[len(whole)]] * left >= total:
        whole.add(heaviest)
        total, left = total - weights[heaviest], left - 1
    rest = tuple(weight for index, weight in enumerate(weights) if index not in whole)
    parts = iter(_split(SCALE * left, rest))
    return tuple(SCALE if index in whole else next(parts) for index in range(len(weights)))


def rotate(carried: tuple[int, ...], gains: tuple[int, ...]) -> int:
    """Give the index of the next in turn: earliest deadline among those with something due.

    Args:
        carried: each order's carried credit before this lead.
        gains: each order's share of this lead; zero for a weight that is tiny beside the others.

    Returns:
        The index of the winner. Some order always has something due, since the gains add one
        lead to credits that sum to at least zero; after a change of who takes part they may sum to
        less, and then the one furthest ahead of the others is taken.
    """
    dues = list(map(add, carried, gains))
    # Of those that will be late at the same lead, the one with most due; of those, the first.
    waiting = [
        (_leads_until_late(due, gains[index]), -due, index)
        for index, due in enumerate(dues)
        if due > 0
    ]
    return min(waiting)[2] if waiting else dues.index(max(dues))


def _leads_until_late(due: int, gain: int) -> int:
    # How many more leads until the order would be a whole lead behind, were it passed over. One
    # that gains nothing never is, so it comes after those that will be.
    return -((due - SCALE) // gain) if gain else _NEVER


_NEVER = 10 * SCALE


def turns(carried: tuple[int, ...], gains: tuple[int, ...], places: int) -> tuple[int, ...]:
    """Give the indices of the next so many in turn, the first first; `rotate` gives the first."""

    def turn(index: int) -> tuple[bool, int, int]:
        due, gain = carried[index] + gains[index], gains[index]
        late = _leads_until_late(due, gain) if due > 0 else 0
        return (due <= 0, late, -due)

    return tuple(sorted(range(len(carried)), key=turn)[:places])


class Member(NamedTuple):
    """An eligible order, as numbers.

    Attributes:
        tier, place: where it stands; the smallest is asked first.
        weight: its share among those who stand where it stands.
        credit: what it carries.
        group: of one group only one is served.
    """

    tier: int
    place: int
    weight: int
    credit: int
    group: Hashable


class Dealt(NamedTuple):
    """Who is served, and what the lead adds to everybody's credit.

    Attributes:
        winners: indices of those who are served, the first first.
        gains: what each one's credit gains; nothing for those who were not asked.
        levels: how many different standings come before each one's own.
        asked: how many levels were asked.
    """

    winners: tuple[int, ...]
    gains: tuple[int, ...]
    levels: tuple[int, ...]
    asked: int


def deal(members: Sequence[Member], places: int) -> Dealt:
    """Deal a lead's seats: the highest standing first, and by turn among those who stand alike.

    A lower standing is asked only for seats that are left when the higher is served out.
    """
    found = sorted({(member.tier, member.place) for member in members})
    levels = tuple(found.index((member.tier, member.place)) for member in members)
    winners, gains, taken = list[int](), [0] * len(members), set[Hashable]()
    asked = 0
    for level in range(len(found)):
        left = places - len(winners)
        if not left:
            break
        asked = level + 1
        free = [i for i, at in enumerate(levels) if at == level and members[i].group not in taken]
        for index, gain in _gains(members, free, left):
            gains[index] = gain
        served = _served(members, gains, free, left)
        winners += served
        taken |= {members[index].group for index in served}
    return Dealt(tuple(winners), tuple(gains), levels, asked)


def _groups(members: Sequence[Member], free: Sequence[int]) -> list[tuple[int, ...]]:
    found: dict[Hashable, list[int]] = {}
    for index in free:
        found.setdefault(members[index].group, []).append(index)
    return [tuple(each) for each in found.values()]


def _gains(members: Sequence[Member], free: Sequence[int], left: int) -> list[tuple[int, int]]:
    """Give what each of those asked gains: its group's part of the seats, split within the group.

    A group can't have more than one seat, so neither can its part be more than one.
    """
    groups = _groups(members, free)
    weights = tuple(sum(members[index].weight for index in group) for group in groups)
    parts = portions(weights, seats(left, len(groups)))
    return [
        pair
        for group, part in zip(groups, parts, strict=True)
        for pair in zip(
            group, _split(part, tuple(members[index].weight for index in group)), strict=True
        )
    ]


def _served(
    members: Sequence[Member], gains: Sequence[int], free: Sequence[int], left: int
) -> list[int]:
    groups = _groups(members, free)
    credit = tuple(sum(members[index].credit for index in group) for group in groups)
    gained = tuple(sum(gains[index] for index in group) for group in groups)
    chosen = turns(credit, gained, seats(left, len(groups)))
    return [_within(members, gains, groups[each]) for each in chosen]


def _within(members: Sequence[Member], gains: Sequence[int], group: tuple[int, ...]) -> int:
    carried = tuple(members[index].credit for index in group)
    return group[rotate(carried, tuple(gains[index] for index in group))]
