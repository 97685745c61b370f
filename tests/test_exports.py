"""The public names: pinned, present, and each with a docstring."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

import pytest

from tools.public_names import PINNED, modules, written

if TYPE_CHECKING:
    from types import ModuleType


def documentable(module: ModuleType, name: str) -> bool:
    """Say whether a name is a class or function of ours; values have no docstring at run time."""
    value = getattr(module, name)
    return (inspect.isclass(value) or inspect.isroutine(value)) and str(
        getattr(value, "__module__", "")
    ).startswith("leadcore")


def test_public_names_are_those_written_down() -> None:
    # A wanted change is written down with `python -m tools.public_names`.
    assert written() == PINNED.read_text("utf-8")


@pytest.mark.parametrize("name", modules())
def test_public_names_exist(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert len(set(exported)) == len(exported)
    assert [item for item in exported if not hasattr(module, item)] == []


@pytest.mark.parametrize("name", modules())
def test_public_names_are_explained(name: str) -> None:
    module = importlib.import_module(name)
    named = [item for item in getattr(module, "__all__", []) if documentable(module, item)]
    bare = [item for item in named if not inspect.getdoc(getattr(module, item))]
    assert module.__doc__
    assert bare == []
