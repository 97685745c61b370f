"""Scenes are what they say, and whoever is behind sees the old facts first."""

from leadcore.orders import Standing
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import (
    AT,
    PRICE,
    Behind,
    Overdraw,
    Scene,
    charge,
    fund,
    new_seller,
    person,
    reception,
    terms,
)


def test_a_scene_has_accounts_users_orders_and_money():
    made = Scene(store=MemoryStore(), accounts=2, funds=700, quantity=3).set_up()
    assert [made.balance(number) for number in (0, 1)] == [700, 700]
    assert [account.id for account in made.store.accounts(made.seller)] == [
        made.account(0),
        made.account(1),
    ]
    top, below = made.user(), made.user(below=True)
    assert {user.id: user.parent_id for user in made.store.users(made.account())} == {
        top: None,
        below: top,
    }
    order, standing = made.store.orders(made.seller, made.account(1))[0]
    assert (order.id, order.terms.quantity, standing) == (made.order(1), 3, Standing())


def test_a_scene_without_money_books_none():
    made = Scene(store=MemoryStore(), funds=0).set_up()
    assert made.store.statement(f"prepaid:{made.account()}") == ()


def test_leads_come_by_number_and_day():
    made = Scene(store=MemoryStore()).set_up()
    lead = made.receive(3, days=2).lead
    assert (lead.id, (lead.received_at - AT).days) == (f"{made.seller}/l3", 2)
    assert made.balance() == 10_000 - PRICE
    assert made.receive(4, of=3).lead.duplicate_of == lead.id


def test_sellers_are_new_each_time():
    made = [new_seller() for _ in range(1_001)]
    assert len(set(made)) == 1_001
    assert len({len(each) for each in made}) == 1
    assert person(1) != person(2)


def test_whoever_is_behind_sees_the_old_facts_first():
    store = MemoryStore()
    late = Behind(terms("s"), lambda facts: facts, times=2)
    assert late.needs == terms("s").needs
    for _ in range(3):
        late.decide(store.load(late.needs))
    assert late.calls == [True, True, False]


def test_an_overdraft_wants_events_and_money_together():
    made = Scene(store=MemoryStore()).set_up()
    case = Overdraw(seller_id=made.seller, account_id=made.account(), amount=5)
    outcome = case.decide(made.store.load(case.needs))
    assert (len(outcome.changes), outcome.transfers) == (
        1,
        (charge(made.seller, made.account(), "overdraw", 5),),
    )
    assert outcome.answer == "never"


def test_the_small_cases_are_for_who_is_named():
    assert fund("a", "s", "k", 1).needs.account_id == "a"
    assert (reception("s", 1).lead_id, reception("s", 2, of=1).submission) == ("s/l1", person(1))
