"""Never upward, never sideways, never another account's, whatever the tree looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.downline import Reach, Scope, Tree, scope
from leadcore.people import Profile, User
from leadcore.testing.strategies import trees

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


@given(trees())
def test_below_is_the_opposite_of_above(tree):
    for one in tree._parents:
        below = tree.downline(one)
        assert one not in below
        assert below == {other for other in tree._parents if tree.is_below(other, one)}
        assert below == {other for other in tree._parents if one in tree.upline(other)}
        assert not any(tree.is_below(one, other) for other in below)


@given(trees(), st.data())
def test_whoever_looks_sees_own_and_those_below_only(tree, data):
    viewer, owner = (data.draw(st.sampled_from(sorted(tree._parents))) for _ in range(2))
    covers = scope(user(viewer, view_downline=True), tree).covers("a", owner, tree)
    assert covers == (owner == viewer or viewer in tree.upline(owner))


PARENTS = st.dictionaries(
    st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdefxy"), min_size=1
)


@given(PARENTS)
def test_a_damaged_tree_lets_nobody_see_more(parents):
    tree = Tree(parents)
    assert len(tree) == len(parents)
    for one in parents:
        path = [one]
        while (above := parents.get(path[-1])) in parents and above not in path:
            path.append(above)
        looped = above in path[:1]  # the links lead back to where they began
        if looped or parents[one] not in parents:
            assert list(tree.upline(one)) == []
        assert one not in tree.downline(one)
        for other in tree.upline(one):
            assert one not in tree.upline(other)
            assert other in path


def test_a_cycle_is_cut_and_what_hangs_on_it_is_kept():
    tree = Tree({"a": "b", "b": "c", "c": "a", "under": "a", "alone": "alone", "lost": "nobody"})
    assert [list(tree.upline(one)) for one in ("a", "b", "c", "alone", "lost")] == [[]] * 5
    assert list(tree.upline("under")) == ["a"]
    assert tree.downline("b") == frozenset()
    assert tree.downline("nobody") == frozenset()
    assert not tree.is_below("a", "b")
    assert not tree.is_below("alone", "alone")


def test_a_long_chain_is_no_trouble():
    names = [f"u{index}" for index in range(20_000)]
    tree = Tree(dict(zip(names, [None, *names], strict=False)))
    assert tree.is_below(names[-1], names[0])
    assert len(tree.downline(names[0])) == 19_999
    assert not tree.is_below(names[0], names[-1])


def test_a_tree_is_made_of_the_users():
    tree = Tree.of([user("boss"), User(**{**_fields(user("low")), "parent_id": "boss"})])
    assert (len(tree), "low" in tree, "left" in tree) == (2, True, False)
    assert list(tree.upline("low")) == ["boss"]
    assert list(tree.upline("left")) == []


def _fields(one):
    return {entry.name: getattr(one, entry.name) for entry in User.__attrs_attrs__}


@given(trees())
def test_the_top_of_a_downline_has_nobody_above(tree):
    for user in tree._parents:
        top = tree.top(user)
        assert top in {user, *tree.upline(user)}
        assert not list(tree.upline(top))
