"""Posting without reading says what `post` says, whenever it says anything."""

from __future__ import annotations

import pytest
from attrs import evolve as replace
from hypothesis import assume, given
from hypothesis import strategies as st

from leadcore.balances import (
    ROOM,
    AccountStatus,
    Book,
    Counters,
    Known,
    Posted,
    TransferKind,
    direct,
    guards,
    lone,
    post,
)
from leadcore.values import MAX_MINOR, UNLIMITED, Unlimited
from tests.balances.books import AT, account, later, move

KINDS = (
    TransferKind.CHARGE,
    TransferKind.TOPUP,
    TransferKind.TRANSFER,
    TransferKind.ADJUSTMENT,
    TransferKind.CHARGEBACK,
    TransferKind.PROMO_GRANT,
)
NAMES = ("a", "b", "revenue", "cash")
SAID = {"actor": "op", "reason": "said so"}


@st.composite
def situations(draw):
    """Draw accounts, some nearly empty, frozen or full, and batches that sit on their edges."""
    accounts = {
        name: account(
            name,
            tracked=name in "ab",
            floor=draw(st.sampled_from((0, 0, -5, UNLIMITED))) if name in "ab" else UNLIMITED,
            credits_posted=draw(st.sampled_from((10, 10, 0, ROOM, ROOM + 1)))
            if name in "ab"
            else 0,
            debits_pending=draw(st.sampled_from((0, 0, 3))) if name in "ab" else 0,
            seq=draw(st.integers(0, 3)) if name in "ab" else 0,
            status=draw(st.sampled_from((*[AccountStatus.OPEN] * 5, *AccountStatus))),
        )
        for name in NAMES
    }
    amounts = st.sampled_from((1, 2, 3, 5, 7, 10, 11, ROOM, MAX_MINOR))
    batches, number = [], 0
    for _ in range(draw(st.integers(1, 3))):
        batch = []
        for _ in range(draw(st.integers(1, 3))):
            debit, credit = draw(st.permutations(NAMES))[:2]
            kind = draw(st.sampled_from(KINDS))
            forced = kind in {TransferKind.ADJUSTMENT, TransferKind.CHARGEBACK} and draw(
                st.booleans()
            )
            given_ = move(f"t{number}", kind, debit, credit, draw(amounts), forced=forced, **SAID)
            batch.append(given_)
            number += 1
        batches.append(tuple(batch))
    return accounts, tuple(batches)


def in_order(accounts, batches):
    """Post one batch after the other; None where one is refused."""
    book, answers = Book.of(accounts=accounts.values()), []
    for batch in batches:
        answer = post(book, batch, at=later(1))
        if not isinstance(answer, Posted):
            return None
        book = book.after(batch, answer, at=later(1))
        answers.append(answer)
    return tuple(answers)


@given(situation=situations(), ahead=st.integers(0, 9))
def test_it_answers_what_post_answers_where_it_admits_and_admits_where_there_is_room(
    situation, ahead
):
    accounts, batches = situation
    # The counters it was shown count for nothing.
    seen = {name: replace(each, debits_posted=ahead) if each.tracked else each
            for name, each in accounts.items()}  # fmt: skip
    planned, oracle = direct(batches, seen=seen), in_order(accounts, batches)
    if planned is None:
        tracked = any(accounts[n].tracked for b in batches for t in b for n in (t.debit, t.credit))
        big = any(t.amount.minor >= ROOM for b in batches for t in b)
        assert oracle is None or not tracked or big
        return
    assert planned.deltas == guards([t for b in batches for t in b], accounts=accounts.values())
    if not planned.admitted(accounts):
        full = any(each.credits_posted > ROOM for each in accounts.values())
        assert oracle is None or full
        return
    after = planned.after(accounts, at=later(1))
    assert planned.answers(after, at=later(1)) == oracle


@given(situation=situations())
def test_one_transfer_that_moves_one_account_goes_the_shortest_way(situation):
    accounts, batches = situation
    transfer = batches[0][0]
    single = lone(transfer, seen=accounts)
    planned = direct([(transfer,)], seen=accounts)
    if single is None:
        both = {accounts[transfer.debit].tracked, accounts[transfer.credit].tracked}
        assert planned is None or both == {True}
        return
    assert planned is not None
    (delta,), (line,) = planned.deltas, planned.lines
    assert (single.mine.id, single.requires) == (delta.account, delta.requires)
    assert {single.mine, single.other} == set(planned.seen)
    assert single.amount == line.amount
    assume(planned.admitted(accounts))
    after = planned.after(accounts, at=later(1))
    (answer,) = planned.answers(after, at=later(1))
    now = after[delta.account]
    assert single.answer(now, at=later(1)) == answer
    counters = {name: getattr(now, name) for name in Counters._fields}
    floor = None if isinstance(now.floor, Unlimited) else now.floor
    assert single.after(Counters(**{**counters, "floor": floor})) == now


