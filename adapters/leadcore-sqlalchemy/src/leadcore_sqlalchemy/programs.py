"""Keys, kept answers and hooks: what use cases meet, what is read and written.

Events are spread to hooks as they are published (`leadcore_sqlalchemy.feeds`): each has a mark of
its own, because writers commit in any order. The tellings of an event and its mark are written in
one transaction; made twice at the same time they have the same ids, and are there once.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from leadcore import wire
from leadcore.hooks import Telling, concerned, event_name, tellings_of
from leadcore.kept_answers import KeptAnswer
from leadcore.ports.programs import HookFacts, KeyFacts
from leadcore.values import SellerId
from leadcore_sqlalchemy import program_tables, states, tables
from leadcore_sqlalchemy.current import seen, state
from leadcore_sqlalchemy.feeds import PUBLISHED, seller_columns
from leadcore_sqlalchemy.moments import alone
from leadcore_sqlalchemy.statements import Statement, inserting
from leadcore_sqlalchemy.texts import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from leadcore.api_keys import ApiKey
    from leadcore.hooks import Hook
    from leadcore.outcomes import Outcome
    from leadcore.people import User
    from leadcore.ports.programs import HookNeeds, KeyNeeds
    from leadcore.values import AccountId
    from leadcore_sqlalchemy.types import Row

__all__ = [
    "api_key",
    "api_keys",
    "forget_answers",
    "hook",
    "hook_facts",
    "hooks",
    "kept_answer",
    "key_facts",
    "prepare_hooks",
    "settle_telling",
    "spread",
    "take_tellings",
    "tellings",
    "write_answers",
]

_KEYS, _USERS, _JOURNAL = program_tables.api_keys, tables.users, tables.journal
_ANSWERS, _HOOKS = program_tables.answers, program_tables.hooks
_TELLINGS = program_tables.tellings

_READ_KEY = Statement(
    select(_KEYS.c.data, _USERS.c.data.label("user_data"))
    .select_from(_KEYS.outerjoin(_USERS, _USERS.c.id == _KEYS.c.user_id))
    .where(_KEYS.c.token == bindparam("token"))
)
_READ_ANSWER = Statement(select(_ANSWERS).where(_ANSWERS.c.id == bindparam("id")))
_INSERT_ANSWER = Statement(inserting(_ANSWERS))
_INDEX = text(
    "CREATE INDEX IF NOT EXISTS ix_leadcore_journal_unspread"
    " ON leadcore_journal (stream_kind, stream_id, version) WHERE spread_at IS NULL"
)
_MARK = Statement(
    update(_JOURNAL)
    .where(
        _JOURNAL.c.stream_kind == bindparam("b_kind"),
        _JOURNAL.c.stream_id == bindparam("b_key"),
        _JOURNAL.c.version == bindparam("b_number"),
    )
    .values(spread_at=bindparam("b_at"))
)


def _once(insert: Any) -> Statement:  # noqa: ANN401 # each dialect has its own
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in _TELLINGS.columns}
    return Statement(insert(_TELLINGS).values(values).on_conflict_do_nothing())


_INSERT_TELLING = {"postgresql": _once(postgresql.insert), "sqlite": _once(sqlite.insert)}


def key_facts(needs: KeyNeeds, connection: Connection) -> KeyFacts:
    """Give one key, and the seller and user who were asked for."""
    return KeyFacts(
        key=seen(connection, "api_key", needs.key_id),
        seller=state(connection, "seller", needs.seller_id),
        user=state(connection, "user", needs.user_id),
    )


def hook_facts(needs: HookNeeds, connection: Connection) -> HookFacts:
    """Give one hook."""
    account = state(connection, "account", needs.account_id)
    return HookFacts(hook=seen(connection, "hook", needs.hook_id), account=account)


@alone
def api_key(connection: Connection, token: str) -> tuple[ApiKey | None, User | None]:
    """Give the key of a token, by the token's digest, and the key's user, in one statement."""
    row = _READ_KEY.row(connection, {"token": token})
    if row is None:
        return None, None
    user = None if row.user_data is None else states.load_state("user", row.user_data)
    return states.load_state("api_key", row.data), user


def api_keys(
    connection: Connection, seller_id: SellerId, account_id: AccountId | None = None
) -> tuple[ApiKey, ...]:
    """Give the keys of an account's users, or of all of the seller's, by id."""
    found = select(_KEYS.c.data).where(_KEYS.c.seller_id == seller_id).order_by(_KEYS.c.id)
    if account_id is not None:
        found = found.where(_KEYS.c.account_id == account_id)
    return tuple(states.load_state("api_key", row.data) for row in connection.execute(found))


@alone
def kept_answer(connection: Connection, answer_id: str) -> KeptAnswer | None:
    """Give an answer that was kept."""
    row = _READ_ANSWER.row(connection, {"id": answer_id})
    if row is None:
        return None
    return KeptAnswer(
        id=row.id,
        seller_id=row.seller_id,
        fingerprint=row.fingerprint,
        data=row.data,
        at=row.at,
    )


def write_answers(connection: Connection, outcome: Outcome[Any]) -> None:
    """Keep the answers of an outcome; one that is there already fails, as a conflict."""
    rows = [
        {
            "id": each.id,
            "seller_id": each.seller_id,
            "fingerprint": each.fingerprint,
            "data": each.data,
            "at": each.at,
        }
        for each in outcome.answers
    ]
    _INSERT_ANSWER.change(connection, *rows)


def forget_answers(connection: Connection, before: datetime) -> int:
    """Forget answers given before an instant; give how many."""
    return connection.execute(delete(_ANSWERS).where(_ANSWERS.c.at < before)).rowcount


def hooks(
    connection: Connection, seller_id: SellerId, account_id: AccountId | None = None
) -> tuple[Hook, ...]:
    """Give the open hooks of an account, or all of the seller's, by id."""
    found = select(_HOOKS.c.data).where(_HOOKS.c.seller_id == seller_id).order_by(_HOOKS.c.id)
    found = found.where(_HOOKS.c.closed_at.is_(None))
    if account_id is not None:
        found = found.where(_HOOKS.c.account_id == account_id)
    return tuple(states.load_state("hook", row.data) for row in connection.execute(found))


