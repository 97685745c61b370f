"""A loop for the async faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadcore.testing import Loop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as made:
        yield made
