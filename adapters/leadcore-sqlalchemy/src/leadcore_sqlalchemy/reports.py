"""Reports, by one statement each: what `leadcore.dashboard` folds, counted where the rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    case,
    cast,
    column,
    false,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from leadcore.balances import TransferKind
from leadcore.dashboard import (
    IN_TIME,
    DayCount,
    FirstContact,
    LeadCount,
    RateBy,
    RefundRate,
    Spend,
    WhyNot,
    money_account,
    staff_only,
    summary_of_sums,
)
from leadcore.downline import Reach
from leadcore.leads import LeadStatus
from leadcore.refunds import PENDING, RefundStatus
from leadcore.submissions import LeadKind
from leadcore.values import optional_instant
from leadcore_sqlalchemy import tables
from leadcore_sqlalchemy.scoped import bounds
from leadcore_sqlalchemy.types import Id, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.dashboard import Days, ReportQuery, StatementSummary
    from leadcore.downline import Scope

__all__ = [
    "first_contact",
    "lead_counts",
    "leads_by_day",
    "overdue_count",
    "refund_rates",
    "spend",
    "statement_summary",
    "undelivered",
]

_LEADS, _SALES, _REFUNDS = tables.leads, tables.sales, tables.refunds
_ENTRIES, _TRANSFERS = tables.ledger_entries, tables.ledger_transfers


def _when(query: ReportQuery) -> ColumnElement[Any]:
    return _LEADS.c.sold_at if query.of_holder else _LEADS.c.received_at


def _asked(
    connection: Connection, query: ReportQuery, when: ColumnElement[Any] | None = None
) -> Iterator[ColumnElement[bool]]:
    """Give what every lead of a report is; the rule is `dashboard.belongs`."""
    yield ~_LEADS.c.test
    yield from _of(connection, query)
    counted = _when(query) if when is None else when
    if query.kind is not None:
        yield _LEADS.c.kind == query.kind.value
    if query.since is not None:
        yield counted >= query.since
    if query.until is not None:
        yield counted < query.until


def _of(connection: Connection, query: ReportQuery) -> Iterator[ColumnElement[bool]]:
    """Give what those leads are that whoever asks may see."""
    if query.of_holder:
        # Written like this, no index of the seller's fits it: what the account holds is far less.
        yield func.coalesce(_LEADS.c.seller_id, "") == query.seller_id
        account = query.account_id if query.scope is None else query.scope.account_id
        yield _LEADS.c.holder_account_id == account
        yield _LEADS.c.holder_id.is_not(None)
    else:
        yield _LEADS.c.seller_id == query.seller_id
    if query.scope is not None:
        yield from _seen(connection, query.scope)


def _seen(connection: Connection, scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Give what those leads of the scope's account are that its viewer sees."""
    if scope.reach is Reach.NOTHING:
        yield false()
    interval = bounds(connection, scope) if scope.reach is Reach.DOWNLINE else None
    if interval is not None:
        at = tables.intervals
        below = select(at.c.id).where(
            at.c.account_id == scope.account_id, at.c.low >= interval[0], at.c.low < interval[1]
        )
        yield _LEADS.c.holder_id.in_(below)
    elif scope.reach is not Reach.ACCOUNT:
        yield _LEADS.c.holder_id == scope.user_id


def leads_by_day(connection: Connection, query: ReportQuery, days: Days) -> tuple[DayCount, ...]:
    """Count leads by the local day: each day is a range of the index."""
    spans = union_all(
        *(
            select(
                literal(number, Integer).label("number"),
                literal(opens, UtcDateTime).label("opens"),
                literal(closes, UtcDateTime).label("closes"),
            )
            for number, (opens, closes) in enumerate(
                zip(days.starts[:-1], days.starts[1:], strict=True)
            )
        )
    ).subquery("spans")
    when = _when(query)

    def count(*tests: ColumnElement[bool]) -> Any:  # noqa: ANN401 # a number
        within = (when >= spans.c.opens, when < spans.c.closes)
        number = select(func.count()).select_from(_LEADS).where(*within, *tests)
        return number.correlate(spans).scalar_subquery()

    asked = tuple(_asked(connection, query))
    counted = count(*asked)
    if not query.of_holder and query.kind is None:
        # One index alone tells how many there are, and another one how many of them are tests;
        # the test is written as that index has it.
        _, *others = asked
        counted = count(*others) - count(_LEADS.c.test == true(), *others)
    found = connection.execute(select(spans.c.number, counted).order_by(spans.c.number))
    return tuple(DayCount(day=day, leads=row[1]) for day, row in zip(days.days, found, strict=True))


