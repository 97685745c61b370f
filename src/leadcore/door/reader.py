"""Reading decoded JSON strictly, with every problem addressed by its path.

A reader never stops at the first problem: it notes the problem and goes on with a value that can't
be mistaken for an answer, so that a caller learns all that is wrong with a line at once.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from leadcore.errors import Malformed, Problem
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from enum import Enum

__all__ = ["MISSING", "Reader"]

T = TypeVar("T")
E = TypeVar("E", bound="Enum")
D = TypeVar("D", bound=date)
_YEARS = range(1900, 2200)
MISSING: Any = object()
"""Stands for a field that was left out; null is another thing."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:?\d{2})?"
)


class Reader:
    """Reads the fields of one object.

    Attributes:
        path: where the object stands in the line; empty for the line itself.
        problems: everything found wrong so far, shared with the readers of inner objects.
    """

    __slots__ = ("_values", "path", "problems")

    def __init__(
        self, value: object, path: str = "", problems: list[Problem] | None = None
    ) -> None:
        self.path = path
        self.problems: list[Problem] = [] if problems is None else problems
        self._values: Mapping[str, object] = {}
        if isinstance(value, dict):
            self._values = cast("Mapping[str, object]", value)
        elif value is not MISSING and value is not None:
            self.complain("", f"must be an object, not {_kind(value)}")

    def at(self, key: str) -> str:
        """Give the path of a field."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def complain(self, key: str, message: str) -> None:
        """Note a problem with a field; an empty key means the object itself."""
        self.problems.append(Problem(self.at(key), message))

    def check(self) -> None:
        """Raise all problems noted so far.

        Raises:
            Malformed: there were any.
        """
        if self.problems:
            raise Malformed(self.problems)

    def raw(self, key: str) -> object:
        """Give a field as it is, or `MISSING`."""
        return self._values.get(key, MISSING)

    def child(self, key: str) -> Reader:
        """Give a reader of an inner object; left out or null, all its fields are left out."""
        return Reader(self.raw(key), self.at(key), self.problems)

    def _take(self, key: str, kind: type, words: str, missing: object = None) -> Any:  # noqa: ANN401 - any JSON
        value = self.raw(key)
        if value is MISSING or value is None:
            return missing if value is MISSING else None
        # bool is an int to isinstance, so the type itself is compared.
        if type(value) is kind:
            return value
        self.complain(key, f"must be {words}, not {_kind(value)}")
        return None

    def required(self, key: str) -> bool:
        """Note a problem where a field is left out or null; tell whether it is there."""
        if self.raw(key) is MISSING or self.raw(key) is None:
            self.complain(key, "is missing")
            return False
        return True

    def flag(self, key: str) -> bool | None:
        """Give true, false, or None where it is not known."""
        found: bool | None = self._take(key, bool, "true or false")
        return found

    def text(self, key: str) -> str | None:
        """Give a non-empty text, or None."""
        found: str | None = self._take(key, str, "a text")
        if found == "":
            self.complain(key, "must not be empty")
        return found

    def whole(self, key: str) -> int | None:
        """Give a whole number, or None."""
        found: int | None = self._take(key, int, "a whole number")
        return found

    def pattern(self, key: str, pattern: re.Pattern[str], words: str) -> str | None:
        """Give a text of a certain form, or None."""
        found: str | None = self._take(key, str, "a text")
        if found is not None and not pattern.fullmatch(found):
            self.complain(key, f"must be {words}, not {found!r}")
        return found

    def choice(self, key: str, kind: type[E], unknown: T) -> E | T:
        """Give a member of an enumeration by its value; `unknown` for null or nothing."""
        found = self._take(key, str, "a text")
        if found is None:
            return unknown
        try:
            return kind(found)
        except ValueError:
            known = ", ".join(str(member.value) for member in kind)
            self.complain(key, f"must be one of {known}, not {found!r}")
            return unknown

    def day(self, key: str) -> date | None:
        """Give a date written YYYY-MM-DD, or None."""
        found = self._take(key, str, "a date written YYYY-MM-DD")
        if found is None:
            return None
        try:
            if _DATE.fullmatch(found):
                return self._sensible(key, date.fromisoformat(found))
        except ValueError:
            pass
        self.complain(key, f"must be a date written YYYY-MM-DD, not {found!r}")
        return None

    def _sensible(self, key: str, value: D) -> D | None:
        """Give a date or instant, unless its year is a slip of the pen."""
        if value.year in _YEARS:
            return value
        words = f"must lie in the years {_YEARS.start} to {_YEARS.stop - 1}, not {value.year}"
        self.complain(key, words)
        return None

    def moment(self, key: str, missing: object = None) -> Any:  # noqa: ANN401 - see Returns
        """Give an instant (UTC) written in ISO 8601 with its offset.

        Args:
            key: the field.
            missing: what to give where the field is left out.

        Returns:
            The instant; None for null and for what can't be read, which is noted; `missing`. Who
            also calls `required` and `check` has an instant.
        """
        found = self._take(key, str, "an instant in ISO 8601 with its offset", missing)
        if not isinstance(found, str):
            return found
        try:
            if _INSTANT.fullmatch(found):
                return self._sensible(key, instant(datetime.fromisoformat(found.upper())))
        except (ValueError, OverflowError) as error:
            self.complain(key, f"is no instant: {error}")
            return None
        self.complain(key, f"must be an instant in ISO 8601 with its offset, not {found!r}")
        return None

    def items(self, key: str) -> list[object] | None:
        """Give the items of a list; None where it is null or left out."""
        found: list[object] | None = self._take(key, list, "a list")
        return found

    def texts(self, key: str) -> Iterator[tuple[str, str]]:
        """Give the texts of a list, each with its own key (`zones[0]`)."""
        for index, item in enumerate(self.items(key) or ()):
            if isinstance(item, str) and item:
                yield f"{key}[{index}]", item
            elif item == "":
                self.complain(f"{key}[{index}]", "must not be empty")
            else:
                self.complain(f"{key}[{index}]", f"must be a text, not {_kind(item)}")


_KINDS: dict[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)
