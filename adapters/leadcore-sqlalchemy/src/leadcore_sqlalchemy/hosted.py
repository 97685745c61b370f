"""A store on a connection that is somebody else's: what leadcore writes is in their transaction.

A host (a web framework, an application with its own unit of work) holds a connection of a driver
and says when transactions begin and end. `borrowing` makes SQLAlchemy's connection over that very
one; it begins, commits, rolls back and sets up nothing. `HostedStore` is the store on it: within
the host's transaction a use case is a part of that, outside one of its own.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from attrs import frozen
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from leadcore.notices import Message
from leadcore.outcomes import Outcome
from leadcore.ports import SellerNeeds
from leadcore_sqlalchemy.direct import Seen
from leadcore_sqlalchemy.moments import Moment, moment_of
from leadcore_sqlalchemy.readers import SqlReader
from leadcore_sqlalchemy.retries import TURNS, Turns
from leadcore_sqlalchemy.store import Writes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from leadcore.ports import SellerFacts, UseCase

__all__ = ["DRIVERS", "HostedStore", "borrowing"]

A = TypeVar("A")
P = ParamSpec("P")

_URLS = {"psycopg": "postgresql+psycopg://", "sqlite3": "sqlite://"}
_OPTIONS: dict[str, dict[str, Any]] = {"psycopg": {"use_native_hstore": False}}
DRIVERS = frozenset(_URLS)
"""The drivers whose connections may be borrowed."""

_TAKE_TURN = "DELETE FROM leadcore_trees WHERE 1 = 0"
"""Makes a transaction on SQLite a writing one: one that read first could not wait for its turn."""

_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


class _Lent:
    """A driver's connection as far as SQLAlchemy may use it: it ends nothing, sets up nothing."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 # psycopg's or sqlite3's
        self._driver = driver

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # the driver's
        return getattr(self._driver, name)

    def _nothing(self, *_given: object, **_named: object) -> None:
        """Leave to the host what is the host's."""

    # Transactions, and what SQLAlchemy sets on each connection it opens: notices, its own REGEXP.
    add_notice_handler = close = commit = create_function = rollback = _nothing


def borrowing(driver: str, borrow: Callable[[], Any]) -> Engine:
    """Make an engine whose connections are the host's, and stay the host's when they are closed.

    Args:
        driver: one of `DRIVERS`.
        borrow: gives the driver's connection that the host holds at that moment.

    Raises:
        ValueError: leadcore's statements are not written for that driver.
    """
    if driver not in _URLS:
        raise ValueError(f"a connection of {driver} can't be borrowed, of {sorted(DRIVERS)} it can")
    options = _OPTIONS.get(driver, {})
    return create_engine(
        _URLS[driver], creator=lambda: _Lent(borrow()), poolclass=NullPool, **options
    )


class _Heard:
    """A use case whose outcome the store hears of while it is not yet committed."""

    def __init__(self, case: UseCase[Any, Any, Any], hear: Callable[[Outcome[Any]], None]) -> None:
        self._case = case
        self._hear = hear
        self.needs = case.needs

    def decide(self, facts: Any) -> Outcome[Any]:  # noqa: ANN401 # whatever the case needs
        outcome = self._case.decide(facts)
        if outcome != Outcome(answer=outcome.answer):
            self._hear(outcome)
        return outcome


@frozen(kw_only=True)
class _Tell:
    """Put messages into the outbox; the same id twice is one message."""

    messages: tuple[Message, ...]
    needs: SellerNeeds

    def decide(self, facts: SellerFacts) -> Outcome[None]:  # noqa: ARG002 # every use case is given some
        """Tell them."""
        return Outcome(answer=None, messages=self.messages)


class HostedStore(Writes):
    """Keeps leadcore's records on a host's connection; see `leadcore.ports.Store` and `Feed`.

    Outside of the host's transactions every use case is one of its own, tried again when its
    failure may pass. Inside, it is a savepoint: it is there when the host commits, and gone when
    the host rolls back; a failure that may pass is a `Conflict`, and to try the whole transaction
    again is the host's affair.

    A subclass says where the connection is (`_lent`), how a transaction or a savepoint of the host
    begins (`_atomic`), and whether the host is within one (`_within`).
    """

    def __init__(self, *, turns: int = TURNS) -> None:
        """Make a store.

        Args:
            turns: how often a transaction of its own is tried before its conflict is the caller's.
        """
        self._turns = turns
        self._seen = Seen()

    @abstractmethod
    def _lent(self) -> Connection:
        """Give a connection over the one the host holds, for a `with` block."""

    @abstractmethod
    def _atomic(self) -> AbstractContextManager[object]:
        """Begin a transaction of the host's, or a savepoint within one."""

    @abstractmethod
    def _within(self) -> bool:
        """Say whether the host is within a transaction of its own."""

    def _hear(self, outcome: Outcome[Any]) -> None:
        """Hear what a use case changed, before it is committed; for whoever tells it afterwards."""

    def _again(self, attempt: Callable[[Turns], A]) -> A:
        turns = Turns(self._turns)
        if self._within():
            turns = Turns(1)
            turns.first = False  # there is no second: everything is looked up at once
        while True:
            try:
                return attempt(turns)
            except Exception as error:  # noqa: BLE001 # `after` raises what is not worth a turn
                time.sleep(turns.after(error))

    def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        def attempt(turns: Turns) -> A:
            with self._atomic(), self._lent() as connection:
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql(_TAKE_TURN)
                return work(connection, turns)

        return self._again(attempt)

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction, or in one savepoint of the host's."""
        return super().run_many([_Heard(case, self._hear) for case in cases])

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit; see `run_many`."""
        answer: A = super().run(_Heard(case, self._hear))
        return answer

    def tell(self, *messages: Message) -> None:
        """Put messages of one seller into the outbox, in the host's transaction if there is one."""
        if messages:
            self.run(_Tell(messages=messages, needs=SellerNeeds(messages[0].seller_id)))

    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        def attempt(_turns: Turns) -> A:
            seen = moment_of(work, *args, **kwargs) is Moment.SEEN
            before = (_ONE_MOMENT,) if seen else ()
            with self._moment(*before) as connection:
                return work(connection, *args, **kwargs)

        return self._again(attempt)

    @contextmanager
    def _moment(self, *before: str) -> Generator[Connection]:
        if self._within():
            with self._lent() as connection:
                yield connection
        else:
            with self._atomic(), self._lent() as connection:
                if connection.dialect.name == "postgresql":
                    for statement in before:
                        connection.exec_driver_sql(statement)
                yield connection

    @contextmanager
    def reading(self) -> Generator[SqlReader]:
        """Give a reader whose answers are all of one moment: many reads, one transaction.

        Within a host's transaction they are of one moment if the host chose such a level.
        """
        with self._moment(_ONE_MOMENT) as connection:
            yield SqlReader(connection)
