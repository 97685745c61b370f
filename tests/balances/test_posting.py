from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import (
    Book,
    Code,
    HoldStatus,
    KeyConflict,
    Posted,
    Rejected,
    StoredOutcome,
    TransferKind,
    needs,
    post,
)
from leadcore.errors import Malformed
from tests.balances.books import (
    AT,
    booked,
    charge,
    empty,
    end,
    hold,
    later,
    move,
    refund,
    reversal,
    topup,
)


def test_a_sale_moves_money_once_and_leaves_a_line():
    book = booked((topup("t1", 1000),))
    result = post(book, (charge("s1", 300),), at=AT)
    assert isinstance(result, Posted)
    (account,) = result.accounts
    (line,) = result.entries
    assert (account.id, account.posted, account.available, account.seq) == ("a", 700, 700, 2)
    assert (line.account, line.seq, line.transfer_id, line.amount) == ("a", 2, "s1", -300)
    assert (line.posted_after, line.pending_after, line.reserved) == (700, 0, 0)
    assert result.holds == ()


def test_a_hold_reserves_and_a_capture_takes_part_and_releases_the_rest():
    book = booked((topup("t1", 1000),), (hold("h", 400, to="b"),))
    assert (book.accounts["a"].available, book.accounts["b"].available) == (600, 0)
    assert book.accounts["b"].credits_pending == 400
    result = post(book, (end("c", TransferKind.CAPTURE, "h", 150, to="b"),), at=later(9))
    assert isinstance(result, Posted)
    payer, payee = result.accounts
    assert (payer.posted, payer.pending, payee.posted, payee.credits_pending) == (850, 0, 150, 0)
    assert [(e.account, e.amount, e.reserved) for e in result.entries] == [
        ("a", -150, -400),
        ("b", 150, 0),
    ]
    assert (result.holds[0].status, result.holds[0].captured) == (HoldStatus.CAPTURED, 150)


@pytest.mark.parametrize("kind", [TransferKind.VOID, TransferKind.EXPIRE])
def test_a_hold_that_ends_without_capture_leaves_the_balance_as_it_was(kind):
    book = booked((topup("t1", 1000),), (hold("h", 400),))
    result = post(book, (end("v", kind, "h", 400),), at=later(10))
    assert isinstance(result, Posted)
    (account,) = result.accounts
    assert (account.posted, account.available, account.seq) == (1000, 1000, 3)


def test_a_batch_is_posted_whole_and_later_parts_use_earlier_ones():
    batch = (topup("t", 100), hold("h", 100), end("c", TransferKind.CAPTURE, "h", 60))
    book = booked(batch)
    assert book.accounts["a"].posted == 40
    assert book.holds["h"].status is HoldStatus.CAPTURED
    assert book.outcomes["c"].batch == book.outcomes["t"].batch


def test_one_bad_transfer_rejects_the_whole_batch():
    book = booked((topup("t", 100),))
    batch = (charge("s1", 60), charge("s2", 60))
    result = post(book, batch, at=AT)
    assert isinstance(result, Rejected)
    assert result.code is Code.INSUFFICIENT_FUNDS
    assert dict(result.data) == {
        "transfer": "s2",
        "account": "a",
        "available": 40,
        "floor": 0,
        "asked": 60,
    }
    after = book.after(batch, result, at=AT)
    assert (after.accounts, after.holds, after.transfers) == (
        book.accounts,
        book.holds,
        book.transfers,
    )
    assert set(after.outcomes) == {"t", "s1", "s2"}


def test_a_batch_has_transfers_and_each_id_once():
    with pytest.raises(Malformed) as nothing:
        post(empty(), (), at=AT)
    assert [(each.path, each.message) for each in nothing.value.problems] == [
        ("batch", "has at least one transfer")
    ]
    twice = (topup("t", 1), topup("u", 1), topup("t", 2), topup("u", 1))
    with pytest.raises(Malformed) as caught:
        post(empty(), twice, at=AT)
    assert [problem.path for problem in caught.value.problems] == ["batch[2].id", "batch[3].id"]


