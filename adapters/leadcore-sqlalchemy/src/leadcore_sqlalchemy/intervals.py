"""Where users stand in their account's tree, as intervals that SQL can compare.

Parent links are the truth; this is made of them, in the same transaction, and can be made again.
Each user has a label `low`, and whoever stands below has a label between that and the user's
`high`. The labels have 62 bits and there is room between them:

    boss [ left [ low [ right [
    low: 10     20     30     80          high of boss: 900, of left: 80, of low: 80

Who joins gets a label right behind that of the user above, before the next one: nobody else's label
changes. Who moves takes the downline along: those labels change and no others. Only where the room
is used up, labels nearby are spread again, so many that each has a room that grows with their
number; then it is long until that happens again there.

Whoever changes the intervals of an account counts that in its row of `downlines` first: two who do
so at the same time would take the same room.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    Integer,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from leadcore.downline import Tree
from leadcore.people import UserAdded, UserMoved
from leadcore_sqlalchemy import tables
from leadcore_sqlalchemy.holders import fill, keep_leads
from leadcore_sqlalchemy.statements import Many, Statement, inserting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from leadcore.decider import Change
    from leadcore.values import AccountId, UserId

__all__ = ["audit_intervals", "follow", "join", "move", "rebuild", "tree_among"]

_SPAN = 1 << 62
_ROOM = 16
"""A spread leaves each label so much room times the number of labels spread."""
_NEAR, _WIDER = 16, 4
_BATCH = 5_000

_AT, _USERS, _TURNS = tables.intervals, tables.users, tables.downlines
_SAME = (_AT.c.id == _USERS.c.id) & (_AT.c.account_id == _USERS.c.account_id)
_account = _AT.c.account_id == bindparam("account_id")
_low, _high = bindparam("low", type_=BigInteger), bindparam("high", type_=BigInteger)


def _count_for(dialect: Any) -> Statement:  # noqa: ANN401 # a module of SQLAlchemy's
    made = dialect.insert(_TURNS).values(id=bindparam("id"), changes=1)
    again = {"changes": _TURNS.c.changes + 1}
    return Statement(made.on_conflict_do_update(index_elements=[_TURNS.c.id], set_=again))


_COUNT = {"postgresql": _count_for(postgresql), "sqlite": _count_for(sqlite)}
_BEHIND = _AT.alias("behind")
_READ = Statement(
    select(
        _AT.c.id,
        _AT.c.low,
        _AT.c.high,
        select(func.min(_BEHIND.c.low))
        .where(_BEHIND.c.account_id == bindparam("account_id"), _BEHIND.c.low > _AT.c.low)
        .scalar_subquery()
        .label("following"),
    ).where(_AT.c.id.in_([bindparam("id"), bindparam("other")]), _account)
)
_NEXT = Statement(select(func.min(_AT.c.low).label("low")).where(_account, _AT.c.low > _low))
_WITHIN = (_account, _AT.c.low >= _low, _AT.c.low < _high)
_SIZE = Statement(select(func.count().label("size")).select_from(_AT).where(*_WITHIN))
_NAMES = ("id", "account_id", "low", "high")
_INSERT = Statement(inserting(_AT, _NAMES))


def _put_for(dialect: Any) -> Statement:  # noqa: ANN401 # a module of SQLAlchemy's
    made = dialect.insert(_AT).values({name: bindparam(name) for name in _NAMES})
    again = {name: made.excluded[name] for name in _NAMES[1:]}
    return Statement(made.on_conflict_do_update(index_elements=[_AT.c.id], set_=again))


_PUT = {"postgresql": _put_for(postgresql), "sqlite": _put_for(sqlite)}
_LEFT = Statement(
    select(_AT.c.low)
    .where(_account, _AT.c.low <= _low)
    .order_by(_AT.c.low.desc())
    .limit(bindparam("reach", type_=Integer))
)
_RIGHT = Statement(
    select(_AT.c.low)
    .where(_account, _AT.c.low >= _low)
    .order_by(_AT.c.low)
    .limit(bindparam("reach", type_=Integer))
)
_INSIDE = Statement(
    select(_AT.c.id, _AT.c.low, _AT.c.high).where(_account, _AT.c.low > _low, _AT.c.low < _high)
)
_RELABEL = Statement(
    update(_AT)
    .where(_AT.c.id == bindparam("b_id"))
    .values(low=bindparam("low", type_=BigInteger), high=bindparam("high", type_=BigInteger))
)


def _carry() -> Statement:
    """Give everybody of a downline a new label, evenly from `base` on, in the same order.

    A new label follows from how many labels come first; so does a new end.
    """
    ends = union_all(
        select(_AT.c.id, _AT.c.low.label("at"), literal(1).label("label")).where(*_WITHIN),
        select(_AT.c.id, _AT.c.high, literal(0)).where(*_WITHIN),
    ).subquery()
    # Where an end is also a label, the label does not come before the end.
    line = func.sum(ends.c.label).over(order_by=(ends.c.at, ends.c.label), rows=(None, 0))
    counted = select(ends.c.id, cast(line, BigInteger).label("number")).subquery()
    numbers = (
        select(
            counted.c.id,
            func.min(counted.c.number).label("first"),
            func.max(counted.c.number).label("last"),
        )
        .group_by(counted.c.id)
        .subquery()
    )
    base, step = bindparam("base", type_=BigInteger), bindparam("step", type_=BigInteger)
    return Statement(
        update(_AT)
        .where(_AT.c.id == numbers.c.id)
        .values(low=base + step * (numbers.c.first - 1), high=base + step * numbers.c.last)
    )


_CARRY = _carry()


def _ending() -> Statement:
    """Find who begins up to `low` and ends behind it, before `high`: some of those above.

    No index says where people end, for each move would write it. They are above the one who has
    the label `low`, so they are found by climbing the parent links from there. Where that climb
    comes to somebody who moves, whose link says the new place already, it goes on from the one
    before: those who stand above both.
    """
    moved = bindparam("moved", type_=BigInteger)
    before = select(func.max(_AT.c.low)).where(_account, _AT.c.low < moved).scalar_subquery()
    first = (
        select(_USERS.c.id, _USERS.c.parent_id)
        .join(_AT, _AT.c.id == _USERS.c.id)
        .where(_account, _AT.c.low.in_([_low, before]))
        .cte("above", recursive=True)
    )
    # A union, not of all: links in a circle, which a damaged import may have, end there.
    above = first.union(
        select(_USERS.c.id, _USERS.c.parent_id).where(
            _USERS.c.id == first.c.parent_id, _USERS.c.account_id == bindparam("account_id")
        )
    )
    return Statement(
        select(_AT.c.id, _AT.c.low, _AT.c.high).where(
            _AT.c.id == above.c.id,
            _account,
            _AT.c.low <= _low,
            _AT.c.high > _low,
            _AT.c.high < _high,
        )
    )


_ENDING = _ending()


def _placed(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return select(_AT.c.id, _AT.c.low, _AT.c.high).where(_AT.c.id.in_(ids), _account)


_READ_SOME = Many(_placed)


@frozen
class _Gap:
    """Room for labels: between `low`, right behind which they belong, and `high`."""

    low: int
    high: int
    first: bool

    @property
    def room(self) -> int:
        return self.high - self.low

    def split(self, count: int = 1) -> int:
        """Give where so many labels that come here begin; their room goes to the end.

        The first one below somebody gets most of the room, as in a chain; one more of several
        leaves most of it to the next ones, as in a crowd.
        """
        if self.first:
            return self.low + max(1, self.room >> 3)
        return self.high - max(count, min(self.room >> 1, max(self.room >> 5, count << 16)))


def follow(connection: Connection, changes: Iterable[Change]) -> None:
    """Let the intervals follow what happened to users, in the same transaction."""
    for change in changes:
        if change.kind != "user":
            continue
        for event in change.events:
            user = change.state
            if isinstance(event, UserAdded):
                join(connection, user.account_id, user.id, event.parent_id)
            elif isinstance(event, UserMoved):
                move(connection, user.account_id, user.id, event.parent_id)


def join(
    connection: Connection, account_id: AccountId, user_id: UserId, parent_id: UserId | None
) -> None:
    """Give a new user, whose row is written, a place below another or at the top."""
    _begin(connection, account_id)
    gap, _ = _places(connection, account_id, parent_id)
    if gap is not None and gap.room < _ROOM:
        _spread(connection, account_id, gap, 1, moved=0)
        gap, _ = _places(connection, account_id, parent_id)
    if gap is None:
        # Whoever wrote that user wrote no interval: all of the account's are made anew.
        rebuild(connection, account_id)
        return
    row = {"id": user_id, "account_id": account_id, "low": gap.split(), "high": gap.high}
    _INSERT.change(connection, row)


def move(
    connection: Connection, account_id: AccountId, user_id: UserId, parent_id: UserId | None
) -> None:
    """Move a user with the downline, as the user's row says already."""
    _begin(connection, account_id)
    gap, mine = _places(connection, account_id, parent_id, user_id)
    if mine is None or gap is None:
        rebuild(connection, account_id)
        return
    size = _size(connection, account_id, mine)
    if gap.room < _ROOM * (size + 1):
        _spread(connection, account_id, gap, size, moved=mine[0])
        wider, moved = _places(connection, account_id, parent_id, user_id)
        gap, mine = wider or gap, moved or mine
    base = gap.split(size)
    step = (gap.high - base) // size
    given = {"account_id": account_id, "low": mine[0], "high": mine[1]}
    _CARRY.change(connection, {**given, "base": base, "step": step})


