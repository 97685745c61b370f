"""Log-ins, sessions and deeds: what use cases meet, what is read, written and audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from leadcore import wire
from leadcore.logins import Deed, SessionFacts, digest_of, name_key, source_key
from leadcore.ports import LogInFacts, LoginFacts, SessionCaseFacts, SessionNeeds
from leadcore.ports.upkeep import FORGOTTEN
from leadcore.statement_lines import told_deed
from leadcore_sqlalchemy import login_tables, states, tables
from leadcore_sqlalchemy.current import seen, started, state
from leadcore_sqlalchemy.moments import alone
from leadcore_sqlalchemy.paging import behind
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from leadcore.decider import Versioned
    from leadcore.logins import Login, Session
    from leadcore.outcomes import Outcome
    from leadcore.ports import DeedQuery, LogInNeeds, LoginNeeds
    from leadcore.values import SellerId, UserId
    from leadcore_sqlalchemy.later import Later
    from leadcore_sqlalchemy.types import Row

__all__ = [
    "audit_logins",
    "deeds",
    "log_in_facts",
    "login",
    "login_facts",
    "login_named",
    "login_with_token",
    "password_hash",
    "session",
    "session_facts",
    "sessions",
    "write_deeds",
    "write_passwords",
]

_DEEDS, _JOURNAL = login_tables.deeds, tables.journal
_LOGINS, _SESSIONS = login_tables.logins, login_tables.sessions
_PASSWORDS, _USERS = login_tables.passwords, tables.users

_READ_BY_TOKEN = Statement(
    select(_LOGINS.c.id, _LOGINS.c.version, _LOGINS.c.data).where(
        _LOGINS.c.token == bindparam("token")
    )
)
_READ_PASSWORD = Statement(select(_PASSWORDS.c.encoded).where(_PASSWORDS.c.id == bindparam("id")))
_READ_OPEN = Statement(
    select(_SESSIONS.c.version, _SESSIONS.c.data)
    .where(_SESSIONS.c.user_id == bindparam("user_id"), _SESSIONS.c.ended.is_(False))
    .order_by(_SESSIONS.c.id)
)
_with_what_it_depends_on = select(
    _SESSIONS.c.version,
    _SESSIONS.c.data,
    _LOGINS.c.data.label("login_data"),
    _USERS.c.data.label("user_data"),
).select_from(
    _SESSIONS.outerjoin(_LOGINS, _LOGINS.c.id == _SESSIONS.c.user_id).outerjoin(
        _USERS, _USERS.c.id == _SESSIONS.c.user_id
    )
)
_READ_SESSION = Statement(_with_what_it_depends_on.where(_SESSIONS.c.token == bindparam("key")))
_READ_SESSION_BY_ID = Statement(_with_what_it_depends_on.where(_SESSIONS.c.id == bindparam("key")))

_FIELDS = tuple(entry.name for entry in attrs.fields(Deed))
# The id of a deed is made of the act it is of: the second one is the first one again.


def _once(insert: Any) -> Statement:  # noqa: ANN401 # each dialect has its own
    values: dict[str, Any] = {name: bindparam(name) for name in (*_FIELDS, "told")}
    return Statement(insert(_DEEDS).values(values).on_conflict_do_nothing())


_INSERT_DEED = {"postgresql": _once(postgresql.insert), "sqlite": _once(sqlite.insert)}


def _put(insert: Any) -> Statement:  # noqa: ANN401 # each dialect has its own
    put = insert(_PASSWORDS).values(id=bindparam("id"), encoded=bindparam("encoded"))
    return Statement(
        put.on_conflict_do_update(
            index_elements=[_PASSWORDS.c.id], set_={"encoded": put.excluded.encoded}
        )
    )


_PUT_PASSWORD = {"postgresql": _put(postgresql.insert), "sqlite": _put(sqlite.insert)}


def login_facts(needs: LoginNeeds, connection: Connection) -> LoginFacts:
    """Give one log-in and what hangs on it; the log-in first, whose version guards the rest."""
    seller, name, user_id = needs.seller_id, needs.name, needs.user_id
    wanted = None
    if name is not None:
        wanted = started(connection, "login_name", name_key(seller, name))
    if needs.token is not None:
        row = _READ_BY_TOKEN.row(connection, {"token": needs.token})
        user_id, found = (None if row is None else row.id), states.versioned("login", row)
        if found.state is not None and found.state.wished is not None:
            wanted = started(connection, "login_name", name_key(seller, found.state.wished))
    else:
        if user_id is None and wanted is not None:
            user_id = wanted.state.user_id
        found = seen(connection, "login", user_id)
    mine: Login | None = found.state
    key = name_key(mine.seller_id if mine else seller, mine.name if mine else "")
    by_name, by_source = (
        None if each is None else started(connection, "tries", each) for each in needs.reset_keys()
    )
    return LoginFacts(
        user=state(connection, "user", user_id),
        login=found,
        held=started(connection, "login_name", key),
        wanted=wanted,
        tries=started(connection, "tries", key),
        sessions=_open(connection, user_id),
        viewer=state(connection, "user", needs.viewer_id),
        seller=state(connection, "seller", seller),
        resets=(by_name, by_source),
    )


def log_in_facts(needs: LogInNeeds, connection: Connection) -> LogInFacts:
    """Give what a try to log in meets; a name of nobody asks as much as one of somebody."""
    key = name_key(needs.seller_id, needs.name)
    holder: str = started(connection, "login_name", key).state.user_id or _NOBODY
    source = needs.source
    found = seen(connection, "login", holder)
    return LogInFacts(
        user=state(connection, "user", holder),
        login=found,
        encoded=password_hash(connection, holder),
        by_name=started(connection, "tries", key),
        by_source=(
            started(connection, "tries", source_key(needs.seller_id, source))
            if source is not None
            else None
        ),
        sessions=_open(connection, holder),
    )


_NOBODY = " "
"""No id: what is looked up where a name is nobody's."""


