"""What new columns say of rows that were there before, from the state each row keeps.

Alembic's revisions and Django's migrations fill them by the same functions. Those describe states
as they were written then, so they call nothing that may change, and never change themselves.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["NEWEST", "lead_columns", "told_transfer", "try_columns", "user_columns"]

_LONGEST_NAME, _LONGEST_KEY = 60, 200
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_HOURS, _PAUSES = 24, (0, 1, 4, 24, 48, 72)

NEWEST = (
    "UPDATE leadcore_intervals SET newest = (SELECT max("
    "CASE WHEN l.sold_at > l.received_at THEN l.sold_at ELSE l.received_at END)"
    " FROM leadcore_leads l WHERE l.holder_account_id = leadcore_intervals.account_id"
    " AND l.holder_id = leadcore_intervals.id)"
    " WHERE EXISTS (SELECT 1 FROM leadcore_leads l"
    " WHERE l.holder_account_id = leadcore_intervals.account_id"
    " AND l.holder_id = leadcore_intervals.id)"
)
"""A statement: say of each user when the newest lead they hold was received or sold."""


def told_transfer(stream_id: str) -> str:
    """Give the id by which a deed about a transfer between two accounts is told and found."""
    raw = stream_id.encode("utf-8", "surrogatepass")
    return f"transfer/{hashlib.sha256(raw).hexdigest()[:32]}"


def user_columns(state: dict[str, Any]) -> dict[str, Any]:
    """Give what a user is listed by, and found by a part of."""
    profile = state["profile"]
    name, email = profile["name"], profile.get("email") or ""
    return {
        "name_key": name.casefold()[:_LONGEST_NAME],
        "search": f"{name}\n{email}".casefold(),
    }


def lead_columns(state: dict[str, Any]) -> dict[str, Any]:
    """Give a lead's phone, e-mail and the instant of the duty nobody was told of."""
    given = state.get("submission") or {}
    phone, email = (
        next((each["normal"] for each in given.get(name) or [] if each.get("normal")), "")
        for name in ("phones", "emails")
    )
    return {
        "phone": phone[:_LONGEST_KEY],
        "email": email.casefold()[:_LONGEST_KEY],
        "duty_at": _duty_at(state),
    }


def _duty_at(state: dict[str, Any]) -> datetime | None:
    sale = state.get("sale")
    if state.get("status") != "sold" or not sale or not state.get("assigned_to"):
        return None
    since = datetime.fromisoformat(state.get("held_since") or sale["sold_at"])
    tried = [(datetime.fromisoformat(a["at"]), a.get("outcome")) for a in state.get("attempts", ())]
    counted = [(at, outcome) for at, outcome in tried if at >= since]
    step = len(counted)
    if step >= len(_PAUSES) or any(outcome == "reached" for _, outcome in counted):
        return None
    hours = _PAUSES[step] if step else _FIRST_HOURS
    due = (max(at for at, _ in counted) if step else since) + timedelta(hours=hours)
    what = f"follow-up {step} of {len(_PAUSES) - 1}" if step else "first contact"
    mark = f"Reminder of the {what}, due {due.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    told = any(note.get("text", "").startswith(mark) for note in state.get("notes", ()))
    return None if told else due


def try_columns(state: dict[str, Any]) -> dict[str, Any]:
    """Give until when failed tries count."""
    # Until when others count, they did not say.
    return {"until": None if state.get("failures") else _LONG_AGO}
