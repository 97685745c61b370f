"""The kit's names load when they are first touched."""

import subprocess
import sys

import pytest

from leadcore import testing


def test_the_kit_loads_when_it_is_touched():
    program = (
        "import sys\n"
        "from leadcore import testing\n"
        "assert 'hypothesis' not in sys.modules and 'attrs' not in sys.modules\n"
        "testing.MemoryStore()\n"
        "assert 'hypothesis' not in sys.modules, 'the reference store needs no Hypothesis'\n"
        "from leadcore.testing import strategies\n"
        "assert strategies.zones().__class__\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"HYPOTHESIS_NO_PLUGINS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", testing.__all__)
def test_every_name_is_there(name):
    assert getattr(testing, name).__name__ == name
    assert name in dir(testing)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match=r"'leadcore\.testing' has no attribute 'nonsense'"):
        testing.nonsense  # noqa: B018 - the access is the test
