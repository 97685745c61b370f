"""Hashes of passwords: as RFC 9106 says, checked whole, made again when parameters grow."""

from __future__ import annotations

import re
from itertools import pairwise

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.logins import normal
from leadcore_argon2 import RFC_9106_HIGH_MEMORY, RFC_9106_LOW_MEMORY, Argon2Hasher, Cost

LIGHT = Cost(passes=1, memory_kib=8, lanes=1)
HASHER = Argon2Hasher(LIGHT)
TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def test_the_parameters_are_those_of_the_rfc():
    """RFC 9106, 4: 2 GiB and one pass, or 64 MiB and three; 4 lanes, salts of 128 bits."""
    low, high = RFC_9106_LOW_MEMORY, RFC_9106_HIGH_MEMORY
    assert (low.passes, low.memory_kib, low.lanes) == (3, 2**16, 4)
    assert (high.passes, high.memory_kib, high.lanes) == (1, 2**21, 4)
    assert {(each.salt_bytes, each.hash_bytes) for each in (low, high)} == {(16, 32)}
    theirs = argon2.profiles.RFC_9106_LOW_MEMORY
    assert (low.passes, low.memory_kib, low.lanes) == (
        *(theirs.time_cost, theirs.memory_cost, theirs.parallelism),
    )


def test_a_hash_says_how_it_was_made():
    encoded = HASHER.hash("four green bottles")
    assert re.fullmatch(r"\$argon2id\$v=19\$m=8,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}", encoded)
    assert encoded != HASHER.hash("four green bottles")


@given(TYPED, TYPED)
def test_only_the_same_password_matches(one, other):
    found = HASHER.check(other, HASHER.hash(one))
    assert found.matches == (normal(one) == normal(other))
    assert found.rehashed is None


def test_the_whole_password_counts():
    long = "a" * 1000
    assert HASHER.check(long, HASHER.hash(long)).matches
    assert not HASHER.check(long + "b", HASHER.hash(long)).matches


def test_where_there_is_no_hash_nothing_matches():
    for typed in ("", "nobody has this password", "x" * 5000):
        found = HASHER.check(typed, None)
        assert (found.encoded, found.matches, found.rehashed) == (None, False, None)


def test_checking_no_hash_costs_what_checking_one_costs(monkeypatch):
    """The same numbers reach the library, so it takes as long."""
    asked = []
    verify = argon2.PasswordHasher.verify

    def noted(self, encoded, password):
        asked.append(argon2.extract_parameters(encoded))
        return verify(self, encoded, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
    HASHER.check("typed", HASHER.hash("another"))
    HASHER.check("typed", None)
    HASHER.check("x" * 5000, HASHER.hash("another"))
    assert all(one == other for one, other in pairwise(asked))
    assert len(asked) == 3


@pytest.mark.parametrize(
    "cost", [Cost(passes=2, memory_kib=8, lanes=1), Cost(passes=1, memory_kib=16, lanes=1)]
)
def test_a_hash_of_older_parameters_is_made_again(cost):
    old = HASHER.hash("four green bottles")
    newer = Argon2Hasher(cost)
    found = newer.check("four green bottles", old)
    assert found.matches
    assert newer.check("four green bottles", found.rehashed).rehashed is None
    assert newer.check("five green bottles", old).rehashed is None


@pytest.mark.parametrize("encoded", ["", "$2b$12$abc", "$argon2id$v=19$m=8,t=1,p=1$x$y", "plain"])
def test_what_is_no_hash_is_said_to_be_none(encoded):
    with pytest.raises(Malformed, match="is no hash of Argon2"):
        HASHER.check("typed", encoded)


@pytest.mark.parametrize("wrong", ["\ud800", "x" * 4097])
def test_what_can_not_be_hashed(wrong):
    with pytest.raises(Malformed, match="can't be hashed"):
        HASHER.hash(wrong)
    assert not HASHER.check(wrong, HASHER.hash("another")).matches


def test_nothing_secret_is_shown():
    encoded = HASHER.hash("four green bottles")
    newer = Argon2Hasher(Cost(passes=2, memory_kib=8, lanes=1))
    assert "argon2id" not in repr(newer.check("four green bottles", encoded))
