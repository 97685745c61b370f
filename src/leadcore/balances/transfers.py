"""Transfers: every movement of money is one debit and one credit of the same amount.

A transfer is a command and, once posted, a fact that never changes. Its id is made by whoever
asks and is the idempotency key: the same id with the same content means "again", and with any
other content it is refused. `fingerprint` is what tells the two apart.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import Enum
from functools import cached_property
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances.kernel import Mode
from leadcore.errors import Malformed, Problem
from leadcore.values import (
    LeadId,
    Money,
    OrderId,
    RefundId,
    SaleId,
    instant,
    micros,
    optional_instant,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["RESOLVING", "Transfer", "TransferKind", "batch_digest", "mode_of"]


class TransferKind(Enum):
    """What a transfer is for."""

    TOPUP = "topup"
    CHARGEBACK = "chargeback"
    HOLD = "hold"
    CAPTURE = "capture"
    VOID = "void"
    EXPIRE = "expire"
    CHARGE = "charge"
    REFUND = "refund"
    REFUND_REVERSAL = "refund_reversal"
    PROMO_GRANT = "promo_grant"
    PROMO_EXPIRY = "promo_expiry"
    ACCOUNT_REFUND = "account_refund"
    ADJUSTMENT = "adjustment"
    WRITE_OFF = "write_off"
    TRANSFER = "transfer"


RESOLVING = frozenset({TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE})
"""The kinds that end a hold."""

_MODES = {
    TransferKind.HOLD: Mode.RESERVE,
    TransferKind.CAPTURE: Mode.CAPTURE,
    TransferKind.VOID: Mode.RELEASE,
    TransferKind.EXPIRE: Mode.RELEASE,
}
_REFERRING = RESOLVING | {
    TransferKind.REFUND,
    TransferKind.REFUND_REVERSAL,
    TransferKind.ACCOUNT_REFUND,
}
_EXPLAINED = frozenset({TransferKind.ADJUSTMENT, TransferKind.WRITE_OFF})
_FORCIBLE = _EXPLAINED | {TransferKind.CHARGEBACK, TransferKind.REFUND_REVERSAL}
_EXPIRING = frozenset({TransferKind.HOLD, TransferKind.PROMO_GRANT})
_CANONICAL_VERSION = 1


def mode_of(kind: TransferKind) -> Mode:
    """Give how transfers of a kind touch the account they debit."""
    return _MODES.get(kind, Mode.DIRECT)


@frozen(kw_only=True)
class Transfer:
    """One debit and one credit of the same amount.

    Attributes:
        id: made by whoever asks, and the idempotency key. A refund's comes from the refund
            request, never from the charge and the amount.
        kind: what it is for.
        debit, credit: the ids of two different accounts; money goes from the first to the second.
        amount: above zero. A void or expiry names the whole hold, a capture what is taken of it.
        effective_at: the business time (UTC); when it was recorded is on the entries.
        ref: the hold it resolves, the charge it refunds, the refund it reverses; of money paid
            back, expired or adjusted, the funding it is of; of a promo grant, what it is given for.
        expires_at: for a hold, the first instant (UTC) it can no longer be captured; for a promo
            grant, the first one at which it is past, None for never.
        forced: take it below the floor; needs `actor` and `reason`. Only for chargebacks, refund
            reversals, adjustments and write-offs.
        sale_id, lead_id, order_id, refund_id: what it is traceable to.
        actor: who wanted it.
        reason: why, in words.

    Raises:
        Malformed: it makes no sense; every problem is named.
    """

    id: str
    kind: TransferKind
    debit: str
    credit: str
    amount: Money
    effective_at: datetime = field(converter=instant)
    ref: str | None = None
    expires_at: datetime | None = field(default=None, converter=optional_instant)
    forced: bool = False
    sale_id: SaleId | None = None
    lead_id: LeadId | None = None
    order_id: OrderId | None = None
    refund_id: RefundId | None = None
    actor: str | None = None
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be right, whatever the accounts hold."""
        problems = tuple(_identity_problems(self)) or tuple(_kind_problems(self))
        if problems:
            raise Malformed(problems)

    @property
    def mode(self) -> Mode:
        """How it touches the account it debits."""
        return mode_of(self.kind)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the whole content, in hexadecimal.

        Stable across processes and versions: instants are whole microseconds, and fields at their
        default are left out, so that a field added later changes no older fingerprint.
        """
        return hashlib.sha256(_canonical(self)).hexdigest()


def _canonical(transfer: Transfer) -> bytes:
    """Give the content as JSON with sorted keys and no spaces; written out, for it is asked often.

    The keys below are in that order, and a test compares it with what `json` writes.
    """
    amount, written = transfer.amount, encode_basestring_ascii
    text = "{" if transfer.actor is None else '{"actor":' + written(transfer.actor) + ","
    text += (
        f'"amount":{amount.minor},"credit":{written(transfer.credit)},'
        f'"currency":{written(amount.currency)},"debit":{written(transfer.debit)},'
        f'"effective_at":{micros(transfer.effective_at)}'
    )
    if transfer.expires_at is not None:
        text += f',"expires_at":{micros(transfer.expires_at)}'
    if transfer.forced:
        text += ',"forced":true'
    text += f',"id":{written(transfer.id)},"kind":"{transfer.kind._value_}"'
    return (text + _named(transfer) + _END).encode("ascii")


def _named(transfer: Transfer) -> str:
    text, written = "", encode_basestring_ascii
    if transfer.lead_id is not None:
        text += ',"lead_id":' + written(transfer.lead_id)
    if transfer.order_id is not None:
        text += ',"order_id":' + written(transfer.order_id)
    if transfer.reason is not None:
        text += ',"reason":' + written(transfer.reason)
    if transfer.ref is not None:
        text += ',"ref":' + written(transfer.ref)
    if transfer.refund_id is not None:
        text += ',"refund_id":' + written(transfer.refund_id)
    if transfer.sale_id is not None:
        text += ',"sale_id":' + written(transfer.sale_id)
    return text


_END = f',"v":{_CANONICAL_VERSION}}}'


def batch_digest(batch: Iterable[Transfer]) -> str:
    """Give the fingerprint of a whole batch: of its transfers, in their order."""
    prints = [transfer.fingerprint for transfer in batch]
    if len(prints) == 1:
        return prints[0]
    return hashlib.sha256("".join(prints).encode("ascii")).hexdigest()


def _identity_problems(transfer: Transfer) -> Iterator[Problem]:
    for name in ("id", "debit", "credit"):
        value = getattr(transfer, name)
        if not (isinstance(value, str) and value):
            yield Problem(name, "is a text that is not empty")
    # A kind or a flag read from elsewhere as text would quietly count as a plain transfer.
    if not isinstance(transfer.kind, TransferKind):
        yield Problem("kind", f"is a TransferKind, not {type(transfer.kind).__name__}")
    if transfer.debit == transfer.credit:
        yield Problem("credit", "is another account than the debit account")
    if not isinstance(transfer.amount, Money):
        yield Problem("amount", f"is Money, not {type(transfer.amount).__name__}")
    elif transfer.amount.minor <= 0:
        yield Problem("amount", "is above zero; who pays is said by debit and credit")


def _kind_problems(transfer: Transfer) -> Iterator[Problem]:
    kind = transfer.kind
    if kind in _REFERRING and not transfer.ref:
        yield Problem("ref", f"a {kind.value} names the transfer it refers to")
    if kind is TransferKind.HOLD and transfer.expires_at is None:
        yield Problem("expires_at", "a hold has an expiry")
    if transfer.expires_at is not None and kind not in _EXPIRING:
        yield Problem("expires_at", "only a hold or a promo grant has an expiry")
    if transfer.forced and kind not in _FORCIBLE:
        yield Problem("forced", f"a {kind.value} is never forced")
    if (transfer.forced or kind in _EXPLAINED) and not (transfer.actor and transfer.reason):
        yield Problem("reason", "what is forced or adjusted names its actor and its reason")
