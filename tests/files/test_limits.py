"""Limits: at one a file fits, over one it does not, and each says so at its path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore import wire
from leadcore.files import (
    FileLimits,
    Room,
    RoomDelta,
    account_room,
    file_problems,
    lead_room,
)

LIMITS = FileLimits(file_bytes=50, lead_files=2, lead_bytes=80, account_bytes=100)


@given(st.integers(0, 60), st.integers(0, 90), st.integers(0, 3), st.integers(0, 110))
def test_each_limit_speaks_for_itself(size, of_lead, number, of_account):
    found = [
        problem.path
        for problem in file_problems(
            LIMITS,
            size=size,
            media_type="application/pdf",
            of_lead=Room(of_lead, number),
            of_account=Room(of_account, number),
        )
    ]
    expected = [
        *(["size"] if size == 0 or size > 50 else []),
        *(["lead.files"] if number >= 2 else []),
        *(["lead.bytes"] if of_lead + size > 80 else []),
        *(["account.bytes"] if of_account + size > 100 else []),
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("size", "of_lead", "of_account", "said"),
    [
        (50, Room(30, 1), Room(50, 1), []),
        (51, Room(), Room(), ["size is 51 bytes, over 50"]),
        (50, Room(31, 1), Room(50, 1), ["lead.bytes would be 81, over 80"]),
        (50, Room(30, 1), Room(51, 9), ["account.bytes would be 101, over 100"]),
        (0, Room(80, 2), Room(100, 2), ["size is nothing: the file is empty",
                                        "lead.files are 2 already, of 2"]),
    ],
)  # fmt: skip
def test_a_file_over_a_limit_is_told_by_how_much(size, of_lead, of_account, said):
    given = {"media_type": "image/png", "of_lead": of_lead, "of_account": of_account}
    found = file_problems(LIMITS, size=size, **given)
    assert [f"{each.path} {each.message}" for each in found] == said


def test_only_types_that_are_named_are_taken():
    asked = {"size": 1, "of_lead": Room(), "of_account": Room()}
    only = FileLimits(types=frozenset({"image/png"}))
    assert [each.path for each in file_problems(only, media_type="text/html", **asked)] == [
        "media_type"
    ]
    assert not tuple(file_problems(only, media_type="image/png", **asked))


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"file_bytes": -1}, "file_bytes"),
        ({"lead_files": 2**50 + 1}, "lead_files"),
        ({"lead_bytes": True}, "lead_bytes"),
        ({"account_bytes": 1.5}, "account_bytes"),
        ({"types": frozenset({"pdf"})}, "types"),
        ({"types": frozenset({"Image/PNG"})}, "types"),
    ],
)
def test_limits_that_make_no_sense_say_where(changed, path):
    assert [problem.path for problem in FileLimits(**changed).problems()] == [path]
    assert not tuple(FileLimits().problems())
    assert wire.load(FileLimits, wire.dump(LIMITS)) == LIMITS


@given(
    st.lists(
        st.tuples(st.integers(-40, 40), st.sampled_from([-1, 0, 1])),
        max_size=12,
    )
)
def test_room_is_never_passed_nor_below_nothing(moves):
    room = Room()
    for size, number in moves:
        delta = RoomDelta(key="k", bytes=size, files=number, most_bytes=60, most_files=2)
        after = delta.after(room)
        fits = 0 <= room.bytes + size <= 60 and 0 <= room.files + number <= 2
        assert (after is not None) is fits
        room = after or room
    assert RoomDelta(key="k", bytes=10**9, files=10**6).after(room) is not None


def test_keys_of_leads_and_accounts_never_meet():
    assert lead_room("a") != account_room("a")
