"""Fixtures of the intake's tests: sample files of invented people."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcore_intake import read

FOLDER = Path(__file__).parent / "fixtures"


@pytest.fixture
def fixture_bytes():
    return lambda name: (FOLDER / name).read_bytes()


@pytest.fixture
def fixture_path():
    return lambda name: FOLDER / name


@pytest.fixture
def intake(fixture_bytes):
    return lambda name, **given: read(fixture_bytes(name), **given)


@pytest.fixture
def answers():
    """The answers of a submission: key to values, repeated keys joined."""

    def told(submission):
        found: dict[str, tuple[str, ...]] = {}
        for answer in submission.answers:
            found[answer.key] = found.get(answer.key, ()) + answer.values
        return found

    return told
