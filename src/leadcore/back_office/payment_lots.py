"""What an account's lots say about a payment: its bonus, and how much of it may go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.balances import LotKind, lots
from leadcore.outcomes import LedgerMark
from leadcore.payments import BonusFacts, bonus_id, topup_id

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.balances import Lots
    from leadcore.payments import Payment
    from leadcore.ports import PaymentFacts

__all__ = ["bonus_facts", "seen_at", "unspent"]


def _lots(facts: PaymentFacts) -> Lots | None:
    told = facts.statement
    if told is None or told.ledger is None or told.seller is None:
        return None
    return lots(told.lines, told.seller.consumptions)


def bonus_facts(facts: PaymentFacts) -> BonusFacts:
    """Give what is known about bonus; of the payment's own only where a statement was asked for."""
    tiers = facts.seller.funding.tiers if facts.seller else None
    state, held, told = facts.payment.state, _lots(facts), facts.statement
    if state is None or held is None or told is None or told.ledger is None:
        return BonusFacts(tiers=tiers)
    known = {lot.id: lot for lot in held.lots}
    bonus, topup = known.get(bonus_id(state.id)), known.get(topup_id(state.id))
    if bonus is None or topup is None:
        return BonusFacts(tiers=tiers)
    return BonusFacts(
        tiers=tiers,
        left=bonus.remaining,
        outstanding=bonus.funded - bonus.expired - topup.repaid,
        available=told.ledger.available,
    )


def unspent(facts: PaymentFacts, payment: Payment, bonus: int, at: datetime) -> int:
    """Give what may go back at all: neither bonus, nor a credit limit, nor what holds reserve.

    Args:
        facts: with the account's statement.
        payment: whose money goes back.
        bonus: what is reserved beside it of its bonus; what is spent of that is made good in cash.
        at: now.
    """
    held, told = _lots(facts), facts.statement
    if held is None or told is None or told.ledger is None:
        return 0
    free = held.free(at)
    mine = sum(lot.remaining for lot in free.lots if lot.id == bonus_id(payment.id))
    made_good = max(0, bonus - mine)
    cash = sum(lot.remaining for lot in free.lots if lot.kind is LotKind.CASH)
    return max(0, min(told.ledger.available - bonus, cash - made_good))


def seen_at(facts: PaymentFacts) -> tuple[LedgerMark, ...]:
    """Give where the ledger account was that the lots were folded of; it must still be there."""
    told = facts.statement
    if told is None or told.ledger is None:
        return ()
    return (LedgerMark(account=told.ledger.id, seq=told.ledger.seq),)
