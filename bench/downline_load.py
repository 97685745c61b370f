"""The load of `bench_downline`: people in trees of three shapes, and the leads they hold.

A third of the people stand in an ordinary tree (each below any of those who came before), a third
in a wide one (all below one), a third in chains of so many below each other. One person stands
above all of them. Everything is drawn from one seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

__all__ = ["ACCOUNT", "AREAS", "BEGIN", "SELLER", "STATES", "People", "people_of"]

SELLER, ACCOUNT = "seller", "account"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
AREAS = tuple(f"area {number:02d}" for number in range(24))
STATES = ("AL", "CA", "FL", "GA", "IL", "NY", "OH", "PA", "TX", "WA")
SECOND = timedelta(seconds=1)


@dataclass
class People:
    """The people of one account.

    Attributes:
        names: in the order they joined; each stands below one of those before.
        parents: for each the number of the one above; -1 for the first.
        sizes: for each, how many stand below, and one.
        depths: for each, how many stand above.
    """

    names: list[str]
    parents: list[int]
    sizes: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Count sizes and depths."""
        self.sizes = [1] * len(self.names)
        for number in range(len(self.names) - 1, 0, -1):
            self.sizes[self.parents[number]] += self.sizes[number]
        self.depths = [0] * len(self.names)
        for number in range(1, len(self.names)):
            self.depths[number] = self.depths[self.parents[number]] + 1

    @property
    def links(self) -> dict[str, str | None]:
        """The parent links by name."""
        above = (None, *(self.names[parent] for parent in self.parents[1:]))
        return dict(zip(self.names, above, strict=True))

    def nearest(self, size: int) -> int:
        """Give somebody whose downline is nearest to a size."""
        return min(range(len(self.names)), key=lambda one: abs(self.sizes[one] - size))

    def below(self, one: int) -> set[int]:
        """Give somebody and everybody below."""
        found = {one}
        for number in range(one + 1, len(self.names)):
            if self.parents[number] in found:
                found.add(number)
        return found

    def questions(self, count: int, seed: int = 7) -> list[tuple[int, int]]:
        """Draw pairs of who is asked about and who looks: half of them stand below."""
        draw = random.Random(seed)
        pairs: list[tuple[int, int]] = []
        for number in range(count):
            one = draw.randrange(1, len(self.names))
            other = draw.randrange(len(self.names))
            if number % 2:
                other = one
                for _ in range(draw.randrange(1, self.depths[one] + 1)):
                    other = self.parents[other]
            pairs.append((one, other))
        return pairs

    def is_below(self, one: int, other: int) -> bool:
        """Say it from the links."""
        while self.depths[one] > self.depths[other]:
            one = self.parents[one]
            if one == other:
                return True
        return False


def people_of(count: int, *, deep: int = 10_000, shapes: str = "owc", seed: int = 1) -> People:
    """Draw people.

    Args:
        count: how many.
        deep: how many stand below each other in a chain.
        shapes: which thirds there are: `o`rdinary, `w`ide, `c`hains.
        seed: of the draw.
    """
    draw = random.Random(seed)
    parents = [-1]
    each = (count - 1) // len(shapes)
    for shape in shapes:
        first = len(parents)
        last = count if shape == shapes[-1] else first + each
        for number in range(first, last):
            if number == first:
                parents.append(0)
            elif shape == "o":
                parents.append(draw.randrange(first, number))
            elif shape == "w":
                parents.append(first)
            else:
                parents.append(0 if (number - first) % deep == 0 else number - 1)
    return People([f"u{number:07d}" for number in range(count)], parents)
