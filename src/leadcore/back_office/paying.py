"""Pay: top an account up, settle what the processor answers and tells, give back, watch balances.

The order of things makes time-outs harmless: a payment is stored before anybody is asked, the
processor is asked outside of any transaction, and what it says is settled in another one. Whoever
dies in between finds the payment unsettled, and asks again with the same key.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from leadcore import accounts, notices, payments
from leadcore.accounts import (
    LowBalanceTold,
    cash_account,
    prepaid_account,
    revenue_account,
    words_of,
)
from leadcore.back_office.payment_lots import bonus_facts, seen_at, unspent
from leadcore.decider import change, fold
from leadcore.errors import Malformed, NotFound
from leadcore.outcomes import LedgerMark, Outcome
from leadcore.payments import (
    Answer,
    Books,
    Crossing,
    DisputeStatus,
    News,
    Notice,
    NotThere,
    Payment,
    PaymentMethod,
    Progress,
    Repay,
    Repayment,
    Request,
    Settle,
    SettleRepayment,
    TakeNotice,
    booked,
    recharge_id,
)
from leadcore.ports import BalanceFacts, BalanceNeeds, PaymentFacts, PaymentNeeds
from leadcore.values import AccountId, Money, SellerId, instant

if TYPE_CHECKING:
    from leadcore.accounts import Account
    from leadcore.decider import Change, Versioned
    from leadcore.notices import Message
    from leadcore.payments import BonusFacts, PaymentCommand

__all__ = [
    "BalanceChecked",
    "CheckBalance",
    "NoticeTaken",
    "ReceiveNotice",
    "RepayPayment",
    "RequestPayment",
    "SettlePayment",
    "Taken",
    "books_of",
]


def _commit(
    seen: Versioned[Payment | None],
    command: PaymentCommand,
    at: datetime,
    *,
    marks: tuple[LedgerMark, ...] = (),
) -> Outcome[Payment]:
    events = payments.decide(command, seen.state, at)
    # `decide` raised where there is none.
    state = cast("Payment", fold(payments.evolve, seen.state, events))
    transfers = booked(seen.state, state, books_of(state)) if events else ()
    return Outcome(
        answer=state,
        changes=change("payment", state.id, seen, events, payments.evolve),
        transfers=transfers,
        unmoved=marks if transfers else (),
    )


def books_of(payment: Payment) -> Books:
    """Give the ledger accounts a payment moves money between."""
    return Books(
        cash=cash_account(payment.seller_id),
        prepaid=prepaid_account(payment.account_id),
        revenue=revenue_account(payment.seller_id),
    )


def _own(facts: PaymentFacts, seller_id: SellerId, payment_id: str) -> Payment:
    state = facts.payment.state
    if state is None or state.seller_id != seller_id:
        raise NotFound("payment", payment_id)
    return state


@frozen(kw_only=True)
class RequestPayment:
    """Request a payment onto an account's balance; ask the processor once this is committed.

    Attributes:
        payment_id: the caller's; the idempotency key of the charge is made of it.
        by: who asks.
    """

    seller_id: SellerId
    account_id: AccountId
    payment_id: str
    amount: Money
    method: PaymentMethod
    by: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> PaymentNeeds:
        """The payment, if it was requested before, and the account."""
        return PaymentNeeds(
            seller_id=self.seller_id, payment_id=self.payment_id, account_id=self.account_id
        )

    def decide(self, facts: PaymentFacts) -> Outcome[Payment]:
        """Say what follows; a payment that was requested before is answered as it is by now.

        Raises:
            NotFound: there is no such account.
            Malformed: the amount is not above zero, or of another currency, or the id was used for
                another payment.
        """
        account = facts.account
        if account is None or facts.ledger is None or account.seller_id != self.seller_id:
            raise NotFound("account", self.account_id)
        if self.amount.currency != account.currency:
            raise Malformed.at("amount.currency", f"the account is in {account.currency}")
        request = Request(
            payment_id=self.payment_id,
            seller_id=self.seller_id,
            account_id=self.account_id,
            amount=self.amount,
            method=self.method,
            by=self.by,
        )
        return _commit(facts.payment, request, self.at)


@frozen(kw_only=True)
class SettlePayment:
    """Settle a payment with what the processor answered; a success credits the balance, once.

    With it comes the bonus of the seller's tiers as they are then; a repayment that succeeds takes
    back what was reserved of that.

    Attributes:
        repayment_id: the answer is about this repayment; None: about the charge.
        keys_hours: `Processor.keys_hours`.
    """

    seller_id: SellerId
    payment_id: str
    answer: Answer | NotThere
    repayment_id: str | None = None
    keys_hours: int = 24
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> PaymentNeeds:
        """The payment; where money has gone back, the statement too, which tells its bonus."""
        went = isinstance(self.answer, Answer) and self.answer.progress is Progress.SUCCEEDED
        return PaymentNeeds(
            seller_id=self.seller_id,
            payment_id=self.payment_id,
            statement=went and self.repayment_id is not None,
        )

    def decide(self, facts: PaymentFacts) -> Outcome[Payment]:
        """Say what follows; the same answer again changes nothing.

        Raises:
            NotFound: there is no such payment.
            WrongState: there is no such repayment.
        """
        _own(facts, self.seller_id, self.payment_id)
        command = self._command(bonus_facts(facts))
        return _commit(facts.payment, command, self.at, marks=seen_at(facts))

    def _command(self, bonus: BonusFacts) -> PaymentCommand:
        if self.repayment_id is None:
            return Settle(answer=self.answer, keys_hours=self.keys_hours, bonus=bonus)
        return SettleRepayment(
            repayment_id=self.repayment_id,
            answer=self.answer,
            keys_hours=self.keys_hours,
            bonus=bonus,
        )


class Taken(Enum):
    """What became of a notice."""

    COUNTED = "counted"
    KNOWN = "known"
    STRAY = "stray"


@frozen(kw_only=True)
class NoticeTaken:
    """The answer to a notice: counted, known from before, or about nothing of ours."""

    outcome: Taken
    payment: Payment | None = None


@frozen(kw_only=True)
class ReceiveNotice:
    """Take what the processor told unasked; each notice counts once, whenever it comes."""

    seller_id: SellerId
    notice: Notice
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> PaymentNeeds:
        """The payment it is about, by either id; where money has left it, the statement too."""
        told = self.notice
        back = told.news is News.REPAYMENT and told.progress is Progress.SUCCEEDED
        return PaymentNeeds(
            seller_id=self.seller_id,
            payment_id=told.payment_id,
            reference=told.reference,
            statement=back or told.dispute is DisputeStatus.LOST,
        )

    def decide(self, facts: PaymentFacts) -> Outcome[NoticeTaken]:
        """Say what follows; a notice about no payment of the seller is kept for somebody to see."""
        command, state = TakeNotice(self.notice, bonus_facts(facts)), facts.payment.state
        if state is None or state.seller_id != self.seller_id:
            return self._stray(command, facts)
        outcome = _commit(facts.payment, command, self.at, marks=seen_at(facts))
        taken = Taken.COUNTED if outcome.changes else Taken.KNOWN
        return outcome.answering(NoticeTaken(outcome=taken, payment=outcome.answer))

    def _stray(self, command: TakeNotice, facts: PaymentFacts) -> Outcome[NoticeTaken]:
        key = payments.stray_id(self.seller_id, self.notice.reference)
        stray = facts.stray
        if stray is None:  # a store that was asked by reference gives it
            raise NotFound("payment", self.notice.reference)
        events = payments.take_stray(command, stray.state, self.at)
        return Outcome(
            answer=NoticeTaken(outcome=Taken.STRAY if events else Taken.KNOWN),
            changes=change("stray", key, stray, events, payments.evolve_stray),
        )


@frozen(kw_only=True)
class RepayPayment:
    """Give unspent money of a payment back to its source: it is reserved until that is settled.

    Attributes:
        repayment_id: the caller's, one within the payment.
        within_hours: how long after the payment, in elapsed hours, the last instant included.
        all_bonus: all of its bonus comes back, as where an account is closed; else what the rest
            of the payment would not have earned.
    """

    seller_id: SellerId
    payment_id: str
    repayment_id: str
    amount: Money
    by: str
    reason: str
    within_hours: int = 2880
    all_bonus: bool = False
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> PaymentNeeds:
        """The payment, and the account's statement: bonus is never paid out."""
        return PaymentNeeds(seller_id=self.seller_id, payment_id=self.payment_id, statement=True)

    def decide(self, facts: PaymentFacts) -> Outcome[Repayment]:
        """Say what follows; a repayment that was asked for before is answered as it is by now.

        Raises:
            NotFound: there is no such payment.
            Malformed: more than is left of the payment, or than is unspent; too late; words are
                missing; the id was used for another amount.
            WrongState: the payment did not succeed, or is disputed.
        """
        before = _own(facts, self.seller_id, self.payment_id)
        command = Repay(
            repayment_id=self.repayment_id,
            amount=self.amount,
            by=self.by,
            reason=self.reason,
            within_hours=self.within_hours,
            bonus=bonus_facts(facts),
            all_bonus=self.all_bonus,
        )
        outcome = _commit(facts.payment, command, self.at, marks=seen_at(facts))
        # `decide` raised where there is none.
        made = cast("Repayment", outcome.answer.repayment(self.repayment_id))
        bonus = made.bonus.minor if made.bonus else 0
        most = unspent(facts, before, bonus, self.at)
        if outcome.answer != before and self.amount.minor > most:
            rest = f"{Money(most, self.amount.currency)} in cash"
            beside = f" beside {made.bonus} of bonus that comes back" if made.bonus else ""
            raise Malformed.at("amount", f"is at most what is unspent: {rest}{beside}")
        return outcome.answering(made)


