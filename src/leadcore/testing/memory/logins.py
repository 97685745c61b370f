"""Log-ins, sessions and deeds in memory: what use cases meet and what can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.decider import Versioned
from leadcore.logins import Deed, Login, SessionFacts, digest_of, name_key, source_key
from leadcore.ports.logins import LogInFacts, LoginFacts, SessionCaseFacts, SessionNeeds
from leadcore.ports.upkeep import FORGOTTEN
from leadcore.statement_lines import told_deed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.logins import Session
    from leadcore.ports import DeedQuery, LogInNeeds, LoginNeeds
    from leadcore.testing.memory.rows import Rows
    from leadcore.values import SellerId, UserId

__all__ = [
    "audit_logins",
    "deeds",
    "log_in_facts",
    "login_facts",
    "login_named",
    "login_with_token",
    "session",
    "session_facts",
    "sessions",
]


def login_facts(needs: LoginNeeds, rows: Rows) -> LoginFacts:
    """Give one log-in and what hangs on it."""
    seller, name = needs.seller_id, needs.name
    wanted = rows.started("login_name", name_key(seller, name)) if name is not None else None
    user_id = needs.user_id
    if needs.token is not None:
        given = login_with_token(rows, needs.token)
        user_id = given.id if given else None
    elif user_id is None and wanted is not None:
        user_id = wanted.state.user_id
    login: Versioned[Login | None] = rows.row("login", user_id or "")
    wished = login.state.wished if login.state and needs.token is not None else None
    if wished is not None:
        wanted = rows.started("login_name", name_key(seller, wished))
    key = name_key(login.state.seller_id if login.state else seller, _name(login.state))
    by_name, by_source = (
        None if each is None else rows.started("tries", each) for each in needs.reset_keys()
    )
    return LoginFacts(
        user=rows.user(user_id) if user_id else None,
        login=login,
        held=rows.started("login_name", key),
        wanted=wanted,
        tries=rows.started("tries", key),
        sessions=_open(rows, user_id),
        viewer=rows.user(needs.viewer_id) if needs.viewer_id else None,
        seller=rows.seller(seller),
        resets=(by_name, by_source),
    )


def log_in_facts(needs: LogInNeeds, rows: Rows) -> LogInFacts:
    """Give what a try to log in meets."""
    key = name_key(needs.seller_id, needs.name)
    user_id: UserId | None = rows.started("login_name", key).state.user_id
    source = needs.source
    return LogInFacts(
        user=rows.user(user_id) if user_id else None,
        login=rows.row("login", user_id or ""),
        encoded=rows.passwords.get(user_id or ""),
        by_name=rows.started("tries", key),
        by_source=(
            rows.started("tries", source_key(needs.seller_id, source))
            if source is not None
            else None
        ),
        sessions=_open(rows, user_id),
    )


def session_facts(needs: SessionNeeds, rows: Rows) -> SessionCaseFacts:
    """Give one session and what it depends on."""
    found: Versioned[Session | None] = rows.row("session", needs.session_id or "")
    if needs.token is not None:
        every = (Versioned(each, version) for each, version in rows.every("session"))
        found = next((each for each in every if each.state.token == needs.token), found)
    user_id = found.state.user_id if found.state else None
    return SessionCaseFacts(
        session=found,
        login=rows.row("login", user_id or "").state,
        user=rows.user(user_id) if user_id else None,
        viewer=rows.user(needs.viewer_id) if needs.viewer_id else None,
    )


def login_named(rows: Rows, seller_id: SellerId, name: str) -> Login | None:
    """Give the log-in of a name."""
    holder: UserId | None = rows.started("login_name", name_key(seller_id, name)).state.user_id
    found: Login | None = rows.row("login", holder or "").state
    return found


def login_with_token(rows: Rows, token: str) -> Login | None:
    """Give the log-in a token is good for, by the token's digest."""
    return next((each for each, _ in rows.every("login") if each.token == token), None)


def session(rows: Rows, token: str) -> SessionFacts:
    """Give the session of a token and what it depends on."""
    return session_facts(SessionNeeds(token=token), rows).facts


def sessions(rows: Rows, user_id: UserId) -> tuple[Session, ...]:
    """Give a user's sessions that were not ended, newest first."""
    found = [seen.state for seen in _open(rows, user_id)]
    found.sort(key=lambda each: (each.opened_at, each.id), reverse=True)
    return tuple(found)


def deeds(rows: Rows, query: DeedQuery) -> tuple[Deed, ...]:
    """Give who did what, newest first."""
    found = [each for each in rows.deeds_done.values() if _asked(each, query)]
    found.sort(key=lambda each: (each.at, each.id), reverse=True)
    return tuple([each for each in found if query.is_behind(each)][: query.limit])


def _asked(deed: Deed, query: DeedQuery) -> bool:
    return (
        deed.seller_id == query.seller_id
        and query.account_id in {None, deed.account_id}
        and query.actor_id in {None, deed.actor_id}
        and query.stream_kind in {None, deed.stream_kind}
        and query.stream_id in {None, told_deed(deed).stream_id}
        and (query.since is None or deed.at >= query.since)
        and (query.until is None or deed.at < query.until)
    )


def audit_logins(rows: Rows) -> Iterator[str]:
    """Compare hashes with what log-ins say of them, and deeds with the journal."""
    marks = {each.id: each.mark for each, _ in rows.every("login") if each.mark is not None}
    for user_id in sorted(marks.keys() | rows.passwords.keys()):
        encoded = rows.passwords.get(user_id)
        if encoded is None or marks.get(user_id) != digest_of(encoded):
            yield f"login {user_id}: the hash of its password is not the one that was set"
    lasting = (each for each in rows.deeds_done.values() if each.stream_kind not in FORGOTTEN)
    for deed in lasting:
        if deed.stream_kind == "transfer":
            there = deed.stream_id in rows.book.transfers
        else:
            there = len(rows.journal(deed.stream_kind, deed.stream_id)) >= deed.version
        if not there:
            yield f"deed {deed.id}: what it speaks of is not in the journal"


def _open(rows: Rows, user_id: UserId | None) -> tuple[Versioned[Session], ...]:
    return tuple(
        Versioned(each, version)
        for each, version in rows.every("session")
        if each.user_id == user_id and not each.ended
    )


def _name(login: Login | None) -> str:
    return login.name if login else ""
