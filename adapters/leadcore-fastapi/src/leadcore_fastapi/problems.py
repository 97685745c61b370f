"""What went wrong, as `application/problem+json` (RFC 9457): whose fault, where, and which rule.

404 for what whoever asks may not know, 403 for what they may not do, 409 for what is not as it was
seen or does not fit the present state, 422 for what can't be read or what the rules refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import wire
from leadcore.access import RULEBOOK
from leadcore.back_office import Stale
from leadcore.errors import (
    Conflict,
    LeadcoreError,
    Malformed,
    NotFound,
    Problem,
    Refused,
    WrongState,
)
from leadcore.kept_answers import KeyUsedDifferently

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["MEDIA_TYPE", "STATUSES", "Halt", "problem_of"]

MEDIA_TYPE = "application/problem+json"
_BASE = "urn:leadcore:problem:"
_PEOPLE = "people-1"

STATUSES: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request can't be read as one."),
    401: ("not-logged-in", "Nobody is known by what came with the request."),
    403: ("not-allowed", "That is not open to whoever asks."),
    404: ("not-found", "There is no such thing."),
    405: ("no-such-method", "That can't be done there."),
    408: ("too-slow", "The body took too long to arrive."),
    409: ("conflict", "It is not as it was seen, or does not fit the present state."),
    413: ("too-large", "The body is longer than is taken here."),
    415: ("wrong-media-type", "The body is of a kind, or packed in a way, that is not taken."),
    422: ("refused", "It can't be read, or the rules say no."),
    428: ("if-match-needed", "An edit says which version it was made from."),
    429: ("too-many", "Too many requests; try again later."),
    500: ("broken", "Something broke here; it is no fault of the request."),
    503: ("not-ready", "Not ready to serve."),
}
"""For each status its problem type and title."""


@frozen
class Halt(Exception):
    """Stop here, with this status."""

    status: int
    detail: str = ""
    problems: tuple[Problem, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def problem_of(error: Exception, request_id: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Give the status, the document and the headers that tell of an error.

    Args:
        error: what was raised; any error that is none of ours tells nothing of itself.
        request_id: of the request.
    """
    if isinstance(error, Halt):
        status, more = error.status, _listed(error.problems)
        detail, headers = error.detail, dict(error.headers)
    elif isinstance(error, LeadcoreError):
        status, detail, more = _of_ours(error)
        headers = {}
    else:
        status, detail, more, headers = 500, "", {}, {}
    kind, title = STATUSES[status]
    said = {"type": _BASE + kind, "title": title, "status": status, "request_id": request_id}
    if detail:
        said["detail"] = detail
    if status == 401:  # noqa: PLR2004 - see `STATUSES`
        headers = {"WWW-Authenticate": "Bearer", **headers}
    return status, {**said, **more}, headers


def _of_ours(error: LeadcoreError) -> tuple[int, str, dict[str, Any]]:
    if isinstance(error, NotFound):
        return 404, f"there is no such {error.kind}", {}
    if isinstance(error, Refused):
        decision = error.decision
        closed = decision.rulebook in {RULEBOOK, _PEOPLE}
        found = {"verdict": decision.verdict.value, "findings": wire.dump(decision.findings)}
        if decision.next_permitted_at is not None and not closed:
            found["next_permitted_at"] = wire.dump(decision.next_permitted_at)
        return 403 if closed else 422, str(error), found
    if isinstance(error, KeyUsedDifferently | Malformed):
        return 422, "", _listed(error.problems)
    if isinstance(error, Stale):
        return 409, str(error), {"stale": True}
    if isinstance(error, WrongState):
        return 409, str(error), {}
    what = error.what if isinstance(error, Conflict) else ""
    return 409, "somebody else was faster; try again", {"busy": bool(what)}


def _listed(problems: Iterable[Problem]) -> dict[str, Any]:
    told = [{"path": each.path, "message": each.message} for each in problems]
    return {"errors": told} if told else {}
