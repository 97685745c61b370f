from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import (
    UNLINKED,
    Balance,
    Entry,
    LedgerAccount,
    TransferKind,
    balance_at,
    balance_at_seq,
    balance_effective,
    chain,
    link,
    post,
    verify,
    verify_links,
)
from tests.balances.books import AT, booked, charge, empty, end, hold, later, topup
from tests.balances.machine import account


def story():
    """Some lines of account a, with the books they were written in."""
    book, lines = empty(), []
    batches = (
        (topup("t", 100),),
        (charge("s", 30), hold("h", 20)),
        (end("c", TransferKind.CAPTURE, "h", 5),),
        (hold("h2", 40),),
    )
    for index, batch in enumerate(batches):
        result = post(book, batch, at=later(2 * index))
        book = booked(batch, book=book, at=later(2 * index))
        lines += result.entries
    return book, lines


BOOK, LINES = story()
A = BOOK.accounts["a"]
HOLDS = tuple(BOOK.holds.values())


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        (-1, Balance(0, 0)),
        (0, Balance(100, 0)),
        (1, Balance(100, 0)),
        (2, Balance(70, 20)),
        (4, Balance(65, 0)),
        (6, Balance(65, 40)),
        (99, Balance(65, 40)),
    ],
)
def test_the_balance_at_an_instant_is_that_after_the_last_entry_by_then(ticks, expected):
    assert balance_at(LINES, later(ticks)) == expected


def test_the_balance_after_an_entry_and_before_the_first():
    assert [balance_at_seq(LINES, seq).posted for seq in range(6)] == [0, 100, 70, 70, 65, 65]
    assert balance_at_seq(LINES, 3).available == 50
    assert balance_at_seq([], 3) == Balance(0, 0)


def test_business_time_counts_late_bookings_where_they_belong():
    late = replace(LINES[1], effective_at=later(-5))
    lines = [LINES[0], late, *LINES[2:]]
    assert balance_effective(lines, later(-5)) == Balance(-30, 0)
    assert balance_effective(lines, AT) == Balance(65, 40)
    assert balance_effective(lines, later(-6)) == Balance(0, 0)


@given(cut=st.integers(0, 5), ticks=st.integers(-1, 8))
def test_the_past_stays_as_it_was_when_more_is_written(cut, ticks):
    known = LINES[:cut]
    if not known or later(ticks) < LINES[min(cut, 4)].recorded_at or cut == 5:
        first = [line for line in LINES if line.recorded_at <= later(ticks)]
        assert balance_at(LINES, later(ticks)) == balance_at(first, later(ticks))
    assert balance_at(known, later(99)) == balance_at_seq(LINES, cut)


def test_lines_that_agree_with_the_account_verify():
    assert verify(LINES, A, HOLDS) is None
    assert verify([], account("new")) is None


ENTRY_CHANGES = {
    "account": "b",
    "seq": 9,
    "amount": 1,
    "reserved": 1,
    "posted_after": 1,
    "pending_after": 7,
    "recorded_at": later(-1),
}


@pytest.mark.parametrize("name", sorted(ENTRY_CHANGES))
def test_a_changed_line_is_the_first_difference(name):
    lines = [*LINES[:2], replace(LINES[2], **{name: ENTRY_CHANGES[name]}), *LINES[3:]]
    found = verify(lines, A, HOLDS)
    assert found is not None
    assert found.seq == (3 if name != "seq" else 9)
    told = {"amount": "posted_after", "reserved": "pending_after"}
    assert found.what == told.get(name, name)
    assert found.expected != found.found


def test_an_instant_that_goes_back_is_found_on_the_second_line_too():
    found = verify([LINES[0], replace(LINES[1], recorded_at=later(-1)), *LINES[2:]], A, HOLDS)
    assert found is not None
    assert (found.seq, found.what) == (2, "recorded_at")


def test_lines_of_long_ago_verify():
    long_ago = datetime(1969, 7, 20, tzinfo=UTC)
    then = replace(account("a"), credits_posted=100, seq=1, moved_at=long_ago)
    assert verify([replace(LINES[0], recorded_at=long_ago)], then) is None


