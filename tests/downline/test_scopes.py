"""Never upward, never sideways, never another account's, whatever the tree looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.downline import Downline, Reach, Scope, Tree, scope
from leadcore.people import Profile, User
from leadcore.testing.strategies import parent_links, trees

#        boss
#       /    \
#    left    right
#     |
#    low
FAMILY = Tree({"boss": None, "left": "boss", "right": "boss", "low": "left"})


def user(key="left", **more):
    flags = {name: more.pop(name) for name in ("admin", "view_downline") if name in more}
    profile = Profile(name="User", **flags)
    return User(id=key, seller_id="s", account_id="a", parent_id=None, profile=profile, **more)


def seen(viewer, tree=FAMILY, account="a"):
    found = scope(viewer, tree)
    return {
        owner for owner in ("boss", "left", "right", "low") if found.covers(account, owner, tree)
    }


@pytest.mark.parametrize(
    ("viewer", "reach", "owners"),
    [
        (user(), Reach.OWN, {"left"}),
        (user(view_downline=True), Reach.DOWNLINE, {"left", "low"}),
        (user(admin=True), Reach.ACCOUNT, {"boss", "left", "right", "low"}),
        (user(admin=True, view_downline=True), Reach.ACCOUNT, {"boss", "left", "right", "low"}),
        (user("boss", view_downline=True), Reach.DOWNLINE, {"boss", "left", "right", "low"}),
        (user("low", view_downline=True), Reach.DOWNLINE, {"low"}),
        (user(enabled=False), Reach.NOTHING, set()),
        (user(enabled=False, admin=True), Reach.NOTHING, set()),
        (user(enabled=False, view_downline=True), Reach.NOTHING, set()),
        (user("stranger", admin=True), Reach.NOTHING, set()),
        (user("stranger", view_downline=True), Reach.NOTHING, set()),
    ],
)
def test_what_each_viewer_sees(viewer, reach, owners):
    assert scope(viewer, FAMILY).reach is reach
    assert seen(viewer) == owners


@pytest.mark.parametrize("more", [{}, {"admin": True}, {"view_downline": True}])
def test_another_account_is_a_wall(more):
    assert seen(user(**more), account="b") == set()


def test_a_scope_is_a_plain_value():
    made = scope(user(view_downline=True), FAMILY)
    assert made == Scope(account_id="a", user_id="left", reach=Reach.DOWNLINE)


def test_a_reach_is_kept_by_its_word():
    assert [each.value for each in Reach] == ["nothing", "own", "downline", "account"]


@given(trees(), st.data())
def test_whoever_looks_sees_own_and_those_below_only(tree, data):
    viewer, owner = (data.draw(st.sampled_from(sorted(tree._parents))) for _ in range(2))
    covers = scope(user(viewer, view_downline=True), tree).covers("a", owner, tree)
    assert covers == (owner == viewer or viewer in tree.upline(owner))


HELD = st.tuples(st.sampled_from("ab"), st.sampled_from([f"u{n:02d}" for n in range(8)]))


@given(
    parent_links(shape="damaged", most=8) | parent_links(most=8),
    st.lists(st.none() | HELD, max_size=20),
    st.sampled_from(Reach),
    st.data(),
)
def test_a_list_in_memory_holds_what_the_single_check_lets_through(links, items, reach, data):
    tree = Tree(links)
    seen = Scope(account_id="a", user_id=data.draw(st.sampled_from(sorted(links))), reach=reach)
    single = tuple(item for item in items if item and seen.covers(*item, tree))
    assert seen.among(items, lambda item: item, tree) == single
    assert seen.among(items, lambda item: item, Downline(links)) == single
    assert all(account == "a" for account, _ in single)


@pytest.mark.parametrize("reach", Reach)
def test_whoever_reaches_nothing_sees_nothing_at_all(reach):
    found = Scope(account_id="a", user_id="left", reach=reach)
    assert found.is_anything is (reach is not Reach.NOTHING)
