"""The models: leadcore's tables to be read through the ORM, and the facts about a host's leads.

They are what the migrations make, and those are written from the tables of `leadcore_sqlalchemy`
(a test compares all of it), so no two can say different things. Each is called as its table is:
`leadcore_ledger_entries` is `LedgerEntries`. Rows are written by `leadcore_django.store()` alone,
which keeps them and their journal together.
"""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.db import models
from django.db.migrations.state import ProjectState

from leadcore_django import migrations
from leadcore_django.fields import Id, Instant, Kept

__all__ = ["MODELS", "LeadFacts"]


def _migrated() -> dict[str, type[Kept]]:
    state = ProjectState()
    for each in sorted(found.name for found in iter_modules(migrations.__path__)):
        for operation in import_module(f"{migrations.__name__}.{each}").Migration.operations:
            operation.state_forwards("leadcore", state)
    del state.models["leadcore", "leadfacts"]
    made: dict[str, type[Kept]] = {}
    for told in state.models.values():
        body: dict[str, Any] = {name: field.clone() for name, field in told.fields.items()}
        meta = type("Meta", (), told.options)
        made[told.options["db_table"]] = type(
            told.name, (Kept,), {"__module__": __name__, "Meta": meta, **body}
        )
    return made


MODELS = _migrated()
"""The model of each of leadcore's tables, by the table's name."""

globals().update({model.__name__: model for model in MODELS.values()})


class LeadFacts(models.Model):
    """What a host's own lead does not say: one row beside it, made when there is something to say.

    `id` names the host's model and row (`crm.lead:17`), so that neither the host's table nor the
    kind of its keys matters; `leadcore_django.facts` reads and writes it.
    """

    id = Id(primary_key=True)
    seller_id = Id()
    tcpa: models.Field[Any, Any] = models.TextField(default="unknown")
    area: models.Field[Any, Any] = models.TextField(null=True)  # noqa: DJ001 # unknown is not empty
    sold_at = Instant(null=True)
    price: models.Field[Any, Any] = models.BigIntegerField(null=True)
    currency: models.Field[Any, Any] = models.TextField(default="USD")
    attempts: models.Field[Any, Any] = models.TextField(default="[]")
    refund: models.Field[Any, Any] = models.TextField(null=True)  # noqa: DJ001 # none was asked for

    class Meta:
        """Its table and index."""

        db_table = "leadcore_lead_facts"
        indexes = (models.Index(fields=["seller_id", "sold_at"]),)
        verbose_name = "lead facts"
        verbose_name_plural = "lead facts"

    def __str__(self) -> str:
        """Give the host's lead it is about."""
        return str(self.id)
