"""A request for a return: judged by the terms, counted once, and approved at once by a rule."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, prepaid_account
from leadcore.back_office.refund_requests import requester_of
from leadcore.distribution import DistributionTerms, Way
from leadcore.errors import Conflict, Malformed, NotFound, WrongState
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.orders import OrderReturns
from leadcore.refunds import (
    AccountHistory,
    AutoApproval,
    DeclineRefund,
    Evidence,
    LimitPer,
    RateOver,
    RefundReason,
    RefundTerms,
    ReinstateRefund,
    Remedy,
    ReturnLimit,
    ReturnRate,
    ReverseRefund,
)
from leadcore.submissions import Channel
from leadcore.testing import violations
from leadcore.testing.desk_contract import add_desk
from leadcore.testing.scenes import AT, PRICE, reception
from leadcore.values import Money
from tests.back_office.test_refunding import (
    APPROVE,
    FULL,
    HOUR,
    TICK,
    WHO,
    WINDOW,
    S,
    asking,
    decided,
    edit,
    lead,
    on_terms,
    refused,
    scene,
    sees_it,
    standing,
)


def test_a_request_moves_no_money_and_says_when_an_answer_is_due():
    made = scene()
    refund = made.store.run(asking(made))
    assert (refund.status, refund.amount, refund.round) == (S.REQUESTED, Money(PRICE, "USD"), 0)
    assert (refund.sale_id, refund.requested_by) == (lead(made).sale.id, made.user())
    # Monday the 16th: two to five business days.
    assert [day.day for day in (refund.expected.earliest, refund.expected.latest)] == [18, 23]
    assert made.balance() == FULL - PRICE
    assert lead(made).status is LeadStatus.SOLD
    assert [note.text for note in lead(made).notes] == ["A return was asked for: wrong_number."]


def test_the_window_is_exact():
    for at, rules in ((AT + WINDOW, None), (AT + WINDOW + TICK, ["RET-LATE"])):
        made = scene()
        if rules is None:
            assert made.store.run(asking(made, at=at)).status is S.REQUESTED
        else:
            assert refused(lambda made=made, at=at: made.store.run(asking(made, at=at))) == rules


def test_asking_again_gives_the_first_request():
    made = scene()
    first = made.store.run(asking(made))
    assert made.store.run(asking(made)) == first
    decided(made, APPROVE)
    # Also when the lead is gone from the account by then.
    assert made.store.run(asking(made)).status is S.APPROVED


def test_an_id_is_one_requests():
    made = scene(leads=2)
    made.store.run(asking(made))
    for other in (asking(made, 2), asking(made, user_id=made.user(below=True))):
        with pytest.raises(Malformed, match="refund_id: was used for another request"):
            made.store.run(other)


def test_one_sale_is_returned_once():
    made = scene()
    made.store.run(asking(made))
    assert refused(lambda: made.store.run(asking(made, key="r2"))) == ["RET-ONCE"]
    decided(made, DeclineRefund(**WHO))
    assert refused(lambda: made.store.run(asking(made, key="r2"))) == ["RET-ONCE"]


@pytest.mark.parametrize(
    ("user", "number"),
    [
        (lambda made: made.user(1), 1),
        (lambda made: made.user(below=True), 1),
        (lambda _made: "nobody", 1),
        (lambda made: made.user(), 2),
    ],
    ids=["of another account", "below the holder", "unknown", "no such lead"],
)
def test_whoever_does_not_see_the_lead_does_not_learn_of_it(user, number):
    made = scene(accounts=2)
    with pytest.raises(NotFound, match=f"there is no lead '{made.seller}/l{number}'"):
        made.store.run(asking(made, number, user_id=user(made)))


def test_staff_ask_for_the_account_by_the_same_window_and_rules():
    made = scene(accounts=2, leads=3)
    (clerk,) = add_desk(made, "clerk")
    ours = {"user_id": clerk}
    late = {"at": AT + WINDOW + TICK, **ours}
    assert refused(lambda: made.store.run(asking(made, **late))) == ["RET-LATE"]
    asked = made.store.run(asking(made, exception="A hurricane.", **late))
    assert (asked.status, asked.requested_by, asked.staff_id, asked.in_time) == (
        S.EXCEPTION_ASKED,
        made.user(),
        clerk,
        False,
    )
    again = asking(made, exception="A hurricane.", **late)
    assert made.store.run(again) == asked
    # Whoever works the lead did not ask with this id, though it is their request.
    with pytest.raises(Malformed, match="used for another request"):
        made.store.run(replace(again, user_id=made.user()))
    decided(made, DeclineRefund(**WHO))
    told = [each.to for each in made.store.messages(50) if each.kind.value == "refund"]
    assert told == [made.store.user(made.user()).profile.email]


def test_staff_name_only_the_accounts_own_other_lead():
    made = scene(accounts=2, leads=4)
    (clerk,) = add_desk(made, "clerk")
    mine = lead(made).sale.account_id
    owners = {number: lead(made, number).sale.account_id for number in (2, 3, 4)}
    foreign = next(number for number, account in owners.items() if account != mine)
    same = next(number for number, account in owners.items() if account == mine)
    wish = {"reason": "duplicate", "user_id": clerk}
    with pytest.raises(Malformed, match="other_lead: is no other lead of the account"):
        made.store.run(asking(made, other_lead=lead(made, foreign).id, **wish))
    asked = made.store.run(asking(made, other_lead=lead(made, same).id, **wish))
    assert asked.staff_id == clerk


def test_staff_ask_for_nothing_that_nobody_holds():
    made = scene()
    (clerk,) = add_desk(made, "clerk")
    made.store.run(asking(made))
    decided(made, APPROVE)
    with pytest.raises(WrongState, match="the lead is refunded"):
        made.store.run(asking(made, key="r2", user_id=clerk))
    known = made.store.load(asking(made, key="r3", user_id=clerk).needs)
    with pytest.raises(NotFound):
        asking(made, key="r3", user_id=made.user()).decide(replace(known, seller=None))


def test_whose_a_request_is():
    made = scene()
    (clerk,) = (made.store.user(each) for each in add_desk(made, "clerk"))
    held, viewer = lead(made), made.store.user(made.user(below=True))
    assert requester_of(None, held, viewer) == viewer.id
    assert requester_of(None, held, clerk) == made.user()
    assert requester_of(None, replace(held, assigned_to=None), clerk) == held.sale.user_id
    assert requester_of(None, None, clerk) == clerk.id
    assert requester_of(None, held, None) is None
    assert requester_of(made.store.run(asking(made)), held, clerk) == made.user()


def test_a_lead_without_a_sale_is_not_returned():
    made = scene(quantity=0)
    with pytest.raises(NotFound, match="there is no lead"):
        made.store.run(asking(made))


def test_a_duplicate_names_another_lead_that_the_asker_holds():
    made = scene(accounts=2, leads=4)
    duplicate = {"reason": "duplicate", "at": AT + HOUR}
    assert refused(lambda: made.store.run(asking(made, **duplicate))) == ["RET-DETAIL"]
    mine = lead(made).sale.account_id
    owners = {number: lead(made, number).sale.account_id for number in (2, 3, 4)}
    foreign = next(number for number, account in owners.items() if account != mine)
    for other in (lead(made).id, lead(made, foreign).id, f"{made.seller}/l9"):
        with pytest.raises(
            Malformed, match="other_lead: is no other lead of the account that you see"
        ):
            made.store.run(asking(made, **duplicate, other_lead=other))
    held = next(number for number, account in owners.items() if account == mine)
    other = lead(made, held).id
    assert made.store.run(asking(made, **duplicate, other_lead=other)).other_lead == other


def test_a_duplicate_is_approved_at_once_only_for_two_leads_of_one_person():
    duplicate = frozenset({"duplicate"})
    at_once = AutoApproval(id="dup", reasons=duplicate, evidence=frozenset({Evidence.OTHER_LEAD}))
    made = scene(leads=2)
    terms = SellerTerms(
        name="Seller",
        refunds=RefundTerms(auto_approvals=(at_once,), resubmit=True),
        distribution=DistributionTerms((Way(buyer_days=0),)),
    )
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=terms, at=AT))
    late = AT + timedelta(days=31)
    assert made.store.run(reception(made.seller, 3, of=2, at=late)).lead.sale is not None
    # Of a stranger's lead nobody knows what it shows: a person looks at it.
    named = {"reason": "duplicate", "at": late + HOUR}
    pending = made.store.run(asking(made, 3, other_lead=lead(made, 1).id, **named))
    assert (pending.status, pending.rule, made.balance()) == (S.REQUESTED, None, FULL - 3 * PRICE)
    decided(made, DeclineRefund(**WHO), at=late + HOUR)
    done = made.store.run(asking(made, 3, key="r2", other_lead=lead(made, 2).id, **named))
    assert (done.status, done.rule, made.balance()) == (S.APPROVED, "dup", FULL - 2 * PRICE)
    assert violations(made.store, made.seller) == ()


def test_a_lead_that_was_returned_is_no_other_lead():
    made = scene(leads=2)
    made.store.run(asking(made))
    decided(made, APPROVE)
    second = asking(made, 2, key="second", reason="duplicate", other_lead=lead(made).id)
    with pytest.raises(Malformed, match="is no other lead of the account that you see"):
        made.store.run(second)


def test_the_same_request_again_is_the_first_one_and_another_is_refused():
    made = scene()
    first = made.store.run(asking(made))
    assert made.store.run(asking(made)) == first
    with pytest.raises(Malformed, match="used for another request"):
        made.store.run(asking(made, detail="something else"))


def test_days_of_trying_are_counted_by_calls_in_the_sellers_zone():
    made = scene()
    full = {"reason": "voicemail_full", "at": AT + timedelta(days=4)}

    def tried(channel, at):
        attempt = ContactAttempt(
            channel=channel, at=at, by=made.user(), outcome=AttemptOutcome.VOICEMAIL_FULL
        )
        made.store.run(
            bo.WorkLead(
                lead_id=lead(made).id,
                viewer_id=made.user(),
                command=LogAttempt(attempt=attempt),
                at=at,
            )
        )

    midnight = AT.replace(hour=5, minute=0) + timedelta(days=1)  # in New York
    for at in (midnight, midnight - TICK, midnight + timedelta(days=1)):
        tried(Channel.CALL, at)
    tried(Channel.TEXT, AT + timedelta(days=3))
    assert refused(lambda: made.store.run(asking(made, **full))) == ["RET-ATTEMPTS"]
    tried(Channel.CALL, AT + timedelta(days=3))
    assert made.store.run(asking(made, **full)).status is S.REQUESTED


@pytest.mark.parametrize("exception", [None, "", "  "])
def test_late_without_a_reason_is_late(exception):
    made = scene()
    late = asking(made, at=AT + WINDOW + TICK, exception=exception)
    assert refused(lambda: made.store.run(late)) == ["RET-LATE"]


def test_an_exception_excuses_from_the_window_only():
    made = scene()
    late = asking(made, at=AT + WINDOW + TICK, exception="hurricane", reason="not_interested")
    assert refused(lambda: made.store.run(late)) == ["RET-LATE", "RET-REASON"]
    # In time there is nothing to except from.
    in_time = made.store.run(asking(made, exception="hurricane"))
    assert (in_time.status, in_time.exception) == (S.REQUESTED, None)


def test_facts_without_the_seller_are_not_judged():
    made = scene()
    case = asking(made)
    with pytest.raises(NotFound):
        case.decide(replace(made.store.load(case.needs), seller=None))


def test_the_days_after_a_denial():
    made = on_terms(scene(), resubmit=True, resubmit_times=1, resubmit_hours=48)
    made.store.run(asking(made))
    decided(made, DeclineRefund(**WHO), at=AT + WINDOW)
    late = AT + WINDOW + 48 * HOUR
    assert refused(lambda: made.store.run(asking(made, key="r2", at=late + TICK))) == [
        "RET-RESUBMIT"
    ]
    assert made.store.run(asking(made, key="r2", at=late)).status is S.REQUESTED
    decided(made, DeclineRefund(**WHO), key="r2", at=late)
    again = asking(made, key="r3", at=late + HOUR)
    # The hours were given once, and so were the times.
    assert refused(lambda: made.store.run(again)) == ["RET-LATE", "RET-RESUBMIT"]


def test_hours_after_a_denial_are_given_once_not_without_end():
    made = on_terms(scene(), resubmit=True, resubmit_hours=48)
    at = AT + WINDOW - HOUR
    assert made.store.run(asking(made, at=at)).in_time
    decided(made, DeclineRefund(**WHO), at=at + 40 * HOUR)
    second = made.store.run(asking(made, key="r2", at=at + 80 * HOUR))
    assert (second.status, second.in_time, second.exception) == (S.REQUESTED, False, None)
    decided(made, DeclineRefund(**WHO), key="r2", at=at + 120 * HOUR)
    third = asking(made, key="r3", at=at + 121 * HOUR)
    assert refused(lambda: made.store.run(third)) == ["RET-LATE"]
    # A person may still grant an exception; that gives no further hours either.
    excepted = made.store.run(replace(third, exception="a storm"))
    assert (excepted.status, excepted.in_time) == (S.EXCEPTION_ASKED, False)


@pytest.mark.parametrize(("after", "in_time"), [(WINDOW, True), (WINDOW + TICK, False)])
def test_a_request_is_in_time_to_the_last_instant_of_the_window(after, in_time):
    made = scene()
    asked = made.store.run(asking(made, at=AT + after, exception="a storm"))
    assert asked.in_time is in_time


def test_documents_are_kept_with_the_request():
    shown = RefundReason(code="wrong_number", label="W", documents=1)
    made = on_terms(scene(), reasons=(shown,))
    assert refused(lambda: made.store.run(asking(made))) == ["RET-DOCUMENT"]
    assert made.store.run(asking(made, documents=("scan.pdf",))).documents == ("scan.pdf",)


@pytest.mark.parametrize("over", RateOver)
def test_a_rate_counts_what_stands(over):
    made = on_terms(scene(leads=4), rates=(ReturnRate(rate=5000, over=over),))
    for number in (1, 2):
        made.store.run(asking(made, number, key=f"r{number}"))
    third = asking(made, 3, key="r3", at=AT + 5 * HOUR)
    assert refused(lambda: made.store.run(third)) == ["RET-RATE"]
    decided(made, DeclineRefund(**WHO), key="r1")
    assert made.store.run(third).status is S.REQUESTED
    decided(made, APPROVE, key="r2")
    fourth = asking(made, 4, key="r4", at=AT + 6 * HOUR)
    assert refused(lambda: made.store.run(fourth)) == ["RET-RATE"]
    decided(made, ReverseRefund(**WHO), key="r2", at=AT + 7 * HOUR)
    made.store.run(fourth)
    # Taken back to where it was, it is passed; nothing is undone by that.
    decided(made, ReinstateRefund(**WHO), key="r2", at=AT + 8 * HOUR)
    assert violations(made.store, made.seller) == ()


def test_a_limit_counts_every_request_of_the_day():
    made = on_terms(scene(leads=3), limits=(ReturnLimit(most=1, per=LimitPer.DAY),))
    made.store.run(asking(made))
    decided(made, DeclineRefund(**WHO))
    second = asking(made, 2, key="r2")
    assert refused(lambda: made.store.run(second)) == ["RET-LIMIT"]
    assert made.store.run(replace(second, at=AT + 24 * HOUR)).status is S.REQUESTED


def test_two_requests_at_once_do_not_both_take_the_last_place():
    made = on_terms(scene(leads=2), limits=(ReturnLimit(most=1, per=LimitPer.DAY),))
    second = asking(made, 2, key="r2")
    stale = made.store.load(second.needs)
    made.store.run(asking(made))
    with pytest.raises(Conflict):
        made.store.commit(second.decide(stale))
    assert refused(lambda: made.store.run(second)) == ["RET-LIMIT"]


def test_an_orders_own_maximum_counts_with_the_sellers_rules():
    made = scene(leads=2)
    edit(made, max_returns=5_000)
    made.store.run(asking(made))
    second = asking(made, 2, key="r2")
    assert refused(lambda: made.store.run(second)) == ["RET-ORDER-RATE"]
    on_terms(made, rates=(ReturnRate(rate=0),))
    assert refused(lambda: made.store.run(second)) == ["RET-ORDER-RATE", "RET-RATE"]
    facts = made.store.load(second.needs)
    unknown = replace(facts, order=replace(facts.order, state=None))
    assert refused(lambda: second.decide(unknown)) == ["RET-RATE"]


def test_an_orders_own_maximum_counts_the_order_alone():
    made = scene(leads=2)
    edit(made, max_returns=5_000)
    case = asking(made, 2, key="r2")
    facts = made.store.load(case.needs)
    assert (facts.sold, facts.asked) == (None, None)  # whatever else the account bought
    assert facts.order_returns == OrderReturns(sold=2, returned=0)
    made.store.run(asking(made))
    assert made.store.load(case.needs).order_returns == OrderReturns(sold=2, returned=1)
    assert made.store.load(replace(asking(made), refund_id="x").needs).order_returns.returned == 0
    decided(made, DeclineRefund(**WHO))
    stale = made.store.load(case.needs)
    assert stale.order_returns == OrderReturns(sold=2, returned=0)
    # Two at once never both take the last place.
    on_terms(made, resubmit=True)
    made.store.run(asking(made, key="r3"))
    with pytest.raises(Conflict):
        made.store.commit(case.decide(stale))
    assert refused(lambda: made.store.run(case)) == ["RET-ORDER-RATE"]


def test_a_reversal_made_in_error_is_taken_back_whatever_was_counted_meanwhile():
    made = scene(leads=3)
    edit(made, max_returns=3_400)
    made.store.run(asking(made))
    decided(made, APPROVE)
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    made.store.run(asking(made, 2, key="r2", at=AT + 4 * HOUR))  # takes the one place there is
    decided(made, ReinstateRefund(**WHO), at=AT + 5 * HOUR)
    assert lead(made).status is LeadStatus.REFUNDED
    # From then on both count.
    third = asking(made, 3, key="r3", at=AT + 6 * HOUR)
    assert made.store.load(third.needs).order_returns == OrderReturns(sold=3, returned=2)
    assert refused(lambda: made.store.run(third)) == ["RET-ORDER-RATE"]
    assert violations(made.store, made.seller) == ()


BELIEVED = AutoApproval(id="believed", history=AccountHistory(days=30, least=2, rate=5_000))


def test_a_rule_approves_at_once_and_says_which():
    made = on_terms(scene(leads=2), auto_approvals=(BELIEVED,))
    done = made.store.run(asking(made))
    assert (done.status, done.rule, done.decided_by) == (S.APPROVED, "believed", "rule believed")
    assert (done.remedy, done.round) == (Remedy.CREDIT, 1)
    assert (made.balance(), lead(made).status) == (FULL - PRICE, LeadStatus.REFUNDED)
    assert not sees_it(made)
    (told,) = [m.body for m in made.store.messages() if "/refund/" in m.id]
    assert "was approved and credited. Approved at once by the rule 'believed'" in told
    assert made.store.run(asking(made)) == done
    line = made.store.statement(prepaid_account(made.account()))[-1]
    assert line.transfer.id == f"{done.id}/credit/1"
    assert violations(made.store, made.seller) == ()
    # The second one passes what the rule believes: a person decides.
    second = made.store.run(asking(made, 2, key="r2"))
    assert (second.status, second.rule) == (S.REQUESTED, None)


def test_a_rule_gives_what_the_terms_promise():
    made = on_terms(
        scene(quantity=1), remedy=Remedy.REPLACEMENT, auto_approvals=(AutoApproval(id="any"),)
    )
    assert made.store.run(asking(made)).remedy is Remedy.REPLACEMENT
    assert standing(made) == 0
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    assert (standing(made), made.balance()) == (1, FULL - PRICE)


def test_no_rule_excuses_a_late_request():
    made = on_terms(scene(), auto_approvals=(AutoApproval(id="any"),))
    late = asking(made, at=AT + WINDOW + TICK, exception="hurricane")
    assert made.store.run(late).status is S.EXCEPTION_ASKED
