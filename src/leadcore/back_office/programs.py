"""Keep what programs come in with and where they are told: keys and hooks."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore import api_keys, hooks
from leadcore.access import Permission
from leadcore.api_keys import (
    ApiKey,
    ApiKeyEvent,
    KeyEdited,
    KeyIssued,
    KeyRevoked,
    key_problems,
)
from leadcore.decider import change, fold
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.hooks import Hook, HookClosed, HookEvent, HookOpened, HookRenewed, hook_problems
from leadcore.outcomes import Outcome
from leadcore.ports.programs import HookFacts, HookNeeds, KeyFacts, KeyNeeds
from leadcore.values import AccountId, SellerId, UserId, instant, optional_instant

__all__ = ["CloseHook", "EditKey", "IssueKey", "OpenHook", "RenewHook", "RevokeKey"]


@frozen(kw_only=True)
class IssueKey:
    """Make a key that acts on behalf of the one who makes it.

    Attributes:
        token: the digest of what lets a program in.
        permissions: what it is for, as `access.Permission` is written.
        within: what the key was given for that whoever asks came in with; None for a person.
    """

    seller_id: SellerId
    key_id: str
    user_id: UserId
    name: str
    token: str = field(repr=False)
    permissions: tuple[str, ...]
    within: frozenset[Permission] | None = None
    expires_at: datetime | None = field(default=None, converter=optional_instant)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> KeyNeeds:
        """The key, the seller, and whose it will be."""
        return KeyNeeds(seller_id=self.seller_id, key_id=self.key_id, user_id=self.user_id)

    def decide(self, facts: KeyFacts) -> Outcome[ApiKey]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such user.
            Malformed: it has no name, or is for what whoever asks may not do.
            WrongState: the id is another key's.
        """
        seen, user, seller = facts.key, facts.user, facts.seller
        if seller is None or user is None or user.seller_id != self.seller_id:
            raise NotFound("user", self.user_id)
        if seen.state is not None:
            # A retry after a commit whose answer was lost finds its own work.
            if (seen.state.token, seen.state.user_id) == (self.token, self.user_id):
                return Outcome(answer=seen.state)
            raise WrongState("IssueKey", "a key with this id exists")
        asked = (self.name, self.permissions, self.expires_at)
        problems = tuple(
            key_problems(*asked, user=user, seller=seller, within=self.within, at=self.at)
        )
        if problems:
            raise Malformed(problems)
        event: ApiKeyEvent = KeyIssued(
            key_id=self.key_id,
            seller_id=self.seller_id,
            account_id=user.account_id,
            user_id=user.id,
            name=self.name,
            token=self.token,
            permissions=self.permissions,
            disables=user.times_disabled,
            expires_at=self.expires_at,
            at=self.at,
        )
        return Outcome(
            answer=api_keys.evolve(None, event),
            changes=change("api_key", self.key_id, seen, (event,), api_keys.evolve),
        )


@frozen(kw_only=True)
class EditKey:
    """Give a key another name and other permissions; what lets a program in stays the same.

    Attributes:
        user_id: the key's user, who may do what it is for; somebody else's key is not there.
        permissions: all that it is for from now on, as `access.Permission` is written.
        within: what the key was given for that whoever asks came in with; None for a person.
        account_id: only one of this account's; None for any of the seller's.
    """

    seller_id: SellerId
    key_id: str
    user_id: UserId
    name: str
    permissions: tuple[str, ...]
    within: frozenset[Permission] | None = None
    account_id: AccountId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> KeyNeeds:
        """The key, the seller, and the key's user."""
        return KeyNeeds(seller_id=self.seller_id, key_id=self.key_id, user_id=self.user_id)

    def decide(self, facts: KeyFacts) -> Outcome[ApiKey]:
        """Say what follows; what is so already changes nothing.

        Raises:
            NotFound: there is no such key, or it is another's.
            Malformed: it has no name, or is for what its user or whoever asks may not do.
            WrongState: it is revoked, or its time is over.
        """
        state = _own(facts, self.seller_id, self.account_id, self.key_id)
        user, seller = facts.user, facts.seller
        if user is None or seller is None or user.id != state.user_id:
            raise NotFound("key", self.key_id)
        if state.revoked_at or (state.expires_at is not None and state.expires_at <= self.at):
            raise WrongState("EditKey", "the key lets nobody in any more")
        asked = (self.name, self.permissions, None)
        problems = tuple(
            key_problems(*asked, user=user, seller=seller, within=self.within, at=self.at)
        )
        if problems:
            raise Malformed(problems)
        same = (state.name, state.permissions) == (self.name, self.permissions)
        event = KeyEdited(name=self.name, permissions=self.permissions, at=self.at)
        events: tuple[ApiKeyEvent, ...] = () if same else (event,)
        return Outcome(
            answer=fold(api_keys.evolve, state, events),
            changes=change("api_key", self.key_id, facts.key, events, api_keys.evolve),
        )


