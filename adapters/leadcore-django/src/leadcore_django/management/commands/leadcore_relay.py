"""`manage.py leadcore_relay`: deliver what waits in the outbox."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from leadcore.relay import Relay, deliver_due
from leadcore_django.stores import store

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Deliver by the couriers that `LEADCORE_COURIERS` names."""

    help = "Deliver what is due, once; with --every again and again, so many seconds apart."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how often."""
        parser.add_argument("--every", type=float, help="seconds between two rounds")
        parser.add_argument("--name", default="django", help="by which people know this relay")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 # Django's signature
        """Deliver.

        Raises:
            CommandError: no courier is named.
        """
        named = getattr(settings, "LEADCORE_COURIERS", ("leadcore_django.couriers.MailCourier",))
        if not named:
            raise CommandError("LEADCORE_COURIERS names nobody who delivers")
        couriers = [import_string(path)() for path in named]
        relay = Relay(name=options["name"])
        while True:
            done = deliver_due(relay, store(), couriers, timezone.now)
            became = ", ".join(f"{number} {status.value}" for status, number in done.became)
            self.stdout.write(f"{done.claimed} claimed: {became or 'nothing due'}")
            if options["every"] is None:
                return
            time.sleep(options["every"])
