"""On whose behalf the command acts: a store that records every use case as somebody's deed."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

from leadcore.back_office import By
from leadcore.logins import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadcore.ports import Store, UseCase
    from leadcore.values import SellerId

__all__ = ["DEFAULT_ACTOR", "act_as", "acting"]

DEFAULT_ACTOR = "staff"
"""Who acts where nobody says: no name that the machine knows, which may be a person's."""

_SOURCE = "cli"
_actor: ContextVar[str] = ContextVar("_actor", default=DEFAULT_ACTOR)

A = TypeVar("A")


def act_as(name: str) -> None:
    """Say who acts from here on, in this process.

    Raises:
        ValueError: it is not one line.
    """
    Actor.staff(cast("SellerId", ""), name)
    _actor.set(name)


def acting(store: Store, seller_id: SellerId, fresh: Callable[[], tuple[str, Any]]) -> Store:
    """Give the store as the one who acts uses it: every use case is recorded.

    Args:
        store: where.
        seller_id: whose staff acts.
        fresh: gives a fresh id and the instant, for each use case.
    """
    actor = Actor.staff(seller_id, _actor.get(), _SOURCE)
    return cast("Store", _Acting(store, actor, fresh))


class _Acting:
    """A store but for what it runs; `plain` is the store itself."""

    def __init__(self, store: Store, actor: Actor, fresh: Callable[[], tuple[str, Any]]) -> None:
        self.plain = store
        self._actor, self._fresh = actor, fresh

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self.plain, name)

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Run a use case on behalf of whoever acts."""
        return self.plain.run(self._by(case))

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in one transaction, each recorded."""
        return self.plain.run_many([self._by(case) for case in cases])

    def _by(self, case: UseCase[Any, Any, A]) -> By[A]:
        act, at = self._fresh()
        return By(actor=self._actor, case=case, act=act, at=at)
