"""Ask the processor what is open about a payment, and keep what it says before the next thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.payments import Asking, next_asking

if TYPE_CHECKING:
    from leadcore.payments import Answer, NotThere, Payment, Repayment
    from leadcore.ports import Processor
    from leadcore_portal.visits import Visit

__all__ = ["settle"]


def settle(visit: Visit, processor: Processor, payment: Payment) -> Payment:
    """Ask for the charge and each repayment that is open; give the payment as it is then.

    Raises:
        Malformed: the processor can't be asked for this; what is open stays open.
    """
    for repayment in (None, *payment.repayments):
        open_ = repayment or payment
        asking = next_asking(open_, at=visit.at, keys_hours=processor.keys_hours)
        if asking is None:
            continue
        case = bo.SettlePayment(
            seller_id=visit.seller.id,
            payment_id=payment.id,
            repayment_id=repayment.id if repayment else None,
            answer=_answer(processor, payment, repayment, asking),
            keys_hours=processor.keys_hours,
            at=visit.at,
        )
        payment = visit.run(case)
    return payment


def _answer(
    processor: Processor, payment: Payment, repayment: Repayment | None, asking: Asking
) -> Answer | NotThere:
    if repayment is None:
        charge = payment.ask
        return processor.charge(charge) if asking is Asking.CHARGE else processor.look(charge)
    back = payment.repay_ask(repayment)
    return processor.repay(back) if asking is Asking.CHARGE else processor.look(back)
