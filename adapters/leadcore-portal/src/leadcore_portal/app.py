"""The application: addresses, who comes in, what was sent, and how errors are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from leadcore.errors import Conflict, Malformed, NotFound, Refused, WrongState
from leadcore.files import FileLimits
from leadcore_portal.bodies import MOST_FORM, read_form
from leadcore_portal.doors import Door, same_origin, signed
from leadcore_portal.forms import Form, can_be_kept
from leadcore_portal.headers import Guarded
from leadcore_portal.known import KnownAccounts
from leadcore_portal.looks import LOOKS, looks_of
from leadcore_portal.pages import every_page
from leadcore_portal.statics import read_statics
from leadcore_portal.views import SAID, Views
from leadcore_portal.visits import Call, Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from leadcore.accounts import Seller
    from leadcore_portal.routing import Page
    from leadcore_portal.settings import Settings

__all__ = ["portal"]

_ROOM_FOR_FIELDS = 64 * 1024
_TOLD = {
    400: ("This can't be read", "What your browser sent can't be read."),
    403: ("Not allowed", "You may not do this. Ask an admin of your account."),
    404: ("Not found", "There is no such page, or it is not yours to see."),
    405: ("Not here", "This address does not do that."),
    408: ("Too slow", "What your browser sent did not come in time. Try again."),
    409: ("Not now", "Somebody else changed this just now. Look again, then repeat it."),
    413: ("Too large", "What you sent is larger than what is taken here."),
    422: ("This can't be done", "What you asked for does not fit the present state."),
    500: ("Something went wrong", "It is our fault, and nothing was changed. Try again."),
}
_UNSIGNED = "This form is too old, or comes from another page. Open the page again and repeat it."


class _Portal:
    """Answers requests: each page in a thread, because it asks the store."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.statics = read_statics()
        self.views = Views(self.statics)
        self.door = Door(settings)
        self.known = KnownAccounts()

    def seller(self) -> Seller:
        found = self.settings.store.seller(self.settings.seller_id)
        if found is None:
            raise NotFound("seller", self.settings.seller_id)
        return found

    async def answer(self, page: Page, request: Request) -> Response:
        """Answer one request for a page."""
        form = Form()
        if page.method != "GET":
            form = await read_form(request, most=self._most(page), upload=page.upload)
        try:
            return await run_in_threadpool(self._made, page, request, form)
        finally:
            for file in form.files.values():
                await file.close()

    def _most(self, page: Page) -> int:
        if not page.upload:
            return MOST_FORM
        limits = self.seller().terms.files or FileLimits()
        return limits.file_bytes + _ROOM_FOR_FIELDS

    def _made(self, page: Page, request: Request, form: Form) -> Response:
        named = [*request.path_params.values(), *request.query_params.values()]
        if not all(can_be_kept(str(each)) for each in named):
            raise HTTPException(404)  # no record is named so, and no database could be asked
        call = self.call(request, form)
        if page.outside:
            response = self._ours(page, request, call) or page.make(call)
            if not isinstance(call, Visit):
                self.door.know(response, request, call.secret)
            return response
        if not isinstance(call, Visit):
            return _to_login(request)
        refused = self._ours(page, request, call)
        if refused is not None:
            return refused
        if page.needs is not None:
            call.caller.assess(page.needs.area, page.needs.way, at=call.at).require()
        return page.make(call)

    def call(self, request: Request, form: Form) -> Call:
        """Say who asks."""
        settings, seller = self.settings, self.seller()
        at = settings.clock()
        said = request.cookies.get(SAID)
        known: dict[str, Any] = {
            "request": request,
            "settings": settings,
            "views": self.views,
            "known": self.known,
            "seller": seller,
            "at": at,
            "looks": looks_of(request.cookies.get(LOOKS), seller.terms.zone),
            "form": form,
            "said": None if said is None else unquote(said)[:300],
        }
        token = self.door.token(request)
        inside = None if token is None else self.door.who(token, seller, at)
        if token is None or inside is None:
            return Call(secret=self.door.browser(request), **known)
        return Visit(secret=token, caller=inside[0], session=inside[1], **known)

    def _ours(self, page: Page, request: Request, call: Call) -> Response | None:
        """Refuse a form that is not this browser's own; None where it is, or none was sent."""
        if page.method == "GET":
            return None
        if same_origin(request) and signed(call.form.raw("csrf"), call.csrf):
            return None
        return self.told(call, 403, _UNSIGNED)

    def told(self, call: Call, status: int, detail: str | None = None) -> Response:
        """Tell what went wrong on a page of its own."""
        title, words = _TOLD.get(status, _TOLD[500])
        return call.page("wrong.html", status=status, title=title, words=detail or words)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Tell an error."""
        status, detail = _meaning(error)
        try:
            call = await run_in_threadpool(self.call, request, Form())
            return self.told(call, status, detail)
        except Exception:  # noqa: BLE001 - the store itself may be what failed
            return PlainTextResponse(_TOLD.get(status, _TOLD[500])[1], status_code=status)


def _meaning(error: Exception) -> tuple[int, str | None]:
    """Give the status of an error, and what may be said about it."""
    if isinstance(error, HTTPException):
        return error.status_code, None
    if isinstance(error, NotFound):
        return 404, None
    if isinstance(error, Refused):
        own = any(finding.rule.startswith("ACC-") for finding in error.decision.findings)
        nothing = own or any(finding.rule == "NO-BASIS" for finding in error.decision.findings)
        sentences = " ".join(finding.sentence for finding in error.decision.determining)
        return 403, None if nothing else sentences
    if isinstance(error, WrongState):
        return 422, f"This can't be done: {error.state}."
    if isinstance(error, Malformed):
        return 400, "; ".join(problem.message for problem in error.problems) or None
    return (409 if isinstance(error, Conflict) else 500), None


def _to_login(request: Request) -> Response:
    """Send whoever is not inside to the log-in, and back afterwards."""
    path = request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = f"{path}{query}" if request.method == "GET" and path != "/" else ""
    to = f"/login?next={quote(wanted, safe='')}" if wanted else "/login"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": to})
    return RedirectResponse(to, status_code=303)


def portal(settings: Settings) -> ASGIApp:
    """Give the portal as an ASGI application.

    Args:
        settings: store, seller, where files are kept, what cookies are for.
    """
    made = _Portal(settings)
    routes = [
        Route(
            page.path,
            _endpoint(made, page),
            methods=[page.method],
            name=f"{page.method} {page.path}",
        )
        for page in every_page()
    ]
    routes.append(Route("/static/{mark}/{name}", _static(made)))
    kinds = (Conflict, HTTPException, Malformed, NotFound, Refused, WrongState, 500)
    handlers = dict.fromkeys(kinds, made.failed)
    # Around everything, so that even an error of ours has the headers.
    return Guarded(Starlette(routes=routes, exception_handlers=handlers), secure=settings.secure)


def _endpoint(made: _Portal, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await made.answer(page, request)

    return answer


def _static(made: _Portal) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return made.statics.serve(request)

    return serve
