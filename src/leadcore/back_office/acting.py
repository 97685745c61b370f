"""Run a use case on somebody's behalf, so that who did it is on record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.accounts import prepaid_owner
from leadcore.errors import NotFound
from leadcore.logins.deeds import Actor, deeds_of
from leadcore.ports import UseCase
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.balances import Transfer
    from leadcore.decider import Change
    from leadcore.outcomes import Outcome
    from leadcore.values import AccountId

__all__ = ["By"]

A_co = TypeVar("A_co", covariant=True)


@frozen(kw_only=True)
class By(Generic[A_co]):
    """A use case, and on whose behalf it is run: what it changes is recorded as deeds.

    Nothing is recorded of what changes nothing. Run again after a lost answer, it changes nothing.
    Whatever the use case itself asks, nobody changes another seller's things, and no user another
    account's: for them it is not there.

    Attributes:
        actor: on whose behalf.
        case: what is done; any use case.
        act: an id from the caller, fresh for each act.
        at: when.
    """

    actor: Actor
    case: UseCase[Any, Any, A_co]
    act: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> Any:  # noqa: ANN401 - each use case has needs of its own
        """Whatever the use case needs."""
        return self.case.needs

    def decide(self, facts: Any) -> Outcome[A_co]:  # noqa: ANN401 - the same
        """Say what follows, and who did it; raises what the use case raises.

        Raises:
            NotFound: it would change something behind the actor's walls.
        """
        outcome = self.case.decide(facts)
        self._check_walls(outcome)
        changed = tuple(_changed(outcome))
        made = deeds_of(self.actor, self.act, _did(self.case), changed, self.at)
        return replace(outcome, deeds=(*outcome.deeds, *made))

    def _check_walls(self, outcome: Outcome[Any]) -> None:
        actor = self.actor
        for change in outcome.changes:
            name = "id" if change.kind == "seller" else "seller_id"
            seller = getattr(change.state, name, actor.seller_id)
            mine = actor.account_id in {None, _account_of(change) or actor.account_id}
            if seller != actor.seller_id or not mine:
                raise NotFound(change.kind, change.id)
        for transfer in outcome.transfers:
            owners = _owners(transfer)
            if owners and actor.account_id not in {None, *owners}:
                raise NotFound("transfer", transfer.id)


def _did(case: object) -> str:
    command = getattr(case, "command", None)
    name = type(case).__name__
    return name if command is None else f"{name}.{type(command).__name__}"


def _changed(outcome: Outcome[Any]) -> Iterator[tuple[Change | str, AccountId | None]]:
    for change in outcome.changes:
        yield change, _account_of(change)
    if outcome.changes:
        return  # the transfers follow from them, and name them
    for transfer in outcome.transfers:
        for owner in _owners(transfer):
            yield transfer.id, owner


def _owners(transfer: Transfer) -> tuple[AccountId, ...]:
    """Give whose prepaid balances a transfer moves."""
    owners = (prepaid_owner(transfer.debit), prepaid_owner(transfer.credit))
    return tuple(dict.fromkeys(each for each in owners if each is not None))


def _account_of(change: Change) -> AccountId | None:
    state = change.state
    if change.kind == "account":
        found: AccountId = state.id
        return found
    holder = getattr(state, "sale", None) or getattr(state, "reservation", None) or state
    account_id: AccountId | None = getattr(holder, "account_id", None)
    return account_id
