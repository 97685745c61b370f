"""What there would be: leads and money by account, on the terms as they were and as changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, fields, frozen

from leadcore.accounts import prepaid_account
from leadcore.leads import LeadStatus
from leadcore.refunds import RefundStatus
from leadcore.values import AccountId, LeadId
from leadcore.what_if.changes import Changes
from leadcore.what_if.history import History, every_lead, every_refund
from leadcore.what_if.playing import LeftOut, explained, perform
from leadcore.what_if.script import script_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.ports import Store
    from leadcore.values import SellerId

__all__ = ["Figures", "Moved", "Report", "Standings", "standings", "what_if"]


@frozen(kw_only=True)
class Figures:
    """An account's leads and money; amounts in minor units.

    Attributes:
        bought: leads sold to it, whatever became of them.
        returned: those of them that were refunded.
        spent: the prices of all sales.
        refunded: what approved returns gave back.
        balance: what it holds in the end.
    """

    bought: int = 0
    returned: int = 0
    spent: int = 0
    refunded: int = 0
    balance: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Give the sum, figure by figure."""
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in _NAMES})

    def __sub__(self, other: Figures) -> Figures:
        """Give the difference, figure by figure."""
        return Figures(**{name: getattr(self, name) - getattr(other, name) for name in _NAMES})


_NAMES = tuple(entry.name for entry in fields(Figures))


@frozen(kw_only=True)
class Standings:
    """Where a run ended: the figures of each account, and who bought each lead."""

    accounts: dict[AccountId, Figures]
    buyers: dict[LeadId, AccountId | None]

    @property
    def total(self) -> Figures:
        """The sum over all accounts."""
        return sum(self.accounts.values(), Figures())

    @property
    def unsold(self) -> int:
        """How many leads nobody bought: unsold, refused, tests."""
        return sum(buyer is None for buyer in self.buyers.values())


@frozen
class Moved:
    """A lead that another account would have bought, or nobody; or that would not be there."""

    lead_id: LeadId
    before: AccountId | None
    after: AccountId | None


@frozen(kw_only=True)
class Report:
    """The differences between a run on the terms as they were and one on changed terms.

    Attributes:
        before, after: where each ended.
        moved: leads with another buyer, by id.
        unexplained: what the run on the terms as they were could not reproduce of the record. Where
            this is empty, `before` is what was recorded.
        left_out: what was done once and can't be done on the changed terms.
    """

    before: Standings
    after: Standings
    moved: tuple[Moved, ...] = field(default=())
    unexplained: tuple[LeftOut, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def accounts(self) -> dict[AccountId, Figures]:
        """The differences by account, those without any left out."""
        before, after = self.before.accounts, self.after.accounts
        keys = sorted(before.keys() | after.keys())
        found = {key: after.get(key, Figures()) - before.get(key, Figures()) for key in keys}
        return {key: figures for key, figures in found.items() if figures != Figures()}

    @property
    def total(self) -> Figures:
        """The difference in total."""
        return self.after.total - self.before.total


def standings(store: Store, seller_id: SellerId) -> Standings:
    """Count a seller's leads and money in a store."""
    found: dict[AccountId, Figures] = {
        account.id: Figures(balance=store.balance(prepaid_account(account.id)).posted)
        for account in store.accounts(seller_id)
    }
    buyers: dict[LeadId, AccountId | None] = {}
    for lead in every_lead(store, seller_id):
        sale = lead.sale
        buyers[lead.id] = None if sale is None else sale.account_id
        if sale is not None:
            found[sale.account_id] += Figures(
                bought=1,
                returned=int(lead.status is LeadStatus.REFUNDED),
                spent=sale.price.minor,
            )
    for refund in every_refund(store, seller_id):
        if refund.status is RefundStatus.APPROVED:
            found[refund.account_id] += Figures(refunded=refund.amount.minor)
    return Standings(accounts=found, buyers=buyers)


def what_if(history: History, changes: Changes, scratch: Callable[[], Store]) -> Report:
    """Do a seller's whole history again under changed terms, and say what would be different.

    Args:
        history: what was recorded.
        changes: the changed terms.
        scratch: gives an empty store each time it is asked; two are needed, and more where much
            was done at one instant.

    Raises:
        Malformed: the changed terms make no sense; every problem has its path.
    """
    changed = script_of(history, changes)
    base, first = explained(script_of(history, Changes()), scratch)
    second = scratch()
    again = perform(changed, base.order, second)
    before = standings(first, history.seller_id)
    after = standings(second, history.seller_id)
    known = {out.key for out in base.left_out}
    return Report(
        before=before,
        after=after,
        moved=tuple(_moved(before, after)),
        unexplained=base.left_out,
        left_out=tuple(out for out in again.left_out if out.key not in known),
    )


def _moved(before: Standings, after: Standings) -> list[Moved]:
    leads = sorted(before.buyers.keys() | after.buyers.keys())
    found = [Moved(key, before.buyers.get(key), after.buyers.get(key)) for key in leads]
    return [moved for moved in found if moved.before != moved.after]
