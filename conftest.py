"""What the tests of the core and of every adapter share.

Hypothesis profiles, chosen by `LEADCORE_PROFILE`:

* `dev` (default): quick, random, remembers failures;
* `ci`: the same examples every time, no deadline, so that a slow machine is no failure;
* `quick`: as `ci` with fewer examples, for the second and third time the same tests run;
* `mutants`: as `quick`, but a failing example is not made smaller, for nobody reads it;
* `deep`: many examples, for a night.

PostgreSQL: `postgres_uri` is one database for the test process, `new_postgres_uri` an empty one for
one test; both are libpq URIs (`tools.postgres.sqlalchemy` makes SQLAlchemy's of them). All
processes of a run share one server, which stops with the last of them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from functools import cache, wraps
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings

from tools import postgres
from tools.check_coverage import modules_by_test

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", parent=settings.get_profile("ci"), max_examples=10)
settings.register_profile(
    "mutants",
    parent=settings.get_profile("quick"),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
settings.register_profile(
    "deep", max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("LEADCORE_PROFILE", "dev"))

FOLDER = pytest.StashKey[Path]()
WATCHER = pytest.StashKey[Any]()
"""The trace function of coverage; None where it is off."""
OWN_MODULES = modules_by_test()
"""For each file of tests that counts for core modules: their names."""
CACHED = type(cache(min))
WATCHED = 10
"""How many examples of a property coverage watches."""


def pytest_configure(config: pytest.Config) -> None:
    """Choose where the server's data is kept: the same place for all processes of a run."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    folder = given["postgres"] if given else tempfile.mkdtemp(prefix="leadcore-tests-")
    config.stash[FOLDER] = Path(folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 # xdist has no public type for it
    """Tell a worker of pytest-xdist where that is."""
    node.workerinput["postgres"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the data, stopping first a server that a dead worker left running."""
    if not hasattr(config, "workerinput") and FOLDER in config.stash:
        postgres.end(config.stash[FOLDER] / "data")
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses PostgreSQL, so that `-m "not postgres"` leaves it out."""
    for item in items:
        # Some ask for a database by the name of one of their cases.
        if "postgres_server" in getattr(item, "fixturenames", ()) or "[postgres" in item.name:
            item.add_marker("postgres")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have coverage, where it is on, look away until something runs that it counts."""
    if session.config.pluginmanager.has_plugin("_cov"):
        session.config.stash[WATCHER] = sys.gettrace()
        sys.settrace(None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Have coverage keep apart which file of tests runs: a context for each file.

    One for each test would say no more that is asked (`tools.check_coverage`), and cost as much
    time again as all that is measured.
    """
    if item.config.stash.get(WATCHER, None) is not None:
        plugin: Any = item.config.pluginmanager.get_plugin("_cov")
        plugin.cov_controller.cov.switch_context(file_of(item))
        forget_what_others_asked(file_of(item))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have what a test needs watched."""
    with watched(request.node):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Have a test watched; of a property only the first examples."""
    with watched(pyfuncitem), watched_at_first(pyfuncitem.obj):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Have watched how what it needed ends."""
    with watched(item):
        return (yield)


@cache
def forget_what_others_asked(file: str) -> None:
    """Empty, once for each file of tests, the caches of the modules it counts for.

    What a test of another module had a cached function work out would not be worked out again, and
    whether it counts would depend on which tests this process happened to run before.
    """
    for module in OWN_MODULES.get(file, ()):
        for kept in vars(sys.modules.get(module, object)).values():
            if isinstance(kept, CACHED) and kept.__module__ == module:
                kept.cache_clear()


def file_of(node: pytest.Item | pytest.Collector) -> str:
    """Give the file of tests something is from, as seen from the root."""
    return node.nodeid.partition("::")[0]


@contextmanager
def watched(node: pytest.Item | pytest.Collector) -> Iterator[None]:
    """Have coverage, where it is on, watch what runs, unless nothing is counted there.

    Watched, tests take more than twice as long, and so does what pytest does around them.
    """
    watcher = node.config.stash.get(WATCHER, None)
    if watcher is None or file_of(node) not in OWN_MODULES:
        yield
        return
    before = sys.gettrace()
    sys.settrace(watcher)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def watched_at_first(test: Any) -> Iterator[None]:  # noqa: ANN401 # whatever pytest collected
    """Stop watching a property after its first examples; any other test is watched to its end."""
    handle = getattr(test, "hypothesis", None)
    if handle is None or sys.gettrace() is None:
        yield
        return
    body = handle.inner_test
    examples = count(1)

    @wraps(body)
    def run(*arguments: object, **named: object) -> object:
        if next(examples) > WATCHED:
            sys.settrace(None)
        return body(*arguments, **named)

    handle.inner_test = run
    try:
        yield
    finally:
        handle.inner_test = body


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[postgres.Server]:
    """Give the server all tests of this run share; it is fast, not durable."""
    with postgres.serve(pytestconfig.stash[FOLDER] / "data", durable=False) as server:
        yield server
        server.drop_all()


@pytest.fixture(scope="session")
def postgres_uri(postgres_server: postgres.Server) -> str:
    """Give an empty database that belongs to this test process."""
    return postgres_server.create(f"leadcore_{uuid4().hex}")


@pytest.fixture
def new_postgres_uri(postgres_server: postgres.Server) -> Iterator[str]:
    """Give an empty database that belongs to this test."""
    name = f"leadcore_{uuid4().hex}"
    yield postgres_server.create(name)
    postgres_server.drop(name)
