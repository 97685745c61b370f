"""The reference store: everything in dictionaries, so plain that it is easy to believe.

Adapters are proved by doing the same as this one. It is for tests: one thread, nothing is kept
when the process ends, and a failed commit leaves no trace because everything is checked first.
"""

from leadcore.testing.memory.store import MemoryStore

__all__ = ["MemoryStore"]
