"""What a store tells and keeps for programs; see `leadcore.ports.programs.Programs`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from leadcore_sqlalchemy import programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.api_keys import ApiKey
    from leadcore.hooks import Hook, Telling
    from leadcore.kept_answers import KeptAnswer
    from leadcore.people import User
    from leadcore.values import AccountId, SellerId
    from leadcore_sqlalchemy.retries import Turns

__all__ = ["ProgramStore"]

A = TypeVar("A")
P = ParamSpec("P")


class ProgramStore(ABC):
    """What `Programs` asks of a store, sync; a subclass says on which connection."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    @abstractmethod
    def _write(self, work: Callable[[Connection, Turns], A]) -> A:
        """Do the work in a transaction, again on a conflict."""

    def api_key(self, token: str) -> tuple[ApiKey | None, User | None]:
        """Give the key of a token, by the token's digest, and the key's user."""
        return self._read(programs.api_key, token)

    def api_keys(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[ApiKey, ...]:
        """Give the keys of an account's users, or of all of the seller's, by id."""
        return self._read(programs.api_keys, seller_id, account_id)

    def kept_answer(self, answer_id: str) -> KeptAnswer | None:
        """Give an answer that was kept."""
        return self._read(programs.kept_answer, answer_id)

    def forget_answers(self, before: datetime) -> int:
        """Forget answers given before an instant; give how many."""
        return self._write(lambda connection, _: programs.forget_answers(connection, before))

    def hooks(self, seller_id: SellerId, account_id: AccountId | None = None) -> tuple[Hook, ...]:
        """Give the open hooks of an account, or all of the seller's, by id."""
        return self._read(programs.hooks, seller_id, account_id)

    def hook(self, hook_id: str) -> Hook | None:
        """Give a hook."""
        return self._read(programs.hook, hook_id)

    def prepare_hooks(self, *, at: datetime) -> None:
        """Get ready: what happened before is not told."""
        self._write(lambda connection, _: programs.prepare_hooks(connection, at))

    def spread(self, *, at: datetime, limit: int = 256) -> int:
        """Make the tellings of events nobody looked at yet; give how many were looked at."""
        return self._write(lambda connection, _: programs.spread(connection, at, limit))

    def take_tellings(
        self, *, at: datetime, until: datetime, limit: int = 50, seller_id: SellerId | None = None
    ) -> tuple[Telling, ...]:
        """Give tellings that are due, and put them off until an instant."""
        return self._write(
            lambda connection, _: programs.take_tellings(connection, at, until, limit, seller_id)
        )

    def settle_telling(self, telling: Telling, *, claim: datetime) -> bool:
        """Keep what became of a try, by whoever still has the telling; say whether it was kept."""
        return self._write(
            lambda connection, _: programs.settle_telling(connection, telling, claim)
        )

    def tellings(self, hook_id: str, limit: int = 50) -> tuple[Telling, ...]:
        """Give a hook's tellings, newest first."""
        return self._read(programs.tellings, hook_id, limit)
