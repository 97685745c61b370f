"""An event of the journal as a CloudEvent 1.0 in its JSON form, and the subject it goes to.

Written here and not by the `cloudevents` package: that gives an event without an instant the
present one, so that the same event would be another one each time. The tests read what is written
here with that package.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from leadcore.ports import JournalEntry

__all__ = ["CONTENT_TYPE", "cloud_event", "subject_of"]

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
"""What a message says of itself: CloudEvents' structured mode."""


def cloud_event(entry: JournalEntry, *, source: str) -> bytes:
    """Write an event; the same bytes each time.

    Its `subject` is the stream's id, `streamkind` and `streamversion` say which stream and which
    place in it; `time` is when it happened, where the event says so.

    Args:
        entry: the event.
        source: where it comes from, a URI reference; the seller is added.
    """
    facts: Any = entry.event["data"]
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": entry.id,
        "source": f"{source}/sellers/{quote(entry.seller_id, safe='')}",
        "type": f"leadcore.{entry.kind}.{entry.event['event']}.v{entry.event['v']}",
        "subject": entry.key,
        "datacontenttype": "application/json",
        "streamkind": entry.kind,
        "streamversion": entry.number,
    }
    if isinstance(at := facts.get("at"), str):
        told["time"] = at
    return json.dumps({**told, "data": facts}, separators=(",", ":")).encode()


def subject_of(entry: JournalEntry, *, prefix: str) -> str:
    """Give the subject an event goes to: the prefix, the seller, the kind of stream."""
    return f"{prefix}.{_token(entry.seller_id)}.{_token(entry.kind)}"


def _token(text: str) -> str:
    """Write an id as one part of a subject: a dot would be two parts, a star a pattern."""
    return quote(text, safe="").replace(".", "%2E")
