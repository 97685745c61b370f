"""Log-ins of users: invitations, passwords, sessions, who comes in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore import logins
from leadcore.errors import Malformed, NotFound
from leadcore.logins import Invite, RenameLogin, RevokeSessions, SetPassword, TokenUse
from leadcore_cli import show
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    now,
)
from leadcore_cli.running import add
from leadcore_cli.typing_secrets import ask_secret, new_password

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.logins import Login

__all__ = ["register"]

UserArgument = Annotated[str, typer.Argument(help="The user's id.")]
Address = Annotated[str, typer.Argument(help="The e-mail address to log in with.")]


def invite(
    user_id: UserArgument,
    email: Annotated[
        str | None, typer.Option(help="To log in with; the profile's if not given.")
    ] = None,
    hours: Annotated[int, typer.Option(min=1, help="The token is good for so long.")] = 72,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Offer a user a log-in; the token is told here once, for you to send."""
    here, at = desk(db, seller), now()
    user = here.user(user_id)
    name = _name(email or user.profile.email)
    token, digest, expires_at = _token(at, hours)
    command = Invite(name=name, token=digest, expires_at=expires_at)
    case = bo.KeepLogin(seller_id=here.seller.id, user_id=user.id, command=command, at=at)
    kept = here.store.run(case)
    _tell_token(kept, token, expires_at, "accept", as_json=as_json)


