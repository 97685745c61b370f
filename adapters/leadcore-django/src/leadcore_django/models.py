"""The models: leadcore's tables to be read through the ORM, and the facts about a host's leads.

The tables are those of `leadcore_sqlalchemy`, and the models are made of them, so the two cannot
say different things; `makemigrations --check` notices when the migrations do. Each is called as
its table is: `leadcore_ledger_entries` is `LedgerEntries`. Rows are written by
`leadcore_django.store()` alone, which keeps them and their journal together.
"""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from django.db import models

from leadcore_django.fields import Id, Instant, model_of
from leadcore_sqlalchemy import metadata

__all__ = ["MODELS", "LeadFacts"]


def _named(table: str) -> str:
    return "".join(word.capitalize() for word in table.removeprefix("leadcore_").split("_"))


MODELS = {
    table.name: model_of(_named(table.name), table, __name__) for table in metadata.sorted_tables
}
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
