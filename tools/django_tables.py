"""Writes Django's migrations after the tables changed: `python -m tools.django_tables`.

`--check` writes nothing and fails where there is something to write. A new migration is
leadcore-django's next one; what is released is never changed again. leadcore-django's own models
are what its migrations make, so what is wanted is told from the tables (`tools.django_models`).
"""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.state import ProjectState

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run `makemigrations` for the app alone."""
    given = sys.argv[1:] if arguments is None else arguments
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["leadcore_django"],
        SECRET_KEY="nobody's",  # noqa: S106 # nothing is signed with it
        USE_TZ=True,
    )
    django.setup()
    # Django asks the apps what is wanted; here the tables say so.
    from tools.django_models import wanted  # noqa: PLC0415 # models need the settings

    ProjectState.from_apps = staticmethod(wanted)  # type: ignore[method-assign]  # see above
    call_command("makemigrations", "leadcore", check_changes="--check" in given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