def _begin(connection: Connection, account_id: AccountId) -> None:
    _COUNT[connection.dialect.name].change(connection, {"id": account_id})


def _size(connection: Connection, account_id: AccountId, mine: tuple[int, int]) -> int:
    given = {"account_id": account_id, "low": mine[0], "high": mine[1]}
    return int(_SIZE.row(connection, given).size)


def _places(
    connection: Connection,
    account_id: AccountId,
    parent_id: UserId | None,
    user_id: UserId | None = None,
) -> tuple[_Gap | None, tuple[int, int] | None]:
    """Find the room right behind somebody, and the interval of who moves there.

    It is the room that there is once those who move are gone. No room is behind nobody.
    """
    asked = {"id": parent_id or user_id, "other": user_id or parent_id, "account_id": account_id}
    known = parent_id is not None or user_id is not None
    rows = {row.id: row for row in _READ.rows(connection, asked)} if known else {}
    mine = (rows[user_id].low, rows[user_id].high) if user_id in rows else None
    if parent_id is None:
        low, high, following = 0, _SPAN, _following(connection, account_id, 0)
    elif parent_id in rows:
        low, high, following = rows[parent_id].low, rows[parent_id].high, rows[parent_id].following
    else:
        return None, mine
    if mine is not None and following is not None and mine[0] <= following < mine[1]:
        following = _following(connection, account_id, mine[1] - 1)
    if following is None or following >= high:
        return _Gap(low, high, first=True), mine
    return _Gap(low, following, first=False), mine


