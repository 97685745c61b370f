"""A return moves money and the lead together, there and back, and never more than once."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, StopAccount, prepaid_account
from leadcore.distribution import SCALE
from leadcore.downline import scope
from leadcore.errors import Conflict, NotFound, Refused, WrongState
from leadcore.leads import LeadStatus, NoteAdded
from leadcore.orders import CloseOrder, EditOrder, OrderTerms, remaining
from leadcore.ports import LeadQuery
from leadcore.refunds import (
    ApproveRefund,
    Authority,
    Basis,
    DeclineRefund,
    Deed,
    GrantException,
    RefundShare,
    RefundStatus,
    RefundTerms,
    ReinstateRefund,
    Remedy,
    ReverseRefund,
    StartVerification,
)
from leadcore.submissions import LeadKind, Recording
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
    listed = LeadQuery(seller_id=made.seller, scope=scope(made.store.user(made.user()), tree))
    return lead(made).id in {one.id for one in made.store.leads(listed)}


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


@pytest.mark.parametrize("noted", [False, True])
def test_sold_on_by_somebody_slow_or_with_another_clock(noted):
    """The sale came after the return, though its instant lies before the approval's."""
    made = reversed_scene(accounts=2)
    facts = made.store.load(deciding(made, APPROVE, at=AT).needs)
    sold = AT + HOUR
    sale = replace(lead(made).sale, account_id="b", sold_at=sold)
    other = replace(lead(made), id="l2", status=LeadStatus.SOLD, sale=sale, held_since=sold)
    note = NoteAdded(text="The person was sold again.", at=sold if noted else sold - TICK)
    returned = replace(lead(made), notes=(*lead(made).notes, note))
    known = replace(facts, history=(other,), lead=replace(facts.lead, state=returned))
    case = deciding(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    if noted:
        assert refused(lambda: case.decide(known)) == ["REV-SOLD-ON"]
    else:
        assert case.decide(known).answer.status is S.REVERSED


@pytest.mark.parametrize(
    ("origin", "sold_on"),
    [(None, False), ("l1", True), ("between", True), ("lost", False)],
    ids=["beside it", "this share", "this share, twice", "nobody knows of what"],
)
def test_whoever_shares_a_lead_has_it_beside_the_account(origin, sold_on):
    made = reversed_scene(accounts=2)
    case = deciding(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    facts = made.store.load(case.needs)
    mine = lead(made)
    sale = replace(mine.sale, account_id="b")
    share = replace(mine, id="share", share_of=mine.id, sale=sale, status=LeadStatus.SOLD)
    between = replace(share, id="between", origin=mine.id, status=LeadStatus.REFUNDED)
    named = mine.id if origin == "l1" else origin
    known = replace(facts, history=(replace(share, origin=named), between))
    if sold_on:
        assert refused(lambda: case.decide(known)) == ["REV-SOLD-ON"]
    else:
        assert case.decide(known).answer.status is S.REVERSED


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


def test_a_place_sold_again_and_taken_back_is_one_too_many_and_nothing_remains():
    made = scene(reopen=True, quantity=1)
    made.store.run(asking(made))
    decided(made, APPROVE)
    made.receive(2)
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    order, now = made.store.orders(made.seller)[0]
    # Both are the account's, both are paid, and nothing more is sold under the order.
    assert (standing(made), remaining(order, now), made.balance()) == (2, 0, FULL - 2 * PRICE)
    assert made.receive(3).lead.status is LeadStatus.UNSOLD
    # A return takes it back to its quantity, another one below it.
    decided(made, ReinstateRefund(**WHO), at=AT + 4 * HOUR)
    assert (standing(made), made.receive(4).lead.status) == (1, LeadStatus.UNSOLD)
    made.store.run(asking(made, 2, key="r2", at=AT + 5 * HOUR))
    decided(made, APPROVE, key="r2", at=AT + 6 * HOUR)
    assert (standing(made), made.receive(5).lead.status) == (0, LeadStatus.SOLD)
    assert violations(made.store, made.seller) == ()


# -------------------------------------------------------------------------- remedies, authority


def on_terms(made, **terms):
    changed = SellerTerms(name="Seller", refunds=RefundTerms(**terms))
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=changed, at=AT))
    return made


