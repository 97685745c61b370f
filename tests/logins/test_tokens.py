"""What is kept of a token, and what a log-in name is."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore import logins as tokens
from leadcore.errors import Malformed
from leadcore.logins import (
    digest_of,
    login_name,
    name_key,
    same_digest,
    source_key,
    token_digest,
)


def test_a_token_is_kept_as_its_digest():
    token = "x" * 16
    assert token_digest(token) == hashlib.sha256(token.encode()).hexdigest() == digest_of(token)
    with pytest.raises(Malformed, match=r"link: .*16"):
        token_digest("x" * 15, path="link")


@given(st.text(), st.text())
def test_digests_are_the_same_where_the_texts_are(one, other):
    assert same_digest(digest_of(one), digest_of(other)) == (one == other)


@pytest.mark.parametrize(("one", "other"), [(None, None), (None, "a"), ("a", None)])
def test_nothing_is_the_same_as_nothing(one, other):
    assert not same_digest(one, other)


@pytest.mark.parametrize(
    ("given_", "name"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  Ada@Example.COM\n", "ada@example.com"),
        ("\uff41da@example.com", "ada@example.com"),
        ("STRASSE@x.example", "strasse@x.example"),
        ("straße@x.example", "strasse@x.example"),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(given_, name):
    assert login_name(given_) == name == login_name(name)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "ada",
        "a@b@c",
        "a b@c",
        "a@b,c@d",
        "<a@b>",
        'a"@b',
        "a@\u202eb",
        "a@b\x00",
        "a" * 254 + "@b",
    ],
)
def test_what_is_no_address_is_no_name(wrong):
    with pytest.raises(Malformed, match="path: is an e-mail address"):
        login_name(wrong, path="path")


@given(st.text(), st.text(), st.text(), st.text())
def test_keys_are_apart_by_seller_name_and_kind(seller, other, name, another):
    same = (seller, name) == (other, another)
    assert (name_key(seller, name) == name_key(other, another)) == same
    assert (source_key(seller, name) == source_key(other, another)) == same
    assert name_key(seller, name) != source_key(seller, name)


def test_requests_for_a_new_password_are_counted_under_keys_of_their_own():
    keys = {
        tokens.reset_key(seller, by, value)
        for seller in ("s", "t")
        for by in ("name", "source")
        for value in ("ann@x.example", "10.0.0.1")
    }
    others = {tokens.name_key("s", "ann@x.example"), tokens.source_key("s", "10.0.0.1")}
    assert len(keys | others) == 10
    assert not any("ann" in key for key in keys)
