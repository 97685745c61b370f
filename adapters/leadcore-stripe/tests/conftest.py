from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The stand-in lies beside the tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))

from stand_in import SECRET, Rig, StandIn, serving

from leadcore_stripe import StripeProcessor


@pytest.fixture(scope="session")
def _served():
    stand_in = StandIn()
    with serving(stand_in) as base:
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
def processor(base):
    made = StripeProcessor(
        "sk_test_" + "a" * 24, webhook_secret=SECRET, timeout=_PATIENCE, base=base
    )
    yield made
    made.close()


_PATIENCE = 0.5


@pytest.fixture
def rig(processor, stand_in):
    return Rig(processor, stand_in)
