"""Post plain batches without a look at what is there: one round trip, and no transaction to end.

A single transfer is one statement on PostgreSQL, and several batches are one call of a function
(revision 0028), which says nothing where a batch is not so plain after all, or where it is not
among the tables. SQLite, where nobody else writes meanwhile, is asked for the accounts and told the
rest. What may be posted so, and what must be there for it, `leadcore.balances.direct` says;
everything else goes by way of `leadcore_sqlalchemy.ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve as replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from leadcore.balances import ROOM, batch_digest, direct, lone
from leadcore.values import instant
from leadcore_sqlalchemy import forks, lines, tables
from leadcore_sqlalchemy.retries import is_passing
from leadcore_sqlalchemy.single_posts import NOT_SO_PLAIN, post_single
from leadcore_sqlalchemy.statements import Statement
from leadcore_sqlalchemy.together import Together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.balances import Direct, LedgerAccount, Lone, Posted, Transfer
    from leadcore_sqlalchemy.alone import Alone

    _Single = tuple[Lone, datetime]

__all__ = ["Poster", "Seen", "call"]

_MOST_SEEN = 100_000
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
    *("refs", "sales", "leads", "prints", "digests", "effective", "bodies", "line_places"),
    *("line_transfers", "line_amounts", "line_laters", "line_rests", "line_effective"),
)
_names = ", ".join(f":{name}" for name in _ARGUMENTS)
_CALL = Statement(
    text("SELECT * FROM leadcore_ledger_post_batches(" + _names + ")").columns(  # noqa: S608 # those above
        *tables.ledger_accounts.columns
    )
)


class Seen:
    """The ledger accounts that were seen, by id; of their counters nothing is believed."""

    def __init__(self) -> None:
        self.accounts: dict[str, LedgerAccount] = {}

    def keep(self, accounts: Iterable[LedgerAccount]) -> None:
        """Keep what was just read."""
        for account in accounts:
            self.note(account)

    def note(self, account: LedgerAccount) -> None:
        """Keep one of them."""
        if len(self.accounts) >= _MOST_SEEN:
            self.accounts = {}
        self.accounts[account.id] = account


class Poster:
    """Posts plain batches in one round trip."""

    def __init__(self, alone: Alone) -> None:
        """Make one.

        Args:
            alone: the connections it posts on.
        """
        self.seen: Final = Seen()
        self._alone: Final = alone
        self._singles: Together[_Single, Posted] = Together()
        forks.when_forked(self)

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted, ...] | None:
        """Post batches; None where they must be looked at first, or a host wants to be told.

        Single transfers that several threads post to one account at the same time go together.

        Args:
            batches: the batches.
            at: when they are recorded.
        """
        if self._alone.is_watched():
            return None
        moment = instant(at)
        try:
            if len(batches) == 1 and len(batches[0]) == 1:
                single = lone(batches[0][0], seen=self.seen.accounts)
                if single is not None:
                    asked = (single, moment)
                    posted = self._singles.ask(
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

    def forked(self) -> None:
        """See `forks.Forked`: those who wait in a parent's line are threads of the parent."""
        self._singles = Together()

    def _post_one(self, asked: _Single) -> Posted | None:
        single, at = asked
        after = self._alone.do(post_single, single, at)
        if after is None:
            return None
        if after.id not in self.seen.accounts:
            self.seen.note(after)
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
        if getattr(error.orig, "sqlstate", None) in NOT_SO_PLAIN:
            return None
        raise
    if len(rows) != len(planned.deltas):
        return None
    return {row.id: lines.account_of(row) for row in rows}


def _values(planned: Direct, moments: Sequence[datetime]) -> dict[str, Any]:
    each = zip(planned.batches, moments, strict=True)
    return {
        "moment": max(moments),
        "moments": _instants([moment for batch, moment in each for _ in batch]),
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
        "names": _texts([account.id for account in seen]),
        "sellers": _texts([account.seller_id for account in seen]),
        "currencies": _texts([account.currency for account in seen]),
        "kept": _numbers(int(account.tracked) for account in seen),
        "standing": _texts([account.status.value for account in seen]),
        "requires": _numbers(None if delta is None else delta.requires for delta in deltas),
        "credits": _numbers(0 if delta is None else delta.credits_posted for delta in deltas),
        "debits": _numbers(0 if delta is None else delta.debits_posted for delta in deltas),
        "counts": _numbers(0 if delta is None else delta.entries for delta in deltas),
    }


def _transfer_columns(planned: Direct) -> dict[str, str]:
    transfers = [each for batch in planned.batches for each in batch]
    prints = [each.fingerprint for each in transfers]
    digests = [
        digest
        for batch in planned.batches
        for digest in (batch_digest(batch),)
        for _ in range(len(batch))
    ]
    return {
        "ids": _texts([each.id for each in transfers]),
        "kinds": _shared_texts([each.kind.value for each in transfers]),
        "payers": _shared_texts([each.debit for each in transfers]),
        "payees": _shared_texts([each.credit for each in transfers]),
        "amounts": _shared([str(each.amount.minor) for each in transfers]),
        "moneys": _shared_texts([each.amount.currency for each in transfers]),
        "refs": _texts([each.ref for each in transfers]),
        "sales": _texts([each.sale_id for each in transfers]),
        "leads": _texts([each.lead_id for each in transfers]),
        "prints": _texts(prints),
        "digests": "{}" if digests == prints else _shared_texts(digests),
        "effective": _instants([each.effective_at for each in transfers]),
        "bodies": _texts([lines.transfer_text(each) for each in transfers]),
    }


def _line_columns(planned: Direct) -> dict[str, str]:
    made = planned.lines
    places = {account.id: str(place) for place, account in enumerate(planned.seen, start=1)}
    moving = [each for batch in planned.batches for each in batch]
    in_order = [line.transfer for line in made] == moving  # one line each, as of most charges
    return {
        "line_places": _shared([places[line.account] for line in made]),
        "line_transfers": "{}" if in_order else _texts([line.transfer.id for line in made]),
        "line_amounts": _shared([str(line.amount) for line in made]),
        "line_laters": _numbers([line.later for line in made]),
        "line_rests": _numbers([line.rest for line in made]),
        "line_effective": _instants([line.transfer.effective_at for line in made]),
    }


# Arrays as PostgreSQL writes them: the driver takes ten times as long to make them of lists. Where
# all values are the same, which none of them may lack, one stands for all; where there are none,
# none does.


def _shared(written: list[str]) -> str:
    first = written[0]
    return "{" + (first if written.count(first) == len(written) else ",".join(written)) + "}"


def _shared_texts(texts: list[str]) -> str:
    return _texts(texts[:1] if texts.count(texts[0]) == len(texts) else texts)


def _instants(values: list[datetime]) -> str:
    written: dict[datetime, str] = {}  # mostly there is one, or a few
    return _shared([written.get(at) or written.setdefault(at, at.isoformat()) for at in values])


def _numbers(values: Iterable[int | None]) -> str:
    return "{" + ",".join(["NULL" if each is None else str(each) for each in values]) + "}"


def _texts(texts: Sequence[str | None]) -> str:
    if None not in texts:
        # All of them in one go; NUL, which no text of PostgreSQL holds, is put between them.
        joined = _NUL.join(texts)  # type: ignore[arg-type]  # none of them is None
        if joined.count(_NUL) == len(texts) - 1:
            return "{" + _quoted(joined).replace(_NUL, '","') + "}"
    if texts.count(None) == len(texts):
        return "{}"
    return "{" + ",".join(map(_quoted, texts)) + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_NUL = "\0"
