"""The package loads its modules when they are first touched."""

import subprocess
import sys

import pytest

import leadcore


def test_modules_load_when_they_are_touched():
    program = (
        "import sys, leadcore\n"
        "assert not [name for name in sys.modules if name.startswith('leadcore.')]\n"
        "assert leadcore.values.Money(1, 'USD').minor == 1\n"
        "assert 'leadcore.values' in sys.modules and 'leadcore.wire' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", leadcore.__all__)
def test_every_public_module_is_there(name):
    assert getattr(leadcore, name).__name__ == f"leadcore.{name}"
    assert leadcore.__getattr__(name) is getattr(leadcore, name)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="'leadcore' has no attribute 'nonsense'"):
        leadcore.nonsense  # noqa: B018 - the access is the test


def test_modules_are_listed_loaded_or_not():
    assert set(leadcore.__all__) <= set(dir(leadcore))