@alone
def hook(connection: Connection, hook_id: str) -> Hook | None:
    """Give a hook."""
    found: Hook | None = state(connection, "hook", hook_id)
    return found


def prepare_hooks(connection: Connection, at: datetime) -> None:
    """Make the index of events nobody looked at; the first time, pass over what there is."""
    there = connection.execute(_THERE[connection.dialect.name]).first()
    if there is None:
        unmarked = update(_JOURNAL).where(_JOURNAL.c.spread_at.is_(None))
        connection.execute(unmarked.values(spread_at=at))
        connection.execute(_INDEX)


_NAMED = "'ix_leadcore_journal_unspread'"
_THERE = {
    "postgresql": text(f"SELECT 1 FROM pg_indexes WHERE indexname = {_NAMED}"),  # noqa: S608 - a name of ours
    "sqlite": text(f"SELECT 1 FROM sqlite_master WHERE name = {_NAMED}"),  # noqa: S608 - the same
}


def spread(connection: Connection, at: datetime, limit: int = 256) -> int:
    """Make the tellings of events nobody looked at yet; give how many were looked at."""
    if connection.execute(_THERE[connection.dialect.name]).first() is None:
        return 0  # nobody ever wanted to be told
    place = (_JOURNAL.c.stream_kind, _JOURNAL.c.stream_id, _JOURNAL.c.version)
    waiting = _JOURNAL.c.spread_at.is_(None)
    found = select(*place, _JOURNAL.c.data).where(waiting).order_by(*place).limit(limit)
    rows = connection.execute(found).all()
    if not rows:
        return 0
    wanted: dict[str, tuple[Hook, ...]] = {}
    made: list[Telling] = []
    for kind, group in groupby(rows, key=lambda row: row.stream_kind):
        if kind in PUBLISHED:
            made += _tellings(connection, kind, list(group), wanted, at)
    if made:
        _INSERT_TELLING[connection.dialect.name].change(connection, *map(_row_of, made))
    marks = [
        {"b_kind": row.stream_kind, "b_key": row.stream_id, "b_number": row.version, "b_at": at}
        for row in rows
    ]
    _MARK.change(connection, *marks)
    return len(rows)


