"""Representative calls into the core, one a line, for `test_purity.py`.

The test imports this file in a process of its own in which the clock raises and an audit hook
forbids files, sockets and processes, and runs every call. Add one when you add a policy or a use
case; a result that is an iterator must be used up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import decider

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: dict[str, Callable[[], object]] = {
    "decider.fold": lambda: decider.fold(lambda state, event: state + event, 0, (1, 2)),
}
