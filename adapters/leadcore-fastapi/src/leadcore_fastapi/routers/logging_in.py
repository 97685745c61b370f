"""Logging in and out: OAuth 2 password grant, sessions, invitations, forgotten passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import logins, wire
from leadcore.access import Area, Way
from leadcore.errors import Malformed, WrongState
from leadcore.logins import Actor, TokenUse
from leadcore_argon2 import Entered, Wish, is_common, log_in
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import sound_text
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.people import User
    from leadcore_argon2 import Argon2Hasher
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("log-in")
_READ, _WRITE = (Area.SECURITY, Way.READ), (Area.SECURITY, Way.WRITE)
_FORM = ("application/x-www-form-urlencoded",)
_GRANT = {
    "type": "object",
    "required": ["grant_type", "username", "password"],
    "properties": {
        "grant_type": {"const": "password"},
        "username": {"type": "string"},
        "password": {"type": "string"},
        "scope": {"type": "string"},
    },
}
_TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"const": "bearer"},
        "expires_in": {"type": "integer"},
        "user_id": {"type": "string"},
    },
}


@frozen
class TokenAndPassword:
    """The token that was sent, and a password."""

    token: str = field(repr=False)
    password: str = field(repr=False)


@frozen
class Passwords:
    """One's password, and the one to be."""

    old: str = field(repr=False)
    new: str = field(repr=False)


@frozen(kw_only=True)
class SessionTold:
    """A session as it is listed."""

    id: str
    opened_at: str
    used_at: str
    source: str | None = None
    device: str | None = None


def _hasher(call: Call) -> Argon2Hasher:
    if call.settings.hasher is None:
        raise Halt(503, "passwords are not checked here")
    return call.settings.hasher


def _form(call: Call) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            call.incoming.body.decode("ascii"), keep_blank_values=True, errors="strict"
        )
    except ValueError:
        raise Malformed.at("$", "is no form in percent-encoded UTF-8") from None
    if not all(sound_text(name) and sound_text(each) for name, each in pairs):
        raise Malformed.at("$", "has a NUL")
    return dict(pairs)


@group.post(
    "/oauth/token",
    "Log in",
    body=_GRANT,
    media=_FORM,
    gives=_TOKEN,
    others=(503,),
    example={"grant_type": "password", "username": "ann@example.com", "password": "…"},
)
def get_token(call: Call) -> Reply:
    """OAuth 2 password grant; the token is that of a session.

    Why nobody is let in is not told, not even whether there is such a log-in.
    """
    form, hasher = _form(call), _hasher(call)
    if form.get("grant_type") != "password":
        raise Malformed.at("$.grant_type", "is password")
    missing = [name for name in ("username", "password") if not form.get(name)]
    if missing:
        raise Malformed.at(f"$.{missing[0]}", "is missing")
    wish = Wish(
        seller_id=call.seller.id,
        name=form["username"],
        password=form["password"],
        source=call.incoming.source,
        device=_device(call),
    )
    answer = log_in(call.store, hasher, wish, at=call.at)
    if not isinstance(answer, Entered):
        raise _not_in(answer, call)
    seconds = logins.SESSIONS.age_minutes * 60
    data = {"access_token": answer.token, "token_type": "bearer", "expires_in": seconds}
    return Reply(data={**data, "user_id": answer.user.id})


def _device(call: Call) -> str | None:
    said = call.incoming.headers.get("user-agent", "")
    return "".join(char for char in said if char.isprintable())[:100].strip() or None


def _not_in(answer: bo.NotLoggedIn, call: Call) -> Halt:
    wait = answer.next
    if wait is None or wait.next_try_at is None:
        return Halt(401, "name and password do not go together, or no further try is looked at")
    seconds = max(1, int((wait.next_try_at - call.at).total_seconds()) + 1)
    if not answer.looked_at:
        return Halt(429, "too soon", headers=(("Retry-After", str(seconds)),))
    return Halt(401, "name and password do not go together")


@group.post("/oauth/revoke", "Log out", may=_WRITE, gives={"type": "object"}, others=(409,))
def log_out(call: Call) -> Act:
    """Ends the session one came in with."""
    if call.session is None:
        raise WrongState("log_out", "a key is no session; revoke it")
    return _end(call, call.session)


