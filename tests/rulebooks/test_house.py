"""Data only: what it says is tested where it is used; here, that it is whole."""

from __future__ import annotations

from leadcore.rulebooks import house


def test_public_names_are_there() -> None:
    assert all(getattr(house, name) for name in house.__all__)
