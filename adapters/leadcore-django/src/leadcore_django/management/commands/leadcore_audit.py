"""`manage.py leadcore_audit`: is everything as the journal and the entries say?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leadcore_django.stores import store


class Command(BaseCommand):
    """Fold the journal and the ledger's entries again, and compare."""

    help = "Fold the journal and the entries again; fail where a row says something else."

    def handle(self, *_args: object, **_options: Any) -> None:  # noqa: ANN401 # Django's signature
        """Compare.

        Raises:
            CommandError: something differs; every difference is said.
        """
        found = store().audit()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("every row is what the journal says")
