"""Routes as data: where, what is open to whom, what goes in and out; and how one is served.

Each route is one value, from which the endpoint, its description and the test of who gets in are
made. Everything that touches the store runs in a worker thread, the whole call in one.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from anyio import to_thread
from attrs import evolve as replace
from attrs import field, frozen
from fastapi import APIRouter, Request
from starlette.responses import Response

from leadcore.access import Area, Way
from leadcore.errors import LeadcoreError
from leadcore_fastapi.answering import answered, made_response, replayed
from leadcore_fastapi.calls import Act, Call, Incoming, Reply
from leadcore_fastapi.describing import described
from leadcore_fastapi.errors import tell_error
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import Param, read_query, sound_text

if TYPE_CHECKING:
    from leadcore_fastapi.callers import Came, Doorway

__all__ = ["Group", "Route", "doorway_of", "request_id_of"]

Work = Callable[[Call], Reply | Act]


@frozen(kw_only=True)
class Route:
    """One route.

    Attributes:
        may: which area in which way it needs; None where nobody needs to be known.
        body: the type of the JSON body, or a JSON Schema; None for none.
        media: the body's media types; JSON where none are named.
        gives: the type of the answer, or a JSON Schema; None for no body.
        status: of the answer; `others` what else it may be.
        answer_media: of the answer.
        edits: does it need an `If-Match`?
        early: does its work have effects of its own before the use case that its answer tells of?
        large: is the body a file?
        public: is the answer no secret of anybody's, and may be cached?
        example: of the body, if it has one.
    """

    method: str
    path: str
    tag: str
    summary: str
    work: Work = field(repr=False)
    may: tuple[Area, Way] | None = None
    query: tuple[Param, ...] = ()
    body: Any = None
    media: tuple[str, ...] = ("application/json",)
    gives: Any = None
    status: int = 200
    others: tuple[int, ...] = ()
    answer_media: str = "application/json"
    edits: bool = False
    early: bool = False
    large: bool = False
    public: bool = False
    example: Any = None

    @property
    def name(self) -> str:
        """Its name: what is done there."""
        return self.work.__name__

    @property
    def unsafe(self) -> bool:
        """Does it change something?"""
        return self.method != "GET"


class Group:
    """The routes of one part, and the router made of them."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.routes: list[Route] = []
        self.router = APIRouter(tags=[tag])

    def add(self, method: str, path: str, summary: str, **more: Any) -> Callable[[Work], Work]:  # noqa: ANN401 - the fields of a route
        """Add a route; the function below it is its work."""

        def added(work: Work) -> Work:
            route = Route(
                method=method, path=path, tag=self.tag, summary=summary, work=work, **more
            )
            self.routes.append(route)
            self.router.add_api_route(
                path,
                _endpoint(route),
                methods=[method],
                name=route.name,
                summary=summary,
                description=(work.__doc__ or "").strip() or None,
                operation_id=route.name,
                response_class=Response,
                status_code=route.status,
                **described(route),
            )
            return work

        return added

    def get(self, path: str, summary: str, **more: Any) -> Callable[[Work], Work]:  # noqa: ANN401 - as above
        """Add what only looks."""
        return self.add("GET", path, summary, **more)

    def post(self, path: str, summary: str, **more: Any) -> Callable[[Work], Work]:  # noqa: ANN401 - as above
        """Add what does something."""
        return self.add("POST", path, summary, **more)

    def put(self, path: str, summary: str, **more: Any) -> Callable[[Work], Work]:  # noqa: ANN401 - as above
        """Add what edits something as it was seen."""
        return self.add("PUT", path, summary, edits=True, **more)

    def delete(self, path: str, summary: str, **more: Any) -> Callable[[Work], Work]:  # noqa: ANN401 - as above
        """Add what takes something away."""
        return self.add("DELETE", path, summary, **more)


def doorway_of(request: Request) -> Doorway:
    """Give what the app of a request was installed with."""
    found: Doorway = request.app.state.leadcore
    return found


_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_of(request: Request) -> str:
    """Give the id of a request: its own, where it has a plain one."""
    given = request.headers.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(given):
        return given
    made: str | None = getattr(request.state, "leadcore_id", None)
    if made is None:
        made = doorway_of(request).settings.entropy(8).hex()
        request.state.leadcore_id = made
    return made


