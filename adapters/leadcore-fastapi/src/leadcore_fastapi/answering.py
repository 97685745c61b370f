"""How an answer is given: done once for a key, only to what was seen, and told again when asked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore.kept_answers import answer_id, fingerprint
from leadcore_fastapi.errors import PRIVATE, tell_error
from leadcore_fastapi.problems import MEDIA_TYPE, Halt

if TYPE_CHECKING:
    from leadcore.kept_answers import KeptAnswer
    from leadcore_fastapi.callers import Came, Doorway
    from leadcore_fastapi.calls import Act, Call, Incoming, Reply
    from leadcore_fastapi.routing import Route

__all__ = ["REPLAYED", "answered", "made_response", "replayed"]

REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was kept from before."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'"(\d{1,9})"')


class replayed:  # noqa: N801 - read as a word: `replayed.before(call)`
    """Answers kept for who asks again."""

    @staticmethod
    def key(route: Route, incoming: Incoming, came: Came | None, door: Doorway) -> str | None:
        """Give the id under which the answer to a request is kept; None where none is.

        Raises:
            Malformed: the key is no line of visible ASCII.
        """
        given = incoming.headers.get("idempotency-key")
        if given is None or came is None or not route.unsafe:
            return None
        if not _KEY.fullmatch(given):
            raise Malformed.at("Idempotency-Key", "is 1 to 200 visible characters")
        return answer_id(door.settings.seller_id, came.caller.user.id, given)

    @staticmethod
    def before(call: Call) -> Response | None:
        """Give the answer kept for this request, if there is one.

        Raises:
            KeyUsedDifferently: it was kept for another request.
        """
        kept = call.store.kept_answer(call.key or "")
        if kept is None:
            return None
        kept.check(_print_of(call))
        return _again(kept)


def _print_of(call: Call) -> str:
    given = call.incoming
    asked = json.dumps(given.query)
    match = given.headers.get("if-match", "")
    return fingerprint(given.method, given.path, asked, match, given.body)


def answered(route: Route, call: Call, act: Act) -> Response:
    """Do what is to be done, and give its answer.

    Raises:
        Halt: an edit does not say which version it was made from.
    """
    case: Any = call.by(act.case)
    if act.edits is not None:
        kind, key = act.edits
        case = bo.AtVersion(case=case, kind=kind, key=key, expected=_expected(call))
    if call.key is None:
        return made_response(route, call, act.tell(call.store.run(case)))
    told: list[Reply] = []
    mark = call.fresh()

    def tell(answer: Any) -> str:  # noqa: ANN401 - each use case has its own
        told[:] = [act.tell(answer)]
        return _written(route, call, told[0], mark)

    once = bo.Once(
        seller_id=call.seller.id,
        answer_id=call.key,
        fingerprint=_print_of(call),
        case=case,
        tell=tell,
        at=call.at,
    )
    kept = call.store.run(once)
    # What is told only once is told by the very call that did it.
    return made_response(route, call, told[0]) if _said(kept)["call"] == mark else _again(kept)


def _expected(call: Call) -> int:
    given = call.incoming.headers.get("if-match")
    if given is None:
        raise Halt(428, "say which version was read, by If-Match")
    found = _ETAG.fullmatch(given.strip().removeprefix("W/"))
    if found is None:
        raise Malformed.at("If-Match", 'is an ETag as it was given, such as "3"')
    return int(found[1])


def _written(route: Route, call: Call, reply: Reply, mark: str) -> str:
    response = made_response(route, call, reply, whole=False)
    body = bytes(response.body).decode()
    headers = {
        name: response.headers[name] for name in ("etag", "location") if name in response.headers
    }
    said = {"call": mark, "status": response.status_code, "headers": headers, "body": body}
    return json.dumps(said)


def _said(kept: KeptAnswer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kept.data)
    return found


def _again(kept: KeptAnswer) -> Response:
    said = _said(kept)
    headers = {**PRIVATE, **said["headers"], REPLAYED: "true"}
    media = MEDIA_TYPE if said["status"] >= _PROBLEM else "application/json"
    return Response(said["body"], status_code=said["status"], media_type=media, headers=headers)


_PROBLEM = 400
"""The first status that tells of a problem."""


def made_response(route: Route, call: Call, reply: Reply, *, whole: bool = True) -> Response:
    """Give the response of a reply.

    Args:
        route: what it answers.
        call: the same.
        reply: the answer.
        whole: with what is told only once.
    """
    if reply.error is not None:
        return tell_error(reply.error, call.incoming.id, call.settings.log)
    headers = {**({} if route.public else PRIVATE), **reply.headers}
    if reply.version is not None:
        headers["ETag"] = f'"{reply.version}"'
    if reply.raw is not None:
        return Response(
            reply.raw, status_code=reply.status or 200, media_type=reply.media, headers=headers
        )
    if reply.data is None:
        return Response(status_code=reply.status or route.status, headers=headers)
    data = reply.data | reply.secret if reply.secret is not None and whole else reply.data
    try:
        body = orjson.dumps(data)
    except TypeError:
        body = json.dumps(data).encode()  # a number longer than 64 bits
    return Response(
        body, status_code=reply.status or route.status, media_type=reply.media, headers=headers
    )
