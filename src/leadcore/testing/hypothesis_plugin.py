"""What Hypothesis runs when it is imported: strategies for leadcore's public values.

`st.from_type(Submission)` then draws what our own strategies draw. Nothing of leadcore is imported
for it: a type is registered when its module has been loaded, by whoever needs it, before or after
Hypothesis; its strategy is made when it is first drawn from.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from hypothesis.strategies import SearchStrategy

__all__ = ["register"]

TYPES = {
    "leadcore.leads": ("Lead", "Sale"),
    "leadcore.orders": ("OrderTerms",),
    "leadcore.logins.deeds": ("Deed",),
    "leadcore.logins.life": ("Login",),
    "leadcore.logins.sessions": ("Session",),
    "leadcore.people": ("Profile",),
    "leadcore.submissions": ("Submission",),
    "leadcore.values": ("Address", "Email", "Money", "PersonName", "Phone"),
}
"""The types that are registered, by module."""


def register() -> None:
    """Let Hypothesis know our types as their modules are loaded.

    It fails quietly: whatever goes wrong here must not break `import hypothesis` for everybody.
    """
    with suppress(Exception):
        for name in TYPES:
            if name in sys.modules:
                _know(sys.modules[name])
        if not any(isinstance(finder, _Watch) for finder in sys.meta_path):
            sys.meta_path.insert(0, _Watch())


def _know(module: ModuleType) -> None:
    from hypothesis import strategies as st  # noqa: PLC0415 - Hypothesis is still being imported

    for name in TYPES[module.__name__]:
        st.register_type_strategy(getattr(module, name), _made)


def _made(kind: type) -> SearchStrategy[object]:
    """Make a type's strategy; Hypothesis asks for it when it is first drawn from."""
    if kind.__name__ == "Submission":
        drawn: SearchStrategy[object] = import_module("leadcore.testing.strategies").submissions()
    else:
        drawn = import_module("leadcore.testing.records").records(kind)
    return drawn


class _Watch(MetaPathFinder):
    """Sees our modules being loaded, and has nothing to do with any other."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give the spec the other finders give, with a loader that tells us when it is done."""
        if fullname not in TYPES:
            return None
        for finder in sys.meta_path:
            found = None if isinstance(finder, _Watch) else finder.find_spec(fullname, path, target)
            if found is not None:
                if found.loader is not None:
                    found.loader = _Told(found.loader)
                return found
        return None


class _Told(Loader):
    """Loads as the loader it stands for, and then registers the module's types."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module as the other loader does."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module as the other loader does; from here on it is that one's alone."""
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        with suppress(Exception):
            _know(module)
