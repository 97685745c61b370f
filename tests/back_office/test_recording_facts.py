"""Whoever sees a lead records facts at its own addresses, and binds nobody else by them."""

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.consent import Evidence, Grant, Level, Revocation
from leadcore.contact_points import DoNotCall, addresses
from leadcore.errors import Malformed, NotFound
from leadcore.testing import MemoryStore
from leadcore.testing.desk_contract import add_desk
from leadcore.testing.scenes import AT, Scene

SAID = Grant(at=AT, level=Level.EXPRESS, evidence=Evidence(text="Call me."))


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    made.receive(1)
    return made


def record(scene, fact, viewer=None, **more):
    case = bo.RecordOfLead(
        lead_id=f"{scene.seller}/l1", viewer_id=viewer or scene.user(), fact=fact, at=AT
    )
    return scene.store.run(replace(case, **more))


def test_consent_that_names_nobody_is_the_holders(scene):
    (clerk,) = add_desk(scene, "clerk")
    own = addresses(scene.store.lead(f"{scene.seller}/l1").submission)
    for viewer, at in ((scene.user(), own[0]), (clerk, own[-1])):
        kept = record(scene, SAID, viewer, address=None if at == own[0] else f" {at.upper()} ")
        assert kept.address == at
        (grant,) = kept.grants
        assert (grant.fact.sellers, grant.by) == (frozenset({scene.account()}), viewer)
    assert record(scene, SAID).grants == scene.store.contact_point(scene.seller, own[0]).grants


def test_consent_about_what_nobody_holds_is_the_sellers():
    poor = Scene(store=MemoryStore(), funds=0).set_up()
    (clerk,) = add_desk(poor, "clerk")
    poor.receive(1)
    assert record(poor, SAID, clerk).grants[0].fact.sellers == frozenset({poor.seller})


@pytest.mark.parametrize(
    ("fact", "path"),
    [
        (replace(SAID, sellers=frozenset({"x"})), "fact.sellers"),
        (replace(SAID, evidence=Evidence()), "fact.evidence"),
        (Revocation(at=AT, method="telephone", seller="x"), "fact.seller"),
        (DoNotCall(at=AT, account_id="x"), "fact.account_id"),
        (Revocation(at=AT, method=" "), "fact.method"),
    ],
)
def test_what_an_account_may_not_say_is_told_where(scene, fact, path):
    (clerk,) = add_desk(scene, "clerk")
    for viewer in (scene.user(), clerk):
        if path == "fact.evidence" and viewer == clerk:
            assert record(scene, fact, viewer).grants
            continue
        with pytest.raises(Malformed) as refused:
            record(scene, fact, viewer)
        assert [each.path for each in refused.value.problems] == [path]


def test_staff_name_other_accounts_and_the_seller(scene):
    (clerk,) = add_desk(scene, "clerk")
    named = frozenset({scene.account(1), scene.seller})
    assert record(scene, replace(SAID, sellers=named), clerk).grants[0].fact.sellers == named


def test_of_other_addresses_nothing_is_recorded(scene):
    for address in ("+12125559999", "somebody@else.example", "", "odd"):
        with pytest.raises(Malformed, match="address: is a number or an e-mail address of this"):
            record(scene, DoNotCall(at=AT), address=address)


def test_whoever_does_not_see_the_lead_records_nothing(scene):
    (stranger,) = add_desk(Scene(store=scene.store).set_up(), "clerk")
    for viewer in (scene.user(1), scene.user(below=True), stranger, "nobody"):
        with pytest.raises(NotFound):
            record(scene, DoNotCall(at=AT), viewer)
    with pytest.raises(NotFound):
        record(scene, DoNotCall(at=AT), lead_id="none")
