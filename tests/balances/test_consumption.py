from __future__ import annotations

from leadcore.balances import (
    BONUS_FIRST,
    CASH_FIRST,
    EARLIEST_EXPIRY_FIRST,
    Consumption,
    Consumptions,
    ConsumptionSince,
    LotKind,
)
from tests.balances.books import AT, TICK


def test_the_lower_number_is_spent_first():
    assert Consumption() == BONUS_FIRST
    assert BONUS_FIRST.priority(LotKind.BONUS) < BONUS_FIRST.priority(LotKind.CASH)
    assert CASH_FIRST.priority(LotKind.CASH) < CASH_FIRST.priority(LotKind.BONUS)
    assert len({EARLIEST_EXPIRY_FIRST.priority(kind) for kind in LotKind}) == 1


def test_kinds_and_orders_are_written_as_they_were():
    assert [kind.value for kind in LotKind] == ["cash", "bonus"]
    orders = (BONUS_FIRST, CASH_FIRST, EARLIEST_EXPIRY_FIRST)
    assert [(each.bonus, each.cash) for each in orders] == [(0, 50), (50, 0), (50, 50)]


def test_an_order_holds_from_its_instant_until_the_next():
    orders = Consumptions(
        changes=(ConsumptionSince(AT, CASH_FIRST), ConsumptionSince(AT + TICK, BONUS_FIRST))
    )
    assert [orders.at(AT - TICK), orders.at(AT), orders.at(AT + TICK)] == [
        BONUS_FIRST,
        CASH_FIRST,
        BONUS_FIRST,
    ]
    third = (*orders.changes, ConsumptionSince(AT + 2 * TICK, EARLIEST_EXPIRY_FIRST))
    assert Consumptions(changes=third).now == EARLIEST_EXPIRY_FIRST
    assert (orders.now, Consumptions(CASH_FIRST).now) == (BONUS_FIRST, CASH_FIRST)
    assert Consumptions(CASH_FIRST).at(AT) == CASH_FIRST


def test_of_two_changes_at_one_instant_the_later_one_holds():
    both = (ConsumptionSince(AT, CASH_FIRST), ConsumptionSince(AT, EARLIEST_EXPIRY_FIRST))
    orders = Consumptions(changes=both)
    assert orders.at(AT) == orders.now == EARLIEST_EXPIRY_FIRST
