from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from leadcore.errors import Conflict, Malformed
from leadcore_sqlalchemy.retries import Turns, is_passing


class Failure(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def postgres(state: str | None, kind=DBAPIError, *, lost: bool = False) -> DBAPIError:
    return kind("…", {}, Failure(state), connection_invalidated=lost)


def sqlite(code: int, kind=OperationalError) -> DBAPIError:
    cause = sqlite3.OperationalError("…")
    cause.sqlite_errorcode = code
    return kind("…", {}, cause)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (Conflict("x"), True),
        (Malformed.at("x", "y"), False),
        (KeyError("x"), False),
        (postgres("40001"), True),
        (postgres("40P01"), True),
        (postgres("23505", IntegrityError), True),
        (postgres("23514", IntegrityError), False),
        (postgres("08006"), True),
        (postgres("57P01"), True),
        (postgres("42P01"), False),
        (postgres(None, OperationalError), True),
        (postgres(None), False),
        (postgres(None, lost=True), True),
        (sqlite(sqlite3.SQLITE_BUSY), True),
        (sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
        (sqlite(sqlite3.SQLITE_LOCKED), True),
        (sqlite(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, IntegrityError), True),
        (sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE, IntegrityError), True),
        (sqlite(sqlite3.SQLITE_CONSTRAINT_CHECK, IntegrityError), False),
        (sqlite(sqlite3.SQLITE_FULL), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error, passing):
    assert is_passing(error) is passing


def test_what_does_not_pass_is_raised_as_it_is():
    wrong = Malformed.at("x", "y")
    with pytest.raises(Malformed) as caught:
        Turns(5).after(wrong)
    assert caught.value is wrong


def test_turns_end_with_a_conflict():
    turns = Turns(3)
    pauses = [turns.after(Conflict("a")), turns.after(postgres("40001"))]
    assert all(0 <= pause <= 0.25 for pause in pauses)
    with pytest.raises(Conflict, match=r"^the database: Failure 40001$"):
        turns.after(postgres("40001"))
    with pytest.raises(Conflict, match="last"):
        Turns(1).after(Conflict("last"))


def test_pauses_grow_but_not_for_ever():
    turns = Turns(40)
    assert max(turns.after(Conflict("x")) for _ in range(39)) <= 0.25


def test_a_conflict_names_the_kind_of_failure_and_quotes_no_row():
    confided = sqlite3.IntegrityError("UNIQUE: ann@example.com")
    confided.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_UNIQUE
    with pytest.raises(Conflict) as caught:
        Turns(1).after(IntegrityError("…", {}, confided))
    assert str(caught.value) == "the database: IntegrityError"
