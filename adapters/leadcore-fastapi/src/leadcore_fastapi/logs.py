"""Logs in JSON, a line for each request, without anything that is told in confidence.

A line has the route's pattern, never the query or the body; ids of users are words of ours. What a
library writes into the same log passes through the same filter.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

__all__ = ["JsonLines", "masked"]

_SECRETS = (
    (re.compile(r"(?i)(bearer|basic)\s+[\w.~+/=-]+"), r"\1 …"),
    (re.compile(r"\b(?:lck|whsec)_[\w-]+"), "…"),
    (re.compile(r"[^\s@\"'<>,;]+@[\w.-]*\w"), "…@…"),
    (re.compile(r"(?<![\w-])\+?(?:\d[\s().-]?){9,}\d(?![\w-])"), "…"),
)


def masked(text: str) -> str:
    """Give a text without tokens, e-mail addresses, and numbers long enough to be somebody's.

    >>> masked("asked by ada@example.com (+1 212 555 0100) with Bearer abc.def")
    'asked by …@… (…) with Bearer …'
    """
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """Formats records as JSON, one a line; `extra={"told": {...}}` adds fields as they are."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        told: dict[str, Any] = getattr(record, "told", {})
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": masked(record.getMessage()),
            **told,
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            said["where"] = self._where(record)
        return json.dumps(said, ensure_ascii=False, default=str)

    def _where(self, record: logging.LogRecord) -> list[str]:
        # Places only: what an error says may quote what somebody told.
        found = record.exc_info[2] if record.exc_info else None
        places: list[str] = []
        while found is not None:
            code = found.tb_frame.f_code
            places.append(f"{code.co_filename.rpartition('/')[2]}:{found.tb_lineno}")
            found = found.tb_next
        return places
