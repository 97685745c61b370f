"""Pages of leads: by any column, both ways, and only those that a scope covers.

No one plan is good for every viewer. Whoever sees few leads has them gathered by owner and sorted;
whoever sees many finds a page among the first of everybody's, along the index of the column. The
wrong plan costs seconds, so it is not left to the database: how much a viewer sees is counted, up
to a limit, and the statement of each plan is written so that only its own index fits.

A walk along an index ends after so many leads. If it did not find a page by then (many people, few
leads, all of them old), and the list is from the newest on, those of the people are looked at who
got the newest leads: each has an instant after which they got none (`holders`), so that it is known
when all others' leads come later in the list. Else all that those people hold is gathered and
sorted, first by the keys alone: never wrong, and slow only there. Who never held a lead is among no
people that are gathered.

Bounds and limits are sent as literals: PostgreSQL plans a statement it was sent several times for
any value, and for any value the wrong plan looks cheaper.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrs import field, fields, frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from leadcore.downline import Reach
from leadcore.ports import LeadQuery, LeadSort
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.moments import Moment, marked
from leadcore_sqlalchemy.paging import behind, past
from leadcore_sqlalchemy.scoped import bounds
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.downline import Scope
    from leadcore.leads import Lead
    from leadcore_sqlalchemy.types import Row

__all__ = ["FEW", "WALKED", "leads"]

FEW = 7_000
"""Whoever sees at most so many leads, of at most so many people, has them gathered: about the root
of a page times a million leads."""

WALKED = 10_000
"""So many leads a walk along an index looks at."""

_SOONER = 5
"""A walk from the newest on is given up so many times sooner: there is a better way than to gather
everything, which takes as long for 50,000 people who hold leads as for so many leads."""

_LIMITS = (10, 25, 50, 100, 250, 500, 1_000)
"""A plain page is asked for with one of these limits, and cut: so few statements are prepared."""

_AGAIN = 4
"""So many people for each lead of a page are looked at, where a page of the newest is wanted."""

_LEADS, _AT = tables.leads, tables.intervals
_COLUMNS = {
    LeadSort.RECEIVED: _LEADS.c.received_at,
    LeadSort.SOLD: _LEADS.c.sold_at,
    LeadSort.NAME: _LEADS.c.name,
    LeadSort.AREA: _LEADS.c.area,
    LeadSort.STATE: _LEADS.c.state,
    LeadSort.STATUS: _LEADS.c.status,
    LeadSort.KIND: _LEADS.c.kind,
    LeadSort.OWNER: _LEADS.c.holder_id,
    LeadSort.PHONE: _LEADS.c.phone,
    LeadSort.EMAIL: _LEADS.c.email,
}
# Written like this, no index fits them.
_SELLER: ColumnElement[str] = func.coalesce(_LEADS.c.seller_id, "")
_HELD = _LEADS.c.holder_id.is_not(None)


def _needs(query: LeadQuery) -> Moment:
    if query.scope is not None:
        return Moment.SEEN
    return Moment.EXECUTED if _page_of(query) is None else Moment.STATED


@marked(_needs)
def leads(connection: Connection, query: LeadQuery) -> tuple[Lead, ...]:
    """Give a page of leads.

    The page after a lead begins where that lead stood, so a list that grows at its beginning, or
    that the lead has left, neither repeats nor leaves out.
    """
    page = _page_of(query)
    if page is not None:
        rows = page.rows(connection, _given(query))[: query.limit]
    else:
        listed = _List.of(connection, query)
        if query.scope is None:
            rows = listed.rows(_LEADS.c.seller_id == query.seller_id)
        else:
            rows = _scoped(listed, query.scope)
    return tuple(states.load_state("lead", row.data) for row in rows)


_PLAIN = {"seller_id", "sort", "reverse", "limit", "after"}
_NARROWER = attrgetter(*(each.name for each in fields(LeadQuery) if each.name not in _PLAIN))
_PAGES: dict[tuple[LeadSort, bool, bool, int], Statement] = {}
"""What the seller's staff looks at all day: everything, by a column, from the top or behind a row.

