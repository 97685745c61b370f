"""Who sees a lead: the account's people as its tree says, and the staff of its own seller."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import Seller, SellerTerms
from leadcore.back_office.seeing import held, seen_lead, seen_leads, seen_refunds
from leadcore.downline import Tree
from leadcore.downline import scope as scope_of
from leadcore.errors import NotFound, WrongState
from leadcore.leads import LeadStatus
from leadcore.ports import LeadNeeds
from leadcore.testing import MemoryStore
from leadcore.testing.desk_contract import add_desk
from leadcore.testing.scenes import AT, Scene


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    made.receive(1)
    return made


def facts(scene, viewer):
    return scene.store.load(LeadNeeds(f"{scene.seller}/l1", viewer))


def test_staff_see_every_lead_of_their_seller_in_whatever_state(scene):
    (clerk,) = add_desk(scene, "clerk")
    lead, viewer = seen_lead(facts(scene, clerk), "lead", "l1")
    assert viewer.id == clerk
    seller = scene.store.seller(scene.seller)
    for status in LeadStatus:
        assert bo.sees(viewer, replace(lead, status=status, sale=None), Tree({}), seller)
    assert not bo.sees(viewer, lead, Tree({}), None)
    assert not bo.sees(viewer, replace(lead, seller_id="other"), Tree({}), seller)
    assert not bo.sees(replace(viewer, enabled=False), lead, Tree({}), seller)
    no_desk = replace(seller, terms=replace(seller.terms, desk=None))
    assert not bo.at_desk(viewer, no_desk)
    assert not bo.at_desk(viewer, Seller(id="other", terms=SellerTerms(name="O", desk="desk")))


def test_whoever_may_not_know_of_it_is_told_there_is_none(scene):
    top = facts(scene, scene.user())
    assert seen_lead(top, "lead", "l1")[1].id == scene.user()
    cases = (
        facts(scene, scene.user(1)),
        facts(scene, None),
        replace(top, lead=replace(top.lead, state=None)),
    )
    for each in cases:
        with pytest.raises(NotFound, match="'l1'"):
            seen_lead(each, "lead", "l1")
    for gone in (
        replace(top.lead.state, status=LeadStatus.REFUNDED),
        replace(top.lead.state, assigned_to=None),
        replace(top.lead.state, sale=None),
    ):
        assert not bo.sees(top.viewer, gone, top.tree)
    assert bo.sees(top.viewer, top.lead.state, top.tree)


def test_what_nobody_holds_is_worked_by_nobody(scene):
    lead = scene.store.lead(f"{scene.seller}/l1")
    assert held(lead, "KeepFile") == lead.sale
    for gone in (replace(lead, status=LeadStatus.REFUNDED), replace(lead, sale=None)):
        with pytest.raises(WrongState, match="KeepFile is not possible"):
            held(gone, "KeepFile")


def test_several_at_once_are_seen_as_each_by_itself_is(scene):
    scene.receive(2)
    asked = scene.store.run(
        bo.RequestRefund(
            refund_id="r",
            lead_id=f"{scene.seller}/l1",
            user_id=scene.user(),
            reason="wrong_number",
            detail="A bakery answers.",
            at=AT,
        )
    )
    found = [scene.store.lead(f"{scene.seller}/l{number}") for number in (1, 2)]
    gone = replace(found[0], status=LeadStatus.REFUNDED)
    owned = replace(found[0], assigned_to=None)
    leads = (*found, gone, owned, None)
    seen = {}
    for user_id in (scene.user(), scene.user(1), scene.user(below=True)):
        viewer = scene.store.user(user_id)
        tree = scene.store.tree(viewer.account_id)
        view = scope_of(viewer, tree)
        one_by_one = [each for each in leads if each and bo.sees(viewer, each, tree)]
        assert list(seen_leads(view, leads, scene.store.covered)) == one_by_one
        seen[user_id] = seen_refunds(view, (asked,), scene.store.covered)
    assert seen == {scene.user(): (asked,), scene.user(1): (), scene.user(below=True): ()}
    assert seen_leads(None, leads, scene.store.covered) == leads[:-1]
    assert seen_refunds(None, (asked,), scene.store.covered) == (asked,)
