"""Ask a processor what is open about a payment, and settle what it says, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.payments import Asking, next_asking

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.payments import Answer, NotThere, Payment, Repayment
    from leadcore.ports import Processor
    from leadcore_cli.context import Desk

__all__ = ["settle"]


def settle(here: Desk, processor: Processor, payment: Payment, at: datetime) -> Payment:
    """Ask for the charge and each repayment that is open; give the payment as it is then.

    Each answer is stored before the next thing is asked, so that whoever is interrupted finds what
    was done, and asks for the rest with the same keys.
    """
    for repayment in (None, *payment.repayments):
        asking = next_asking(repayment or payment, at=at, keys_hours=processor.keys_hours)
        if asking is not None:
            payment = here.store.run(
                bo.SettlePayment(
                    seller_id=here.seller.id,
                    payment_id=payment.id,
                    repayment_id=repayment.id if repayment else None,
                    answer=_answer(processor, payment, repayment, asking),
                    keys_hours=processor.keys_hours,
                    at=at,
                )
            )
    return payment


def _answer(
    processor: Processor, payment: Payment, repayment: Repayment | None, asking: Asking
) -> Answer | NotThere:
    if repayment is None:
        charge = payment.ask
        return processor.charge(charge) if asking is Asking.CHARGE else processor.look(charge)
    back = payment.repay_ask(repayment)
    return processor.repay(back) if asking is Asking.CHARGE else processor.look(back)
