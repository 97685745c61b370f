"""The column types of leadcore's tables as Django fields, and what all their models are."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import models

from leadcore.values import instant

__all__ = ["Id", "Instant", "Kept"]


class Id(models.TextField):  # type: ignore[type-arg]  # generic for type checkers alone
    """A text that identifies; sorted by code point on every database."""

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 # Django's wrapper
        """Give the type; spelt out on PostgreSQL, where Django adds an index to any `varchar`."""
        return "character varying" if connection.vendor == "postgresql" else "varchar"

    def db_parameters(self, connection: Any) -> Any:  # noqa: ANN401 # Django's own dictionary
        """Give the type and the collation."""
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class Instant(models.DateTimeField):  # type: ignore[type-arg]  # as above
    """An instant: any aware datetime goes in, UTC comes out, whatever zone the host lives in."""

    def get_internal_type(self) -> str:
        """Give a name Django's backends convert nothing for."""
        return "LeadcoreInstant"

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 # Django's wrapper
        """Give the type."""
        return "datetime" if connection.vendor == "sqlite" else "timestamp with time zone"

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 # Django's signature
        """Give UTC.

        Raises:
            ValueError: a datetime without a zone is no instant.
        """
        return None if value is None else instant(self.to_python(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002 # Django's signature
        """Give the driver's own; on SQLite the text that is compared as the instants are."""
        if not isinstance(value, datetime):
            return value
        moved = instant(value)
        if connection.vendor == "sqlite":
            return moved.replace(tzinfo=None).isoformat(" ", "microseconds")
        return moved

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> Any:  # noqa: ANN401 # Django's signature
        """Give UTC."""
        read = datetime.fromisoformat(value) if isinstance(value, str) else value
        if read is None:
            return None
        return read.replace(tzinfo=UTC) if read.tzinfo is None else instant(read)


class Kept(models.Model):
    """A row that leadcore keeps: to be read, filtered and joined; written by the store alone."""

    class Meta:
        """It has no table of its own."""

        abstract = True

    def save(self, *_given: object, **_named: object) -> None:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError("rows of leadcore are written by leadcore_django.store()")

    def delete(self, *_given: object, **_named: object) -> Any:  # noqa: ANN401 # never returns
        """Refuse; see `save`."""
        self.save()
