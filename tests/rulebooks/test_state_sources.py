"""Data only: what it says is tested where it is used; here, that it is whole."""

from __future__ import annotations

from leadcore.rulebooks import state_sources


def test_public_names_are_there() -> None:
    assert all(getattr(state_sources, name) for name in state_sources.__all__)