@frozen(kw_only=True)
class BalanceChecked:
    """What a look at a balance led to.

    Attributes:
        low: the crossing its admins were told of, now or before; None where it is not low.
        told: were they told now? Once for a crossing.
        payment: the automatic recharge of the crossing; ask the processor while it is unsettled.
    """

    low: Crossing | None
    payment: Payment | None
    told: bool = False


@frozen(kw_only=True)
class CheckBalance:
    """Look at a balance after it moved: an alert and a recharge, each once for one crossing.

    Run it as often as you like, by as many as you like: the crossing's number is in the ids of the
    message and of the payment, and the account notes which one its admins were told of.
    """

    seller_id: SellerId
    account_id: AccountId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> BalanceNeeds:
        """The account and its crossings."""
        return BalanceNeeds(seller_id=self.seller_id, account_id=self.account_id)

    def decide(self, facts: BalanceFacts) -> Outcome[BalanceChecked]:
        """Say what follows; a stopped account is told, but not charged.

        Raises:
            NotFound: there is no such account.
        """
        account = facts.account.state
        if account is None or account.seller_id != self.seller_id:
            raise NotFound("account", self.account_id)
        messages = self._alerts(account, facts)
        noted = self._noted(account, facts)
        payment, changes = facts.payment.state, noted
        request = self._recharge(account, facts)
        if request is not None and payment is None:
            outcome = _commit(facts.payment, request, self.at)
            payment, changes = outcome.answer, (*noted, *outcome.changes)
        return Outcome(
            answer=BalanceChecked(low=facts.low, payment=payment, told=bool(noted)),
            changes=changes,
            messages=messages,
        )

    def _noted(self, account: Account, facts: BalanceFacts) -> tuple[Change, ...]:
        low = facts.low
        if low is None or low.number == account.told_low:
            return ()
        event = LowBalanceTold(crossing=low.number, available=low.available, at=self.at)
        return change("account", self.account_id, facts.account, (event,), accounts.evolve)

    def _alerts(self, account: Account, facts: BalanceFacts) -> tuple[Message, ...]:
        below = account.watch.alert_below if account.watch else None
        if facts.low is None or below is None:
            return ()
        return tuple(
            message
            for user in facts.admins
            for message in notices.low_balance(
                user,
                crossing=facts.low.number,
                available=Money(facts.low.available, account.currency),
                below=below,
                at=self.at,
                catalogue=words_of(facts.seller),
            )
        )

    def _recharge(self, account: Account, facts: BalanceFacts) -> Request | None:
        wanted = account.watch.recharge if account.watch else None
        if wanted is None or facts.recharge is None or not account.is_active:
            return None
        return Request(
            payment_id=recharge_id(self.account_id, facts.recharge.number),
            seller_id=self.seller_id,
            account_id=self.account_id,
            amount=wanted.by,
            method=wanted.method,
            crossing=facts.recharge.number,
        )
