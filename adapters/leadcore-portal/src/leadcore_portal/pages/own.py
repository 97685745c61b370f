"""About oneself: the profile that leads and colleagues see; password, sessions, one's own deeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from leadcore import back_office as bo
from leadcore import logins
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.logins import RevokeSessions, SessionFacts, SignedIn, TokenUse
from leadcore.people import EditUser
from leadcore.ports import DeedQuery
from leadcore_argon2 import fresh_token
from leadcore_portal import formats
from leadcore_portal.forms import Form
from leadcore_portal.pages.audit import said_of, what_of
from leadcore_portal.pages.passwords import link_to, new_password
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from leadcore.logins import Deed, Login, Session
    from leadcore.people import Profile
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES", "browser_of", "profile_values", "read_profile"]

_DEEDS = 15


# ------------------------------------------------------------------------------ profile


def profile_values(profile: Profile | None) -> Form:
    """Give the form of a profile; of nobody's, an empty one."""
    if profile is None:
        return Form.of({"notify_new_lead": True})
    names = ("name", "email", "cell", "phone", "toll_free", "website", "notify_new_lead")
    rights = ("admin", "view_downline")
    return Form.of({name: getattr(profile, name) for name in (*names, *rights)})


def read_profile(form: Form, before: Profile) -> Profile:
    """Read what people edit about themselves; rights stay as they were."""
    return evolve(
        before,
        name=form.text("name"),
        email=form.optional("email"),
        cell=_dialled(form.optional("cell")),
        phone=form.optional("phone"),
        toll_free=form.optional("toll_free"),
        website=form.optional("website"),
        notify_new_lead=form.ticked("notify_new_lead"),
    )


def _dialled(told: str | None) -> str | None:
    """Leave out what people write between the digits of a number that begins with a plus."""
    if told is None or not told.startswith("+"):
        return told
    return "+" + "".join(each for each in told[1:] if each not in " ()-.")


def show_profile(visit: Visit) -> Response:
    """Show one's own profile."""
    return _profile(visit, profile_values(visit.user.profile))


def _profile(visit: Visit, form: Form, *, status: int = 200) -> Response:
    login = visit.store.login(visit.user.id)
    return visit.page("pages/profile.html", status=status, form=form, login=login)


def keep_profile(visit: Visit) -> Response:
    """Change one's own profile."""
    form, user = visit.form, visit.user
    with form.telling():
        profile = read_profile(form, user.profile)
        form.check()
        case = bo.KeepUser(
            user_id=user.id,
            account_id=user.account_id,
            command=EditUser(profile),
            viewer_id=user.id,
            at=visit.at,
        )
        visit.run(case)
        return visit.go("/profile", "Your profile is changed.")
    return _profile(visit, form, status=422)


# ----------------------------------------------------------------------------- security


def show_security(visit: Visit) -> Response:
    """Show the form of a new password, where one is logged in, and what one did lately."""
    return _security(visit, Form())


