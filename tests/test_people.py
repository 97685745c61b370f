"""Users are added, edited, moved, disabled and enabled; moves never make a cycle."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.downline import Tree
from leadcore.errors import Malformed, WrongState
from leadcore.people import (
    AccountTree,
    AddUser,
    DisableUser,
    EditUser,
    EnableUser,
    MoveUser,
    Profile,
    UserAdded,
    UserDisabled,
    UserEdited,
    UserEnabled,
    UserMoved,
    decide,
    evolve,
    evolve_tree,
)
from leadcore.testing.strategies import trees

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TREE = Tree({"boss": None, "u": "boss", "low": "u"})
ADD = AddUser(
    user_id="u", seller_id="s", account_id="a", parent_id="boss", profile=Profile(name="User")
)
USER = fold(evolve, None, decide(ADD, None, Tree({"boss": None}), AT))
STATES = {"none": None, "enabled": USER, "disabled": replace(USER, enabled=False)}
COMMANDS = {
    "add": ADD,
    "edit": EditUser(Profile(name="Other")),
    "edit to the same": EditUser(USER.profile),
    "move": MoveUser(None),
    "move to the same": MoveUser("boss"),
    "disable": DisableUser(),
    "enable": EnableUser(),
}
COUNTS = {
    "add": {"none": 1, "enabled": 0, "disabled": 0},  # the very same again
    "edit": {"enabled": 1, "disabled": 1},
    "edit to the same": {"enabled": 0, "disabled": 0},
    "move": {"enabled": 1, "disabled": 1},
    "move to the same": {"enabled": 0, "disabled": 0},
    "disable": {"enabled": 1, "disabled": 0},
    "enable": {"enabled": 0, "disabled": 1},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_every_state(name, state):
    if state in COUNTS[name]:
        assert len(decide(COMMANDS[name], STATES[state], TREE, AT)) == COUNTS[name][state]
    else:
        with pytest.raises(WrongState, match=r"exists|there is no such user"):
            decide(COMMANDS[name], STATES[state], TREE, AT)


def test_what_each_event_leaves_behind():
    assert (USER.id, USER.account_id, USER.parent_id, USER.enabled) == ("u", "a", "boss", True)
    other = Profile(name="Other")
    assert evolve(USER, UserEdited(other, AT)).profile == other
    assert evolve(USER, UserMoved(None, AT)).parent_id is None
    off = evolve(USER, UserDisabled(AT))
    assert (off.enabled, off.times_disabled) == (False, 1)
    assert evolve(off, UserEnabled(AT)) == replace(USER, times_disabled=1)


@pytest.mark.parametrize(
    "event", [UserEdited(Profile(name="x"), AT), UserMoved(None, AT), UserDisabled(AT)]
)
def test_nothing_happens_to_a_user_who_was_never_added(event):
    with pytest.raises(WrongState, match="never added"):
        evolve(None, event)
    assert isinstance(decide(ADD, None, TREE, AT)[0], UserAdded)


@pytest.mark.parametrize("name", ["", " ", "\n"])
def test_a_user_has_a_name(name):
    blank = Profile(name=name)
    for command, state in ((replace(ADD, profile=blank), None), (EditUser(blank), USER)):
        with pytest.raises(Malformed, match=r"profile\.name: a user has a name"):
            decide(command, state, TREE, AT)


def test_the_place_is_in_the_account():
    for command, state in ((replace(ADD, parent_id="else"), None), (MoveUser("else"), USER)):
        with pytest.raises(Malformed, match="parent_id: there is no user 'else' in this account"):
            decide(command, state, TREE, AT)
    # Nobody is added below themselves: they are not there yet.
    with pytest.raises(Malformed, match="parent_id"):
        decide(replace(ADD, parent_id="u"), None, Tree({"boss": None}), AT)


@pytest.mark.parametrize("parent", ["u", "low"])
def test_nobody_is_moved_below_themselves(parent):
    with pytest.raises(WrongState, match="below themselves"):
        decide(MoveUser(parent), USER, TREE, AT)


@given(trees(), st.data())
def test_no_sequence_of_moves_makes_a_cycle(tree, data):
    parents = dict(tree._parents)
    for _ in range(data.draw(st.integers(1, 8))):
        mover = data.draw(st.sampled_from(sorted(parents)))
        to = data.draw(st.none() | st.sampled_from(sorted(parents)))
        state = replace(USER, id=mover, parent_id=parents[mover])
        now = Tree(parents)
        allowed = to is None or (to != mover and not now.is_below(to, mover))
        try:
            state = fold(evolve, state, decide(MoveUser(to), state, now, AT))
        except WrongState:
            assert not allowed
        else:
            assert allowed
            parents[mover] = state.parent_id
        # No link was cut, so there is no cycle.
        assert Tree(parents)._parents == parents


def test_moves_are_counted():
    counted = evolve_tree(AccountTree("a", 1), UserMoved(None, AT))
    assert counted == AccountTree("a", 2)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("email", "ada@example.com", "a@x.example\r\nBcc: all@evil.example"),
        ("email", "ada@example.com", "a@x.example, b@x.example"),
        ("email", "ada@example.com", "nobody"),
        ("cell", "+12125550100", "premium; 900"),
        ("cell", "+12125550100", "2125550100"),
        ("phone", "(212) 555-0100 x4", "212\n555"),
        ("toll_free", "1-800-555-0100", "\x00"),
        ("website", "https://example.com", "x\r\nSet-Cookie: y"),
        ("name", "Ada Reyes", "Ada\nReyes"),
    ],
)
def test_what_goes_into_messages_can_not_carry_a_second_header(field, good, bad):
    base = Profile(name="Ada")
    assert decide(EditUser(replace(base, **{field: good})), USER, TREE, AT)
    with pytest.raises(Malformed, match=f"profile.{field}: is "):
        decide(EditUser(replace(base, **{field: bad})), USER, TREE, AT)


def test_the_same_id_for_somebody_else_is_refused():
    with pytest.raises(WrongState, match="exists"):
        decide(replace(ADD, profile=Profile(name="Somebody else")), USER, TREE, AT)
