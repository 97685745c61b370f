from __future__ import annotations

from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import (
    AccountStatus,
    Book,
    Code,
    Posted,
    Rejected,
    Transfer,
    TransferKind,
    entries_after,
    guards,
    post,
)
from leadcore.values import UNLIMITED
from tests.balances.books import AT, charge, empty, end, hold, later, move, topup
from tests.balances.machine import account

OPEN, FROZEN, CLOSED = AccountStatus


def deltas(*batch: Transfer, holds=()):
    accounts = empty().accounts.values()
    return guards(batch, accounts=accounts, holds=holds)


def test_a_charge_needs_its_amount_and_an_open_account():
    (delta,) = deltas(charge("s", 30))
    assert (delta.account, delta.debits_posted, delta.requires) == ("a", 30, 30)
    assert (delta.entries, delta.statuses) == (1, (OPEN,))


def test_money_coming_in_needs_nothing():
    (delta,) = deltas(topup("t", 30))
    assert (delta.credits_posted, delta.requires, delta.statuses) == (30, None, (OPEN, FROZEN))


def test_a_release_needs_nothing_and_reaches_a_closed_account():
    made = post(
        Book.of([account("a", credits_posted=9), account("revenue", tracked=False)]),
        (hold("h", 9),),
        at=AT,
    )
    assert isinstance(made, Posted)
    (delta,) = deltas(end("v", TransferKind.VOID, "h", 9), holds=made.holds)
    assert (delta.debits_pending, delta.requires) == (-9, None)
    assert delta.statuses == (OPEN, FROZEN, CLOSED)


def test_the_worst_step_decides_not_the_sum():
    (delta,) = deltas(charge("s1", 50), topup("t", 50), charge("s2", 20))
    assert (delta.requires, delta.debits_posted, delta.credits_posted) == (50, 70, 50)
    (delta,) = deltas(topup("t", 50), charge("s2", 20))
    assert delta.requires == -30


def test_every_step_of_a_batch_must_find_an_account_it_may_touch():
    (delta,) = deltas(topup("t", 50), charge("s", 20))
    assert delta.statuses == (OPEN,)


def test_a_hold_waits_on_both_sides():
    (payer, payee) = deltas(hold("h1", 9, to="b"), hold("h2", 4, to="b"))
    assert (payer.account, payer.debits_pending, payer.credits_pending) == ("a", 13, 0)
    assert (payee.account, payee.debits_pending, payee.credits_pending) == ("b", 0, 13)


def test_what_is_forced_is_not_guarded_but_counts_for_what_follows():
    told = {"forced": True, "actor": "op", "reason": "bank"}
    back = move("cb", TransferKind.CHARGEBACK, "a", "cash", 40, **told)
    (delta,) = deltas(back)
    assert delta.requires is None
    (delta,) = deltas(back, charge("s", 1))
    assert delta.requires == 41


def test_accounts_come_in_order_and_untracked_ones_not_at_all():
    found = deltas(
        topup("t", 1, to="b"), charge("s", 1), move("x", TransferKind.TOPUP, "cash", "revenue", 1)
    )
    assert [delta.account for delta in found] == ["a", "b"]


def test_accounts_that_are_not_given_get_no_lines():
    assert entries_after((topup("t", 1),), accounts=[account("b", seq=1)]) == ()
    assert entries_after((topup("t", 1),), accounts=[account("cash", tracked=False)]) == ()


def test_lines_of_an_account_that_never_moved_take_the_business_time():
    (line,) = entries_after((topup("t", 5),), accounts=[account("a", credits_posted=5, seq=1)])
    assert line.recorded_at == AT


# What follows compares with `post` on batches drawn so that the verdict hangs on one unit.

kinds = st.sampled_from(("topup", "charge", "hold", "cross", "forced", "end"))
steps = st.lists(st.tuples(kinds, st.integers(1, 30), st.booleans()), min_size=1, max_size=7)


def batch_of(parts) -> tuple[Transfer, ...]:
    batch: list[Transfer] = []
    held: list[Transfer] = []
    told = {"forced": True, "actor": "op", "reason": "bank"}
    for index, (kind, minor, first) in enumerate(parts):
        who, other = ("a", "b") if first else ("b", "a")
        name = f"t{index}"
        if kind == "topup":
            batch.append(topup(name, minor, to=who))
        elif kind == "charge":
            batch.append(charge(name, minor, who=who))
        elif kind == "cross":
            batch.append(move(name, TransferKind.TRANSFER, who, other, minor))
        elif kind == "forced":
            batch.append(move(name, TransferKind.CHARGEBACK, who, "cash", minor, **told))
        elif kind == "hold" or not held:
            held.append(hold(name, minor, who=who, to=other))
            batch.append(held[-1])
        else:
            one = held.pop()
            kind_of_end = TransferKind.CAPTURE if first else TransferKind.VOID
            amount = min(minor, one.amount.minor) if first else one.amount.minor
            batch.append(move(name, kind_of_end, one.debit, one.credit, amount, ref=one.id))
    return tuple(batch)


@given(
    parts=steps,
    floor=st.sampled_from((0, -20, UNLIMITED)),
    edge=st.sampled_from((-1, 0, 3)),
    which=st.sampled_from(("a", "b")),
)
def test_the_guard_admits_exactly_what_post_admits(parts, floor, edge, which):
    batch = batch_of(parts)
    plain = list(empty().accounts.values())
    needed = {delta.account: delta.requires or 0 for delta in guards(batch, accounts=plain)}
    low = 0 if floor is UNLIMITED else floor
    accounts = []
    for each in plain:
        if each.id in ("a", "b"):
            free = needed.get(each.id, 0) + low + (edge if each.id == which else 0)
            accounts.append(
                replace(each, floor=floor, credits_posted=free + 100, debits_posted=100)
                if free >= -100
                else replace(each, floor=floor, debits_posted=-free)
            )
        else:
            accounts.append(each)
    result = post(Book.of(accounts), batch, at=AT)
    by_id = {each.id: each for each in accounts}
    admitted = all(
        delta.requires is None
        or floor is UNLIMITED
        or by_id[delta.account].available - floor >= delta.requires
        for delta in guards(batch, accounts=accounts)
    )
    assert isinstance(result, Posted) is admitted
    if isinstance(result, Rejected):
        assert result.code is Code.INSUFFICIENT_FUNDS


@given(parts=steps, seq=st.integers(0, 9), clock=st.integers(-2, 2))
def test_lines_made_of_the_counters_are_those_that_were_decided(parts, seq, clock):
    batch = batch_of(parts)
    given = [
        replace(each, credits_posted=1000, seq=seq, moved_at=AT if seq else None)
        if each.id in ("a", "b")
        else each
        for each in empty().accounts.values()
    ]
    result = post(Book.of(given), batch, at=later(clock))
    assert isinstance(result, Posted)
    for holds in (result.holds, ()):
        assert entries_after(batch, accounts=result.accounts, holds=holds) == result.entries
