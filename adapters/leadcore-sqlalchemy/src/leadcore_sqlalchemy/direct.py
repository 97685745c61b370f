"""Post plain batches without a look at what is there: one round trip, and no transaction to end.

PostgreSQL has a function for it (revision 0004), which says nothing where a batch is not so plain
after all, or where it is not among the tables. SQLite, where nobody else writes meanwhile, is
asked for the accounts and told the rest. What may be posted so, and what must be there for it,
`leadcore.balances.direct` says; everything else goes by way of `leadcore_sqlalchemy.ledger`.
"""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from attrs import evolve as replace
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from leadcore.balances import ROOM, Counters, batch_digest, direct, lone
from leadcore.values import instant
from leadcore_sqlalchemy import lines, tables
from leadcore_sqlalchemy.prepared import Libpq, Prepared, instant_of, number_of, text_of
from leadcore_sqlalchemy.retries import is_passing
from leadcore_sqlalchemy.statements import Statement, told
from leadcore_sqlalchemy.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from leadcore.balances import Direct, LedgerAccount, Lone, Posted, Transfer

    _Single = tuple[Lone, datetime]

__all__ = ["NO_NEED", "Alone", "Poster", "Seen", "call"]

_T = TypeVar("_T")

_MOST_SEEN = 100_000
_NOT_SO_PLAIN = frozenset(
    {
        "LC001",  # an id was used, or somebody was faster
        "22003",  # a number would not fit 64 bits
        "23505",  # an id was posted before, or somebody just did
        "42883",  # there is no such function: the tables were made without the revisions
    }
)

_ARGUMENTS = (
    *(
        "moment",
        "moments",
        "room",
        "names",
        "sellers",
        "currencies",
        "kept",
        "standing",
        "requires",
    ),
    *("credits", "debits", "counts", "ids", "kinds", "payers", "payees", "amounts", "moneys"),
    *("refs", "sales", "leads", "prints", "digests", "effective", "bodies", "line_accounts"),
    *("line_transfers", "line_amounts", "line_laters", "line_rests", "line_effective"),
)
_names = ", ".join(f":{name}" for name in _ARGUMENTS)
_CALL = Statement(
    text("SELECT * FROM leadcore_ledger_post(" + _names + ")").columns(  # noqa: S608 # those above
        *tables.ledger_accounts.columns
    )
)
_CALL_ONE = (
    "SELECT * FROM leadcore_ledger_post_one"
    "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_PREPARED_ONE = Prepared(
    "leadcore_ledger_post_one",
    "SELECT * FROM leadcore_ledger_post_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
    " $14, $15, $16, $17, $18)",
    (*(number_of,) * 6, instant_of, text_of),
)


NO_NEED: Final = -(2**63)
"""Required where nothing is: no account is that far below its floor."""


class Seen:
    """The ledger accounts that were seen, by id; of their counters nothing is believed."""

    def __init__(self) -> None:
        self.accounts: dict[str, LedgerAccount] = {}

    def keep(self, accounts: Iterable[LedgerAccount]) -> None:
        """Keep what was just read."""
        if len(self.accounts) > _MOST_SEEN:
            self.accounts = {}
        self.accounts.update((account.id, account) for account in accounts)


class Line(NamedTuple):
    """A connection whose every statement is a transaction of its own.

    Attributes:
        connection: SQLAlchemy's.
        cursor: its driver's.
        libpq: the same connection seen from below; None where it must not be asked so.
    """

    connection: Connection
    cursor: Any
    libpq: Libpq | None


