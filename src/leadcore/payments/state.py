"""What is known of a payment: how far its charge is, its repayments and disputes, what came."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.balances import FundingTiers
from leadcore.payments import kernel
from leadcore.payments.answers import ChargeAsk, DeclineReason, DisputeStatus, Progress, RepayAsk
from leadcore.payments.bonuses import BonusBack
from leadcore.payments.events import Contradicted
from leadcore.payments.methods import PaymentMethod
from leadcore.values import AccountId, Money, SellerId, instant, optional_instant

__all__ = ["UNSETTLED", "Dispute", "Payment", "PaymentStatus", "Repayment"]


class PaymentStatus(Enum):
    """Where a payment is, in one word for lists.

    `repaying`: a repayment is under way. `disputed`: a dispute is open, or was lost. `repaid`:
    nothing of it is left.
    """

    REQUESTED = "requested"
    UNKNOWN = "unknown"
    LAPSED = "lapsed"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    REPAYING = "repaying"
    PARTLY_REPAID = "partly_repaid"
    REPAID = "repaid"
    DISPUTED = "disputed"


UNSETTLED = frozenset(
    {
        PaymentStatus.REQUESTED,
        PaymentStatus.UNKNOWN,
        PaymentStatus.PENDING,
        PaymentStatus.REPAYING,
    }
)
"""Of a payment that is so, its processor has yet to say what became of something."""


@frozen(kw_only=True)
class Repayment:
    """Money of a payment that goes back to its source.

    Attributes:
        settled_at: when it succeeded or was declined.
        returned_at: when it came back after it had succeeded.
        bonus: what is reserved beside it of the payment's bonus, until it is settled.
        bonus_back: what of that came back when it succeeded.
    """

    id: str
    amount: Money
    by: str
    reason: str
    requested_at: datetime = field(converter=instant)
    progress: Progress = Progress.REQUESTED
    reference: str | None = None
    settled_at: datetime | None = field(default=None, converter=optional_instant)
    returned_at: datetime | None = field(default=None, converter=optional_instant)
    bonus: Money | None = None
    bonus_back: BonusBack | None = None


@frozen(kw_only=True)
class Dispute:
    """A dispute of the charge by the source's owner (a chargeback).

    Attributes:
        amount: what is disputed.
        taken: where it was lost, what the account owes of that.
        bonus: what came back of the payment's bonus then.
    """

    id: str
    amount: Money
    status: DisputeStatus
    taken: Money | None = None
    decided_at: datetime | None = field(default=None, converter=optional_instant)
    bonus: BonusBack | None = None


@frozen(kw_only=True)
class Payment:
    """The present state of a payment's stream.

    Attributes:
        crossing: for an automatic recharge, the number of the crossing it answers.
        by: who asked; None for an automatic recharge.
        progress: how far the charge is.
        reference: the processor's id of the charge, once it is known.
        tiers: those it earned its bonus under; None where it earned none.
        reason, code: of a decline.
        notices: the ids of the notices that came, each counted once.
        contradictions: what was told and can't be true; somebody must look.
    """

    id: str
    seller_id: SellerId
    account_id: AccountId
    amount: Money
    method: PaymentMethod
    crossing: int | None = None
    by: str | None = None
    requested_at: datetime = field(converter=instant)
    progress: Progress = Progress.REQUESTED
    reference: str | None = None
    succeeded_at: datetime | None = field(default=None, converter=optional_instant)
    tiers: FundingTiers | None = None
    reason: DeclineReason | None = None
    code: str | None = None
    repayments: tuple[Repayment, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    notices: tuple[str, ...] = ()
    contradictions: tuple[Contradicted, ...] = ()

    def repayment(self, key: str) -> Repayment | None:
        """Give a repayment by our id of it, or by the processor's."""
        for each in self.repayments:
            if key in {each.id, each.reference}:
                return each
        return None

    def dispute(self, dispute_id: str) -> Dispute | None:
        """Give a dispute by the processor's id of it."""
        for each in self.disputes:
            if each.id == dispute_id:
                return each
        return None

    @property
    def status(self) -> PaymentStatus:
        """Where it is, in one word."""
        if self.progress is not Progress.SUCCEEDED:
            return PaymentStatus(self.progress.value)
        settled = {Progress.SUCCEEDED, Progress.DECLINED}
        if any(each.progress not in settled for each in self.repayments):
            return PaymentStatus.REPAYING
        if any(each.status is not DisputeStatus.WON for each in self.disputes):
            return PaymentStatus.DISPUTED
        done = sum(
            each.amount.minor for each in self.repayments if each.progress is Progress.SUCCEEDED
        )
        if done == 0:
            return PaymentStatus.SUCCEEDED
        return PaymentStatus.REPAID if done >= self.amount.minor else PaymentStatus.PARTLY_REPAID

    @property
    def left(self) -> Money:
        """What was neither repaid, nor is being repaid, nor was lost to a dispute."""
        repaid = sum(
            each.amount.minor for each in self.repayments if each.progress is not Progress.DECLINED
        )
        lost = sum(each.taken.minor for each in self.disputes if each.taken is not None)
        return Money(kernel.left(self.amount.minor, repaid, lost), self.amount.currency)

    @property
    def ask(self) -> ChargeAsk:
        """What to ask the processor, each time the same."""
        return ChargeAsk(
            payment_id=self.id,
            amount=self.amount,
            method=self.method,
            reference=self.reference,
            requested_at=self.requested_at,
        )

    def repay_ask(self, repayment: Repayment) -> RepayAsk:
        """What to ask the processor about a repayment, each time the same.

        Raises:
            Malformed: the processor's id of the charge is not known.
        """
        return RepayAsk(
            payment_id=self.id,
            repayment_id=repayment.id,
            amount=repayment.amount,
            reference=self.reference or "",
            requested_at=repayment.requested_at,
        )
