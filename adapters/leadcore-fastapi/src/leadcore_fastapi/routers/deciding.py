"""Questions about facts that come with them: the same door as `leadcore decide`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leadcore.access import Area, Way
from leadcore.door import answer
from leadcore.errors import Malformed
from leadcore_fastapi.calls import Reply
from leadcore_fastapi.reading import parse_json
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("decisions")
_MOST = 1000
_QUESTION = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "facts": {"type": "object"}},
}
_EXAMPLE = {
    "id": 1,
    "kind": "deadline",
    "facts": {
        "receipt_utc": "2026-11-24T15:00:00Z",
        "zone": "America/New_York",
        "business_days": 5,
        "calendar": "us-federal-observed",
    },
}


@group.post(
    "/decide",
    "Ask one question or several",
    may=(Area.DECISIONS, Way.READ),
    body=_QUESTION,
    media=("application/json", "application/x-ndjson"),
    gives={"type": "object"},
    example=_EXAMPLE,
)
def decide(call: Call) -> Reply:
    """Answers one JSON question, or as many as there are lines; each answer on a line of its own.

    What can't be read as a question is answered with what is wrong with it.
    """
    kind = call.incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-ndjson":
        return Reply(data=answer(call.json()))
    lines = [line for line in call.incoming.body.split(b"\n") if line.strip()]
    if len(lines) > _MOST:
        raise Malformed.at("$", f"has at most {_MOST} lines")
    told = [json.dumps(_answered(line)) for line in lines]
    return Reply(raw="".join(f"{each}\n" for each in told).encode(), media="application/x-ndjson")


def _answered(line: bytes) -> dict[str, Any]:
    try:
        return answer(parse_json(line))
    except Malformed as error:
        problems = [{"path": each.path, "message": each.message} for each in error.problems]
        return {"id": None, "error": problems}
