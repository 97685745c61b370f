"""Lots on SQL: a statement whole, account refunds guarded by the line they were decided at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.balances import COMMON_TIERS, FundingTerms, TransferKind, lots
from leadcore.errors import Conflict
from leadcore_sqlalchemy import SqlStore
from leadcore_sqlalchemy.commits import commit
from leadcore_sqlalchemy.facts import load


@pytest.fixture
def funded(any_engine, town):
    store = town.build(SqlStore(any_engine), accounts=1, funds=1)
    terms = SellerTerms(name="S", funding=FundingTerms(tiers=COMMON_TIERS))
    store.run(bo.SetSellerTerms(seller_id=town.seller, terms=terms, at=town.at))
    store.run(town.fund(town.account, "p", 30_000))
    return store


def back(town, key="k"):
    return bo.RefundAccount(
        seller_id=town.seller,
        account_id=town.account,
        key=key,
        actor="staff",
        reason="closed",
        at=town.at + timedelta(hours=1),
    )


def test_an_account_refund_leaves_nothing_and_everything_agrees(funded, town):
    funded.post([(town.charge("s", 5_000),)], at=town.at)
    done = funded.run(back(town))
    assert [paid.amount.minor for paid in done.paid] == [25_001]
    assert funded.run(back(town)) == done
    assert (funded.balance(town.ledger).posted, funded.audit()) == (0, ())
    found = lots(funded.statement(town.ledger))
    assert (found.cash, found.bonus, found.posted) == (0, 0, 0)


def test_whoever_was_overtaken_is_refused_and_nothing_is_kept(any_engine, town):
    store = town.build(SqlStore(any_engine), accounts=1, funds=500)
    case = back(town)
    with any_engine.begin() as connection:
        late = case.decide(load(case.needs, connection))
    store.run(town.fund(town.account, "more", 100))
    with pytest.raises(Conflict, match="prepaid:"), any_engine.begin() as connection:
        commit(connection, late)
    assert [paid.amount.minor for paid in store.run(case).paid] == [500, 100]
    assert store.audit() == ()


def test_a_change_behind_the_stores_back_is_told_by_its_lot(funded, town):
    wrong = town.move("x", TransferKind.PROMO_EXPIRY, 4_000, ref=_bonus(funded, town))
    funded.post([(wrong,)], at=town.at)
    (said,) = funded.audit()
    assert said.startswith(f"ledger account {town.ledger}, entry 4: ")
    assert said.endswith("promo_expiry x takes 4000, but its lot had 3000 left")


def test_a_statement_is_read_only_where_a_bonus_is_past(any_engine, town):
    """What is read to find that none is does not grow with the statement."""
    store = town.build(SqlStore(any_engine), accounts=1, funds=100_000)
    tiers = replace(COMMON_TIERS, bonus_hours=24)
    terms = SellerTerms(name="S", funding=FundingTerms(tiers=tiers))
    store.run(bo.SetSellerTerms(seller_id=town.seller, terms=terms, at=town.at))
    store.run(town.fund(town.account, "p", 30_000))
    ends = town.at + timedelta(days=1)
    early = bo.ExpireBonus(
        seller_id=town.seller, account_id=town.account, at=ends - timedelta(microseconds=1)
    )
    few = _rows_read(any_engine, early)
    store.post([(town.charge(f"s{number}", 10),) for number in range(40)], at=town.at)
    assert _rows_read(any_engine, early) == few
    assert store.run(early) == ()
    (taken,) = store.run(replace(early, at=ends))
    assert taken.amount.minor == 2_600
    assert _rows_read(any_engine, replace(early, at=ends)) > few + 40


def _rows_read(sql_engine, case):
    """Count what every statement gives while the facts of a case are loaded."""
    with sql_engine.connect() as connection:
        counted = _Counted(connection)
        load(case.needs, counted)
    return counted.rows


class _Counted:
    """A connection whose cursors count the rows that are fetched, compiled statements' too."""

    def __init__(self, connection) -> None:
        self._connection, self.rows = connection, 0
        self.connection = self

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def cursor(self):
        return _Cursor(self, self._connection.connection.cursor())

    def execute(self, *given):
        found = self._connection.execute(*given).all()
        self.rows += len(found)
        return found


class _Cursor:
    def __init__(self, counted, cursor) -> None:
        self._counted, self._cursor = counted, cursor

    def __getattr__(self, name):
        return getattr(self._cursor, name)

    def fetchall(self):
        found = self._cursor.fetchall()
        self._counted.rows += len(found)
        return found


def _bonus(store, town):
    return next(
        line.transfer.id
        for line in store.statement(town.ledger)
        if line.transfer.kind is TransferKind.PROMO_GRANT
    )