def _endpoint(route: Route) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        door, began = doorway_of(request), time.perf_counter()
        with _span(door, route) as span:
            who: list[str] = []
            try:
                response = await _served(route, request, door, who)
            except Exception as error:  # noqa: BLE001 - each is told, none gets further
                response = tell_error(error, request_id_of(request), door.settings.log)
            if span is not None:
                span.set_attribute("http.response.status_code", response.status_code)
        response.headers["X-Request-ID"] = request_id_of(request)
        _log(door, route, request, response, who, began)
        return response

    return endpoint


class _NoSpan:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def _span(door: Doorway, route: Route) -> Any:  # noqa: ANN401 - OpenTelemetry's, or none
    tracer = door.settings.tracer
    if tracer is None:
        return _NoSpan()
    told = {"http.request.method": route.method, "http.route": route.path}
    return tracer.start_as_current_span(f"{route.method} {route.path}", attributes=told)


def _log(  # noqa: PLR0917 - each is of another type
    door: Doorway, route: Route, request: Request, response: Response, who: list[str], began: float
) -> None:
    told = {
        "request": request_id_of(request),
        "method": route.method,
        "route": route.path,
        "status": response.status_code,
        "ms": round((time.perf_counter() - began) * 1000, 1),
        **({"user": who[0]} if who else {}),
    }
    door.settings.log.info("request", extra={"told": told})


async def _served(route: Route, request: Request, door: Doorway, who: list[str]) -> Response:
    incoming = _incoming(request)
    if route.large:
        # Nobody uploads anything before they are known.
        await to_thread.run_sync(_enter, route, incoming, door, limiter=door.turns)
    if route.unsafe:
        incoming = replace(incoming, body=await _body(route, request, door))
    # Who waits for others than the store takes nobody's turn at it.
    turns = None if route.early else door.turns
    return await to_thread.run_sync(_worked, route, incoming, door, who, limiter=turns)


def _incoming(request: Request) -> Incoming:
    raw: bytes = request.scope.get("query_string", b"")
    try:
        query = tuple(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict"))
    except ValueError:
        raise Halt(400, "the query is not percent-encoded UTF-8") from None
    params = {name: str(value) for name, value in request.path_params.items()}
    if not all(sound_text(value) for value in params.values()):
        raise Halt(404)
    return Incoming(
        id=request_id_of(request),
        method=request.method,
        path=request.url.path,
        params=params,
        query=query,
        headers=request.headers,
        source=request.client.host if request.client else None,
    )


async def _body(route: Route, request: Request, door: Doorway) -> bytes:
    settings = door.settings
    most = settings.file_bytes if route.large else settings.body_bytes
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Halt(415, "a body is not compressed here")
    said = request.headers.get("content-length", "0")
    if said.isdigit() and int(said) > most:
        raise Halt(413, f"at most {most} bytes are taken")
    try:
        async with asyncio.timeout(settings.body_seconds):
            found = await _read(request, most)
    except TimeoutError:
        raise Halt(408, f"a body arrives within {settings.body_seconds:g} seconds") from None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if route.body is not None and route.media != ("*/*",) and kind not in route.media:
        raise Halt(415, f"is {' or '.join(route.media)}")
    return found


async def _read(request: Request, most: int) -> bytes:
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most:
            raise Halt(413, f"at most {most} bytes are taken")
    return bytes(found)


def _enter(route: Route, incoming: Incoming, door: Doorway) -> Came | None:
    at = door.settings.clock()
    # Who only asks whether it is alive is not asked who they are.
    came = None if route.public else door.enter(incoming.headers, incoming.source, at)
    if route.may is None:
        return came
    if came is None:
        raise Halt(401)
    came.caller.assess(*route.may, at=at).require()
    return came


def _worked(route: Route, incoming: Incoming, door: Doorway, who: list[str]) -> Response:
    came = _enter(route, incoming, door)
    if came is not None:
        who.append(came.caller.user.id)
    at = door.settings.clock()
    query = read_query(incoming.query, {param.name: param for param in route.query})
    call = Call(
        settings=door.settings,
        seller=door.seller(at),
        incoming=incoming,
        known=came.caller if came else None,
        at=at,
        query=query,
        key=replayed.key(route, incoming, came, door),
        session=came.session if came else None,
    )
    if route.early and call.key is not None:
        kept = replayed.before(call)
        if kept is not None:
            return kept
    try:
        done = route.work(call)
    except LeadcoreError:
        # What was done before may be just what makes it impossible now.
        kept = replayed.before(call) if call.key is not None else None
        if kept is None:
            raise
        return kept
    return (
        answered(route, call, done) if isinstance(done, Act) else made_response(route, call, done)
    )