def test_an_account_never_seen_is_supposed_to_be_the_plainest():
    charge = move("t", TransferKind.CHARGE, "a", "revenue", 5)
    revenue = account("revenue", tracked=False)
    planned = direct([(charge,)], seen={"revenue": revenue})
    assert planned is not None
    assert [(each.id, each.tracked) for each in planned.seen] == [("a", True), ("revenue", False)]
    assert direct([(charge,)], seen={}) is None
    assert lone(charge, seen={}) is None
    topup = move("t", TransferKind.TOPUP, "revenue", "a", 5)
    found = lone(topup, seen={"revenue": revenue})
    assert found is not None
    assert (found.amount, found.requires) == (5, None)
    for single in (found, lone(charge, seen={"revenue": revenue})):
        assert single is not None
        assert single.mine == Known("a", revenue.seller_id, "USD")
        assert (single.mine.tracked, single.mine.status) == (True, AccountStatus.OPEN)
        assert single.other is revenue
    reached = lone(topup, seen={"a": planned.seen[0]})
    assert reached is None, "of two that keep counters, `direct` says what is added to both"
    other = replace(planned.seen[0], seller_id="other")
    assert not planned.admitted({"a": other, "revenue": revenue})
    assert not planned.admitted({"revenue": revenue})


def test_what_is_forced_needs_nothing_and_a_full_account_takes_nothing():
    seen = {"a": account("a", floor=0), "revenue": account("revenue", tracked=False)}
    more = {"forced": True, **SAID}
    forced = move("f", TransferKind.CHARGEBACK, "a", "revenue", 5, **more)
    both = direct(
        [(forced, move("g", TransferKind.CHARGEBACK, "a", "revenue", 7, **more))], seen=seen
    )
    assert both is not None
    (delta,) = both.deltas
    assert (delta.debits_posted, delta.requires) == (12, None)
    assert both.admitted(seen)
    for counter in ("credits_posted", "debits_posted", "credits_pending", "debits_pending"):
        for minor, admitted in ((ROOM, True), (ROOM + 1, False)):
            full = replace(seen["a"], **{counter: minor})
            assert both.admitted({**seen, "a": full}) is admitted


@pytest.mark.parametrize("kind", [TransferKind.CHARGE, TransferKind.TOPUP])
def test_what_a_store_found_is_made_into_the_account_and_its_answer(kind):
    seen = {"a": account("a", credits_posted=9), "revenue": account("revenue", tracked=False)}
    sides = ("a", "revenue") if kind is TransferKind.CHARGE else ("revenue", "a")
    transfer = move("t", kind, *sides, 5)
    single, planned = lone(transfer, seen=seen), direct([(transfer,)], seen=seen)
    assert single is not None
    assert planned is not None
    every = planned.after(seen, at=later(1))
    after = every["a"]
    assert after.available == 9 + single.amount
    counters = {name: getattr(after, name) for name in Counters._fields}
    assert single.after(Counters(**counters)) == after
    oracle = post(Book.of(seen.values()), (transfer,), at=later(1))
    assert single.answer(after, at=later(1)) == oracle
    assert planned.answers(every, at=later(1)) == (oracle,)


def test_each_of_several_batches_is_answered_as_if_alone():
    seen = {"a": account("a", credits_posted=9), "revenue": account("revenue", tracked=False)}
    first = (move("t", TransferKind.CHARGE, "a", "revenue", 5),)
    second = (move("u", TransferKind.TOPUP, "revenue", "a", 3),)
    planned = direct([first, second], seen=seen)
    assert planned is not None
    answers = planned.answers(planned.after(seen, at=later(1)), at=later(1))
    book = Book.of(seen.values())
    for batch, answer in zip((first, second), answers, strict=True):
        assert answer == post(book, batch, at=later(1))
        book = book.after(batch, answer, at=later(1))


