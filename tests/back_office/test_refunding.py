"""A return moves money and the lead together, there and back, and never more than once."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import StopAccount, prepaid_account
from leadcore.errors import Conflict, Malformed, NotFound, Refused, WrongState
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.orders import EditOrder, OrderTerms
from leadcore.ports import LeadQuery
from leadcore.refunds import (
    ApproveRefund,
    Basis,
    DeclineRefund,
    GrantException,
    RefundStatus,
    ReinstateRefund,
    ReverseRefund,
    StartVerification,
)
from leadcore.submissions import Channel, LeadKind, Recording
from leadcore.testing import MemoryStore, violations
from leadcore.testing.scenes import AT, PRICE, Scene, charge, fund, person, reception
from leadcore.values import UNLIMITED, Money

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
WINDOW = timedelta(hours=120)
S = RefundStatus
WHO = {"by": "staff", "note": "because"}
APPROVE = ApproveRefund(**WHO, basis=Basis.PERSON_SAID)
FULL = 10_000


def scene(*, reopen=False, leads=1, **more):
    made = Scene(store=MemoryStore(), **more).set_up()
    if reopen:
        edit(made, returns_reopen=True)
    for number in range(1, leads + 1):
        made.receive(number)
    return made


def edit(made, **more):
    terms = {"user_id": made.user(), "price": Money(PRICE, "USD"), "quantity": made.quantity}
    made.store.run(
        bo.KeepOrder(
            order_id=made.order(),
            account_id=made.account(),
            command=EditOrder(OrderTerms(**terms | more)),
            at=AT,
        )
    )


def lead(made, number=1):
    return made.store.lead(f"{made.seller}/l{number}")


def asking(made, number=1, *, key="r", at=AT + HOUR, **more):
    asked = {"user_id": made.user(), "reason": "wrong_number", "detail": "asked the person"}
    return bo.RequestRefund(
        refund_id=f"{made.seller}/{key}", lead_id=f"{made.seller}/l{number}", at=at, **asked | more
    )


def deciding(made, command, *, key="r", at=AT + 2 * HOUR, forced=False):
    return bo.DecideRefund(refund_id=f"{made.seller}/{key}", command=command, at=at, forced=forced)


def decided(made, *commands, **more):
    for command in commands:
        made.store.run(deciding(made, command, **more))
    return made


def refused(run):
    with pytest.raises(Refused) as said:
        run()
    return list(said.value.decision.rules)


def standing(made):
    return made.store.orders(made.seller)[0][1].sold


def sees_it(made):
    tree = made.store.tree(made.account())
    listed = LeadQuery(
        seller_id=made.seller, scope=bo.keeping.scope(made.store.user(made.user()), tree)
    )
    return lead(made).id in {one.id for one in made.store.leads(listed)}


# -------------------------------------------------------------------------------------- asking


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


def test_two_reversals_of_one_person_never_both_stand():
    made = scene(accounts=2)
    made.store.run(asking(made))
    decided(made, APPROVE)
    again = made.store.run(
        bo.ResellLead(
            seller_id=made.seller,
            lead_id=lead(made).id,
            new_lead_id=f"{made.seller}/l2",
            sale_id=f"{made.seller}/s2",
            at=AT + 3 * HOUR,
        )
    ).lead
    viewer = again.assigned_to
    made.store.run(asking(made, 2, key="r2", user_id=viewer, at=AT + 4 * HOUR))
    decided(made, APPROVE, key="r2", at=AT + 5 * HOUR)
    first = deciding(made, ReverseRefund(**WHO), at=AT + 6 * HOUR)
    second = deciding(made, ReverseRefund(**WHO), key="r2", at=AT + 7 * HOUR)
    stale = made.store.load(second.needs)
    made.store.run(first)
    assert refused(lambda: made.store.run(second)) == ["REV-SOLD-ON"]
    with pytest.raises(Conflict):
        made.store.commit(second.decide(stale))
    assert violations(made.store, made.seller) == ()


def test_a_granted_exception_is_answered_counted_from_the_grant():
    made = scene()
    late = made.store.run(asking(made, at=AT + WINDOW + HOUR, exception="hurricane"))
    granted = GrantException(by="vera", note="the whole county was without power")
    after = made.store.run(deciding(made, granted, at=AT + timedelta(days=15)))
    assert late.expected.latest < (AT + timedelta(days=15)).date() < after.expected.earliest


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


@pytest.mark.parametrize(
    ("recording", "rules"), [(Recording(reference="c"), []), (None, ["RET-RECORDING"])]
)
def test_a_live_call_is_returned_on_its_recording(recording, rules):
    made = scene(leads=0)
    call = replace(person(1), kind=LeadKind.LIVE_CALL, recording=recording)
    made.store.run(replace(reception(made.seller, 1), submission=call))
    if rules:
        assert refused(lambda: made.store.run(asking(made))) == rules
        return
    made.store.run(asking(made))
    with pytest.raises(WrongState, match="recording only"):
        decided(made, APPROVE)
    decided(made, replace(APPROVE, basis=Basis.RECORDING))
    assert made.balance() == FULL


# ----------------------------------------------------------------------------------- exceptions


def test_a_late_request_with_a_good_reason_waits_for_a_person():
    made = scene()
    late = asking(made, at=AT + WINDOW + TICK, exception="hurricane")
    asked = made.store.run(late)
    assert (asked.status, asked.exception) == (S.EXCEPTION_ASKED, "hurricane")
    with pytest.raises(WrongState, match="exception_asked"):
        decided(made, APPROVE)
    decided(made, GrantException(**WHO), StartVerification(by="staff"), APPROVE)
    assert made.balance() == FULL


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


# ------------------------------------------------------------------------------------- deciding


def test_an_approval_credits_and_takes_the_lead_away():
    made = scene()
    made.store.run(asking(made))
    assert sees_it(made)
    after = made.store.run(deciding(made, APPROVE))
    assert (after.status, after.round, made.balance()) == (S.APPROVED, 1, FULL)
    assert (lead(made).status, sees_it(made)) == (LeadStatus.REFUNDED, False)
    line = made.store.statement(prepaid_account(made.account()))[-1]
    assert (line.entry.amount, line.transfer.lead_id, line.transfer.refund_id) == (
        PRICE,
        lead(made).id,
        after.id,
    )
    assert line.transfer.ref == lead(made).sale.transfer_id
    told = [m.body for m in made.store.messages() if "/refund/" in m.id]
    assert len(told) == 1
    assert "was approved and credited. because" in told[0]
    assert violations(made.store, made.seller) == ()


def test_a_decline_leaves_everything_and_tells_why():
    made = scene()
    made.store.run(asking(made))
    after = made.store.run(deciding(made, DeclineRefund(by="staff", note="the line works")))
    assert (after.status, made.balance(), sees_it(made)) == (S.DECLINED, FULL - PRICE, True)
    (told,) = [m.body for m in made.store.messages() if "/refund/" in m.id]
    assert told.endswith("was declined. the line works")


def test_the_very_same_decision_again_changes_nothing():
    made = scene()
    made.store.run(asking(made))
    first = made.store.run(deciding(made, APPROVE))
    assert made.store.run(deciding(made, APPROVE)) == first
    assert made.balance() == FULL
    for other in (
        deciding(made, APPROVE, at=AT + 3 * HOUR),
        deciding(made, replace(APPROVE, by="somebody else")),
        deciding(made, replace(APPROVE, note="for another reason")),
        deciding(made, DeclineRefund(**WHO)),
    ):
        with pytest.raises(WrongState, match="the refund is approved"):
            made.store.run(other)


def test_verification_is_begun_once():
    made = scene()
    made.store.run(asking(made))
    decided(made, StartVerification(by="staff"))
    with pytest.raises(WrongState, match="under_verification"):
        decided(made, StartVerification(by="staff"))


def test_there_is_no_such_request():
    made = scene()
    with pytest.raises(NotFound, match="there is no refund"):
        decided(made, APPROVE)
    made.store.run(asking(made))
    case = deciding(made, APPROVE)
    facts = made.store.load(case.needs)
    for state in (None, replace(lead(made), sale=None)):
        with pytest.raises(NotFound, match="there is no refund"):
            case.decide(replace(facts, lead=replace(facts.lead, state=state)))


# ------------------------------------------------------------------------- reversing, reinstating


def reversed_scene(**more):
    made = scene(**more)
    made.store.run(asking(made))
    return decided(made, APPROVE)


def test_a_reversal_debits_again_and_gives_the_lead_back():
    made = reversed_scene()
    before = lead(made)
    decided(made, ReverseRefund(by="staff", note="a member after all"))
    assert (made.balance(), sees_it(made)) == (FULL - PRICE, True)
    assert (lead(made).sale, lead(made).status) == (before.sale, LeadStatus.SOLD)
    transfer = made.store.statement(prepaid_account(made.account()))[-1].transfer
    assert (transfer.actor, transfer.reason, transfer.forced) == (
        "staff",
        "a member after all",
        False,
    )
    assert violations(made.store, made.seller) == ()


def test_reversals_of_reversals_never_drift():
    made = reversed_scene()
    for turn in range(1, 6):
        at = AT + (2 + turn) * HOUR
        decided(made, ReverseRefund(**WHO), at=at)
        assert (made.balance(), sees_it(made)) == (FULL - PRICE, True)
        decided(made, ReinstateRefund(**WHO), at=at + TICK)
        assert (made.balance(), sees_it(made)) == (FULL, False)
        assert made.store.audit() == ()
    ids = [line.transfer.id for line in made.store.statement(prepaid_account(made.account()))]
    assert len(set(ids)) == len(ids) == 2 + 11


def test_whoever_was_sold_on_is_not_given_back():
    made = reversed_scene(accounts=2)
    made.receive(2, of=1, days=1)
    assert lead(made, 2).sale.account_id == made.account(1)
    case = deciding(made, ReverseRefund(**WHO), at=AT + timedelta(days=2))
    with pytest.raises(Refused) as said:
        made.store.run(case)
    (finding,) = said.value.decision.findings
    assert (finding.rule, finding.evidence) == ("REV-SOLD-ON", (f"lead={lead(made, 2).id}",))
    assert (made.balance(), sees_it(made)) == (FULL, False)
    # Money does not help; when the second buyer returns the person too, it is possible.
    assert refused(lambda: made.store.run(replace(case, forced=True))) == ["REV-SOLD-ON"]
    second = asking(made, 2, key="r2", user_id=made.user(1), at=AT + timedelta(days=1, hours=1))
    made.store.run(second)
    decided(made, APPROVE, key="r2", at=AT + timedelta(days=1, hours=2))
    made.store.run(case)
    assert sees_it(made)
    assert violations(made.store, made.seller) == ()


@pytest.mark.parametrize("since", [-TICK, timedelta()])
def test_sold_on_counts_from_the_approval(since):
    made = reversed_scene(accounts=2)
    case = deciding(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    facts = made.store.load(case.needs)
    held = AT + 2 * HOUR + since
    sale = replace(lead(made).sale, account_id="b", sold_at=held)
    other = replace(lead(made), id="l2", status=LeadStatus.SOLD, sale=sale, held_since=held)
    known = replace(facts, history=(other,))
    if since:
        assert case.decide(known).answer.status is S.REVERSED
    else:
        assert refused(lambda: case.decide(known)) == ["REV-SOLD-ON"]


def spent(made, left):
    taken = charge(made.seller, made.account(), "spent", made.balance() - left)
    made.store.post([(taken,)], at=AT + 2 * HOUR)


def test_a_reversal_needs_the_money():
    made = reversed_scene()
    spent(made, PRICE - 1)
    case = deciding(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    with pytest.raises(Refused) as said:
        made.store.run(case)
    (finding,) = said.value.decision.findings
    assert (finding.rule, finding.evidence) == ("REV-FUNDS", ("lacking=1",))
    assert (made.balance(), sees_it(made)) == (PRICE - 1, False)
    made.store.run(fund(made.account(), made.seller, "one cent", 1))
    made.store.run(case)
    assert (made.balance(), sees_it(made)) == (0, True)


def test_a_forced_reversal_goes_below_zero_and_names_who_answers_for_it():
    made = reversed_scene()
    spent(made, 0)
    made.store.run(deciding(made, ReverseRefund(**WHO), at=AT + 3 * HOUR, forced=True))
    assert (made.balance(), sees_it(made)) == (-PRICE, True)
    transfer = made.store.statement(prepaid_account(made.account()))[-1].transfer
    assert (transfer.forced, transfer.actor, transfer.reason) == (True, "staff", "because")


@pytest.mark.parametrize("floor", [UNLIMITED, -PRICE])
def test_a_credit_limit_covers_a_reversal(floor):
    made = reversed_scene()
    case = deciding(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    facts = made.store.load(case.needs)
    poor = replace(facts.ledger, credits_posted=0, debits_posted=0, floor=floor)
    assert case.decide(replace(facts, ledger=poor)).answer.status is S.REVERSED
    short = replace(poor, floor=-PRICE + 1)
    assert refused(lambda: case.decide(replace(facts, ledger=short))) == ["REV-FUNDS"]
    assert case.decide(replace(facts, ledger=None)).answer.status is S.REVERSED


def test_both_reasons_are_told():
    made = reversed_scene(accounts=2)
    made.receive(2, of=1, days=1)
    spent(made, 0)
    case = deciding(made, ReverseRefund(**WHO), at=AT + timedelta(days=2))
    assert refused(lambda: made.store.run(case)) == ["REV-SOLD-ON", "REV-FUNDS"]


# --------------------------------------------------------------------------------------- places


def test_a_place_is_freed_taken_again_and_freed_again():
    made = scene(reopen=True, quantity=1)
    assert standing(made) == 1
    made.store.run(asking(made))
    decided(made, APPROVE)
    assert standing(made) == 0
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    assert standing(made) == 1
    decided(made, ReinstateRefund(**WHO), at=AT + 4 * HOUR)
    assert standing(made) == 0
    assert made.store.audit() == ()


def test_a_place_is_not_freed_unless_the_terms_say_so():
    made = reversed_scene(quantity=1)
    assert standing(made) == 1
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    assert standing(made) == 1


@pytest.mark.parametrize("reopen", [True, False])
def test_what_was_freed_then_is_what_is_taken_again(reopen):
    made = scene(reopen=reopen)
    made.store.run(asking(made))
    decided(made, APPROVE)
    edit(made, returns_reopen=not reopen)
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    assert (standing(made), made.store.audit()) == (1, ())


def test_without_the_order_no_place_is_freed():
    made = scene(reopen=True)
    made.store.run(asking(made))
    case = deciding(made, APPROVE)
    facts = made.store.load(case.needs)
    assert case.decide(facts).standings
    assert not case.decide(replace(facts, order=replace(facts.order, state=None))).standings


# ------------------------------------------------------------------------------------ odd corners


def test_a_stopped_account_is_credited_too():
    made = scene()
    made.store.run(asking(made))
    made.store.run(
        bo.KeepAccount(
            seller_id=made.seller,
            account_id=made.account(),
            command=StopAccount("unpaid"),
            at=AT + HOUR,
        )
    )
    decided(made, APPROVE)
    assert made.balance() == FULL


def test_a_free_lead_is_returned_and_given_back_without_money():
    made = scene(leads=0, funds=0)
    edit(made, price=Money(0, "USD"))
    made.receive(1)
    made.store.run(asking(made))
    decided(made, APPROVE)
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    assert sees_it(made)
    assert made.store.statement(prepaid_account(made.account())) == ()


def test_facts_without_the_seller_are_not_judged():
    made = scene()
    case = asking(made)
    with pytest.raises(NotFound):
        case.decide(replace(made.store.load(case.needs), seller=None))
