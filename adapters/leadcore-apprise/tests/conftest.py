from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

# The stand-in lies beside the tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))

from apprise import Apprise
from hook_stand_in import Hook, serving

with warnings.catch_warnings():
    # It loads every service the first time, and some stand on what Python has come to dislike.
    warnings.simplefilter("ignore", DeprecationWarning)
    Apprise().add("json://127.0.0.1")


@pytest.fixture(scope="session")
def _served():
    hook = Hook()
    with serving(hook) as where:
        yield hook, where


@pytest.fixture
def hook(_served):
    """Give an empty hook."""
    found, _ = _served
    Hook.__init__(found)
    return found


@pytest.fixture
def where(_served):
    """Give its host and port."""
    return _served[1]
