"""An account's unspent money: paid back to where it came from, or moved to another account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.accounts import prepaid_account
from leadcore.balances import lots, payable_back
from leadcore.errors import Malformed
from leadcore.payments import payment_of
from leadcore.values import AccountId, Money
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.accounts import Account
    from leadcore.balances import Transfer
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("account-money")
_MANAGE = (Area.ACCOUNTS, Way.WRITE)


@frozen(kw_only=True)
class Refunding:
    """Why, and the refund's own id: with the same one nothing goes back twice."""

    reason: str
    key: str


@frozen(kw_only=True)
class Moving:
    """Where to, how much, why, and the move's own id: with the same one nothing moves twice."""

    to_account: AccountId
    amount: Money
    reason: str
    key: str


@frozen(kw_only=True)
class Refundable:
    """What may go back of one funding.

    Attributes:
        funding: the top-up's transfer id. payment: where it came by one, which its processor
            repays.
        made_good: what of its cash makes good the bonus that was spent.
        why_not: where nothing may.
    """

    funding: str
    payment: str | None
    amount: Money
    made_good: Money
    why_not: str | None


def _here(call: Call) -> Account:
    return call.account(call.path("account_id"))


@group.get(
    "/accounts/{account_id}/refundable",
    "Show what may be paid back to where it came from",
    may=(Area.BILLING, Way.READ),
    gives=page_of(Refundable),
)
def show_refundable(call: Call) -> Reply:
    """Unspent cash less bonus, funding by funding, oldest first, within the seller's days."""
    account = _here(call)
    found = lots(call.store.statement(prepaid_account(account.id)), call.seller.consumptions)
    payable = payable_back(found, call.at, within_hours=call.seller.funding.refund_hours)
    rows = [
        Refundable(
            funding=each.funding,
            payment=payment_of(each.funding),
            amount=Money(each.amount, account.currency),
            made_good=Money(each.made_good, account.currency),
            why_not=each.sentence,
        )
        for each in payable.fundings
    ]
    return Reply(data={"items": wire.dump(rows), "next": None})


_REFUNDED = {
    "type": "object",
    "required": ["paid", "through"],
    "properties": {
        "paid": {"type": "array", "items": {"type": "object"}},
        "through": {"type": "array", "items": {"type": "object"}},
    },
    "additionalProperties": False,
}


@group.post(
    "/accounts/{account_id}/refund",
    "Pay unspent cash back to where it came from",
    may=_MANAGE,
    body=Refunding,
    gives=_REFUNDED,
    status=201,
    example={"reason": "leaves us", "key": "closing-2026-11"},
)
def refund_account(call: Call) -> Act:
    """Books what came in by hand (`paid`: send it); `through` are payments, to be repaid each."""
    asked = call.load(Refunding)
    if not asked.key.strip() or not asked.reason.strip():
        raise Malformed.at("$", "key and reason are not empty")
    case = bo.RefundAccount(
        seller_id=call.seller.id,
        account_id=_here(call).id,
        key=asked.key,
        actor=call.user.id,
        reason=asked.reason,
        at=call.at,
    )
    return Act(case=case, tell=_told_refund)


def _told_refund(done: bo.AccountRefund) -> Reply:
    paid = [{"source": each.ref, "amount": wire.dump(each.amount)} for each in done.paid]
    through = [
        {"payment": each.payment_id, "amount": wire.dump(each.amount)} for each in done.payments
    ]
    return Reply(data={"paid": paid, "through": through})


_MOVED = {
    "type": "object",
    "required": ["transfer", "amount", "to_account"],
}


@group.post(
    "/accounts/{account_id}/transfers",
    "Move unspent cash to another account",
    may=_MANAGE,
    body=Moving,
    gives=_MOVED,
    status=201,
    example={
        "to_account": "south",
        "amount": {"minor": 5000, "currency": "USD"},
        "reason": "the same firm",
        "key": "move-1",
    },
)
def transfer_balance(call: Call) -> Act:
    """Because whoever asks allows it; cash only, and on the other account from no top-up."""
    asked = call.load(Moving)
    case = bo.TransferBalance(
        seller_id=call.seller.id,
        from_account=_here(call).id,
        to_account=call.account(asked.to_account).id,
        key=asked.key,
        amount=asked.amount,
        allowed_by=call.user.id,
        reason=asked.reason,
        at=call.at,
    )

    def tell(moved: Transfer) -> Reply:
        data: dict[str, Any] = {"transfer": moved.id, "amount": wire.dump(moved.amount)}
        return Reply(data={**data, "to_account": asked.to_account})

    return Act(case=case, tell=tell)
