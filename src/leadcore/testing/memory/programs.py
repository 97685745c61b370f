"""What the reference store tells and keeps for programs; see `leadcore.ports.programs.Programs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.hooks import concerned, tellings_of
from leadcore.ports.feeds import KEPT_IN
from leadcore.ports.programs import HookFacts, KeyFacts, OnceFacts
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from leadcore.api_keys import ApiKey
    from leadcore.hooks import Hook, Telling
    from leadcore.kept_answers import KeptAnswer
    from leadcore.people import User
    from leadcore.ports.programs import HookNeeds, KeyNeeds, OnceNeeds
    from leadcore.values import AccountId, SellerId

__all__ = ["ProgramRows", "hook_facts", "key_facts", "once_facts"]


class ProgramRows(Rows):
    """Keys, kept answers and hooks, in memory.

    Attributes:
        answers: by id, what was kept for who asks again.
        spread_to: by stream, how many of its events were looked at; None before the first time.
        told: by id, every telling.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, KeptAnswer] = {}
        self.spread_to: dict[tuple[str, str], int] | None = None
        self.told: dict[str, Telling] = {}

    def api_key(self, token: str) -> tuple[ApiKey | None, User | None]:
        """Give the key of a token, by the token's digest, and the key's user."""
        for key, _ in self.every("api_key"):
            if key.token == token:
                return key, self.user(key.user_id)
        return None, None

    def api_keys(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[ApiKey, ...]:
        """Give the keys of an account's users, or of all of the seller's, by id."""
        return tuple(
            key
            for key, _ in self.every("api_key")
            if key.seller_id == seller_id and account_id in {None, key.account_id}
        )

    def kept_answer(self, answer_id: str) -> KeptAnswer | None:
        """Give an answer that was kept."""
        return self.answers.get(answer_id)

    def forget_answers(self, before: datetime) -> int:
        """Forget answers given before an instant; give how many."""
        kept = {key: each for key, each in self.answers.items() if each.at >= before}
        gone = len(self.answers) - len(kept)
        self.answers = kept
        return gone

    def hooks(self, seller_id: SellerId, account_id: AccountId | None = None) -> tuple[Hook, ...]:
        """Give the open hooks of an account, or all of the seller's, by id."""
        return tuple(
            hook
            for hook, _ in self.every("hook")
            if hook.seller_id == seller_id
            and hook.closed_at is None
            and account_id in {None, hook.account_id}
        )

    def hook(self, hook_id: str) -> Hook | None:
        """Give a hook."""
        found: Hook | None = self.row("hook", hook_id).state
        return found

    def prepare_hooks(self, *, at: datetime) -> None:  # noqa: ARG002 - the port's own
        """Get ready: what happened before is not told."""
        if self.spread_to is None:
            self.spread_to = {place: len(events) for place, events in self.events.items()}

    def spread(self, *, at: datetime, limit: int = 256) -> int:
        """Make the tellings of events nobody looked at yet; give how many were looked at."""
        seen = self.spread_to
        if seen is None:
            return 0
        waiting = [
            (*place, number)
            for place, events in sorted(self.events.items())
            for number in range(seen.get(place, 0) + 1, len(events) + 1)
        ][:limit]
        for kind, key, number in waiting:
            seen[kind, key] = number
            state = self.row(kind, key).state
            seller_id = state.id if kind == "seller" else getattr(state, "seller_id", None)
            if kind in KEPT_IN or seller_id is None:
                continue
            event = self.events[kind, key][number - 1]
            made = tellings_of(
                self.hooks(seller_id),
                f"{kind}.{type(event).__name__}",
                (kind, key, number),
                concerned(kind, state),
                at=at,
                happened=getattr(event, "at", None),
            )
            self.told = {each.id: each for each in made} | self.told
        return len(waiting)

    def take_tellings(
        self, *, at: datetime, until: datetime, limit: int = 50, seller_id: SellerId | None = None
    ) -> tuple[Telling, ...]:
        """Give tellings that are due, and put them off until an instant."""
        due = [
            each
            for each in self.told.values()
            if each.due_at is not None and each.due_at <= at and seller_id in {None, each.seller_id}
        ]
        due.sort(key=lambda each: (each.due_at, each.id))
        self.told |= {each.id: replace(each, due_at=until) for each in due[:limit]}
        return tuple(due[:limit])

    def settle_telling(self, telling: Telling, *, claim: datetime) -> bool:
        """Keep what became of a try, by whoever still has the telling; say whether it was kept."""
        if self.told[telling.id].due_at != claim:
            return False
        self.told[telling.id] = telling
        return True

    def tellings(self, hook_id: str, limit: int = 50) -> tuple[Telling, ...]:
        """Give a hook's tellings, newest first."""
        found = [each for each in self.told.values() if each.hook_id == hook_id]
        found.sort(key=lambda each: (each.at, each.id), reverse=True)
        return tuple(found[:limit])


def key_facts(needs: KeyNeeds, rows: Rows) -> KeyFacts:
    """Give one key, and the seller and user who were asked for."""
    return KeyFacts(
        key=rows.row("api_key", needs.key_id),
        seller=rows.seller(needs.seller_id),
        user=rows.user(needs.user_id) if needs.user_id else None,
    )


def hook_facts(needs: HookNeeds, rows: Rows) -> HookFacts:
    """Give one hook."""
    account = rows.row("account", needs.account_id).state if needs.account_id else None
    return HookFacts(hook=rows.row("hook", needs.hook_id), account=account)


def once_facts(needs: OnceNeeds, rows: Rows, load: Callable[[Any, Rows], Any]) -> OnceFacts:
    """Give a kept answer, or else the facts of the use case."""
    kept = rows.kept_answer(needs.answer_id) if isinstance(rows, ProgramRows) else None
    return OnceFacts(kept=kept, inner=None if kept else load(needs.inner, rows))
