"""Where a page of a list ended, so that the next one goes on there whatever became of its last row.

A row may leave its list between two pages, or stand elsewhere in it: an overdue lead was tried, a
lead was assigned or returned, an appointment was put off, an old message was cleared away. So a
page begins behind what its list is sorted by, the key and the id that the last row had when it was
listed, and nobody looks that row up.

As a text a cursor says of which list it is. It holds nothing but what its row showed.
"""

from __future__ import annotations

import base64
import binascii
import json
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed
from leadcore.values import instant

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Cursor", "Paged"]

R = TypeVar("R")

_VERSION = 1
_NOT_OURS = "is none that a page of this list gave"
_ELSEWHERE = "is of a list that was asked for differently"


def _utc(key: datetime | str) -> datetime | str:
    return instant(key) if isinstance(key, datetime) else key


@frozen
class Cursor:
    """Behind which row a page begins.

    Attributes:
        key: what the list is sorted by: an instant (of any zone; kept in UTC), or a text.
        id: of rows with equal keys.
    """

    key: datetime | str = field(converter=_utc)
    id: str


@frozen(kw_only=True)
class Paged(ABC, Generic[R]):
    """A question for a list that is given page by page.

    Attributes:
        after: behind which row the page begins (`cursor`, `behind`, `opened`); None: with the first
            one.
    """

    after: Cursor | None = field(default=None)

    @property
    @abstractmethod
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""

    @property
    def by_instant(self) -> bool:
        """Is the list sorted by an instant? Else by a text."""
        return True

    @property
    def falling(self) -> tuple[bool, bool]:
        """Say whether the list falls: in its key, and among equal keys in the id."""
        return (False, False)

    @abstractmethod
    def cursor(self, row: R) -> Cursor:
        """Give where a row stands that the list shows.

        Raises:
            Malformed: the list can't show it.
        """

    def behind(self, row: R) -> Self:
        """Give the question for the page behind a row, as the list showed it."""
        after = self.cursor(row)
        return cast("Self", replace(cast("Any", self), after=after))

    def is_behind(self, row: R) -> bool:
        """Say whether a row stands where the page begins, or later."""
        if self.after is None:
            return True
        here, there = self.cursor(row), self.after
        by_key, by_id = self.falling
        if here.key != there.key:
            # Keys of one list are of one kind.
            return (cast("Any", here.key) > there.key) is not by_key
        return here.id != there.id and (here.id > there.id) is not by_id

    def closed(self, row: R) -> str:
        """Give the cursor of the page behind a row, as a text for an address or a command line."""
        at = self.cursor(row)
        key = at.key.isoformat() if isinstance(at.key, datetime) else at.key
        told = [_VERSION, self.order, key, at.id]
        data = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")

    def opened(self, cursor: str | None, *, path: str = "after") -> Self:
        """Give the question for the page that a text which `closed` gave speaks of.

        Args:
            cursor: the text; None or empty for the first page.
            path: where it was told, for the error.

        Raises:
            Malformed: it is no cursor, or one of another list.
        """
        after = self._read(cursor, path) if cursor else None
        return cast("Self", replace(cast("Any", self), after=after))

    def _read(self, cursor: str, path: str) -> Cursor:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            data = base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
            version, order, key, row = json.loads(data)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise Malformed.at(path, _NOT_OURS) from None
        if version is not _VERSION or not (_sound(order) and _sound(key) and _sound(row) and row):
            raise Malformed.at(path, _NOT_OURS)
        if order != self.order:
            raise Malformed.at(path, _ELSEWHERE)
        return Cursor(_instant(key, path) if self.by_instant else key, row)


def _sound(text: object) -> bool:
    """Say whether it is a text that databases take."""
    return (
        isinstance(text, str)
        and "\0" not in text
        and not any("\ud800" <= each <= "\udfff" for each in text)
    )


def _instant(told: str, path: str) -> datetime:
    try:
        read = datetime.fromisoformat(told)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Malformed.at(path, _NOT_OURS)