def _own(facts: KeyFacts, seller_id: SellerId, account_id: AccountId | None, key_id: str) -> ApiKey:
    state = facts.key.state
    if state is None or state.seller_id != seller_id or account_id not in {None, state.account_id}:
        raise NotFound("key", key_id)
    return state


@frozen(kw_only=True)
class RevokeKey:
    """End a key; ended already, nothing happens.

    Attributes:
        account_id: only one of this account's; None for any of the seller's.
    """

    seller_id: SellerId
    key_id: str
    account_id: AccountId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> KeyNeeds:
        """The key."""
        return KeyNeeds(seller_id=self.seller_id, key_id=self.key_id)

    def decide(self, facts: KeyFacts) -> Outcome[ApiKey]:
        """Say what follows.

        Raises:
            NotFound: there is no such key, or it is another's.
        """
        state = _own(facts, self.seller_id, self.account_id, self.key_id)
        events: tuple[ApiKeyEvent, ...] = () if state.revoked_at else (KeyRevoked(self.at),)
        return Outcome(
            answer=api_keys.evolve(state, events[0]) if events else state,
            changes=change("api_key", self.key_id, facts.key, events, api_keys.evolve),
        )


@frozen(kw_only=True)
class OpenHook:
    """Be told of events.

    Attributes:
        account_id: whose events; None for all of the seller's.
        plain: is `http` allowed beside `https`?
    """

    seller_id: SellerId
    hook_id: str
    account_id: AccountId | None = None
    url: str
    events: tuple[str, ...]
    plain: bool = False
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> HookNeeds:
        """The hook, and the account whose events it is told."""
        return HookNeeds(hook_id=self.hook_id, account_id=self.account_id)

    def decide(self, facts: HookFacts) -> Outcome[Hook]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such account.
            Malformed: the address or the events are none.
            WrongState: the id is another hook's.
        """
        mine = facts.account is not None and facts.account.seller_id == self.seller_id
        if self.account_id is not None and not mine:
            raise NotFound("account", self.account_id)
        problems = tuple(hook_problems(self.url, self.events, plain=self.plain))
        if problems:
            raise Malformed(problems)
        seen = facts.hook
        if seen.state is not None:
            same = (seen.state.seller_id, seen.state.account_id, seen.state.url, seen.state.events)
            if same == (self.seller_id, self.account_id, self.url, self.events):
                return Outcome(answer=seen.state)
            raise WrongState("OpenHook", "a hook with this id exists")
        event: HookEvent = HookOpened(
            hook_id=self.hook_id,
            seller_id=self.seller_id,
            account_id=self.account_id,
            url=self.url,
            events=self.events,
            at=self.at,
        )
        return Outcome(
            answer=hooks.evolve(None, event),
            changes=change("hook", self.hook_id, seen, (event,), hooks.evolve),
        )


@frozen(kw_only=True)
class _KeepHook:
    """What is done with a hook that is there.

    Attributes:
        account_id: only one of this account's; None for any of the seller's.
    """

    seller_id: SellerId
    hook_id: str
    account_id: AccountId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> HookNeeds:
        """The hook."""
        return HookNeeds(hook_id=self.hook_id)

    def _kept(self, facts: HookFacts, *events: HookEvent) -> Outcome[Hook]:
        state = self._state(facts)
        return Outcome(
            answer=fold(hooks.evolve, state, events),
            changes=change("hook", self.hook_id, facts.hook, events, hooks.evolve),
        )

    def _state(self, facts: HookFacts) -> Hook:
        state = facts.hook.state
        if (
            state is None
            or state.seller_id != self.seller_id
            or self.account_id not in {None, state.account_id}
        ):
            raise NotFound("hook", self.hook_id)
        return state


@frozen(kw_only=True)
class RenewHook(_KeepHook):
    """Give a hook another secret; the one before signs nothing any more."""

    def decide(self, facts: HookFacts) -> Outcome[Hook]:
        """Say what follows.

        Raises:
            NotFound: there is no such hook, or it is another's.
            WrongState: it is closed.
        """
        if self._state(facts).closed_at is not None:
            raise WrongState("RenewHook", "the hook is closed")
        return self._kept(facts, HookRenewed(self.at))


@frozen(kw_only=True)
class CloseHook(_KeepHook):
    """Tell nothing at a hook any more; closed already, nothing happens."""

    def decide(self, facts: HookFacts) -> Outcome[Hook]:
        """Say what follows.

        Raises:
            NotFound: there is no such hook, or it is another's.
        """
        closed = self._state(facts).closed_at is not None
        return self._kept(facts, *(() if closed else (HookClosed(self.at),)))