def _end(call: Call, session_id: str) -> Act:
    case = bo.EndSession(
        seller_id=call.seller.id,
        session_id=session_id,
        user_id=call.user.id,
        viewer_id=call.user.id,
        at=call.at,
    )
    return Act(case=case, tell=lambda done: Reply(data={"session": done.id, "ended": done.ended}))


@group.get("/me/sessions", "List one's sessions, newest first", may=_READ, gives=page_of({}))
def list_sessions(call: Call) -> Reply:
    """Those that let anybody in now."""
    login, user = call.store.login(call.user.id), call.user
    found = [
        each
        for each in call.store.sessions(user.id)
        if isinstance(
            logins.who(
                logins.SessionFacts(session=each, login=login, user=user),
                seller_id=call.seller.id,
                at=call.at,
            ),
            logins.SignedIn,
        )
    ]
    return Reply(data={"items": [_session(each) for each in found], "next": None})


def _session(each: logins.Session) -> Any:  # noqa: ANN401 - whatever JSON holds
    return wire.dump(
        SessionTold(
            id=each.id,
            opened_at=wire.dump(each.opened_at),
            used_at=wire.dump(each.used_at),
            source=each.source,
            device=each.device,
        )
    )


@group.delete(
    "/me/sessions/{session_id}", "End one of one's sessions", may=_WRITE, gives={"type": "object"}
)
def end_session(call: Call) -> Act:
    """Whoever holds its token is out."""
    return _end(call, call.path("session_id"))


@group.post(
    "/me/password",
    "Change one's password",
    may=_WRITE,
    body=Passwords,
    gives={"type": "object"},
    others=(503,),
    example={"old": "the one before", "new": "several words nobody expects"},
)
def change_password(call: Call) -> Act:
    """Every other session is over; a wrong old one counts as a failed try to log in."""
    asked, hasher, user = call.load(Passwords), _hasher(call), call.user
    encoded = _new(call, asked.new, user, "$.new")
    known = call.store.password_hash(user.id)
    case = bo.ChangeOwnPassword(
        seller_id=call.seller.id,
        user_id=user.id,
        checked=hasher.check(asked.old, known),
        encoded=encoded,
        keep_session=call.session,
        at=call.at,
    )

    def tell(done: logins.Login | bo.NotLoggedIn) -> Reply:
        if isinstance(done, bo.NotLoggedIn):
            return Reply(error=Malformed.at("$.old", "is not the present password, or too soon"))
        return Reply(data={"changed": True})

    return Act(case=case, tell=tell)


@frozen
class NewAddress:
    """One's password, and the address to log in with from its confirmation on."""

    password: str = field(repr=False)
    email: str


_ASKED = {
    "type": "object",
    "required": ["asked"],
    "properties": {"asked": {"type": "boolean"}},
    "additionalProperties": False,
}


@group.post(
    "/me/address",
    "Ask to log in with another e-mail address",
    may=_WRITE,
    body=NewAddress,
    gives=_ASKED,
    status=202,
    others=(503,),
    example={"password": "the present one", "email": "ann@new.example"},
)
def ask_address(call: Call) -> Act:
    """A link goes to the new address; until it is used, the old one stays.

    The answer is the same whether another user has the address or not: only its mailbox is told.
    """
    asked, hasher, token = call.load(NewAddress), _hasher(call), call.token()
    case = bo.AskOwnAddress(
        seller_id=call.seller.id,
        user_id=call.user.id,
        checked=hasher.check(asked.password, call.store.password_hash(call.user.id)),
        name=logins.login_name(asked.email, path="$.email"),
        token=logins.token_digest(token),
        link=_mailed(call, TokenUse.ADDRESS, token),
        expires_at=call.at + logins.LINKS_LAST[TokenUse.ADDRESS],
        at=call.at,
    )

    def tell(done: logins.Login | bo.NotLoggedIn) -> Reply:
        if isinstance(done, bo.NotLoggedIn):
            return Reply(error=Malformed.at("$.password", "is not the present one, or too soon"))
        return Reply(data={"asked": True})

    return Act(case=case, tell=tell)


