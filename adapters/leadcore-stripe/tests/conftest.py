from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

# The stand-in lies beside the tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))

from stand_in import SECRET, Rig, StandIn, serving

from leadcore.payments import ChargeAsk, PaymentMethod, Progress
from leadcore.values import Money
from leadcore_stripe import StripeProcessor


@pytest.fixture(scope="session")
def _served():
    stand_in = StandIn()
    with serving(stand_in) as base:
        _warm(base)
        yield stand_in, base


def _warm(base):
    """Ask once, with all the time it takes: the SDK loads most of itself with its first request."""
    first = StripeProcessor("sk_test_x", webhook_secret=SECRET, timeout=60, base=base)
    ask = ChargeAsk(
        payment_id="first",
        amount=Money(100, "USD"),
        method=PaymentMethod(token="pm_card_visa", customer="cus_1"),
        requested_at=datetime(2026, 11, 16, 15, 30, tzinfo=UTC),
    )
    assert first.charge(ask).progress is Progress.SUCCEEDED
    first.close()


@pytest.fixture
def stand_in(_served):
    """Give an empty stand-in."""
    server, _ = _served
    StandIn.__init__(server)
    return server


@pytest.fixture
def base(_served):
    """Give where it is."""
    return _served[1]


@pytest.fixture
def processor(base):
    made = StripeProcessor(
        "sk_test_" + "a" * 24, webhook_secret=SECRET, timeout=_PATIENCE, base=base
    )
    yield made
    made.close()


_PATIENCE = 1.0


@pytest.fixture
def rig(processor, stand_in):
    return Rig(processor, stand_in)
