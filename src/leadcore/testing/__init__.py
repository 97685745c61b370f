"""What tests of leadcore and of its adapters share: strategies, laws, contracts, a reference store.

Needs the extra `testing` (Hypothesis and pytest); nothing else of leadcore imports this package.
Its modules load when they are first touched: Hypothesis itself imports the package, to let it
register strategies, and must not pay for the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcore.testing.awaiting import Awaited, Loop
    from leadcore.testing.capabilities import Can
    from leadcore.testing.contracts import StoreContract
    from leadcore.testing.courier_contract import (
        AwaitedCourier,
        CourierContract,
        FarSide,
        Taken,
        courier_message,
    )
    from leadcore.testing.feed_contract import FeedContract
    from leadcore.testing.laws import reading, violations
    from leadcore.testing.ledger_laws import ledger_violations, round_trip_violations
    from leadcore.testing.linear import Call, Recorder, balance_step, linearizable
    from leadcore.testing.machine import BackOfficeMachine, machine_of
    from leadcore.testing.memory import MemoryStore
    from leadcore.testing.play import Play, Step, perform, plays
    from leadcore.testing.processor_contract import ProcessorContract, ProcessorRig
    from leadcore.testing.processors import AsyncProcessorDouble, ProcessorDouble, Trouble
    from leadcore.testing.report_contract import ReportContract
    from leadcore.testing.simulation import (
        Broken,
        Chaos,
        Day,
        SteppedStore,
        simulate,
        simulate_many,
    )
    from leadcore.testing.upkeep_contract import UpkeepContract

__all__ = [
    "AsyncProcessorDouble",
    "Awaited",
    "AwaitedCourier",
    "BackOfficeMachine",
    "Broken",
    "Call",
    "Can",
    "Chaos",
    "CourierContract",
    "Day",
    "FarSide",
    "FeedContract",
    "Loop",
    "MemoryStore",
    "Play",
    "ProcessorContract",
    "ProcessorDouble",
    "ProcessorRig",
    "Recorder",
    "ReportContract",
    "Step",
    "SteppedStore",
    "StoreContract",
    "Taken",
    "Trouble",
    "UpkeepContract",
    "balance_step",
    "courier_message",
    "ledger_violations",
    "linearizable",
    "machine_of",
    "perform",
    "plays",
    "reading",
    "round_trip_violations",
    "simulate",
    "simulate_many",
    "violations",
]

_HOMES = {
    "AsyncProcessorDouble": "processors",
    "Awaited": "awaiting",
    "AwaitedCourier": "courier_contract",
    "BackOfficeMachine": "machine",
    "Broken": "simulation",
    "Call": "linear",
    "Can": "capabilities",
    "Chaos": "simulation",
    "CourierContract": "courier_contract",
    "Day": "simulation",
    "FarSide": "courier_contract",
    "FeedContract": "feed_contract",
    "Loop": "awaiting",
    "MemoryStore": "memory",
    "Play": "play",
    "ProcessorContract": "processor_contract",
    "ProcessorDouble": "processors",
    "ProcessorRig": "processor_contract",
    "Recorder": "linear",
    "ReportContract": "report_contract",
    "Step": "play",
    "SteppedStore": "simulation",
    "StoreContract": "contracts",
    "Taken": "courier_contract",
    "Trouble": "processors",
    "UpkeepContract": "upkeep_contract",
    "balance_step": "linear",
    "courier_message": "courier_contract",
    "ledger_violations": "ledger_laws",
    "linearizable": "linear",
    "machine_of": "machine",
    "perform": "play",
    "plays": "play",
    "reading": "laws",
    "round_trip_violations": "ledger_laws",
    "simulate": "simulation",
    "simulate_many": "simulation",
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
