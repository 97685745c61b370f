"""A database that fails at every statement, and at the commit: before it, and after it."""

from __future__ import annotations

from itertools import takewhile

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from leadcore.back_office import Received
from leadcore.errors import Conflict
from leadcore.ports import LeadQuery
from leadcore_sqlalchemy import SqlStore, later, pipelines, statements
from leadcore_sqlalchemy.statements import Numbered


class Failure(Exception):
    def __init__(self, state: str | None) -> None:
        super().__init__(f"injected {state}")
        self.sqlstate = state


@pytest.fixture
def any_engine(every_engine):
    return every_engine


class Faults:
    """Fails at the statement of a number, or at a commit, so many times.

    What is sent below psycopg's cursors fails on the server itself.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, made) -> None:
        self.seen = 0
        self.at: int | None = None
        self.commit: str | None = None
        self.state: str | None = "40001"
        self.left = 0
        for name in ("rows", "change", "execute"):
            known = getattr(statements.Statement, name)
            monkeypatch.setattr(statements.Statement, name, self.failing(known))
        monkeypatch.setattr(pipelines.Pipe, "run", self.piping(pipelines.Pipe.run))
        monkeypatch.setattr(later, "_by_cursors", self.by_cursors(later._by_cursors))
        monkeypatch.setattr(made.dialect, "do_commit", self.committing(made.dialect.do_commit))

    def fails(self) -> bool:
        """Say whether a statement, which is one more now, fails."""
        self.seen += 1
        if not self.left or self.seen != self.at:
            return False
        self.left -= 1
        self.seen = 0
        return True

    def ends(self, when: str) -> bool:
        """Say whether a commit fails."""
        if not self.left or self.commit != when:
            return False
        self.left -= 1
        return True

    def failing(self, run):
        def failing_or_not(statement, connection, *values):
            if self.fails():
                raise self.error()
            return run(statement, connection, *values)

        return failing_or_not

    def piping(self, run):
        def piping_or_not(pipe, asked, *, ends=False):
            done = list(takewhile(lambda _: not self.fails(), asked))
            sent = done if len(done) == len(asked) else [*done, (self.refusal(), {})]
            if ends and self.ends("before"):
                sent.append((self.refusal(), {}))
            answer = run(pipe, sent, ends=ends)
            if ends and self.ends("after"):
                raise self.lost()
            return answer

        return piping_or_not

    def by_cursors(self, run):
        def failing_or_not(connection, waiting, *, ends):
            if ends and self.ends("before"):
                return [[pipelines.UNDONE] for _ in waiting], self.lost()
            return run(connection, waiting, ends=ends)

        return failing_or_not

    def committing(self, run):
        def failing_or_not(connection) -> None:
            if self.ends("before"):
                raise self.error()
            run(connection)
            if self.ends("after"):
                raise self.error()

        return failing_or_not

    def refusal(self) -> Numbered:
        """Give a statement that PostgreSQL fails with."""
        return Numbered(f"DO $$BEGIN RAISE 'injected' USING ERRCODE = '{self.state}'; END$$")

    def lost(self) -> psycopg.Error:
        """Give what psycopg raises where the answer to a COMMIT does not come."""
        failed = psycopg.OperationalError("injected")
        failed.sqlstate = self.state
        return failed

    def error(self) -> DBAPIError:
        return OperationalError("…", {}, Failure(self.state))


@pytest.fixture
def faults(monkeypatch, any_engine, store) -> Faults:
    return Faults(monkeypatch, any_engine)


def sold_once(store: SqlStore, town) -> None:
    (lead,) = store.leads(LeadQuery(seller_id=town.seller))
    assert lead.sale is not None
    spent = [200_000 - sum(store.balance(f"prepaid:seller/a{n}").posted for n in (0, 1))]
    assert spent == [2_500]
    assert len(store.messages()) == 1
    assert store.audit() == ()


def test_a_sale_survives_a_failure_at_any_of_its_statements(
    any_engine, store, town, faults, emptied
):
    store.run(town.lead(1))
    statements_of_a_sale = faults.seen
    assert statements_of_a_sale > 10
    for number in range(1, statements_of_a_sale + 1):
        for state in ("40001", "40P01"):
            again = town.build(SqlStore(emptied(any_engine)))
            faults.seen, faults.at, faults.left, faults.state = 0, number, 2, state
            answer = again.run(town.lead(1))
            assert (answer.outcome, faults.left) == (Received.ACCEPTED, 0)
            sold_once(again, town)


def test_a_commit_that_failed_is_tried_again(store, town, faults):
    faults.commit, faults.left = "before", 2
    assert store.run(town.lead(1)).outcome is Received.ACCEPTED
    sold_once(store, town)


@pytest.mark.parametrize("state", ["40003", "08006", None])
def test_a_commit_whose_answer_was_lost_is_not_done_twice(store, town, faults, state):
    faults.commit, faults.left, faults.state = "after", 1, state
    answer = store.run(town.lead(1))
    assert answer.outcome is Received.KNOWN
    assert answer.lead.sale is not None
    sold_once(store, town)


def test_a_payment_whose_answer_was_lost_is_one_payment(store, town, faults):
    faults.commit, faults.left, faults.state = "after", 3, "08006"
    store.run(town.fund(town.account, "once", 700))
    assert store.balance(town.ledger).posted == 100_700
    assert store.audit() == ()


def test_what_goes_on_failing_is_the_callers_conflict(any_engine, store, town, faults):
    impatient = SqlStore(any_engine, turns=3)
    faults.at, faults.left, faults.seen = 1, 99, 0
    with pytest.raises(Conflict, match="the database"):
        impatient.run(town.lead(1))
    assert faults.left == 96
    faults.left = 0
    assert store.lead("lead-1") is None


def test_what_is_no_passing_failure_is_raised_at_once(store, town, faults):
    faults.at, faults.left, faults.state, faults.seen = 3, 9, "42P01", 0
    with pytest.raises(DBAPIError, match="injected"):
        store.run(town.lead(1))
    assert faults.left == 8


def test_a_read_survives_a_lost_connection(store, town, faults):
    store.run(town.lead(1))
    faults.seen, faults.at, faults.left, faults.state = 0, 1, 2, "08006"
    assert store.lead("lead-1").sale is not None
    assert faults.left == 0