def test_the_clock_is_aware():
    with pytest.raises(ValueError, match="no zone"):
        post(empty(), (topup("t", 1),), at=datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


def test_a_retry_gets_the_answer_again_and_writes_nothing():
    batch = (topup("t", 100), charge("s", 30))
    book = booked(batch)
    again = post(book, batch, at=later(5))
    assert isinstance(again, Posted)
    assert (again.replayed, again.entries, again.accounts, again.at) == (True, (), (), AT)
    assert again.outcome.ids == ("t", "s")
    assert book.after(batch, again, at=later(5)) is book


def test_a_rejection_stays_one_when_there_is_money_later():
    batch = (charge("s", 30),)
    rejected = post(empty(), batch, at=AT)
    assert isinstance(rejected, Rejected)
    assert not rejected.replayed
    book = booked((topup("t", 100),), book=empty().after(batch, rejected, at=AT))
    again = post(book, batch, at=later(1))
    assert again == rejected
    assert isinstance(again, Rejected)
    assert again.replayed
    assert book.after(batch, again, at=later(1)) is book
    assert isinstance(post(book, (charge("s-again", 30),), at=later(1)), Posted)


def test_a_key_used_for_something_else_is_a_conflict_and_is_not_stored():
    book = booked((topup("t", 100), charge("s", 30)))
    for batch in (
        (charge("s", 31),),
        (topup("t", 100), charge("s", 31)),
        (charge("s", 30), topup("t", 100)),
        (topup("t", 100),),
        (topup("t", 100), charge("s", 30), charge("s2", 1)),
        (topup("new", 5), charge("s", 30)),
    ):
        result = post(book, batch, at=AT)
        assert isinstance(result, KeyConflict)
        assert result.id in book.outcomes
        assert book.after(batch, result, at=AT) is book


def test_the_changed_transfer_is_the_one_named():
    book = booked((topup("t", 100), charge("s", 30)))
    assert post(book, (topup("t", 100), charge("s", 31)), at=AT) == KeyConflict("s")


def test_no_account_goes_back_in_time():
    book = booked((topup("t", 100),), at=later(5))
    result = post(book, (charge("s", 1), charge("s2", 1)), at=AT)
    assert isinstance(result, Posted)
    assert result.at == AT
    assert {line.recorded_at for line in result.entries} == {later(5)}
    assert result.accounts[0].moved_at == later(5)
    third = post(booked((charge("s", 1),), book=book, at=AT), (charge("x", 1),), at=later(9))
    assert isinstance(third, Posted)
    assert third.entries[0].recorded_at == later(9)


@given(parts=st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_refunds_and_their_reversals_never_drift(parts):
    """However often a charge is refunded and that reversed, the money comes out even."""
    book = booked((topup("t", 100), charge("s", 100)))
    for index, part in enumerate(parts):
        book = booked(
            (refund(f"r{index}", "s", part),),
            (reversal(f"v{index}", f"r{index}", part),),
            book=book,
        )
        assert book.accounts["a"].posted == 0
    assert isinstance(post(book, (refund("last", "s", 100),), at=AT), Posted)
    assert isinstance(post(book, (refund("more", "s", 101),), at=AT), Rejected)


def test_commuting_batches_give_the_same_balances_in_either_order():
    one, other = (topup("t", 70, to="a"),), (topup("u", 30, to="b"),)
    there, back = booked(one, other), booked(other, one)
    assert there.accounts == back.accounts


def test_needs_names_just_what_a_batch_touches():
    batch = (
        topup("t", 1),
        hold("h", 1),
        end("v", TransferKind.VOID, "h0", 5),
        refund("r", "s0", 1),
        reversal("w", "r0", 1),
        move("cb", TransferKind.CHARGEBACK, "a", "cash", 1, ref="t0"),
    )
    found = needs(batch)
    assert found.keys == ("cb", "h", "r", "t", "v", "w")
    assert found.accounts == ("a", "cash", "revenue")
    assert found.holds == ("h0",)
    assert found.references == ("r0", "s0")


def test_posting_needs_no_more_than_needs_says():
    book = booked((topup("t", 100), charge("s", 50)), (topup("u", 5, to="b"),))
    batch = (refund("r", "s", 50),)
    wanted = needs(batch)
    part = Book.of(
        accounts=[book.accounts[name] for name in wanted.accounts],
        transfers=[book.transfers[name] for name in wanted.references],
    )
    assert post(part, batch, at=AT) == post(book, batch, at=AT)


def test_a_stored_answer_carries_when_it_was_given():
    book = booked((topup("t", 100),))
    stored = book.outcomes["t"]
    assert isinstance(stored, StoredOutcome)
    assert stored.at == AT
    moved = replace(book, outcomes={"t": replace(stored, at=AT + timedelta(days=1))})
    again = post(moved, (topup("t", 100),), at=AT)
    assert isinstance(again, Posted)
    assert again.at == AT + timedelta(days=1)


def test_a_transfer_moves_both_sides_and_nothing_else_of_them():
    book = booked((topup("t", 100),))
    given = move("g", TransferKind.TRANSFER, "a", "b", 30)
    after = booked((given,), book=book).accounts
    counters = ("credits_posted", "debits_posted", "credits_pending", "debits_pending", "seq")
    told = {name: tuple(getattr(after[name], each) for each in counters) for name in "ab"}
    assert told == {"a": (100, 30, 0, 0, 2), "b": (30, 0, 0, 0, 1)}


def test_a_hold_for_another_account_is_announced_there_and_kept_here():
    book = booked((topup("t", 100),))
    after = booked((hold("h", 30, to="b"),), book=book).accounts
    assert (after["a"].debits_pending, after["a"].credits_pending) == (30, 0)
    assert (after["b"].debits_pending, after["b"].credits_pending) == (0, 30)


def test_a_batch_with_used_ids_and_a_new_one_names_the_first_that_was_used():
    pair = (charge("s1", 1), charge("s2", 2))
    book = booked((topup("t", 100),), pair)
    assert post(book, (charge("new", 3), *pair), at=AT) == KeyConflict("s1")
    assert post(book, tuple(reversed(pair)), at=AT) == KeyConflict("s2")
