"""Forms: what was sent, as values of ours, or problems shown at their fields.

A page reads its fields one by one, hands them to a use case inside `form.telling()`, and shows the
form again where anything was wrong: what the page could not read and what the use case refused are
shown the same way, each at its field, the rest above the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from attrs import define, field
from starlette.datastructures import UploadFile

from leadcore.errors import Conflict, LeadcoreError, Malformed, NotFound, Refused, WrongState
from leadcore.intervals import local_instant
from leadcore.values import Money

if TYPE_CHECKING:
    from types import TracebackType


__all__ = ["Form", "Telling", "can_be_kept"]

E = TypeVar("E", bound=Enum)

_LONGEST = 20_000
_MOST_DIGITS = 15
_CENTS = 2


@define(kw_only=True)
class Form:
    """One form: what its fields hold, and what is wrong with them.

    Attributes:
        values: what was sent, or what the fields begin with.
        files: what was sent as files.
        problems: by field; under "" what concerns the whole form.
    """

    values: dict[str, list[str]] = field(factory=dict[str, list[str]])
    files: dict[str, UploadFile] = field(factory=dict[str, "UploadFile"])
    problems: dict[str, list[str]] = field(factory=dict[str, list[str]])

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Form:
        """Give a form that begins with these values; None leaves a field empty."""
        return cls(values={name: [_shown(each)] for name, each in values.items()})

    @property
    def failed(self) -> bool:
        """Is anything wrong?"""
        return bool(self.problems)

    def raw(self, name: str) -> str:
        """Give what a field holds, as it was typed; empty for nothing."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Give every value of a field that may come several times."""
        return tuple(each for each in self.values.get(name, ()) if each)

    def wrong(self, name: str, message: str) -> None:
        """Say what is wrong with a field."""
        self.problems.setdefault(name, []).append(message)

    def check(self) -> None:
        """Go on only where nothing is wrong so far.

        Raises:
            Malformed: something is; it is noted at its field already.
        """
        if self.problems:
            raise Malformed(())

    # ------------------------------------------------------------------------------- fields

    def text(self, name: str, *, required: bool = True, most: int = 200) -> str:
        """Read words; lines end with a line feed whatever the browser sent."""
        told = self.raw(name).replace("\r\n", "\n").strip()
        if required and not told:
            self.wrong(name, "Fill this in.")
        if len(told) > most:
            self.wrong(name, f"At most {most:,} characters.")
        if not can_be_kept(told):
            self.wrong(name, "It holds a character that can't be kept.")
            return ""
        return told

    def optional(self, name: str, *, most: int = 200) -> str | None:
        """Read words that may be missing."""
        return self.text(name, required=False, most=most) or None

    def secret(self, name: str) -> str:
        """Read a password or a token: as it was typed, blanks too."""
        told = self.raw(name)
        if not told:
            self.wrong(name, "Fill this in.")
        return told[:_LONGEST]

    def choice(self, name: str, default: E) -> E:
        """Read a member of the enum of `default`, by its value; else the default, noted."""
        told = self.raw(name)
        for each in type(default):
            if str(each.value) == told:
                return each
        self.wrong(name, "Choose one of these.")
        return default

    def one_of(self, name: str, allowed: frozenset[str]) -> str:
        """Read one of these words."""
        told = self.raw(name)
        if told not in allowed:
            self.wrong(name, "Choose one of these.")
        return told

    def ticked(self, name: str) -> bool:
        """Read a box."""
        return bool(self.raw(name))

    def whole(self, name: str, *, least: int = 0, most: int = 10**9) -> int:
        """Read a whole number; `least` where there is none to be read, with a problem noted."""
        told = self.raw(name).strip().replace(",", "")
        if not told.isascii() or not told.isdigit() or len(told) > _MOST_DIGITS:
            self.wrong(name, "A whole number.")
            return least
        found = int(told)
        if not least <= found <= most:
            self.wrong(name, f"From {least:,} to {most:,}.")
        return found

    def amount(self, name: str, currency: str) -> Money:
        """Read an amount such as `1,205.50`; nothing at all where it can't be read."""
        told = self.raw(name).strip().lstrip("$€£").replace(",", "")
        whole, _, part = told.partition(".")
        digits = whole + part
        fits = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
        if not fits or not whole or len(part) > _CENTS or told.endswith("."):
            self.wrong(name, "An amount such as 25.00.")
            return Money(0, currency)
        return Money(int(whole) * 100 + int((part or "0").ljust(_CENTS, "0")), currency)

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Read a date, as `<input type="date">` sends it."""
        told = self.raw(name).strip()
        if not told:
            if required:
                self.wrong(name, "Fill this in.")
            return None
        try:
            return date.fromisoformat(told)
        except ValueError:
            self.wrong(name, "A date such as 2026-11-22.")
            return None

    def moment(self, name: str, zone: str, default: datetime) -> datetime:
        """Read a date and time on the clock of a zone, as `datetime-local` sends them.

        Returns:
            The instant; the default where there is none to be read, with a problem noted.
        """
        told = self.raw(name).strip()
        try:
            wall = datetime.fromisoformat(told)
            clock = time(wall.hour, wall.minute, wall.second)
            return local_instant(wall.date(), clock, zone)
        except (OverflowError, ValueError):
            self.wrong(name, "A date and a time such as 2026-11-22T14:30.")
            return default

    def telling(self, paths: Mapping[str, str] | None = None) -> Telling:
        """Note what is refused inside `with form.telling():` as problems of the form.

        Args:
            paths: the field for a path of a use case; without one the last part of the path names
                the field, and what names none concerns the whole form.
        """
        return Telling(form=self, paths=paths or {})

    def note(self, error: LeadcoreError, paths: Mapping[str, str]) -> None:
        """Note why something was not done."""
        if isinstance(error, Refused):
            for finding in error.decision.determining:
                self.wrong("", finding.sentence)
        elif isinstance(error, Malformed):
            for problem in error.problems:
                self.wrong(self._field(problem.path, paths), _sentence(problem.message))
        elif isinstance(error, Conflict):
            self.wrong("", "Somebody else changed this just now. Look again, then repeat it.")
        else:
            told = error.state if isinstance(error, WrongState) else str(error)
            self.wrong("", _sentence(f"This can't be done: {told}"))

    def _field(self, path: str, paths: Mapping[str, str]) -> str:
        if path in paths:
            return paths[path]
        last = path.rsplit(".", 1)[-1]
        return last if last in self.values else ""


@define(kw_only=True)
class Telling:
    """Turns what a use case refuses into problems of a form."""

    form: Form
    paths: Mapping[str, str]

    def __enter__(self) -> Form:
        """Give the form."""
        return self.form

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Note an error of ours; what is not there stays an error, and so does anybody's bug."""
        if not isinstance(error, LeadcoreError) or isinstance(error, NotFound):
            return False
        self.form.note(error, self.paths)
        return True


def can_be_kept(text: str) -> bool:
    """Say whether a text can be written: half a character can't, and PostgreSQL keeps no NUL."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def _shown(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    return "on" if value is True else str(value)


def _sentence(told: str) -> str:
    text = told[:1].upper() + told[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
