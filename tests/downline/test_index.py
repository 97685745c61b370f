"""The index answers as the plain tree does, whoever joined and moved."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.downline import Downline, Tree, index
from leadcore.errors import Malformed, WrongState
from leadcore.people import Profile, User
from leadcore.testing.strategies import parent_links


def same(line, links):
    """Compare everything an index says with the tree."""
    tree = Tree(links)
    assert len(line) == len(tree)
    for one in links:
        assert list(line.upline(one)) == list(tree.upline(one))
        assert line.top(one) == tree.top(one)
        assert line.downline(one) == tree.downline(one)
        walked = list(line.walk(one))
        assert len(walked) == len(tree.downline(one))
        # Each comes after whoever stands above them.
        place = {name: number for number, name in enumerate([one, *walked])}
        assert all(place[links[each]] < place[each] for each in walked)
        for other in links:
            assert line.is_below(one, other) == tree.is_below(one, other)


@given(parent_links(shape="damaged") | parent_links())
def test_it_says_what_the_tree_says(links):
    line = Downline(links)
    same(line, links)
    assert all(one in line for one in links)


@pytest.mark.parametrize("name", ["nobody", None, 3])
def test_whoever_is_not_there_is_below_nobody_and_above_nobody(name):
    line = Downline({"boss": None, "low": "boss"})
    assert name not in line
    assert not line.is_below(name, "boss")
    assert not line.is_below("boss", name)
    assert list(line.upline(name)) == list(line.walk(name)) == []
    assert line.top(name) == name


def test_it_is_made_of_the_users():
    given = [
        User(id=key, seller_id="s", account_id="a", parent_id=above, profile=Profile(name="U"))
        for key, above in (("low", "boss"), ("boss", None))
    ]
    assert Downline.of(given).downline("boss") == {"low"}


PLACES = st.none() | st.integers(0, 30)
# The narrow line has room for thirty people and one.
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 30), PLACES), max_size=24)


@pytest.mark.parametrize("span", [1 << 16, 1 << 62], ids=["little room", "all room"])
@given(STEPS, parent_links(most=6))
def test_it_follows_whoever_joins_and_moves(span, steps, links):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "_SPAN", span)
        line = Downline(links)
        for joins, who, where in steps:
            names = list(links)
            above = None if where is None else names[where % len(names)]
            one = f"new{len(links)}" if joins else names[who % len(names)]
            tree = Tree(links)
            if not joins and above is not None and (above == one or tree.is_below(above, one)):
                with pytest.raises(WrongState, match="below themselves"):
                    line.move(one, above)
                continue
            (line.join if joins else line.move)(one, above)
            links[one] = above
            in_line(line)
        same(line, links)


def in_line(line):
    """Read the line both ways: everybody is in it once, within whoever is above, in order."""
    forth, back, mark = [*_line(line), index._LAST], [index._LAST], index._LAST
    while mark != index._FIRST:
        mark = line._previous[mark]
        back.append(mark)
    assert back == forth[::-1]
    assert sorted(forth) == [*range(2 * len(line) + 2)]
    labels = [line._labels[mark] for mark in forth]
    assert labels == sorted(set(labels))
    assert (labels[0], labels[-1]) == (0, index._SPAN)


def test_the_first_one_below_leaves_most_of_the_room_to_others_below(monkeypatch):
    monkeypatch.setattr(index, "_SPAN", 1 << 16)
    line = Downline({})
    line.join("boss", None)
    line.join("low", "boss")
    # An eighth of the room is left on either side.
    labels = [line._labels[mark] for mark in _line(line)]
    assert labels == [0, 8_192, 8_192 + 6_144, 57_344 - 6_144, 57_344]
    in_line(line)


def test_one_more_beside_others_leaves_most_of_the_room_to_the_next(monkeypatch):
    monkeypatch.setattr(index, "_SPAN", 1 << 16)
    line = Downline({"boss": None})
    first = line._labels[line._ids["boss"]]
    line.join("next", None)
    labels = [line._labels[mark] for mark in _line(line)]
    # A sixty-fourth of the room lies behind it, and it has a thirty-second part for itself.
    end = first - first // 64
    assert labels[1:3] == [end - first // 32, end]
    in_line(line)


def test_a_line_that_is_made_is_even(monkeypatch):
    monkeypatch.setattr(index, "_SPAN", 60)
    line = Downline({"boss": None, "low": "boss"})
    assert [line._labels[mark] for mark in _line(line)] == [0, 12, 24, 36, 48]
    in_line(line)


def test_who_is_moved_with_others_below_is_spread_evenly(monkeypatch):
    monkeypatch.setattr(index, "_SPAN", 1 << 16)
    links = {"boss": None, "low": "boss", "other": None}
    line = Downline(links)
    # Of those at the top the first one named is the last in line.
    assert line._next[line._ids["other"]] == line._ids["other"] + 1
    line.move("boss", "other")
    in_line(line)
    other = line._ids["other"]
    within = line._labels[other], line._labels[other + 1]
    marks = [mark for mark in _line(line) if within[0] < line._labels[mark] < within[1]]
    labels = [line._labels[mark] for mark in marks]
    step = (within[1] - within[0]) // 5
    assert labels == [within[0] + step * number for number in range(1, 5)]


@pytest.mark.parametrize("shape", ["chain", "wide", "at the top"])
def test_what_joins_seldom_makes_others_give_room(shape, monkeypatch):
    spread = []
    wrapped = Downline._spread

    def counting(line, left, right):
        spread.append(1)
        wrapped(line, left, right)

    monkeypatch.setattr(Downline, "_spread", counting)
    line = Downline({})
    for number in range(2_000):
        above = {"chain": number - 1, "wide": 0}.get(shape, -1)
        line.join(f"u{number}", f"u{above}" if number and above >= 0 else None)
    in_line(line)
    assert len(spread) < 100


def test_what_is_refused_names_what_was_wanted():
    line = Downline({"boss": None})
    with pytest.raises(WrongState) as twice:
        line.join("boss", None)
    assert twice.value.command == "join"
    with pytest.raises(WrongState) as below:
        line.move("boss", "boss")
    assert (below.value.command, below.value.state) == ("move", "nobody can stand below themselves")
    with pytest.raises(Malformed) as unknown:
        line.join("new", "nobody")
    assert [each.path for each in unknown.value.problems] == ["parent_id"]


def test_at_the_end_of_the_line_room_is_found_before_it(monkeypatch):
    monkeypatch.setattr(index, "_SPAN", 1 << 16)
    # Of those at the top the first one named is the last in line.
    links = {"last": None, "boss": None}
    links |= {f"low{number}": "boss" for number in range(8)}
    links |= {f"u{number}": None for number in range(12)}
    line = Downline(links)
    assert line._next[line._ids["last"] + 1] == index._LAST
    line.move("boss", "last")
    links["boss"] = "last"
    same(line, links)
    labels = [line._labels[mark] for mark in _line(line)]
    assert labels == sorted(set(labels))
    assert labels[-1] < index._SPAN


def test_what_can_not_be_is_refused_and_changes_nothing():
    links = {"boss": None, "low": "boss"}
    line = Downline(links)
    with pytest.raises(WrongState, match="in the tree already"):
        line.join("low", None)
    for act in (line.join, line.move):
        with pytest.raises(Malformed, match="no user 'nobody'"):
            act("new" if act == line.join else "low", "nobody")
    with pytest.raises(Malformed, match="no user 'nobody'"):
        line.move("nobody", None)
    for below in ("boss", "low"):
        with pytest.raises(WrongState, match="below themselves"):
            line.move("boss", below)
    same(line, links)


@pytest.mark.parametrize("shape", ["chain", "wide", "at the top"])
def test_thousands_may_join_at_one_place(shape):
    line, links = Downline({}), {}
    for number in range(3_000):
        above = {"chain": number - 1, "wide": 0}.get(shape, -1)
        name = f"u{number}"
        links[name] = f"u{above}" if number and above >= 0 else None
        line.join(name, links[name])
    tree = Tree(links)
    for number in range(0, 3_000, 97):
        assert line.is_below(f"u{number}", "u0") == tree.is_below(f"u{number}", "u0")
        assert not line.is_below("u0", f"u{number}")
    labels = [line._labels[mark] for mark in _line(line)]
    assert labels == sorted(set(labels))


def _line(line):
    mark = 0
    while mark != 1:
        yield mark
        mark = line._next[mark]


class Counted(array):
    """Labels that count how often they are looked at."""

    looks = 0

    def __getitem__(self, mark):
        Counted.looks += 1
        return super().__getitem__(mark)


def looks(line, *asked):
    line._labels = Counted("q", line._labels)
    Counted.looks = 0
    line.is_below(*asked)
    return Counted.looks


def test_a_question_costs_the_same_at_any_depth():
    names = [f"u{number}" for number in range(10_000)]
    deep = Downline(dict(zip(names, [None, *names], strict=False)))
    flat = Downline({"u0": None, "u1": "u0"})
    assert looks(deep, names[-1], names[0]) == looks(flat, "u1", "u0") == 3
    assert deep.is_below(names[-1], names[0])
    assert not deep.is_below(names[0], names[-1])