def session_facts(needs: SessionNeeds, connection: Connection) -> SessionCaseFacts:
    """Give one session and what it depends on, in one statement; and who acts, if anybody does."""
    if needs.token is not None:
        row = _READ_SESSION.row(connection, {"key": needs.token})
    else:
        row = _READ_SESSION_BY_ID.row(connection, {"key": needs.session_id or ""})
    return SessionCaseFacts(
        session=states.versioned("session", row),
        login=_loaded("login", row and row.login_data),
        user=_loaded("user", row and row.user_data),
        viewer=state(connection, "user", needs.viewer_id),
    )


def _loaded(kind: str, text: str | None) -> Any:  # noqa: ANN401 # each kind has its own
    return None if text is None else states.load_state(kind, text)


@alone
def login(connection: Connection, user_id: UserId) -> Login | None:
    """Give a user's log-in."""
    found: Login | None = state(connection, "login", user_id)
    return found


def login_named(connection: Connection, seller_id: SellerId, name: str) -> Login | None:
    """Give the log-in of a name."""
    held = started(connection, "login_name", name_key(seller_id, name))
    found: Login | None = state(connection, "login", held.state.user_id)
    return found


@alone
def login_with_token(connection: Connection, token: str) -> Login | None:
    """Give the log-in a token is good for, by the token's digest."""
    found: Login | None = states.versioned(
        "login", _READ_BY_TOKEN.row(connection, {"token": token})
    ).state
    return found


@alone
def password_hash(connection: Connection, user_id: str) -> str | None:
    """Give the hash of a user's password."""
    row = _READ_PASSWORD.row(connection, {"id": user_id})
    return None if row is None else str(row.encoded)


@alone
def session(connection: Connection, token: str) -> SessionFacts:
    """Give the session of a token, by the token's digest, and what it depends on."""
    return session_facts(SessionNeeds(token=token), connection).facts


def sessions(connection: Connection, user_id: UserId) -> tuple[Session, ...]:
    """Give a user's sessions that were not ended, newest first."""
    found = [each.state for each in _open(connection, user_id)]
    found.sort(key=lambda each: (each.opened_at, each.id), reverse=True)
    return tuple(found)


def _open(connection: Connection, user_id: str | None) -> tuple[Versioned[Session], ...]:
    if user_id is None:
        return ()
    rows = _READ_OPEN.rows(connection, {"user_id": user_id})
    return tuple(states.versioned("session", row) for row in rows)


