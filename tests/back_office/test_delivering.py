"""Delivered first, sold then: late, failed, replayed, for nothing; and always the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account
from leadcore.distribution import Reason, Way
from leadcore.errors import Malformed, NotFound, Refused, WrongState
from leadcore.leads import LeadStatus, RefusalReason, first_contact_due
from leadcore.orders import (
    EditOrder,
    OpenOrder,
    OrderTerms,
    Renewal,
    RenewalWhen,
    remaining,
)
from leadcore.payments import PaymentMethod
from leadcore.ports import PaymentQuery
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.testing import MemoryStore, violations
from leadcore.testing.distribution_contract import ways
from leadcore.testing.distribution_play import PLAIN_METHODS
from leadcore.testing.scenes import AT, PRICE, Scene, reception
from leadcore.values import UNLIMITED, Money

TICK = timedelta(microseconds=1)
END = timedelta(minutes=30)


def scene(**more):
    made = Scene(store=MemoryStore(), **more).set_up()
    ways(made, Way(hold_minutes=30))
    return made


def lead(made, key="l1"):
    return made.store.lead(f"{made.seller}/{key}")


def ids(made, sale):
    return {
        "seller_id": made.seller,
        "lead_id": f"{made.seller}/l1",
        "sale_id": f"{made.seller}/{sale}",
    }


def confirm(made, sale="s1", *, after=TICK):
    return bo.ConfirmDelivery(**ids(made, sale), at=AT + after)


def fail(made, sale="s1", then="s2", *, after=TICK):
    return bo.FailDelivery(
        **ids(made, sale), next_sale_id=f"{made.seller}/{then}", why="503", at=AT + after
    )


def expire(made, sale="s1", then="s2", *, after=END):
    return bo.ExpireDelivery(**ids(made, sale), next_sale_id=f"{made.seller}/{then}", at=AT + after)


def money(made, number=0):
    held = made.store.balance(prepaid_account(made.account(number)))
    return held.posted, held.pending


def numbers(made):
    return [(each.sold, each.credit) for _, each in made.store.orders(made.seller)]


# ------------------------------------------------------------------------------------- confirmed


def test_the_instant_of_delivery_is_the_instant_of_sale():
    made = scene()
    made.receive(1)
    assert made.store.messages() == ()
    sold = made.store.run(confirm(made, after=END - TICK)).lead
    assert sold.sale.sold_at == sold.held_since == AT + END - TICK
    assert first_contact_due(sold) == AT + END - TICK + timedelta(hours=24)
    assert made.store.book.transfers[sold.sale.transfer_id].ref == f"{made.seller}/s1/hold"
    assert {message.at for message in made.store.messages()} == {AT + END - TICK}
    assert money(made) == (10_000 - PRICE, 0)
    assert violations(made.store, made.seller) == ()


def test_confirmed_late_or_before_its_time_is_refused():
    made = scene()
    made.receive(1)
    with pytest.raises(WrongState, match="reserved until"):
        made.store.run(confirm(made, after=END))
    with pytest.raises(WrongState, match="reserved only at"):
        made.store.run(confirm(made, after=-TICK))
    assert lead(made).status is LeadStatus.RESERVED


def test_a_delivered_lead_is_returned_like_any_other():
    made = scene()
    made.receive(1)
    sold = made.store.run(confirm(made)).lead
    asked = made.store.run(
        bo.RequestRefund(
            refund_id="r",
            lead_id=sold.id,
            user_id=sold.assigned_to,
            reason="wrong_number",
            detail="asked",
            at=AT + TICK + timedelta(hours=120),  # the window opened with the sale
        )
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    made.store.run(bo.DecideRefund(refund_id=asked.id, command=approve, at=AT + 6 * 24 * 2 * END))
    assert money(made) == (10_000, 0)
    assert violations(made.store, made.seller) == ()


def test_saying_it_again_changes_nothing():
    made = scene(accounts=2)
    made.receive(1)
    again = made.store.run(fail(made))
    told = made.store.run(fail(made))
    assert (told.outcome, told.lead) == (bo.Received.KNOWN, again.lead)
    assert made.store.run(expire(made)).outcome is bo.Received.KNOWN
    made.store.run(confirm(made, "s2"))
    before = numbers(made), money(made), money(made, 1)
    assert made.store.run(confirm(made, "s2")).outcome is bo.Received.KNOWN
    assert made.store.run(fail(made)).outcome is bo.Received.KNOWN
    assert (numbers(made), money(made), money(made, 1)) == before
    assert made.receive(1).outcome is bo.Received.KNOWN


def test_an_offer_of_what_is_reserved_under_the_same_sale_is_known():
    made = scene()
    made.receive(1)
    offered = bo.OfferLead(**ids(made, "s1"), at=AT + TICK)
    assert made.store.run(offered).outcome is bo.Received.KNOWN
    with pytest.raises(WrongState, match="the lead is reserved"):
        made.store.run(replace(offered, sale_id="other"))


# ---------------------------------------------------------------------------------------- failed


def test_each_failure_is_the_candidates_reason_and_everything_is_given_back():
    made = scene(accounts=3)
    made.receive(1)
    for number, (sale, then) in enumerate((("s1", "s2"), ("s2", "s3"), ("s3", "s4"))):
        reasons = [each.reason for each in lead(made).offers]
        assert reasons.count(Reason.DELIVERY_FAILED) == number
        assert reasons.count(Reason.WON) == 1
        made.store.run(fail(made, sale, then))
    assert lead(made).status is LeadStatus.UNSOLD
    assert {each.reason for each in lead(made).offers} == {Reason.DELIVERY_FAILED}
    assert [each.why for each in lead(made).failed] == ["503"] * 3
    assert numbers(made) == [(0, 0)] * 3
    assert {money(made, number) for number in range(3)} == {(10_000, 0)}
    # Not even when it is offered again.
    later = bo.OfferLead(**ids(made, "s5"), at=AT + END)
    assert made.store.run(later).lead.status is LeadStatus.UNSOLD
    assert violations(made.store, made.seller) == ()


def test_money_that_is_given_back_may_buy_the_lead_for_another_order():
    made = scene(funds=PRICE)
    terms = OrderTerms(user_id=made.user(below=True), price=Money(PRICE, "USD"), quantity=1)
    second = OpenOrder(
        order_id=f"{made.account()}/second",
        seller_id=made.seller,
        account_id=made.account(),
        terms=terms,
    )
    made.store.run(
        bo.KeepOrder(order_id=second.order_id, account_id=made.account(), command=second, at=AT)
    )
    made.receive(1)
    first = lead(made).reservation.order_id
    again = made.store.run(fail(made)).lead
    assert again.reservation.order_id != first
    assert money(made) == (PRICE, PRICE)
    assert violations(made.store, made.seller) == ()


@pytest.mark.parametrize("banked", [False, True])
def test_a_card_is_not_charged_again_for_leads_that_never_came(banked):
    made = scene(quantity=2)
    ((order, _),) = made.store.orders(made.seller)
    on_fill = Renewal(when=RenewalWhen.ON_FILL, charge=PaymentMethod(token="pm_kept"))
    wanted = replace(order.terms, renewal=on_fill)
    if banked:
        wanted = replace(wanted, quantity=UNLIMITED, bank=Money(2 * PRICE, "USD"))
    edit = EditOrder(wanted)
    made.store.run(bo.KeepOrder(order_id=order.id, account_id=made.account(), command=edit, at=AT))
    renewal = bo.RenewOrder(seller_id=made.seller, order_id=order.id, at=AT)
    renewals = []
    for turn in range(4):
        held = [made.receive(2 * turn + each).lead.reservation for each in (0, 1)]
        renewals.append(made.store.run(renewal).renewed)
        for each, reservation in enumerate(held):
            gone = bo.FailDelivery(
                seller_id=made.seller,
                lead_id=f"{made.seller}/l{2 * turn + each}",
                sale_id=reservation.sale_id,
                next_sale_id=f"again-{turn}-{each}",
                why="503",
                at=AT + TICK,
            )
            made.store.run(gone)
    assert renewals == [True, False, False, False]
    assert len(made.store.payments(PaymentQuery(seller_id=made.seller))) == 1
    # The places of both cycles are there: four leads may come before it is filled again.
    ((order, standing),) = made.store.orders(made.seller)
    assert (order.cycle, remaining(order, standing)) == (2, 4)
    assert violations(made.store, made.seller) == ()


def test_a_reservation_ends_when_it_ends():
    made = scene(accounts=2)
    made.receive(1)
    with pytest.raises(WrongState, match="is reserved until"):
        made.store.run(expire(made, after=END - TICK))
    moved = made.store.run(expire(made)).lead
    assert moved.failed[0].why == "not confirmed in time"
    assert moved.reservation.expires_at == AT + 2 * END
    with pytest.raises(WrongState, match="failed already"):
        made.store.run(confirm(made))


def test_what_was_never_reserved_is_not_delivered():
    made = scene(quantity=0)
    made.receive(1)
    for case in (confirm(made), fail(made), expire(made)):
        with pytest.raises(WrongState, match="the lead is unsold"):
            made.store.run(case)
        with pytest.raises(NotFound, match="there is no lead"):
            made.store.run(replace(case, lead_id="nobody"))
        with pytest.raises(NotFound, match="there is no lead"):
            made.store.run(replace(case, seller_id="nobody"))


def test_another_sale_is_not_delivered():
    made = scene()
    made.receive(1)
    for case in (confirm(made, "other"), fail(made, "other"), expire(made, "other")):
        with pytest.raises(WrongState, match="reserved for another sale"):
            made.store.run(case)
    for case in (fail(made, then="s1"), expire(made, then="s1")):
        with pytest.raises(Malformed, match="next_sale_id"):
            made.store.run(case)
    assert money(made) == (10_000, PRICE)


def test_the_next_sale_has_no_id_that_failed_before():
    made = scene(accounts=3)
    made.receive(1)
    held = made.store.run(fail(made)).lead
    for case in (fail(made, "s2", "s1"), expire(made, "s2", "s1", after=2 * END)):
        with pytest.raises(Malformed, match="next_sale_id"):
            made.store.run(case)
    assert lead(made) == held
    assert made.store.run(fail(made, "s2", "s3")).lead.reservation.sale_id == f"{made.seller}/s3"


def test_only_a_confirmed_delivery_is_noted_on_the_lead_that_was_returned():
    made = scene(accounts=3)
    made.receive(1)
    sold = made.store.run(confirm(made)).lead
    asked = bo.RequestRefund(
        refund_id="r",
        lead_id=sold.id,
        user_id=sold.assigned_to,
        reason="wrong_number",
        detail="asked",
        at=AT + END,
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    for case in (asked, bo.DecideRefund(refund_id="r", command=approve, at=AT + END)):
        made.store.run(case)
    before = lead(made).notes
    later = {"seller_id": made.seller, "lead_id": f"{made.seller}/again"}
    resale = bo.ResellLead(
        seller_id=made.seller,
        lead_id=sold.id,
        new_lead_id=later["lead_id"],
        sale_id="n1",
        at=AT + 2 * END,
    )
    made.store.run(resale)
    assert lead(made).notes == before
    reversal = bo.DecideRefund(
        refund_id="r", command=ReverseRefund(by="staff", note="a member"), at=AT + 2 * END
    )
    with pytest.raises(Refused, match="REV-SOLD-ON"):
        made.store.run(reversal)
    failed = bo.FailDelivery(
        **later, sale_id="n1", next_sale_id="n2", why="503", at=AT + 2 * END + TICK
    )
    made.store.run(failed)
    assert lead(made).notes == before
    arrived = AT + 2 * END + 2 * TICK
    made.store.run(bo.ConfirmDelivery(**later, sale_id="n2", at=arrived))
    (note,) = lead(made).notes[len(before) :]
    assert (note.text, note.at) == ("The person was sold again.", arrived)
    with pytest.raises(Refused, match="REV-SOLD-ON"):
        made.store.run(replace(reversal, at=arrived))
    assert violations(made.store, made.seller) == ()


def test_for_nothing_nothing_is_held():
    made = scene(accounts=2, funds=0)
    for number in range(2):
        free = OrderTerms(user_id=made.user(number), price=Money(0, "USD"), quantity=1)
        made.store.run(
            bo.KeepOrder(
                order_id=made.order(number),
                account_id=made.account(number),
                command=EditOrder(free),
                at=AT,
            )
        )
    made.receive(1)
    made.store.run(fail(made))
    sold = made.store.run(confirm(made, "s2")).lead
    assert (sold.sale.transfer_id, sold.status) == (None, LeadStatus.SOLD)
    assert violations(made.store, made.seller) == ()


def test_whoever_is_not_known_any_more_is_not_told():
    made = scene()
    made.receive(1)
    case = confirm(made)
    facts = replace(made.store.load(case.needs), users={})
    assert case.decide(facts).messages == ()


def test_an_order_that_was_closed_meanwhile_gets_its_turn_back():
    made = scene()
    made.receive(1)
    case = fail(made)
    facts = made.store.load(case.needs)
    outcome = case.decide(replace(facts, candidates=(), order_versions={}))
    assert outcome.answer.lead.status is LeadStatus.UNSOLD
    (back,) = outcome.standings
    assert (back.order_id, back.sold, back.credit) == (made.order(), -1, 0)


# --------------------------------------------------------------------------------------- beside


def test_a_person_who_asks_again_meanwhile_is_a_duplicate():
    made = scene(accounts=2)
    made.receive(1)
    assert made.receive(2, of=1).lead.refusals == (RefusalReason.DUPLICATE,)


def test_a_refund_is_not_reversed_while_the_person_is_on_the_way_to_another():
    made = scene(accounts=2)
    made.receive(1)
    sold = made.store.run(confirm(made)).lead
    asked = made.store.run(
        bo.RequestRefund(
            refund_id="r",
            lead_id=sold.id,
            user_id=sold.assigned_to,
            reason="wrong_number",
            detail="asked",
            at=AT + END,
        )
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    made.store.run(bo.DecideRefund(refund_id=asked.id, command=approve, at=AT + END))
    again = made.store.run(
        bo.ResellLead(
            seller_id=made.seller,
            lead_id=sold.id,
            new_lead_id=f"{made.seller}/again",
            sale_id=f"{made.seller}/again",
            at=AT + 2 * END,
        )
    ).lead
    assert again.status is LeadStatus.RESERVED
    back = ReverseRefund(by="staff", note="a member after all")
    with pytest.raises(Refused, match="REV-SOLD-ON"):
        made.store.run(bo.DecideRefund(refund_id="r", command=back, at=AT + 2 * END + TICK))


STEPS = st.lists(
    st.tuples(st.sampled_from(["receive", "confirm", "fail", "expire"]), st.integers(0, 3)),
    min_size=3,
    max_size=14,
)


def step(made, what, which, number, now):
    """Give a use case: a reception, or what becomes of one of the leads on their way."""
    if what == "receive":
        return reception(made.seller, which, at=now)
    on_the_way = [each for each in known(made) if each.reservation]
    if not on_the_way:
        return None
    one = on_the_way[which % len(on_the_way)]
    mine = {"seller_id": made.seller, "lead_id": one.id, "sale_id": one.reservation.sale_id}
    if what == "confirm":
        return bo.ConfirmDelivery(**mine, at=now)
    mine["next_sale_id"] = f"{made.seller}/next{number}"
    if what == "fail":
        return bo.FailDelivery(**mine, why="503", at=now)
    return bo.ExpireDelivery(**mine, at=now)


def known(made):
    return [each for each in (lead(made, f"l{number}") for number in range(4)) if each]


@given(STEPS, st.sampled_from(PLAIN_METHODS))
def test_whatever_happens_money_places_and_turns_add_up(steps, method):
    made = Scene(store=MemoryStore(), accounts=3, quantity=2).set_up()
    ways(made, Way(hold_minutes=30, method=method))
    for number, (what, which) in enumerate(steps):
        case = step(made, what, which, number, AT + number * END / 2)
        try:
            made.store.run(case) if case else None
        except WrongState:
            assert what in {"confirm", "expire"}  # too late, or too soon
    taken = [each for each in known(made) if each.held_by is not None]
    assert sum(sold for sold, _ in numbers(made)) == len(taken)
    assert all(sold <= 2 for sold, _ in numbers(made))
    assert sum(credit for _, credit in numbers(made)) == 0
    pending = sum(money(made, number)[1] for number in range(3))
    assert pending == PRICE * sum(each.status is LeadStatus.RESERVED for each in taken)
    assert violations(made.store, made.seller) == ()