def _mailed(call: Call, use: TokenUse, token: str) -> str:
    link = call.link(use, token)
    if link is None:
        raise Halt(503, "no links are e-mailed here")
    return link


@frozen
class TokenSent:
    """The token that was sent."""

    token: str = field(repr=False)


def _new(call: Call, password: str, user: User | None, path: str) -> str:
    words: tuple[str, ...] = (call.seller.terms.name, "leadcore")
    if user is not None:
        words += (user.profile.name, user.id, user.profile.email or "")
    common = is_common(password, call.settings.common)
    facts = logins.PasswordFacts(common=common, words=words)
    return _hasher(call).hash(logins.check_password(password, facts, path=path))


def _use(call: Call, use: TokenUse) -> Reply:
    asked = call.load(TokenAndPassword)
    token = logins.token_digest(asked.token, path="$.token")
    login = call.store.login_with_token(token)
    user = call.store.user(login.id) if login else None
    # Before it is hashed, which is slow: a token of nothing is looked at no further.
    if not logins.token_good(login, user, token, use, call.at):
        raise WrongState("set_password", logins.NO_TOKEN)
    encoded = _new(call, asked.password, user, "$.password")
    case = bo.UseToken(seller_id=call.seller.id, token=token, use=use, encoded=encoded, at=call.at)
    actor = Actor.system(call.seller.id, "log-in", call.incoming.source)
    done = call.store.run(bo.By(actor=actor, case=case, act=call.fresh(), at=call.at))
    return Reply(data={"name": done.name})


_NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
_SENT = {"token": "the-token-that-was-sent", "password": "several words nobody expects"}


@group.post(
    "/invitations/accept",
    "Take an invitation",
    body=TokenAndPassword,
    gives=_NAMED,
    others=(503,),
    example=_SENT,
)
def accept_invitation(call: Call) -> Reply:
    """Sets the password; the token is used up."""
    return _use(call, TokenUse.INVITATION)


@frozen
class Forgotten:
    """The address one logs in with."""

    email: str


@group.post(
    "/password-resets",
    "Ask to set a forgotten password anew",
    body=Forgotten,
    gives={"type": "object", "required": ["asked"]},
    status=202,
    others=(503,),
    example={"email": "ann@example.com"},
)
def ask_reset(call: Call) -> Reply:
    """The answer is the same whether there is such a log-in or not; the link goes by e-mail."""
    name = logins.login_name(call.load(Forgotten).email, path="$.email")
    token = call.token()
    link = _mailed(call, TokenUse.RESET, token)
    case = bo.RequestReset(
        seller_id=call.seller.id,
        name=name,
        token=logins.token_digest(token),
        expires_at=call.at + logins.LINKS_LAST[TokenUse.RESET],
        link=link,
        source=call.incoming.source,
        at=call.at,
    )
    actor = Actor.system(call.seller.id, "log-in", call.incoming.source)
    call.store.run(bo.By(actor=actor, case=case, act=call.fresh(), at=call.at))
    return Reply(data={"asked": True})


@group.post(
    "/password-resets/accept",
    "Set a forgotten password anew",
    body=TokenAndPassword,
    gives=_NAMED,
    others=(503,),
    example=_SENT,
)
def accept_reset(call: Call) -> Reply:
    """With the token that was sent; every session is over."""
    return _use(call, TokenUse.RESET)


@group.post(
    "/addresses/accept",
    "Confirm the address one asked to log in with",
    body=TokenSent,
    gives=_NAMED,
    example={"token": "the-token-that-was-sent"},
)
def accept_address(call: Call) -> Reply:
    """With the token that was sent there, once; the address there was is told."""
    token = logins.token_digest(call.load(TokenSent).token, path="$.token")
    case = bo.ConfirmOwnAddress(seller_id=call.seller.id, token=token, at=call.at)
    actor = Actor.system(call.seller.id, "log-in", call.incoming.source)
    done = call.store.run(bo.By(actor=actor, case=case, act=call.fresh(), at=call.at))
    return Reply(data={"name": done.name})
