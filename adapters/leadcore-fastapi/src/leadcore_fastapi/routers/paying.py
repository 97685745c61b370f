"""Payments from saved methods: asked for, listed; and what the processor tells unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import NotFound
from leadcore.logins import Actor
from leadcore.payments import Asking, Payment, PaymentMethod, next_asking
from leadcore.ports import PaymentQuery
from leadcore.values import Money
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.routers.shared import LIMIT, limit_of, processor_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("payments")
_READ, _WRITE = (Area.BILLING, Way.READ), (Area.BILLING, Way.WRITE)


@frozen(kw_only=True)
class NewPayment:
    """How much is to be charged, and to which saved method."""

    amount: Money
    method: PaymentMethod


def _told(payment: Payment) -> Any:  # noqa: ANN401 - whatever JSON holds
    # What may be charged stays here: of the method only what may be shown goes out.
    data = wire.dump(payment)
    method = {name: each for name, each in data.pop("method").items() if name not in _SECRET}
    return {**data, "method": method, "status": payment.status.value}


_SECRET = frozenset({"token", "customer"})
_PAYMENT = {"type": "object", "required": ["id", "account_id", "status"]}


@group.get(
    "/accounts/{account_id}/payments",
    "List payments of an account, newest first",
    may=_READ,
    query=(LIMIT,),
    gives=page_of(_PAYMENT),
)
def list_payments(call: Call) -> Reply:
    """Each with how far it is."""
    account = call.account(call.path("account_id"))
    found = call.store.payments(
        PaymentQuery(seller_id=call.seller.id, account_id=account.id, limit=limit_of(call.query))
    )
    return Reply(data={"items": [_told(each) for each in found], "next": None})


@group.post(
    "/accounts/{account_id}/payments",
    "Charge a saved payment method",
    may=_WRITE,
    body=NewPayment,
    gives=_PAYMENT,
    status=201,
    others=(503,),
    early=True,
    example={"amount": {"minor": 25000, "currency": "USD"}, "method": {"token": "pm_demo"}},
)
def make_payment(call: Call) -> Act:
    """Recorded first, then asked of the processor; sent again with its key, nobody pays twice."""
    asked, processor = call.load(NewPayment), processor_of(call)
    request = bo.RequestPayment(
        seller_id=call.seller.id,
        account_id=call.account(call.path("account_id")).id,
        payment_id=call.steady("payment"),
        amount=asked.amount,
        method=asked.method,
        by=call.user.id,
        at=call.at,
    )
    payment = call.run(request)
    asking = next_asking(payment, at=call.at, keys_hours=processor.keys_hours)
    if asking is None:
        return Act(case=request, tell=lambda done: Reply(data=_told(done)))
    ask = payment.ask
    answer = processor.charge(ask) if asking is Asking.CHARGE else processor.look(ask)
    case = bo.SettlePayment(
        seller_id=call.seller.id,
        payment_id=payment.id,
        answer=answer,
        keys_hours=processor.keys_hours,
        at=call.at,
    )
    return Act(case=case, tell=lambda done: Reply(data=_told(done)))


@group.get("/payments/{payment_id}", "Show a payment", may=_READ, gives=_PAYMENT)
def show_payment(call: Call) -> Reply:
    """How far it is, its repayments and disputes."""
    key = call.path("payment_id")
    found = call.store.payment(key)
    mine = found is not None and found.seller_id == call.seller.id
    if found is None or not mine or not call.caller.reaches(found.account_id):
        raise NotFound("payment", key)
    return Reply(data=_told(found))


@group.post(
    "/payments/notices",
    "Take what the processor tells",
    body={},
    media=("application/json",),
    gives={"type": "object", "required": ["outcome"]},
    others=(503,),
)
def take_notice(call: Call) -> Reply:
    """For the processor alone, whose signature proves it; each notice counts once, in any order."""
    headers = call.incoming.headers
    signed = headers.get("stripe-signature") or headers.get("x-signature") or ""
    told = processor_of(call).read(call.incoming.body, signed, at=call.at)
    if told is None:
        return Reply(data={"outcome": "ignored"})
    case = bo.ReceiveNotice(seller_id=call.seller.id, notice=told, at=call.at)
    actor = Actor.system(call.seller.id, "processor", call.incoming.source)
    taken = call.store.run(bo.By(actor=actor, case=case, act=call.fresh(), at=call.at))
    return Reply(data={"outcome": taken.outcome.value})
