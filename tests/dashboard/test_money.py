"""Reports on money: rates whose denominator is said, sums that add up, no two currencies in one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import TransferKind
from leadcore.dashboard.money import (
    STATEMENT_PARTS,
    CohortSale,
    Rate,
    RateBy,
    RefundRate,
    Spend,
    StatementSummary,
    fold_refund_rates,
    fold_spend,
    fold_statement,
)
from leadcore.refunds import RefundStatus
from leadcore.values import Money

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
CHARGED = ((TransferKind.CHARGE, 2_500),)
KEPT = CohortSale(account_id="a", currency="USD", source="shop", moved=CHARGED)
BACK = replace(
    KEPT,
    requests=((RefundStatus.DECLINED, "spam"), (RefundStatus.APPROVED, "wrong_number")),
    moved=(*CHARGED, (TransferKind.REFUND, 2_500)),
)
ASKED = replace(KEPT, source="ad", requests=((RefundStatus.UNDER_VERIFICATION, "spam"),))
OTHER = replace(KEPT, account_id="b")


@pytest.mark.parametrize(
    ("rate", "thousandths"),
    [(Rate(0, 7), 0), (Rate(1, 3), 333), (Rate(2, 3), 667), (Rate(1, 2000), 1), (Rate(5, 5), 1000)],
)
def test_a_rate_is_shown_in_thousandths(rate, thousandths):
    assert rate.per_mille == thousandths


def rates(by):
    return {
        each.key: (each.sold, each.asked, each.pending, each.returned)
        for each in fold_refund_rates([KEPT, BACK, ASKED, OTHER], by)
    }


def test_rates_are_by_account_source_and_reason():
    assert rates(RateBy.ACCOUNT) == {"a": (3, 2, 1, 1), "b": (1, 0, 0, 0)}
    assert rates(RateBy.SOURCE) == {"ad": (1, 1, 1, 0), "shop": (3, 1, 0, 1)}
    assert rates(RateBy.REASON) == {"spam": (4, 2, 1, 0), "wrong_number": (4, 1, 0, 1)}
    (first, _) = fold_refund_rates([KEPT, BACK, ASKED, OTHER], RateBy.ACCOUNT)
    assert first == RefundRate(key="a", sold=3, asked=2, pending=1, returned=1)
    assert first.rate == Rate(1, 3)
    for by in RateBy:
        assert fold_refund_rates([], by) == ()


SALES = st.builds(
    CohortSale,
    account_id=st.sampled_from("ab"),
    currency=st.sampled_from(("USD", "EUR")),
    source=st.sampled_from("xy"),
    requests=st.lists(
        st.tuples(st.sampled_from(RefundStatus), st.sampled_from("pq")), max_size=3
    ).map(tuple),
    moved=st.lists(st.tuples(st.sampled_from(TransferKind), st.integers(1, 99)), max_size=4).map(
        tuple
    ),
)


@given(st.lists(SALES, max_size=12))
def test_nothing_is_counted_twice_or_lost(sales):
    for by in (RateBy.ACCOUNT, RateBy.SOURCE):
        found = fold_refund_rates(sales, by)
        assert sum(each.sold for each in found) == len(sales)
        assert sum(each.returned for each in found) == sum(sale.returned for sale in sales)
        assert all(0 <= each.returned <= each.asked <= each.sold for each in found)
    spends = fold_spend(sales)
    assert sum(each.sold for each in spends) == len(sales)
    assert sum(each.sold - each.kept for each in spends) == sum(sale.returned for sale in sales)
    for each in spends:
        mine = [s for s in sales if (s.account_id, s.currency) == (each.account_id, each.currency)]
        sign = {"charge": 1, "capture": 1, "refund": -1, "refund_reversal": 1}
        total = sum(sign.get(kind.value, 0) * minor for s in mine for kind, minor in s.moved)
        assert each.spent == Money(total, each.currency)


def test_a_kept_lead_costs_what_was_spent_on_all():
    (found,) = fold_spend([KEPT, BACK])
    assert found == Spend(
        account_id="a", currency="USD", sold=2, kept=1, charged=5_000, refunded=2_500
    )
    assert found.cost_per_kept == Rate(2_500, 1)
    (none,) = fold_spend([BACK])
    assert (none.spent, none.cost_per_kept) == (Money(0, "USD"), None)


def test_currencies_never_meet():
    found = fold_spend([KEPT, replace(KEPT, currency="EUR")])
    assert [each.currency for each in found] == ["EUR", "USD"]


def line(kind, amount, after):
    entry = SimpleNamespace(recorded_at=AT + after * TICK, amount=amount)
    return SimpleNamespace(entry=entry, transfer=SimpleNamespace(kind=kind))


LINES = (
    line(TransferKind.TOPUP, 10_000, 0),
    line(TransferKind.PROMO_GRANT, 500, 1),
    line(TransferKind.CHARGE, -2_500, 2),
    line(TransferKind.HOLD, 0, 2),
    line(TransferKind.REFUND, 2_500, 3),
    line(TransferKind.ADJUSTMENT, -7, 4),
)


def test_a_statement_is_told_in_short():
    whole = fold_statement(LINES)
    assert whole == StatementSummary(
        payments=10_000, bonuses=500, charges=-2_500, refunds=2_500, others=-7
    )
    assert (whole.opening, whole.closing) == (0, 10_493)
    part = fold_statement(LINES, since=AT + TICK, until=AT + 4 * TICK)
    assert (part.opening, part.closing) == (10_000, 10_500)
    assert (part.since, part.until) == (AT + TICK, AT + 4 * TICK)


@given(
    st.lists(st.tuples(st.sampled_from(TransferKind), st.integers(-9, 9), st.integers(0, 6))),
    st.none() | st.integers(0, 7),
    st.none() | st.integers(0, 7),
)
def test_a_statement_adds_up_wherever_it_is_cut(moves, since, until):
    lines = [line(*each) for each in moves]
    first = None if since is None else AT + since * TICK
    last = None if until is None else AT + until * TICK
    found = fold_statement(lines, since=first, until=last)
    held = sum(each.entry.amount for each in lines if last is None or each.entry.recorded_at < last)
    assert found.closing == held
    if first is not None and last is None:
        assert found.opening == fold_statement(lines, until=first).closing


def test_every_kind_of_transfer_has_its_place():
    parts = {"charges", "refunds", "bonuses", "payments", "others"}
    assert set(STATEMENT_PARTS.values()) < parts
    for kind in TransferKind:
        found = fold_statement([line(kind, 5, 0)])
        assert getattr(found, STATEMENT_PARTS.get(kind, "others")) == found.closing == 5
