"""Links with a secret, and the pages where they are used: invitations, passwords, addresses.

Whoever asks for a link is told the same whether there is such a log-in or not. The secret is in the
link's path and in a field of the form, and good for one use.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import logins
from leadcore.errors import Malformed
from leadcore.logins import Actor, PasswordFacts, TokenUse, login_name, password_problems
from leadcore_argon2 import fresh_token, is_common
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.logins import Login
    from leadcore_portal.visits import Call

__all__ = ["PAGES", "link_to", "new_password"]

_TOLD = (
    "If there is a log-in with this address, a link to set a new password is on its way. "
    "It is good for one hour."
)


def ask(call: Call) -> Response:
    """Show the page on which a link is asked for."""
    return call.page("pages/forgot.html")


def send(call: Call) -> Response:
    """Send a link where there is such a log-in; tell the same in any case."""
    form = call.form
    name = form.text("email")
    with form.telling({"name": "email"}):
        form.check()
        _send(call, login_name(name, path="email"))
        return call.go("/login", _TOLD)
    return call.page("pages/forgot.html", status=422)


def _send(call: Call, name: str) -> None:
    token = fresh_token()
    case = bo.RequestReset(
        seller_id=call.seller.id,
        name=name,
        token=logins.token_digest(token),
        link=link_to(call, TokenUse.RESET, token),
        expires_at=call.at + logins.LINKS_LAST[TokenUse.RESET],
        at=call.at,
    )
    actor = Actor.system(call.seller.id, "password-reset", "portal")
    call.store.run(bo.By(actor=actor, case=case, act=call.fresh_id(), at=call.at))


def link_to(call: Call, use: TokenUse, token: str) -> str:
    """Give the address at which a secret is used."""
    base = call.settings.address or str(call.request.base_url)
    return f"{base.rstrip('/')}/{use.value}/{token}"


def show(call: Call, use: TokenUse) -> Response:
    """Show the page on which a password is chosen; a secret that is no good is told at once."""
    login = _found(call, use)
    return _chosen(call, use, login, status=200 if login else 404)


def choose(call: Call, use: TokenUse) -> Response:
    """Set the password."""
    form, login = call.form, _found(call, use)
    if login is None:
        return _chosen(call, use, None, status=404)
    with form.telling({"encoded": "password"}):
        encoded = new_password(call, login)
        form.check()
        token = logins.token_digest(call.path["token"])
        case = bo.UseToken(
            seller_id=call.seller.id, token=token, use=use, encoded=encoded, at=call.at
        )
        actor = Actor.system(call.seller.id, f"use-{use.value}", "portal")
        call.store.run(bo.By(actor=actor, case=case, act=call.fresh_id(), at=call.at))
        return call.go("/login", "Your password is set. Log in with it.")
    return _chosen(call, use, login, status=422)


def _chosen(call: Call, use: TokenUse, login: Login | None, *, status: int) -> Response:
    rules = logins.NIST_63B
    return call.page("pages/choose.html", status=status, use=use, login=login, rules=rules)


def _found(call: Call, use: TokenUse) -> Login | None:
    """Give the log-in that a secret still opens; None where it opens none."""
    try:
        digest = logins.token_digest(call.path["token"])
    except Malformed:
        return None
    login = call.store.login_with_token(digest)
    if login is None or login.seller_id != call.seller.id:
        return None
    user = call.store.user(login.id)
    return login if logins.token_good(login, user, digest, use, call.at) else None


def show_address(call: Call) -> Response:
    """Show the address that is to be confirmed; a secret that is no good is told at once."""
    login = _found(call, TokenUse.ADDRESS)
    return _address(call, login, status=200 if login else 404)


def _address(call: Call, login: Login | None, *, status: int) -> Response:
    return call.page("pages/confirm.html", status=status, login=login)


def confirm(call: Call) -> Response:
    """Log in under the address from now on; opening the link alone confirms nothing."""
    login = _found(call, TokenUse.ADDRESS)
    if login is None:
        return _address(call, None, status=404)
    with call.form.telling():
        token = logins.token_digest(call.path["token"])
        case = bo.ConfirmOwnAddress(seller_id=call.seller.id, token=token, at=call.at)
        actor = Actor.system(call.seller.id, "confirm-address", "portal")
        done = call.store.run(bo.By(actor=actor, case=case, act=call.fresh_id(), at=call.at))
        return call.go("/login", f"From now on you log in as {done.name}.")
    return _address(call, login, status=422)


def new_password(call: Call, login: Login) -> str:
    """Read a new password, typed twice, and give its hash; what is wrong is noted in the form.

    Returns:
        The hash; empty where something is wrong.
    """
    form = call.form
    typed, again = form.secret("password"), form.secret("again")
    if typed and again and typed != again:
        form.wrong("again", "Type the same password twice.")
    user = call.store.user(login.id)
    words = (login.name, call.seller.terms.name, *((user.profile.name, user.id) if user else ()))
    facts = PasswordFacts(common=is_common(typed, call.settings.common), words=words)
    for problem in password_problems(typed, facts) if typed else ():
        form.wrong("password", f"It {problem.message}.")
    return "" if form.failed else call.settings.hasher.hash(typed)


PAGES = (
    Page(path="/forgot", make=ask, outside=True),
    Page(path="/forgot", make=send, method="POST", outside=True),
    Page(path="/address/{token}", make=show_address, outside=True),
    Page(path="/address/{token}", make=confirm, method="POST", outside=True),
    *(
        page
        for use in (TokenUse.INVITATION, TokenUse.RESET)
        for page in (
            Page(path=f"/{use.value}/{{token}}", make=partial(show, use=use), outside=True),
            Page(
                path=f"/{use.value}/{{token}}",
                make=partial(choose, use=use),
                method="POST",
                outside=True,
            ),
        )
    ),
)
