"""Commands on a payment, and the events that follow."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore.balances import FundingTiers
from leadcore.payments.answers import Answer, DeclineReason, Notice, NotThere
from leadcore.payments.bonuses import NO_BONUS, BonusBack, BonusFacts
from leadcore.payments.methods import PaymentMethod
from leadcore.values import AccountId, Money, SellerId, instant

__all__ = [
    "Contradicted",
    "DisputeLost",
    "DisputeOpened",
    "DisputeWon",
    "NoticeReceived",
    "PaymentCommand",
    "PaymentDeclined",
    "PaymentEvent",
    "PaymentLapsed",
    "PaymentPending",
    "PaymentRequested",
    "PaymentSucceeded",
    "PaymentUnknown",
    "Repay",
    "RepaymentDeclined",
    "RepaymentPending",
    "RepaymentRequested",
    "RepaymentSucceeded",
    "RepaymentUnknown",
    "Request",
    "Settle",
    "SettleRepayment",
    "TakeNotice",
]


# ---------------------------------------------------------------------------------------- commands


@frozen(kw_only=True)
class Request:
    """Request a payment: so much from this method onto this account's balance.

    Attributes:
        crossing: for an automatic recharge, the number of the crossing it answers.
        by: who asks; None for an automatic recharge.
    """

    payment_id: str
    seller_id: SellerId
    account_id: AccountId
    amount: Money
    method: PaymentMethod
    crossing: int | None = None
    by: str | None = None


@frozen(kw_only=True)
class Settle:
    """Take the processor's answer about the charge.

    Attributes:
        keys_hours: how long the processor remembers a key, in elapsed hours; read where the charge
            is not there.
        bonus: what is known about bonus; a success earns it.
    """

    answer: Answer | NotThere
    keys_hours: int = 24
    bonus: BonusFacts = NO_BONUS


@frozen(kw_only=True)
class Repay:
    """Give some of it back to its source.

    Attributes:
        within_hours: how long after the payment that may be asked for, in elapsed hours, the last
            instant included.
        bonus: what is known about bonus; some comes back with the money.
        all_bonus: all of it comes back, whatever the rest of the payment would have earned.
    """

    repayment_id: str
    amount: Money
    by: str
    reason: str
    within_hours: int = 2880
    bonus: BonusFacts = NO_BONUS
    all_bonus: bool = False


@frozen(kw_only=True)
class SettleRepayment:
    """Take the processor's answer about a repayment; see `Settle`."""

    repayment_id: str
    answer: Answer | NotThere
    keys_hours: int = 24
    bonus: BonusFacts = NO_BONUS


@frozen
class TakeNotice:
    """Take what the processor told unasked."""

    notice: Notice
    bonus: BonusFacts = NO_BONUS


PaymentCommand = Request | Settle | Repay | SettleRepayment | TakeNotice


# ------------------------------------------------------------------------------------------ events


@frozen(kw_only=True)
class PaymentRequested:
    """A payment was requested; nobody was charged yet."""

    payment_id: str
    seller_id: SellerId
    account_id: AccountId
    amount: Money
    method: PaymentMethod
    crossing: int | None = None
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PaymentUnknown:
    """The processor was asked, and nobody knows what it did."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PaymentLapsed:
    """The processor does not know of it, and never will: it was given up."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PaymentPending:
    """The processor has it."""

    reference: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PaymentSucceeded:
    """The money came in.

    Attributes:
        tiers: those it earned its bonus under; None where it earned none.
    """

    reference: str | None = None
    tiers: FundingTiers | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PaymentDeclined:
    """The processor or the bank said no."""

    reference: str | None = None
    reason: DeclineReason
    code: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RepaymentRequested:
    """Money is reserved to be given back to its source.

    Attributes:
        bonus: what is reserved beside it of the payment's bonus; None for nothing.
    """

    repayment_id: str
    amount: Money
    by: str
    reason: str
    bonus: Money | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RepaymentUnknown:
    """The processor was asked to give back, and nobody knows what it did."""

    repayment_id: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RepaymentPending:
    """The processor is giving it back."""

    repayment_id: str
    reference: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RepaymentSucceeded:
    """It was given back.

    Attributes:
        bonus: what came back of the payment's bonus with it; None for nothing.
    """

    repayment_id: str
    reference: str | None = None
    bonus: BonusBack | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RepaymentDeclined:
    """It could not be given back, or came back: it is on the balance again."""

    repayment_id: str
    reference: str | None = None
    code: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DisputeOpened:
    """The source's owner disputes the charge."""

    dispute_id: str
    amount: Money
    code: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DisputeWon:
    """A dispute was decided for the seller."""

    dispute_id: str
    amount: Money
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DisputeLost:
    """A dispute was decided against the seller.

    Attributes:
        amount: what the bank took.
        taken: what the account owes of it: no more than was left of the payment.
        bonus: what came back of the payment's bonus with it; None for nothing.
    """

    dispute_id: str
    amount: Money
    taken: Money
    bonus: BonusBack | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class NoticeReceived:
    """A notice came, whatever it changed."""

    notice_id: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Contradicted:
    """What was told can't be true beside what is known: somebody must look.

    Attributes:
        source: the notice's id, or `answer`.
        words: what does not fit.
    """

    source: str
    words: str
    at: datetime = field(converter=instant)


PaymentEvent = (
    PaymentRequested
    | PaymentUnknown
    | PaymentLapsed
    | PaymentPending
    | PaymentSucceeded
    | PaymentDeclined
    | RepaymentRequested
    | RepaymentUnknown
    | RepaymentPending
    | RepaymentSucceeded
    | RepaymentDeclined
    | DisputeOpened
    | DisputeWon
    | DisputeLost
    | NoticeReceived
    | Contradicted
)
