"""Each use case is given the facts it needs, and nothing is made up where there is nothing."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.accounts import SellerTerms, StopAccount, WatchBalance
from leadcore.back_office import (
    AskContact,
    KeepAccount,
    KeepContactPoint,
    KeepUser,
    RequestPayment,
    RequestRefund,
    SetSellerTerms,
)
from leadcore.contact_points import DoNotCall, Record
from leadcore.kept_answers import KeptAnswer
from leadcore.orders import Cap, Caps, OrderReturns, Period, renewal_id
from leadcore.outcomes import Outcome
from leadcore.payments import BalanceWatch, PaymentMethod, Recharge, recharge_id
from leadcore.people import EditUser, Profile
from leadcore.ports import (
    AccountNeeds,
    BalanceNeeds,
    ContactNeeds,
    LeadNeeds,
    LeadPointNeeds,
    OfferNeeds,
    OrderNeeds,
    PaymentNeeds,
    PointNeeds,
    RefundNeeds,
    RenewalNeeds,
    SellerNeeds,
    StatementNeeds,
    TransferNeeds,
    UserNeeds,
)
from leadcore.ports.programs import OnceFacts, OnceNeeds
from leadcore.refunds import LimitPer, RefundTerms, ReturnLimit
from leadcore.testing import MemoryStore
from leadcore.testing.order_contract import ordered
from leadcore.testing.scenes import AT, PRICE, Scene, charge, person, reception
from leadcore.values import Money


def test_nothing_recorded_is_version_zero():
    load = MemoryStore().load
    assert load(SellerNeeds("s")).seller.version == 0
    account = load(AccountNeeds("a", "s"))
    assert (account.seller, account.account.version, account.ledger, account.transfer) == (
        None,
        0,
        None,
        None,
    )
    whole = load(StatementNeeds(seller_id="s", account_id="a"))
    assert (whole.seller, whole.account, whole.ledger, whole.lines) == (None, None, None, ())
    order = load(OrderNeeds("o", "a"))
    assert (order.account, order.order.version, order.user) == (None, 0, None)
    user = load(UserNeeds("u", "a"))
    assert (user.account, user.user.version, user.tree.version, len(user.tree.state)) == (
        None,
        0,
        0,
        0,
    )
    lead = load(LeadNeeds("l", "u"))
    assert (lead.lead.version, lead.viewer, len(lead.tree)) == (0, None, 0)
    offer = load(OfferNeeds(seller_id="s", source_key="k"))
    assert (offer.seller, offer.lead.version, offer.history, offer.candidates) == (None, 0, (), ())
    point = load(PointNeeds(seller_id="s", address="+12125550100", account_ids=("a",)))
    assert (point.seller, point.point.version, point.accounts) == (None, 0, ())
    assert (point.point.state.address, point.associates) == ("+12125550100", ())
    contact = load(ContactNeeds(lead_id="l", viewer_id="u", trail=True))
    assert (contact.lead.version, contact.viewer, contact.points) == (0, None, ())
    assert (contact.trail.version, contact.trail.state.count) == (0, 0)
    assert load(ContactNeeds(lead_id="l")).trail is None
    payment = load(PaymentNeeds(seller_id="s", payment_id="p", reference="ch_1"))
    assert (payment.payment.version, payment.account, payment.ledger) == (0, None, None)
    assert (payment.stray.version, payment.stray.state.reference) == (0, "ch_1")
    assert load(PaymentNeeds(seller_id="s", payment_id="p", account_id="a")).stray is None
    balance = load(BalanceNeeds(seller_id="s", account_id="a"))
    assert (balance.account.state, balance.low, balance.recharge) == (None, None, None)
    assert (balance.payment.version, balance.admins) == (0, ())
    refund = load(RefundNeeds(refund_id="r"))
    assert (refund.seller, refund.refund.version, refund.lead.version) == (None, 0, 0)
    assert (refund.earlier, refund.history, refund.ledger, refund.viewer) == ((), (), None, None)
    assert (refund.order.version, refund.requester, len(refund.tree)) == (0, None, 0)
    assert (refund.other, refund.key_counts) == (None, {})


def test_other_needs_are_unknown():
    with pytest.raises(TypeError, match="no facts are known for str"):
        MemoryStore().load("everything")


@pytest.fixture(name="made")
def _made():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    made.receive(1)
    return made


def test_a_lead_is_offered_to_open_orders_with_what_is_known_of_them(made):
    facts = made.store.load(reception(made.seller, 2, of=1).needs)
    assert (facts.lead.version, [seen.state.id for seen in facts.history]) == (
        0,
        [f"{made.seller}/l1"],
    )
    assert set(facts.key_counts.values()) == {1}
    first, second = facts.candidates
    assert (first.available, second.available) == (
        Money(10_000 - PRICE, "USD"),
        Money(10_000, "USD"),
    )
    assert (first.standing.sold, second.standing.sold) == (1, 0)
    assert facts.order_versions == {made.order(0): 1, made.order(1): 1}
    assert made.user(0) in facts.users
    stop = KeepAccount(
        seller_id=made.seller, account_id=made.account(), command=StopAccount("x"), at=AT
    )
    made.store.run(stop)
    again = made.store.load(OfferNeeds(seller_id=made.seller, lead_id=f"{made.seller}/l1"))
    assert [one.account_active for one in again.candidates] == [False, True]
    assert (again.lead.version, again.history) == (2, ())
    assert len(again.key_counts) == len(person(1).phones + person(1).emails)


def test_a_candidate_whose_people_are_gone_is_given_as_it_is(made):
    for kind, key in (("account", made.account()), ("user", made.user())):
        del made.store.rows[kind, key]
    first, _ = made.store.load(reception(made.seller, 2).needs).candidates
    assert (first.account_active, first.recipient_enabled) == (False, False)


def test_a_payment_that_was_booked_is_given(made):
    needs = AccountNeeds(
        made.account(), made.seller, f"fund/{len(made.account())}/{made.account()}/start"
    )
    assert made.store.load(needs).transfer.amount == Money(10_000, "USD")
    assert made.store.load(replace(needs, transfer_id="other")).transfer is None


def test_what_a_refund_touches_is_given(made):
    lead = made.store.lead(f"{made.seller}/l1")
    facts = made.store.load(RefundNeeds(refund_id="r", lead_id=lead.id, other_lead=lead.id))
    assert facts.other == lead
    assert set(facts.key_counts.values()) == {1}


def test_what_a_text_may_concern_is_given(made):
    profile = Profile(name="User", cell="+12125550199")
    for number in (0, 1):
        edit = KeepUser(
            user_id=made.user(number),
            account_id=made.account(number),
            command=EditUser(profile),
            at=AT,
        )
        made.store.run(edit)
    accounts = (made.account(1), "nobody's", made.account(0))
    needs = PointNeeds(seller_id=made.seller, address="+12125550199", account_ids=accounts)
    facts = made.store.load(needs)
    assert [each.id for each in facts.accounts] == [made.account(1), made.account(0)]
    assert facts.associates == ()
    cells = made.store.load(replace(needs, associates=True)).associates
    assert [user.id for user in cells] == [made.user(0), made.user(1)]
    other = replace(needs, associates=True, address="+12125550198")
    assert made.store.load(other).associates == ()
    assert made.store.load(replace(needs, associates=True, seller_id="x")).associates == ()


def test_what_a_fact_about_a_leads_person_touches_is_given(made):
    lead = f"{made.seller}/l1"
    needs = LeadPointNeeds(lead_id=lead, viewer_id=made.user(), account_ids=(made.account(1),))
    facts = made.store.load(needs)
    assert (facts.lead.state.id, facts.viewer.id, facts.seller.id) == (
        lead,
        made.user(),
        made.seller,
    )
    holder = facts.lead.state.held_by
    assert holder is not None
    assert {each.id for each in facts.point.accounts} == {made.account(1), holder}
    assert made.store.load(replace(needs, address="+12125559999")).point is None
    assert made.store.load(replace(needs, lead_id="nowhere")).point is None


def test_what_a_contact_question_asks_about_is_given(made):
    fact = DoNotCall(at=AT)
    addresses = ("+12125550001", "p1@x.example", "+12125550002")
    for address in addresses:
        keep = KeepContactPoint(
            seller_id=made.seller, address=address, command=Record(fact=fact), at=AT
        )
        made.store.run(keep)
    needs = ContactNeeds(lead_id=f"{made.seller}/l1", viewer_id=made.user())
    facts = made.store.load(needs)
    assert [point.address for point in facts.points] == list(addresses[:2])
    assert (facts.viewer.id, len(facts.tree), facts.trail) == (made.user(), 2, None)
    ask = AskContact(seller_id=made.seller, lead_id=f"{made.seller}/l1", at=AT)
    made.store.run(ask)
    assert made.store.load(ask.needs).trail.state.count == 1


def test_an_account_with_its_whole_statement():
    made = Scene(store=MemoryStore()).set_up()
    made.receive(1)
    needs = StatementNeeds(seller_id=made.seller, account_id=made.account())
    facts = made.store.load(needs)
    assert (facts.seller.id, facts.account.id) == (made.seller, made.account())
    assert [line.entry.seq for line in facts.lines] == [1, facts.ledger.seq] == [1, 2]
    # No bonus was ever granted here, so none is past and no line is wanted.
    assert made.store.load(replace(needs, bonus_past=AT)).lines == ()


def test_crossings_are_those_of_what_is_watched():
    made = Scene(store=MemoryStore(), funds=1_000).set_up()
    account, method = made.account(), PaymentMethod(token="pm_1")
    recharge = Recharge(below=Money(300, "USD"), by=Money(500, "USD"), method=method)
    watch = BalanceWatch(alert_below=Money(600, "USD"), recharge=recharge)
    needs = BalanceNeeds(seller_id=made.seller, account_id=account)
    for wanted, minor in ((None, 500), (watch, 300)):
        command = WatchBalance(wanted)
        keep = KeepAccount(seller_id=made.seller, account_id=account, command=command, at=AT)
        made.store.run(keep)
        made.store.post([(charge(made.seller, account, f"c{minor}", minor),)], at=AT)
        if wanted is None:
            assert made.store.load(needs).low is None
    facts = made.store.load(needs)
    assert (facts.low.number, facts.recharge.number, facts.payment.version) == (2, 3, 0)
    request = RequestPayment(
        seller_id=made.seller,
        account_id=account,
        payment_id=recharge_id(account, 3),
        amount=recharge.by,
        method=method,
        by="ann",
        at=AT,
    )
    made.store.run(request)
    assert made.store.load(needs).payment.version == 1
    known = made.store.load(PaymentNeeds(seller_id=made.seller, payment_id=recharge_id(account, 3)))
    assert (known.account.id, known.ledger.available, known.stray) == (account, 200, None)
    assert known.statement is None
    asked = PaymentNeeds(seller_id=made.seller, payment_id=recharge_id(account, 3), statement=True)
    told = made.store.load(asked).statement
    assert (told.ledger, told.account.id) == (known.ledger, account)
    assert sum(line.entry.amount for line in told.lines) == 200


def test_a_renewal_is_given_the_charge_for_the_next_cycle():
    nothing = MemoryStore().load(RenewalNeeds("o", "s"))
    assert (nothing.account, nothing.order.version, nothing.payment.version) == (None, 0, 0)
    scene = Scene(store=MemoryStore()).set_up()
    needs = RenewalNeeds(scene.order(), scene.seller)
    request = RequestPayment(
        seller_id=scene.seller,
        account_id=scene.account(),
        payment_id=renewal_id(scene.order(), 2),
        amount=Money(5, "USD"),
        method=PaymentMethod(token="pm_kept"),
        by="staff",
        at=AT,
    )
    asked = scene.store.run(request)
    scene.receive(1)
    found = scene.store.load(needs)
    assert (found.account.id, found.order.state.id) == (scene.account(), scene.order())
    assert (found.standing.sold, found.payment.state) == (1, asked)


def test_a_transfer_is_given_both_its_accounts(made):
    needs = TransferNeeds(
        seller_id=made.seller, from_account=made.account(0), to_account=made.account(1)
    )
    facts = made.store.load(needs)
    assert [line.entry.amount for line in facts.source.lines] == [10_000, -PRICE]
    assert (facts.source.account.id, facts.to.id) == (made.account(0), made.account(1))
    assert facts.to_ledger.posted == 10_000
    gone = made.store.load(replace(needs, to_account="nobody's"))
    assert (gone.to, gone.to_ledger) == (None, None)


def requested(made, number):
    made.store.run(
        RequestRefund(
            refund_id=f"r{number}",
            lead_id=f"{made.seller}/l{number}",
            user_id=made.store.lead(f"{made.seller}/l{number}").assigned_to,
            reason="wrong_number",
            detail="asked",
            at=AT + timedelta(hours=1),
        )
    )


def test_a_return_is_given_what_was_bought_and_returned_where_the_terms_count_it():
    made = Scene(store=MemoryStore(), accounts=2, quantity=9).set_up()
    sold = [made.receive(number).lead for number in range(1, 5)]
    mine = [lead for lead in sold if lead.sale.account_id == made.account()]
    first = mine[0]
    requested(made, 1)
    needs = RefundNeeds(refund_id="r", lead_id=first.id, asked_at=AT + timedelta(hours=2))
    facts = made.store.load(needs)
    assert (facts.sold, facts.asked, facts.order_returns) == (None, None, None)
    assert facts.request_counts == {}
    limit = ReturnLimit(most=5, per=LimitPer.MONTH)
    limited = SellerTerms(name="Seller", refunds=RefundTerms(limits=(limit,)))
    made.store.run(SetSellerTerms(seller_id=made.seller, terms=limited, at=AT))
    ordered(made, max_returns=3)
    facts = made.store.load(needs)
    assert {sale.id for sale in facts.sold} == {lead.sale.id for lead in mine}
    assert [asked.id for asked in facts.asked] == ["r1"]
    under = [lead for lead in sold if lead.sale.order_id == first.sale.order_id]
    assert facts.order_returns == OrderReturns(sold=len(under), returned=0)
    assert sum(facts.request_counts.values()) <= 1
    assert made.store.load(replace(needs, refund_id="r1")).asked == ()
    other = made.store.load(replace(needs, lead_id=under[-1].id))
    assert other.order_returns == OrderReturns(sold=len(under), returned=int(under[-1] != first))
    assert made.store.load(replace(needs, asked_at=None)).request_counts == {}


def test_what_is_used_of_a_cap_is_given_with_the_order(made):
    facts = made.store.load(reception(made.seller, 2).needs)
    assert facts.candidates[0].standing.usage == ()
    day = Cap(period=Period.DAY, leads=3)
    order = ordered(made, caps=Caps(zone="America/New_York", limits=(day,)))
    facts = made.store.load(reception(made.seller, 2).needs)
    usage = facts.candidates[0].standing.usage
    assert [(used.leads, used.money) for used in usage] == [(1, PRICE)]
    assert usage == made.store.order_usage(order.id, AT)
    assert facts.candidates[1].standing.usage == ()


def test_where_an_answer_is_kept_no_facts_are_loaded(made):
    kept = KeptAnswer(id="a", seller_id=made.seller, fingerprint="f", data="", at=AT)
    needs = OnceNeeds(answer_id="a", inner=reception(made.seller, 2).needs)
    assert made.store.load(needs).inner is not None
    made.store.commit(Outcome(answer=None, answers=(kept,)))
    assert made.store.load(needs) == OnceFacts(kept=kept)
