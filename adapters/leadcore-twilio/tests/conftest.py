from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The stand-in lies beside the tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))

from twilio_stand_in import ACCOUNT, AT, SENDER, STATUS_URL, TOKEN, StandIn, serving

from leadcore.submissions import Channel
from leadcore.testing import courier_message
from leadcore_twilio import AsyncTwilioCourier, TwilioCourier


@pytest.fixture(scope="session")
def _served():
    stand_in = StandIn()
    with serving(stand_in) as base:
        # The SDK loads most of itself with its first request.
        first = TwilioCourier(ACCOUNT, TOKEN, sender=SENDER, base=base, timeout=60)
        first.deliver(courier_message(Channel.TEXT))
        first.close()
        yield stand_in, base


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
def made(base):
    """Give what makes a courier of either form at the stand-in."""

    def make(form=TwilioCourier, **more):
        given = {
            "sender": SENDER,
            "status_url": STATUS_URL,
            "timeout": 0.7,
            "base": base,
            "clock": lambda: AT,
            "secret": TOKEN,
            **more,
        }
        return form(ACCOUNT, **given)

    return make


@pytest.fixture
def courier(made, stand_in):
    one = made()
    yield one
    one.close()


@pytest.fixture
def awaited(made, stand_in):
    return made(AsyncTwilioCourier)