Building its statement takes SQLAlchemy longer than answering it takes the database.
"""


def _page_of(query: LeadQuery) -> Statement | None:
    """Give the statement of a plain page; None where it is none, or a very long one."""
    place = bisect_left(_LIMITS, query.limit)
    if place == len(_LIMITS) or any(said is not None for said in _NARROWER(query)):
        return None
    shape = (query.sort, query.reverse, query.after is None, _LIMITS[place])
    found = _PAGES.get(shape)
    if found is None:
        whole = _plain(query, first=query.after is None, limit=_LIMITS[place])
        found = _PAGES[shape] = Statement(whole)
    return found


def _given(query: LeadQuery) -> dict[str, Any]:
    last = query.after
    given: dict[str, Any] = {"seller": query.seller_id}
    return given if last is None else {**given, "last_key": last.key, "last_id": last.id}


def _plain(query: LeadQuery, *, first: bool, limit: int) -> Any:  # noqa: ANN401 # a select
    by = _column(query)
    tests = [_LEADS.c.seller_id == bindparam("seller"), by.is_not(None)]
    if not first:
        last = (bindparam("last_key", type_=by.type), bindparam("last_id", type_=_LEADS.c.id.type))
        tests.append(past(query.falling, by, _LEADS.c.id, *last))
    order = _order(by, falling=query.falling[0])
    tests += _filters(query, gathered=False)
    return select(_LEADS.c.data).where(*tests).order_by(*order).limit(_number(limit))


@frozen(kw_only=True)
class _List:
    """A list that was asked for: its order, where it goes on, and what is filtered out."""

    connection: Connection
    query: LeadQuery
    by: ColumnElement[Any]
    falling: bool
    begins: tuple[ColumnElement[bool], ...]
    tests: tuple[ColumnElement[bool], ...] = field(factory=tuple)

    @classmethod
    def of(cls, connection: Connection, query: LeadQuery, *, gathered: bool = False) -> _List:
        """Make it; where it is to be gathered by owner, so that no index of its column fits."""
        by = _unindexed(_column(query)) if gathered else _column(query)
        return cls(
            connection=connection,
            query=query,
            by=by,
            falling=query.falling[0],
            begins=tuple(behind(query, by, _LEADS.c.id)),
            tests=(by.is_not(None), *_late(query), *_filters(query, gathered=gathered)),
        )

    def rows(self, *where: ColumnElement[bool]) -> list[Row]:
        """Give the page's rows."""
        return self._sorted(select(_LEADS.c.data), *where, *self.tests, limit=self.query.limit)

    def sifted(self, *where: ColumnElement[bool]) -> list[Row]:
        """Give the page's rows where very many fit: sorted by their keys, and only then read."""
        keys = select(_LEADS.c.id).where(*where, *self.tests, *self.begins)
        page = keys.order_by(*self._order()).limit(_number(self.query.limit))
        found = select(_LEADS.c.data).where(_LEADS.c.id.in_(page)).order_by(*self._order())
        return list(self.connection.execute(found))

    def gathered(self, *where: ColumnElement[bool]) -> list[Row]:
        """Give the page's rows where few fit: found by owner, then sorted."""
        return type(self).of(self.connection, self.query, gathered=True).rows(*where)

    @property
    def from_newest(self) -> bool:
        """Is it the first page of a list of the newest leads, of those who got the newest?"""
        query = self.query
        late = query.overdue_at is not None or query.duty_by is not None
        return query.sort.newest_first and self.falling and not late and query.after is None

    def _order(self) -> list[ColumnElement[Any]]:
        return _order(self.by, falling=self.falling)

    def _sorted(self, found: Any, *where: ColumnElement[bool], limit: int) -> list[Row]:  # noqa: ANN401 # a select
        found = found.where(*where, *self.begins).order_by(*self._order())
        return list(self.connection.execute(found.limit(_number(limit))))

    def horizon(self) -> tuple[ColumnElement[bool], ...] | None:
        """Give the test that ends a walk after so many leads; None where there are not so many."""
        most = WALKED // _SOONER if self.from_newest else WALKED
        key = select(self.by, _LEADS.c.id).offset(_number(most))
        ends = (*_late(self.query), *_dated(self.query, self.by))
        known = (_LEADS.c.seller_id == self.query.seller_id, self.by.is_not(None), *ends)
        found = self._sorted(key, *known, limit=1)
        if not found:
            return None
        here, there = tuple_(self.by, _LEADS.c.id), tuple_(found[0][0], found[0][1])
        return (here >= there if self.falling else here <= there,)


