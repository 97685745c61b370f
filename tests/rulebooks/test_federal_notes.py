"""Data only: what it says is tested where it is used; here, that it is whole."""

from __future__ import annotations

from leadcore.rulebooks import federal_notes


def test_public_names_are_there() -> None:
    assert all(getattr(federal_notes, name) for name in federal_notes.__all__)
