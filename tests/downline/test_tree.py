"""The plain tree: what it says above and below, and that damaged links show nobody more."""

from hypothesis import given
from hypothesis import strategies as st

from leadcore.downline import Tree
from leadcore.people import Profile, User
from leadcore.testing.strategies import parent_links, trees


def user(key, parent=None):
    profile = Profile(name="User")
    return User(id=key, seller_id="s", account_id="a", parent_id=parent, profile=profile)


@given(trees())
def test_below_is_the_opposite_of_above(tree):
    for one in tree._parents:
        below = tree.downline(one)
        assert one not in below
        assert below == {other for other in tree._parents if tree.is_below(other, one)}
        assert below == {other for other in tree._parents if one in tree.upline(other)}
        assert not any(tree.is_below(one, other) for other in below)


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
    tree = Tree.of([user("boss"), user("low", "boss")])
    assert (len(tree), "low" in tree, "left" in tree) == (2, True, False)
    assert list(tree.upline("low")) == ["boss"]
    assert list(tree.upline("left")) == []


@given(trees())
def test_the_top_of_a_downline_has_nobody_above(tree):
    for user in tree._parents:
        top = tree.top(user)
        assert top in {user, *tree.upline(user)}
        assert not list(tree.upline(top))


@given(parent_links(shape="damaged") | parent_links())
def test_in_order_everybody_stands_right_behind_somebody_with_the_downline(links):
    tree = Tree(links)
    line = list(tree.ordered())
    names = [user for user, _ in line]
    assert sorted(names) == sorted(links)
    for place, (user, size) in enumerate(line):
        assert set(names[place : place + size]) == {user, *tree.downline(user)}