def lead_counts(connection: Connection, query: ReportQuery) -> tuple[LeadCount, ...]:
    """Count leads by status and kind."""
    found = connection.execute(
        select(_LEADS.c.status, _LEADS.c.kind, func.count().label("leads"))
        .where(*_asked(connection, query))
        .group_by(_LEADS.c.status, _LEADS.c.kind)
    )
    counted = {(row.status, row.kind): row.leads for row in found}
    return tuple(
        LeadCount(status=status, kind=kind, leads=counted[status.value, kind.value])
        for status in LeadStatus
        for kind in LeadKind
        if (status.value, kind.value) in counted
    )


def overdue_count(connection: Connection, query: ReportQuery, at: datetime) -> int:
    """Count first contacts that were due before an instant, and that nobody tried."""
    late = select(func.count()).where(_LEADS.c.untried_until < at, *_asked(connection, query))
    return int(connection.execute(late).scalar_one())


def first_contact(connection: Connection, query: ReportQuery) -> FirstContact:
    """Give how soon people were first tried; those that nobody tried come last."""
    after = _LEADS.c.tried_after
    ordered = func.row_number().over(order_by=(after.is_(None), after))
    each = (
        select(
            after.label("after"),
            cast(ordered, BigInteger).label("place"),
            cast(func.count().over(), BigInteger).label("total"),
        )
        .where(
            _LEADS.c.status == LeadStatus.SOLD.value, *_asked(connection, query, _LEADS.c.sold_at)
        )
        .subquery("each_lead")
    )

    def at(percent: int) -> ColumnElement[Any]:
        nearest = (each.c.total * percent + 99) // 100
        return func.max(case((each.c.place == nearest, each.c.after)))

    row = connection.execute(
        select(
            func.count().label("total"),
            func.count(each.c.after).label("tried"),
            func.count(case((each.c.after <= IN_TIME, 1))).label("in_time"),
            at(50).label("median"),
            at(90).label("ninetieth"),
        ).select_from(each)
    ).one()
    return FirstContact(
        tried=row.tried,
        untried=row.total - row.tried,
        in_time=row.in_time,
        median=row.median,
        ninetieth=row.ninetieth,
    )


def undelivered(connection: Connection, query: ReportQuery) -> tuple[WhyNot, ...]:
    """Count why leads were delivered to nobody: the most frequent first, then by reason."""
    staff_only(query)
    # Each database takes the reasons apart by a function of its own; both give key and value.
    if connection.dialect.name == "postgresql":
        each = func.json_each_text(cast(_LEADS.c.why_not, JSON))
    else:
        each = func.json_each(_LEADS.c.why_not)
    parts = each.table_valued(column("key", Text), column("value", Text)).alias("parts")
    found = connection.execute(
        select(
            parts.c.key,
            func.count().label("leads"),
            func.sum(cast(parts.c.value, BigInteger)).label("orders"),
        )
        .select_from(_LEADS.join(parts, true()))
        .where(_LEADS.c.why_not.is_not(None), *_asked(connection, query))
        .group_by(parts.c.key)
    )
    told = [WhyNot(reason=row.key, leads=row.leads, orders=int(row.orders)) for row in found]
    return tuple(sorted(told, key=lambda each: (-each.leads, each.reason)))


def _cohort(query: ReportQuery) -> Iterator[ColumnElement[bool]]:
    """Give what every sale of a cohort is: of the accounts whose money may be seen, by its date."""
    only = money_account(query)
    accounts = tables.accounts
    asked = select(accounts.c.id).where(accounts.c.seller_id == query.seller_id)
    if only is not None:
        asked = asked.where(accounts.c.id == only)
    yield _SALES.c.account_id.in_(asked)
    if query.since is not None:
        yield _SALES.c.sold_at >= query.since
    if query.until is not None:
        yield _SALES.c.sold_at < query.until


def _sales_with(status: tuple[RefundStatus, ...]) -> ColumnElement[Any]:
    within = _REFUNDS.c.status.in_(sorted(each.value for each in status))
    return func.count(case((within, _REFUNDS.c.sale_id)).distinct())


_KEYS: dict[RateBy, ColumnElement[Any]] = {
    RateBy.ACCOUNT: _SALES.c.account_id,
    RateBy.REASON: _REFUNDS.c.reason,
    RateBy.SOURCE: _LEADS.c.source,
}


