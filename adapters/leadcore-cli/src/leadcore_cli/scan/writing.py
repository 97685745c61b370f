"""Answers in a file, CSV or JSON Lines, one line each, so that an interrupted scan can go on.

Nothing in an answer holds a line break, so the file's last whole line says how far it got. Beside
the file lies what was asked (`FILE.asked.json`): going on with another question is refused.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TextIO

from leadcore.errors import Malformed
from leadcore_cli.scan.answers import Answer, Tally, local_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

__all__ = ["COLUMNS", "AnswerFile", "as_csv", "asked_file", "line_of"]

COLUMNS = ("where", "id", "verdict", "rules", "next_permitted_at", "local", "sentence")
_HEADER = ",".join(COLUMNS) + "\n"
_FLUSH = 1000
_FORMULA = ("=", "@", "\t", "\r", "+", "-")


def asked_file(out: Path) -> Path:
    """Give where it is kept what was asked."""
    return out.with_name(f"{out.name}.asked.json")


def _one_line(text: str) -> str:
    return " ".join(text.split()) if text.isprintable() else "".join(_kept(c) for c in text)


def _kept(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else char.encode("unicode_escape").decode()


def _cell(text: str) -> str:
    # A spreadsheet would run what looks like a formula; a number is none.
    plain = text[1:].replace(".", "").isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not plain else text


def _z(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def as_csv(answer: Answer) -> str:
    """Write an answer as a line of CSV, without its end."""
    at = answer.next_at
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(
        (
            _cell(_one_line(answer.where)),
            _cell(_one_line(answer.id or "")),
            answer.verdict,
            " ".join(answer.rules),
            _z(at) or "",
            local_words(at, answer.zones) if at is not None else "",
            _cell(_one_line(answer.sentence)),
        )
    )
    return out.getvalue()


def line_of(answer: Answer) -> dict[str, Any]:
    """Give an answer as JSON data."""
    at = answer.next_at
    told: dict[str, Any] = {
        "where": answer.where,
        "id": answer.id,
        "verdict": answer.verdict,
        "rules": list(answer.rules),
        "next_permitted_at": _z(at),
        "local": local_words(at, answer.zones) if at is not None else None,
        "sentence": answer.sentence,
    }
    if answer.problems:
        told["problems"] = [{"path": p.path, "message": p.message} for p in answer.problems]
    return told


def _from_csv(line: str) -> Answer:
    where, name, verdict, rules, at, _, _ = next(csv.reader([line]))
    return Answer(
        where=where,
        id=name,
        verdict=verdict,
        rules=tuple(rules.split()),
        next_at=datetime.fromisoformat(at) if at else None,
    )


def _from_json(line: str) -> Answer:
    told = json.loads(line)
    at = told["next_permitted_at"]
    return Answer(
        where=told["where"],
        id=told["id"],
        verdict=told["verdict"],
        rules=tuple(told["rules"]),
        next_at=datetime.fromisoformat(at) if at else None,
    )


class AnswerFile:
    """A file that answers are appended to.

    Attributes:
        path: the file.
        done: how many rows it has the answers of.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done = 0
        self._json = path.suffix.lower() in {".jsonl", ".ndjson", ".json"}
        self._file: TextIO | None = None

    def begin(self, asked: dict[str, Any]) -> None:
        """Begin a new file.

        Raises:
            Malformed: there is one of that name.
        """
        if self.path.exists():
            raise Malformed.at("--out", f"{self.path} is there already; add --resume or remove it")
        asked_file(self.path).write_text(f"{json.dumps(asked, indent=1)}\n", "utf-8")
        self._file = self.path.open("x", encoding="utf-8", errors="backslashreplace", newline="")
        if not self._json:
            self._file.write(_HEADER)

    def go_on(self, asked: dict[str, Any], tally: Tally) -> None:
        """Go on where the file stops, and count what it holds.

        Raises:
            Malformed: something else was asked then, or the file is no file of answers.
        """
        told = asked_file(self.path)
        before = json.loads(told.read_text("utf-8")) if told.exists() else None
        if before is None:
            raise Malformed.at("--resume", f"there is no {told}, so nobody knows what was asked")
        names = sorted(name for name in {*asked, *before} if before.get(name) != asked.get(name))
        if names:
            words = f"{self.path} answers another question: {', '.join(names)}"
            raise Malformed.at("--resume", words)
        self._cut()
        for answer in self._answers():
            tally.add(answer)
            self.done += 1
        self._file = self.path.open("a", encoding="utf-8", errors="backslashreplace", newline="")
        if not self._json and self._file.tell() == 0:
            self._file.write(_HEADER)

    def _cut(self) -> None:
        """Take off a last line that was not written to its end."""
        size = self.path.stat().st_size
        with self.path.open("r+b") as file:
            end = size
            while end:
                start = max(0, end - (1 << 16))
                file.seek(start)
                found = file.read(end - start).rfind(b"\n")
                if found >= 0:
                    file.truncate(start + found + 1)
                    return
                end = start
            file.truncate(0)

    def _answers(self) -> Iterator[Answer]:
        read = _from_json if self._json else _from_csv
        with self.path.open(encoding="utf-8", newline="") as lines:
            if not self._json and next(lines, _HEADER) != _HEADER:
                raise Malformed.at("--resume", f"{self.path} is no file of answers")
            for number, line in enumerate(lines, 1):
                try:
                    yield read(line)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    message = f"{self.path} is no file of answers (answer {number}: {error})"
                    raise Malformed.at("--resume", message) from None

    def write(self, answer: Answer) -> None:
        """Append an answer."""
        if self._file is None:
            message = "begin() or go_on() comes first"
            raise ValueError(message)
        line = json.dumps(line_of(answer), ensure_ascii=False) if self._json else as_csv(answer)
        self._file.write(f"{line}\n")
        self.done += 1
        if self.done % _FLUSH == 0:
            self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
