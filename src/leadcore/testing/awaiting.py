"""An async store under the same contract as a sync one: somebody else waits for it.

There is one set of scenarios, and it is sync. `Awaited` gives an `AsyncStore` the face of a
`Store`: each call is run on an event loop in a thread of its own, and waited for.

    @pytest.fixture(scope="module")
    def loop():
        with Loop() as loop:
            yield loop

    class TestMyAsyncStore(StoreContract):
        @pytest.fixture(autouse=True)
        def given(self, loop):
            self.make = lambda: Awaited(MyAsyncStore(...), loop)

        def make_store(self):
            return self.make()
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType
    from typing import Self

    from leadcore.ports import AsyncStore

__all__ = ["Awaited", "Loop"]

T = TypeVar("T")

_PATIENCE = 60
"""So many seconds a call may take before it is held to hang."""


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        """Start it."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there, and give what it gives or raise what it raises."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_PATIENCE)

    def close(self) -> None:
        """Stop it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        # What was closed last is told so by the loop's next turns.
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()


class Awaited:
    """An async store whose every method is awaited for the caller."""

    def __init__(self, store: AsyncStore, loop: Loop) -> None:
        """Wrap a store whose coroutines are to run on a loop."""
        self._store = store
        self._wait = loop.wait

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Give a method of the store, to be called as if it were sync."""
        method = getattr(self._store, name)
        return lambda *arguments, **named: self._wait(method(*arguments, **named))