def accept(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """Take an invitation: asks for the token and a new password."""
    _use_token(desk(db, seller), TokenUse.INVITATION, as_json=as_json)


def forgot(
    email: Address,
    hours: Annotated[int, typer.Option(min=1, help="The token is good for so long.")] = 1,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Make a token to set a forgotten password anew; it is told here once, for you to send."""
    here, at = desk(db, seller), now()
    token, digest, expires_at = _token(at, hours)
    name = _name(email)
    case = bo.RequestReset(
        seller_id=here.seller.id,
        name=name,
        token=digest,
        expires_at=expires_at,
        by_name=None,
        at=at,
    )
    kept = here.store.run(case)
    if kept is None:
        # Staff may know what strangers may not.
        raise NotFound("open log-in", name)
    _tell_token(kept, token, expires_at, "reset", as_json=as_json)


def reset(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """Set a forgotten password anew: asks for the token and a new password."""
    _use_token(desk(db, seller), TokenUse.RESET, as_json=as_json)


def password(
    user_id: UserArgument,
    email: Annotated[
        str | None, typer.Option(help="To log in with, where there is no log-in yet.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Set a user's password: asks for it; every session of the user is over."""
    here = desk(db, seller)
    user = here.user(user_id)
    known = here.store.login(user.id)
    name = known.name if known else _name(email or user.profile.email)
    encoded = new_password(here, user, name)
    command = SetPassword(logins.digest_of(encoded), None if known else name)
    kept = here.store.run(
        bo.KeepLogin(
            seller_id=here.seller.id, user_id=user.id, command=command, encoded=encoded, at=now()
        )
    )
    _tell(kept, "has a new password", as_json=as_json)


def rename(
    user_id: UserArgument,
    email: Address,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Let a user log in with another address."""
    here = desk(db, seller)
    command = RenameLogin(_name(email))
    user = here.user(user_id)
    case = bo.KeepLogin(seller_id=here.seller.id, user_id=user.id, command=command, at=now())
    _tell(here.store.run(case), "is the log-in's name now", as_json=as_json)


def enter(
    email: Address,
    source: Annotated[str | None, typer.Option(help="The address the try comes from.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Log in: asks for the password; the session's token is told here once."""
    from leadcore_argon2 import Argon2Hasher, Entered, Wish, log_in  # noqa: PLC0415 - slow; few commands hash

    here = desk(db, seller)
    wish = Wish(
        seller_id=here.seller.id,
        name=email,
        password=ask_secret("password"),
        source=source,
        device="leadcore login",
    )
    # Not as whoever runs the command: it is the user who comes in.
    answer = log_in(here.plain, Argon2Hasher(), wish, at=now())
    if not isinstance(answer, Entered):
        _tell_out(answer, as_json=as_json)
        raise typer.Exit(1)
    if as_json:
        show.print_json({**show.as_data(answer.session), "token": answer.token})
        return
    show.line(show.clean(f"{answer.user.id} is in with session {answer.session.id}."))
    show.console().print(f"  token {answer.token}", soft_wrap=True)


def who(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """Say who comes in with a session's token: asks for the token."""
    here = desk(db, seller)
    token = logins.token_digest(ask_secret("token"))
    answer = here.plain.run(bo.UseSession(seller_id=here.seller.id, token=token, at=now()))
    inside = isinstance(answer, logins.SignedIn)
    if as_json and isinstance(answer, logins.SignedIn):
        show.print_json({"in": True, "user": answer.user.id, "session": answer.session.id})
    elif as_json:
        show.print_json({"in": False})
    elif isinstance(answer, logins.SignedIn):
        show.line(show.clean(f"{answer.user.id}, with session {answer.session.id}."))
    else:
        show.line("[red]Nobody[/] comes in with it.")
    if not inside:
        raise typer.Exit(1)


def sessions(
    user_id: UserArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List a user's sessions, newest first."""
    here, at = desk(db, seller), now()
    user = here.user(user_id)
    login = here.store.login(user.id)
    found = [
        each
        for each in here.store.sessions(user.id)
        if isinstance(
            logins.who(
                logins.SessionFacts(session=each, login=login, user=user),
                seller_id=here.seller.id,
                at=at,
            ),
            logins.SignedIn,
        )
    ]
    if as_json:
        for each in found:
            data = show.as_data(each)
            data.pop("token")  # only its digest, and of no use to anybody
            show.print_json(data)
        return
    show.table(
        f"Sessions of {user.id}",
        ("session", "began", "last used", "from", "device"),
        (
            (
                each.id,
                show.instant(each.opened_at),
                show.instant(each.used_at),
                each.source,
                each.device,
            )
            for each in found
        ),
    )


def revoke(
    user_id: UserArgument,
    session: Annotated[
        str | None, typer.Argument(help="The session; all if none is named.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """End one session of a user, or all of them."""
    here, at = desk(db, seller), now()
    user = here.user(user_id)
    if session is None:
        case = bo.KeepLogin(
            seller_id=here.seller.id, user_id=user.id, command=RevokeSessions(), at=at
        )
        _tell(here.store.run(case), "has no session any more", as_json=as_json)
        return
    ended = here.store.run(
        bo.EndSession(seller_id=here.seller.id, session_id=session, user_id=user.id, at=at)
    )
    if as_json:
        show.print_json({"session": ended.id, "ended": ended.ended})
    else:
        show.line(show.clean(f"Session {ended.id} is over."))


def _name(given: str | None) -> str:
    if given is None:
        raise Malformed.at("--email", "say which address to log in with; the profile has none")
    return logins.login_name(given, path="email")


def _token(at: datetime, hours: int) -> tuple[str, str, datetime]:
    from leadcore_argon2 import fresh_token  # noqa: PLC0415 - slow; few commands make tokens

    token = fresh_token()
    return token, logins.token_digest(token), at + timedelta(hours=hours)


def _use_token(here: Desk, use: TokenUse, *, as_json: bool) -> None:
    token = logins.token_digest(ask_secret("token"))
    login = here.store.login_with_token(token)
    user = here.store.user(login.id) if login else None
    encoded = new_password(here, user, login.name if login else "")
    kept = here.store.run(
        bo.UseToken(seller_id=here.seller.id, token=token, use=use, encoded=encoded, at=now())
    )
    _tell(kept, "has a new password", as_json=as_json)


def _tell_token(login: Login, token: str, expires_at: datetime, how: str, *, as_json: bool) -> None:
    if as_json:
        data = {"user": login.id, "name": login.name, "token": token}
        show.print_json({**data, "expires_at": show.as_data(expires_at)})
        return
    show.line(show.clean(f"For {login.id}, to be sent to {login.name} by nothing that keeps it:"))
    show.console().print(f"  token {token}", soft_wrap=True)
    show.line(f"Good until {show.instant(expires_at)}, once, with `leadcore login {how}`.")


def _tell(login: Login, what: str, *, as_json: bool) -> None:
    if as_json:
        stage = logins.stage_of(login).value
        show.print_json({"user": login.id, "name": login.name, "stage": stage})
    else:
        show.line(show.clean(f"{login.name} ({login.id}) {what}."))


def _tell_out(answer: bo.NotLoggedIn, *, as_json: bool) -> None:
    wait = answer.next
    when = show.as_data(wait.next_try_at) if wait is not None else None
    if as_json:
        locked = wait is not None and when is None
        show.print_json({"in": False, "locked": locked, "next_try_at": when})
    elif wait is None:
        show.line("[red]Nobody was let in[/]: name and password do not go together.")
    elif wait.next_try_at is None:
        show.line("[red]Nobody was let in[/]: no further try is looked at; reset the password.")
    else:
        show.line(
            "[red]Nobody was let in[/]; the next try is looked at from "
            f"{wait.next_try_at:%Y-%m-%d %H:%M:%S} UTC."
        )


def register(app: typer.Typer) -> None:
    """Add all commands about log-ins."""
    group = typer.Typer(
        help="Log-ins of users: invitations, passwords, sessions, who comes in.",
        no_args_is_help=True,
    )
    app.add_typer(group, name="login")
    for command in (invite, accept, forgot, reset, password, rename, who, sessions, revoke):
        add(group, command)
    add(group, enter, "in")
