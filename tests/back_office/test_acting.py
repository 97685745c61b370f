"""Whatever is done on somebody's behalf is on record."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount
from leadcore.decider import Change
from leadcore.errors import NotFound
from leadcore.logins import Actor
from leadcore.outcomes import Outcome
from leadcore.people import EditUser, Profile
from leadcore.ports import DeedQuery
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, fund, reception
from leadcore.values import Money

LATER = AT + timedelta(minutes=1)


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), accounts=2).set_up()


def run(scene, case, act="act", actor=None):
    by = bo.By(actor=actor or Actor.staff(scene.seller), case=case, act=act, at=LATER)
    return scene.store.run(by)


def told(scene):
    found = scene.store.deeds(DeedQuery(seller_id=scene.seller))
    return {(each.did, each.stream_kind, each.stream_id, each.account_id) for each in found}


def test_the_answer_and_the_needs_are_the_use_cases(scene):
    case = bo.KeepUser(
        user_id=scene.user(),
        account_id=scene.account(),
        command=EditUser(Profile(name="Ann")),
        at=AT,
    )
    assert bo.By(actor=Actor.staff("s"), case=case, act="a", at=AT).needs == case.needs
    answer = run(scene, case)
    assert answer == scene.store.user(scene.user())
    assert told(scene) == {("KeepUser.EditUser", "user", scene.user(), scene.account())}


def test_an_account_is_its_own(scene):
    opening = OpenAccount(account_id="new", seller_id=scene.seller, name="New", currency="USD")
    run(scene, bo.KeepAccount(seller_id=scene.seller, account_id="new", command=opening, at=AT))
    assert told(scene) == {("KeepAccount.OpenAccount", "account", "new", "new")}


def test_a_sold_lead_concerns_its_buyer_and_money_is_told_with_it(scene):
    run(scene, reception(scene.seller, 1))
    lead = scene.store.lead(f"{scene.seller}/l1")
    (deed,) = scene.store.deeds(DeedQuery(seller_id=scene.seller))
    assert (deed.did, deed.stream_kind) == ("ReceiveLead", "lead")
    assert deed.account_id == lead.sale.account_id
    assert deed.at == LATER


def test_money_alone_concerns_both_who_pay_and_who_get(scene):
    run(scene, fund(scene.account(), scene.seller, "more", 100), "one")
    case = bo.TransferBalance(
        seller_id=scene.seller,
        from_account=scene.account(),
        to_account=scene.account(1),
        key="move",
        amount=Money(50, "USD"),
        allowed_by="staff",
        reason="asked for",
        at=AT,
    )
    run(scene, case, "two")
    found = scene.store.deeds(DeedQuery(seller_id=scene.seller))
    assert sorted((each.act, each.account_id) for each in found) == [
        ("one", scene.account()),
        ("two", scene.account()),
        ("two", scene.account(1)),
    ]


def test_what_is_refused_or_changes_nothing_is_no_deed(scene):
    missing = bo.KeepUser(
        user_id="none", account_id="none", command=EditUser(Profile(name="X")), at=AT
    )
    with pytest.raises(NotFound):
        run(scene, missing)
    run(scene, reception(scene.seller, 1), "one")
    run(scene, reception(scene.seller, 1), "two")
    assert {each.act for each in scene.store.deeds(DeedQuery(seller_id=scene.seller))} == {"one"}


def test_nobody_acts_behind_a_wall(scene):
    ann = Actor.user(scene.store.user(scene.user()))
    editing = EditUser(Profile(name="Mallory"))
    keep = bo.KeepUser(user_id=scene.user(1), account_id=scene.account(1), command=editing, at=AT)
    for case in (keep, fund(scene.account(1), scene.seller, "gift", 100)):
        with pytest.raises(NotFound):
            run(scene, case, actor=ann)
    assert scene.store.user(scene.user(1)).profile.name == "User"
    other = Actor.staff("another seller")
    terms = bo.SetSellerTerms(
        seller_id=scene.seller,
        terms=replace(scene.store.seller(scene.seller).terms, name="Taken over"),
        at=AT,
    )
    for case in (keep, terms):
        with pytest.raises(NotFound):
            run(scene, case, actor=other)
    run(scene, replace(keep, user_id=scene.user(), account_id=scene.account()), actor=ann)
    run(scene, fund(scene.account(), scene.seller, "gift", 100), "two", actor=ann)
    assert {each[3] for each in told(scene)} == {scene.account()}


def test_acts_inside_acts_are_both_told():
    change = Change(kind="seller", id="s", expected=0, events=("renamed",), state=object())

    class Case:
        needs = None

        def decide(self, facts):
            return Outcome(answer=facts, changes=(change,))

    inner = bo.By(actor=Actor.system("s", "relay"), case=Case(), act="inner", at=AT)
    outer = bo.By(actor=Actor.staff("s", "marie"), case=inner, act="outer", at=AT)
    outcome = outer.decide("facts")
    assert outcome.answer == "facts"
    assert [(each.act, each.actor_id, each.account_id) for each in outcome.deeds] == [
        ("inner", "relay", None),
        ("outer", "marie", None),
    ]
