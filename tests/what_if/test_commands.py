"""Commands are given back as they were."""

from datetime import UTC, datetime

import pytest

from leadcore import accounts, orders, people, refunds
from leadcore.accounts import AccountOpened, CreditLimitSet, LowBalanceTold
from leadcore.accounts import decide as decide_account
from leadcore.decider import fold
from leadcore.downline import Tree
from leadcore.values import Money
from leadcore.what_if.changes import Changes
from leadcore.what_if.commands import (
    account_command,
    order_command,
    refund_command,
    refund_request,
    user_command,
)
from tests.what_if import lives


def of(life, kind):
    return [(key[1], events) for key, events in life.store.events.items() if key[0] == kind]


def test_every_command_makes_its_event_again():
    life = lives.whole()
    for _, events in of(life, "account"):
        for number, event in enumerate(events):
            state = fold(accounts.evolve, None, events[:number])
            assert decide_account(account_command(event), state, event.at) == (event,)
    for key, events in of(life, "user"):
        for number, event in enumerate(events):
            state = fold(people.evolve, None, events[:number])
            above = {key: state.parent_id} if state else {}
            parent = getattr(event, "parent_id", None)
            tree = Tree({**above, **({parent: None} if parent else {})})
            command = user_command(event)
            found = people.decide(command, state, tree, event.at)
            assert found in {(event,), ()}
    for key, events in of(life, "order"):
        for number, event in enumerate(events):
            if not isinstance(event, orders.OrderRenewed):
                state = fold(orders.evolve, None, events[:number])
                command = order_command(key, event, Changes())
                assert orders.decide(command, state, event.at) == (event,)


def test_a_limit_is_set_again_and_an_alert_is_not():
    at = datetime(2026, 11, 16, tzinfo=UTC)
    limit = CreditLimitSet(limit=Money(500, "USD"), reason="why", actor="staff", at=at)
    opened = AccountOpened(
        account_id="a", seller_id="s", name="A", currency="USD", floor=-100, at=at
    )
    state = accounts.evolve(None, opened)
    assert decide_account(account_command(opened), None, at) == (opened,)
    assert decide_account(account_command(limit), state, at) == (limit,)
    assert account_command(LowBalanceTold(crossing=1, available=0, at=at)) is None


def test_every_decision_makes_its_event_again():
    life = lives.whole()
    for _, events in of(life, "refund"):
        for number, event in enumerate(events[1:], start=1):
            command = refund_command(event)
            state = fold(refunds.evolve, None, events[:number])
            (again,) = refunds.decide(command, state, event.at)
            assert (type(again), again.by) == (type(event), event.by)
        asked = refund_request(events[0])
        assert (asked.refund_id, asked.documents) == (events[0].refund_id, events[0].documents)
        with pytest.raises(TypeError, match="no decision"):
            refund_command(events[0])
