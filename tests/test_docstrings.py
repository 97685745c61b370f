"""The examples in the docstrings of the core run."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tools.public_names import modules


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0
