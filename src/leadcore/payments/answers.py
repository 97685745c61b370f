"""What a processor is asked and what it says: questions, answers and notices, as values.

An answer comes to a question, a notice (a webhook) whenever the processor likes: twice, out of
order, before the answer, or about something nobody asked for. Neither ever says "declined" because
somebody was too slow: not knowing is an answer of its own.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Malformed, Problem
from leadcore.payments.cards import card_problems
from leadcore.payments.methods import PaymentMethod
from leadcore.values import Money, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attrs import Attribute

__all__ = [
    "Answer",
    "ChargeAsk",
    "DeclineReason",
    "DisputeStatus",
    "News",
    "NotThere",
    "Notice",
    "Progress",
    "RepayAsk",
    "code_word",
    "key_word",
]

_WORD = re.compile(r"[!-~]{1,255}", re.ASCII)


class Progress(Enum):
    """How far the processor got with a charge or a repayment.

    `lapsed`: nobody knows of it and the processor has forgotten its key, so it was given up.
    """

    REQUESTED = "requested"
    UNKNOWN = "unknown"
    LAPSED = "lapsed"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"

    @property
    def rank(self) -> int:
        """Where it stands in the order of things: see `leadcore.payments.kernel`."""
        return _RANKS[self]


_RANKS = {progress: rank for rank, progress in enumerate(Progress)}


class DisputeStatus(Enum):
    """Where a dispute (a chargeback) is."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"

    @property
    def rank(self) -> int:
        """Where it stands in the order of things: see `leadcore.payments.kernel`."""
        return _DISPUTE_RANKS[self]


_DISPUTE_RANKS = {status: rank for rank, status in enumerate(DisputeStatus)}


