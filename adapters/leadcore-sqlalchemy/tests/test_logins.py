"""Log-ins in a database: nothing secret in any row, what was changed is found, one statement."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from leadcore.logins import token_digest
from leadcore.testing.login_play import LoginPlay, perform_logins
from leadcore_sqlalchemy import SqlStore, metadata
from leadcore_sqlalchemy.login_tables import deeds, passwords, sessions

PLAY = LoginPlay(
    steps=(
        *(("invite", 0, 1), ("accept", 0, 3), ("set", 1, 1), ("in", 0, 0), ("in", 1, 1)),
        *(("rehash", 0, 0), ("change", 0, 4), ("forgot", 0, 0), ("reset", 0, 5), ("in", 0, 0)),
        *(("wrong", 1, 0), ("wrong", 1, 1), ("rename", 1, 3), ("disable", 1, 0)),
    )
)


@pytest.fixture
def played(sqlite_engine):
    store = SqlStore(sqlite_engine)
    return store, perform_logins(store, PLAY, every=99)


def rows(store):
    with store.engine.connect() as connection:
        return {
            table.name: repr(connection.execute(select(table)).all())
            for table in metadata.tables.values()
        }


def test_no_password_and_no_token_is_in_any_row(played, caplog):
    store, told = played
    kept = rows(store)
    assert len(told.secrets) > 10
    found = [(name, each) for each in told.secrets for name, text in kept.items() if each in text]
    assert found == []
    assert not [each for each in told.secrets if each in caplog.text]
    hashes = [name for name, text in kept.items() if "$double$" in text]
    assert hashes == ["leadcore_passwords"]


def test_hashes_of_earlier_passwords_are_nowhere(played):
    store, _ = played
    assert rows(store)["leadcore_passwords"].count("$double$") == 2


@pytest.mark.parametrize("changed", ["exchanged", "lost", "of nobody"])
def test_an_exchanged_hash_is_found(played, changed):
    store, _ = played
    assert store.audit() == ()
    with store.engine.begin() as connection:
        if changed == "exchanged":
            connection.execute(update(passwords).values(encoded="$double$v=1$another"))
        elif changed == "lost":
            connection.execute(passwords.delete())
        else:
            connection.execute(passwords.insert().values(id="nobody", encoded="$double$"))
    found = store.audit()
    assert len(found) == (1 if changed == "of nobody" else 2)
    assert all("hash of its password" in each for each in found)


def test_a_deed_of_nothing_is_found(played):
    store, _ = played
    with store.engine.begin() as connection:
        first = connection.execute(select(deeds.c.id).order_by(deeds.c.id)).scalars().first()
        connection.execute(update(deeds).where(deeds.c.id == first).values(stream_id="none"))
    assert store.audit() == (f"deed {first}: what it speaks of is not in the journal",)


def test_a_session_that_was_opened_again_is_found(played):
    store, _ = played
    with store.engine.begin() as connection:
        data = func.replace(sessions.c.data, '"ended":true', '"ended":false')
        connection.execute(update(sessions).where(sessions.c.ended).values(data=data))
    assert any("not the fold of its journal" in each for each in store.audit())


def test_who_comes_in_is_one_statement(played):
    store, _ = played
    counted = []
    store.session(token_digest("a first one, so that a connection is kept"))
    (line,) = store._alone._idle  # the one it will be asked on again
    driver = line.connection.connection.dbapi_connection
    driver.set_trace_callback(counted.append)
    try:
        store.session(token_digest("a token that is no session's"))
    finally:
        driver.set_trace_callback(None)
    (said,) = counted
    assert said.startswith("SELECT")
