"""Whatever disagrees is said, with its place; what agrees is never complained of."""

from __future__ import annotations

import pytest
from attrs import evolve as replace
from hypothesis import given

from leadcore.balances import CASH_FIRST, Hold, HoldStatus, TransferKind, reconcile
from leadcore.values import Money
from tests.balances.books import charge, end, hold, later, refund, topup
from tests.balances.histories import orders, stories
from tests.balances.test_allocating import grant, out, story

Kind = TransferKind


def made():
    told = story(topup("c", 100), charge("s", 30), hold("h", 20), end("e", Kind.CAPTURE, "h", 5))
    told.post(refund("r", "s", 10))
    told.post(hold("h2", 7))
    return told


MADE = made()
HOLDS = tuple(MADE.book.holds.values())


def said(account=MADE.account, lines=tuple(MADE.lines), holds=HOLDS):
    found = reconcile(account, lines, holds)
    assert all(each.startswith(f"ledger account {account.id}, entry ") for each in found)
    return [each.split(", ", 1)[1] for each in found]


def entry(number, **changes):
    line = MADE.lines[number - 1]
    changed = replace(line, entry=replace(line.entry, **changes))
    return tuple(changed if each is line else each for each in MADE.lines)


def transfer(number, **changes):
    line = MADE.lines[number - 1]
    changed = replace(line, transfer=replace(line.transfer, **changes))
    return tuple(changed if each is line else each for each in MADE.lines)


@given(stories, orders)
def test_what_the_ledger_posts_agrees(story, order):
    found = reconcile(story.account, story.lines, story.book.holds.values(), order)
    assert [each for each in found if "but its lot had" not in each] == []


def test_an_account_without_lines_agrees():
    assert reconcile(story().account, ()) == ()
    assert said() == []


def test_counters_are_compared_with_the_entries():
    assert said(account=replace(MADE.account, seq=9)) == ["entry 6: seq is 9, not 6"]
    assert said(account=replace(MADE.account, credits_posted=109)) == [
        "entry 6: credits_posted is 109, not 110",
        "entry 6: the lots hold 75, the counters 74",
    ]
    assert said(account=replace(MADE.account, debits_posted=36)) == [
        "entry 6: debits_posted is 36, not 35",
        "entry 6: the lots hold 75, the counters 74",
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("debits_pending", 8, "debits_pending is 8, not 7"),
        ("credits_pending", 1, "credits_pending is 1, not 0"),
        ("moved_at", later(9), "moved_at is"),
        ("moved_at", None, "moved_at is 0, not"),
    ],
)
def test_pending_and_time_are_compared(name, value, told):
    (found,) = said(account=replace(MADE.account, **{name: value}))
    assert found.startswith(f"entry 6: {told}")


def test_a_wrong_entry_is_told_once_and_where():
    assert said(lines=entry(2, posted_after=71))[:2] == [
        "entry 2: posted_after is 71, not 70",
        "entry 3: posted_after is 70, not 71",
    ]
    assert said(lines=entry(3, pending_after=1))[0] == "entry 3: pending_after is 1, not 20"
    assert said(lines=entry(2, recorded_at=later(-1)))[0].startswith("entry 2: recorded_at is")
    assert said(lines=entry(2, effective_at=later(-1)))[0].startswith("entry 2: effective_at is")
    wrong = said(lines=entry(2, amount=-29, posted_after=71))
    assert wrong[0] == "entry 2: amount is -29, not -30"
    assert said(lines=entry(3, reserved=0))[:2] == [
        "entry 3: pending_after is 20, not 0",
        "entry 3: reserved is 0, not 20",
    ]


def test_an_entry_of_another_account_or_transfer_is_told():
    assert said(lines=entry(2, account="b")) == [
        "entry 2: account is b, not a",
        "entry 2: lots can't be told from here on: entry.account: is 'a', not 'b'",
    ]
    assert said(lines=entry(2, transfer_id="x"))[0] == "entry 2: transfer is s, not x"


def test_a_missing_line_is_told():
    found = said(lines=(MADE.lines[0], *MADE.lines[2:]))
    assert found[:3] == [
        "entry 3: seq is 3, not 2",
        "entry 3: posted_after is 70, not 100",
        "entry 3: lots can't be told from here on: entry.seq: is 2, not 3",
    ]
    assert not any("the lots hold" in each for each in found)


def test_a_transfer_that_says_something_else_is_told():
    assert said(lines=transfer(2, amount=Money(31, "USD"))) == ["entry 2: amount is -30, not -31"]
    found = said(lines=transfer(2, amount=Money(30, "EUR")))
    assert found == ["entry 2: currency is EUR, not USD"]
    assert said(lines=transfer(2, debit="revenue", credit="a"))[0] == (
        "entry 2: amount is -30, not 30"
    )


def test_holds_are_compared_one_by_one():
    stored = {each.id: each for each in HOLDS if each.status is HoldStatus.OPEN}
    assert said(holds=()) == [
        "entry 6: by the lines hold h2 reserves 7; stored, there is no such open one"
    ]
    more = replace(stored["h2"], amount=Money(8, "USD"))
    assert said(holds=(more,)) == [
        "entry 6: by the lines hold h2 reserves 7; stored, it reserves 8"
    ]
    other = replace(stored["h2"], id="x")
    assert said(holds=(stored["h2"], other)) == [
        "entry 6: by the lines hold x is not open; stored, it reserves 7"
    ]


def test_the_end_of_a_hold_that_never_was_is_told():
    found = said(lines=transfer(4, ref="x", kind=Kind.VOID))
    # What the line frees is its word alone, for nothing tells what the hold had reserved.
    assert found == [
        "entry 4: amount is -5, not 0",
        "entry 4: e ends hold x, which is not open",
        "entry 6: by the lines hold h reserves 20; stored, there is no such open one",
    ]


def test_holds_that_announce_money_are_counted():
    told = story(topup("c", 10))
    announced = replace(hold("h", 3), debit="b", credit="a")
    assert told.post(replace(topup("t", 9, to="b")), announced)
    holds = tuple(told.book.holds.values())
    assert reconcile(told.account, told.lines, holds) == ()
    wrong = replace(told.account, credits_pending=0)
    assert len(reconcile(wrong, told.lines, holds)) == 1
    assert isinstance(holds[0], Hold)


def test_an_expiry_beyond_what_was_left_is_told():
    told = story(topup("c", 10), grant("b", 5), charge("s", 2))
    told.post(out("x", Kind.PROMO_EXPIRY, 4, to="revenue", ref="b"))
    told.post(out("y", Kind.ACCOUNT_REFUND, 4, ref="b"))
    told.post(grant("b2", 3))
    told.post(out("z", Kind.PROMO_EXPIRY, 4, to="revenue"))
    assert reconcile(told.account, told.lines) == (
        "ledger account a, entry 4: promo_expiry x takes 4, but its lot had 3 left",
        "ledger account a, entry 5: account_refund y takes 4, but its lot had 0 left",
        "ledger account a, entry 7: promo_expiry z takes 4, but its lot had 2 left",
    )


def test_the_order_decides_what_was_left():
    told = story(topup("c", 10), grant("b", 5), charge("s", 2))
    told.post(out("x", Kind.PROMO_EXPIRY, 5, to="revenue", ref="b"))
    assert len(reconcile(told.account, told.lines)) == 1
    assert reconcile(told.account, told.lines, consumption=CASH_FIRST) == ()
