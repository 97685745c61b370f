"""An appointment is seen with its lead: by who attends, who works it, and who is above them."""

from __future__ import annotations

from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.appointments import covers_appointment, sees_appointment
from leadcore.downline import Reach, Scope, Tree
from leadcore.leads import LeadStatus
from leadcore.testing import MemoryStore
from leadcore.testing.appointment_contract import booked
from leadcore.testing.scenes import Scene

SCENE = Scene(store=MemoryStore(), accounts=2).set_up()
LEAD = SCENE.receive(1).lead
MADE = SCENE.store.run(booked(SCENE, "a")).appointment
PEOPLE = ("top", "left", "right", "low")
TREE = Tree({"top": None, "left": "top", "right": "top", "low": "left"})


@given(
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from(Reach),
)
def test_a_scope_covers_it_by_its_attendee_or_its_leads_owner(viewer, attendee, owner, reach):
    scope = Scope(account_id=MADE.account_id, user_id=viewer, reach=reach)
    made, lead = replace(MADE, assigned_to=attendee), replace(LEAD, assigned_to=owner)
    expected = any(scope.covers(MADE.account_id, each, TREE) for each in (attendee, owner))
    assert covers_appointment(scope, made, lead, TREE) is expected
    elsewhere = replace(scope, account_id=SCENE.account(1))
    assert not covers_appointment(elsewhere, made, lead, TREE)
    assert not covers_appointment(scope, replace(made, account_id="other"), lead, TREE)
    assert not covers_appointment(scope, made, replace(lead, status=LeadStatus.REFUNDED), TREE)
    assert not covers_appointment(scope, made, replace(lead, sale=None), TREE)
    assert not covers_appointment(scope, made, None, TREE)


def test_a_viewer_sees_it_and_one_of_another_account_does_not():
    users = {
        user.id: user for number in (0, 1) for user in SCENE.store.users(SCENE.account(number))
    }
    for number in (0, 1):
        for below in (False, True):
            viewer = users[SCENE.user(number, below=below)]
            tree = Tree.of(SCENE.store.users(viewer.account_id))
            mine = number == 0 and not below
            assert sees_appointment(viewer, MADE, LEAD, tree) is mine
            assert not sees_appointment(replace(viewer, enabled=False), MADE, LEAD, tree)
