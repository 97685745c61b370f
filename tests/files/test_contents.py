"""Contents are measured, checked as they pass, and missed by nobody before they are deleted."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.files import (
    GRACE,
    HEAD,
    KeptContents,
    check_key,
    is_key,
    measure,
    orphans,
    verified,
)

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@given(st.lists(st.binary(max_size=HEAD), max_size=6))
def test_however_it_comes_it_is_measured_alike(chunks):
    whole = b"".join(chunks)
    told = measure(chunks)
    assert (told.sha256, told.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert told.head == whole[:HEAD]
    assert list(verified(chunks, key=told.sha256, size=told.size)) == chunks


@pytest.mark.parametrize("first", [HEAD - 1, HEAD, HEAD + 1])
def test_of_a_long_one_only_the_head_is_kept(first):
    told = measure([b"a" * first, b"b" * HEAD, b"c"])
    assert told.head == (b"a" * first + b"b")[:HEAD]
    assert told.size == first + HEAD + 1


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=4), st.integers(-3, 3))
@example([b"abc", b"d"], 0)
@example([b"abc", b"d"], -1)
@example([b"abc", b"d"], 1)
def test_what_is_longer_or_shorter_than_said_is_not_passed_as_whole(chunks, off):
    told = measure(chunks)
    size = told.size + off
    passed = verified(chunks, key=told.sha256, size=size)
    if not off:
        assert list(passed) == chunks
        return
    with pytest.raises(Malformed) as refused:
        list(passed)
    assert [problem.path for problem in refused.value.problems] == ["size"]


def test_of_another_checksum_it_is_refused_at_the_end():
    with pytest.raises(Malformed) as refused:
        list(verified([b"abc"], key="0" * 64, size=3))
    assert refused.value.problems[0].path == "key"


@pytest.mark.parametrize(
    "key", ["", "0" * 63, "A" * 64, "../" + "0" * 61, "0" * 64 + "\n", "\uff10" * 64]
)
def test_a_key_is_a_checksum(key):
    with pytest.raises(Malformed):
        check_key(key)
    assert not is_key(key)
    assert is_key("0" * 64)
    assert check_key("0" * 64) == "0" * 64


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([-TICK, 0 * TICK, TICK])), max_size=8))
def test_only_what_nobody_needs_and_is_old_enough_is_an_orphan(drawn):
    kept = [
        KeptContents(key=f"{number:064x}", size=1, kept_at=AT - GRACE + off)
        for number, (_, off) in enumerate(drawn)
    ]
    needed = {each.key for each, (wanted, _) in zip(kept, drawn, strict=True) if wanted}
    found = {each.key for each in orphans(kept, needed, at=AT)}
    assert found == {
        each.key
        for each, (wanted, off) in zip(kept, drawn, strict=True)
        if not wanted and off < 0 * TICK
    }