class DeclineReason(Enum):
    """Why the processor or a bank said no, as far as its owner may be told."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT = "limit"
    EXPIRED = "expired"
    DETAILS = "details"
    AUTHENTICATION = "authentication"
    METHOD_GONE = "method_gone"
    UNSUPPORTED = "unsupported"
    TEMPORARY = "temporary"
    REFUSED = "refused"

    @property
    def sentence(self) -> str:
        """What its owner is told; of a card reported stolen no more than that it was refused."""
        return _SENTENCES[self]


_SENTENCES = {
    DeclineReason.INSUFFICIENT_FUNDS: "There is not enough money on the card or account.",
    DeclineReason.LIMIT: "The payment is above a limit that the bank has set.",
    DeclineReason.EXPIRED: "The card has expired.",
    DeclineReason.DETAILS: "The card's details are not right; please enter the card again.",
    DeclineReason.AUTHENTICATION: "The bank wants its customer to approve the payment first.",
    DeclineReason.METHOD_GONE: "This payment method can't be used any more; please add another.",
    DeclineReason.UNSUPPORTED: "The card can't be used for this kind of payment or currency.",
    DeclineReason.TEMPORARY: "The bank could not process the payment; please try again later.",
    DeclineReason.REFUSED: "The bank refused the payment; please use another method or ask it.",
}


def key_word(_instance: object, attribute: Attribute[str], value: str) -> None:
    """Check an id: printable, without spaces, of up to 255 characters, and no card number.

    Raises:
        Malformed: it is none.
    """
    problems = tuple(_word_problems(attribute.name, value))
    if problems:
        raise Malformed(problems)


def code_word(instance: object, attribute: Attribute[str | None], value: str | None) -> None:
    """Check an id or a code that may be missing; see `key_word`.

    Raises:
        Malformed: it is none.
    """
    if value is not None:
        key_word(instance, attribute, value)  # type: ignore[arg-type]  # the attribute's type says None too


def _word_problems(path: str, value: str) -> Iterator[Problem]:
    if not (isinstance(value, str) and _WORD.fullmatch(value)):
        yield Problem(path, "is a word of up to 255 printable characters, without spaces")
    else:
        yield from card_problems(path, value, networks=True)


# --------------------------------------------------------------------------------------- questions


@frozen(kw_only=True)
class ChargeAsk:
    """Charge a method; the same ask again is the same charge.

    Attributes:
        payment_id: ours; the processor keeps it with the charge, so that it can be found by it.
        reference: the processor's id of the charge, where it is known.
        requested_at: when the payment was requested, which is before anybody asked.
    """

    payment_id: str = field(validator=key_word)
    amount: Money
    method: PaymentMethod
    reference: str | None = field(default=None, validator=code_word)
    requested_at: datetime = field(converter=instant)

    @property
    def key(self) -> str:
        """The idempotency key."""
        return f"charge/{self.payment_id}"


@frozen(kw_only=True)
class RepayAsk:
    """Give money of a charge back to its source; the same ask again is the same repayment.

    Attributes:
        repayment_id: ours, one within the payment.
        reference: the processor's id of the charge.
    """

    payment_id: str = field(validator=key_word)
    repayment_id: str = field(validator=key_word)
    amount: Money
    reference: str = field(validator=key_word)
    requested_at: datetime = field(converter=instant)

    @property
    def key(self) -> str:
        """The idempotency key; with a length, so that no two pairs of ids make one key."""
        return f"repay/{len(self.payment_id)}/{self.payment_id}/{self.repayment_id}"


# ----------------------------------------------------------------------------------------- answers


def _told(_instance: object, _attribute: object, value: Progress) -> None:
    if value in {Progress.REQUESTED, Progress.LAPSED}:
        raise Malformed.at("progress", "is what a processor says: it never says this")


@frozen(kw_only=True)
class Answer:
    """What a processor answered: it has it, it did it, it was declined, or nobody knows.

    Attributes:
        progress: `UNKNOWN` where no answer came, or none that says what happened.
        reference: the processor's id of the charge or the repayment.
        amount: what it says was moved; None where it did not say.
        reason: for a decline, why.
        code: the processor's own word for it, for logs.
    """

    progress: Progress = field(validator=_told)
    reference: str | None = field(default=None, validator=code_word)
    amount: Money | None = None
    reason: DeclineReason | None = None
    code: str | None = field(default=None, validator=code_word)


@frozen
class NotThere:
    """The processor was looked at, and has no such charge."""


# ----------------------------------------------------------------------------------------- notices


class News(Enum):
    """What a notice is about."""

    CHARGE = "charge"
    REPAYMENT = "repayment"
    DISPUTE = "dispute"


@frozen(kw_only=True)
class Notice:
    """One thing a processor told unasked; its id makes it recognisable when it comes again.

    Attributes:
        id: the processor's id of the notice.
        reference: the processor's id of the charge it is about.
        payment_id: ours, where the processor says it.
        news: what it is about.
        subject: for a repayment our id of it, where known, else the processor's; for a dispute the
            processor's id of it.
        progress: for a charge or a repayment, what became of it.
        dispute: for a dispute, where it is.
        amount: how much it is about; None where it did not say.
        reason, code: as in `Answer`.
        occurred_at: when it happened, by the processor's clock.
    """

    id: str = field(validator=key_word)
    reference: str = field(validator=key_word)
    payment_id: str | None = field(default=None, validator=code_word)
    news: News
    subject: str | None = field(default=None, validator=code_word)
    progress: Progress | None = None
    dispute: DisputeStatus | None = None
    amount: Money | None = None
    reason: DeclineReason | None = None
    code: str | None = field(default=None, validator=code_word)
    occurred_at: datetime = field(converter=instant)

    def __attrs_post_init__(self) -> None:
        """Refuse a notice that says nothing."""
        problems = tuple(_notice_problems(self))
        if problems:
            raise Malformed(problems)


def _notice_problems(notice: Notice) -> Iterator[Problem]:
    disputed = notice.news is News.DISPUTE
    if disputed is (notice.dispute is None):
        yield Problem("dispute", "is said of a dispute, and of nothing else")
    if disputed is (notice.progress is not None):
        yield Problem("progress", "is said of a charge or a repayment, and of nothing else")
    if notice.progress in {Progress.REQUESTED, Progress.UNKNOWN, Progress.LAPSED}:
        yield Problem("progress", "is what a processor says: it never says this")
    if notice.news is not News.CHARGE and notice.subject is None:
        yield Problem("subject", "names the repayment or the dispute")
    if disputed and notice.amount is None:
        yield Problem("amount", "is said of a dispute")