def _security(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        sessions = _sessions(visit, reader)
        deeds = _lately(visit, reader)
        login = reader.login(visit.user.id)
    return visit.page(
        "pages/security.html",
        status=status,
        form=form,
        sessions=[(each, browser_of(each.device)) for each in sessions],
        deeds=[(each, said_of(each), *what_of(each)) for each in deeds],
        login=login,
        waits=login is not None and _waits(login, visit.at),
        rules=logins.NIST_63B,
    )


def _waits(login: Login, at: datetime) -> bool:
    """Say whether an address that was asked for can still be confirmed."""
    until = login.token_expires_at
    return login.wished is not None and until is not None and at < until


def _lately(visit: Visit, reader: SqlReader) -> list[Deed]:
    """Give what one did, and what was done to one's log-in, newest first."""
    query = DeedQuery(
        seller_id=visit.seller.id,
        account_id=visit.of_account,
        actor_id=visit.user.id,
        limit=_DEEDS,
    )
    own = evolve(query, actor_id=None, stream_kind="login", stream_id=visit.user.id)
    found = {each.id: each for asked in (query, own) for each in reader.deeds(asked)}
    return sorted(found.values(), key=lambda each: (each.at, each.id), reverse=True)[:_DEEDS]


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(device: str | None) -> str:
    """Give what people call a browser that told its name so.

    >>> browser_of("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
    'Chrome on Linux'
    >>> browser_of("leadcore login"), browser_of(None)
    ('leadcore login', 'Unknown browser')
    """
    told = device or ""
    browser = next((name for mark, name in _BROWSERS if mark in told), None)
    system = next((name for mark, name in _SYSTEMS if mark in told), None)
    if browser is None:
        return told or "Unknown browser"
    return browser if system is None else f"{browser} on {system}"


def _sessions(visit: Visit, reader: SqlReader) -> tuple[Session, ...]:
    """Give the sessions that still let somebody in."""
    login, user = reader.login(visit.user.id), visit.user
    found = reader.sessions(user.id)
    return tuple(
        each
        for each in found
        if isinstance(
            logins.who(
                SessionFacts(session=each, login=login, user=user),
                seller_id=visit.seller.id,
                at=visit.at,
            ),
            SignedIn,
        )
    )


def change_password(visit: Visit) -> Response:
    """Change the password, the old one having been checked; every other session is over."""
    form, store = visit.form, visit.store
    login = store.login(visit.user.id)
    if login is None:
        raise NotFound("login", visit.user.id)
    with form.telling({"encoded": "password"}):
        old = form.secret("old")
        encoded = new_password(visit, login)
        form.check()
        case = bo.ChangeOwnPassword(
            seller_id=visit.seller.id,
            user_id=visit.user.id,
            checked=visit.settings.hasher.check(old, store.password_hash(visit.user.id)),
            encoded=encoded,
            keep_session=visit.session.id,
            at=visit.at,
        )
        done = visit.run(case)
        if not isinstance(done, bo.NotLoggedIn):
            told = "Your password is changed. Everywhere else you are logged out."
            return visit.go("/security", told)
        form.wrong("old", _told(visit, done))
    return _security(visit, form, status=422)


def ask_address(visit: Visit) -> Response:
    """Send a link to the address one wants to log in with, the password having been checked."""
    form, store = visit.form, visit.store
    with form.telling({"name": "address"}):
        given = form.secret("password_now")
        name = logins.login_name(form.text("address"))
        form.check()
        token = fresh_token()
        case = bo.AskOwnAddress(
            seller_id=visit.seller.id,
            user_id=visit.user.id,
            checked=visit.settings.hasher.check(given, store.password_hash(visit.user.id)),
            name=name,
            token=logins.token_digest(token),
            link=link_to(visit, TokenUse.ADDRESS, token),
            expires_at=visit.at + logins.LINKS_LAST[TokenUse.ADDRESS],
            at=visit.at,
        )
        done = visit.run(case)
        if not isinstance(done, bo.NotLoggedIn):
            told = f"A link is on its way to {name}. Open it there, and you log in with it."
            return visit.go("/security", told)
        form.wrong("password_now", _told(visit, done))
    return _security(visit, form, status=422)


def _told(visit: Visit, answer: bo.NotLoggedIn) -> str:
    wrong = "This is not your present password." if answer.looked_at else ""
    if answer.next is None:
        return wrong
    if answer.next.next_try_at is None:
        return f"{wrong} No further try is looked at: log out and ask for a new password.".strip()
    when = formats.moment(answer.next.next_try_at, visit.zone, seconds=True)
    return f"{wrong} The next try is looked at from {when} on.".strip()


def end_session(visit: Visit) -> Response:
    """End one of one's sessions."""
    case = bo.EndSession(
        seller_id=visit.seller.id,
        session_id=visit.form.raw("session"),
        user_id=visit.user.id,
        viewer_id=visit.user.id,
        at=visit.at,
    )
    visit.run(case)
    return visit.go("/security", "That session is over.")


def end_others(visit: Visit) -> Response:
    """End every session but this one."""
    case = bo.KeepLogin(
        seller_id=visit.seller.id,
        user_id=visit.user.id,
        command=RevokeSessions(),
        keep_session=visit.session.id,
        viewer_id=visit.user.id,
        at=visit.at,
    )
    visit.run(case)
    return visit.go("/security", "Everywhere else you are logged out.")


_PROFILE = tuple(Permission(Area.PROFILE, way) for way in Way)
_SECURITY = tuple(Permission(Area.SECURITY, way) for way in Way)
PAGES = (
    Page(path="/profile", make=show_profile, needs=_PROFILE[0]),
    Page(path="/profile", make=keep_profile, method="POST", needs=_PROFILE[1]),
    Page(path="/security", make=show_security, needs=_SECURITY[0]),
    Page(path="/security/password", make=change_password, method="POST", needs=_SECURITY[1]),
    Page(path="/security/address", make=ask_address, method="POST", needs=_SECURITY[1]),
    Page(path="/security/end", make=end_session, method="POST", needs=_SECURITY[1]),
    Page(path="/security/end-others", make=end_others, method="POST", needs=_SECURITY[1]),
)
