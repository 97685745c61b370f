"""The contract about scopes passes for the reference, and finds stores broken on purpose."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.downline import Reach
from leadcore.errors import Conflict
from leadcore.people import AddUser, Profile
from leadcore.testing import MemoryStore
from leadcore.testing.downline_contract import DownlineContract, _step
from leadcore.testing.scenes import AT, Scene
from leadcore.values import UserId


class TestMemoryStore(DownlineContract):
    def make_store(self):
        return MemoryStore()


class Wide(MemoryStore):
    """Lists the whole account to whoever sees anything of it."""

    def leads(self, query):
        if query.scope is not None:
            query = replace(query, scope=replace(query.scope, reach=Reach.ACCOUNT))
        return super().leads(query)


class Trusting(MemoryStore):
    """Believes a scope whatever account its user is of."""

    def covered(self, seen, owner_ids):
        return frozenset(owner_ids)


class Alphabetical(MemoryStore):
    """Sorts people by their ids, whatever was asked for."""

    def leads(self, query):
        found = super().leads(replace(query, after=None, limit=1_000))
        after = sorted(found, key=lambda lead: lead.id)
        ids = [lead.id for lead in after]
        start = ids.index(query.after.id) + 1 if query.after else 0
        return tuple(after[start : start + query.limit])


BROKEN = {
    Trusting: "test_a_scope_of_nobody_or_of_another_account_shows_nothing",
    Alphabetical: "test_a_list_is_sorted_by_any_column_both_ways_page_by_page",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_store_is_found(kind):
    class Broken(DownlineContract):
        def make_store(self):
            return kind()

    with pytest.raises(AssertionError):
        getattr(Broken(), BROKEN[kind])()


def test_a_list_wider_than_its_scope_is_found():
    contract = DownlineContract()
    # Two side by side, each with leads: one given case, since shrinking would find it slowly.
    play = DownlineContract.test_one_check_the_list_and_the_tree_agree.hypothesis.inner_test
    beside = {"links": {"u0": None, "u1": None}, "steps": [], "owners": [0, 1, 0, 1, 0, 1]}
    contract.make_store = MemoryStore
    play(contract, **beside)
    contract.make_store = Wide
    with pytest.raises(AssertionError):
        play(contract, **beside)


def test_what_a_step_is_answered_is_told():
    scene = Scene(store=MemoryStore()).set_up()
    user, account = UserId(f"{scene.account()}/u"), scene.account()
    adding = AddUser(
        user_id=user,
        seller_id=scene.seller,
        account_id=account,
        parent_id=scene.user(),
        profile=Profile(name="User"),
    )
    scene.store.run(bo.KeepUser(user_id=user, account_id=account, command=adding, at=AT))
    steps = (("move", 0, 0), ("disable", 0, None), ("enable", 0, None), ("move", 0, None))
    told = [_step(scene, 0, ["u"], step) for step in steps]
    assert told == ["WrongState", "done", "done", "done"]
    assert scene.store.user(user).parent_id is None


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        DownlineContract().make_store()


def test_a_conflict_is_no_answer_of_a_step():
    class Torn(MemoryStore):
        def run(self, case):
            raise Conflict("user u")

    scene = Scene(store=Torn())
    with pytest.raises(Conflict, match="user u"):
        _step(scene, 0, ["u"], ("move", 0, None))
