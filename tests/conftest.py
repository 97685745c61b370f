"""In the tests of the core, nothing may ask pendulum what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pendulum
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

CLOCKS = ("now", "utcnow", "today")


def no_clock(*_arguments: object, **_named: object) -> NoReturn:
    message = "the core read the clock; it is told the time (`at`)"
    raise AssertionError(message)


@pytest.fixture(autouse=True, scope="module")
def clockless() -> Iterator[None]:
    """Make every way pendulum reads the clock fail.

    It wraps a module, not the session: a worker runs tests of adapters too, which read the clock.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in CLOCKS:
            patch.setattr(pendulum.DateTime, name, no_clock)
        patch.setattr(pendulum.Date, "today", no_clock)
        yield