def _following(connection: Connection, account_id: AccountId, low: int) -> int | None:
    row = _NEXT.row(connection, {"account_id": account_id, "low": low})
    found: int | None = row.low
    return found


def _spread(
    connection: Connection, account_id: AccountId, gap: _Gap, wanted: int, *, moved: int
) -> None:
    """Spread the labels around a gap, so that as many as are wanted find room in it.

    `moved` is the label of who is to stand there, whose link says so already; 0 for a new one.
    """
    reach = _NEAR
    while True:
        left, right = _around(connection, account_id, gap, reach)
        whole = len(left) <= reach and len(right) <= reach
        start = 0 if len(left) <= reach else left[reach]
        end = _SPAN if len(right) <= reach else right[reach]
        within = [*reversed(left[:reach]), *right[:reach]]
        count = len(within) + 1
        if whole or end - start >= _ROOM * count * max(count, wanted + 1):
            break
        reach *= _WIDER
    step = (end - start) // count
    fresh = [start + step * number for number in range(1, count)]
    given = {"account_id": account_id, "low": start, "high": end}
    bounds = (start, end)
    rows = [
        {
            "b_id": row.id,
            "low": _relabelled(row.low, within, fresh, bounds),
            "high": _relabelled(row.high, within, fresh, bounds),
        }
        for found in (
            _INSIDE.rows(connection, given),
            _ENDING.rows(connection, {**given, "moved": moved}),
        )
        for row in found
    ]
    if rows:
        _RELABEL.change(connection, *rows)


def _around(
    connection: Connection, account_id: AccountId, gap: _Gap, reach: int
) -> tuple[list[int], list[int]]:
    """Give the labels before a gap, nearest first, and those behind it; one more than asked."""
    more = {"account_id": account_id, "reach": reach + 1}
    left = _LEFT.rows(connection, {**more, "low": gap.low})
    right = _RIGHT.rows(connection, {**more, "low": gap.high})
    return [row.low for row in left], [row.low for row in right]


