"""What tests of leadcore and of its adapters share: strategies, laws, contracts, a reference store.

Needs the extra `testing` (Hypothesis and pytest); nothing else of leadcore imports this package.
Its modules load when they are first touched: Hypothesis itself imports the package, to let it
register strategies, and must not pay for the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcore.testing.contracts import StoreContract
    from leadcore.testing.laws import reading, violations
    from leadcore.testing.linear import Call, Recorder, balance_step, linearizable
    from leadcore.testing.memory import MemoryStore
    from leadcore.testing.play import Play, Step, perform, plays
    from leadcore.testing.processor_contract import ProcessorContract, ProcessorRig
    from leadcore.testing.processors import AsyncProcessorDouble, ProcessorDouble, Trouble

__all__ = [
    "AsyncProcessorDouble",
    "Call",
    "MemoryStore",
    "Play",
    "ProcessorContract",
    "ProcessorDouble",
    "ProcessorRig",
    "Recorder",
    "Step",
    "StoreContract",
    "Trouble",
    "balance_step",
    "linearizable",
    "perform",
    "plays",
    "reading",
    "violations",
]

_HOMES = {
    "AsyncProcessorDouble": "processors",
    "Call": "linear",
    "MemoryStore": "memory",
    "Play": "play",
    "ProcessorContract": "processor_contract",
    "ProcessorDouble": "processors",
    "ProcessorRig": "processor_contract",
    "Recorder": "linear",
    "Step": "play",
    "StoreContract": "contracts",
    "Trouble": "processors",
    "balance_step": "linear",
    "linearizable": "linear",
    "perform": "play",
    "plays": "play",
    "reading": "laws",
    "violations": "laws",
}


def __getattr__(name: str) -> object:
    """Import what a name stands for when it is first asked for."""
    if name in _HOMES:
        value: object = getattr(import_module(f"leadcore.testing.{_HOMES[name]}"), name)
        return value
    message = f"module 'leadcore.testing' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the names, loaded or not."""
    return sorted({*globals(), *__all__})
