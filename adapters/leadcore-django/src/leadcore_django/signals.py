"""Django signals: what leadcore did, told when it is committed.

`committed` is sent once for each use case that changed something, after the commit that it is part
of, never for what was rolled back. `outcome` is the `leadcore.outcomes.Outcome`: the events of each
stream are in `outcome.changes`, what waits in the outbox in `outcome.messages`. A receiver that
raises harms nobody else; its error goes to Django's log. It is the place to wake a relay:

    @receiver(committed)
    def wake(sender, outcome, using, **kwargs):
        if outcome.messages:
            deliver.delay()
"""

from __future__ import annotations

from django.dispatch import Signal

__all__ = ["committed"]

committed = Signal()
"""Gives `sender` (the store's class), `outcome` and `using` (the database's alias)."""