def credit(made):
    return made.store.orders(made.seller)[0][1].credit


def test_a_replacement_gives_the_place_and_the_turn_back_and_the_next_lead_costs_nothing_more():
    made = on_terms(scene(accounts=2, quantity=1), remedy=Remedy.REPLACEMENT)
    first = [one.id for one, _ in made.store.orders(made.seller)].index(lead(made).sale.order_id)
    viewer = made.user(first)
    made.store.run(asking(made, user_id=viewer))
    before = made.store.orders(made.seller)[first][1]
    decided(made, APPROVE)
    after = made.store.orders(made.seller)[first][1]
    assert (before.sold, after.sold, after.credit - before.credit) == (1, 0, SCALE)
    again = made.receive(2, days=1).lead
    assert again.sale.order_id == lead(made).sale.order_id
    assert made.balance(first) == FULL - PRICE
    decided(made, ReverseRefund(**WHO), at=AT + 30 * HOUR)
    back = made.store.orders(made.seller)[first][1]
    assert back.sold == 2
    decided(made, ReinstateRefund(**WHO), at=AT + 31 * HOUR)
    assert made.store.orders(made.seller)[first][1].sold == 1
    assert violations(made.store, made.seller) == ()


def test_an_order_that_was_closed_is_owed_nothing():
    made = on_terms(scene(), remedy=Remedy.REPLACEMENT)
    made.store.run(asking(made))
    made.store.run(
        bo.KeepOrder(
            order_id=made.order(),
            account_id=made.account(),
            command=CloseOrder("over"),
            at=AT + HOUR,
        )
    )
    after = made.store.run(deciding(made, APPROVE))
    assert (after.promised, after.remedy) == (Remedy.REPLACEMENT, Remedy.CREDIT)
    assert (made.balance(), standing(made), credit(made)) == (FULL, 1, 0)


def test_what_was_promised_holds_whatever_the_terms_say_later():
    made = on_terms(scene(), remedy=Remedy.REPLACEMENT)
    made.store.run(asking(made))
    on_terms(made)
    assert made.store.run(deciding(made, APPROVE)).remedy is Remedy.REPLACEMENT


def test_a_part_of_the_price_goes_back_and_is_taken_back():
    made = on_terms(scene(), shares=(RefundShare(rate=4_000),))
    made.store.run(asking(made))
    decided(made, APPROVE)
    assert made.balance() == FULL - PRICE + 1_000
    assert violations(made.store, made.seller) == ()
    decided(made, ReverseRefund(**WHO), at=AT + 3 * HOUR)
    assert made.balance() == FULL - PRICE
    assert violations(made.store, made.seller) == ()


def test_who_may_not_decide_does_not():
    made = scene()
    made.store.run(asking(made))
    on_terms(made, authorities=(Authority(by="vera", deeds=frozenset({Deed.APPROVE})),))
    assert refused(lambda: decided(made, APPROVE)) == ["RET-AUTHORITY"]
    decided(made, StartVerification(by="staff"))
    decided(made, replace(APPROVE, by="vera"))
    assert made.balance() == FULL
    back = ReverseRefund(by="vera", note="x")
    assert refused(lambda: decided(made, back, at=AT + 3 * HOUR)) == ["RET-AUTHORITY"]


def test_without_the_seller_nothing_is_asked_of_the_terms():
    made = scene()
    made.store.run(asking(made))
    case = deciding(made, APPROVE)
    alone = replace(made.store.load(case.needs), seller=None)
    assert case.decide(alone).answer.status is S.APPROVED
