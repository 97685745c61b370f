"""Django set up for the tests of this distribution, in SQLite and, where asked for, PostgreSQL."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import django
import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "django.core.mail.backends.locmem.EmailBackend"
MAIL = {"MAILERS": {"default": {"BACKEND": LOCAL}}}
FOLDER = tempfile.TemporaryDirectory(prefix="leadcore-django-")

if not settings.configured:
    sys.path.append(str(Path(__file__).parent))
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(Path(FOLDER.name) / "default.db"),
                "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL", "timeout": 30},
            },
            "postgres": {"ENGINE": "django.db.backends.postgresql", "NAME": ""},
        },
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "townhall",
            "leadcore_django",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        ALLOWED_HOSTS=["testserver"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="townhall.urls",
        SECRET_KEY="of the tests",
        USE_TZ=True,
        **(MAIL if django.VERSION >= (6, 1) else {"EMAIL_BACKEND": LOCAL}),
        LEADCORE_ADMIN_PANEL=True,
        LEADCORE_SELLER="seller",
        LEADCORE_LEAD_MODEL="townhall.Request",
        LEADCORE_LEAD_FIELDS={
            "name": "who",
            "phone": "telephone",
            "email": "mail",
            "zip": "postcode",
            "owner": "worker",
            "received_at": "came",
            "asked_at": "asked",
            "sold_at": "bought",
        },
    )
    django.setup()

# Models need the settings.
from django.apps import apps  # noqa: E402 # see above
from django.core.management import call_command  # noqa: E402 # see above
from django.db import connections  # noqa: E402 # see above

from leadcore_django import DjangoStore  # noqa: E402 # see above

WHOLE_KIT = os.environ.get("LEADCORE_KIT") == "whole"
FIRST_OF_THE_KIT = frozenset(
    {
        "test_a_list_is_sorted_by_any_column_both_ways_page_by_page",
        "test_an_outcome_that_fails_leaves_nothing",
        "test_does_what_the_reference_does",
        "test_holds_reserve_and_are_resolved_once",
        "test_many_at_once_sell_no_place_twice",
        "test_messages_wait_in_the_outbox_until_they_are_settled",
        "test_several_in_one_transaction_are_all_or_none",
        "test_the_last_place_is_sold_once",
        "test_what_was_committed_is_there_when_it_is_opened_again",
    }
)
"""What runs every day: the statements are those of leadcore-sqlalchemy, which all of the kit runs
against there; here it is about whose transaction they are in. `make hosts` runs all of it here."""


def pytest_collection_modifyitems(config, items) -> None:
    """Leave most of the kit out, unless all of it is asked for."""
    left = [
        each
        for each in items
        if not WHOLE_KIT
        and each.path == Path(__file__).with_name("test_contract.py")
        and each.originalname not in FIRST_OF_THE_KIT
    ]
    if left:
        items[:] = [each for each in items if each not in left]
        config.hook.pytest_deselected(items=left)


class Threaded(DjangoStore):
    """A store whose other threads give their connections back, as a web server's do."""

    def _again(self, attempt):
        try:
            return super()._again(attempt)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections[self.using].close()


@pytest.fixture(scope="session")
def sqlite_tables() -> Iterator[str]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    yield "default"
    connections["default"].close()


@pytest.fixture(scope="session")
def postgres_tables(postgres_server) -> Iterator[str]:
    name = f"leadcore_{uuid4().hex}"
    uri = urlsplit(postgres_server.create(name))
    named = {key: values[0] for key, values in parse_qs(uri.query).items()}
    connections["postgres"].settings_dict.update(
        NAME=name,
        USER=uri.username or "",
        PASSWORD=uri.password or "",
        HOST=uri.hostname or named.get("host", ""),
        PORT=uri.port or named.get("port", ""),
    )
    call_command("migrate", run_syncdb=True, database="postgres", verbosity=0)
    yield "postgres"
    connections["postgres"].close()


@pytest.fixture
def sqlite(sqlite_tables) -> Threaded:
    return emptied(sqlite_tables)


@pytest.fixture
def postgres(postgres_tables) -> Threaded:
    return emptied(postgres_tables)


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request) -> Threaded:
    """Give a store in empty tables, and make it the one the host's leads are asked about."""
    made = request.getfixturevalue(request.param)
    settings.LEADCORE_DATABASE = made.using
    yield made
    del settings.LEADCORE_DATABASE


def emptied(using: str) -> Threaded:
    kept = [model._meta.db_table for model in apps.get_app_config("leadcore").get_models()]
    theirs = ["townhall_request_helpers", "townhall_request", "townhall_person"]
    with connections[using].cursor() as cursor:
        for table in (*theirs, *kept):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 # names of this program's own
    return Threaded(using)
