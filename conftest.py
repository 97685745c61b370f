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
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings

from tools import postgres

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
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Have coverage keep apart which file of tests runs, where it is on: a context for each file.

    One for each test would say no more that is asked (`tools.check_coverage`), and cost as much
    time again as all that is measured.
    """
    plugin = item.config.pluginmanager.get_plugin("_cov")
    controller = getattr(plugin, "cov_controller", None)
    if controller is not None:
        controller.cov.switch_context(item.nodeid.partition("::")[0])


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
