"""The store on Django's connections."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from attrs import frozen
from django.conf import settings
from django.db import connections, transaction

from leadcore.notices import Message
from leadcore.outcomes import Outcome
from leadcore.ports import SellerFacts, SellerNeeds
from leadcore_django.connections import lent
from leadcore_django.signals import committed
from leadcore_sqlalchemy.direct import Seen
from leadcore_sqlalchemy.readers import SqlReader
from leadcore_sqlalchemy.retries import TURNS, Turns
from leadcore_sqlalchemy.store import Writes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from sqlalchemy import Connection

    from leadcore.ports import UseCase

__all__ = ["DjangoStore", "store"]

A = TypeVar("A")
P = ParamSpec("P")

_TAKE_TURN = "DELETE FROM leadcore_trees WHERE 1 = 0"
"""Makes a transaction on SQLite a writing one: one that read first could not wait for its turn."""

_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


class _Told:
    """A use case whose outcome is told once the transaction it is part of is committed."""

    def __init__(self, case: UseCase[Any, Any, Any], store: DjangoStore) -> None:
        self._case = case
        self._store = store
        self.needs = case.needs

    def decide(self, facts: Any) -> Outcome[Any]:  # noqa: ANN401 # whatever the case needs
        outcome = self._case.decide(facts)
        if outcome != Outcome(answer=outcome.answer):
            store = type(self._store)
            told = partial(committed.send, sender=store, outcome=outcome, using=self._store.using)
            transaction.on_commit(told, using=self._store.using, robust=True)
        return outcome


@frozen(kw_only=True)
class _Tell:
    """Put messages into the outbox; the same id twice is one message."""

    messages: tuple[Message, ...]
    needs: SellerNeeds

    def decide(self, facts: SellerFacts) -> Outcome[None]:  # noqa: ARG002 # every use case is given some
        """Tell them."""
        return Outcome(answer=None, messages=self.messages)


class DjangoStore(Writes):
    """Keeps leadcore's records in a host's database; implements `leadcore.ports.Store` and `Feed`.

    Outside of `transaction.atomic` every use case is a transaction of its own, tried again when its
    failure may pass. Inside, it is a savepoint of the host's transaction: it is there when that one
    commits, and gone when it is rolled back; a failure that may pass is a `Conflict`, and to try
    the whole transaction again is the host's affair.
    """

    def __init__(self, using: str = "default", *, turns: int = TURNS) -> None:
        """Make a store.

        Args:
            using: the alias of the database.
            turns: how often a transaction of its own is tried before its conflict is the caller's.
        """
        self.using = using
        self._turns = turns
        self._seen = Seen()

    def _within(self) -> bool:
        held = connections[self.using]
        return held.in_atomic_block or not held.get_autocommit()

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
            with transaction.atomic(self.using), lent(self.using) as connection:
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql(_TAKE_TURN)
                return work(connection, turns)

        return self._again(attempt)

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order in one transaction; what they changed is told when it is committed.

        See `leadcore_django.signals.committed`.
        """
        return super().run_many([_Told(case, self) for case in cases])

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit; see `run_many`."""
        answer: A = super().run(_Told(case, self))
        return answer

    def tell(self, *messages: Message) -> None:
        """Put messages of one seller into the outbox, in the host's transaction if there is one.

        It is what a receiver of the host's own signals calls; `leadcore_relay` delivers them.
        """
        if messages:
            self.run(_Tell(messages=messages, needs=SellerNeeds(messages[0].seller_id)))

    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        def attempt(_turns: Turns) -> A:
            with self._moment() as connection:
                return work(connection, *args, **kwargs)

        return self._again(attempt)

    @contextmanager
    def _moment(self, *before: str) -> Generator[Connection]:
        if self._within():
            with lent(self.using) as connection:
                yield connection
        else:
            with transaction.atomic(self.using), lent(self.using) as connection:
                for statement in before:
                    connection.exec_driver_sql(statement)
                yield connection

    @contextmanager
    def reading(self) -> Generator[SqlReader]:
        """Give a reader whose answers are all of one moment: many reads, one transaction.

        Within a host's transaction they are of one moment if the host chose such a level.
        """
        postgres = connections[self.using].vendor == "postgresql"
        with self._moment(*([_ONE_MOMENT] if postgres else [])) as connection:
            yield SqlReader(connection)


@cache
def _store(using: str) -> DjangoStore:
    return DjangoStore(using)


def store(using: str | None = None) -> DjangoStore:
    """Give the store of a database; there is one for each.

    Args:
        using: the alias; None for the one `LEADCORE_DATABASE` names, else `default`.
    """
    return _store(using or getattr(settings, "LEADCORE_DATABASE", "default"))
