"""Done again by whoever bought the lead this time, and refused where that makes no sense."""

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import NotFound, WrongState
from leadcore.leads import AssignLead, LeadStatus
from leadcore.orders import EditOrder, Renewal, RenewalWhen
from leadcore.ports import LeadQuery, RefundQuery
from leadcore.testing.scenes import reception
from leadcore.what_if import Changes
from leadcore.what_if.again import Asked, Delivery, Differs, Expecting, Worked, lead_answer
from tests.what_if.lives import APPROVE, HOUR, Life, again, auctions, whole


def moved():
    """A lead worked and returned by one account, and the terms on which another buys it."""
    life = Life(accounts=2)
    life.receive(1)
    life.attempt(1)
    life.later()
    holder = [life.scene.account(n) for n in range(2)].index(life.lead(1).sale.account_id)
    life.work(1, AssignLead(user_id=life.scene.user(holder, below=True)))
    life.ask(1, "r")
    life.decide("r", APPROVE)
    closed = Changes(of_orders={life.scene.order(holder): {"quantity": 0}})
    return life, closed, life.scene.account(1 - holder), life.scene.user(1 - holder)


def test_whoever_buys_it_this_time_does_what_was_done():
    life, changes, account, user = moved()
    report, _, store = again(life, changes)
    lead = store.lead(f"{life.seller}/l1")
    assert (lead.sale.account_id, lead.status) == (account, LeadStatus.REFUNDED)
    assert [attempt.by for attempt in lead.attempts] == [user]
    (refund,) = store.refunds(_all(life))
    assert (refund.account_id, refund.requested_by) == (account, user)
    # Who of its people works it is the account's own business.
    (out,) = report.left_out
    assert out.why == "AssignLead is not possible: another account holds the lead"
    assert lead.assigned_to == user


def _all(life):
    return RefundQuery(seller_id=life.seller)


def test_what_nobody_bought_is_not_worked_or_returned():
    life, _, _, _ = moved()
    report, _, store = again(life, Changes(of_orders={"*": {"quantity": 0}}))
    assert store.lead(f"{life.seller}/l1").status is LeadStatus.UNSOLD
    assert [out.key.split("/")[0] for out in report.left_out] == [
        "lead",
        "lead",
        "refund",
        "refund",
    ]
    assert report.total.balance == 0


def test_an_answer_that_differs_is_not_committed():
    life = Life()
    life.receive(1)
    lead = life.lead(1)
    case = replace(_reception(life, 2), at=life.later())
    with pytest.raises(Differs, match="l1"):
        life.run(Expecting(case, lead))
    assert life.lead(2) is None
    bought = life.run(case).lead
    assert lead_answer(bought) != lead_answer(lead)
    assert life.run(Expecting(case, bought)).lead == bought


def _reception(life, number):
    return reception(life.seller, number)


def test_nobody_holds_what_is_not_there():
    life = Life()
    work = bo.WorkLead(
        lead_id="x", viewer_id=life.scene.user(), command=AssignLead(user_id="u"), at=life.now
    )
    asked = bo.RequestRefund(
        refund_id="r", lead_id="x", user_id="u", reason="spam", detail="x", at=life.now
    )
    for case in (Worked(work, "a"), Asked(asked, "a")):
        with pytest.raises(NotFound):
            life.run(case)


def test_a_delivery_is_of_whichever_sale_is_reserved():
    life = Life()
    life.receive(1)
    confirmed = bo.ConfirmDelivery(
        seller_id=life.seller, lead_id=life.lead(1).id, sale_id="x", at=life.now + HOUR
    )
    for case in (confirmed, replace(confirmed, lead_id="nobody")):
        with pytest.raises(WrongState, match="not reserved"):
            life.run(Delivery(case))


def test_deliveries_are_done_again():
    report, _, store = again(whole())
    assert report.unexplained == ()
    assert any(each.failed for each in store.leads(LeadQuery(seller_id=_seller(store))))


def _seller(store):
    (seller,) = store.sellers()
    return seller.id


def test_posts_and_bids_are_done_again():
    life = Life(accounts=3)
    auctions(life)
    report, _, store = again(life)
    assert (report.unexplained, report.left_out) == ((), ())
    assert store.lead(f"{life.seller}/l60").sale == life.lead(60).sale


def test_a_renewal_that_is_not_due_any_more_is_left_out():
    life = Life()
    terms = life.order_terms(quantity=2, renewal=Renewal(when=RenewalWhen.ON_FILL))
    life.order(EditOrder(terms))
    order = life.scene.order()
    for number in range(1, 5):
        life.receive(number)
        # After every sale, as one does: only what renewed was recorded.
        life.run(bo.RenewOrder(seller_id=life.seller, order_id=order, at=life.now))
    report, _, _ = again(life)
    assert (report.unexplained, report.left_out) == ((), ())
    report, _, store = again(life, Changes(of_orders={order: {"quantity": 3}}))
    assert report.unexplained == ()
    (out,) = report.left_out  # at the second of the renewals the order is full
    assert out.key.startswith(f"order/{order}/")
    assert out.why == "RenewOrder is not possible: the order is not due"
    assert [each.cycle for each, _ in store.orders(life.seller)] == [2]
