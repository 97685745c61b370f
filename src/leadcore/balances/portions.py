"""What lots are made of: a lot, a part of one, what a debit took, and stacks of parts.

What a debit took is a stack: a refund takes parts off its top and its reversal puts them back, so
that giving back and taking again is no change at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances.consumption import LotKind
from leadcore.balances.transfers import TransferKind
from leadcore.values import instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Debt",
    "GivenBack",
    "Held",
    "Lot",
    "Part",
    "Taken",
    "covered",
    "left_of",
    "popped",
    "pushed",
    "total",
]


@frozen(kw_only=True)
class Lot:
    """Cash or bonus of one funding; amounts in minor units of the account's currency.

    Attributes:
        id: the id of the transfer that made it.
        kind: cash or bonus.
        made_by: the kind of that transfer.
        funded, remaining: what came, and what is left of it; never below zero.
        expired: what promo expiries took of it.
        repaid: what adjustments took that name it: bonus made good from its cash.
        seq: the number of the entry that made it.
        funded_at: the business time (UTC) it came.
        expires_at: the first instant (UTC) a bonus is past; None for never.
        ref: what it belongs to: of a bonus, the funding it was given for.
        actor: who booked it.
    """

    id: str
    kind: LotKind
    made_by: TransferKind
    funded: int
    remaining: int
    expired: int = 0
    repaid: int = 0
    seq: int
    funded_at: datetime = field(converter=instant)
    expires_at: datetime | None = field(default=None, converter=optional_instant)
    ref: str | None = None
    actor: str | None = None

    def has_expired(self, at: datetime) -> bool:
        """Is its time over? At exactly `expires_at` it is."""
        return self.expires_at is not None and self.expires_at <= at


@frozen
class Part:
    """So much of one lot; of none where `lot` is None: that much is owed."""

    lot: str | None
    amount: int


@frozen(kw_only=True)
class Debt:
    """What a debit took that no lot covered and nothing has paid off since.

    Attributes:
        transfer_id, seq: the debit and its line.
        amount: what is still owed; above zero.
        cash_only: must it be paid off with cash?
    """

    transfer_id: str
    seq: int
    amount: int
    cash_only: bool


@frozen(kw_only=True)
class Taken:
    """What the debit of line `seq` took and no refund gave back, in the order of taking.

    Attributes:
        cash_only: might it take cash only?
    """

    seq: int
    parts: tuple[Part, ...]
    cash_only: bool = False


@frozen(kw_only=True)
class Held:
    """An open hold: what it reserves, for which account, and the lot its `ref` names."""

    amount: int
    to: str
    ref: str | None = None


@frozen(kw_only=True)
class GivenBack:
    """What a refund gave back and no reversal took again.

    Attributes:
        of: the debit it gave back.
        seq: the refund's line.
        parts: in the order they were given back.
    """

    of: str
    seq: int
    parts: tuple[Part, ...]


def left_of(lots: Iterable[Lot], kind: LotKind) -> int:
    """Give what is left of the lots of a kind."""
    return sum(lot.remaining for lot in lots if lot.kind is kind)


def total(parts: Iterable[Part]) -> int:
    """Sum parts up."""
    return sum(part.amount for part in parts)


def pushed(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    """Put a part on top, one with the part there where it is of the same lot."""
    if not part.amount:
        return parts
    if parts and parts[-1].lot == part.lot:
        return (*parts[:-1], Part(part.lot, parts[-1].amount + part.amount))
    return (*parts, part)


def popped(parts: tuple[Part, ...], amount: int) -> tuple[tuple[Part, ...], list[Part]]:
    """Take an amount off the top; give what is left and what was taken, the topmost first."""
    taken: list[Part] = []
    while parts and amount:
        part = parts[-1]
        took = min(part.amount, amount)
        taken.append(Part(part.lot, took))
        parts = pushed(parts[:-1], Part(part.lot, part.amount - took))
        amount -= took
    return parts, taken


def covered(parts: tuple[Part, ...], name: str, amount: int) -> tuple[Part, ...]:
    """Put a lot in the place of what is owed, from the bottom up."""
    made: tuple[Part, ...] = ()
    for part in parts:
        paid = min(amount, part.amount) if part.lot is None else 0
        amount -= paid
        made = pushed(pushed(made, Part(name, paid)), Part(part.lot, part.amount - paid))
    return made
