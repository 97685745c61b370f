"""Log in and out. How long to wait after wrong passwords is told; why nobody enters is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore_argon2 import Entered, Wish, log_in
from leadcore_portal import formats
from leadcore_portal.doors import Door
from leadcore_portal.routing import Page
from leadcore_portal.visits import Visit, local_path

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore_portal.visits import Call

__all__ = ["PAGES"]

_DEVICE = 120
_WRONG = "E-mail address and password do not go together. Check both and try again."
_LOCKED = (
    "After so many wrong passwords no further one is looked at. "
    "Set a new password with “Forgot your password?”."
)


def show(call: Call) -> Response:
    """Show the log-in; whoever is inside goes on."""
    if isinstance(call, Visit):
        return call.go(local_path(call.asked("next")))
    return call.page("pages/login.html", to=local_path(call.asked("next"), ""))


def enter(call: Call) -> Response:
    """Let somebody in, with a session nobody knew before."""
    form, to = call.form, local_path(call.form.raw("next"), "")
    name, password = form.text("email"), form.secret("password")
    with form.telling({"name": "email"}):
        form.check()
        wish = Wish(
            seller_id=call.seller.id,
            name=_address(name),
            password=password,
            source=_source(call),
            device=_device(call),
        )
        answer = log_in(call.store, call.settings.hasher, wish, at=call.at)
        if isinstance(answer, Entered):
            response = call.go(to or "/")
            Door(call.settings).open(response, answer.token)
            return response
        form.wrong("", _told(call, answer))
    return call.page("pages/login.html", status=422, to=to)


def leave(visit: Visit) -> Response:
    """End the session here and in the records."""
    case = bo.EndSession(
        seller_id=visit.seller.id, session_id=visit.session.id, user_id=visit.user.id, at=visit.at
    )
    visit.run(case)
    response = visit.go("/login", "You are logged out.")
    Door(visit.settings).close(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _address(name: str) -> str:
    if "@" not in name:
        raise Malformed.at("email", "An e-mail address, such as ada@example.com.")
    return name


def _told(call: Call, answer: bo.NotLoggedIn) -> str:
    wait = answer.next
    if wait is None:
        return _WRONG
    if wait.next_try_at is None:
        return _LOCKED
    left = formats.span(max(wait.next_try_at - call.at, wait.next_try_at - wait.next_try_at))
    when = formats.moment(wait.next_try_at, call.zone, seconds=True)
    first = f"{_WRONG} " if answer.looked_at else ""
    return f"{first}To keep guessers out, the next try is looked at in {left}, from {when} on."


def _source(call: Call) -> str | None:
    client = call.request.client
    return client.host if client is not None else None


def _device(call: Call) -> str | None:
    told = "".join(
        each for each in call.request.headers.get("user-agent", "") if each.isprintable()
    )
    return " ".join(told.split())[:_DEVICE].strip() or None


PAGES = (
    Page(path="/login", make=show, outside=True),
    Page(path="/login", make=enter, method="POST", outside=True),
    Page(path="/logout", make=leave, method="POST"),
)
