"""Hypothesis knows our types, pays next to nothing for it, and never breaks by it."""

import importlib.metadata
import subprocess
import sys
import tomllib
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.leads import Lead, Sale
from leadcore.submissions import Submission
from leadcore.testing import hypothesis_plugin as plugin
from leadcore.values import Money, Phone

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
ENTRY = "leadcore.testing.hypothesis_plugin:register"


def run(program, *options):
    return subprocess.run(
        [sys.executable, *options, "-c", program], capture_output=True, text=True, check=False
    )


def test_the_entry_point_is_declared_and_leads_here():
    declared = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["entry-points"]
    assert declared["hypothesis"] == {"leadcore": ENTRY}
    entry = importlib.metadata.EntryPoint("leadcore", ENTRY, "hypothesis")
    assert entry.load() is plugin.register


LATE = """
import sys
import hypothesis
from leadcore.testing.hypothesis_plugin import register
register()
ours = {name for name in sys.modules if name.startswith("leadcore")}
assert ours == {"leadcore", "leadcore.testing", "leadcore.testing.hypothesis_plugin"}, ours
from hypothesis import strategies as st
from leadcore.values import Money
ours = {name for name in sys.modules if name.startswith("leadcore.testing.")}
assert ours == {"leadcore.testing.hypothesis_plugin"}, ours
assert "leadcore.submissions" not in sys.modules
drawn = st.from_type(Money)
assert drawn.validate() is None
assert "leadcore.testing.records" in sys.modules
from leadcore.testing import strategies
assert strategies.submissions() is not None
import inspect, leadcore.values
assert inspect.getsource(leadcore.values)
assert type(leadcore.values.__loader__).__name__ == "SourceFileLoader"
assert leadcore.values.__spec__.loader is leadcore.values.__loader__
"""


def test_nothing_is_imported_before_it_is_needed():
    done = run(LATE)
    assert (done.returncode, done.stderr) == (0, "")


def test_types_that_were_loaded_before_are_known_too():
    program = (
        "import leadcore.values, leadcore.submissions\n"
        "from hypothesis import given, settings, strategies as st\n"
        "from leadcore.testing.hypothesis_plugin import register\n"
        "register()\n"
        "from leadcore.submissions import Submission\n"
        "@settings(database=None, max_examples=5)\n"
        "@given(st.from_type(leadcore.values.Money), st.from_type(Submission))\n"
        "def test(money, submission):\n"
        "    assert money.currency and submission.name.last\n"
        "test()\n"
    )
    done = run(program)
    assert (done.returncode, done.stderr) == (0, "")


def test_whatever_goes_wrong_hypothesis_is_imported():
    program = (
        "import sys\n"
        "import leadcore.values\n"
        "from leadcore.testing import hypothesis_plugin\n"
        "del leadcore.values.Money\n"
        "hypothesis_plugin.register()\n"
        "import hypothesis\n"
    )
    done = run(program)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def meta_path(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    return sys.meta_path


def watches(finders):
    return [one for one in finders if isinstance(one, plugin._Watch)]


def test_what_is_not_loaded_waits(meta_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "leadcore.leads")
    meta_path[:] = [one for one in meta_path if not isinstance(one, plugin._Watch)]
    for _ in range(2):  # asked again, it watches no harder
        plugin.register()
        assert watches(meta_path) == meta_path[:1]
    assert "leadcore.leads" not in sys.modules


@given(st.data())
def test_registered_types_draw_what_is_valid(data):
    before = sys.meta_path[:]
    plugin.register()
    sys.meta_path[:] = before
    for kind in (Money, Phone, Sale, Lead, Submission):
        assert isinstance(data.draw(st.from_type(kind)), kind)


def test_the_watch_looks_at_our_modules_only(meta_path):
    watch = plugin._Watch()
    meta_path.insert(0, watch)
    assert watch.find_spec("leadcore.wire", None) is None
    import leadcore  # noqa: PLC0415 - its path is what is wanted

    found = watch.find_spec("leadcore.values", leadcore.__path__)
    assert isinstance(found.loader, plugin._Told)
    assert found.name == "leadcore.values"


class Finder:
    """A finder that finds what it was given."""

    def __init__(self, spec):
        self.spec = spec

    def find_spec(self, _name, _path, _target=None):
        return self.spec


def test_what_nobody_finds_or_loads_is_left_alone(meta_path):
    watch = plugin._Watch()
    meta_path[:] = [watch, plugin._Watch()]  # two of them don't ask each other
    assert watch.find_spec("leadcore.values", None) is None
    bare = ModuleSpec("leadcore.values", None)
    meta_path.append(Finder(bare))
    assert watch.find_spec("leadcore.values", None) is bare
    assert bare.loader is None


class Loader:
    """A loader that remembers what it was asked for."""

    def __init__(self):
        self.asked = []

    def create_module(self, spec):
        self.asked.append(("create", spec.name))

    def exec_module(self, module):
        self.asked.append(("run", module.__name__, module.__loader__ is self))


def test_a_module_is_loaded_by_the_loader_it_stands_for():
    inner = Loader()
    told = plugin._Told(inner)
    spec = ModuleSpec("leadcore.values", told)
    assert told.create_module(spec) is None
    for known in (spec, None):
        module = type(sys)("leadcore.values")
        module.__spec__ = known
        told.exec_module(module)  # it has none of the types: nothing happens
    assert inner.asked == [("create", "leadcore.values"), *[("run", "leadcore.values", True)] * 2]
    assert spec.loader is inner


def test_every_registered_name_exists():
    for module, names in plugin.TYPES.items():
        home = importlib.import_module(module)
        assert all(isinstance(getattr(home, name), type) for name in names)
