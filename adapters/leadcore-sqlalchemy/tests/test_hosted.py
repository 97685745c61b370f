"""A store on a connection that a host holds: with the host's transaction, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.errors import Conflict
from leadcore.notices import Message, MessageKind
from leadcore.submissions import Channel
from leadcore_sqlalchemy import engine, statements, upgrade
from leadcore_sqlalchemy.hosted import HostedStore, borrowing

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


class Host(HostedStore):
    """A program with one connection of its own, which begins and ends by itself."""

    def __init__(self, file):
        super().__init__(turns=3)
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.heard = []
        self._engine = borrowing("sqlite3", lambda: self.connection)

    def _lent(self):
        return self._engine.connect()

    def _within(self):
        return self.connection.in_transaction

    def _hear(self, outcome):
        self.heard.append(outcome)

    @contextmanager
    def _atomic(self):
        begins, ends, undoes = (
            ("SAVEPOINT ours", "RELEASE ours", "ROLLBACK TO ours")
            if self._within()
            else ("BEGIN", "COMMIT", "ROLLBACK")
        )
        self.connection.execute(begins)
        try:
            yield
        except BaseException:
            self.connection.execute(undoes)
            raise
        self.connection.execute(ends)


@pytest.fixture
def host(tmp_path):
    made = engine(f"sqlite:///{tmp_path / 'host.db'}")
    upgrade(made)
    made.dispose()
    found = Host(tmp_path / "host.db")
    found.connection.execute("CREATE TABLE theirs (name TEXT)")
    yield found
    found.connection.close()


def naming(name="S"):
    return bo.SetSellerTerms(seller_id="s", terms=SellerTerms(name=name), at=AT)


def test_it_is_there_when_the_host_commits_and_gone_when_it_does_not(host):
    for ends, there in (("ROLLBACK", 0), ("COMMIT", 1)):
        host.connection.execute("BEGIN")
        host.connection.execute("INSERT INTO theirs VALUES ('a')")
        host.run(naming())
        assert host.seller("s").terms.name == "S"
        host.connection.execute(ends)
        assert (host.seller("s") is not None) == bool(there)
        assert host.connection.execute("SELECT count(*) FROM theirs").fetchone() == (there,)
    host.run(naming())
    assert len(host.heard) == 2  # the third changed nothing
    with host.reading() as reader:
        assert reader.seller("s").terms.name == "S"


def test_what_may_pass_is_the_hosts_within_its_transaction(host, monkeypatch):
    left, rows = [1], statements.Statement.rows

    def failing(statement, connection, values):
        if left[0]:
            left[0] -= 1
            raise Conflict("injected")
        return rows(statement, connection, values)

    monkeypatch.setattr(statements.Statement, "rows", failing)
    host.run(naming())
    assert (left, host.seller("s").terms.name) == ([0], "S")
    host.connection.execute("BEGIN")
    left[0] = 1
    with pytest.raises(Conflict):
        host.run(naming("other"))
    host.connection.execute("COMMIT")
    assert host.seller("s").terms.name == "S"


def test_messages_of_the_hosts_own_wait_in_the_outbox_once(host):
    host.run(naming())
    note = Message(
        id="1", kind=MessageKind.COURTESY, channel=Channel.EMAIL, to="ada@example.com",
        to_person=False, subject="Hello", body="A lead.", seller_id="s", at=AT,
    )  # fmt: skip
    host.tell(note)
    host.tell(note)
    host.tell()
    assert host.messages() == (note,)


def test_only_connections_it_was_written_for_are_borrowed():
    with pytest.raises(ValueError, match="MySQLdb"):
        borrowing("MySQLdb", lambda: None)
