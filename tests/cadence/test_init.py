"""The public names of the package."""

from __future__ import annotations

from leadcore import cadence


def test_public_names_are_there() -> None:
    assert all(getattr(cadence, name) for name in cadence.__all__)
