"""A request for a return: judged by the terms, counted once, and approved at once by a rule."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account
from leadcore.errors import Conflict, Malformed, NotFound
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.refunds import (
    AccountHistory,
    AutoApproval,
    DeclineRefund,
    LimitPer,
    RateOver,
    RefundReason,
    ReinstateRefund,
    Remedy,
    ReturnLimit,
    ReturnRate,
    ReverseRefund,
)
from leadcore.submissions import Channel
from leadcore.testing import violations
from leadcore.testing.scenes import AT, PRICE
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
        with pytest.raises(Malformed, match="other_lead: is no other lead that you hold"):
            made.store.run(asking(made, **duplicate, other_lead=other))
    held = next(number for number, account in owners.items() if account == mine)
    other = lead(made, held).id
    assert made.store.run(asking(made, **duplicate, other_lead=other)).other_lead == other


def test_a_lead_that_was_returned_is_no_other_lead():
    made = scene(leads=2)
    made.store.run(asking(made))
    decided(made, APPROVE)
    second = asking(made, 2, key="second", reason="duplicate", other_lead=lead(made).id)
    with pytest.raises(Malformed, match="is no other lead that you hold"):
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
    assert refused(lambda: made.store.run(again)) == ["RET-RESUBMIT"]


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