def _relabelled(label: int, old: list[int], new: list[int], bounds: tuple[int, int]) -> int:
    start, end = bounds
    if not start < label < end:
        return label
    # An end that is nobody's label, since whoever stood there moved, goes to the next one's.
    place = bisect_left(old, label)
    return new[place] if place < len(new) else end


def rebuild(connection: Connection, account_id: AccountId | None = None) -> None:
    """Make the intervals of an account, or of all, anew from the parent links.

    Rows that are there stay and get new labels, so that a sale that runs meanwhile finds them.
    """
    wanted = () if account_id is None else (_USERS.c.account_id == account_id,)
    known = select(_USERS.c.account_id).where(*wanted).distinct()
    accounts = [row.account_id for row in connection.execute(known.order_by(_USERS.c.account_id))]
    keep_leads(connection)
    stale = delete(_AT).where(~exists().where(_SAME))
    connection.execute(stale if account_id is None else stale.where(_AT.c.account_id == account_id))
    for each in accounts:
        _begin(connection, each)
        links = select(_USERS.c.id, _USERS.c.parent_id).where(_USERS.c.account_id == each)
        tree = Tree({row.id: row.parent_id for row in connection.execute(links)})
        rows = [
            {"id": user, "account_id": each, "low": low, "high": high}
            for user, low, high in _spaced(tree)
        ]
        for start in range(0, len(rows), _BATCH):
            _PUT[connection.dialect.name].change(connection, *rows[start : start + _BATCH])
    fill(connection, account_id)


def _spaced(tree: Tree) -> Iterator[tuple[UserId, int, int]]:
    step = _SPAN // (len(tree) + 2)
    for number, (user, size) in enumerate(tree.ordered(), start=1):
        yield user, step * number, step * (number + size)


def tree_among(
    connection: Connection, account_id: AccountId, user_ids: Iterable[UserId | None]
) -> Tree:
    """Give who stands below whom among a few users of an account; everybody else is left out.

    Whoever stands below another of them does so in it too, so it answers every question about them
    as the whole tree would, whatever that holds.
    """
    ids = sorted({user for user in user_ids if user is not None})
    rows = _READ_SOME.rows(connection, ids, {"account_id": account_id}) if ids else []
    return Tree(_nested({row.id: (row.low, row.high) for row in rows}))


def _nested(intervals: Mapping[UserId, tuple[int, int]]) -> dict[UserId, UserId | None]:
    """Give for everybody the nearest one above, by what lies in what."""
    parents: dict[UserId, UserId | None] = {}
    above: list[tuple[UserId, int]] = []
    for user, (low, high) in sorted(intervals.items(), key=lambda item: item[1][0]):
        while above and above[-1][1] <= low:
            above.pop()
        parents[user] = above[-1][0] if above else None
        above.append((user, high))
    return parents


def audit_intervals(connection: Connection) -> Iterator[str]:
    """Compare the intervals with the parent links, account by account."""
    found = connection.execute(
        select(_USERS.c.account_id, _USERS.c.id, _USERS.c.parent_id, _AT.c.low, _AT.c.high)
        .select_from(_USERS.outerjoin(_AT, _SAME))
        .order_by(_USERS.c.account_id, _USERS.c.id)
        .execution_options(yield_per=_BATCH)
    )
    for account_id, rows in groupby(found, key=lambda row: row.account_id):
        links, places = {}, {}
        for row in rows:
            links[row.id] = row.parent_id
            if row.low is not None:
                places[row.id] = (row.low, row.high)
        if not _fits(Tree(links), places):
            yield f"account {account_id}: its intervals are not those of its parent links"
    gone = select(_AT.c.id).select_from(_AT.outerjoin(_USERS, _SAME)).where(_USERS.c.id.is_(None))
    for row in connection.execute(gone.order_by(_AT.c.id)):
        yield f"user {row.id}: there is an interval and no such user in its account"


def _fits(tree: Tree, places: Mapping[UserId, tuple[int, int]]) -> bool:
    labels = sorted(low for low, _ in places.values())
    if len(places) != len(tree) or len(set(labels)) != len(labels):
        return False
    parents = _nested(places)
    if any(next(tree.upline(user), None) != parents[user] for user in parents):
        return False
    # Nobody's end lies beyond the end of the one above, and each label in its own interval.
    return all(
        0 < low < high <= (_SPAN if (above := parents[user]) is None else places[above][1])
        for user, (low, high) in places.items()
    )
