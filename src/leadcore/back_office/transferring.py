"""Move money from one account to another of the same seller, because somebody allowed it.

One transfer is a row on both statements. Only unspent cash moves: bonus stays where it was given,
and so does what holds reserve. On the other account it is cash that came from no top-up: it has no
source there that it could be paid back to, and earns no bonus.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.accounts import prepaid_account
from leadcore.balances import Transfer, TransferKind, lots
from leadcore.errors import Malformed, NotFound, Problem
from leadcore.outcomes import LedgerMark, Outcome
from leadcore.ports import StatementFacts, TransferFacts, TransferNeeds
from leadcore.values import AccountId, Money, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.accounts import Seller
    from leadcore.balances import LedgerAccount

__all__ = ["TransferBalance"]


@frozen(kw_only=True)
class TransferBalance:
    """Move cash from an account's balance to another one's.

    Attributes:
        from_account, to_account: two different accounts of the seller.
        key: the idempotency key: the same move always comes with the same one.
        allowed_by: who permitted it; recorded with the transfer.
        reason: why, in words.
    """

    seller_id: SellerId
    from_account: AccountId
    to_account: AccountId
    key: str
    amount: Money
    allowed_by: str
    reason: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> TransferNeeds:
        """The account that pays with its whole statement, and the one that gets it."""
        return TransferNeeds(
            seller_id=self.seller_id, from_account=self.from_account, to_account=self.to_account
        )

    def decide(self, facts: TransferFacts) -> Outcome[Transfer]:
        """Say what follows; a move that was booked before is answered with what was done then.

        Raises:
            NotFound: there is no such account of the seller's.
            Malformed: nobody allowed it, or it says no reason; the accounts are the same; the
                amount is not above zero, of another currency, or more than there is in cash; the
                key was used for another move.
        """
        seller, ledger = _payer(self, facts.source)
        if facts.to is None or facts.to_ledger is None or facts.to.seller_id != seller.id:
            raise NotFound("account", self.to_account)
        problems = tuple(self._problems(ledger.currency))
        if problems:
            raise Malformed(problems)
        transfer = self._transfer()
        for line in facts.source.lines:
            if line.transfer.id == transfer.id:
                return self._again(line.transfer)
        free = lots(facts.source.lines, seller.consumptions).free(self.at)
        most = max(0, min(free.cash, ledger.available))
        if self.amount.minor > most:
            rest = Money(most, self.amount.currency)
            raise Malformed.at("amount", f"is at most what is unspent: {rest} in cash")
        mark = LedgerMark(account=ledger.id, seq=ledger.seq)
        return Outcome(answer=transfer, transfers=(transfer,), unmoved=(mark,))

    def _problems(self, currency: str) -> Iterator[Problem]:
        if self.from_account == self.to_account:
            yield Problem("to_account", "is another account than the one that pays")
        if self.amount.currency != currency:
            yield Problem("amount.currency", f"the account is in {currency}")
        if self.amount.minor <= 0:
            yield Problem("amount", "is above zero")
        for path in ("allowed_by", "reason", "key"):
            if not getattr(self, path).strip():
                yield Problem(path, "is not empty")

    def _transfer(self) -> Transfer:
        # With their lengths, so that no two pairs of account and key make one id.
        name = f"{len(self.from_account)}/{self.from_account}/{len(self.key)}/{self.key}"
        return Transfer(
            id=f"transfer/{name}",
            kind=TransferKind.TRANSFER,
            debit=prepaid_account(self.from_account),
            credit=prepaid_account(self.to_account),
            amount=self.amount,
            actor=self.allowed_by,
            reason=self.reason,
            effective_at=self.at,
        )

    def _again(self, booked: Transfer) -> Outcome[Transfer]:
        if (booked.amount, booked.credit) != (self.amount, prepaid_account(self.to_account)):
            words = f"{self.key!r} was booked before, for {booked.amount} to {booked.credit}"
            raise Malformed.at("key", words)
        return Outcome(answer=booked)


def _payer(case: TransferBalance, facts: StatementFacts) -> tuple[Seller, LedgerAccount]:
    seller, account, ledger = facts.seller, facts.account, facts.ledger
    if seller is None or account is None or ledger is None or account.seller_id != seller.id:
        raise NotFound("account", case.from_account)
    return seller, ledger
