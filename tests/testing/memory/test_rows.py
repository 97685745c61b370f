"""What can be read of the reference store."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.balances import Balance
from leadcore.downline import scope
from leadcore.leads import LeadStatus
from leadcore.logins import Actor, SetPassword, digest_of, token_digest
from leadcore.payments import Answer as PaymentAnswer
from leadcore.payments import PaymentMethod, PaymentStatus, Progress
from leadcore.ports import (
    DeedQuery,
    LeadQuery,
    LeadSort,
    PaymentQuery,
    RefundDate,
    RefundQuery,
    RefundSort,
)
from leadcore.refunds import DeclineRefund, RefundStatus
from leadcore.submissions import LeadKind
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, PRICE, Scene, charge, reception, terms
from leadcore.values import Money

TICK = timedelta(microseconds=1)


@pytest.fixture(name="made")
def _made():
    made = Scene(store=MemoryStore(), accounts=2, quantity=1).set_up()
    for number, days in ((1, 0), (2, 1), (3, 2)):  # two are sold, one waits
        made.receive(number, days=days)
    return made


def numbers(made, **query):
    found = made.store.leads(LeadQuery(seller_id=made.seller, **query))
    return [int(lead.id.rpartition("/l")[2]) for lead in found]


def test_nothing_is_known_of_nothing():
    store = MemoryStore()
    assert (store.seller("s"), store.user("u"), store.lead("l")) == (None, None, None)
    assert (store.accounts("s"), store.users("a"), store.orders("s")) == ((), (), ())
    assert (store.ledger_account("x"), store.balance("x")) == (None, Balance(0, 0))
    assert store.balance("x", AT) == Balance(0, 0)
    assert (store.statement("x"), store.journal("lead", "l")) == ((), ())
    assert (store.messages(), store.sellers(), store.audit()) == ((), (), ())
    assert store.leads(LeadQuery(seller_id="s")) == ()
    assert (store.contact_point("s", "+12125550100"), store.reviews("s")) == (None, ())
    assert store.refunds(RefundQuery(seller_id="s")) == ()
    assert (store.scope("u"), store.login("u"), store.password_hash("u")) == (None, None, None)
    assert (store.login_named("s", "n"), store.login_with_token("t")) == (None, None)
    assert (store.sessions("u"), store.deeds(DeedQuery(seller_id="s"))) == ((), ())
    assert store.session("t").session is None


def test_sellers_accounts_users_and_orders_come_by_id(made):
    made.store.run(terms("a seller before"))
    assert [seller.id for seller in made.store.sellers()] == ["a seller before", made.seller]
    assert [one.id for one in made.store.accounts(made.seller)] == [
        made.account(0),
        made.account(1),
    ]
    assert [one.id for one in made.store.users(made.account())] == [
        made.user(below=True),
        made.user(),
    ]
    assert [order.id for order, _ in made.store.orders(made.seller)] == [
        made.order(0),
        made.order(1),
    ]
    ((mine, standing),) = made.store.orders(made.seller, made.account(1))
    assert (mine.id, standing.sold) == (made.order(1), 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [3, 2, 1]),
        ({"limit": 2}, [3, 2]),
        ({"limit": 0}, []),
        ({"statuses": frozenset({LeadStatus.UNSOLD})}, [3]),
        ({"statuses": frozenset()}, []),
        ({"kind": LeadKind.WEB}, [3, 2, 1]),
        ({"kind": LeadKind.LIVE_CALL}, []),
        ({"since": AT + timedelta(days=1)}, [3, 2]),
        ({"since": AT + timedelta(days=1) + TICK}, [3]),
        ({"until": AT + timedelta(days=1)}, [1]),
        ({"until": AT + timedelta(days=1) + TICK}, [2, 1]),
        ({"text": "P2@X."}, [2]),
        ({"text": "12125550003"}, [3]),
        ({"text": "nobody"}, []),
        ({"sort": LeadSort.SOLD}, [2, 1]),
        ({"sort": LeadSort.SOLD, "since": AT + TICK}, [2]),
    ],
)
def test_leads_are_filtered_and_come_newest_first(made, query, found):
    assert numbers(made, **query) == found


def place(made, number, **query):
    asked = LeadQuery(seller_id=made.seller, **query)
    return asked.cursor(made.store.lead(f"{made.seller}/l{number}"))


def test_pages_go_on_after_the_last(made):
    assert numbers(made, after=place(made, 3), limit=1) == [2]
    assert numbers(made, after=place(made, 1)) == []


def test_a_viewer_lists_what_the_scope_covers(made):
    for number in (0, 1):
        user = made.store.user(made.user(number))
        found = numbers(made, scope=scope(user, made.store.tree(user.account_id)))
        assert found == [number + 1]
        below = made.store.user(made.user(number, below=True))
        assert numbers(made, scope=scope(below, made.store.tree(user.account_id))) == []


def test_a_scope_covers_those_of_its_own_account(made):
    top, below, other = made.user(), made.user(below=True), made.user(1)
    seen = made.store.scope(top)
    assert seen == scope(made.store.user(top), made.store.tree(made.account()))
    assert made.store.covered(seen, [top, below, other, "nobody"]) == {top, below}
    lower = made.store.scope(below)
    assert made.store.covered(lower, [top, below, other]) == {below}


def test_other_leads_of_the_person_are_those_that_were_sold(made):
    first = made.store.lead(f"{made.seller}/l1")
    assert made.store.others(first) == ()
    made.receive(4, of=1, days=3)  # a duplicate that nobody is left to buy
    assert made.store.lead(f"{made.seller}/l4").sale is None
    assert made.store.others(first) == ()
    (other,) = made.store.others(made.store.lead(f"{made.seller}/l4"))
    assert (other.id, other.sale) == (first.id, first.sale)


def test_a_log_in_its_session_and_who_did_it_are_found(made):
    store, seller, user = made.store, made.seller, made.user()
    keep = bo.KeepLogin(
        seller_id=seller,
        user_id=user,
        command=SetPassword(digest_of("hash"), "ann@x.example"),
        encoded="hash",
        at=AT,
    )
    store.run(bo.By(actor=Actor.staff(seller), case=keep, act="set", at=AT))
    token = token_digest("a session's own token")
    store.run(
        bo.LogIn(
            seller_id=seller,
            name="ann@x.example",
            checked=bo.Checked(encoded="hash", matches=True),
            session_id="one",
            token=token,
            at=AT,
        )
    )
    assert (store.login(user).id, store.password_hash(user)) == (user, "hash")
    assert store.login_named(seller, "ann@x.example") == store.login(user)
    assert [each.id for each in store.sessions(user)] == ["one"]
    found = store.session(token)
    assert (found.session.id, found.user.id) == ("one", user)
    assert {each.act for each in store.deeds(DeedQuery(seller_id=seller))} == {"set"}


def test_refunds_are_filtered_and_come_newest_first(made):
    for number, hours in ((1, 1), (2, 30)):
        made.store.run(
            bo.RequestRefund(
                refund_id=f"r{number}",
                lead_id=f"{made.seller}/l{number}",
                user_id=made.user(number - 1),
                reason="wrong_number",
                detail="asked",
                at=AT + timedelta(hours=hours),
            )
        )
    decline = DeclineRefund(by="staff", note="no")
    made.store.run(bo.DecideRefund(refund_id="r1", command=decline, at=AT + timedelta(days=2)))

    def found(**query):
        return [one.id for one in made.store.refunds(RefundQuery(seller_id=made.seller, **query))]

    assert found() == ["r2", "r1"]
    assert found(limit=1) == ["r2"]
    assert found(account_id=made.account()) == ["r1"]
    sale = made.store.lead(f"{made.seller}/l2").sale.id
    assert (found(sale_id=sale), found(sale_id="none")) == (["r2"], [])
    assert made.store.refunds(RefundQuery(seller_id="other", sale_id=sale)) == ()
    assert found(statuses=frozenset({RefundStatus.DECLINED})) == ["r1"]
    assert found(since=AT + timedelta(hours=1)) == ["r2", "r1"]
    assert found(since=AT + timedelta(hours=1) + TICK) == ["r2"]
    assert found(until=AT + timedelta(hours=30)) == ["r1"]
    assert made.store.refunds(RefundQuery(seller_id="other")) == ()
    assert found(sort=RefundSort.DUE) == ["r1", "r2"]
    assert found(dated=RefundDate.DECIDED, since=AT) == ["r1"]
    assert found(dated=RefundDate.DECIDED) == ["r2", "r1"]
    dated = RefundQuery(seller_id=made.seller, until=AT + timedelta(hours=30), limit=0)
    page = made.store.refund_page(dated)
    assert (page.refunds, page.outside, page.beyond) == ((), 1, 1)
    page = made.store.refund_page(replace(dated, until=None, limit=2))
    assert ([one.id for one in page.refunds], page.outside, page.beyond) == (["r2", "r1"], 0, 0)


def test_balances_and_statements_as_of_any_instant(made):
    ledger = f"prepaid:{made.account()}"
    assert made.store.balance(ledger, AT - TICK) == Balance(0, 0)
    assert made.store.balance(ledger, AT).posted == made.store.balance(ledger).posted
    lines = made.store.statement(ledger)
    assert [line.entry.amount for line in lines] == [10_000, -PRICE]
    assert made.store.statement(ledger, since=AT + TICK) == ()
    assert made.store.statement(ledger, until=AT) == ()
    assert made.store.statement(ledger, since=AT, until=AT + TICK) == lines


def test_messages_come_oldest_first(made):
    waiting = made.store.messages()
    assert [message.at for message in waiting] == sorted(message.at for message in waiting)
    assert made.store.messages(1) == waiting[:1]


def test_a_lead_is_found_by_its_source_key(made):
    assert made.store.by_source_key(made.seller, "key-2").state.id == f"{made.seller}/l2"
    assert made.store.by_source_key("other", "key-2").version == 0
    assert made.store.by_source_key(made.seller, None).version == 0


def test_history_is_of_the_person_but_for_the_lead_itself(made):
    keys = reception(made.seller, 1).needs.keys
    lead = made.store.lead(f"{made.seller}/l1")
    assert [seen.state.id for seen in made.store.history(made.seller, keys, None)] == [lead.id]
    assert made.store.history(made.seller, keys, lead) == ()
    assert made.store.history("other", keys, None) == ()
    assert made.store.history(made.seller, (), None) == ()
    assert [made.store.claimed(made.seller, key) for key in keys] == [1, 1]
    assert replace(lead).id == lead.id


def text(made, words, number, at=AT):
    return made.store.run(
        bo.ReceiveText(
            seller_id=made.seller,
            sender=f"+1212555{number:04d}",
            text_id=f"t{number}",
            text=words,
            received_at=at,
            at=at,
        )
    )


def test_replies_that_wait_are_listed_oldest_first(made):
    for number, ticks in ((1, 2), (2, 1), (3, 0), (4, 1)):
        text(made, "STOP" if number == 3 else "alto", number, AT + ticks * TICK)
    found = made.store.reviews(made.seller)
    assert [point.address[-1] for point in found] == ["2", "4", "1"]
    assert made.store.reviews(made.seller, limit=2) == found[:2]
    assert made.store.reviews("other") == ()
    assert made.store.contact_point(made.seller, "+12125550003").revocations


def test_overdue_leads_are_listed_longest_overdue_first(made):
    hours = timedelta(hours=24)
    assert numbers(made, overdue_at=AT + hours) == []
    assert numbers(made, overdue_at=AT + hours + TICK) == [1]
    late = AT + timedelta(days=9)
    assert numbers(made, overdue_at=late) == [1, 2]
    assert numbers(made, overdue_at=late, limit=1) == [1]
    assert numbers(made, overdue_at=late, after=place(made, 1, overdue_at=late)) == [2]
    assert numbers(made, overdue_at=late, since=AT + TICK) == [2]
    assert numbers(made, overdue_at=late, sort=LeadSort.SOLD) == [1, 2]


def test_duties_are_listed_in_the_order_they_fall_due(made):
    day = timedelta(days=1)
    assert numbers(made, duty_by=AT + day - TICK) == []
    assert numbers(made, duty_by=AT + day) == [1]
    assert numbers(made, duty_by=AT + 9 * day) == [1, 2]
    assert numbers(made, duty_by=AT + 9 * day, reverse=True) == [2, 1]
    assert numbers(made, duty_by=AT + 9 * day, duty_after=AT + day) == [2]


def test_payments_are_listed_newest_first_and_found_by_their_reference():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    for number in range(4):
        made.store.run(
            bo.RequestPayment(
                seller_id=made.seller,
                account_id=made.account(number % 2),
                payment_id=f"p{number}",
                amount=Money(100 + number, "USD"),
                method=PaymentMethod(token="pm_1"),
                by="ann",
                at=AT + timedelta(hours=number // 2),
            )
        )
    answer = PaymentAnswer(progress=Progress.SUCCEEDED, reference="ch_1")
    made.store.run(bo.SettlePayment(seller_id=made.seller, payment_id="p1", answer=answer, at=AT))
    every = PaymentQuery(seller_id=made.seller)
    paid = frozenset({PaymentStatus.SUCCEEDED})

    def ids(**more):
        return [each.id for each in made.store.payments(replace(every, **more))]

    assert ids() == ["p3", "p2", "p1", "p0"]
    assert ids(limit=3) == ["p3", "p2", "p1"]
    assert (ids(account_id=made.account(0)), ids(statuses=paid)) == (["p2", "p0"], ["p1"])
    assert ids(seller_id="other") == []
    assert made.store.payment("p1").reference == "ch_1"
    assert made.store.by_reference(made.seller, "ch_1").state.id == "p1"
    assert made.store.by_reference("other", "ch_1").version == 0
    assert (made.store.payment("p9"), made.store.strays(made.seller)) == (None, ())


def test_what_orders_cost_is_read_off_the_ledger(made):
    told = made.store.order_money(made.seller)
    assert [(each.order_id, each.charged, each.refunded) for each in told] == [
        (made.order(0), PRICE, 0),
        (made.order(1), PRICE, 0),
    ]
    assert made.store.order_money(made.seller, made.account(1)) == told[1:]
    made.store.post([(replace(charge(made.seller, made.account(), "of-no-order", 1)),)], at=AT)
    assert made.store.order_money(made.seller) == told


def test_what_is_used_of_no_order_is_nothing(made):
    assert made.store.order_usage("nobody", AT) == ()
    assert made.store.order_usage(made.order(), AT) == ()


def test_the_tree_about_a_lead_is_that_of_the_account_it_was_sold_to(made):
    store, lead = made.store, made.store.lead(f"{made.seller}/l1")
    other = 0 if lead.sale.account_id == made.account(1) else 1
    viewer = store.user(made.user(other))
    assert lead.sale.user_id in store.tree_about(viewer, lead)
    assert viewer.id not in store.tree_about(viewer, lead)
    for nobodys in (None, replace(lead, sale=None)):
        assert viewer.id in store.tree_about(viewer, nobodys)
    assert viewer.id not in store.tree_about(None, lead)
