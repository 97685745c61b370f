"""Each law of the ledger is said to be broken when it is, and by its number."""

from datetime import timedelta

import attrs
import pytest
from attrs import evolve as replace

from leadcore import wire
from leadcore.accounts import CreditLimitSet, prepaid_account
from leadcore.balances import TransferKind
from leadcore.testing import MemoryStore, ledger_violations, round_trip_violations
from leadcore.testing.scenes import AT, Scene, charge
from leadcore.values import UNLIMITED, Money

HOUR = timedelta(hours=1)


class Told(MemoryStore):
    """The reference, whose lines are told another way."""

    def __init__(self):
        super().__init__()
        self.lies = {}

    def statement(self, ledger_id, since=None, until=None):
        lines = list(super().statement(ledger_id, since, until))
        for number, (entry, transfer) in self.lies.items():
            if number < len(lines):
                line = lines[number]
                lines[number] = replace(
                    line,
                    entry=replace(line.entry, **entry),
                    transfer=replace(line.transfer, **transfer),
                )
        return tuple(lines)


@pytest.fixture(name="made")
def _made():
    made = Scene(store=Told(), funds=1_000).set_up()
    hold = replace(
        charge(made.seller, made.account(), "hold", 100),
        kind=TransferKind.HOLD,
        expires_at=AT + HOUR,
    )
    capture = replace(hold, id="cap", kind=TransferKind.CAPTURE, ref=hold.id, expires_at=None)
    taken = charge(made.seller, made.account(), "taken", 200)
    given = replace(
        taken,
        id="given",
        kind=TransferKind.REFUND,
        debit=taken.credit,
        credit=taken.debit,
        ref=taken.id,
    )
    back = replace(taken, id="back", kind=TransferKind.REFUND_REVERSAL, ref="given")
    made.store.post([(each,) for each in (hold, capture, taken, given, back)], at=AT)
    assert ledger_violations(made.store, made.seller) == ()
    return made


def said(made):
    return "; ".join(ledger_violations(made.store, made.seller))


@pytest.mark.parametrize(
    ("line", "entry", "transfer", "law"),
    [
        (0, {"amount": 999}, {}, "its lines come to"),
        (0, {"amount": 7}, {}, "I1 line 1 is 7 of"),
        (0, {"seq": 5}, {}, "I6 line 1 is numbered 5"),
        (3, {"posted_after": 1}, {}, "I7 line 4 says"),
        (0, {"transfer_id": "other"}, {}, "I1 line 1 is none of"),
        (2, {}, {"ref": "nothing"}, "resolves no hold"),
        (2, {}, {"amount": Money(101, "USD")}, "is above its hold"),
        (2, {}, {"effective_at": AT + HOUR}, "was captured too late"),
        (2, {}, {"ref": "nothing"}, "I8 pending is 0"),
        (4, {}, {"amount": Money(201, "USD")}, "I9 of"),
        (5, {}, {"amount": Money(201, "USD")}, "I9 of"),
    ],
)
def test_a_line_that_is_told_otherwise(made, line, entry, transfer, law):
    made.store.lies[line] = (entry, transfer)
    assert law in said(made)


def test_a_hold_that_is_resolved_twice(made):
    hold = f"{made.seller}/hold"
    made.store.lies[3] = ({}, {"kind": TransferKind.CAPTURE, "ref": hold})
    assert f"I14 hold {hold} was resolved 2 times" in said(made)


def change(made, **fields):
    accounts = dict(made.store.book.accounts)
    name = prepaid_account(made.account())
    accounts[name] = replace(accounts[name], **fields)
    made.store.book = replace(made.store.book, accounts=accounts)


def test_counters_that_went_wrong(made):
    change(made, seq=9)
    assert "I6 the account is at line 9 of 6" in said(made)
    with attrs.validators.disabled():
        change(made, credits_pending=-1)
    assert "I3 a counter is below zero" in said(made)


def floors(made, *told):
    """Let an account's floors have been set at hours after its lines."""
    key = ("account", made.account())
    opened = made.store.events[key][0]
    later = (
        CreditLimitSet(limit=limit, reason="why", actor="staff", at=AT + hours * HOUR)
        for hours, limit in told[1:]
    )
    made.store.events[key] = (replace(opened, floor=told[0], at=AT - 2 * HOUR), *later)
    return [each for each in ledger_violations(made.store, made.seller) if each.startswith("I4")]


def test_what_is_drawn_below_the_floor_of_then(made):
    line_4, line_6 = floors(made, 800)
    assert line_4.startswith("I4 line 4 leaves 700 available, below 800")
    assert line_6.startswith("I4 line 6 ")
    assert floors(made, UNLIMITED) == floors(made, 700) == []
    assert len(floors(made, 701)) == 2
    no_debt = Money(0, "USD")
    assert floors(made, 800, (-1, no_debt)) == []  # it was lowered before
    assert floors(made, 800, (0, no_debt)) == []  # at that very instant either may count
    assert len(floors(made, 800, (1, no_debt))) == 2
    assert floors(made, 800, (-1, UNLIMITED)) == []
    assert len(floors(made, 0, (-1, Money(-800, "USD")))) == 2
    assert floors(made, 0, (1, Money(-800, "USD"))) == []  # what was drawn before may stay


def test_an_account_without_a_ledger(made):
    name = prepaid_account(made.account())
    kept = {key: each for key, each in made.store.book.accounts.items() if key != name}
    made.store.book = replace(made.store.book, accounts=kept)
    assert "I5 there is no such ledger account" in said(made)


def test_amounts_are_whole_and_above_zero(made):
    line = made.store.statement(prepaid_account(made.account()))[0]
    object.__setattr__(line.transfer, "amount", Money(0, "USD"))
    assert "I22 transfer" in said(made)


def test_a_past_that_changed(made, monkeypatch):
    honest = made.store.balance
    monkeypatch.setattr(made.store, "balance", lambda name, _at=None: honest(name, AT - HOUR))
    assert "I20 at" in said(made)


def test_an_event_that_is_not_read_back(made, monkeypatch):
    made.receive(1)
    assert round_trip_violations(made.store, made.seller) == ()
    monkeypatch.setattr(wire, "load_event", lambda _kind, data: data)
    assert "is not read back as it was" in round_trip_violations(made.store, made.seller)[0]