def deeds(connection: Connection, query: DeedQuery) -> tuple[Deed, ...]:
    """Give who did what, newest first."""
    table = _DEEDS
    found = select(table).where(table.c.seller_id == query.seller_id)
    for name in ("account_id", "actor_id", "stream_kind"):
        wanted = getattr(query, name)
        if wanted is not None:
            found = found.where(table.c[name] == wanted)
    if query.stream_id is not None:
        # By what is told and by nothing else: whoever guesses an id has it confirmed by no answer.
        plain = and_(table.c.told.is_(None), table.c.stream_id == query.stream_id)
        found = found.where(or_(table.c.told == query.stream_id, plain))
    if query.since is not None:
        found = found.where(table.c.at >= query.since)
    if query.until is not None:
        found = found.where(table.c.at < query.until)
    found = found.where(*behind(query, table.c.at, table.c.id))
    found = found.order_by(table.c.at.desc(), table.c.id.desc()).limit(query.limit)
    return tuple(_deed_of(row) for row in connection.execute(found))


def _deed_of(row: Row) -> Deed:
    said = {name: getattr(row, name) for name in _FIELDS}
    said["at"] = wire.dump(said["at"])
    return wire.load(Deed, said)


def write_deeds(later: Later, outcome: Outcome[Any]) -> None:
    """Write who did it."""
    rows = [
        attrs.asdict(each, recurse=False)
        | {"actor_kind": each.actor_kind.value, "told": _told(each)}
        for each in outcome.deeds
    ]
    later.add(_INSERT_DEED[later.connection.dialect.name], *rows)


def _told(deed: Deed) -> str | None:
    told = told_deed(deed).stream_id
    return None if told == deed.stream_id else told


def write_passwords(connection: Connection, outcome: Outcome[Any]) -> None:
    """Keep the hashes of passwords, in place of those before; their log-ins' versions guard it."""
    rows = [{"id": each.user_id, "encoded": each.encoded} for each in outcome.passwords]
    _PUT_PASSWORD[connection.dialect.name].change(connection, *rows)


def audit_logins(connection: Connection) -> Iterator[str]:
    """Compare hashes with what log-ins say of them, and deeds with the journal."""
    both = _LOGINS.outerjoin(_PASSWORDS, _PASSWORDS.c.id == _LOGINS.c.id)
    rows = select(_LOGINS.c.id, _LOGINS.c.data, _PASSWORDS.c.encoded).select_from(both)
    for row in connection.execute(rows.order_by(_LOGINS.c.id)):
        mark = states.load_state("login", row.data).mark
        if mark != (None if row.encoded is None else digest_of(row.encoded)):
            yield f"login {row.id}: the hash of its password is not the one that was set"
    alone = (
        select(_PASSWORDS.c.id)
        .select_from(_PASSWORDS.outerjoin(_LOGINS, _PASSWORDS.c.id == _LOGINS.c.id))
        .where(_LOGINS.c.id.is_(None))
    )
    for row in connection.execute(alone.order_by(_PASSWORDS.c.id)):
        yield f"login {row.id}: the hash of its password is not the one that was set"
    yield from _deeds(connection)


def _deeds(connection: Connection) -> Iterator[str]:
    there = and_(
        _JOURNAL.c.stream_kind == _DEEDS.c.stream_kind,
        _JOURNAL.c.stream_id == _DEEDS.c.stream_id,
        _JOURNAL.c.version == _DEEDS.c.version,
    )
    transfers = tables.ledger_transfers
    posted = and_(_DEEDS.c.stream_kind == "transfer", transfers.c.id == _DEEDS.c.stream_id)
    missing = (
        select(_DEEDS.c.id)
        .select_from(_DEEDS.outerjoin(_JOURNAL, there).outerjoin(transfers, posted))
        .where(_JOURNAL.c.version.is_(None), transfers.c.id.is_(None))
        .where(_DEEDS.c.stream_kind.not_in(sorted(FORGOTTEN)))
        .order_by(_DEEDS.c.id)
    )
    for row in connection.execute(missing):
        yield f"deed {row.id}: what it speaks of is not in the journal"