def _tellings(
    connection: Connection,
    kind: str,
    rows: list[Row],
    wanted: dict[str, tuple[Hook, ...]],
    at: datetime,
) -> Iterable[Telling]:
    own, seller = seller_columns(kind)
    ids = sorted({row.stream_id for row in rows})
    sellers = {
        each[0]: each[1]
        for each in connection.execute(select(own, seller).where(own.in_(ids))).all()
    }
    for row in rows:
        seller_id = sellers.get(row.stream_id)
        if seller_id is None:
            continue
        if seller_id not in wanted:
            wanted[seller_id] = hooks(connection, SellerId(seller_id))
        if wanted[seller_id]:
            account_id = _account_of(connection, kind, row.stream_id)
            written = from_text(row.data)
            said = written["data"].get("at")
            yield from tellings_of(
                wanted[seller_id],
                event_name(kind, written),
                (kind, row.stream_id, row.version),
                account_id,
                at=at,
                happened=None if said is None else datetime.fromisoformat(said),
            )


def _account_of(connection: Connection, kind: str, key: str) -> AccountId | None:
    # A letter's row is its message's, and tells of no account.
    return concerned(kind, state(connection, kind, key)) if kind in states.TABLES else None


def _row_of(telling: Telling) -> dict[str, Any]:
    return {
        "id": telling.id,
        "hook_id": telling.hook_id,
        "at": telling.at,
        "due_at": telling.due_at,
        "data": to_text(wire.dump(telling)),
    }


def take_tellings(
    connection: Connection,
    at: datetime,
    until: datetime,
    limit: int = 50,
    seller_id: SellerId | None = None,
) -> tuple[Telling, ...]:
    """Give tellings that are due, and put them off until an instant, so that one tries each."""
    found = select(_TELLINGS).where(_TELLINGS.c.due_at <= at)
    if seller_id is not None:
        found = found.join(_HOOKS, _HOOKS.c.id == _TELLINGS.c.hook_id)
        found = found.where(_HOOKS.c.seller_id == seller_id)
    rows = connection.execute(found.order_by(_TELLINGS.c.due_at, _TELLINGS.c.id).limit(limit)).all()
    taken: list[Telling] = []
    for row in rows:
        mine = update(_TELLINGS).where(_TELLINGS.c.id == row.id, _TELLINGS.c.due_at == row.due_at)
        if connection.execute(mine.values(due_at=until)).rowcount == 1:
            taken.append(wire.load(Telling, from_text(row.data)))
    return tuple(taken)


def settle_telling(connection: Connection, telling: Telling, claim: datetime) -> bool:
    """Keep what became of a try, by whoever still has the telling; say whether it was kept."""
    row = _row_of(telling)
    mine = update(_TELLINGS).where(_TELLINGS.c.id == row.pop("id"), _TELLINGS.c.due_at == claim)
    return connection.execute(mine.values(**row)).rowcount == 1


def tellings(connection: Connection, hook_id: str, limit: int = 50) -> tuple[Telling, ...]:
    """Give a hook's tellings, newest first."""
    found = select(_TELLINGS.c.data).where(_TELLINGS.c.hook_id == hook_id)
    ordered = found.order_by(_TELLINGS.c.at.desc(), _TELLINGS.c.id.desc()).limit(limit)
    return tuple(wire.load(Telling, from_text(row.data)) for row in connection.execute(ordered))
