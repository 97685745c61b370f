from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.balances import HoldStatus, TransferKind
from leadcore.balances.holds import evolve
from leadcore.errors import WrongState
from leadcore.values import Money
from tests.balances.test_transfers import transfer

AT = datetime(2026, 11, 22, tzinfo=UTC)
MADE = transfer(kind=TransferKind.HOLD, expires_at=AT)


def end(kind: TransferKind, minor: int = 500):
    return transfer(id="end", kind=kind, ref="t1", amount=Money(minor, "USD"))


def test_a_hold_begins_open_with_what_its_transfer_says():
    hold = evolve(None, MADE)
    assert (hold.id, hold.debit, hold.credit, hold.amount) == ("t1", "a", "revenue", MADE.amount)
    assert (hold.status, hold.captured, hold.expires_at) == (HoldStatus.OPEN, 0, AT)


@pytest.mark.parametrize(
    ("kind", "status", "taken"),
    [
        (TransferKind.CAPTURE, HoldStatus.CAPTURED, 200),
        (TransferKind.VOID, HoldStatus.VOIDED, 0),
        (TransferKind.EXPIRE, HoldStatus.EXPIRED, 0),
    ],
)
def test_a_hold_ends_once(kind, status, taken):
    hold = evolve(evolve(None, MADE), end(kind, taken or 500))
    assert (hold.status, hold.captured) == (status, taken)
    for again in (TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE):
        with pytest.raises(WrongState, match="no such open hold"):
            evolve(hold, end(again))


def test_a_history_that_makes_no_sense_is_refused():
    with pytest.raises(WrongState) as unknown:
        evolve(None, end(TransferKind.VOID))
    told = (unknown.value.command, unknown.value.state)
    assert told == ("void", "there is no such open hold")
    with pytest.raises(WrongState) as twice:
        evolve(evolve(None, MADE), MADE)
    assert (twice.value.command, twice.value.state) == ("hold", "there is such a hold already")
    with pytest.raises(WrongState, match="no such open hold"):
        evolve(evolve(None, MADE), transfer())
