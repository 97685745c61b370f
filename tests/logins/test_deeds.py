"""Who did what: ids and words of ours."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import Change
from leadcore.decisions import Verdict
from leadcore.logins import Actor, ActorKind, Deed, assess_administering, deeds_of
from leadcore.people import Profile, User

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ANN = User(
    id="ann", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="Ann", admin=True)
)
BEN = replace(ANN, id="ben", profile=Profile(name="Ben"))
CHANGE = Change(kind="user", id="ben", expected=4, events=("edited",), state=BEN)


def test_actors_are_users_staff_and_programs():
    assert Actor.user(ANN, "10.0.0.7") == Actor(
        kind=ActorKind.USER, id="ann", seller_id="s", account_id="a", source="10.0.0.7"
    )
    assert Actor.staff("s") == Actor(kind=ActorKind.STAFF, id="staff", seller_id="s")
    assert Actor.system("s", "relay", "host").kind is ActorKind.SYSTEM


@pytest.mark.parametrize("wrong", ["", " ", " ann", "ann ", "a\nb", "a\x7f", "x" * 201])
def test_whoever_acts_is_named_on_one_line(wrong):
    with pytest.raises(ValueError, match="id is one line"):
        Actor.staff("s", wrong)
    with pytest.raises(ValueError, match="source is one line"):
        Actor.staff("s", "ann", wrong)
    assert Actor.staff("s", "x" * 200).id == "x" * 200


def test_a_deed_for_each_thing_that_was_changed():
    one, other = deeds_of(Actor.staff("s"), "act", "KeepUser", ((CHANGE, "b"), ("t1", None)), AT)
    assert one == Deed(
        id="act/0",
        act="act",
        seller_id="s",
        account_id="b",
        actor_kind=ActorKind.STAFF,
        actor_id="staff",
        did="KeepUser",
        stream_kind="user",
        stream_id="ben",
        version=5,
        at=AT,
    )
    assert (other.id, other.stream_kind, other.stream_id, other.version) == (
        *("act/1", "transfer", "t1", 0),
    )


def test_what_a_user_does_is_on_the_users_account_alone():
    made = deeds_of(Actor.user(ANN), "act", "KeepUser", ((CHANGE, "elsewhere"),), AT)
    assert [each.account_id for each in made] == ["a"]


@given(st.booleans(), st.booleans(), st.sampled_from(["a", "b"]), st.sampled_from(["s", "t"]))
def test_an_admin_of_the_account_administers(admin, enabled, account, seller):
    viewer = replace(
        ANN,
        profile=Profile(name="Ann", admin=admin),
        enabled=enabled,
        account_id=account,
        seller_id=seller,
    )
    told = assess_administering(viewer, BEN, at=AT)
    allowed = admin and enabled and (account, seller) == ("a", "s")
    assert (told.verdict is Verdict.PERMITTED) == allowed
    assert ("PPL-WALL" in told.rules) == ((account, seller) != ("a", "s"))
    assert assess_administering(viewer, BEN, own=True, at=AT) == told
    own = assess_administering(viewer, replace(BEN, id=viewer.id), own=True, at=AT)
    mine = enabled and (account, seller) == ("a", "s")
    assert (own.verdict is Verdict.PERMITTED) == mine
    assert assess_administering(viewer, BEN, secret=True, at=AT) == told
    secret = assess_administering(viewer, replace(BEN, id=viewer.id), secret=True, at=AT)
    assert secret.verdict is not Verdict.PERMITTED
    assert "PPL-SELF" in secret.rules
