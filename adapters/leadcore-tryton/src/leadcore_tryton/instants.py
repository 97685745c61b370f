"""Instants: aware and in UTC for the core, without a zone and in UTC in the host's columns."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["aware", "naive", "now", "shown"]


def now() -> datetime:
    """Give the present instant, in UTC."""
    return datetime.now(UTC)


def aware(value: datetime | None) -> datetime | None:
    """Give what a column of the host holds as an instant."""
    return None if value is None else value.replace(tzinfo=UTC)


def naive(value: datetime | None) -> datetime | None:
    """Give an instant as the host keeps it."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None)


def shown(value: datetime) -> str:
    """Give an instant as people read it, in UTC; the part of a second only where there is one."""
    return f"{naive(value).isoformat(sep=' ')} UTC"
