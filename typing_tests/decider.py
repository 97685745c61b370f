"""What type checkers make of `leadcore.decider`."""

from typing import assert_type

from leadcore.decider import Versioned, fold


def count(state: int, _event: str) -> int:
    return state + 1


assert_type(fold(count, 0, ["a", "b"]), int)
assert_type(Versioned(3, 1), Versioned[int])
assert_type(Versioned("open", 1).state, str)
