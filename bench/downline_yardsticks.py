"""Other ways to keep a tree in SQL, each with its own tables, on the same people and leads.

Each does with the driver's own cursor what `leadcore_sqlalchemy` does through its layers; but a
single check, which takes no longer than those layers do, goes through them for all: the same
connection, the same kind of statement, one each. A page's rows are read as states by the same
function. What each needs beside the parent links is kept in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, column, text

from bench.downline_load import ACCOUNT, SELLER
from leadcore_sqlalchemy import states
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bench.downline_load import People

__all__ = ["Closure", "Cte", "Ltree", "Yardstick"]

PAGE = 50


class Yardstick:
    """One way, on a driver's connection that commits each statement unless told otherwise."""

    name = ""
    table = ""
    columns: tuple[str, ...] = ()
    below = ""
    """The condition that `holder_id` stands below `:viewer`, or is the viewer."""
    single = ""
    """The statement that gives a row where `:one` stands below `:viewer`."""

    def __init__(self, driver: Any, people: People, *, postgres: bool) -> None:
        self.driver, self.people, self.postgres = driver, people, postgres
        self.asked = Statement(text(self.single).columns(column("found", Integer)))
        self.prepare()

    def prepare(self) -> None:
        """Make and fill the tables."""

    def run(self, words: str, **given: Any) -> list[tuple[Any, ...]]:
        """Run one statement."""
        if self.postgres:
            for name in given:
                words = words.replace(f":{name}", f"%({name})s")
        cursor = self.driver.cursor()
        try:
            cursor.execute(words, given)
            return cursor.fetchall() if cursor.description else []
        finally:
            cursor.close()

    def fill(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write the rows of `table` in bulk."""
        names = ", ".join(self.columns)
        if self.postgres:
            with self.driver.cursor().copy(f"COPY {self.table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        self.run("BEGIN")
        places = ", ".join("?" * len(self.columns))
        words = f"INSERT INTO {self.table} ({names}) VALUES ({places})"  # noqa: S608 # our own names
        self.driver.executemany(words, rows)
        self.run("COMMIT")

    def check(self, one: str, viewer: str) -> bool:
        """Say whether one stands below the viewer."""
        return one != viewer and bool(self.run(self.single, one=one, viewer=viewer))

    def ask(self, connection: Connection, one: str, viewer: str) -> bool:
        """Say it through the layers that ours goes through."""
        return bool(self.asked.rows(connection, {"one": one, "viewer": viewer}))

    def page(self, viewer: str, column: str, *, falling: bool) -> list[Any]:
        """Give the first page a viewer sees, sorted by a column."""
        way = "DESC" if falling else "ASC"
        words = (
            f"SELECT data FROM leadcore_leads WHERE seller_id = '{SELLER}'"  # noqa: S608 # our own words
            f" AND holder_account_id = '{ACCOUNT}' AND holder_id IN ({self.below})"
            f" ORDER BY {column} {way}, id {way} LIMIT {PAGE}"
        )
        return [states.load_state("lead", row[0]) for row in self.run(words, viewer=viewer)]

    def move(self, user: str, above: str) -> None:
        """Move somebody with the downline, unless that makes a circle."""
        self.run("BEGIN")
        if user == above or self.check(above, user):
            self.run("ROLLBACK")
            return
        words = "UPDATE leadcore_users SET parent_id = :above WHERE id = :user"
        self.run(words, user=user, above=above)
        self.carry(user, above)
        self.run("COMMIT")

    def carry(self, user: str, above: str) -> None:
        """Let the tables follow a move."""

    def join(self, user: str, above: str) -> None:
        """Take somebody in."""
        self.run("BEGIN")
        self.run(
            "INSERT INTO leadcore_users (id, seller_id, account_id, parent_id, enabled, version,"  # noqa: S608 # our own words
            f" data) VALUES (:user, '{SELLER}', '{ACCOUNT}', :above, true, 1, '{{}}')",
            user=user,
            above=above,
        )
        self.enter(user, above)
        self.run("COMMIT")

    def enter(self, user: str, above: str) -> None:
        """Let the tables follow who joins."""


class Cte(Yardstick):
    """Nothing but the parent links: recursive queries, up for one check and down for a page."""

    name = "recursive CTE"
    below = (
        "WITH RECURSIVE people(id) AS (SELECT id FROM leadcore_users WHERE id = :viewer"
        " UNION ALL SELECT users.id FROM people"
        " JOIN leadcore_users AS users ON users.account_id = 'account'"
        " AND users.parent_id = people.id) SELECT id FROM people"
    )

    single = (
        "WITH RECURSIVE up(id) AS (SELECT parent_id FROM leadcore_users WHERE id = :one"
        " UNION ALL SELECT users.parent_id FROM up JOIN leadcore_users AS users"
        " ON users.id = up.id WHERE up.id <> :viewer)"
        " SELECT 1 FROM up WHERE id = :viewer LIMIT 1"
    )


class Closure(Yardstick):
    """A row for each pair of which one stands below the other, and for each with themselves."""

    name = "closure table"
    table, columns = "bench_closure", ("above", "below")
    below = "SELECT below FROM bench_closure WHERE above = :viewer"
    single = "SELECT 1 FROM bench_closure WHERE above = :viewer AND below = :one"

    def prepare(self) -> None:
        """Write every pair."""
        names, parents = self.people.names, self.people.parents
        ids = 'text COLLATE "C"' if self.postgres else "text"
        self.run(f"CREATE TABLE bench_closure (above {ids}, below {ids})")

        def pairs() -> Iterable[tuple[str, str]]:
            for number, name in enumerate(names):
                one = number
                while one >= 0:
                    yield names[one], name
                    one = parents[one]

        self.fill(pairs())
        self.run("CREATE UNIQUE INDEX bench_closure_down ON bench_closure (above, below)")
        self.run("CREATE INDEX bench_closure_up ON bench_closure (below, above)")
        self.run("ANALYZE bench_closure")

    def carry(self, user: str, above: str) -> None:
        """Unlink the downline from those above, and link it with the new ones."""
        self.run(
            "DELETE FROM bench_closure WHERE below IN (SELECT below FROM bench_closure"
            " WHERE above = :user) AND above IN (SELECT above FROM bench_closure"
            " WHERE below = :user AND above <> :user)",
            user=user,
        )
        self.run(
            "INSERT INTO bench_closure (above, below) SELECT up.above, down.below"
            " FROM bench_closure AS up CROSS JOIN bench_closure AS down"
            " WHERE up.below = :above AND down.above = :user",
            user=user,
            above=above,
        )

    def enter(self, user: str, above: str) -> None:
        """Link the new one with everybody above."""
        self.run(
            "INSERT INTO bench_closure (above, below)"
            " SELECT above, :user FROM bench_closure WHERE below = :above",
            user=user,
            above=above,
        )
        self.run("INSERT INTO bench_closure (above, below) VALUES (:user, :user)", user=user)


class Ltree(Yardstick):
    """PostgreSQL's own paths with a GiST index."""

    name = "ltree"
    table, columns = "bench_ltree", ("id", "path")
    below = (
        "SELECT people.id FROM bench_ltree AS people WHERE people.path <@"
        " (SELECT path FROM bench_ltree WHERE id = :viewer)"
    )
    single = (
        "SELECT 1 FROM bench_ltree AS one, bench_ltree AS viewer"
        " WHERE one.id = :one AND viewer.id = :viewer AND one.path <@ viewer.path"
    )

    def prepare(self) -> None:
        """Write every path."""
        names, parents = self.people.names, self.people.parents
        self.run("CREATE EXTENSION IF NOT EXISTS ltree")
        self.run('CREATE TABLE bench_ltree (id text COLLATE "C" PRIMARY KEY, path ltree)')
        paths: list[str] = []

        def rows() -> Iterable[tuple[str, str]]:
            for number, name in enumerate(names):
                paths.append(f"{paths[parents[number]]}.{name}" if number else name)
                yield name, paths[-1]

        self.fill(rows())
        self.run("CREATE INDEX bench_ltree_path ON bench_ltree USING gist (path)")
        self.run("ANALYZE bench_ltree")

    def carry(self, user: str, above: str) -> None:
        """Give the downline new paths."""
        self.run(
            "UPDATE bench_ltree AS people SET path = (SELECT path FROM bench_ltree"
            " WHERE id = :above) || subpath(people.path, nlevel(old.path) - 1)"
            " FROM (SELECT path FROM bench_ltree WHERE id = :user) AS old"
            " WHERE people.path <@ old.path",
            user=user,
            above=above,
        )

    def enter(self, user: str, above: str) -> None:
        """Write a path."""
        self.run(
            "INSERT INTO bench_ltree (id, path) SELECT :user, path || text2ltree(:user)"
            " FROM bench_ltree WHERE id = :above",
            user=user,
            above=above,
        )
