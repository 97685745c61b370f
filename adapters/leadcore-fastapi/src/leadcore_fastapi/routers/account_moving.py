"""An account's unspent money: paid back to where it came from, or moved to another account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.accounts import prepaid_account
from leadcore.balances import lots, payable_back
from leadcore.errors import LeadcoreError, NotFound
from leadcore.payments import Asking, Progress, next_asking, payment_of
from leadcore.statement_lines import told_id
from leadcore.values import AccountId, Money
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.routers.shared import processor_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.accounts import Account
    from leadcore.balances import PayableBack, Transfer
    from leadcore.payments import Repayment
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
    rows = [
        Refundable(
            funding=each.funding,
            payment=payment_of(each.funding),
            amount=Money(each.amount, account.currency),
            made_good=Money(each.made_good, account.currency),
            why_not=each.sentence,
        )
        for each in _payable(call, account).fundings
    ]
    return Reply(data={"items": wire.dump(rows), "next": None})


def _payable(call: Call, account: Account) -> PayableBack:
    found = lots(call.store.statement(prepaid_account(account.id)), call.seller.consumptions)
    return payable_back(found, call.at, within_hours=call.seller.funding.refund_hours)


@frozen(kw_only=True)
class GoesBack:
    """What goes back of one payment.

    Attributes:
        progress: how far its processor is with that; None where it was not asked for.
        why_not: where it is not under way, why.
    """

    payment: str
    amount: Money
    progress: Progress | None = None
    why_not: str | None = None


_REFUNDED = {
    "type": "object",
    "required": ["paid", "through"],
    "properties": {
        "paid": {"type": "array", "items": {"type": "object"}},
        "through": {"type": "array", "items": SCHEMAS.of(GoesBack)},
    },
    "additionalProperties": False,
}


@group.post(
    "/accounts/{account_id}/refund",
    "Pay unspent cash back to where it came from",
    may=(Area.BILLING, Way.WRITE),
    body=Refunding,
    gives=_REFUNDED,
    status=201,
    others=(503,),
    early=True,
    example={"reason": "leaves us", "key": "closing-2026-11"},
)
def refund_account(call: Call) -> Act:
    """Books what came in by hand (`paid`: send it), and repays payments (`through`) where they go.

    Asked again with its key it repays nothing twice, and takes up what was cut short.
    """
    asked, account = call.load(Refunding), _here(call)
    if any(each.amount and payment_of(each.funding) for each in _payable(call, account).fundings):
        processor_of(call)  # nothing is booked where half of it could not go
    case = bo.RefundAccount(
        seller_id=call.seller.id,
        account_id=account.id,
        key=asked.key,
        actor=call.user.id,
        reason=asked.reason,
        at=call.at,
    )
    done = call.run(case)
    errors: list[LeadcoreError] = []
    through = [_goes_back(call, case, each, errors) for each in done.payments]
    if errors and not done.paid and not any(each.progress for each in through):
        raise errors[0]  # nothing went back at all
    paid = [{"source": each.ref, "amount": wire.dump(each.amount)} for each in done.paid]
    told = Reply(data={"paid": paid, "through": wire.dump(through)})
    return Act(case=case, tell=lambda _: told)


def _goes_back(
    call: Call, refund: bo.RefundAccount, back: bo.PaymentBack, errors: list[LeadcoreError]
) -> GoesBack:
    told = GoesBack(payment=back.payment_id, amount=back.amount)
    try:
        made = call.run(
            bo.RepayPayment(
                seller_id=call.seller.id,
                payment_id=back.payment_id,
                repayment_id=refund.repayment_id,
                amount=back.amount,
                by=refund.actor,
                reason=refund.reason,
                within_hours=call.seller.funding.refund_hours,
                all_bonus=True,
                at=call.at,
            )
        )
        told = replace(told, progress=made.progress)
        return replace(told, progress=_settled(call, back.payment_id, made).progress)
    except LeadcoreError as error:
        # One that is disputed must not keep the others from going back.
        errors.append(error)
        return replace(told, why_not=str(error))


def _settled(call: Call, payment_id: str, made: Repayment) -> Repayment:
    payment, processor = call.store.payment(payment_id), call.settings.processor
    if payment is None:
        raise NotFound("payment", payment_id)
    keys_hours = processor.keys_hours if processor else 0
    asking = next_asking(made, at=call.at, keys_hours=keys_hours)
    if asking is None or processor is None:
        return made
    ask = payment.repay_ask(made)
    answer = processor.repay(ask) if asking is Asking.CHARGE else processor.look(ask)
    case = bo.SettlePayment(
        seller_id=call.seller.id,
        payment_id=payment_id,
        repayment_id=made.id,
        answer=answer,
        keys_hours=keys_hours,
        at=call.at,
    )
    return call.run(case).repayment(made.id) or made


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
        data: dict[str, Any] = {"transfer": told_id(moved), "amount": wire.dump(moved.amount)}
        return Reply(data={**data, "to_account": asked.to_account})

    return Act(case=case, tell=tell)
