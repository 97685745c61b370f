"""What the portal's tests share: the demo's records, a portal on them, browsers that log in."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from starlette.testclient import TestClient

from leadcore.testing.processors import ProcessorDouble
from leadcore_argon2 import Argon2Hasher, Cost
from leadcore_files import FolderKeeper
from leadcore_portal import Settings, portal
from leadcore_sqlalchemy import SqlStore, engine, upgrade

WHY = "the demo's records are told by leadcore-cli"
SELLER = "demo"
PASSWORD = "seven leads before breakfast"
"""Of everybody in the demo; `leadcore_cli.office` has it, too."""

TODAY = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
"""A Friday, half past two in the afternoon in New York."""
HASHER = Argon2Hasher(Cost(passes=1, memory_kib=8, lanes=1))
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class FewCommon:
    """A list of passwords that everybody tries, short enough to be read at once."""

    def holds(self, form):
        return form == "correct horse battery staple"


class Browser(TestClient):
    """A browser in this process that knows how forms are sent."""

    def log_in(self, user, password=PASSWORD):
        done = self.submit("/login", {"email": f"{user}@example.com", "password": password})
        assert done.status_code == 200, done.text
        return self

    def csrf(self, page):
        found = CSRF.search(self.get(page).text)
        assert found, page
        return found[1]

    def submit(self, page, values, *, to=None, follow=True, files=None):
        """Open a page, and send its form with these values; `to`: where the form goes."""
        sent = {"csrf": self.csrf(page), **values}
        return self.post(to or page, data=sent, files=files, follow_redirects=follow)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo's records, made once: a file and a folder to copy."""
    office = pytest.importorskip("leadcore_cli.office", reason=WHY)
    story = pytest.importorskip("leadcore_cli.story", reason=WHY)
    folder = tmp_path_factory.mktemp("demo")
    store = SqlStore(engine(f"sqlite:///{folder / 'demo.db'}"))
    upgrade(store.engine)
    # Told to nobody: whatever the story says is taken and forgotten.
    story.Story(store=store, today=TODAY, voice=MagicMock()).tell()
    keeper = FolderKeeper(folder / "files")
    encoded = HASHER.hash(office.PASSWORD)
    made = office.Office(store=store, seller_id=SELLER, today=TODAY, encoded=encoded, files=keeper)
    made.open()
    store.engine.dispose()
    return folder


def _opened(folder):
    store = SqlStore(engine(f"sqlite:///{folder / 'demo.db'}"))
    clock = SimpleNamespace(now=TODAY)
    settings = Settings(
        store=store,
        seller_id=SELLER,
        files=FolderKeeper(folder / "files"),
        processor=ProcessorDouble(),
        secure=False,
        hasher=HASHER,
        common=(FewCommon(),),
        clock=lambda: clock.now,
    )
    app = portal(settings)
    return SimpleNamespace(
        app=app,
        store=store,
        clock=clock,
        settings=settings,
        browser=lambda: Browser(app, base_url="http://portal.test"),
    )


@pytest.fixture(scope="session")
def looking(demo):
    """The portal on the demo's records, for tests that only look."""
    here = _opened(demo)
    yield here
    here.store.engine.dispose()


@pytest.fixture(scope="session")
def reused(demo, tmp_path_factory):
    """A portal whose records are put back before each test: making one anew takes far longer."""
    folder = tmp_path_factory.mktemp("acting") / "demo"
    shutil.copytree(demo, folder)
    here = _opened(folder)
    yield here, folder
    here.store.engine.dispose()


@pytest.fixture
def acting(demo, reused):
    """The portal on a copy of its own, for tests that change something; `clock.now` may be set."""
    here, folder = reused
    here.store.engine.dispose()
    for left in folder.glob("demo.db*"):
        left.unlink()
    for file in demo.glob("demo.db*"):
        shutil.copy(file, folder)
    here.clock.now = TODAY
    return here


@pytest.fixture(scope="session")
def browsers(looking):
    """Browsers that are logged in, by user, for tests that only look."""
    known = {}

    def of(user):
        if user not in known:
            known[user] = looking.browser().log_in(user)
        return known[user]

    return of
