"""What type checkers make of use cases: a store answers each with what it promises."""

from datetime import UTC, datetime
from typing import assert_type

from leadcore import back_office as bo
from leadcore.accounts import Account, Seller, SellerTerms
from leadcore.leads import Lead
from leadcore.orders import Order
from leadcore.outcomes import Outcome
from leadcore.people import User
from leadcore.ports import AsyncStore, OfferFacts, SellerFacts, Store
from leadcore.refunds import Refund
from leadcore.testing import MemoryStore
from leadcore.values import SellerId

AT = datetime(2026, 11, 22, tzinfo=UTC)
SET = bo.SetSellerTerms(seller_id=SellerId("s"), terms=SellerTerms(name="Seller"), at=AT)


def decided(facts: SellerFacts, offer: OfferFacts, receive: bo.ReceiveLead) -> None:
    assert_type(SET.decide(facts), Outcome[Seller])
    assert_type(receive.decide(offer), Outcome[bo.Reception])
    assert_type(SET.decide(facts).answering("other"), Outcome[str])


def answered(
    store: Store,
    *,
    receive: bo.ReceiveLead,
    account: bo.KeepAccount,
    order: bo.KeepOrder,
    user: bo.KeepUser,
    work: bo.WorkLead,
    refund: bo.RequestRefund,
) -> None:
    assert_type(store.run(SET), Seller)
    assert_type(store.run(receive), bo.Reception)
    assert_type(store.run(account), Account)
    assert_type(store.run(order), Order)
    assert_type(store.run(user), User)
    assert_type(store.run(work), Lead)
    assert_type(store.run(refund), Refund)
    assert_type(store.run_many([receive, receive]), tuple[bo.Reception, ...])


async def awaited(store: AsyncStore, receive: bo.ReceiveLead) -> None:
    assert_type(await store.run(receive), bo.Reception)
    assert_type(await store.run_many([receive]), tuple[bo.Reception, ...])


# The reference store is a store, by its shape alone.
reference: Store = MemoryStore()
