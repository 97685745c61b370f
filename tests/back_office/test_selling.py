"""Shared leads: a lead for each buyer, and nothing of one is another's; the seller's methods."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.back_office.selling import known_lead, seller_of
from leadcore.distribution import Apart, Method, Reason, Way
from leadcore.errors import NotFound, Refused, WrongState
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt, RefusalReason
from leadcore.orders import EditOrder, OpenOrder, OrderTerms
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.submissions import Channel, Source, Submission
from leadcore.testing import MemoryStore, violations
from leadcore.testing.auction_contract import AuctionScene
from leadcore.testing.distribution_contract import ways
from leadcore.testing.scenes import AT, PRICE, Scene, reception
from leadcore.values import UNLIMITED, Money

HOUR = timedelta(hours=1)


def scene(*given, **more):
    made = Scene(store=MemoryStore(), **more).set_up()
    ways(made, *given)
    return made


def lead(made, key):
    return made.store.lead(f"{made.seller}/{key}")


def owners(*leads):
    return [each.sale.account_id.rpartition("/")[2] for each in leads]


def refund(made, held, *, at=AT + HOUR):
    asked = made.store.run(
        bo.RequestRefund(
            refund_id=f"refund of {held.id}",
            lead_id=held.id,
            user_id=held.assigned_to,
            reason="wrong_number",
            detail="asked",
            at=at,
        )
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    return made.store.run(bo.DecideRefund(refund_id=asked.id, command=approve, at=at))


def reverse(made, refunded, *, at=AT + 4 * HOUR):
    command = ReverseRefund(by="staff", note="a member after all")
    return made.store.run(bo.DecideRefund(refund_id=refunded.id, command=command, at=at))


def resale(made, held, to, *, at=AT + 2 * HOUR):
    return made.store.run(
        bo.ResellLead(
            seller_id=made.seller,
            lead_id=held.id,
            new_lead_id=f"{made.seller}/{to}",
            sale_id=f"{made.seller}/{to}",
            at=at,
        )
    ).lead


def edit(made, number, **more):
    order = OrderTerms(
        **{"user_id": made.user(number), "price": Money(PRICE, "USD"), "quantity": 5} | more
    )
    made.store.run(
        bo.KeepOrder(
            order_id=made.order(number),
            account_id=made.account(number),
            command=EditOrder(order),
            at=AT,
        )
    )


# ------------------------------------------------------------------------------------- methods


def test_the_sellers_way_says_who_is_asked_first():
    made = scene(Way(method=Method.PRICE), accounts=2)
    edit(made, 1, price=Money(PRICE + 1, "USD"))
    sold = made.receive(1).lead
    assert owners(sold) == ["a1"]
    assert [each.reason for each in sold.offers] == [Reason.LOWER_PRICE, Reason.WON]
    assert [each.rank for each in sold.offers] == [2, 1]
    assert violations(made.store, made.seller) == ()


def test_ways_that_make_no_sense_are_refused_with_their_place():
    made = Scene(store=MemoryStore()).set_up()
    with pytest.raises(Exception, match=r"terms\.distribution\.ways\[0\]\.buyers"):
        ways(made, Way(buyers=0))


def test_a_buyers_own_look_back_is_a_term():
    made = scene(Way(buyer_days=40))
    made.receive(1)
    edge = AT + timedelta(days=40)
    answer = made.store.run(reception(made.seller, 2, of=1, at=edge))
    assert answer.lead.offers[0].reason is Reason.OWN_ASSOCIATE
    again = bo.OfferLead(
        seller_id=made.seller,
        lead_id=f"{made.seller}/l2",
        sale_id="late",
        at=edge + timedelta(microseconds=1),
    )
    assert made.store.run(again).lead.status is LeadStatus.SOLD


# ---------------------------------------------------------------------------------------- shared


def test_each_buyer_pays_its_own_price_and_is_told():
    made = scene(Way(buyers=3), accounts=2)
    edit(made, 1, price=Money(100, "USD"))
    answer = made.receive(1)
    assert owners(answer.lead, *answer.shares) == ["a0", "a1"]
    assert [made.balance(number) for number in range(2)] == [10_000 - PRICE, 9_900]
    told = {message.id.removeprefix(f"{made.seller}/") for message in made.store.messages()}
    assert told == {
        f"{sale}/{way}/email" for sale in ("s1", "s1~2") for way in ("confirmation", "courtesy")
    }
    assert [standing.sold for _, standing in made.store.orders(made.seller)] == [1, 1]


def test_nothing_one_buyer_writes_is_seen_by_another():
    made = scene(Way(buyers=2), accounts=2)
    answer = made.receive(1)
    (share,) = answer.shares
    attempt = ContactAttempt(
        channel=Channel.CALL, at=AT + HOUR, by=made.user(1), outcome=AttemptOutcome.REACHED
    )
    case = bo.WorkLead(
        lead_id=share.id, viewer_id=made.user(1), command=LogAttempt(attempt=attempt), at=AT + HOUR
    )
    made.store.run(case)
    assert (lead(made, "l1").attempts, lead(made, "l1~2").attempts) == ((), (attempt,))
    for viewer, other in ((0, share.id), (1, answer.lead.id)):
        with pytest.raises(NotFound):
            made.store.run(replace(case, lead_id=other, viewer_id=made.user(viewer)))
    assert violations(made.store, made.seller) == ()


def test_every_holder_hears_that_the_person_asked_again():
    made = scene(Way(buyers=2), accounts=3)
    made.receive(1)
    answer = made.receive(2, of=1, days=1)
    assert answer.lead.refusals == (RefusalReason.REPEAT_ENQUIRY,)
    notes = [lead(made, key).notes[-1] for key in ("l1", "l1~2")]
    assert {note.lead_id for note in notes} == {answer.lead.id}
    assert {note.text for note in notes} == {"The person asked again."}


def test_a_return_of_one_share_leaves_the_others():
    made = scene(Way(buyers=2), accounts=2)
    made.receive(1)
    refund(made, lead(made, "l1~2"))
    assert (lead(made, "l1").status, lead(made, "l1~2").status) == (
        LeadStatus.SOLD,
        LeadStatus.REFUNDED,
    )
    assert [made.balance(number) for number in range(2)] == [10_000 - PRICE, 10_000]
    # The person is still held: asking again is a repeat, and goes to nobody else.
    assert made.receive(2, of=1).lead.status is LeadStatus.REFUSED
    assert violations(made.store, made.seller) == ()


@pytest.mark.parametrize("returned", ["l1", "l1~2"])
def test_a_returned_share_is_sold_to_one_who_had_none(returned):
    made = scene(Way(buyers=2), accounts=4)
    made.receive(1)
    refund(made, lead(made, returned))
    again = resale(made, lead(made, returned), "again")
    assert (again.family, again.origin) == (f"{made.seller}/l1", f"{made.seller}/{returned}")
    assert owners(again)[0] in {"a2", "a3"}
    assert {each.reason for each in again.offers} >= {
        Reason.FORMER_ASSOCIATE,
        Reason.OWN_ASSOCIATE,
        Reason.WON,
    }
    assert resale(made, lead(made, returned), "third") == again
    assert violations(made.store, made.seller) == ()


@pytest.mark.parametrize("days", [UNLIMITED, 3, 0])
def test_a_returned_share_never_goes_to_one_who_holds_another(days):
    made = scene(Way(buyers=2, buyer_days=days), accounts=2)
    made.receive(1)
    refund(made, lead(made, "l1"), at=AT + 96 * HOUR)
    again = resale(made, lead(made, "l1"), "again", at=AT + 98 * HOUR)
    assert again.status is LeadStatus.UNSOLD
    assert {each.reason for each in again.offers} == {
        Reason.FORMER_ASSOCIATE,
        Reason.OWN_ASSOCIATE,
    }
    assert made.balance(1) == 10_000 - PRICE


def test_a_reversal_gives_a_share_back_beside_the_others():
    made = scene(Way(buyers=2), accounts=3)
    made.receive(1)
    first, second = (refund(made, lead(made, key)) for key in ("l1", "l1~2"))
    reverse(made, first)
    reverse(made, second, at=AT + 5 * HOUR)  # the other one was given back in between
    assert {lead(made, key).status for key in ("l1", "l1~2")} == {LeadStatus.SOLD}
    assert violations(made.store, made.seller) == ()


def test_a_share_that_was_sold_on_does_not_come_back():
    made = scene(Way(buyers=2), accounts=5)
    made.receive(1)
    returned = refund(made, lead(made, "l1~2"))
    again = resale(made, lead(made, "l1~2"), "again")
    with pytest.raises(Refused, match="REV-SOLD-ON"):
        reverse(made, returned)
    # Nor when it was sold on again; and the share beside it is not in its way.
    refund(made, again, at=AT + 3 * HOUR)
    third = resale(made, again, "third", at=AT + 4 * HOUR)
    assert third.status is LeadStatus.SOLD
    with pytest.raises(Refused, match="REV-SOLD-ON") as refused:
        reverse(made, returned, at=AT + 5 * HOUR)
    assert refused.value.decision.findings[0].evidence == (f"lead={third.id}",)
    assert violations(made.store, made.seller) == ()


def test_no_more_than_may_share_stand_at_once():
    made = scene(Way(buyers=2), accounts=4)
    made.receive(1)
    returned = refund(made, lead(made, "l1~2"))
    ways(made, Way())  # exclusive from now on
    with pytest.raises(WrongState, match="l1 is sold and stands"):
        resale(made, lead(made, "l1~2"), "again")
    ways(made, Way(buyers=2))
    for number in (2, 3):
        edit(made, number, quantity=0)
    waiting = resale(made, lead(made, "l1~2"), "again")
    assert waiting.status is LeadStatus.UNSOLD
    reverse(made, returned)
    edit(made, 2)
    offered = bo.OfferLead(
        seller_id=made.seller, lead_id=waiting.id, sale_id="late", at=AT + 5 * HOUR
    )
    with pytest.raises(WrongState, match="is sold and stands"):
        made.store.run(offered)


def test_a_waiting_share_is_offered_to_one():
    made = scene(Way(buyers=3), accounts=5)
    for number in range(5):
        edit(made, number, quantity=0)
    made.receive(1)
    for number in range(3):
        edit(made, number)
    offered = bo.OfferLead(
        seller_id=made.seller, lead_id=f"{made.seller}/l1", sale_id="sale", at=AT + HOUR
    )
    answer = made.store.run(offered)
    assert len(answer.shares) == 2
    refund(made, answer.lead, at=AT + HOUR)
    waiting = resale(made, answer.lead, "again")
    edit(made, 3)
    edit(made, 4)
    late = replace(offered, lead_id=waiting.id, sale_id="late", at=AT + 3 * HOUR)
    answer = made.store.run(late)
    assert (answer.lead.status, answer.shares) == (LeadStatus.SOLD, ())
    assert violations(made.store, made.seller) == ()


def test_a_returned_lead_that_nobody_shared_may_be_shared_later():
    made = scene(accounts=3)
    made.receive(1)
    refund(made, lead(made, "l1"))
    ways(made, Way(buyers=2))
    again = resale(made, lead(made, "l1"), "again")
    assert again.share_of is None
    assert owners(again, lead(made, "again~2")) == ["a1", "a2"]
    assert lead(made, "again~2").origin == f"{made.seller}/l1"
    assert resale(made, lead(made, "l1"), "third") == again


def test_associates_of_one_account_may_share():
    made = scene(Way(buyers=2, apart=Apart.ASSOCIATE))
    second = OpenOrder(
        order_id="second",
        seller_id=made.seller,
        account_id=made.account(),
        terms=OrderTerms(
            user_id=made.user(below=True), price=Money(PRICE, "USD"), quantity=UNLIMITED
        ),
    )
    made.store.run(
        bo.KeepOrder(order_id="second", account_id=made.account(), command=second, at=AT)
    )
    answer = made.receive(1)
    (share,) = answer.shares
    assert {answer.lead.assigned_to, share.assigned_to} == {made.user(), made.user(below=True)}
    assert made.balance() == 10_000 - 2 * PRICE
    ways(made, Way(buyers=2, apart=Apart.DOWNLINE))
    alone = made.receive(2)
    assert alone.shares == ()
    assert Reason.SHARES_IT in {each.reason for each in alone.lead.offers}
    assert violations(made.store, made.seller) == ()


def test_a_shared_lead_of_somebody_unknown_is_sold_all_the_same():
    made = scene(Way(buyers=2), accounts=2)
    case = replace(reception(made.seller, 1), submission=Submission(source=Source(format="json")))
    assert len(made.store.run(case).shares) == 1
    assert violations(made.store, made.seller) == ()


def test_a_price_of_zero_shares_without_a_charge():
    made = scene(Way(buyers=2), accounts=2)
    edit(made, 1, price=Money(0, "USD"))
    (share,) = made.receive(1).shares
    assert (share.sale.transfer_id, made.balance(1)) == (None, 10_000)


def test_facts_without_a_seller():
    made = scene()
    facts = made.store.load(reception("nobody", 1).needs)
    with pytest.raises(NotFound, match="there is no seller"):
        seller_of(facts, "nobody")


def test_a_lead_that_is_delivered_first_is_reserved_and_nobody_is_told_yet():
    made = scene(Way(hold_minutes=5))
    held = made.receive(1).lead
    assert (held.status, held.sale) == (LeadStatus.RESERVED, None)
    assert (made.balance(), made.store.messages()) == (10_000, ())
    assert held.reservation.expires_at == AT + timedelta(minutes=5)


def test_an_associate_nobody_knows_is_not_told():
    made = scene(Way(buyers=2), accounts=2)
    case = reception(made.seller, 1)
    outcome = case.decide(replace(made.store.load(case.needs), users={}))
    assert (len(outcome.answer.shares), outcome.messages) == (1, ())


def test_an_auctioned_lead_is_held_for_the_bid_as_long_as_its_post_may_take():
    made = AuctionScene(store=MemoryStore(), accounts=2).begin()
    made.bid(0, 1_300)
    asked = made.store.lead(made.lead_id)
    assert (asked.status, asked.bidding.auction.id) == (LeadStatus.BIDDING, f"{made.seller}/s1")
    held = made.close().reservation
    assert held.expires_at - held.reserved_at == timedelta(seconds=30)
    assert held.price == Money(1_300, "USD")


def test_a_lead_is_known_to_its_seller_only():
    made = scene()
    made.store.run(reception(made.seller, 1))
    found = lead(made, "l1")
    assert known_lead(found, made.seller, found.id) is found
    for other, seller in ((None, made.seller), (found, "another")):
        with pytest.raises(NotFound, match=found.id):
            known_lead(other, seller, found.id)