def _order(by: ColumnElement[Any], *, falling: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if falling else column for column in (by, _LEADS.c.id)]


def _column(query: LeadQuery) -> Any:  # noqa: ANN401 # a column of whatever it holds
    """Give the column a list is sorted by."""
    if query.overdue_at is not None:
        return _LEADS.c.untried_until
    return _COLUMNS[query.sort] if query.duty_by is None else _LEADS.c.duty_at


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(int(number)))


def _late(query: LeadQuery) -> Iterator[ColumnElement[bool]]:
    if query.overdue_at is not None:
        yield _LEADS.c.untried_until < query.overdue_at
    if query.duty_by is not None:
        yield _LEADS.c.duty_at <= query.duty_by
        if query.duty_after is not None:
            yield _LEADS.c.duty_at > query.duty_after


def _dated(query: LeadQuery, by: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    """Give what of a query says where in a list by this column its leads stand."""
    when: Any = _COLUMNS[query.sort if query.sort.newest_first else LeadSort.RECEIVED]
    if when is by:
        yield from _between(when, query)


def _between(when: ColumnElement[Any], query: LeadQuery) -> Iterator[ColumnElement[bool]]:
    if query.since is not None:
        yield when >= query.since
    if query.until is not None:
        yield when < query.until


def _unindexed(column: Any) -> Any:  # noqa: ANN401 # a column of whatever it holds
    """Give a column as no index has it, where one of an account's leads begins with it.

    SQLite would walk all of the account's leads by it, to sort none.
    """
    return func.coalesce(column, column) if column is _LEADS.c.sold_at else column


def _filters(query: LeadQuery, *, gathered: bool) -> list[ColumnElement[bool]]:
    when: Any = _COLUMNS[query.sort if query.sort.newest_first else LeadSort.RECEIVED]
    when = _unindexed(when) if gathered else when
    tests: list[ColumnElement[bool]] = [when.is_not(None), *_between(when, query)]
    if query.statuses is not None:
        tests.append(_LEADS.c.status.in_(sorted(status.value for status in query.statuses)))
    if query.kind is not None:
        tests.append(_LEADS.c.kind == query.kind.value)
    if query.text is not None:
        tests.append(_LEADS.c.search.contains(query.text.casefold(), autoescape=True))
    return tests


def _scoped(listed: _List, seen: Scope) -> list[Row]:
    if seen.reach is Reach.NOTHING:
        return []
    reach, interval = seen.reach, None
    if reach is Reach.DOWNLINE:
        interval = bounds(listed.connection, seen)
        reach = Reach.OWN if interval is None else reach
    named: ColumnElement[bool] | None
    if reach is Reach.OWN:
        named = owned = _LEADS.c.holder_id == seen.user_id
    elif interval is None:
        named = owned = _HELD
    else:
        named = _named(listed.connection, seen, *interval)
        owned = _below(*interval)
    held = _LEADS.c.holder_account_id == seen.account_id
    mine = _SELLER == listed.query.seller_id  # noqa: SIM300 # a test in SQL
    if named is not None and _few(listed.connection, held, named):
        # Whoever sees all of the account finds the page along any index of it.
        page = listed.rows if reach is Reach.ACCOUNT else listed.gathered
        return page(held, named, mine)
    walked = _walked(listed, held, owned)
    if walked:
        return walked
    if interval is None:
        return listed.sifted(held, owned, mine)
    recent = _recent(listed, seen, *interval, held, mine) if listed.from_newest else None
    everybody = _held_by(listed.connection, seen, *interval)
    return recent or listed.sifted(held, everybody, mine)


def _walked(listed: _List, held: ColumnElement[bool], owned: ColumnElement[bool]) -> list[Row]:
    """Give the page, if a walk along the column's index fills it.

    Whether somebody sees a lead is written so that no index fits it, and that PostgreSQL takes it
    for true of nearly all: else it thinks that hardly any fit, and reads and sorts all of the walk
    instead of ending it with the page.
    """
    horizon = listed.horizon()
    seen = case((and_(held, owned), _number(1))).is_not(None)
    where = (_LEADS.c.seller_id == listed.query.seller_id, seen, *(horizon or ()))
    rows = listed.rows(*where)
    return rows if horizon is None or len(rows) >= listed.query.limit else []


def _recent(
    listed: _List, seen: Scope, low: int, high: int, *where: ColumnElement[bool]
) -> list[Row] | None:
    """Give the page, if it is found among the leads of the people who got the newest.

    Of so many people as the page has leads, each has one, but for what is filtered out: so a page
    of theirs comes before whatever others hold, who got none since.
    """
    people = select(_AT.c.id, _AT.c.newest).where(*_within(seen, low, high))
    newest = people.order_by(_AT.c.newest.desc())
    for most in (min(_AGAIN * listed.query.limit, FEW), FEW):
        found = listed.connection.execute(newest.limit(_number(most + 1))).all()
        if len(found) <= most:
            return None  # few people: gathered in any case
        theirs = _held_by_these(listed.connection, [row.id for row in found[:most]])
        rows = listed.gathered(*where, theirs, _unindexed(listed.by) > found[most].newest)
        if len(rows) == listed.query.limit:
            return rows
        if not rows:
            return None  # what is filtered out is hardly found in more
    return None


def _named(connection: Connection, seen: Scope, low: int, high: int) -> ColumnElement[bool] | None:
    """Test each lead's owner for one of the viewer's people; None where they are not few."""
    within = _within(seen, low, high)
    if not _few(connection, *within):
        return None
    people = select(_AT.c.id).where(*within)
    if connection.dialect.name == "sqlite":
        return _LEADS.c.holder_id.in_(people)
    return _held_by_these(connection, list(connection.execute(people).scalars()))


def _held_by_these(connection: Connection, ids: list[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        return _LEADS.c.holder_id.in_(ids)
    # PostgreSQL would think of joins: many ids sent as one value leave it no choice.
    given = bindparam("people", ids, type_=ARRAY(Text(collation="C")), unique=True)
    return _LEADS.c.holder_id == any_(given)


def _within(seen: Scope, low: int, high: int) -> tuple[ColumnElement[bool], ...]:
    """Say who among a viewer's people ever held a lead."""
    return (
        _AT.c.newest.is_not(None),
        _AT.c.account_id == seen.account_id,
        _AT.c.low >= _number(low),
        _AT.c.low < _number(high),
    )


def _held_by(connection: Connection, seen: Scope, low: int, high: int) -> ColumnElement[bool]:
    """Test each lead's owner for one of very many people, who are looked up one by one.

    Their ids never leave the database; as one array they leave PostgreSQL no choice of a plan.
    """
    people = select(_AT.c.id).where(*_within(seen, low, high))
    if connection.dialect.name == "sqlite":
        return _LEADS.c.holder_id.in_(people)
    ids: Any = func.array(people.scalar_subquery(), type_=ARRAY(Text(collation="C")))
    return _LEADS.c.holder_id == any_(ids)


def _below(low: int, high: int) -> ColumnElement[bool]:
    """Test each lead's owner by id: a subquery for one value, which no plan turns into a join."""
    within = and_(_AT.c.low >= _number(low), _AT.c.low < _number(high))
    one = select(_number(1)).where(_AT.c.id == _LEADS.c.holder_id, within)
    return one.scalar_subquery() == _number(1)


def _few(connection: Connection, *where: ColumnElement[bool]) -> bool:
    some = select(_number(1).label("one")).where(*where).limit(_number(FEW + 1)).subquery()
    number = connection.execute(select(func.count()).select_from(some)).scalar_one()
    return bool(number <= FEW)
