"""What programs that come in need of a store: their keys, answers kept for them, hooks.

Beside `leadcore.ports.Store`, which every adapter has; a store that serves programs has these too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from leadcore.accounts import Account, Seller
from leadcore.api_keys import ApiKey
from leadcore.decider import Versioned
from leadcore.hooks import Hook
from leadcore.kept_answers import KeptAnswer
from leadcore.people import User
from leadcore.values import AccountId, SellerId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from leadcore.hooks import Telling

__all__ = [
    "HookFacts",
    "HookNeeds",
    "KeyFacts",
    "KeyNeeds",
    "OnceFacts",
    "OnceNeeds",
    "Programs",
]


@frozen(kw_only=True)
class KeyNeeds:
    """One key, the seller, and a user it is or will be of."""

    seller_id: SellerId
    key_id: str
    user_id: UserId | None = None


@frozen(kw_only=True)
class KeyFacts:
    """One key; the seller and the user who were asked for."""

    key: Versioned[ApiKey | None]
    seller: Seller | None
    user: User | None


@frozen(kw_only=True)
class HookNeeds:
    """One hook, and the account whose events it is to be told; None for all of the seller's."""

    hook_id: str
    account_id: AccountId | None = None


@frozen(kw_only=True)
class HookFacts:
    """One hook; the account where one was asked for and is there."""

    hook: Versioned[Hook | None]
    account: Account | None = None


@frozen(kw_only=True)
class OnceNeeds:
    """What a use case needs, and the answer that may be kept for the key it came with."""

    answer_id: str
    inner: Any


@frozen(kw_only=True)
class OnceFacts:
    """The use case's facts, and the kept answer; where there is one the facts are not loaded."""

    kept: KeptAnswer | None
    inner: Any = field(default=None)


class Programs(Protocol):
    """What a store tells and keeps for programs, sync."""

    def api_key(self, token: str) -> tuple[ApiKey | None, User | None]:
        """Give the key of a token, by the token's digest, and the key's user."""
        ...

    def api_keys(
        self, seller_id: SellerId, account_id: AccountId | None = None
    ) -> tuple[ApiKey, ...]:
        """Give the keys of an account's users, or of all of the seller's, by id."""
        ...

    def kept_answer(self, answer_id: str) -> KeptAnswer | None:
        """Give an answer that was kept."""
        ...

    def forget_answers(self, before: datetime) -> int:
        """Forget answers given before an instant; give how many."""
        ...

    def hooks(self, seller_id: SellerId, account_id: AccountId | None = None) -> tuple[Hook, ...]:
        """Give the open hooks of an account, or all of the seller's, by id."""
        ...

    def hook(self, hook_id: str) -> Hook | None:
        """Give a hook."""
        ...

    def prepare_hooks(self, *, at: datetime) -> None:
        """Get ready: what happened before is not told. Done once, and then costs nothing."""
        ...

    def spread(self, *, at: datetime, limit: int = 256) -> int:
        """Make the tellings of events nobody looked at yet; give how many were looked at.

        An event and all its tellings are one transaction: none is lost, none made twice. Before
        `prepare_hooks` there is nobody to tell, and nothing is looked at.
        """
        ...

    def take_tellings(
        self, *, at: datetime, until: datetime, limit: int = 50, seller_id: SellerId | None = None
    ) -> tuple[Telling, ...]:
        """Give tellings that are due and put them off until an instant, so that one tries each.

        Whoever dies while trying leaves them due then.

        Args:
            at: now.
            until: from then on they are due again.
            limit: at most so many.
            seller_id: only this seller's, with whose secret they are signed; None for everybody's.
        """
        ...

    def settle_telling(self, telling: Telling, *, claim: datetime) -> bool:
        """Keep what became of a try, by whoever still has the telling.

        Args:
            telling: as it is now; as it was, to give it back untried.
            claim: until when it was put off by `take_tellings`. Where it is due at another instant
                by now, somebody else took it, and nothing is written.

        Returns:
            Was it kept?
        """
        ...

    def tellings(self, hook_id: str, limit: int = 50) -> Sequence[Telling]:
        """Give a hook's tellings, newest first."""
        ...
