"""What is due, in the order it is best done in, and nothing of it a second time."""

from datetime import timedelta
from itertools import count

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, WatchBalance
from leadcore.balances import FundingTerms, FundingTier, FundingTiers
from leadcore.distribution import DistributionTerms, Way
from leadcore.leads import LeadStatus
from leadcore.orders import EditOrder, OrderTerms, Renewal, RenewalWhen
from leadcore.payments import BalanceWatch, PaymentMethod, Recharge
from leadcore.ports import LeadQuery
from leadcore.testing import MemoryStore
from leadcore.testing.appointment_contract import booked
from leadcore.testing.scenes import AT, PRICE, Scene, fund
from leadcore.values import Money, SaleId

METHOD = PaymentMethod(token="pm_1")
LATER = AT + timedelta(hours=49)


def usd(minor):
    return Money(minor, "USD")


def facts(scene):
    store, seller = scene.store, scene.seller
    held = LeadQuery(seller_id=seller, statuses=frozenset({LeadStatus.RESERVED}))
    return bo.DueFacts(
        seller_id=seller,
        orders=store.orders(seller),
        accounts=store.accounts(seller),
        reserved=store.leads(held),
    )


def due(scene, at):
    numbers = count(1)
    return bo.due_cases(facts(scene), at=at, sale_id=lambda: SaleId(f"again-{next(numbers)}"))


@pytest.fixture
def scene():
    """An order of one lead that renews, a lead that is being delivered, bonus, a low balance."""
    made = Scene(store=MemoryStore(), accounts=2, funds=0).set_up()
    tiers = FundingTiers(currency="USD", tiers=(FundingTier(1_000, 1_000),), bonus_hours=48)
    terms = SellerTerms(
        name="Seller",
        funding=FundingTerms(tiers=tiers),
        distribution=DistributionTerms((Way(hold_minutes=30),)),
    )
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=terms, at=AT))
    for number in (0, 1):
        made.store.run(fund(made.account(number), made.seller, "f", 10_000))
    filled = OrderTerms(
        user_id=made.user(),
        price=usd(PRICE),
        quantity=1,
        renewal=Renewal(when=RenewalWhen.ON_FILL, charge=METHOD),
    )
    made.store.run(
        bo.KeepOrder(
            order_id=made.order(), account_id=made.account(), command=EditOrder(filled), at=AT
        )
    )
    for number in (1, 2):
        made.receive(number)
    first = next(
        lead
        for lead in made.store.leads(LeadQuery(seller_id=made.seller))
        if lead.reservation and lead.reservation.account_id == made.account()
    )
    made.store.run(
        bo.ConfirmDelivery(
            seller_id=made.seller, lead_id=first.id, sale_id=first.reservation.sale_id, at=AT
        )
    )
    recharge = Recharge(below=usd(9_000), by=usd(4_000), method=METHOD)
    watch = WatchBalance(BalanceWatch(alert_below=usd(9_000), recharge=recharge))
    made.store.run(
        bo.KeepAccount(seller_id=made.seller, account_id=made.account(), command=watch, at=AT)
    )
    return made


def names(cases):
    return [type(case).__name__ for case in cases]


def test_everything_that_is_due_is_there_in_its_order(scene):
    cases = due(scene, LATER)
    assert names(cases) == [
        "ExpireDelivery",
        "RenewOrder",
        "ExpireBonus",
        "ExpireBonus",
        "CheckBalance",
    ]
    assert cases[0].next_sale_id == "again-1"
    assert (cases[1].order_id, cases[-1].account_id) == (scene.order(), scene.account())
    assert {case.at for case in cases} == {LATER}


def test_a_delivery_is_due_when_its_time_is_over_and_no_sooner(scene):
    (held,) = facts(scene).reserved
    ends = held.reservation.expires_at
    tick = timedelta(microseconds=1)
    assert "ExpireDelivery" not in names(due(scene, ends - tick))
    assert "ExpireDelivery" in names(due(scene, ends))


def test_run_again_it_finds_its_work_done(scene):
    for case in due(scene, LATER):
        scene.store.run(case)
    balances = [scene.balance(number) for number in (0, 1)]
    again = due(scene, LATER)
    answers = [scene.store.run(case) for case in again]
    assert names(again) == ["ExpireBonus", "ExpireBonus", "CheckBalance"]
    assert answers[:2] == [(), ()]
    assert answers[2].payment.requested_at == LATER
    assert [scene.balance(number) for number in (0, 1)] == balances
    assert scene.store.audit() == ()


def test_nothing_is_due_where_nothing_is_kept():
    assert bo.due_cases(bo.DueFacts(seller_id="s"), at=AT, sale_id=lambda: SaleId("x")) == ()


def test_appointments_are_realigned_first_and_then_reminded_of():
    office = Scene(store=MemoryStore()).set_up()
    office.receive(1)
    hour = timedelta(hours=1)
    plain = office.store.run(booked(office, "a", reminders=(60,))).appointment
    old = replace(
        plain.slot, begins_at=plain.slot.begins_at + hour, ends_at=plain.slot.ends_at + hour
    )
    moved = replace(plain, id="old", slot=old)
    facts = bo.DueFacts(seller_id=office.seller, upcoming=(plain, moved))
    at = plain.slot.begins_at - hour
    due = bo.due_cases(facts, at=at, sale_id=lambda: "none")
    assert due == (
        bo.RealignAppointment(appointment_id="old", at=at),
        bo.RemindOfAppointment(appointment_id=plain.id, at=at),
    )


def test_whoever_works_a_lead_is_reminded_of_what_is_due_and_of_nothing_twice():
    made = Scene(store=MemoryStore()).set_up()
    lead = made.receive(1).lead
    seller = made.store.seller(made.seller)

    def found(at):
        held = bo.DueFacts(seller_id=made.seller, held=(made.store.lead(lead.id),), seller=seller)
        return bo.due_cases(held, at=at, sale_id=str)

    assert found(AT) == ()
    (case,) = found(AT + timedelta(hours=25))
    assert (case.lead_id, case.user_id, case.terms) == (lead.id, made.user(), seller.terms)
    made.store.run(case)
    assert found(AT + timedelta(hours=26)) == ()
