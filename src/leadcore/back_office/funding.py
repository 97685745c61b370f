"""Money in and money back: fundings with their bonus, account refunds, bonus whose time is over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.accounts import cash_account, prepaid_account, revenue_account
from leadcore.balances import (
    Consumptions,
    FundingBack,
    LotKind,
    Lots,
    Transfer,
    TransferKind,
    bonus_for,
    lots,
    payable_back,
)
from leadcore.errors import Malformed, NotFound, Problem, WrongState
from leadcore.intervals import elapsed_hours_after
from leadcore.outcomes import LedgerMark, Outcome
from leadcore.payments import payment_of, repaid_id
from leadcore.payments.keys import refund_id
from leadcore.ports import AccountFacts, AccountNeeds, StatementFacts, StatementNeeds
from leadcore.values import AccountId, Money, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.balances import PayableBack

__all__ = ["AccountRefund", "ExpireBonus", "Fund", "PaymentBack", "RefundAccount"]


@frozen(kw_only=True)
class Fund:
    """Put money that came in on an account's balance, with the bonus of the seller's tiers.

    The bonus is a transfer of its own in the same batch, taken from the seller's revenue; it names
    the funding it was given for.

    Attributes:
        key: the idempotency key: the same payment always comes with the same one.
    """

    seller_id: SellerId
    account_id: AccountId
    key: str
    amount: Money
    actor: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AccountNeeds:
        """The account and its balance, and the payment, if it was booked before."""
        return AccountNeeds(self.account_id, self.seller_id, self._transfer_id)

    @property
    def _transfer_id(self) -> str:
        # With its length, so that no two pairs of account and key make one id.
        return f"fund/{len(self.account_id)}/{self.account_id}/{self.key}"

    def decide(self, facts: AccountFacts) -> Outcome[Transfer]:
        """Say what follows; a payment that was booked before is answered with what was done then.

        Raises:
            NotFound: there is no such account.
            Malformed: the amount is not above zero, or of another currency, or the key is empty or
                was used for another amount.
        """
        account = facts.account.state
        if facts.ledger is None or account is None or account.seller_id != self.seller_id:
            raise NotFound("account", self.account_id)
        if not self.key.strip():
            raise Malformed.at("key", "is the payment's own id")
        if self.amount.minor <= 0:
            raise Malformed.at("amount", "is above zero")
        if self.amount.currency != facts.ledger.currency:
            raise Malformed.at("amount.currency", f"the account is in {facts.ledger.currency}")
        if facts.transfer is not None:
            return self._again(facts.transfer)
        transfer = Transfer(
            id=self._transfer_id,
            kind=TransferKind.TOPUP,
            debit=cash_account(self.seller_id),
            credit=prepaid_account(self.account_id),
            amount=self.amount,
            actor=self.actor,
            effective_at=self.at,
        )
        return Outcome(answer=transfer, transfers=(transfer, *self._bonus(facts)))

    def _again(self, booked: Transfer) -> Outcome[Transfer]:
        if booked.amount != self.amount:
            raise Malformed.at("key", f"{self.key!r} was booked before, for {booked.amount}")
        return Outcome(answer=booked)

    def _bonus(self, facts: AccountFacts) -> Iterator[Transfer]:
        tiers = facts.seller.funding.tiers if facts.seller else None
        amount = bonus_for(self.amount, tiers) if tiers else None
        if tiers is None or amount is None or amount.minor == 0:
            return
        hours = tiers.bonus_hours
        yield Transfer(
            id=f"bonus/{self._transfer_id}",
            kind=TransferKind.PROMO_GRANT,
            debit=revenue_account(self.seller_id),
            credit=prepaid_account(self.account_id),
            amount=amount,
            ref=self._transfer_id,
            expires_at=None if hours is None else elapsed_hours_after(self.at, hours),
            actor=self.actor,
            effective_at=self.at,
        )


@frozen
class PaymentBack:
    """What may go back of a payment, all of its bonus having come back."""

    payment_id: str
    amount: Money


@frozen
class AccountRefund:
    """What an account refund moved, in order.

    Attributes:
        transfers: for each funding, oldest first: the bonus taken back, the bonus made good from
            cash, and the money that goes back; `ref` of the latter two is the funding.
        payments: what may go back of payments. Their processor takes it, so nothing of it is booked
            here: run `RepayPayment` with `all_bonus` and `RefundAccount.repayment_id` for each.
    """

    transfers: tuple[Transfer, ...]
    payments: tuple[PaymentBack, ...] = ()

    @property
    def paid(self) -> tuple[Transfer, ...]:
        """The money that goes back; `ref` of each is the funding, its original source."""
        return tuple(t for t in self.transfers if t.kind is TransferKind.ACCOUNT_REFUND)


@frozen(kw_only=True)
class RefundAccount:
    """Pay an account's unspent cash, less bonus, back to where it came from.

    How much of which funding is said by `balances.payable_back`. This books it; the money itself
    is sent by whoever runs it, to the sources the answer names. What came by payments goes back
    through their processors: the answer says how much of which.

    Attributes:
        key: the idempotency key: asked again with it, the answer is what was done then.
        actor: who asks for it.
        reason: why, in words.
    """

    seller_id: SellerId
    account_id: AccountId
    key: str
    actor: str
    reason: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> StatementNeeds:
        """The account and its whole statement."""
        return StatementNeeds(seller_id=self.seller_id, account_id=self.account_id)

    def decide(self, facts: StatementFacts) -> Outcome[AccountRefund]:
        """Say what follows; if the account moves meanwhile, it is decided again.

        What was booked or asked of a processor under this key before is answered as it was then,
        with the payments whose repayment nobody asked for yet.

        Raises:
            NotFound: there is no such account.
            Malformed: the key is empty, nobody asks for it, or it says no reason.
            WrongState: nothing can be paid back; it says why for each funding.
        """
        seen = _seen(self, facts)
        problems = tuple(
            Problem(path, "is not empty")
            for path in ("key", "actor", "reason")
            if not getattr(self, path).strip()
        )
        if problems:
            raise Malformed(problems)
        done = self._done(facts, seen)
        if done is not None:
            return Outcome(answer=done)
        payable = payable_back(seen.lots, self.at, within_hours=seen.refund_hours)
        through = _through(payable, seen.currency)
        if payable.amount == 0:
            raise WrongState("RefundAccount", _why_not(payable))
        transfers = tuple(
            transfer
            for back in payable.fundings
            if back.amount and payment_of(back.funding) is None
            for transfer in self._transfers(back, seen.currency)
        )
        return Outcome(
            answer=AccountRefund(transfers, through),
            transfers=transfers,
            unmoved=(seen.mark,) if transfers else (),
        )

    @property
    def repayment_id(self) -> str:
        """The id of the repayment of each payment that the answer names."""
        return refund_id(self.key)

    def _done(self, facts: StatementFacts, seen: _Seen) -> AccountRefund | None:
        """Give what was done under this key; None where nothing was."""
        ours = tuple(line for line in facts.lines if self._is_ours(line.transfer))
        if not ours:
            return None
        first = ours[0]
        before = (line for line in facts.lines if line.entry.seq < first.entry.seq)
        then = payable_back(
            lots(before, seen.consumptions),
            first.transfer.effective_at,
            within_hours=seen.refund_hours,
        )
        found = {each.payment_id: each for each in _through(then, seen.currency)}
        booked: list[Transfer] = []
        for each in (line.transfer for line in ours):
            payment_id = payment_of(each.id)
            if payment_id is None:
                booked.append(each)
            else:
                found[payment_id] = PaymentBack(payment_id, each.amount)
        return AccountRefund(tuple(booked), tuple(found.values()))

    def _is_ours(self, transfer: Transfer) -> bool:
        payment_id = payment_of(transfer.id)
        if payment_id is None:
            return transfer.id.startswith(self._prefix)
        return transfer.id == repaid_id(payment_id, self.repayment_id)

    @property
    def _prefix(self) -> str:
        sizes = len(self.account_id), len(self.key)
        return f"account_refund/{sizes[0]}/{self.account_id}/{sizes[1]}/{self.key}/"

    def _transfers(self, back: FundingBack, currency: str) -> Iterator[Transfer]:
        revenue, cash = revenue_account(self.seller_id), cash_account(self.seller_id)
        for part in back.bonus:
            taken = Money(part.amount, currency)
            yield self._transfer(TransferKind.PROMO_EXPIRY, revenue, part.lot, taken)
        if back.made_good:
            made_good = Money(back.made_good, currency)
            yield self._transfer(TransferKind.ADJUSTMENT, revenue, back.funding, made_good)
        amount = Money(back.amount, currency)
        yield self._transfer(TransferKind.ACCOUNT_REFUND, cash, back.funding, amount)

    def _transfer(self, kind: TransferKind, to: str, lot: str | None, amount: Money) -> Transfer:
        return Transfer(
            id=f"{self._prefix}{kind.value}/{lot}",
            kind=kind,
            debit=prepaid_account(self.account_id),
            credit=to,
            amount=amount,
            ref=lot,
            actor=self.actor,
            reason=self.reason,
            effective_at=self.at,
        )


def _through(payable: PayableBack, currency: str) -> tuple[PaymentBack, ...]:
    # A repayment that came back is a funding of its own, and goes back by the same payment.
    amounts: dict[str, int] = {}
    for back in payable.fundings:
        payment_id = payment_of(back.funding)
        if payment_id is not None and back.amount:
            amounts[payment_id] = amounts.get(payment_id, 0) + back.amount
    return tuple(PaymentBack(key, Money(minor, currency)) for key, minor in amounts.items())


def _why_not(payable: PayableBack) -> str:
    reasons = (f"{back.funding}: {back.sentence}" for back in payable.fundings)
    return "; ".join(reasons) or "nothing was ever paid in"


@frozen(kw_only=True)
class ExpireBonus:
    """Take back what is left of the bonus whose time is over, and no more than that.

    What an open hold would take of it stays until the hold is resolved. What a refund gives back of
    it later is taken by the next run. The statement is read only where a bonus is past at all.
    """

    seller_id: SellerId
    account_id: AccountId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> StatementNeeds:
        """The account, with its whole statement where a bonus of it is past."""
        return StatementNeeds(
            seller_id=self.seller_id, account_id=self.account_id, bonus_past=self.at
        )

    def decide(self, facts: StatementFacts) -> Outcome[tuple[Transfer, ...]]:
        """Say what follows; nothing where no bonus is past.

        Raises:
            NotFound: there is no such account.
        """
        seen = _seen(self, facts)
        transfers = tuple(
            Transfer(
                # What a refund gives back of it is past again: the line makes it another one.
                id=f"expire/{len(lot.id)}/{lot.id}/{seen.mark.seq}",
                kind=TransferKind.PROMO_EXPIRY,
                debit=prepaid_account(self.account_id),
                credit=revenue_account(self.seller_id),
                amount=Money(lot.remaining, seen.currency),
                ref=lot.id,
                effective_at=self.at,
            )
            for lot in seen.lots.free(self.at).open
            if lot.kind is LotKind.BONUS and lot.has_expired(self.at)
        )
        unmoved = (seen.mark,) if transfers else ()
        return Outcome(answer=transfers, transfers=transfers, unmoved=unmoved)


@frozen(kw_only=True)
class _Seen:
    consumptions: Consumptions
    lots: Lots
    mark: LedgerMark
    currency: str
    refund_hours: int


def _seen(case: RefundAccount | ExpireBonus, facts: StatementFacts) -> _Seen:
    seller, account, ledger = facts.seller, facts.account, facts.ledger
    if seller is None or account is None or ledger is None or account.seller_id != seller.id:
        raise NotFound("account", case.account_id)
    return _Seen(
        consumptions=seller.consumptions,
        lots=lots(facts.lines, seller.consumptions),
        mark=LedgerMark(account=ledger.id, seq=ledger.seq),
        currency=ledger.currency,
        refund_hours=seller.funding.refund_hours,
    )
