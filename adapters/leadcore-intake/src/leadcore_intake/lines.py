"""Lines of a file of any length, in constant memory."""

from __future__ import annotations

import io
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

    from _typeshed import WriteableBuffer

_MOST_REPEATED = 4

__all__ = ["Lines", "Overlong", "Rewound", "Unclosed"]


class Overlong(Exception):
    """A line longer than a record may be; the rest of it was passed over."""


class Unclosed(Exception):
    """A record that goes on for longer than one may be: some quote was never closed."""


class Rewound(io.RawIOBase):
    """A binary stream with the bytes already read put back in front."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer, first what was put back."""
        view = memoryview(buffer).cast("B")
        data = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(view) :]
        view[: len(data)] = data
        return len(data)


class Lines:
    """The lines of a text stream, each bounded, with a record's lines to be had again.

    Made for `csv.reader`, which asks for a further line while a quote is open: `taken` has the
    lines of the record so far, and `cut` tells that the stream ended within it.
    """

    def __init__(self, text: TextIO, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._again: deque[str] = deque()
        self._size = 0
        self._done = 0
        self._repeated = 0
        self.number = 0
        self.taken: list[str] = []
        self.cut = False

    def begin(self) -> None:
        """Begin a record."""
        self._done += self._size
        self.taken = []
        self._size = 0
        self.cut = False

    def give_back(self) -> None:
        """Give all but the record's first line back, to be read as records of their own."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        self._repeated += self._size
        self.taken = self.taken[:1]
        self._size = len(self.taken[0])

    @property
    def circling(self) -> bool:
        """Whether far more was given back than was ever read for good."""
        return self._repeated > _MOST_REPEATED * (self._limit + self._done)

    def __iter__(self) -> Iterator[str]:
        """Give itself."""
        return self

    def __next__(self) -> str:
        """Give the next line.

        Raises:
            Overlong: the line alone is longer than a record may be.
            Unclosed: the record's lines together are.
        """
        line = self._again.popleft() if self._again else self._text.readline(self._limit + 1)
        if not line:
            self.cut = bool(self.taken)
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) > self._limit:
            self._pass_over(line)
            raise Overlong
        self._size += len(line)
        if self._size > self._limit:
            raise Unclosed
        return line

    def _pass_over(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(self._limit)
