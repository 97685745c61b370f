"""Keys let in whom they are for, to what they were given for, until they are over."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.access import TABLE, Permission, Role
from leadcore.accounts import Seller, SellerTerms
from leadcore.api_keys import ApiKey, KeyEdited, KeyIssued, KeyRevoked, evolve, holder, key_problems
from leadcore.errors import WrongState
from leadcore.people import Profile, User
from leadcore.testing.scenes import AT

SECOND = timedelta(seconds=1)
USER = User(
    id="ann", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="A", admin=True)
)
SELLER = Seller(id="s", terms=SellerTerms(name="S"))


def key(**more):
    given = {"permissions": ("leads:read", "no:such"), "disables": 0, "issued_at": AT, **more}
    return ApiKey(
        id="k", seller_id="s", account_id="a", user_id="ann", name="crm", token="t", **given
    )


def let_in(found=None, user=USER, seller_id="s", at=AT):
    return holder(found or key(), user, seller_id=seller_id, at=at)


def test_a_key_acts_as_its_user_for_what_is_still_known():
    found = let_in()
    assert found is not None
    assert found.user == USER
    assert {str(each) for each in found.only} == {"leads:read"}


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_it_lets_in_until_just_before_it_expires(seconds):
    found = let_in(
        key(expires_at=AT + SECOND), at=AT + SECOND + seconds * timedelta(microseconds=1)
    )
    assert (found is not None) == (seconds < 0)


def test_it_is_over_for_good_once_it_was_revoked_or_its_user_disabled():
    gone = User(
        id="ann",
        seller_id="s",
        account_id="a",
        parent_id=None,
        profile=Profile(name="A"),
        times_disabled=1,
    )
    off = User(
        id="ann",
        seller_id="s",
        account_id="a",
        parent_id=None,
        profile=Profile(name="A"),
        enabled=False,
    )
    assert let_in(key(revoked_at=AT)) is None
    assert let_in(user=gone) is None
    assert let_in(user=off) is None
    assert let_in(user=None) is None
    assert let_in(seller_id="other") is None
    assert holder(None, None, seller_id="s", at=AT) is None


def test_its_history_folds_to_what_it_is():
    issued = KeyIssued(
        key_id="k",
        seller_id="s",
        account_id="a",
        user_id="ann",
        name="crm",
        token="t",
        permissions=("leads:read",),
        disables=0,
        at=AT,
    )
    made = evolve(None, issued)
    assert made == key(permissions=("leads:read",))
    assert evolve(made, KeyRevoked(AT)).revoked_at == AT
    with pytest.raises(WrongState):
        evolve(None, KeyRevoked(AT))


def wrong(name="crm", permissions=("leads:read",), expires_at=None, within=None):
    found = key_problems(
        name, permissions, expires_at, user=USER, seller=SELLER, within=within, at=AT
    )
    return [each.path for each in found]


@given(st.sampled_from(sorted(TABLE, key=str)), st.booleans())
def test_a_key_is_given_for_what_is_open_to_its_user_and_no_more(permission, narrowed):
    other = Permission.named("deeds:write")
    within = frozenset({other}) if narrowed else None
    fine = Role.ADMIN in TABLE[permission] and (not narrowed or permission == other)
    assert (wrong(permissions=(str(permission),), within=within) == []) == fine


def test_everything_that_makes_no_sense_is_told():
    assert wrong(name="", permissions=(), expires_at=AT) == ["name", "permissions", "expires_at"]
    assert wrong(name="a\nb", permissions=("leads:read", "x")) == ["name", "permissions[1]"]
    assert wrong(expires_at=AT + SECOND) == []


def test_an_edit_changes_its_name_and_what_it_is_for():
    edited = evolve(key(), KeyEdited(name="new", permissions=("calls:read",), at=AT))
    assert (edited.name, edited.permissions, edited.token) == ("new", ("calls:read",), "t")
    with pytest.raises(WrongState, match="never made"):
        evolve(None, KeyEdited(name="new", permissions=(), at=AT))