class Alone:
    """Connections whose every statement is a transaction of its own.

    At most half of the pool's are kept for the next one; a pool of another kind keeps its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Line] = []
        self._process = os.getpid()
        pool = engine.pool
        self._most = pool.size() // 2 if isinstance(pool, QueuePool) else 0
        own = weakref.WeakMethod(self._on_disposed)

        def disposed(_engine: Engine) -> None:
            if (told := own()) is not None:
                told()

        event.listen(engine, "engine_disposed", disposed)

    def do(self, work: Callable[[Line], _T]) -> _T:
        """Do some work on a connection and give what came of it."""
        idle = self._idle
        line = self._taken() or self._opened()
        try:
            done = work(line)
        except BaseException:
            line.connection.invalidate()  # in what state it is, nobody knows
            line.connection.close()
            raise
        if idle is self._idle and len(idle) < self._most:
            idle.append(line)
        else:
            line.cursor.close()
            line.connection.close()
        return done

    def _taken(self) -> Line | None:
        if self._process != os.getpid():
            # A parent's: to use or to close them here could harm its own.
            _FORKED.append(self._idle)
            self._idle = []
            self._process = os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _opened(self) -> Line:
        # SQLAlchemy sets it back however the connection returns to the pool, forgotten ones too.
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = connection.connection.driver_connection
        return Line(connection, driver.cursor(), Libpq.fitting(connection))

    def _on_disposed(self) -> None:
        idle, self._idle = self._idle, []
        while self._process == os.getpid() and idle:
            line = idle.pop()
            line.connection.invalidate()
            line.connection.close()


_FORKED: list[Any] = []


class Poster:
    """Posts plain batches in one round trip."""

    def __init__(self, engine: Engine) -> None:
        self.seen: Final = Seen()
        self._alone: Final = Alone(engine)
        self._singles: Together[_Single, Posted] = Together()
        self._process = os.getpid()

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted, ...] | None:
        """Post batches; None where they must be looked at first.

        Single transfers that several threads post to one account at the same time go together.

        Args:
            batches: the batches.
            at: when they are recorded.
        """
        moment = instant(at)
        try:
            if len(batches) == 1 and len(batches[0]) == 1:
                single = lone(batches[0][0], seen=self.seen.accounts)
                if single is not None:
                    asked = (single, moment)
                    posted = self._line().ask(
                        single.mine.id, asked, self._post_one, self._post_ones
                    )
                    return None if posted is None else (posted,)
            planned = direct(batches, seen=self.seen.accounts)
            if planned is None:
                return None
            return self._post_many(planned, [moment] * len(batches))
        except DBAPIError as error:
            if is_passing(error):
                return None
            raise

    def _line(self) -> Together[_Single, Posted]:
        if self._process != os.getpid():
            # Those who wait in a parent's line are threads of the parent.
            self._singles = Together()
            self._process = os.getpid()
        return self._singles

    def _post_one(self, asked: _Single) -> Posted | None:
        single, at = asked
        after = self._alone.do(lambda line: _call_one(line, single, at))
        if after is None:
            return None
        if after.id not in self.seen.accounts:
            self.seen.keep((after,))
        return single.answer(after, at=at)

    def _post_ones(self, asked: list[_Single]) -> list[Posted] | None:
        # As if the one that is recorded last had come first: no line's instant goes back.
        order = sorted(range(len(asked)), key=lambda place: asked[place][1], reverse=True)
        batches = [(asked[place][0].transfer,) for place in order]
        planned = direct(batches, seen=self.seen.accounts)
        if planned is None:  # one id twice: the second one is to find the first
            return None
        posted = self._post_many(planned, [asked[place][1] for place in order])
        if posted is None:
            return None
        found = dict(zip(order, posted, strict=True))
        return [found[place] for place in range(len(asked))]

    def _post_many(self, planned: Direct, moments: list[datetime]) -> tuple[Posted, ...] | None:
        at = max(moments)
        after = self._alone.do(lambda line: call(line.connection, planned, moments))
        if after is None:
            return None
        self.seen.keep(after.values())
        posted = planned.answers(after, at=at)
        return tuple(
            answer if moment == at else replace(answer, at=moment)
            for answer, moment in zip(posted, moments, strict=True)
        )


def _call_one(line: Line, single: Lone, at: datetime) -> LedgerAccount | None:
    values = _values_of_one(single, at)
    row: Sequence[Any]
    try:
        if line.libpq is not None:
            row = _PREPARED_ONE.row(line.libpq, values)
        else:
            (row,) = line.cursor.execute(_CALL_ONE, values).fetchall()
    except line.connection.dialect.loaded_dbapi.Error as error:
        if getattr(error, "sqlstate", None) in _NOT_SO_PLAIN:
            return None
        raise told(line.connection, error, _CALL_ONE) from error
    now = Counters._make(row)
    return None if now.seq is None else single.after(now)


def call(
    connection: Connection, planned: Direct, moments: Sequence[datetime]
) -> dict[str, LedgerAccount] | None:
    """Have PostgreSQL's function post plain batches.

    Args:
        connection: outside of a transaction: the call is one.
        planned: the batches, and what they add.
        moments: when each batch is recorded; their lines are recorded at the latest.

    Returns:
        The tracked accounts afterwards, by id; None where nothing was written, because more must
        be looked up.
    """
    try:
        rows = _CALL.rows(connection, _values(planned, moments))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _NOT_SO_PLAIN:
            return None
        raise
    if len(rows) != len(planned.deltas):
        return None
    return {row.id: lines.account_of(row) for row in rows}


def _values_of_one(single: Lone, at: datetime) -> tuple[str | None, ...]:
    transfer, mine, other = single.transfer, single.mine, single.other
    moment, effective = at.isoformat(), transfer.effective_at
    return (
        # As texts, which the server reads as quickly and the driver need not take apart.
        moment,
        str(ROOM),
        mine.id,
        mine.seller_id,
        mine.currency,
        mine.status.value,
        str(NO_NEED if single.requires is None else single.requires),
        other.id,
        other.status.value,
        transfer.id,
        transfer.kind.value,
        str(single.amount),
        transfer.ref,
        transfer.sale_id,
        transfer.lead_id,
        transfer.fingerprint,
        moment if effective is at else effective.isoformat(),
        lines.transfer_text(transfer),
    )


def _values(planned: Direct, moments: Sequence[datetime]) -> dict[str, Any]:
    each = zip(planned.batches, moments, strict=True)
    return {
        "moment": max(moments),
        "moments": _instants(moment for batch, moment in each for _ in batch),
        "room": ROOM,
        **_account_columns(planned),
        **_transfer_columns(planned),
        **_line_columns(planned),
    }


def _account_columns(planned: Direct) -> dict[str, str]:
    seen = planned.seen
    added = {delta.account: delta for delta in planned.deltas}
    deltas = [added.get(account.id) for account in seen]
    return {
        "names": _texts(account.id for account in seen),
        "sellers": _texts(account.seller_id for account in seen),
        "currencies": _texts(account.currency for account in seen),
        "kept": _numbers(int(account.tracked) for account in seen),
        "standing": _texts(account.status.value for account in seen),
        "requires": _numbers(None if delta is None else delta.requires for delta in deltas),
        "credits": _numbers(0 if delta is None else delta.credits_posted for delta in deltas),
        "debits": _numbers(0 if delta is None else delta.debits_posted for delta in deltas),
        "counts": _numbers(0 if delta is None else delta.entries for delta in deltas),
    }


def _transfer_columns(planned: Direct) -> dict[str, str]:
    transfers = [each for batch in planned.batches for each in batch]
    digests = [
        digest
        for batch in planned.batches
        for digest in (batch_digest(batch),)
        for _ in range(len(batch))
    ]
    return {
        "ids": _texts(each.id for each in transfers),
        "kinds": _texts(each.kind.value for each in transfers),
        "payers": _texts(each.debit for each in transfers),
        "payees": _texts(each.credit for each in transfers),
        "amounts": _numbers(each.amount.minor for each in transfers),
        "moneys": _texts(each.amount.currency for each in transfers),
        "refs": _texts(each.ref for each in transfers),
        "sales": _texts(each.sale_id for each in transfers),
        "leads": _texts(each.lead_id for each in transfers),
        "prints": _texts(each.fingerprint for each in transfers),
        "digests": _texts(digests),
        "effective": _instants(each.effective_at for each in transfers),
        "bodies": _texts(lines.transfer_text(each) for each in transfers),
    }


def _line_columns(planned: Direct) -> dict[str, str]:
    made = planned.lines
    return {
        "line_accounts": _texts(line.account for line in made),
        "line_transfers": _texts(line.transfer.id for line in made),
        "line_amounts": _numbers(line.amount for line in made),
        "line_laters": _numbers(line.later for line in made),
        "line_rests": _numbers(line.rest for line in made),
        "line_effective": _instants(line.transfer.effective_at for line in made),
    }


# Arrays as PostgreSQL writes them: the driver takes ten times as long to make them of lists.


def _numbers(values: Iterable[int | None]) -> str:
    return "{" + ",".join(["NULL" if each is None else str(each) for each in values]) + "}"


def _instants(values: Iterable[datetime]) -> str:
    written: dict[datetime, str] = {}  # mostly there is one, or a few
    texts = [written.get(each) or written.setdefault(each, each.isoformat()) for each in values]
    return "{" + ",".join(texts) + "}"


def _texts(values: Iterable[str | None]) -> str:
    texts = list(values)
    first = texts[0]
    if texts.count(first) == len(texts):  # of one payer, say, or none of them
        return "{" + ",".join([_quoted(first)] * len(texts)) + "}"
    if None not in texts:
        # All of them in one go; NUL, which no text of PostgreSQL holds, is put between them.
        joined = _NUL.join(texts)  # type: ignore[arg-type]  # none of them is None
        if joined.count(_NUL) == len(texts) - 1:
            return "{" + _quoted(joined).replace(_NUL, '","') + "}"
    return "{" + ",".join(map(_quoted, texts)) + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_NUL = "\0"
