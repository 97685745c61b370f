"""What tests of leadcore and of its adapters share: strategies, laws, contracts, a reference store.

Needs the extra `testing` (Hypothesis and pytest); nothing else of leadcore imports this package.
"""

from leadcore.testing.contracts import StoreContract
from leadcore.testing.memory import MemoryStore
from leadcore.testing.play import Play, Step, perform, plays, reading, violations

__all__ = [
    "MemoryStore",
    "Play",
    "Step",
    "StoreContract",
    "perform",
    "plays",
    "reading",
    "violations",
]
