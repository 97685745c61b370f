"""Data only: what it says is tested where it is used; here, that it is whole."""

from __future__ import annotations

from leadcore.rulebooks import recording


def test_public_names_are_there() -> None:
    assert all(getattr(recording, name) for name in recording.__all__)
