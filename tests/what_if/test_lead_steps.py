"""A lead's stream is cut where use cases begin, and each is given back."""

from leadcore import back_office as bo
from leadcore.leads import LeadAssigned, LeadReceived, LeadSold
from leadcore.what_if.again import Delivery, Worked
from leadcore.what_if.lead_steps import lead_case, turns
from tests.what_if import lives


def cases(life, number):
    events = life.store.events["lead", f"{life.seller}/l{number}"]
    return [(turn, lead_case(turn)) for turn in turns(events)]


def kinds(life, number):
    return [
        type(getattr(case, "case", case)).__name__ if case else None
        for _, case in cases(life, number)
    ]


def test_every_turn_of_a_lead_comes_of_its_use_case():
    life = lives.whole()
    assert kinds(life, 3) == ["ReceiveLead", None, "WorkLead", "WorkLead", "WorkLead"]
    assert kinds(life, 4) == ["ReceiveLead", None, None, None]
    assert kinds(life, 40) == ["ResellLead"]
    assert kinds(life, 6) == ["ReceiveLead", *[None] * 4]
    assert kinds(life, 8) == ["ReceiveLead", "OfferLead", "OfferLead"]
    assert kinds(life, 50) == ["ReceiveLead", "ConfirmDelivery"]
    assert kinds(life, 51) == ["ReceiveLead", "FailDelivery", "ExpireDelivery"]
    assert kinds(life, 53) == ["ReceiveLead", "OfferLead"]
    assert kinds(life, "54~2") == [None]


def test_turns_know_where_they_began_and_what_they_led_to():
    life = lives.whole()
    (first, case), *_ = cases(life, 3)
    assert (first.number, len(first.events), first.decides, first.before) == (1, 2, True, None)
    assert [type(each) for each in first.events] == [LeadReceived, LeadSold]
    assert (case.sale_id, case.at, first.at) == (first.state.sale.id, first.at, first.events[0].at)
    noted, tried, assigned = (turn for turn, _ in cases(life, 3)[1:4])
    assert noted.causes == (("received", f"{life.seller}/l30"),)
    assert (tried.at, tried.decides, tried.causes) == (tried.events[0].attempt.at, False, ())
    assert isinstance(assigned.events[0], LeadAssigned)
    asked, left = (turn for turn, _ in cases(life, 4)[1:3])
    assert asked.causes == (("asked", asked.state.id, "spam", asked.at),)
    assert left.causes == (("left", f"{life.seller}/r4", left.at),)
    back = cases(life, 6)[3][0]
    assert back.causes == (("back", f"{life.seller}/r6", back.at),)
    (shared, _), *_ = cases(life, "54~2")
    assert shared.causes == (("share", f"{life.seller}/l54", shared.at),)


def test_a_sale_that_was_none_has_an_id_that_no_sale_has():
    life = lives.whole()
    (unsold, _), (again, _), (sold, _) = cases(life, 8)
    assert unsold.sale_id != again.sale_id
    assert sold.sale_id == f"{life.seller}/again-2"
    (held, _), (failed, failing), (expired, expiring) = cases(life, 51)
    assert held.sale_id == f"{life.seller}/s51"
    assert failing.case.next_sale_id == failed.sale_id == f"{life.seller}/next-51"
    assert isinstance(failing, Delivery)
    assert isinstance(expiring.case, bo.ExpireDelivery)
    assert expired.before.reservation is not None
    assert isinstance(cases(life, 3)[2][1], Worked)


def test_every_turn_of_an_auction_comes_of_its_use_case():
    life = lives.Life(accounts=3)
    lives.auctions(life)
    assert kinds(life, 60) == [
        "ReceiveLead",
        *["PlaceBid"] * 3,
        "DeclineBid",
        "CloseAuction",
        "PostLead",
    ]
    assert kinds(life, 61) == [
        "ReceiveLead",
        "PlaceBid",
        "PlaceBid",
        "CloseAuction",
        "FailDelivery",
        "ConfirmDelivery",
    ]
    assert kinds(life, 62) == ["ReceiveLead", "CloseAuction", "OfferLead"]
    (bid, case), *_ = cases(life, 60)[1:]
    assert (bid.decides, case.asked_at, case.at) == (False, bid.at, bid.at)
    report, _, again = lives.again(life)
    assert (report.unexplained, report.left_out) == ((), ())
    assert lives.read(again, life.seller) == lives.read(life.store, life.seller)
