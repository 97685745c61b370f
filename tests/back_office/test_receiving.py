"""From a submission to a sale: one buyer, one charge, everybody told, and repeats to the owner."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.decider import Versioned
from leadcore.distribution import Reason, Way
from leadcore.errors import Conflict, NotFound, WrongState
from leadcore.leads import LeadStatus, RefusalReason
from leadcore.orders import EditOrder, OrderTerms
from leadcore.people import DisableUser, EditUser, Profile
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.submissions import Source, Submission
from leadcore.testing import MemoryStore, violations
from leadcore.testing.auction_contract import AUCTION
from leadcore.testing.distribution_contract import ways
from leadcore.testing.scenes import AT, PRICE, Scene, person, reception, terms
from leadcore.values import UNLIMITED, Money

HOUR = timedelta(hours=1)


def scene(**more):
    return Scene(store=MemoryStore(), **more).set_up()


def ids(made, messages=None):
    found = made.store.messages(limit=1000) if messages is None else messages
    return sorted(message.id.removeprefix(f"{made.seller}/") for message in found)


def lead(made, number):
    return made.store.lead(f"{made.seller}/l{number}")


def reasons(offered):
    return {offer.order_id.rpartition("/")[0][-2:]: offer.reason for offer in offered.offers}


def refund(made, number, *, at=AT + HOUR):
    held = lead(made, number)
    asked = made.store.run(
        bo.RequestRefund(
            refund_id=f"{made.seller}/r{number}",
            lead_id=held.id,
            user_id=held.assigned_to,
            reason="wrong_number",
            detail="asked",
            at=at,
        )
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    return made.store.run(bo.DecideRefund(refund_id=asked.id, command=approve, at=at))


def resale(made, number, *, to="again", at=AT + 2 * HOUR):
    return bo.ResellLead(
        seller_id=made.seller,
        lead_id=f"{made.seller}/l{number}",
        new_lead_id=f"{made.seller}/{to}",
        sale_id=f"{made.seller}/{to}",
        at=at,
    )


def offer(made, number, *, sale="offer", at=AT + HOUR):
    return bo.OfferLead(
        seller_id=made.seller,
        lead_id=f"{made.seller}/l{number}",
        sale_id=f"{made.seller}/{sale}",
        at=at,
    )


def edit(made, number=0, **more):
    order = OrderTerms(
        **{"user_id": made.user(number), "price": Money(PRICE, "USD"), "quantity": 5} | more
    )
    return bo.KeepOrder(
        order_id=made.order(number),
        account_id=made.account(number),
        command=EditOrder(order),
        at=AT,
    )


# ----------------------------------------------------------------------------------- receive, sell


def test_a_lead_is_sold_charged_counted_and_told():
    made = scene()
    answer = made.receive(1)
    sold = answer.lead
    assert (answer.outcome, sold.status) == (bo.Received.ACCEPTED, LeadStatus.SOLD)
    assert (sold.sale.account_id, sold.sale.price, sold.sale.sold_at) == (
        made.account(),
        Money(PRICE, "USD"),
        AT,
    )
    assert sold.assigned_to == sold.sale.user_id == made.user()
    assert made.balance() == 10_000 - PRICE
    transfer = made.store.book.transfers[sold.sale.transfer_id]
    assert (transfer.sale_id, transfer.lead_id, transfer.order_id) == (
        sold.sale.id,
        sold.id,
        made.order(),
    )
    ((_, standing),) = made.store.orders(made.seller)
    assert (standing.sold, standing.credit) == (1, 0)
    assert ids(made) == ["s1/confirmation/email", "s1/courtesy/email"]
    assert violations(made.store, made.seller) == ()


def test_a_lead_is_offered_to_everybody_and_sold_to_one():
    made = scene(accounts=3)
    made.store.run(edit(made, 2, quantity=0))
    sold = made.receive(1).lead
    assert reasons(sold) == {
        "a0": Reason.WON,
        "a1": Reason.OUTRANKED,
        "a2": Reason.FILLED,
    }
    assert [made.balance(number) for number in range(3)] == [10_000 - PRICE, 10_000, 10_000]
    carried = [standing.credit for _, standing in made.store.orders(made.seller)]
    assert (sum(carried), carried[2]) == (0, 0)
    assert made.receive(2).lead.sale.account_id == made.account(1)


def test_nobody_to_sell_to_is_told_why_and_kept():
    made = scene(funds=PRICE - 1)
    answer = made.receive(1)
    assert (answer.outcome, answer.lead.status) == (bo.Received.ACCEPTED, LeadStatus.UNSOLD)
    assert reasons(answer.lead) == {"a0": Reason.FUNDS}
    assert (made.balance(), ids(made)) == (PRICE - 1, [])


def test_the_last_cent_buys_the_last_lead():
    made = scene(funds=PRICE)
    assert made.receive(1).lead.status is LeadStatus.SOLD
    assert made.balance() == 0
    assert reasons(made.receive(2).lead) == {"a0": Reason.FUNDS}


def test_a_price_of_zero_moves_no_money():
    made = scene(funds=0)
    made.store.run(edit(made, price=Money(0, "USD")))
    sold = made.receive(1).lead
    assert (sold.status, sold.sale.transfer_id) == (LeadStatus.SOLD, None)
    assert made.store.statement(f"prepaid:{made.account()}") == ()
    assert refund(made, 1).round == 1
    assert lead(made, 1).status is LeadStatus.REFUNDED
    assert violations(made.store, made.seller) == ()


def test_a_test_lead_is_kept_and_nothing_else():
    made = scene()
    for number in (1, 2):
        case = reception(made.seller, number, of=1)
        case = replace(case, submission=replace(case.submission, test=True))
        answer = made.store.run(case)
        assert (answer.outcome, answer.lead.status) == (bo.Received.ACCEPTED, LeadStatus.RECEIVED)
    assert (made.balance(), ids(made), made.store.claims) == (10_000, [], {})
    ((_, standing),) = made.store.orders(made.seller)
    assert standing.sold == 0
    with pytest.raises(WrongState, match="the lead is a test"):
        made.store.run(offer(made, 1))
    # It stands in nobody's way.
    assert made.receive(3, of=1).lead.status is LeadStatus.SOLD


def test_a_seller_nobody_knows():
    with pytest.raises(NotFound, match="there is no seller"):
        MemoryStore().run(reception("nobody", 1))


def test_an_associate_who_was_disabled_meanwhile_gets_nothing():
    made = scene()
    made.store.run(
        bo.KeepUser(user_id=made.user(), account_id=made.account(), command=DisableUser(), at=AT)
    )
    assert reasons(made.receive(1).lead) == {"a0": Reason.NO_RECIPIENT}


def test_facts_without_the_associate_tell_nobody():
    made = scene()
    case = reception(made.seller, 1)
    outcome = case.decide(replace(made.store.load(case.needs), users={}))
    assert (outcome.answer.lead.status, outcome.messages) == (LeadStatus.SOLD, ())


def test_a_text_goes_to_the_associates_cell():
    made = scene()
    profile = Profile(name="Lo", cell="+13055550199", phone="+13055550100")
    made.store.run(
        bo.KeepUser(
            user_id=made.user(), account_id=made.account(), command=EditUser(profile), at=AT
        )
    )
    made.receive(1)
    # The address the profile had before is told that it is used no more.
    assert ids(made)[1:] == ["s1/confirmation/email", "s1/courtesy/text"]
    told = {message.id.rpartition("/")[2]: message.body for message in made.store.messages()}
    assert "+13055550100" in told["email"]
    assert "+13055550199" not in told["email"]


# -------------------------------------------------------------------------------------- repeats


def test_the_same_submission_again_is_known():
    made = scene()
    first = made.receive(1)
    again = made.receive(1)
    assert (again.outcome, again.lead) == (bo.Received.KNOWN, first.lead)
    assert made.balance() == 10_000 - PRICE


def test_while_the_sale_stands_a_repeat_is_a_note_to_its_owner():
    made = scene(accounts=2)
    made.receive(1)
    answer = made.receive(2, of=1, days=30)
    assert (answer.outcome, answer.lead.status) == (bo.Received.REFUSED, LeadStatus.REFUSED)
    assert answer.lead.refusals == (RefusalReason.REPEAT_ENQUIRY,)
    assert answer.lead.duplicate_of == f"{made.seller}/l1"
    (note,) = lead(made, 1).notes
    assert (note.text, note.lead_id) == ("The person asked again.", answer.lead.id)
    assert [made.balance(number) for number in range(2)] == [10_000 - PRICE, 10_000]
    assert len(ids(made)) == 2


def test_after_the_look_back_the_person_is_sold_anew_but_not_to_the_owner():
    made = scene(accounts=2)
    made.receive(1)
    case = reception(made.seller, 2, of=1, at=AT + timedelta(days=30, microseconds=1))
    answer = made.store.run(case)
    assert answer.lead.sale.account_id == made.account(1)
    assert reasons(answer.lead)["a0"] is Reason.OWN_ASSOCIATE


def test_a_repeat_of_a_lead_that_waits_is_a_duplicate():
    made = scene(funds=0)
    made.receive(1)
    answer = made.receive(2, of=1)
    assert (answer.outcome, answer.lead.refusals) == (
        bo.Received.REFUSED,
        (RefusalReason.DUPLICATE,),
    )
    assert lead(made, 1).notes == ()


def test_without_a_look_back_everybody_is_new():
    made = scene(accounts=2)
    none = SellerTerms(name="Seller", duplicate_days=0)
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=none, at=AT))
    assert [made.receive(n, of=1).lead.sale.account_id for n in (1, 2)] == [
        made.account(0),
        made.account(1),
    ]


# -------------------------------------------------------------------------------- offered again


def test_a_lead_that_waits_is_offered_again():
    made = scene(quantity=0)
    made.receive(1)
    assert made.store.run(offer(made, 1)).lead.status is LeadStatus.UNSOLD
    made.store.run(edit(made))
    answer = made.store.run(offer(made, 1))
    assert (answer.outcome, answer.lead.status) == (bo.Received.ACCEPTED, LeadStatus.SOLD)
    again = made.store.run(offer(made, 1))
    assert (again.outcome, again.lead) == (bo.Received.KNOWN, answer.lead)
    assert made.balance() == 10_000 - PRICE
    with pytest.raises(WrongState, match="the lead is sold"):
        made.store.run(offer(made, 1, sale="other"))


def test_a_lead_nobody_knows_is_not_offered():
    made, other = scene(), scene()
    made.receive(1)
    for case in (
        offer(made, 2),
        resale(made, 2),
        replace(offer(made, 1), seller_id=other.seller),
    ):
        with pytest.raises(NotFound, match="there is no lead"):
            made.store.run(case)


def test_a_seller_that_is_gone_offers_nothing():
    made = scene(quantity=0)
    made.receive(1)
    case = offer(made, 1)
    with pytest.raises(NotFound, match="there is no seller"):
        case.decide(replace(made.store.load(case.needs), seller=None))


def test_whoever_has_a_sale_that_stands_is_not_sold_again():
    made = scene(quantity=0)
    made.receive(1)
    made.store.run(edit(made))
    made.store.run(reception(made.seller, 2, of=1, at=AT + timedelta(days=31)))
    case = offer(made, 1, at=AT + timedelta(days=32))
    with pytest.raises(WrongState, match=f"lead {made.seller}/l2 is sold and stands"):
        made.store.run(case)
    # A sale from before the look-back is no hindrance.
    late = replace(case, at=AT + timedelta(days=31 + 31))
    assert made.store.run(late).lead.status is LeadStatus.UNSOLD


# ------------------------------------------------------------------------------------- sold again


def test_a_refunded_person_is_a_new_lead_for_somebody_else():
    made = scene(accounts=2)
    made.receive(1)
    refund(made, 1)
    answer = made.store.run(resale(made, 1))
    assert (answer.lead.origin, answer.lead.sale.account_id) == (
        f"{made.seller}/l1",
        made.account(1),
    )
    assert reasons(answer.lead)["a0"] is Reason.FORMER_ASSOCIATE
    assert lead(made, 1).status is LeadStatus.REFUNDED
    assert made.store.run(resale(made, 1, to="third")).outcome is bo.Received.KNOWN
    assert made.store.lead(f"{made.seller}/third") is None
    assert violations(made.store, made.seller) == ()


def test_the_former_associate_never_gets_the_person_back():
    made = scene()
    made.receive(1)
    refund(made, 1)
    assert made.store.run(resale(made, 1)).lead.status is LeadStatus.UNSOLD
    # Not when it is offered again, and not when the person comes back by themselves.
    again = replace(offer(made, 1), lead_id=f"{made.seller}/again", at=AT + timedelta(days=9))
    assert reasons(made.store.run(again).lead) == {"a0": Reason.FORMER_ASSOCIATE}
    back = made.receive(2, of=1, days=400).lead
    assert reasons(back) == {"a0": Reason.FORMER_ASSOCIATE}


def test_a_sale_after_a_refund_is_noted_without_saying_to_whom():
    made = scene(accounts=2)
    made.receive(1)
    refund(made, 1)
    made.receive(2, of=1)
    assert lead(made, 2).sale.account_id == made.account(1)
    note = lead(made, 1).notes[-1]
    assert (note.text, note.lead_id) == ("The person was sold again.", None)


def test_only_a_refunded_lead_is_sold_again():
    made = scene()
    made.receive(1)
    with pytest.raises(WrongState, match="the lead is sold"):
        made.store.run(resale(made, 1))


def test_a_lead_that_names_nobody_is_not_sold_again():
    made = scene(accounts=2)
    case = replace(reception(made.seller, 1), submission=Submission(source=Source(format="json")))
    assert made.store.run(case).lead.status is LeadStatus.SOLD
    refund(made, 1)
    with pytest.raises(WrongState, match="names nobody"):
        made.store.run(resale(made, 1))


def test_a_person_whose_sale_stands_again_is_not_sold_on():
    made = scene()
    made.receive(1)
    returned = refund(made, 1)
    made.store.run(resale(made, 1))  # waits: there is nobody else
    back = ReverseRefund(by="staff", note="a member after all")
    made.store.run(bo.DecideRefund(refund_id=returned.id, command=back, at=AT + 3 * HOUR))
    for days in (1, 400):  # however long ago that was
        case = replace(offer(made, 1), lead_id=f"{made.seller}/again", at=AT + timedelta(days=days))
        with pytest.raises(WrongState, match=f"lead {made.seller}/l1 is sold and stands"):
            made.store.run(case)


def test_the_first_of_a_chain_counts_as_well():
    made = scene(accounts=2)
    made.receive(1)
    first = refund(made, 1)
    made.store.run(resale(made, 1))
    second = made.store.lead(f"{made.seller}/again")
    asked = made.store.run(
        bo.RequestRefund(
            refund_id="second",
            lead_id=second.id,
            user_id=second.assigned_to,
            reason="wrong_number",
            detail="asked",
            at=AT + 3 * HOUR,
        )
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    made.store.run(bo.DecideRefund(refund_id=asked.id, command=approve, at=AT + 3 * HOUR))
    third = replace(resale(made, 1, to="third"), lead_id=second.id, at=AT + 4 * HOUR)
    assert made.store.run(third).lead.status is LeadStatus.UNSOLD
    back = ReverseRefund(by="staff", note="a member after all")
    made.store.run(bo.DecideRefund(refund_id=first.id, command=back, at=AT + 5 * HOUR))
    case = replace(offer(made, 1), lead_id=f"{made.seller}/third", at=AT + timedelta(days=400))
    with pytest.raises(WrongState, match=f"lead {made.seller}/l1 is sold and stands"):
        made.store.run(case)


def test_a_resale_of_somebody_who_came_back_meanwhile_is_a_note():
    made = scene(accounts=2)
    made.receive(1)
    refund(made, 1)
    made.receive(2, of=1)
    answer = made.store.run(resale(made, 1))
    assert answer.lead.refusals == (RefusalReason.REPEAT_ENQUIRY,)
    assert lead(made, 2).notes[-1].lead_id == answer.lead.id


def test_an_order_with_a_tiny_weight_may_win_without_a_share():
    # What a store holds from earlier leads; the share of this one rounds to nothing.
    made = scene(accounts=2)
    case = reception(made.seller, 1)
    facts = made.store.load(case.needs)
    large, small = facts.candidates
    huge = replace(large.order, terms=replace(large.order.terms, weight=10**12, quantity=UNLIMITED))
    rich = replace(small, standing=replace(small.standing, credit=1))
    poor = replace(large, order=huge, standing=replace(large.standing, credit=-(10**9)))
    outcome = case.decide(replace(facts, candidates=(rich, poor)))
    won = {delta.order_id: (delta.sold, delta.credit) for delta in outcome.standings}
    assert won == {made.order(0): (0, 10**9), made.order(1): (1, -(10**9))}


def test_the_versions_of_both_leads_guard_a_sale_after_a_refund():
    made = scene(accounts=2)
    made.receive(1)
    refund(made, 1)
    seen = made.store.row("lead", f"{made.seller}/l1")
    case = reception(made.seller, 2, of=1)
    outcome = case.decide(made.store.load(case.needs))
    assert {(one.id, one.expected) for one in outcome.changes} == {
        (f"{made.seller}/l2", 0),
        (f"{made.seller}/l1", seen.version),
    }
    assert isinstance(seen, Versioned)


def test_what_a_use_case_needs():
    case = reception("s", 1)
    assert case.needs.keys
    assert replace(case, submission=replace(person(1), test=True)).needs.keys == ()
    assert terms("s").needs.seller_id == "s"


def test_two_waiting_leads_of_one_person_offered_at_once_give_one_sale():
    made = scene(quantity=0)
    later = AT + timedelta(days=31)
    for number, at in ((1, AT), (2, later)):
        made.store.run(reception(made.seller, number, of=1, at=at))
    enlarge(made)
    now = later + timedelta(days=1)
    offers = [
        bo.OfferLead(
            seller_id=made.seller,
            lead_id=lead(made, number).id,
            sale_id=f"{made.seller}/offer{number}",
            at=now,
        )
        for number in (1, 2)
    ]
    stale = made.store.load(offers[1].needs)
    assert made.store.run(offers[0]).lead.status is LeadStatus.SOLD
    with pytest.raises(Conflict):
        made.store.commit(offers[1].decide(stale))
    with pytest.raises(WrongState, match="is sold and stands"):
        made.store.run(offers[1])
    assert violations(made.store, made.seller) == ()


@pytest.mark.parametrize(
    "way", [Way(hold_minutes=30), AUCTION], ids=["being delivered", "being auctioned"]
)
def test_a_person_whose_old_lead_is_being_sold_is_not_sold_beside_it(way):
    made = scene(accounts=2, quantity=0)
    late = AT + timedelta(days=200)
    for number, at in ((1, AT), (2, AT + timedelta(days=40))):
        made.store.run(reception(made.seller, number, of=1, at=at))
    enlarge(made)
    ways(made, way)
    first = made.store.run(offer(made, 1, at=late)).lead
    assert first.status in {LeadStatus.RESERVED, LeadStatus.BIDDING}
    # The person comes again a minute later, and a second old lead is offered.
    again = made.store.run(reception(made.seller, 3, of=1, at=late + HOUR / 60)).lead
    assert (again.refusals, again.duplicate_of) == ((RefusalReason.DUPLICATE,), first.id)
    with pytest.raises(WrongState, match=f"{first.id} is sold and stands, or being sold"):
        made.store.run(offer(made, 2, sale="other", at=late + HOUR / 60))


def test_an_offer_whose_delivery_has_failed_is_not_made_again():
    made = scene(accounts=3, quantity=0)
    made.receive(1)
    enlarge(made)
    ways(made, Way(hold_minutes=30))
    first = offer(made, 1, sale="s1")
    made.store.run(first)
    names = {"seller_id": made.seller, "lead_id": f"{made.seller}/l1", "why": "503", "at": first.at}
    for old, new in (("s1", "s2"), ("s2", "s3")):
        sales = {"sale_id": f"{made.seller}/{old}", "next_sale_id": f"{made.seller}/{new}"}
        made.store.run(bo.FailDelivery(**names, **sales))
        known = made.store.run(first)
        assert (known.outcome, known.lead) == (bo.Received.KNOWN, lead(made, 1))
    assert lead(made, 1).reservation.sale_id == f"{made.seller}/s3"
    assert violations(made.store, made.seller) == ()


def test_a_repeat_counts_from_the_sale_not_from_the_reception():
    made = scene(quantity=0, accounts=2)
    made.store.run(reception(made.seller, 1))
    enlarge(made)
    sold_at = AT + timedelta(days=29)
    made.store.run(
        bo.OfferLead(
            seller_id=made.seller,
            lead_id=lead(made, 1).id,
            sale_id=f"{made.seller}/late",
            at=sold_at,
        )
    )
    edge, tick = sold_at + timedelta(days=30), timedelta(microseconds=1)
    repeat = made.store.run(reception(made.seller, 2, of=1, at=edge))
    assert repeat.lead.refusals == (RefusalReason.REPEAT_ENQUIRY,)
    fresh = made.store.run(reception(made.seller, 3, of=1, at=edge + tick))
    assert fresh.lead.status is LeadStatus.SOLD


def enlarge(made):
    for number in range(made.accounts):
        wanted = OrderTerms(
            user_id=made.user(number), price=Money(PRICE, "USD"), quantity=UNLIMITED
        )
        made.store.run(
            bo.KeepOrder(
                order_id=made.order(number),
                account_id=made.account(number),
                command=EditOrder(wanted),
                at=AT,
            )
        )


def test_nobody_is_sold_again_whose_first_refund_was_reversed():
    made = scene(accounts=2)
    made.receive(1)
    refund(made, 1)
    again = made.store.run(replace(resale(made, 1), new_lead_id=f"{made.seller}/l2")).lead
    assert again.status is LeadStatus.SOLD
    refund(made, 2, at=AT + 3 * HOUR)
    back = ReverseRefund(by="staff", note="became a member")
    made.store.run(bo.DecideRefund(refund_id=f"{made.seller}/r1", command=back, at=AT + 4 * HOUR))
    with pytest.raises(WrongState, match="l1 is sold and stands"):
        made.store.run(replace(resale(made, 2, to="third"), at=AT + 5 * HOUR))
    assert violations(made.store, made.seller) == ()
