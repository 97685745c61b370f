"""Posting without reading says what `post` says, whenever it says anything."""

from __future__ import annotations

from attrs import evolve as replace
from hypothesis import assume, given
from hypothesis import strategies as st

from leadcore.balances import (
    ROOM,
    AccountStatus,
    Book,
    Counters,
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
    other = replace(planned.seen[0], seller_id="other")
    assert not planned.admitted({"a": other, "revenue": revenue})
    assert not planned.admitted({"revenue": revenue})


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