ACCOUNT_CHANGES = {
    "id": "b",
    "seq": 6,
    "credits_posted": 101,
    "debits_posted": 1,
    "debits_pending": 1,
    "credits_pending": 1,
    "moved_at": later(99),
}


@pytest.mark.parametrize("name", sorted(ACCOUNT_CHANGES))
def test_an_account_that_differs_from_its_lines_is_found(name):
    other: LedgerAccount = replace(A, **{name: ACCOUNT_CHANGES[name]})
    found = verify(LINES, other, HOLDS)
    assert found is not None
    assert (found.seq, found.what) == (5, "account" if name == "id" else name)


def test_a_missing_line_and_a_missing_hold_are_found():
    assert verify(LINES[:-1], A, HOLDS).what == "seq"
    assert verify(LINES[1:], A, HOLDS).what == "seq"
    assert verify(LINES, A, ()).what == "open holds"
    assert verify([], A).what == "seq"


LINKS = chain(LINES, BOOK.transfers)


def test_each_link_is_over_the_one_before():
    prints = [BOOK.transfers[line.transfer_id].fingerprint for line in LINES]
    assert LINKS[0] == link(UNLINKED, LINES[0], prints[0])
    assert LINKS[1] == link(LINKS[0], LINES[1], prints[1])
    assert len(set(LINKS)) == len(LINES)
    assert verify_links(LINES, BOOK.transfers, LINKS) is None
    assert verify_links([], {}, ()) is None


LINE_FIELDS = {**ENTRY_CHANGES, "transfer_id": "t", "effective_at": later(-1)}


@pytest.mark.parametrize("name", sorted(LINE_FIELDS))
def test_a_link_tells_every_changed_field(name):
    lines = [*LINES[:2], replace(LINES[2], **{name: LINE_FIELDS[name]}), *LINES[3:]]
    found = verify_links(lines, BOOK.transfers, LINKS)
    assert found is not None
    assert (found.seq, found.what) == (3, "link")


def test_a_link_is_the_same_for_ever():
    """Whoever kept the head of a chain compares it years later."""
    assert UNLINKED == ""
    kept = "918bbea0b976048ef511e7763469a2cc414e74372a7bfa605670e4ee604b50ae"
    assert link(UNLINKED, LINES[0], "fingerprint") == kept


def test_no_field_of_an_entry_is_left_out_of_the_link():
    assert set(LINE_FIELDS) == set(Entry.__slots__) - {"__weakref__"}


@pytest.mark.parametrize("gone", range(5))
def test_a_removed_line_is_found(gone):
    lines = LINES[:gone] + LINES[gone + 1 :]
    found = verify_links(lines, BOOK.transfers, LINKS)
    assert found is not None
    assert found.what == ("link" if gone < 4 else "entries")


def test_lines_in_another_order_and_lines_too_many_are_found():
    swapped = [LINES[1], LINES[0], *LINES[2:]]
    assert verify_links(swapped, BOOK.transfers, LINKS).seq == 1
    longer = [*LINES, replace(LINES[-1], seq=6)]
    assert verify_links(longer, BOOK.transfers, LINKS).found == "missing"


def test_a_changed_or_missing_transfer_is_found():
    changed = {**BOOK.transfers, "s": replace(BOOK.transfers["s"], reason="other")}
    assert verify_links(LINES, changed, LINKS).seq == 2
    gone = {name: each for name, each in BOOK.transfers.items() if name != "s"}
    found = verify_links(LINES, gone, LINKS)
    assert (found.what, found.expected, found.found) == ("transfer", "s", "missing")
    with pytest.raises(KeyError):
        chain(LINES, gone)


def test_parts_of_a_link_do_not_run_together():
    one = replace(LINES[0], account="a", transfer_id="1t")
    other = replace(LINES[0], account="a1", transfer_id="t")
    assert link(UNLINKED, one, "x") != link(UNLINKED, other, "x")