def refund_rates(connection: Connection, query: ReportQuery, by: RateBy) -> tuple[RefundRate, ...]:
    """Give the rates of returns of a cohort of sales."""
    cohort, key = tuple(_cohort(query)), _KEYS[by]
    sold_by = cast(null(), Id) if by is RateBy.REASON else key
    sold: Any = select(sold_by.label("key"), func.count().label("sold"), *_NONE).where(*cohort)
    asked: Any = select(
        key,
        literal(0, BigInteger),
        func.count(_REFUNDS.c.sale_id.distinct()),
        _sales_with(tuple(PENDING)),
        _sales_with((RefundStatus.APPROVED,)),
    ).where(*cohort)
    sold = sold.select_from(_SALES)
    asked = asked.select_from(_SALES.join(_REFUNDS, _REFUNDS.c.sale_id == _SALES.c.id))
    if by is RateBy.SOURCE:
        sold = sold.join(_LEADS, _LEADS.c.id == _SALES.c.lead_id)
        asked = asked.join(_LEADS, _LEADS.c.id == _SALES.c.lead_id)
    if by is not RateBy.REASON:
        sold = sold.group_by(key)
    sums: dict[str | None, list[int]] = {}
    for row in connection.execute(sold.union_all(asked.group_by(key))):
        before = sums.setdefault(row[0], [0, 0, 0, 0])
        sums[row[0]] = [old + int(new) for old, new in zip(before, row[1:], strict=True)]
    (total, *_) = sums.pop(None, [0])
    return tuple(
        RefundRate(key=name, sold=total or own, asked=asked_, pending=pending, returned=returned)
        for name, (own, asked_, pending, returned) in sorted(_named(sums))
    )


_NONE = tuple(literal(0, BigInteger).label(name) for name in ("asked", "pending", "returned"))


def _named(sums: dict[str | None, list[int]]) -> Iterator[tuple[str, list[int]]]:
    for name, counts in sums.items():
        if name is not None:
            yield name, counts


_MOVES = (
    TransferKind.CHARGE,
    TransferKind.CAPTURE,
    TransferKind.REFUND,
    TransferKind.REFUND_REVERSAL,
)


def spend(connection: Connection, query: ReportQuery) -> tuple[Spend, ...]:
    """Give what was spent on a cohort of sales, by account and currency."""
    cohort, by = tuple(_cohort(query)), (_SALES.c.account_id, _SALES.c.currency)
    sold = (
        select(*by, literal("sold").label("what"), func.count().label("number"))
        .where(*cohort)
        .group_by(*by)
    )
    returned = (
        select(*by, literal("returned"), func.count(_REFUNDS.c.sale_id.distinct()))
        .join(_REFUNDS, _REFUNDS.c.sale_id == _SALES.c.id)
        .where(_REFUNDS.c.status == RefundStatus.APPROVED.value, *cohort)
        .group_by(*by)
    )
    same = (_TRANSFERS.c.lead_id == _SALES.c.lead_id) & (_TRANSFERS.c.sale_id == _SALES.c.id)
    moved = (
        select(*by, _TRANSFERS.c.kind, func.sum(_TRANSFERS.c.amount))
        .join(_TRANSFERS, same)
        .where(_TRANSFERS.c.kind.in_([kind.value for kind in _MOVES]), *cohort)
        .group_by(*by, _TRANSFERS.c.kind)
    )
    found: dict[tuple[Any, str], dict[str, int]] = {}
    for account_id, currency, what, number in connection.execute(union_all(sold, returned, moved)):
        found.setdefault((account_id, currency), {})[what] = int(number)
    return tuple(_spend(key, found[key]) for key in sorted(found))


def _spend(key: tuple[Any, str], told: dict[str, int]) -> Spend:
    charge, capture, refund, reversal = (told.get(kind.value, 0) for kind in _MOVES)
    return Spend(
        account_id=key[0],
        currency=key[1],
        sold=told["sold"],
        kept=told["sold"] - told.get("returned", 0),
        charged=charge + capture,
        refunded=refund - reversal,
    )


def statement_summary(
    connection: Connection,
    ledger_id: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> StatementSummary:
    """Give an account's statement in short; what it held before is read off one line."""
    first, last = optional_instant(since), optional_instant(until)
    mine = _ENTRIES.c.account == ledger_id
    moved: Any = (
        select(_TRANSFERS.c.kind.label("kind"), func.sum(_ENTRIES.c.amount).label("amount"))
        .join(_TRANSFERS, _TRANSFERS.c.id == _ENTRIES.c.transfer_id)
        .where(mine)
        .group_by(_TRANSFERS.c.kind)
    )
    if last is not None:
        moved = moved.where(_ENTRIES.c.recorded_at < last)
    if first is not None:
        moved = moved.where(_ENTRIES.c.recorded_at >= first)
        # What the last line before left; where the window ends before it begins, before its end.
        before = first if last is None else min(first, last)
        left = (
            select(_ENTRIES.c.posted_after)
            .where(mine, _ENTRIES.c.recorded_at < before)
            .order_by(_ENTRIES.c.recorded_at.desc(), _ENTRIES.c.seq.desc())
            .limit(1)
            .scalar_subquery()
        )
        opening = select(cast(null(), Text), cast(func.coalesce(left, 0), BigInteger))
        moved = moved.union_all(opening)
    sums = (
        (None if row.kind is None else TransferKind(row.kind), int(row.amount))
        for row in connection.execute(moved)
    )
    return summary_of_sums(sums, since=first, until=last)
