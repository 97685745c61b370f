"""What users are listed by, and found by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadcore.people import Profile, User
from leadcore.ports import Cursor
from leadcore.ports.people import UserQuery, user_search, user_sort_key
from leadcore.values import AccountId, SellerId, UserId

NAMES = st.text(min_size=1, max_size=90)


def user(name, email=None):
    profile = Profile(name=name, email=email)
    return User(
        id=UserId("u"),
        parent_id=None,
        seller_id=SellerId("s"),
        account_id=AccountId("a"),
        profile=profile,
    )


@given(NAMES)
def test_a_name_is_listed_and_found_without_regard_to_case(name):
    key = user_sort_key(user(name))
    assert len(key) <= 60
    assert name.casefold().startswith(key)
    assert key == user_sort_key(user(name.casefold()))[: len(key)]
    assert name.casefold() in user_search(user(name, "Ann@X.example"))
    assert "ann@x.example" in user_search(user(name, "Ann@X.example"))


def test_half_a_character_is_listed_and_found_as_one_that_can_be_written():
    odd = user("A\ud800nn", "\udfff@x.example")
    assert user_sort_key(odd) == "a?nn"
    assert user_search(odd) == "a?nn\n?@x.example"


def test_name_and_address_are_not_found_as_one_word():
    assert "anna@x" not in user_search(user("Ann", "a@x.example"))
    assert UserQuery(account_id=AccountId("a")).limit == 50


def test_a_user_stands_where_the_name_does():
    query = UserQuery(account_id=AccountId("a"))
    assert (query.order, query.by_instant) == ("users by name", False)
    assert query.opened(query.closed(user("ÉVA"))).after == Cursor("éva", "u")