def test_what_must_be_looked_up_is_left_to_post():
    seen = {"a": account("a"), "revenue": account("revenue", tracked=False)}
    charge = move("t", TransferKind.CHARGE, "a", "revenue", 5)
    refund = move("r", TransferKind.REFUND, "revenue", "a", 5, ref="t")
    hold = move("h", TransferKind.HOLD, "a", "revenue", 5, expires_at=later(9))
    assert direct([(charge,)], seen=seen) is not None
    for batches in ([()], [(charge,), (charge,)], [(refund,)], [(hold,)], [(charge, hold)], []):
        assert direct(batches, seen=seen) is None
    assert lone(refund, seen=seen) is None
    assert lone(move("t", TransferKind.CHARGE, "a", "revenue", ROOM + 1), seen=seen) is None
    assert later(1) > AT


def plain(**more):
    return {
        "a": account("a", **{"credits_posted": 30, **more}),
        "b": account("b", credits_posted=4),
        "revenue": account("revenue", tracked=False),
    }


def pays(name, minor, who="a"):
    return move(name, TransferKind.CHARGE, who, "revenue", minor)


def gets(name, minor, who="a"):
    return move(name, TransferKind.TOPUP, "revenue", who, minor)


def test_a_reversal_is_looked_up_and_so_is_a_batch_of_nothing_beside_others():
    reversal = move("v", TransferKind.REFUND_REVERSAL, "a", "revenue", 5, ref="r", **SAID)
    assert direct([(reversal,)], seen=plain()) is None
    assert lone(reversal, seen=plain()) is None
    assert direct([(pays("t", 1),), ()], seen=plain()) is None


def test_as_much_as_two_counters_may_hold_together_fits_64_bits():
    assert ROOM == 2**62 - 1
    some = (gets("t", ROOM), gets("u", 1))
    assert direct([some], seen=plain()) is None
    assert direct([(*some, gets("v", 1, "b"))], seen=plain()) is None
    assert direct([(gets("t", ROOM), gets("v", 1, "b"))], seen=plain()) is not None


@pytest.mark.parametrize(
    ("batch", "requires"),
    [
        ((pays("t", 10),), 10),
        ((pays("t", 10), pays("u", 5)), 15),
        ((pays("t", 10), gets("u", 8), pays("v", 5)), 10),
        ((pays("t", 10), gets("u", 8), pays("v", 9)), 11),
        ((gets("t", 10), pays("u", 15)), 5),
        ((gets("t", 10), pays("u", 4)), -6),
        ((gets("t", 10), pays("u", 4), pays("v", 9)), 3),
    ],
)
def test_what_must_be_there_is_what_is_lacking_at_the_worst_moment(batch, requires):
    planned = direct([batch], seen=plain())
    assert planned is not None
    assert planned.deltas[0].requires == requires
    # What must be there is so much above the floor, to the cent.
    for floor in (0, 7, -7):
        enough = plain(credits_posted=max(requires, 0) + 7 + floor, floor=floor)
        assert planned.admitted(enough)
        if requires > 0:
            just = plain(credits_posted=requires + 7 + floor, debits_pending=7, floor=floor)
            assert planned.admitted(just)
            short = plain(credits_posted=requires + 6 + floor, debits_pending=7, floor=floor)
            assert not planned.admitted(short)


def test_all_accounts_must_have_what_is_asked_of_them():
    planned = direct([(pays("t", 5), pays("u", 5, "b"))], seen=plain())
    assert planned is not None
    assert not planned.admitted(plain())
    assert planned.admitted({**plain(), "b": account("b", credits_posted=5)})


def test_a_line_is_never_recorded_before_the_one_in_front_of_it():
    planned = direct([(pays("t", 5),)], seen=plain())
    assert planned is not None
    after = planned.after(plain(moved_at=later(9)), at=later(1))
    assert after["a"].moved_at == later(9)
    assert planned.after(plain(moved_at=later(1)), at=later(9))["a"].moved_at == later(9)


def test_the_accounts_of_each_of_several_batches_are_told_as_they_were_then():
    seen = plain(seq=4)
    planned = direct([(pays("t", 5),), (pays("u", 6), gets("v", 2)), (pays("w", 1),)], seen=seen)
    assert planned is not None
    answers = planned.answers(planned.after(seen, at=later(1)), at=later(1))
    assert [[entry.seq for entry in each.entries] for each in answers] == [[5], [6, 7], [8]]
    assert [[(one.seq, one.available) for one in each.accounts] for each in answers] == [
        [(5, 25)],
        [(7, 21)],
        [(8, 20)],
    ]
