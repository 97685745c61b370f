"""The pure function behind `leadcore decide`: one decoded JSON question in, one JSON answer out.

A question is `{"id", "kind", "facts", "instant_utc", "profile"}`; other keys are ignored. What
cannot be read is answered, not raised: `{"id", "error": [{"path", "message"}]}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from leadcore.door.contact import answer_contact
from leadcore.door.reader import MISSING, Reader
from leadcore.door.returns import answer_return
from leadcore.door.small import (
    answer_deadline,
    answer_keyword,
    answer_recording,
    answer_share_recording,
    answer_zones,
)
from leadcore.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HANDLERS", "answer"]

HANDLERS: dict[str, Callable[[Reader], dict[str, Any]]] = {
    "contact": answer_contact,
    "deadline": answer_deadline,
    "keyword": answer_keyword,
    "recording": answer_recording,
    "return": answer_return,
    "share_recording": answer_share_recording,
    "zones": answer_zones,
}
"""What answers which kind. A handler gets the whole line and raises `Malformed` for what it can't
read."""


def answer(question: object) -> dict[str, Any]:
    """Answer one question; never raises for what the question holds.

    Args:
        question: a decoded line of JSON.

    Returns:
        The answer, or the error with every problem's path. Both carry the question's own id.
    """
    if type(question) is not dict:
        return {"id": None, "error": [{"path": "", "message": "a question is an object"}]}
    line = Reader(cast("dict[str, object]", question))
    identity = line.raw("id") if line.raw("id") is not MISSING else None
    try:
        kind = line.text("kind")
        handler = HANDLERS.get(kind) if isinstance(kind, str) else None
        if handler is None:
            _complain_of(line, kind)
            line.check()
            raise AssertionError  # pragma: no cover - check() has raised
        return {"id": identity, "kind": kind, **handler(line)}
    except Malformed as error:
        problems = [{"path": p.path, "message": p.message} for p in error.problems]
        return {"id": identity, "error": problems}


def _complain_of(line: Reader, kind: object) -> None:
    if line.raw("kind") is MISSING or line.raw("kind") is None:
        line.complain("kind", "is missing")
    elif not line.problems:
        line.complain("kind", f"must be one of {', '.join(sorted(HANDLERS))}, not {kind!r}")
